"""Sends a message by every way the user chose, a command of theirs and services of apprise; and pings an address, so
that a service elsewhere notices when linkbak stops running.

A failed delivery is a result here, not an exception. What is sent holds the message and
nothing else; addresses hold secrets, so no result ever quotes one.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, TypeVar
from urllib.parse import SplitResult, quote, unquote, urlsplit

import linkbak
from linkbak.errors import how_to_add
from linkbak.model import NamedTuple
from linkbak.texts import tr

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from subprocess import Popen
    from urllib.request import OpenerDirector, Request

    from apprise import Apprise

    from linkbak.settings import Notify

Kind = Literal["news", "reminder", "trouble"]

_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters; a line feed and a tab may stay."""


class Message(NamedTuple):
    """A message: a subject line, a text, and its kind."""

    subject: str
    body: str
    kind: Kind


class Undelivered(NamedTuple):
    """A failed delivery: which way, why, and what to do; never with a secret in it."""

    channel: str
    why: str
    hint: str = ""


def plain(message: Message) -> Message:
    """The same message without control characters and lone surrogates, its subject on one line for mail programs."""
    subject = " ".join(_CONTROL.sub(" ", message.subject).split())
    body = _CONTROL.sub("", message.body.replace("\r\n", "\n"))
    subject, body = (text.encode("utf-8", "replace").decode() for text in (subject, body))
    return Message(subject, body, message.kind)


def channels(how: Notify) -> tuple[str, ...]:
    """The names of the ways to send messages, in the order in which they are tried; () if there are none."""
    return (*([command_name(how.command)] if how.command else []), *map(service_name, how.apprise))


def notify(how: Notify, message: Message) -> list[Undelivered]:
    """Send the message every way; returns the failures. One that fails stops no other."""
    clean = plain(message)
    tried = [run(how.command, clean)] if how.command else []
    tried += [send(url, clean) for url in how.apprise]
    return [one for one in tried if one is not None]


# --- command ----------------------------------------------------------------------------------------------------------
# Runs the user's command with the message on its input.

SECONDS = 60.0
_PLACE = re.compile(r"\{(subject|kind)\}")


def command_name(words: Sequence[str]) -> str:
    """The name of a command in a message: its program alone, since its arguments may be secret."""
    return f"command {Path(words[0]).name}" if words and words[0] else "command"


