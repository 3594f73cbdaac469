"""The JSON document of `mark`, as types; as in `linkbak.report.documents`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.people_documents import MarkDocument, PersonDocument


class SubjectDocument(TypedDict):
    """Whom a mark is about, as they were listed when it was made."""

    name: str | None
    url: str | None
    connected_on: str | None


class PersonMarkDocument(MarkDocument):
    """What the user said of somebody; `person` is null if nobody, or more than one, is whom the mark means now."""

    account: str
    subject: SubjectDocument
    person: PersonDocument | None


class MarksDocument(TypedDict):
    """What `linkbak mark --json` prints: the marks made, listed or undone; `already` counts what was so before."""

    schema: Literal["linkbak.mark/1"]
    action: Literal["mark", "list", "undo"]
    marks: list[PersonMarkDocument]
    already: int


DOCUMENTS: dict[str, type] = {"mark": MarksDocument}
"""Each verb's document; the names of the schema files."""
