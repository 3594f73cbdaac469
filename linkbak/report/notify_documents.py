"""The JSON document of `linkbak notify`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class ChannelDocument(TypedDict):
    """One way to tell the user: whether the message got through; if not, why, and what to do."""

    channel: str
    delivered: bool
    why: str | None
    hint: str | None


class NotifyDocument(TypedDict):
    """What came of a test message, by every way that is set up."""

    schema: Literal["linkbak.notify/1"]
    channels: list[ChannelDocument]


DOCUMENTS = {"notify": NotifyDocument}
