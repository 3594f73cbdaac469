"""The JSON document of `lost`, as types; as in `linkbak.report.documents`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.people_documents import PersonDocument, VerdictDocument, WindowDocument


class LossDocument(PersonDocument):
    """Someone lost; `later_lists` counts the lists of later days that lack them too."""

    later_lists: int
    verdict: VerdictDocument


class ReturnDocument(PersonDocument):
    """Someone who was gone and is listed again."""

    went: WindowDocument
    back: WindowDocument


class DoubtDocument(TypedDict):
    """Rows that allow two readings: of `people` so many are `gone` that nobody can name, the rest are `later`."""

    window: WindowDocument
    gone: int
    reason: str
    people: list[PersonDocument]
    later: list[PersonDocument]


class LooksDocument(TypedDict):
    """How many lists of connections there are to tell from, and when the first and the newest were taken."""

    lists: int
    first: str
    newest: str


class LostDocument(TypedDict):
    """What `linkbak lost --json` prints, the closest first; `account` is null if several are meant."""

    schema: Literal["linkbak.lost/1"]
    account: str | None
    since: str | None
    looks: LooksDocument
    counts: dict[str, int]
    came_back: list[ReturnDocument]
    lost: list[LossDocument]
    unclear: list[DoubtDocument]


DOCUMENTS: dict[str, type] = {"lost": LostDocument}
"""The verb's document; the name of its schema file."""
