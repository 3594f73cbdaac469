"""People as files that other programs take."""

from linkbak.exporters.output import Exported, Format, Options, Selection, Written, write_built, write_pages, write_text

__all__ = [
    "Exported",
    "Format",
    "Options",
    "Selection",
    "Written",
    "contacts",
    "formats",
    "output",
    "rows",
    "write_built",
    "write_pages",
    "write_text",
]
