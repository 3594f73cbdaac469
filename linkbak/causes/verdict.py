"""What is said of why somebody is gone: causes, bands, evidence, and the incidents that bear on it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Cause = Literal[
    "removed-by-me",
    "removed-by-them",
    "account-lives",
    "closed",
    "blocked",
    "purge",
    "platform",
    "incomplete",
    "other",
    "unknown",
]
"""Why somebody is gone; ``removed-by-them``, ``blocked`` and ``other`` are only ever the user's own word."""

Band = Literal["verified", "likely", "possible", "unknown"]

BANDS: tuple[Band, ...] = ("verified", "likely", "possible", "unknown")
"""Strongest first."""


class Evidence(NamedTuple):
    """One thing that bears on the cause: `rule` names what found it, `text` says it to people, with dates.

    It speaks for `cause`, or against it where `favours` is false. Where `cause` is "unknown" and `favours` is false, it
    is told for the reader's own judgement and decides nothing.
    """

    rule: str
    cause: Cause
    band: Band
    favours: bool
    text: str


class Verdict(NamedTuple):
    """What the evidence comes to; `told` if it is the user's own word.

    `evidence` begins with what speaks for the cause, then what speaks against it, then the rest.
    """

    cause: Cause
    band: Band
    evidence: tuple[Evidence, ...]
    told: bool


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
