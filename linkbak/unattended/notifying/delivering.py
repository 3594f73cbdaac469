"""Delivers one message by every way the user chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .message import Message, Undelivered, plain

if TYPE_CHECKING:
    from linkbak.settings import Notify


def channels(how: Notify) -> tuple[str, ...]:
    """What the ways are called by which messages go, in the order in which they are tried; () if there is none."""
    from .commanding import command_name
    from .services import service_name

    return (*([command_name(how.command)] if how.command else []), *map(service_name, how.apprise))


def notify(how: Notify, message: Message) -> list[Undelivered]:
    """Send the message every way; gives those that failed. One that fails stops no other."""
    from . import commanding, services

    clean = plain(message)
    tried = [commanding.run(how.command, clean)] if how.command else []
    tried += [services.tell(url, clean) for url in how.apprise]
    return [one for one in tried if one is not None]
