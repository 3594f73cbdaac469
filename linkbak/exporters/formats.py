"""The registry of formats of people; a new one is one value, one line here, and one subclass of the contract suite."""

from __future__ import annotations

from linkbak.exporters import Format, contacts, databases, markdown, rows

EXPORTERS: dict[str, Format] = {
    "vcard": contacts.VCARD,
    "csv": rows.PLAIN,
    "google": rows.GOOGLE,
    "outlook": rows.OUTLOOK,
    "json": rows.JSON,
    "jsonl": rows.JSON_LINES,
    "markdown": markdown.MARKDOWN,
    "mailing-list": rows.MAILING_LIST,
    "sqlite": databases.SQLITE,
    "parquet": databases.PARQUET,
    "ics": contacts.ICS,
}
"""Each format by its name on the command line."""
