"""The JSON document of `digest`, as a type."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class DigestDocument(TypedDict):
    """What `linkbak digest --json` prints: a line for the subject of a mail, and those of its text."""

    schema: Literal["linkbak.digest/1"]
    account: str
    subject: str
    lines: list[str]


DOCUMENTS: dict[str, type] = {"digest": DigestDocument}
"""The verb's document; the name of its schema file."""
