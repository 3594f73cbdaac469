"""Who waits for the owner's answer, and whose answer the owner waits for; pure."""

from __future__ import annotations

from collections.abc import Iterable

from linkbak.index.correspondence import Conversation
from linkbak.model import NamedTuple


class Unanswered(NamedTuple):
    """Conversations of two, in the order given: what the owner has not answered, and what the others have not.

    Of the `untold` no archive shows who wrote last.
    """

    by_me: tuple[Conversation, ...]
    by_them: tuple[Conversation, ...]
    untold: tuple[Conversation, ...]


def unanswered(conversations: Iterable[Conversation]) -> Unanswered:
    """Sort conversations by who wrote last; whoever did waits for the other one.

    Adverts, drafts and conversations of more than two are in none: nobody waits there, or nobody can tell for whom.
    Precondition: the newest archive still has the conversation. One that it lacks may have gone on, or been deleted
    after an answer, and so is in none.
    """
    by_me, by_them, untold = list[Conversation](), list[Conversation](), list[Conversation]()
    for one in conversations:
        if one.advert or one.crowd or not one.messages or not one.current:
            continue
        found = untold if one.last_outgoing is None else by_them if one.last_outgoing else by_me
        found.append(one)
    return Unanswered(tuple(by_me), tuple(by_them), tuple(untold))


def since(conversations: Iterable[Conversation], moment: str) -> tuple[Conversation, ...]:
    """Those whose last message is of a time (RFC 3339 UTC) or later."""
    return tuple(one for one in conversations if one.last >= moment)
