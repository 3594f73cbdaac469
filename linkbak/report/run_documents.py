"""The JSON document of `linkbak run`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.documents import ErrorDocument


class StepDocument(TypedDict):
    """One step: what it said, the exit status it alone would give, and what went wrong in it."""

    step: str
    lines: list[str]
    status: int
    errors: list[ErrorDocument]


class RunDocument(TypedDict):
    """What came of a run; `status` is the worst of its steps."""

    schema: Literal["linkbak.run/1"]
    vault: str
    status: int
    steps: list[StepDocument]


DOCUMENTS = {"run": RunDocument}
