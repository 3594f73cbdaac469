"""Tells services of apprise: mail, chat, phones and whatever else it knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .deadline import within
from .message import Kind, Message, Undelivered

if TYPE_CHECKING:
    from apprise import Apprise

SECONDS = 60.0
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}(?=://)")
_TYPES: dict[Kind, str] = {"news": "info", "reminder": "warning", "trouble": "failure"}
_INSTALL = (
    "Install it: `pip install 'linkbak[notify]'`, `pipx inject linkbak apprise`, or `uv tool install linkbak[notify]`."
)
_HINT = "Look at the address: `linkbak config show notify --secrets`. `linkbak notify` tries it."


def service_name(url: str) -> str:
    """What a service is called in a message: the kind alone, since anything behind it may be secret."""
    found = _SCHEME.match(url.strip())
    return f"apprise {found[0].lower()}" if found else "apprise"


def tell(url: str, message: Message, seconds: float = SECONDS) -> Undelivered | None:
    """Send the message to one service; None if the service took it."""
    channel = service_name(url)
    with _silence():
        try:
            service = _service(url)
            if service is None:
                return Undelivered(channel, "apprise does not understand the address", _HINT)
            told = within(seconds, lambda: _sent(service, message))
        except ImportError:
            return Undelivered(channel, "apprise is not installed", _INSTALL)
        except TimeoutError:
            return Undelivered(channel, f"no answer within {seconds:g} seconds", _HINT)
        except Exception as error:  # noqa: BLE001  # a fault of one of a hundred services must not end the run
            return Undelivered(channel, f"apprise failed ({type(error).__name__})", _HINT)
    return None if told else Undelivered(channel, "the service did not take it", _HINT)


def _service(url: str) -> Apprise | None:
    from apprise import Apprise, AppriseAsset

    import linkbak

    asset = AppriseAsset(app_id="linkbak", app_desc=f"linkbak {linkbak.__version__}", app_url="", async_mode=False)
    service = Apprise(asset=asset)
    return service if service.add(url) else None


def _sent(service: Apprise, message: Message) -> bool:
    text = message.body or message.subject
    return bool(service.notify(body=text, title=message.subject, notify_type=_TYPES[message.kind], body_format="text"))


@contextmanager
def _silence() -> Iterator[None]:
    """Keeps apprise from writing to standard error: what it says there may quote addresses."""
    import logging
    import warnings

    loud = logging.getLogger("apprise")
    before, nowhere = loud.propagate, logging.NullHandler()
    loud.propagate = False
    loud.addHandler(nowhere)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        loud.removeHandler(nowhere)
        loud.propagate = before
