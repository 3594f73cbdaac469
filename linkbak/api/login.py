"""The token and the secret of its app: obtained through the browser, kept only in the system's keyring.

LinkedIn asks its member in the browser, and sends them back to this machine with a code. This is OAuth's authorization
code (RFC 6749, 4.1), with the answer on this machine's own address (RFC 8252, 7.3).
Nothing is opened or clicked: the owner opens the printed address.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from linkbak import paths
from linkbak.api import DAYS, TOKEN_PAGE, Login, login_of, note_login
from linkbak.api.client import Calls, NotServed, Paused, body_of, connected, count_call, forget, missing
from linkbak.errors import MachineProblem, UsageProblem, WrongKey
from linkbak.model import NamedTuple, rfc3339
from linkbak.settings import Api
from linkbak.texts import tr

AUTHORIZE = "https://www.linkedin.com/oauth/v2/authorization"
EXCHANGE = "https://www.linkedin.com/oauth/v2/accessToken"
_PATH = "/linkbak"
_PATIENCE = 300.0
"""The seconds to say yes at LinkedIn."""
_A_CALLER = 5.0
"""The seconds that a request may take: another program on this machine must not keep the owner waiting."""
_MOST = 1 << 16
_DAY = 24 * 60 * 60


class App(NamedTuple):
    """The owner's own app at LinkedIn, the scopes of its token, and the port that the browser is redirected to."""

    client: str
    secret: str
    scope: str
    port: int


class Granted(NamedTuple):
    """A token, and the days that it works."""

    token: str
    days: int


def redirect_of(port: int) -> str:
    """The redirect address; the app must name exactly this."""
    return f"http://127.0.0.1:{port}{_PATH}"


def granted(app: App, tell: Callable[[str], None]) -> Granted:
    """Wait until the owner has said yes in the browser; `tell` is called with the address to open.

    Raises UsageProblem if they say no or nothing, WrongKey if LinkedIn does not accept the app, MachineProblem.
    """
    state = secrets.token_urlsafe(32)
    asked = {"response_type": "code", "client_id": app.client, "redirect_uri": redirect_of(app.port)}
    with _listening(app.port, state) as server:
        tell(f"{AUTHORIZE}?{urlencode({**asked, 'state': state, 'scope': app.scope})}")
        code = _code(server)
    return _exchanged(app, code)


class _Server(HTTPServer):
    """A server for one code, on this machine's own address; `answer` is what came with the right state."""

    state: str
    answer: dict[str, str] | None = None

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a caller that breaks off."""


class _Caller(BaseHTTPRequestHandler):
    server: _Server
    timeout = _A_CALLER

    def do_GET(self) -> None:
        """Take the code if the state is ours, and the host is the address that we gave out."""
        asked = urlsplit(self.path)
        said = {name: values[0] for name, values in parse_qs(asked.query).items()}
        ours = asked.path == _PATH and self.headers.get("Host") == f"127.0.0.1:{self.server.server_port}"
        if not ours or not compare_digest(said.get("state", "").encode(), self.server.state.encode()):
            self._say(404, tr("There is nothing here."))
            return
        self.server.answer = said
        self._say(200, tr("linkbak has heard from LinkedIn. Close this page, and go back to the terminal."))

    def _say(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *words: object) -> None:
        """Log nothing: the requested line has the code in it."""


def _listening(port: int, state: str) -> _Server:
    try:
        server = _Server(("127.0.0.1", port), _Caller)
    except OSError as error:
        raise MachineProblem(
            tr(
                "port {port} of this machine cannot be listened on: {reason}",
                port=port,
                reason=(error.strerror or "").lower(),
            ),
            hint=tr("Take another, in the app's redirect URLs too: linkbak config set api.port 48318"),
        ) from None
    server.state, server.timeout = state, 1.0
    return server


def _code(server: _Server) -> str:
    """The code, when it has come."""
    until = time.monotonic() + _PATIENCE
    while server.answer is None:
        if time.monotonic() > until:
            raise UsageProblem(tr("LinkedIn sent nobody back in five minutes"), hint=tr("Try again: linkbak api login"))
        server.handle_request()
    if code := server.answer.get("code"):
        return code
    why = server.answer.get("error", "")
    told = f" ({why})" if re.fullmatch("[a-z_]{1,40}", why) else ""
    raise UsageProblem(
        tr("LinkedIn gave no code{told}: somebody said no, or the app does not allow it", told=told),
        hint=tr("Does the app have the product, and the scope that `linkbak config` shows as api.scope?"),
    )


def _exchanged(app: App, code: str) -> Granted:
    """The token for a code."""
    import httpx

    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_of(app.port)}
    form |= {"client_id": app.client, "client_secret": app.secret}
    try:
        with connected() as client, client.stream("POST", EXCHANGE, data=form) as answer:
            status, body = answer.status_code, body_of(answer, _MOST)
    except (httpx.HTTPError, NotServed) as error:  # its text may hold addresses, its type is enough
        raise MachineProblem(tr("LinkedIn cannot be reached ({error})", error=type(error).__name__)) from None
    if status == 200:
        with suppress(ValueError, TypeError, KeyError):
            told = json.loads(body)
            return Granted(str(told["access_token"]), int(told["expires_in"]) // _DAY)
    raise WrongKey(
        tr("LinkedIn gives no token for this app"), hint=tr("Are client ID and client secret those of its Auth page?")
    )


# --- keyring ----------------------------------------------------------------------------------------------------------

_Found = TypeVar("_Found")

_SERVICE = "linkbak: LinkedIn's API"
_LONGEST = 8192
_LONGEST_LIFE = timedelta(days=366)


def log_in(vault: Path, token: str, ends: date | None, account: str, how: Api) -> Login:
    """Keep a token that LinkedIn accepts, with its last day; without one, the shortest life is assumed.

    One call is made with it, so that a wrong one is refused at once.
    Raises UsageProblem, WrongKey, MachineProblem; then the token that was kept before stays.
    """
    token = token.strip()
    if not token or len(token) > _LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageProblem(tr("that is no token"), hint=tr("Copy it whole from {page}", page=TOKEN_PAGE))
    today = datetime.now(UTC).date()
    if ends is not None and not today <= ends <= today + _LONGEST_LIFE:
        raise UsageProblem(
            tr("no token of LinkedIn's that works now ends on {day}", day=ends),
            hint=tr("Write the day as 2027-01-28."),
        )
    keyring = _keyring()
    _try(vault, token, how)
    _keep(keyring, _user(vault), token)
    one = Login(rfc3339(datetime.now(UTC)), ends or today + timedelta(days=DAYS), ends is None, account)
    note_login(vault, one)
    return one


def log_out(vault: Path) -> bool:
    """Remove the token, the app's secret, and what was fetched and not imported; returns whether there was any."""
    known = login_of(vault)
    keyring = _keyring()
    there = False
    for user in (_user(vault), _app_of(vault)):
        if _read(keyring, user) is not None:
            there = True
            _asked(partial(keyring.delete_password, _SERVICE, user))
    note_login(vault, None)
    forget(vault)
    return there or known is not None


