"""Brings together what a vault comes to, of one account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linkbak.history.records import State, Wanted
from linkbak.overview import people as of_people
from linkbak.overview.changes import changes
from linkbak.overview.health import health
from linkbak.overview.records import Overview
from linkbak.overview.tenure import tenure
from linkbak.overview.windows import flows, listed, sizes

if TYPE_CHECKING:
    from linkbak.causes.verdict import Incident
    from linkbak.history import History
    from linkbak.vault import Summary, Vault

_GONE: frozenset[State] = frozenset({"suspected", "confirmed"})


def overview(vault: Vault, history: History, account: str, now: datetime, incidents: Sequence[Incident]) -> Overview:
    """What the vault comes to for one account, by its full name (``linkedin-me``); `now` knows its zone.

    Of an account without a list everything about people is empty.
    """
    from linkbak.causes.fates import judged

    summaries = [one for one in vault.summaries() if one.key.account == account]
    losses = judged(history, history.people(Wanted(account=account, states=_GONE, sort="closest")), incidents)
    people = history.people(Wanted(account=account, sort="closest"))
    counts = history.lost_counts(account)
    lists = listed(history, account)
    companies, positions = changes(history, account, lists)
    between = flows(history, account, lists, losses)
    return Overview(
        account=account,
        made=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        owner=_owner(summaries),
        sizes=sizes(lists, summaries, between),
        flows=between,
        tenure=tenure(losses),
        companies=companies,
        positions=positions,
        recent=of_people.recent(losses),
        lost=len(losses),
        unclear=counts["unclear"],
        closest=of_people.closest(people),
        reach=of_people.reach(people),
        health=health(vault.path, summaries, counts["held"], now.astimezone(UTC)),
        people=people,
    )


def overview_now(vault: Vault, account: str, progress: Callable[[str, int, int], None]) -> Overview:
    """What the vault comes to for one account at this moment, by what the index of people tells."""
    from linkbak.causes import incidents
    from linkbak.history import History

    with History.open(vault, progress) as history, history.steady():
        return overview(vault, history, account, datetime.now(UTC), incidents())


def _owner(summaries: Sequence[Summary]) -> str:
    """The owner's name as the newest archive that tells it writes it, "" if none does."""
    return next((one.owner.names[0] for one in reversed(summaries) if one.owner.names), "")
