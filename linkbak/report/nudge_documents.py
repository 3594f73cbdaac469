"""The JSON document of `linkbak nudge`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class RequestDocument(TypedDict):
    """A request for an archive: when the button was pressed, and when a mail with a link came, if that was told.

    Until `link_until` a link is alive for sure, from `link_latest` on none can be.
    """

    requested: str
    mailed: str | None
    link_until: str
    link_latest: str


class NudgeDocument(TypedDict):
    """Where the request of one account stands; `account` is null for a vault that holds nothing yet.

    `age_days` are whole days since the newest snapshot was taken. Since when it has been so, and until when: when the
    next is due, or how long the link lives. `partial`: the first of two archives is kept, the complete one may come.
    `missed`: a link went unused.
    """

    account: str | None
    state: Literal["due", "requested", "expected", "ready", "kept"]
    level: Literal["fresh", "due", "late", "stale"]
    newest: str | None
    age_days: int | None
    since: str
    until: str | None
    request: RequestDocument | None
    partial: bool
    missed: bool
    next: str


class NudgesDocument(TypedDict):
    """Where the requests stand, and where to ask."""

    schema: Literal["linkbak.nudge/1"]
    link: str
    accounts: list[NudgeDocument]


DOCUMENTS = {"nudge": NudgesDocument}
