"""Causes and dates in words for people: kind, factual, and never more than is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from linkbak.causes.verdict import Cause, Verdict

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

PHRASES: Mapping[Cause, str] = MappingProxyType(
    {
        "removed-by-me": "you removed them",
        "removed-by-them": "they ended the connection",
        "account-lives": "the account lives, the connection ended (by whom, no export can show)",
        "closed": "account closed, restricted, or they blocked you",
        "blocked": "they blocked you",
        "purge": "the network removed many accounts at once, perhaps theirs too",
        "platform": "something the network itself did to its lists",
        "incomplete": "the export looks incomplete; the next one will tell",
        "other": "another reason, known to you",
        "unknown": "cannot be known",
    }
)
"""Each cause as a short phrase."""

_AS_TOLD: Mapping[Cause, str] = {
    "closed": "their account was closed",
    "purge": "the network removed their account",
    "incomplete": "the export was incomplete",
}
"""Where the user, who may know more than the files, says more than the phrase above."""


def headline(verdict: Verdict) -> str:
    """One short phrase with the band: ``likely: account closed, restricted, or they blocked you``."""
    if verdict.told:
        return f"{verdict.band} by your own word: {_AS_TOLD.get(verdict.cause, PHRASES[verdict.cause])}"
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
