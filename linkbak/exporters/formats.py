"""The registry of formats of people: a format is one value, one line here, and one subclass of the contract suite."""

from __future__ import annotations

from linkbak.exporters import Format, contacts, markdown, parquet, rows, sqlite

EXPORTERS: dict[str, Format] = {
    "vcard": contacts.VCARD,
    "csv": rows.PLAIN,
    "google": rows.GOOGLE,
    "outlook": rows.OUTLOOK,
    "json": rows.JSON,
    "jsonl": rows.JSON_LINES,
    "markdown": markdown.MARKDOWN,
    "mailing-list": rows.MAILING_LIST,
    "sqlite": sqlite.SQLITE,
    "parquet": parquet.PARQUET,
    "ics": contacts.ICS,
}
"""Each format by the name the user gives it."""
