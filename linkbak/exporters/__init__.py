"""People as files that other programs take.

`EXPORTERS` is the registry: a format is one module here, one line there, and one subclass of the contract suite.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkbak.exporters.formats import Format

EXPORTERS = {
    "vcard": "linkbak.exporters.contacts.FORMATS",
    "csv": "linkbak.exporters.csv.PLAIN_FORMATS",
    "google": "linkbak.exporters.csv.GOOGLE_FORMATS",
    "outlook": "linkbak.exporters.csv.OUTLOOK_FORMATS",
    "json": "linkbak.exporters.json.FORMATS",
    "jsonl": "linkbak.exporters.json.FORMATS",
    "markdown": "linkbak.exporters.markdown.FORMATS",
    "mailing-list": "linkbak.exporters.csv.MAILING_LIST_FORMATS",
    "sqlite": "linkbak.exporters.sqlite.FORMATS",
    "parquet": "linkbak.exporters.parquet.FORMATS",
    "ics": "linkbak.exporters.ics.FORMATS",
}
"""Each format by the name the user gives it, and where it is to be found under that name."""


def load(name: str) -> Format:
    """The format of a name in `EXPORTERS`; its module is imported only now."""
    module, _, formats = EXPORTERS[name].rpartition(".")
    found: Format = getattr(import_module(module), formats)[name]
    return found
