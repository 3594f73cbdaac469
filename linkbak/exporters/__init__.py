"""People as files that other programs take.

`EXPORTERS` is the registry: a format is one module here, one line there, and one subclass of the contract suite.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkbak.exporters.formats import Format

EXPORTERS = {
    "vcard": "vcard",
    "csv": "plain_csv",
    "google": "google",
    "outlook": "outlook",
    "json": "documents",
    "jsonl": "documents",
    "markdown": "markdown",
    "mailing-list": "mailing_list",
    "sqlite": "sqlite",
    "parquet": "parquet",
    "ics": "ics",
}
"""Each format by the name the user gives it, and the module here whose `FORMATS` has it under that name."""


def load(name: str) -> Format:
    """The format of a name in `EXPORTERS`; its module is imported only now."""
    found: Format = import_module(f"{__name__}.{EXPORTERS[name]}").FORMATS[name]
    return found
