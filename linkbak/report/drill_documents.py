"""The JSON document of `linkbak drill`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class DrillDocument(TypedDict):
    """A snapshot that was restored to try it out; `problems` is empty if all was as it was kept."""

    schema: Literal["linkbak.drill/1"]
    account: str
    snapshot: str
    taken: str
    passed: bool
    files: int
    bytes: int
    rows: int
    people: int
    problems: list[str]


DOCUMENTS = {"drill": DrillDocument}