def run(words: Sequence[str], message: Message, seconds: float = SECONDS) -> Undelivered | None:
    """Run the words as they are, without a shell; None if the program ended well.

    It reads the text on its standard input, and subject and kind from LINKBAK_SUBJECT and LINKBAK_KIND; ``{subject}``
    and ``{kind}`` among the words stand for them too. Its output is dropped.
    """
    import subprocess

    channel = command_name(words)
    try:
        process = subprocess.Popen(
            _filled(words, message),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LINKBAK_SUBJECT": message.subject, "LINKBAK_KIND": message.kind},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or tr("its words make no sense")
        return Undelivered(channel, tr("it cannot be run: {reason}", reason=said.lower()), _COMMAND_HINT)
    with process:
        try:
            process.communicate(message.body.encode() + b"\n", timeout=seconds)
            status, why = process.returncode, ""
            if status > 0:
                why = tr("it ended with status {status}", status=status)
            elif status:
                why = tr("it was ended by signal {signal}", signal=-status)
        except subprocess.TimeoutExpired:
            _end(process)
            why = tr("it had not ended after {seconds} seconds", seconds=f"{seconds:g}")
        except BaseException:
            _end(process)
            raise
    return Undelivered(channel, why, _COMMAND_HINT) if why else None


_COMMAND_HINT = tr(
    "`linkbak config show notify --secrets` shows the command; `linkbak config test-notification` tries it."
)


def _filled(words: Sequence[str], message: Message) -> list[str]:
    if not words or not words[0]:
        raise ValueError
    meant: Mapping[str, str] = {"subject": message.subject, "kind": message.kind}
    filled = [_PLACE.sub(lambda found: meant[found[1]], word) for word in words]
    return [os.path.expanduser(words[0]), *filled[1:]]  # noqa: PTH111  # "mail" must stay a word, not become a path


def _end(process: Popen[bytes]) -> None:
    """Kills the command with all its child processes."""
    import signal

    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()


# --- deadline ---------------------------------------------------------------------------------------------------------
# A deadline: network code may hang in more ways than its own timeouts cover.

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """The result or error of `work`; TimeoutError if it has not ended by then.

    It then continues in a thread that does not keep the program alive.
    """
    import threading

    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  # raised again below, in the calling thread
            failures.append(error)

    worker = threading.Thread(target=run, name="linkbak-deadline", daemon=True)
    worker.start()
    worker.join(seconds)
    if failures:
        raise failures[0]
    if not results:
        raise TimeoutError
    return results[0]


# --- services ---------------------------------------------------------------------------------------------------------
# Sends to services of apprise: mail, chat, phones and whatever else it knows.

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}(?=://)")
_TYPES: dict[Kind, str] = {"news": "info", "reminder": "warning", "trouble": "failure"}
_INSTALL = tr("Install it: {how}", how=how_to_add("notify", "apprise"))
_SERVICES_HINT = tr(
    "Look at the address: `linkbak config show notify --secrets`. `linkbak config test-notification` tries it."
)


def service_name(url: str) -> str:
    """The name of a service in a message: its kind alone, since anything behind it may be secret."""
    found = _SCHEME.match(url.strip())
    return f"apprise {found[0].lower()}" if found else "apprise"


def send(url: str, message: Message, seconds: float = SECONDS) -> Undelivered | None:
    """Send the message to one service; None if that succeeded."""
    channel = service_name(url)
    with _silence():
        try:
            service = _service(url)
            if service is None:
                why = tr("apprise does not understand the address")
            elif within(seconds, lambda: _sent(service, message)):
                return None
            else:
                why = tr("the service did not take it")
        except ImportError:
            return Undelivered(channel, tr("apprise is not installed"), _INSTALL)
        except TimeoutError:
            why = tr("no answer within {seconds} seconds", seconds=f"{seconds:g}")
        except Exception as error:  # noqa: BLE001  # a bug in one of a hundred services must not end the run
            why = tr("apprise failed ({error})", error=type(error).__name__)
    return Undelivered(channel, why, _SERVICES_HINT)


def _service(url: str) -> Apprise | None:
    from apprise import Apprise, AppriseAsset

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


# --- ping -------------------------------------------------------------------------------------------------------------
# The convention is that of Healthchecks: ADDRESS for success, ADDRESS/start and ADDRESS/fail. An address with
# ``status=up`` in its query, as Uptime Kuma gives it, gets ``status=down`` instead, and nothing at a start.

Signal = Literal["start", "success", "fail"]

_READ = 200
"""How many bytes of an answer are read."""
_NOT_TAKEN = ("OK (not found)", "OK (rate limited)")
"""The answers of Healthchecks, with status 200, when it did nothing."""
_AGAIN = frozenset({408, 425, 429})
_NO_START = frozenset({404, 405})
_HINT = tr(
    "Look at the address: `linkbak config show notify --secrets`. `linkbak config test-notification --ping` tries it."
)


class Patience(NamedTuple):
    """The timeout of one answer, and the pauses between tries; tests patch them."""

    seconds: float = 10.0
    pauses: tuple[float, ...] = (1.0, 5.0)
    sleep: Callable[[float], None] = time.sleep


class _Refused(Exception):
    """The service answered with an error; whether it is worth trying again."""

    def __init__(self, why: str, *, again: bool, status: int = 0) -> None:
        super().__init__(why)
        self.again = again
        self.status = status


def ping_name(url: str) -> str:
    """The name of the address in a message: its host alone, since anything behind it may be secret."""
    return f"ping {host(url)}".strip()


def ping(url: str, signal: Signal, text: str = "", patience: Patience | None = None) -> Undelivered | None:
    """Tell the service behind an address that a run begins or how it ended; `text` is one line without names.

    None if that succeeded. Not every service has an address for a start; without one nothing is sent.
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
            why = tr("no answer in time")
        if pause is not None:
            patience.sleep(pause)
    return Undelivered(channel, why, _HINT)


def _ask(place: str, text: str, seconds: float) -> None:
    """One request; raises _Refused, TimeoutError."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError

    try:
        with _opener().open(_request(place, text), timeout=seconds) as answer:
            said = answer.read(_READ).decode("utf-8", "replace").strip()
    except HTTPError as error:
        with error:
            again = error.code >= 500 or error.code in _AGAIN
            raise _Refused(
                tr("the service answered {status}", status=error.code), again=again, status=error.code
            ) from None
    except URLError as error:
        raise _unreached(error.reason) from None
    except (OSError, HTTPException, ValueError) as error:
        raise _unreached(error) from None
    if said.startswith(_NOT_TAKEN):
        raise _Refused(tr("the service answered: {answer}", answer=said[4:-1]), again="limited" in said)


def _unreached(reason: object) -> _Refused | TimeoutError:
    """Why there was no answer, in words that hold nothing of the address."""
    import socket
    import ssl
    from http.client import HTTPException

    if isinstance(reason, TimeoutError):
        return TimeoutError()
    if isinstance(reason, ssl.SSLCertVerificationError):
        return _Refused(tr("its certificate cannot be trusted"), again=False)
    if isinstance(reason, socket.gaierror):
        return _Refused(tr("its name is not known; is there a network?"), again=True)
    if isinstance(reason, ConnectionError):
        return _Refused((reason.strerror or tr("the connection broke")).lower(), again=True)
    if isinstance(reason, ssl.SSLError | HTTPException):
        return _Refused(tr("what answered does not speak HTTP as it should"), again=True)
    if isinstance(reason, OSError):
        return _Refused((reason.strerror or tr("the connection broke")).lower(), again=True)
    return _Refused(tr("it cannot be asked"), again=False)


# --- addresses --------------------------------------------------------------------------------------------------------
# Web addresses: parsed, built, and opened safely.

_SAFE = "/:@!$&'()*+,;=-._~%?"
_STATUS = re.compile(r"(^|&)status=up(?=&|$)", re.IGNORECASE)


def host(url: str) -> str:
    """The host of an address, which is no secret; "" if there is none."""
    try:
        return _ascii_host(urlsplit(url.strip()))
    except ValueError:
        return ""


def address(url: str, signal: str) -> str | None:
    """The address for a signal, in ASCII; None if this service gets none. Raises ValueError with what is wrong."""
    try:
        parts = urlsplit(url.strip())
        name, port = _ascii_host(parts), parts.port
    except ValueError:
        raise ValueError(tr("the address makes no sense")) from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(tr("the address begins neither with https:// nor with http://"))
    if not name:
        raise ValueError(tr("the address names no host"))
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


def _request(place: str, text: str) -> Request:
    """The HTTP request with one line of text; a name and password in the address go into a header."""
    from base64 import b64encode
    from urllib.request import Request

    parts = urlsplit(place)
    login, _, where = parts.netloc.rpartition("@")
    data = " ".join(text.split())[:200].encode("utf-8", "replace") or None
    headers = {"User-Agent": f"linkbak/{linkbak.__version__}", "Content-Type": "text/plain; charset=utf-8"}
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


def _opener() -> OpenerDirector:
    """An opener with safe redirects."""
    from urllib.request import HTTPRedirectHandler, build_opener

    class Redirects(HTTPRedirectHandler):
        """Follows few redirects, and never from https to http."""

        max_redirections = 3
        max_repeats = 2

        def redirect_request(
            self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
        ) -> Request | None:
            """The redirected request, or None, which makes the answer an error."""
            scheme = urlsplit(newurl).scheme
            if scheme != "https" and scheme != req.type:
                return None
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return build_opener(Redirects)
