"""The official API by which members in the EEA and Switzerland get their own data: read only, and off until somebody
logs in.

This face is for commands that only need its state: the note about the token, never the token. `login` keeps the
token in the keyring of the system, `fetch` asks for the data and passes it on as an archive.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from linkbak import state
from linkbak.model import NamedTuple
from linkbak.texts import tr, tr_count

__all__ = [
    "AGAIN", "DAYS", "TOKEN_PAGE", "WARN_DAYS", "Login", "client", "due_word", "ending", "fetch", "login", "login_of",
]  # fmt: skip

WARN_DAYS = 14
"""How many days before a token ends there is a reminder."""
DAYS = 60
"""The life of the shortest of LinkedIn's tokens, assumed for a token without a given end."""
TOKEN_PAGE = "https://www.linkedin.com/developers/tools/oauth/token-generator"  # noqa: S105  # where one is made


class Login(NamedTuple):
    """The note about the token: when it was given, its last day, whether that was only assumed, for which account.

    `account` is "" if not given; then the archive shows whose it is.
    """

    since: str
    ends: date
    assumed: bool = False
    account: str = ""

    def days_left(self, now: datetime) -> int:
        """The days until it ends; negative if it has ended."""
        return (self.ends - now.astimezone(UTC).date()).days


def login_of(vault: Path) -> Login | None:
    """The note about the token of a vault; None if nobody logged in."""
    found = state.read(vault, "api")
    try:
        note = found["login"]
        ends = date.fromisoformat(note["ends"])
        return Login(str(note["since"]), ends, note["assumed"] is True, str(note["account"]))
    except (ValueError, TypeError, KeyError):
        return None


def note_login(vault: Path, one: Login | None) -> None:
    """Note a login or logout; the count of calls stays."""
    known = {name: value for name, value in state.read(vault, "api").items() if name != "login"}
    if one is not None:
        note = {"since": one.since, "ends": one.ends.isoformat(), "assumed": one.assumed, "account": one.account}
        known["login"] = note
    state.write(vault, "api", known)


AGAIN = tr("make a new one, then `linkbak api login`")


def due_word(one: Login, now: datetime) -> str:
    """A sentence about a token that ends soon, or has ended, and what to do; "" for any other."""
    said = ending(one, now)
    return tr("{said}: {again}", said=said, again=AGAIN) if said else ""


def ending(one: Login, now: datetime) -> str:
    """The same without what to do, which `AGAIN` says."""
    left = one.days_left(now)
    if left < 0:
        return tr("the token for LinkedIn's API ended on {day}", day=one.ends)
    if left > WARN_DAYS:
        return ""
    days = (
        tr("today")
        if not left
        else tr("tomorrow")
        if left == 1
        else tr_count("in {days} day", "in {days} days", left, days=left)
    )
    return tr("the token for LinkedIn's API ends {when}", when=days)
