"""What came of looking after the index, as a page for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkbak.report.blocks import Block, Line

if TYPE_CHECKING:
    from linkbak.report.people_documents import IndexDocument


def index_page(found: IndexDocument) -> list[Block]:
    """What was found, what was done about it, and where the index lies."""
    place = Line(found["path"], "dim", 2)
    if not found["rebuilt"]:
        return [Line("the index is sound", "good"), place]
    if not found["findings"]:
        return [Line("the index is made anew", "good"), place]
    return [
        Line("the index was not as it should be and is made anew; the vault itself is untouched", "odd"),
        *(Line(finding, indent=2) for finding in found["findings"]),
        place,
    ]
