"""``linkbak api``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, cast

from typer import Argument, Option

from linkbak.api import DAYS, TOKEN_PAGE, login_of
from linkbak.api.client import begun, calls_today, paused_until
from linkbak.api.fetch import fetch, last_of
from linkbak.api.login import App, app_secret, granted, keep_app_secret, log_in, log_out, redirect_of
from linkbak.cli.app import check_action
from linkbak.cli.import_ import brought_by, import_options, say_made, show_receipt
from linkbak.cli.session import Session, compact_if_due, day_of, typed, typed_unseen
from linkbak.errors import Exit, UsageProblem
from linkbak.report import api as view
from linkbak.report import say
from linkbak.report.api import Action, Shown
from linkbak.texts import tr

ACTIONS = ("login", "logout", "status", "fetch")
APPS = "https://www.linkedin.com/developers/apps/new"


def api(
    session: Session,
    action: Annotated[str, Argument(metavar="[login|logout|status|fetch]")] = "status",
    ends: Annotated[str | None, Option("--ends", metavar="DATE", help="With login: the last day of the token.")] = None,
    browser: Annotated[
        bool, Option("--browser", help="With login: say yes in your browser instead of pasting a token.")
    ] = False,
    anew: Annotated[bool, Option("--anew", help="With fetch: throw away what was fetched and not imported.")] = False,
) -> Exit | None:
    """Fetch your data through LinkedIn's official API

    \b
    Examples:
      linkbak api login
      linkbak api fetch

    \b
    login   keeps a token, made at LinkedIn, in the keyring of this system
    fetch   reads your data and keeps it as a snapshot
    status  says how long the token works, and how far fetching has come
    logout  takes the token away

    This is for members in the EEA and Switzerland, and off until you log in. It can change nothing at LinkedIn.
    """
    check_action("api", action, ACTIONS)
    if ((ends is not None or browser) and action != "login") or (anew and action != "fetch"):
        raise UsageProblem(tr("--ends and --browser go with login, --anew with fetch"))
    if browser and ends is not None:
        raise UsageProblem(tr("with --browser LinkedIn says how long the token works"), hint=tr("Leave --ends out."))
    place, named = session.vault_path()
    if action == "fetch":
        return _fetch(session, place, named=named, anew=anew)
    if action == "login" and browser:
        _login_by_browser(session, place)
    elif action == "login":
        _login(session, place, ends)
    changed = log_out(place) if action == "logout" else action == "login"
    shown = _shown(session, cast("Action", action), place)._replace(changed=changed)
    session.tell(lambda: view.document(shown), lambda: view.text(shown))
    return None


def _login(session: Session, place: Path, ends: str | None) -> None:
    how = session.settings().api
    account = import_options(session).account or ""
    talks = sys.stdin.isatty() and sys.stderr.isatty()
    if talks:
        for line in (
            tr("LinkedIn lets members in the EEA and Switzerland read their own data, with a token."),
            tr(
                "1. Make an app of your own, and ask for its product Member Data Portability API (Member): {page}",
                page=APPS,
            ),
            tr("2. Make a token with the scope {scope}: {page}", scope=how.scope, page=TOKEN_PAGE),
            tr("3. Paste it here. It is kept in the keyring of this system and nowhere else."),
        ):
            say(line)
    token = typed_unseen(tr("Token (not shown as you paste it): ")) if talks else sys.stdin.readline()
    last = _asked_end() if talks and ends is None and token.strip() else ends
    log_in(place, token, day_of(last) if last else None, account, how)


def _login_by_browser(session: Session, place: Path) -> None:
    """The token of an app of one's own, whose secret lies in the keyring too, for the next time."""
    how = session.settings().api
    account = import_options(session).account or ""
    talks = sys.stdin.isatty() and sys.stderr.isatty()
    kept = app_secret(place)
    if talks and not (how.client and kept):
        for line in _app_steps(redirect_of(how.port)):
            say(line)
    client = how.client or (typed(tr("Client ID")) if talks else "")
    if not client:
        raise UsageProblem(tr("the client ID of your app is missing"), hint="linkbak config set api.client CLIENT-ID")
    ask = tr("Client secret (not shown; only Enter: as before): ") if kept else tr("Client secret (not shown): ")
    secret = (typed_unseen(ask) if talks else sys.stdin.readline()).strip() or kept
    if not secret:
        raise UsageProblem(
            tr("without the app's client secret LinkedIn gives no token"), hint=tr("Its Auth page has it.")
        )
    found = granted(App(client, secret, how.scope, how.port), _tell)
    ends = datetime.now(UTC).date() + timedelta(days=min(found.days, 366))
    log_in(place, found.token, ends, account, how)
    keep_app_secret(place, secret)


def _tell(address: str) -> None:
    say(tr("Open this in your browser, and say yes there:"))
    say(address)


def _app_steps(redirect: str) -> list[str]:
    return [
        tr("LinkedIn lets members in the EEA and Switzerland read their own data, with an app of their own."),
        tr("1. Make one, and ask for its product Member Data Portability API (Member): {page}", page=APPS),
        tr("2. On its Auth page, add this redirect URL: {address}", address=redirect),
        tr("3. Type its client ID and secret here. The secret is kept in the keyring of this system and nowhere else."),
    ]


def _asked_end() -> str:
    """The last day of the token as the person at the terminal says it; "" if they do not know."""
    while answer := typed(_END, optional=True):
        try:
            return day_of(answer).isoformat()
        except UsageProblem as problem:
            say(problem.hint)
    return ""


_END = tr("Its last day, as 2027-01-28 (only Enter: not known, and {days} days are assumed)", days=DAYS)


def _fetch(session: Session, place: Path, *, named: bool, anew: bool) -> Exit:
    found = fetch(place, import_options(session), session.settings().api, named=named, made=say_made, anew=anew)
    shown = _shown(session, "fetch", place)._replace(fetched=found)
    if session.as_json:
        session.print_json(view.document(shown))
    else:
        if found.receipt is not None:
            show_receipt(session, found.receipt, everyone=False)
        session.show(view.fetched_text(shown))
    if found.receipt is None:
        return Exit.INCOMPLETE
    if brought := brought_by([found.receipt]):
        compact_if_due(session, brought)
    return found.receipt.exit_code


def _shown(session: Session, action: Action, place: Path) -> Shown:
    settings = session.settings()
    return Shown(
        action,
        str(place),
        datetime.now(UTC),
        login_of(place),
        calls_today(place),
        settings.api.calls,
        begun(place),
        paused_until(place),
        last_of(place),
        every=settings.cadence.days,
    )
