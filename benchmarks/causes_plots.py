"""What may happen to someone in a simulated account, and what is true of them then; data only.

A plot is a list of deeds, each so many months after the plot begins. `cause` is what really ended the connection, in
the words of `linkbak.causes` as far as it has one ("" if nothing did).
"""

from __future__ import annotations

from typing import NamedTuple

REMOVED = "removed-by-them"
MINE = "removed-by-me"
CLOSED = "closed"
BLOCKED = "blocked"
PURGED = "purge"
FAULT = "platform"
INCOMPLETE = "incomplete"
STAYS = ""

LIVES = frozenset({REMOVED, MINE})
"""The causes of those whose account lives while the connection was cut."""
PICTURE_OF_CLOSED = frozenset({CLOSED, BLOCKED})
"""Causes that look alike in every export: the account closed, restricted, or its owner blocked the user."""

Deed = tuple[int, str]


class Plot(NamedTuple):
    """What happens to someone: the true cause of their going, whether they ever talked, and each deed with its month.

    `seen` wants the plot to begin in a month whose archive has a believed list and messages; `twin` gives them a
    namesake who stays; `blind` is true where no export can tell the truth, so that nothing may be asked of what is
    said.
    """

    cause: str
    talks: bool
    deeds: tuple[Deed, ...]
    seen: bool = False
    twin: bool = False
    blind: bool = False
    endorses: bool = False


PLOTS: dict[str, Plot] = {
    "removed by them, had talked": Plot(REMOVED, True, ((0, "end"),)),
    "removed by them, never talked": Plot(REMOVED, False, ((0, "end"),)),
    "removed by them, talked, conversation deleted": Plot(REMOVED, True, ((0, "end"), (0, "forget"))),
    "removed by them, endorsement left": Plot(REMOVED, False, ((0, "end"),), endorses=True),
    "removed by them, in a group of three": Plot(REMOVED, False, ((-1, "group"), (0, "end"))),
    "removed by them, asked again": Plot(REMOVED, False, ((0, "end"), (1, "invite"))),
    "removed by them, another address later": Plot(REMOVED, True, ((0, "end"), (2, "move"))),
    "removed by them, hidden some months later": Plot(REMOVED, True, ((0, "end"), (2, "hide")), seen=True),
    "removed by them, hidden in the same month": Plot(REMOVED, True, ((0, "end"), (0, "hide")), blind=True),
    "removed by them, had been hidden": Plot(REMOVED, True, ((-1, "hide"), (0, "show"), (0, "end")), seen=True),
    "removed by them, had been hidden, never talked": Plot(REMOVED, False, ((-1, "hide"), (0, "show"), (0, "end"))),
    "removed by them, connected again later": Plot(REMOVED, True, ((0, "end"), (3, "connect"))),
    "removed by them, a namesake stays": Plot(REMOVED, True, ((0, "end"),), twin=True),
    "removed by you, said so after": Plot(MINE, True, ((0, "end"), (0, "tell"))),
    "removed by you, said so before": Plot(MINE, False, ((-1, "tell"), (0, "end"))),
    "removed by you, not said": Plot(MINE, True, ((0, "end"),)),
    "closed at once, had talked": Plot(CLOSED, True, ((0, "close"),)),
    "closed after some months hidden, had talked": Plot(CLOSED, True, ((-2, "hide"), (0, "close"))),
    "closed, never talked": Plot(CLOSED, False, ((0, "close"),)),
    "closed, a namesake talks on": Plot(CLOSED, False, ((0, "close"),), twin=True),
    "blocked you, had talked": Plot(BLOCKED, True, ((0, "close"),)),
    "hidden and back": Plot(STAYS, True, ((0, "hide"), (3, "show"))),
    "hidden to the end": Plot(STAYS, True, ((0, "hide"),)),
    "another name": Plot(STAYS, True, ((0, "rename"),)),
    "another address": Plot(STAYS, True, ((0, "move"),)),
    "another name and address": Plot(STAYS, False, ((0, "rename"), (0, "move"))),
    "another name, address and job": Plot(STAYS, False, ((0, "rename"), (0, "move"), (0, "job"))),
    "another name and address, a neighbour left": Plot(STAYS, False, ((0, "rename"), (0, "move"), (0, "neighbour"))),
}

NEIGHBOUR = "left while a neighbour was renamed"
PURGE = "purge of sparse accounts"
OUTAGE = "platform fault"
BYSTANDER = "bystander"

TRUE_CAUSE = {name: plot.cause for name, plot in PLOTS.items()} | {
    NEIGHBOUR: REMOVED,
    PURGE: PURGED,
    OUTAGE: FAULT,
    BYSTANDER: STAYS,
}

MONTHS = 24
BASIC = frozenset({5, 12, 18})
"""Months whose archive has neither messages nor endorsements."""
LISTLESS = 9
"""The month whose archive has no list of connections."""
OUTAGE_MONTH = 7
"""October 2024: three in a hundred are missing from the list, and back the month after; too few to be held."""
PURGE_MONTH = 11
SCATTERED_MONTH = 14
"""One in seven is missing, here and there; all are back the month after."""
CUT_MONTH = 17
"""The oldest tenth of the list is cut off."""
SHORT_MONTH = MONTHS - 1
"""The last list lacks two in five."""
HELD = (SCATTERED_MONTH, CUT_MONTH, SHORT_MONTH)
"""Months whose losses are beyond belief."""
QUIET = frozenset(month + step for month in (*HELD, LISTLESS, OUTAGE_MONTH) for step in (0, 1))
"""Months in which nobody unconcerned changes name or address, so that every loss has one reading."""
