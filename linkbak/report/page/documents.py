"""The JSON document about a page: what `linkbak report --json` prints."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class ReportDocument(TypedDict):
    """Where the page is, of which account, when it was made, and how many people are in it."""

    schema: Literal["linkbak.report/1"]
    place: str
    account: str
    made: str
    people: int
    bytes: int


DOCUMENTS = {"report": ReportDocument}
"""Every document that a command may print, by its verb."""
