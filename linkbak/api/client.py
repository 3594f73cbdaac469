"""Calls of LinkedIn's API: one answer at a time, within what a day allows, and what each refusal means.

Also the progress of fetching: the calls of today, and the answers so far, which lie privately beside the vault, so
that the next command continues where this one ended, and are removed once they are imported.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

from linkbak import paths, state
from linkbak.api.tables import Row
from linkbak.errors import MachineProblem, UsageProblem, VaultLocked, WrongKey, how_to_add
from linkbak.model import NamedTuple, rfc3339
from linkbak.texts import tr, tr_later

if TYPE_CHECKING:
    import httpx

ADDRESS = "https://api.linkedin.com/rest/memberSnapshotData"
MOST_BYTES = 128 * 1024 * 1024
"""The largest answer that LinkedIn may send."""
_PATIENCE = timedelta(minutes=2)
"""The longest wait before a call; longer ones are left to the next command."""
_PAUSES = (2.0, 4.0, 8.0)
"""Seconds before a failed call is tried again."""
_TIMEOUT = 60.0
sleep = time.sleep


class Page(NamedTuple):
    """One answer: its rows, and the number of the next, None if this is the last."""

    rows: list[Row]
    following: int | None


class Paused(Exception):
    """No more calls before a certain time: the day's are used up, or LinkedIn asks to wait."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class NotServed(Exception):
    """One domain is not available now; the others may be."""


@contextmanager
def connected() -> Iterator[httpx.Client]:
    """A client that follows no redirects. Raises MachineProblem where httpx is not installed."""
    try:
        import httpx
    except ImportError:
        raise missing("httpx") from None
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
        yield client


def missing(library: str) -> MachineProblem:
    """The error for a library of the extra that is not installed."""
    return MachineProblem(
        tr("{library} is not installed, and LinkedIn's API needs it", library=library),
        hint=how_to_add("api", "httpx keyring"),
    )


class Calls:
    """Asks for one answer after another with one token.

    `count` is called before each call, and raises Paused if the day has none left.
    """

    def __init__(self, client: httpx.Client, token: str, version: str, count: Callable[[], None]) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}", "LinkedIn-Version": version, "Accept": "application/json"}
        self._version = version
        self._count = count

    def page(self, domain: str, start: int) -> Page | None:
        """One answer of a domain; None if LinkedIn has none: not prepared yet, or past the end.

        Raises NotServed for trouble with this domain, Paused, WrongKey if the token is not good (any more),
        UsageProblem if the version is not served, MachineProblem if LinkedIn cannot be reached.
        """
        status, body = self._answer(domain, start)
        if status == 404:
            return None
        if status == 401:
            raise WrongKey(
                tr("LinkedIn does not take the token any more: it has ended, or was withdrawn"),
                hint=tr("Make a new one and run: linkbak api login"),
            )
        if status == 403:
            raise WrongKey(
                tr("the token does not allow to read your data"),
                hint=tr("Make one with the scope that `linkbak config` shows as api.scope, in the EEA or Switzerland."),
            )
        if status == 426:
            raise UsageProblem(
                tr("LinkedIn's API does not serve version {version} to this token", version=self._version),
                hint=tr("See docs/official-api.md; linkbak config set api.version VERSION"),
            )
        if status != 200:
            raise NotServed(tr_later("LinkedIn answered with status {status}", status=status))
        return _understood(body, start)

    def _answer(self, domain: str, start: int) -> tuple[int, bytes]:
        """The status and the body, after waiting where LinkedIn asked for it, and after retries."""
        for pause in (*_PAUSES, None):
            self._count()
            try:
                status, body, wait = self._call(domain, start)
            except MachineProblem:
                if pause is None:
                    raise
                sleep(pause)
                continue
            if status == 429:
                now = datetime.now(UTC)
                until = wait or (now + timedelta(seconds=pause) if pause else tomorrow(now))
                if pause is None or until - now > _PATIENCE:
                    raise Paused(until if wait else tomorrow(now))
                sleep(max(0.0, (until - now).total_seconds()))
            elif status < 500 or pause is None:
                return status, body
            else:
                sleep(pause)
        raise AssertionError("the last pause is none")

    def _call(self, domain: str, start: int) -> tuple[int, bytes, datetime | None]:
        import httpx

        asked = {"q": "criteria", "domain": domain, "start": str(start)}
        try:
            with self._client.stream("GET", ADDRESS, params=asked, headers=self._headers) as answer:
                body = body_of(answer, MOST_BYTES)
                return answer.status_code, body, _retry_after(answer.headers.get("Retry-After", ""))
        except httpx.HTTPError as error:  # its text may hold addresses, its type says enough
            raise MachineProblem(
                tr("LinkedIn's API cannot be reached ({error})", error=type(error).__name__),
                hint=tr("Is this machine online? The next time goes on from here."),
            ) from None


def body_of(answer: httpx.Response, most: int) -> bytes:
    """The body of an answer; raises NotServed if it is too large."""
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > most:
            raise NotServed(tr_later("its answer is too large"))
    return bytes(body)


def tomorrow(now: datetime) -> datetime:
    """The beginning of LinkedIn's next day: midnight UTC."""
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def _retry_after(text: str) -> datetime | None:
    """The time that the header names, in seconds from now or as a date; None if it names none."""
    now = datetime.now(UTC)
    try:
        if text.strip().isdecimal():
            return now + timedelta(seconds=min(int(text), 7 * 24 * 60 * 60))
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _understood(body: bytes, start: int) -> Page:
    """The rows of an answer; raises NotServed for one of another shape, which must not pass for an empty one."""
    try:
        answer = json.loads(body)
        found = [element["snapshotData"] for element in answer["elements"]]
        rows = [row for data in found for row in ([data] if isinstance(data, dict) else data)]
        # Only `start` in the address of the next answer is used.
        links = [link for link in (answer.get("paging") or {}).get("links") or () if link.get("rel") == "next"]
        following = int(parse_qs(urlsplit(links[0]["href"]).query)["start"][0]) if links else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotServed(tr_later("its answer is not understood")) from None
    if not all(isinstance(row, dict) for row in rows):
        raise NotServed(tr_later("its answer is not understood"))
    if following is not None and following <= start:
        raise NotServed(tr_later("its answers lead nowhere"))
    return Page(rows, following)


