"""Pings an address, so that a service elsewhere notices when linkbak stops running.

The convention is that of Healthchecks: ADDRESS for success, ADDRESS/start and ADDRESS/fail. An address with
``status=up`` in its query, as Uptime Kuma gives it, gets ``status=down`` instead, and nothing at a start. A service
that cannot be reached is a result, not an error; addresses hold secrets, so no result ever quotes one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Literal
from urllib.parse import SplitResult, quote, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import linkbak
from linkbak.automation.notify import Undelivered, within
from linkbak.model import NamedTuple

if TYPE_CHECKING:
    from http.client import HTTPMessage

Signal = Literal["start", "success", "fail"]

_READ = 200
"""So many bytes of an answer are looked at."""
_NOT_TAKEN = ("OK (not found)", "OK (rate limited)")
"""What Healthchecks answers, with status 200, when it did nothing."""
_AGAIN = frozenset({408, 425, 429})
_NO_START = frozenset({404, 405})
_HINT = (
    "Look at the address: `linkbak config show notify --secrets`. `linkbak config test-notification --ping` tries it."
)


class Patience(NamedTuple):
    """How long to wait for one answer, and how long between one try and the next; tests do not sleep."""

    seconds: float = 10.0
    pauses: tuple[float, ...] = (1.0, 5.0)
    sleep: Callable[[float], None] = time.sleep


class _Refused(Exception):
    """The service answered, and not well; whether it is worth asking again."""

    def __init__(self, why: str, *, again: bool, status: int = 0) -> None:
        super().__init__(why)
        self.again = again
        self.status = status


def ping_name(url: str) -> str:
    """What the address is called in a message: its host alone, since anything behind it may be secret."""
    return f"ping {host(url)}".strip()


def ping(url: str, signal: Signal, text: str = "", patience: Patience | None = None) -> Undelivered | None:
    """Tell the service behind an address that a run begins or how it ended; `text` is one line without names.

    None if it was told. Not every such service knows of a start: if it has no such place, nothing is lost.
    """
    patience = patience or Patience()
    channel = ping_name(url)
    try:
        place = address(url, signal)
    except ValueError as error:
        return Undelivered(channel, str(error), _HINT)
    if place is None:
        return None
    why = ""
    for pause in (*patience.pauses, None):
        try:
            within(3 * patience.seconds, lambda: _ask(place, text, patience.seconds))
            return None
        except _Refused as refused:
            if signal == "start" and refused.status in _NO_START:
                return None
            why = str(refused)
            if not refused.again:
                break
        except TimeoutError:
            why = "no answer in time"
        if pause is not None:
            patience.sleep(pause)
    return Undelivered(channel, why, _HINT)


def _ask(place: str, text: str, seconds: float) -> None:
    """One request; raises _Refused, TimeoutError."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError

    try:
        with build_opener(_Redirects).open(_request(place, text), timeout=seconds) as answer:
            said = answer.read(_READ).decode("utf-8", "replace").strip()
    except HTTPError as error:
        with error:
            again = error.code >= 500 or error.code in _AGAIN
            raise _Refused(f"the service answered {error.code}", again=again, status=error.code) from None
    except URLError as error:
        raise _unreached(error.reason) from None
    except (OSError, HTTPException, ValueError) as error:
        raise _unreached(error) from None
    if said.startswith(_NOT_TAKEN):
        raise _Refused(f"the service answered: {said[4:-1]}", again="limited" in said)


def _request(place: str, text: str) -> Request:
    headers = {"User-Agent": f"linkbak/{linkbak.__version__}", "Content-Type": "text/plain; charset=utf-8"}
    line = " ".join(text.split())[:200]
    return request(place, line.encode("utf-8", "replace") if line else None, headers)


def _unreached(reason: object) -> _Refused | TimeoutError:
    """Why nobody answered, in words that hold nothing of the address."""
    import socket
    import ssl
    from http.client import HTTPException

    if isinstance(reason, TimeoutError):
        return TimeoutError()
    if isinstance(reason, ssl.SSLCertVerificationError):
        return _Refused("its certificate cannot be trusted", again=False)
    if isinstance(reason, socket.gaierror):
        return _Refused("its name is not known; is there a network?", again=True)
    if isinstance(reason, ConnectionError):
        return _Refused((reason.strerror or "the connection broke").lower(), again=True)
    if isinstance(reason, ssl.SSLError | HTTPException):
        return _Refused("what answered does not speak HTTP as it should", again=True)
    if isinstance(reason, OSError):
        return _Refused((reason.strerror or "the connection broke").lower(), again=True)
    return _Refused("it cannot be asked", again=False)


# --- addresses --------------------------------------------------------------------------------------------------------
# Addresses on the web: taken apart, put together, and opened without surprises.

_SAFE = "/:@!$&'()*+,;=-._~%?"
_STATUS = re.compile(r"(^|&)status=up(?=&|$)", re.IGNORECASE)


def host(url: str) -> str:
    """The host of an address, which is no secret; "" if there is none to be seen."""
    try:
        return _ascii_host(urlsplit(url.strip()))
    except ValueError:
        return ""


def address(url: str, signal: str) -> str | None:
    """Where a signal goes, in ASCII; None if this service is not told of it. Raises ValueError with what is wrong."""
    try:
        parts = urlsplit(url.strip())
        name, port = _ascii_host(parts), parts.port
    except ValueError:
        raise ValueError("the address makes no sense") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError("the address begins neither with https:// nor with http://")
    if not name:
        raise ValueError("the address names no host")
    path, query = quote(parts.path, safe=_SAFE), quote(parts.query, safe=_SAFE)
    if _STATUS.search(query):
        if signal == "start":
            return None
        query = _STATUS.sub(rf"\1status={'down' if signal == 'fail' else 'up'}", query)
    elif signal != "success":
        path = f"{path.rstrip('/')}/{signal}"
    login = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    where = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{login}{where}{f':{port}' if port else ''}{path or '/'}{f'?{query}' if query else ''}"


def request(place: str, data: bytes | None, headers: dict[str, str]) -> Request:
    """What is asked for; a name and password in the address go where they belong, into a header of their own."""
    from base64 import b64encode

    parts = urlsplit(place)
    login, _, where = parts.netloc.rpartition("@")
    made = Request(parts._replace(netloc=where).geturl(), data, headers)  # noqa: S310  # the scheme is checked above
    if login:
        made.add_unredirected_header("Authorization", f"Basic {b64encode(unquote(login).encode()).decode('ascii')}")
    return made


def _ascii_host(parts: SplitResult) -> str:
    name = parts.hostname or ""
    try:
        return name.encode("ascii").decode("ascii")
    except UnicodeEncodeError:
        return name.encode("idna").decode("ascii")  # UnicodeError is a ValueError


class _Redirects(HTTPRedirectHandler):
    """Follows a few, and never from https to http."""

    max_redirections = 3
    max_repeats = 2

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """The request that follows, or None for an answer that is then an error."""
        scheme = urlsplit(newurl).scheme
        if scheme != "https" and scheme != req.type:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)
