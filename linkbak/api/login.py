"""The token, and the secret of the app it is of: kept in the keyring of the system alone, and taken away again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from linkbak import paths
from linkbak.api import DAYS, TOKEN_PAGE, Login, login_of, note_login
from linkbak.api.client import Calls, NotServed, Paused, connected, missing
from linkbak.api.progress import count_call, forget
from linkbak.errors import MachineProblem, UsageProblem, WrongKey
from linkbak.settings import Api

_Found = TypeVar("_Found")

_SERVICE = "linkbak: LinkedIn's API"
_LONGEST = 8192
_LONGEST_LIFE = timedelta(days=366)


def log_in(vault: Path, token: str, ends: date | None, account: str, how: Api) -> Login:
    """Keep a token that LinkedIn takes, with the day on which it ends; without one, the shortest life is assumed.

    One call is made with it, so that a wrong one is refused now and not by night.
    Raises UsageProblem, WrongKey, MachineProblem; then the token that was kept before stays.
    """
    token = token.strip()
    if not token or len(token) > _LONGEST or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageProblem("that is no token", hint=f"Copy it whole from {TOKEN_PAGE}")
    today = datetime.now(UTC).date()
    if ends is not None and not today <= ends <= today + _LONGEST_LIFE:
        raise UsageProblem(f"no token of LinkedIn's that works now ends on {ends}", hint="Write the day as 2027-01-28.")
    keyring = _keyring()
    _try(vault, token, how)
    _keep(keyring, _user(vault), token)
    one = Login(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", ends or today + timedelta(days=DAYS), ends is None, account)
    note_login(vault, one)
    return one


def log_out(vault: Path) -> bool:
    """Take the token and the app's secret away, and what was fetched and not imported; says whether any was there."""
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
        raise WrongKey("nobody is logged in to LinkedIn's API", hint="linkbak api login; see docs/official-api.md")
    if known.days_left(datetime.now(UTC)) < 0 and not known.assumed:
        raise WrongKey(
            f"the token for LinkedIn's API ended on {known.ends}", hint="Make a new one and run: linkbak api login"
        )
    token = _read(_keyring(), _user(vault))
    if token is None:
        raise WrongKey("the keyring does not hold the token any more", hint="Run: linkbak api login")
    return token


def app_secret(vault: Path) -> str | None:
    """The secret of the app with which somebody logged in by browser; None if nobody did."""
    return _read(_keyring(), _app_of(vault))


def keep_app_secret(vault: Path, secret: str) -> None:
    """Keep it for the next login, which a token's end makes necessary."""
    _keep(_keyring(), _app_of(vault), secret)


def _try(vault: Path, token: str, how: Api) -> None:
    with connected() as client:
        calls = Calls(client, token, how.version, lambda: count_call(vault, how.calls))
        try:
            calls.page("PROFILE", 0)
        except NotServed:
            pass  # LinkedIn took the token; that it cannot answer now is no fault of the token's
        except Paused as paused:
            raise MachineProblem(
                f"LinkedIn's API takes no more calls before {paused.until:%Y-%m-%d %H:%M} UTC", hint="Log in then."
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
    """What the keyring answers; raises MachineProblem where there is none, or it is locked."""
    from keyring.errors import KeyringError, NoKeyringError

    try:
        return question()
    except NoKeyringError:
        raise MachineProblem(
            "this machine has no keyring, and the token is kept nowhere else",
            hint="On Linux, install gnome-keyring or KeePassXC; docs/official-api.md says what else works.",
        ) from None
    except KeyringError as error:
        raise MachineProblem(
            f"the keyring does not answer ({type(error).__name__})",
            hint="Unlock it. A timer has it only while you are logged in, and with systemd rather than cron.",
        ) from None


def _app_of(vault: Path) -> str:
    """The name of the entry of the app's secret."""
    return f"{_user(vault)}:app"


def _user(vault: Path) -> str:
    """The name of the entry: one for each vault."""
    return paths.state_folder(vault).name
