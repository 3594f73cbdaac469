"""The official API by which members in the EEA and Switzerland get their own data: read only, and off until somebody
logs in.

What stands here is loaded by commands that only ask how it stands: the token's note, never the token. `login` keeps the
token in the keyring of the system, `fetch` asks for the data and hands it on as an archive.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from linkbak import state
from linkbak.model import NamedTuple

__all__ = ["DAYS", "TOKEN_PAGE", "WARN_DAYS", "Login", "client", "due_word", "fetch", "login", "login_of"]

WARN_DAYS = 14
"""So many days before a token ends that is worth a word."""
DAYS = 60
"""So long the shortest of LinkedIn's tokens last, which is taken for one of which nobody said when it ends."""
TOKEN_PAGE = "https://www.linkedin.com/developers/tools/oauth/token-generator"  # noqa: S105  # where one is made


class Login(NamedTuple):
    """What is noted of the token: when it was given, its last day, whether that was only assumed, for which account.

    `account` is "" if nobody said; then the archive shows whose it is.
    """

    since: str
    ends: date
    assumed: bool = False
    account: str = ""

    def days_left(self, now: datetime) -> int:
        """How many days until it ends; negative if it has ended."""
        return (self.ends - now.astimezone(UTC).date()).days


def login_of(vault: Path) -> Login | None:
    """The note of the token that fetches for a vault; None if nobody logged in."""
    found = state.read(vault, "api")
    try:
        note = found["login"]
        ends = date.fromisoformat(note["ends"])
        return Login(str(note["since"]), ends, note["assumed"] is True, str(note["account"]))
    except (ValueError, TypeError, KeyError):
        return None


def note_login(vault: Path, one: Login | None) -> None:
    """Write down that somebody logged in, or out; what is known of calls stays."""
    known = {name: value for name, value in state.read(vault, "api").items() if name != "login"}
    if one is not None:
        note = {"since": one.since, "ends": one.ends.isoformat(), "assumed": one.assumed, "account": one.account}
        known["login"] = note
    state.write(vault, "api", known)


def due_word(one: Login, now: datetime) -> str:
    """What is to be said of a token that ends soon, or has ended; "" if nothing is."""
    left, again = one.days_left(now), "make a new one, then `linkbak api login`"
    if left < 0:
        return f"the token for LinkedIn's API ended on {one.ends}: {again}"
    if left > WARN_DAYS:
        return ""
    days = "today" if not left else "tomorrow" if left == 1 else f"in {left} days"
    return f"the token for LinkedIn's API ends {days}: {again}"
