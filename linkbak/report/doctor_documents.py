"""The JSON document of `linkbak doctor`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class CheckDocument(TypedDict):
    """One thing that was looked at: how it is, and what to do about it, "" if nothing is to be done."""

    check: str
    level: Literal["ok", "warn", "fail"]
    what: str
    remedy: str


class DoctorDocument(TypedDict):
    """All that was looked at; `level` is the worst of all, `status` the exit status."""

    schema: Literal["linkbak.doctor/1"]
    vault: str
    level: Literal["ok", "warn", "fail"]
    status: int
    checks: list[CheckDocument]


DOCUMENTS = {"doctor": DoctorDocument}
