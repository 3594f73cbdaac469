"""The registry of formats: a format is one value, one line here, and one subclass of the contract suite."""

from __future__ import annotations

from linkbak.exporters import (
    Format,
    contacts,
    conversation_pages,
    conversations,
    markdown,
    mbox,
    parquet,
    posts,
    rows,
    sqlite,
)

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

MESSAGE_EXPORTERS: dict[str, conversations.MessageFormat] = {
    "markdown": conversation_pages.MARKDOWN,
    "mbox": mbox.MBOX,
    "html": conversation_pages.HTML,
    "json": conversations.JSON,
}
"""Each format of messages by the name the user gives it."""

POST_EXPORTERS: dict[str, posts.PostFormat] = {"markdown": posts.MARKDOWN, "html": posts.HTML, "json": posts.JSON}
"""Each format of posts by the name the user gives it."""
