"""A token by way of the browser: LinkedIn asks its member there, and sends them back to this machine with a code.

This is OAuth's authorization code (RFC 6749, 4.1), with the answer on this machine's own address (RFC 8252, 7.3).
Nothing is opened or clicked: the owner opens the address that is told.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from linkbak.api.client import NotServed, body_of, connected
from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, WrongKey
from linkbak.model import NamedTuple

AUTHORIZE = "https://www.linkedin.com/oauth/v2/authorization"
EXCHANGE = "https://www.linkedin.com/oauth/v2/accessToken"
_PATH = "/linkbak"
_PATIENCE = 300.0
"""So many seconds somebody has for saying yes at LinkedIn."""
_A_CALLER = 5.0
"""So many seconds a caller has for asking: whoever else is on this machine must not keep the owner waiting."""
_MOST = 1 << 16
_DAY = 24 * 60 * 60


class App(NamedTuple):
    """The owner's own app at LinkedIn, what a token of it must allow, and the port on which the browser comes back."""

    client: str
    secret: str
    scope: str
    port: int


class Granted(NamedTuple):
    """A token, and for how many days it works."""

    token: str
    days: int


def redirect_of(port: int) -> str:
    """Where LinkedIn sends the browser back to; the app must name just this."""
    return f"http://127.0.0.1:{port}{_PATH}"


def granted(app: App, tell: Callable[[str], None]) -> Granted:
    """Wait until the owner has said yes in the browser; `tell` is given the address to open.

    Raises UsageProblem if they say no or nothing, WrongKey if LinkedIn does not take the app, MachineProblem.
    """
    state = secrets.token_urlsafe(32)
    asked = {"response_type": "code", "client_id": app.client, "redirect_uri": redirect_of(app.port)}
    with _listening(app.port, state) as server:
        tell(f"{AUTHORIZE}?{urlencode({**asked, 'state': state, 'scope': app.scope})}")
        code = _code(server)
    return _exchanged(app, code)


class _Server(HTTPServer):
    """Hears of one code, on this machine's own address alone; `answer` is what came under the right state."""

    state: str
    answer: dict[str, str] | None = None

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that breaks off is nobody's trouble."""


class _Caller(BaseHTTPRequestHandler):
    server: _Server
    timeout = _A_CALLER

    def do_GET(self) -> None:
        """Take the code if the state is ours; a name of this machine that another page chose is none of it."""
        asked = urlsplit(self.path)
        said = {name: values[0] for name, values in parse_qs(asked.query).items()}
        ours = asked.path == _PATH and self.headers.get("Host") == f"127.0.0.1:{self.server.server_port}"
        if not ours or not compare_digest(said.get("state", "").encode(), self.server.state.encode()):
            self._say(404, "There is nothing here.")
            return
        self.server.answer = said
        self._say(200, "linkbak has heard from LinkedIn. Close this page, and go back to the terminal.")

    def _say(self, status: int, text: str) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(text))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *words: object) -> None:
        """Say nothing: the line that was asked for has the code in it."""


@contextmanager
def _listening(port: int, state: str) -> Iterator[_Server]:
    try:
        server = _Server(("127.0.0.1", port), _Caller)
    except OSError as error:
        raise MachineProblem(
            f"port {port} of this machine cannot be listened on: {(error.strerror or '').lower()}",
            hint="Take another, in the app's redirect URLs too: linkbak config set api.port 48318",
        ) from None
    with server:
        server.state, server.timeout = state, 1.0
        yield server


def _code(server: _Server) -> str:
    """The code, once it has come."""
    until = time.monotonic() + _PATIENCE
    while server.answer is None:
        if time.monotonic() > until:
            raise UsageProblem("LinkedIn sent nobody back in five minutes", hint="Try again: linkbak api login")
        server.handle_request()
    if code := server.answer.get("code"):
        return code
    why = server.answer.get("error", "")
    told = f" ({why})" if re.fullmatch("[a-z_]{1,40}", why) else ""
    raise UsageProblem(
        f"LinkedIn gave no code{told}: somebody said no, or the app does not allow it",
        hint="Does the app have the product, and the scope that `linkbak config` shows as api.scope?",
    )


def _exchanged(app: App, code: str) -> Granted:
    """The token for a code."""
    import httpx

    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_of(app.port)}
    form |= {"client_id": app.client, "client_secret": app.secret}
    try:
        with connected() as client, client.stream("POST", EXCHANGE, data=form) as answer:
            status, body = answer.status_code, body_of(answer, _MOST)
    except (httpx.HTTPError, NotServed) as error:  # its text may hold addresses, its type says enough
        raise MachineProblem(f"LinkedIn cannot be reached ({type(error).__name__})") from None
    if status != 200:
        raise _refused()
    try:
        told = json.loads(body)
        return Granted(str(told["access_token"]), int(told["expires_in"]) // _DAY)
    except (ValueError, TypeError, KeyError):
        raise _refused() from None


def _refused() -> LinkbakError:
    return WrongKey(
        "LinkedIn gives no token for this app", hint="Are client ID and client secret those of its Auth page?"
    )