def token_of(vault: Path) -> str:
    """The token; raises WrongKey if there is none or it has ended, MachineProblem if the keyring cannot be asked."""
    known = login_of(vault)
    if known is None:
        raise WrongKey(
            tr("nobody is logged in to LinkedIn's API"), hint=tr("linkbak api login; see docs/official-api.md")
        )
    if known.days_left(datetime.now(UTC)) < 0 and not known.assumed:
        raise WrongKey(
            tr("the token for LinkedIn's API ended on {day}", day=known.ends),
            hint=tr("Make a new one and run: linkbak api login"),
        )
    token = _read(_keyring(), _user(vault))
    if token is None:
        raise WrongKey(tr("the keyring does not hold the token any more"), hint=tr("Run: linkbak api login"))
    return token


def app_secret(vault: Path) -> str | None:
    """The secret of the app of a login by browser; None if there was none."""
    return _read(_keyring(), _app_of(vault))


def keep_app_secret(vault: Path, secret: str) -> None:
    """Keep it for the next login, when the token has ended."""
    _keep(_keyring(), _app_of(vault), secret)


def _try(vault: Path, token: str, how: Api) -> None:
    with connected() as client:
        calls = Calls(client, token, how.version, lambda: count_call(vault, how.calls))
        try:
            calls.page("PROFILE", 0)
        except NotServed:
            pass  # LinkedIn accepted the token; that it cannot answer now is not the token's fault
        except Paused as paused:
            raise MachineProblem(
                tr("LinkedIn's API takes no more calls before {moment} UTC", moment=f"{paused.until:%Y-%m-%d %H:%M}"),
                hint=tr("Log in then."),
            ) from None


def _keyring() -> ModuleType:
    try:
        import keyring
    except ImportError:
        raise missing("keyring") from None
    return keyring


def _read(keyring: ModuleType, user: str) -> str | None:
    found: str | None = _asked(lambda: keyring.get_password(_SERVICE, user))
    return found


def _keep(keyring: ModuleType, user: str, token: str) -> None:
    _asked(lambda: keyring.set_password(_SERVICE, user, token))


def _asked(question: Callable[[], _Found]) -> _Found:
    """The keyring's answer; raises MachineProblem where there is none, or it is locked."""
    from keyring.errors import KeyringError, NoKeyringError

    try:
        return question()
    except NoKeyringError:
        raise MachineProblem(
            tr("this machine has no keyring, and the token is kept nowhere else"),
            hint=tr("On Linux, install gnome-keyring or KeePassXC; docs/official-api.md says what else works."),
        ) from None
    except KeyringError as error:
        raise MachineProblem(
            tr("the keyring does not answer ({error})", error=type(error).__name__),
            hint=tr("Unlock it. A timer has it only while you are logged in, and with systemd rather than cron."),
        ) from None


def _app_of(vault: Path) -> str:
    """The name of the entry for the app's secret."""
    return f"{_user(vault)}:app"


def _user(vault: Path) -> str:
    """The name of the entry for the token: one for each vault."""
    return paths.state_folder(vault).name
