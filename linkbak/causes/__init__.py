"""Why a connection is gone: evidence for and against, in bands, and never more than the files show.

This face holds what is said about it, and reads the known incidents of networks. Every rule in `rules` looks at one
thing; `judgement` weighs what all of them found, and looks up in the index what became of those who vanished.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from linkbak import paths
from linkbak.errors import MachineProblem, UsageProblem
from linkbak.model import NamedTuple
from linkbak.settings import parsed
from linkbak.texts import MONTHS, tr

if TYPE_CHECKING:
    from linkbak.index import Window

__all__ = [
    "ADVICE", "BANDS", "BAND_NAMES", "PHRASES", "Band", "Cause", "Event", "Evidence", "Incident", "Verdict",
    "headline", "judgement", "known_incidents", "phrase",
]  # fmt: skip

Cause = Literal[
    "removed-by-me", "removed-by-them", "account-lives", "closed", "blocked", "purge", "platform", "incomplete",
    "other", "unknown",
]  # fmt: skip
"""Why somebody is gone; ``removed-by-them``, ``blocked`` and ``other`` only if the user says so."""

Band = Literal["verified", "likely", "possible", "unknown"]

BANDS: tuple[Band, ...] = ("verified", "likely", "possible", "unknown")
"""Strongest first."""

BAND_NAMES: Mapping[Band, str] = {
    "verified": tr("verified"),
    "likely": tr("likely"),
    "possible": tr("possible"),
    "unknown": tr("unknown"),
}
"""Each band as people read it."""


class Evidence(NamedTuple):
    """One piece of evidence about the cause: `rule` names what found it, `text` says it to people, with dates.

    It speaks for `cause`, or against it where `favours` is false. Where `cause` is "unknown" and `favours` is false, it
    is a remark for the reader's own judgement and decides nothing.
    """

    rule: str
    cause: Cause
    band: Band
    favours: bool
    text: str


class Verdict(NamedTuple):
    """The conclusion from the evidence; `by_user` if the user said so.

    `evidence` begins with what speaks for the cause, then what speaks against it, then the rest.
    """

    cause: Cause
    band: Band
    evidence: tuple[Evidence, ...]
    by_user: bool


class Event(NamedTuple):
    """Losses of one window that belong together.

    `kind`: a sweep went together and is alike; a cull is alike by words of the position, as an owner's own is; a fault
    was known when the list was written; a missing piece lacks from a list that is not believed. `members` are ids;
    `evidence` begins with a summary in one line. `band` is how sure a removal by the network is.
    """

    kind: Literal["sweep", "cull", "fault", "missing-piece"]
    window: Window
    members: tuple[str, ...]
    evidence: tuple[str, ...]
    band: Band = "possible"


class Incident(NamedTuple):
    """Something a network is known to have done to the lists of its members.

    `kind` is ``fault`` for what was mended afterwards, ``trim`` for connections ended for good. `began` and `ended` are
    RFC 3339 UTC times, `ended` "" while it lasts; `what` is a sentence.
    """

    id: str
    kind: Literal["fault", "trim"]
    network: str
    began: str
    ended: str
    what: str
    sources: tuple[str, ...] = ()


# --- phrases ---
# Causes and dates in words for people: kind, factual, and never more than is known.

PHRASES: Mapping[Cause, str] = {
    "removed-by-me": tr("you removed them"),
    "removed-by-them": tr("they ended the connection"),
    "account-lives": tr("the account lives, the connection ended (no archive shows by whom)"),
    "closed": tr("account closed, restricted, or they blocked you"),
    "blocked": tr("they blocked you"),
    "purge": tr("the network removed many accounts at once, theirs among them"),
    "platform": tr("something the network itself did to its lists"),
    "incomplete": tr("the list is not whole; the next archive will tell"),
    "other": tr("another reason, known to you"),
    "unknown": tr("cannot be known"),
}
"""Each cause as a short phrase."""

_AS_STATED: Mapping[Cause, str] = {
    "closed": tr("their account was closed"),
    "purge": tr("the network removed their account"),
    "incomplete": tr("the export was incomplete"),
}
"""The phrases where the user, who may know more than the files, said why."""

ADVICE: Mapping[Cause, str] = {
    "removed-by-me": tr("let go, or invite them again"),
    "removed-by-them": tr("ask them if they matter to you, or let go"),
    "account-lives": tr("ask them, or invite them again"),
    "closed": tr("reach them another way, or let go"),
    "blocked": tr("let go"),
    "purge": tr("check their profile; if it is there, invite them again"),
    "platform": tr("wait for the next archive, then check their profile"),
    "incomplete": tr("wait for the next archive, or ask for a new one"),
    "other": "",
    "unknown": tr("check their profile; if it is there, ask them or invite them again"),
}
"""What one can do about each cause."""


def phrase(cause: Cause, band: Band) -> str:
    """The cause in words that fit its band: these causes are verified only where the user said so."""
    return _AS_STATED.get(cause, PHRASES[cause]) if band == "verified" else PHRASES[cause]


def headline(verdict: Verdict) -> str:
    """One short phrase with the band: ``likely: account closed, restricted, or they blocked you``."""
    band = BAND_NAMES[verdict.band]
    if verdict.by_user:
        return tr("{band} by your own word: {phrase}", band=band, phrase=phrase(verdict.cause, verdict.band))
    return PHRASES["unknown"] if verdict.cause == "unknown" else f"{band}: {PHRASES[verdict.cause]}"


def day_of_year(moment: str) -> str:
    """``4 Mar``, where the year stands beside it."""
    return tr("{day} {month}", day=int(moment[8:10]), month=MONTHS[int(moment[5:7]) - 1])


def listing(words: Iterable[str], last: Literal["and", "or"] = "and") -> str:
    """``messages, notes and endorsements``."""
    *before, end = words
    if not before:
        return end
    others = ", ".join(before)
    if last == "and":
        return tr("{others} and {last}", others=others, last=end)
    return tr("{others} or {last}", others=others, last=end)


# --- incidents ---
# Known incidents, from the file that comes with linkbak and the user's own beside the config file.

PACKAGED = Path(__file__).with_name("incidents.toml")
KINDS: tuple[Literal["fault", "trim"], ...] = ("fault", "trim")
_KEYS = ("id", "kind", "network", "from", "to", "what", "sources")


def known_incidents() -> tuple[Incident, ...]:
    """All incidents linkbak knows, oldest first; one of the user's takes the place of a packaged one with its id.

    Raises UsageProblem, naming file and key, for a malformed file of the user's.
    """
    known = {one.id: one for file in (PACKAGED, paths.config_file().with_name("incidents.toml")) for one in _read(file)}
    return tuple(sorted(known.values(), key=lambda one: (one.began, one.id)))


def _read(file: Path) -> list[Incident]:
    try:
        text = file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise UsageProblem(tr("{file} is not UTF-8 text", file=file)) from None
    except OSError as error:
        raise MachineProblem(tr("cannot read {file}: {reason}", file=file, reason=error.strerror)) from None
    values = parsed(file, text)
    entries = values.pop("incident", [])
    for key in values:
        raise _wrong(file, key, tr("linkbak knows no such key; each incident begins with a line [[incident]]"))
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _wrong(file, "incident", tr("each incident begins with a line [[incident]]"))
    found = [_incident(file, number, entry) for number, entry in enumerate(entries, 1)]
    for number, one in enumerate(found, 1):
        if any(one.id == other.id for other in found[: number - 1]):
            raise _wrong(file, f"incident {number}: id", tr("an earlier one has the same"))
    return found


def _incident(file: Path, number: int, values: Mapping[str, Any]) -> Incident:
    def wrong(key: str, why: str) -> UsageProblem:
        return _wrong(file, f"incident {number}: {key}", why)

    def text(key: str, default: str = "") -> str:
        value = values.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise wrong(key, tr("it must be a text, in quotes"))
        return value.strip()

    def moment(key: str, at: time) -> str:
        """A day or a time as RFC 3339 UTC; a day is taken at its beginning or its end."""
        value = values.get(key)
        if isinstance(value, datetime):
            try:
                utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            except OverflowError:
                raise wrong(key, tr("no calendar has that time in UTC")) from None
        elif isinstance(value, date):
            utc = datetime.combine(value, at, UTC)
        else:
            raise wrong(key, tr("it must be a day as 2024-10-22 or a time as 2024-10-22T10:00:00Z, without quotes"))
        return f"{utc.replace(tzinfo=None).isoformat(timespec='seconds')}Z"

    for key in values:
        if key not in _KEYS:
            raise wrong(key, tr("linkbak knows no such key; it knows: {keys}", keys=", ".join(_KEYS)))
    kind = next((kind for kind in KINDS if kind == text("kind")), None)
    if kind is None:
        raise wrong("kind", tr("it must be one of: {kinds}", kinds=", ".join(KINDS)))
    began = moment("from", time())
    ended = moment("to", time(23, 59, 59)) if "to" in values else ""
    if ended and ended < began:
        raise wrong("to", tr("it must not be before from"))
    if kind == "trim" and not ended:
        raise wrong("to", tr("a trim needs the day on which it ended"))
    network, what = text("network", "linkedin"), text("what")
    sources = values.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        raise wrong("sources", tr("it must be a list of addresses, in quotes"))
    return Incident(text("id"), kind, network, began, ended, what, tuple(sources))


def _wrong(file: Path, key: str, why: str) -> UsageProblem:
    return UsageProblem(f"{file}: {key}: {why}")
