"""Everybody's history through all snapshots, out of a disposable SQLite file that is kept beside the vault.

How it is made, and where to read on:

- `list_deltas`: what differs between two neighbouring lists, aligned once and kept;
- `replay`: these deltas, list after list, give everybody's events: listed, changed, gone, back, or nobody can tell;
- `update` brings all of it to the vault's newest commit; `activity_update`, `messages`, `participants` and
  `conversations` add what archives say beside the list and find out whom it is about;
- `schema` names the tables, `store` keeps the file: whatever is wrong with it, it is made anew;
- `history` answers questions, by means of `people`, `timeline` and `activity`, and of `search`, `fts` and `query` for
  words. `models` is what the answers are made of.
"""

from __future__ import annotations

from linkbak.index.models import (
    LOST,
    Absence,
    Alternative,
    Case,
    Departures,
    Endorsed,
    Entry,
    ExchangedMessage,
    Hit,
    InAddressBook,
    Interval,
    Invited,
    Job,
    MainList,
    Match,
    MessageHit,
    Noted,
    PastValues,
    PeopleFilter,
    Person,
    Recommended,
    Shown,
    Span,
    State,
    Talk,
    Tenure,
    Timeline,
    Trace,
    Window,
)

__all__ = [
    "LOST",
    "Absence",
    "Alternative",
    "Case",
    "Departures",
    "Endorsed",
    "Entry",
    "ExchangedMessage",
    "Hit",
    "InAddressBook",
    "Interval",
    "Invited",
    "Job",
    "MainList",
    "Match",
    "MessageHit",
    "Noted",
    "PastValues",
    "PeopleFilter",
    "Person",
    "Recommended",
    "Shown",
    "Span",
    "State",
    "Talk",
    "Tenure",
    "Timeline",
    "Trace",
    "Window",
    "fts",
    "history",
    "list_deltas",
    "people",
    "query",
    "search",
    "store",
]
