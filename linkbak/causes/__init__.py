"""Why a connection is gone: evidence for and against, in bands, and never more than the files show.

This face holds what is said about it. Every rule in `rules` looks at one thing; `judgement` weighs what all of them
found, reads the known incidents of networks, and looks up in the index what became of those who vanished.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from linkbak.model import NamedTuple

if TYPE_CHECKING:
    from linkbak.index import Window

__all__ = [
    "ADVICE", "BANDS", "PHRASES", "Band", "Cause", "Event", "Evidence", "Incident", "Verdict", "headline", "judgement",
    "phrase",
]  # fmt: skip

Cause = Literal[
    "removed-by-me", "removed-by-them", "account-lives", "closed", "blocked", "purge", "platform", "incomplete",
    "other", "unknown",
]  # fmt: skip
"""Why somebody is gone; ``removed-by-them``, ``blocked`` and ``other`` only if the user says so."""

Band = Literal["verified", "likely", "possible", "unknown"]

BANDS: tuple[Band, ...] = ("verified", "likely", "possible", "unknown")
"""Strongest first."""


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

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

PHRASES: Mapping[Cause, str] = MappingProxyType(
    {
        "removed-by-me": "you removed them",
        "removed-by-them": "they ended the connection",
        "account-lives": "the account lives, the connection ended (no archive shows by whom)",
        "closed": "account closed, restricted, or they blocked you",
        "blocked": "they blocked you",
        "purge": "the network removed many accounts at once, theirs among them",
        "platform": "something the network itself did to its lists",
        "incomplete": "the list is not whole; the next archive will tell",
        "other": "another reason, known to you",
        "unknown": "cannot be known",
    }
)
"""Each cause as a short phrase."""

_AS_STATED: Mapping[Cause, str] = {
    "closed": "their account was closed",
    "purge": "the network removed their account",
    "incomplete": "the export was incomplete",
}
"""The phrases where the user, who may know more than the files, said why."""

ADVICE: Mapping[Cause, str] = MappingProxyType(
    {
        "removed-by-me": "let go, or invite them again",
        "removed-by-them": "ask them if they matter to you, or let go",
        "account-lives": "ask them, or invite them again",
        "closed": "reach them another way, or let go",
        "blocked": "let go",
        "purge": "check their profile; if it is there, invite them again",
        "platform": "wait for the next archive, then check their profile",
        "incomplete": "wait for the next archive, or ask for a new one",
        "other": "",
        "unknown": "check their profile; if it is there, ask them or invite them again",
    }
)
"""What one can do about each cause."""


def phrase(cause: Cause, band: Band) -> str:
    """The cause in words that fit its band: these causes are verified only where the user said so."""
    return _AS_STATED.get(cause, PHRASES[cause]) if band == "verified" else PHRASES[cause]


def headline(verdict: Verdict) -> str:
    """One short phrase with the band: ``likely: account closed, restricted, or they blocked you``."""
    if verdict.by_user:
        return f"{verdict.band} by your own word: {phrase(verdict.cause, verdict.band)}"
    if verdict.cause == "unknown":
        return PHRASES["unknown"]
    return f"{verdict.band}: {PHRASES[verdict.cause]}"


def day(moment: str) -> str:
    """``4 Mar 2026`` for an ISO date or an RFC 3339 time."""
    return f"{int(moment[8:10])} {_MONTHS[int(moment[5:7]) - 1]} {moment[:4]}"


def listing(words: Iterable[str], last: str = "and") -> str:
    """``messages, notes and endorsements``."""
    *before, end = words
    return f"{', '.join(before)} {last} {end}" if before else end