# --- calls ------------------------------------------------------------------------------------------------------------


def calls_today(vault: Path) -> int:
    """How many calls were made since midnight UTC."""
    try:
        noted = state.read(vault, "api")["calls"]
        return int(noted["made"]) if noted["day"] == _today() else 0
    except (ValueError, TypeError, KeyError):
        return 0


def count_call(vault: Path, most: int) -> None:
    """Count a call before it is made; raises Paused if the day has none left, or LinkedIn asked to wait."""
    note, now = state.read(vault, "api"), datetime.now(UTC)
    until = paused_until(vault)
    if until is not None and until > now:
        raise Paused(until)
    made = calls_today(vault)
    if made >= most:
        raise Paused(tomorrow(now))
    if not state.write(vault, "api", {**note, "calls": {"day": _today(), "made": made + 1}}):
        raise MachineProblem(
            tr("linkbak cannot count the calls of LinkedIn's API, since its notes cannot be written"),
            hint=tr("`linkbak doctor` says what is wrong with their folder."),
        )


def pause(vault: Path, until: datetime) -> None:
    """Note that no call is to be made before then."""
    state.write(vault, "api", {**state.read(vault, "api"), "paused": rfc3339(until)})


def paused_until(vault: Path) -> datetime | None:
    """Before when no call is to be made; None if one may be made now."""
    try:
        until = datetime.fromisoformat(state.read(vault, "api")["paused"]).astimezone(UTC)
    except (ValueError, TypeError, KeyError):
        return None
    return until if until > datetime.now(UTC) else None


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


# --- answers ----------------------------------------------------------------------------------------------------------

Standing = Literal["open", "whole", "absent", "failed"]
"""Of a domain: not asked for to its end; there to its end; none at LinkedIn; not to be had, with a reason."""


class Domain(NamedTuple):
    """How one domain stands: how many answers are here, when the last one came (RFC 3339 UTC), why it failed."""

    standing: Standing = "open"
    pages: int = 0
    following: int = 0
    at: str = ""
    why: str = ""


class Fetching(NamedTuple):
    """A fetch that was begun and not imported yet: when, and how each of its domains stands."""

    begun: datetime
    domains: dict[str, Domain]

    def having(self, standing: Standing) -> list[str]:
        """The domains that stand so."""
        return [name for name, one in self.domains.items() if one.standing == standing]


def begun(vault: Path) -> Fetching | None:
    """The fetch that is going on; None if there is none, or its notes cannot be read."""
    try:
        note = json.loads((folder_of(vault) / "progress.json").read_bytes())
        domains = {str(name): Domain(*one) for name, one in note["domains"].items()}
        return Fetching(datetime.fromisoformat(note["begun"]).astimezone(UTC), domains)
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, AttributeError):
        return None


def note(vault: Path, fetching: Fetching) -> None:
    """Write down how far it has come. Raises MachineProblem if that cannot be kept."""
    said = {"begun": rfc3339(fetching.begun), "domains": fetching.domains}
    _write(folder_of(vault) / "progress.json", json.dumps(said).encode())


def keep_page(vault: Path, domain: str, number: int, rows: Sequence[Row]) -> None:
    """Keep one answer, in place of the one that had that number."""
    _write(_page(vault, domain, number), json.dumps(rows).encode())


def pages(vault: Path, domain: str, how_many: int) -> Iterator[list[Row]]:
    """The answers of a domain in their order, one at a time. Raises MachineProblem if one is not there any more."""
    for number in range(how_many):
        try:
            found: list[Row] = json.loads(_page(vault, domain, number).read_bytes())
        except (OSError, ValueError):
            raise MachineProblem(
                tr("what was fetched from LinkedIn's API cannot be read any more"),
                hint=tr("`linkbak api fetch --anew` begins from the beginning."),
            ) from None
        yield found


def forget(vault: Path) -> None:
    """Remove what was fetched."""
    with suppress(OSError, RuntimeError):
        shutil.rmtree(folder_of(vault))


def folder_of(vault: Path) -> Path:
    """Where the answers lie, readable by nobody else."""
    return paths.state_folder(vault) / "api"


def alone(vault: Path) -> AbstractContextManager[None]:
    """Holds the lock of those who fetch for one vault; raises VaultLocked at once if another does."""
    refusal = VaultLocked(
        tr("another linkbak is fetching from LinkedIn's API for this vault"), hint=tr("Let it finish.")
    )
    return state.alone(vault, "api.lock", refusal, _unwritten)


def _page(vault: Path, domain: str, number: int) -> Path:
    return folder_of(vault) / f"{domain}-{number}.json"


def _write(file: Path, data: bytes) -> None:
    try:
        paths.write_whole(file, data)
    except (OSError, RuntimeError) as error:
        raise _unwritten(error) from None


def _unwritten(error: Exception) -> MachineProblem:
    why = (getattr(error, "strerror", "") or type(error).__name__).lower()
    return MachineProblem(tr("what comes from LinkedIn's API cannot be kept beside the vault: {why}", why=why))


LONGEST = timedelta(hours=48)
"""So long a fetch waits for what is missing; then it is imported without."""
TOO_OLD = timedelta(days=7)
"""What was begun so long ago is thrown away: a list of two ages is none."""
