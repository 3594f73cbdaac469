"""The registry of formats: a format is one value, one line here, and one subclass of the contract suite."""

from __future__ import annotations

from linkbak.exporters import contacts, csv, ics, json, markdown, parquet, sqlite
from linkbak.exporters.output import Format

EXPORTERS: dict[str, Format] = {
    "vcard": contacts.VCARD,
    "csv": csv.PLAIN,
    "google": csv.GOOGLE,
    "outlook": csv.OUTLOOK,
    "json": json.JSON,
    "jsonl": json.JSON_LINES,
    "markdown": markdown.MARKDOWN,
    "mailing-list": csv.MAILING_LIST,
    "sqlite": sqlite.SQLITE,
    "parquet": parquet.PARQUET,
    "ics": ics.ICS,
}
"""Each format by the name the user gives it."""
