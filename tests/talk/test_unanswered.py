"""Who waits for whose answer."""

from __future__ import annotations

from typing import Any

from linkbak.index.correspondence import Conversation
from linkbak.talk.activity import unanswered


def conversation(id_: str, last_outgoing: bool | None, **more: Any) -> Conversation:
    one = Conversation(
        "linkedin-me", id_, "Kofi Invented", 1, False, False, 2, 1, 1, "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z",
        last_outgoing, "Yes.", "2025-03-01T00:00:00Z", True,
    )  # fmt: skip
    return one._replace(**more)


def test_who_wrote_last_waits_and_what_is_no_talk_of_two_is_apart() -> None:
    mine, theirs, untold = conversation("a", False), conversation("b", True), conversation("c", None)
    apart = [
        conversation("d", False, advert=True),
        conversation("e", False, crowd=True),
        conversation("f", True, messages=0),
        conversation("g", False, current=False),  # it may have gone on, or be deleted since
    ]

    assert unanswered([mine, *apart, theirs, untold]) == ((mine,), (theirs,), (untold,))
