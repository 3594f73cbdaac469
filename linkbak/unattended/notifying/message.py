"""A message, and what comes of one that could not be delivered."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Kind = Literal["news", "reminder", "trouble"]

_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What acts on whoever shows it; a line feed and a tab may stay."""


class Message(NamedTuple):
    """What is to be told: a line, a text, and what sort of thing it is."""

    subject: str
    body: str
    kind: Kind


class Undelivered(NamedTuple):
    """Which way a message did not get through, why not, and what to do; never with a secret in it."""

    channel: str
    why: str
    hint: str = ""


def plain(message: Message) -> Message:
    """The same with a subject of one line, which no mail program takes for two, and no control characters."""
    subject = " ".join(_CONTROL.sub(" ", message.subject).split())
    body = _CONTROL.sub("", message.body.replace("\r\n", "\n"))
    return Message(_text(subject), _text(body), message.kind)


def _text(text: str) -> str:
    """Without halves of characters, which nothing can send."""
    return text.encode("utf-8", "replace").decode("utf-8")
