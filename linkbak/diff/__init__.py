"""What changed between two lists of connections, and whether its losses are to be believed.

The module `compare`, which also aligns, is loaded only by commands that compare. This face holds what a
comparison says, which snapshot is compared with which, and whose losses are believed.

An export that lacks many people at once, or a stretch of the list, is more often incomplete than true. Its losses are
held until a later export agrees, or the user confirms them. What is believed of a list follows from the lists beside
it and from the user's word, whatever the order in which they were imported.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from linkbak.model import OLDER, Connection, Coverage, NamedTuple, Pair
from linkbak.texts import tr_later
from linkbak.vault import SnapshotKey, Summary, Vault

if TYPE_CHECKING:
    from linkbak.matching.alignment import Alignment

__all__ = [
    "ACCEPTED", "Change", "Comparison", "Diff", "Doubt", "Evidence", "Guess", "Listings", "Side",
    "accepted_snapshots", "all_as_imported", "as_imported", "believe", "by_account", "cards", "compare", "listings",
    "ranks", "reasons_but_number", "reasons_to_hold",
]  # fmt: skip


class Change(NamedTuple):
    """One person before and after; `fields` names what differs.

    ``name`` (as shown), ``url`` (by its key), ``email``, ``company``, ``position`` and ``connected_on``, in this order.
    """

    before: Connection
    after: Connection
    fields: tuple[str, ...]


class Guess(NamedTuple):
    """The likeliest claim about an uncertain row, and the share of all readings in which it holds.

    `before` and `after` are the ``same`` person's rows; of a row before that has ``vanished`` or is ``hidden`` there is
    no other, nor of one after that was ``added`` or ``returned``.
    """

    claim: Literal["same", "vanished", "hidden", "added", "returned"]
    before: Connection | None
    after: Connection | None
    share: float


class Doubt(NamedTuple):
    """Rows that allow two readings, and why; there is at least one on either side. `likelier` has a guess for each."""

    before: tuple[Connection, ...]
    after: tuple[Connection, ...]
    reason: str
    likelier: tuple[Guess, ...] = ()


class Diff(NamedTuple):
    """What changed between two lists. Every row of both is in exactly one class, and the counts add up.

    `hidden` shows people as they were named before, `returned` as they are named after. A class of people is in
    the order of the list they are in, one of changes in that of the later list.

    `counts` has the size of each of the seven lists, and:

    - ``unchanged``: matched rows that say the same on both sides, date-only ones included;
    - ``uncertain``: of each group with m rows before and n after min(m, n), which are in both lists in one of the
      readings; ``uncertain_vanished`` the m - n too many before, ``uncertain_added`` the n - m too many after;
    - ``before`` and ``after``: the rows of either list.

    With ``common`` = hidden + returned + reconnected + renamed + changed + unchanged + uncertain::

        before = vanished + uncertain_vanished + common
        after  = added    + uncertain_added    + common

    So many of an uncertain group are gone for certain, but not which: they are listed under `uncertain` only.
    `listed_again` are those of `added` who were connected before the earlier list was written, though it lacked them.
    """

    added: Sequence[Connection]
    vanished: Sequence[Connection]
    hidden: Sequence[Connection]
    returned: Sequence[Connection]
    reconnected: Sequence[Change]
    renamed: Sequence[Change]
    changed: Sequence[Change]
    uncertain: Sequence[Doubt]
    counts: Mapping[str, int]
    warnings: tuple[str, ...] = ()
    listed_again: Sequence[Connection] = ()


class Side(NamedTuple):
    """One of the two snapshots of a comparison."""

    key: SnapshotKey
    taken: str
    coverage: dict[str, Coverage]


class Comparison(NamedTuple):
    """What changed from the snapshot `before` to `after`.

    `held` gives the reasons why the losses are not to be believed yet, empty if they are. `lacking` names the kinds
    that `before` covers and `after` does not: nothing is said of those, since absent is not empty. `notes` says what
    else limits the comparison. `aligned` are the two lists and how they were aligned, for the index of people.
    """

    before: Side
    after: Side
    diff: Diff
    held: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    aligned: tuple[Pair, Alignment] | None = None


# --- when losses are held ---------------------------------------------------------------------------------------------

ACCEPTED = "accepted"
"""The fact of a mark by which the user takes a snapshot's losses as real."""

_TOO_MANY = "too-many-vanished:"
GAINS = "earlier-partial:"
"""The one reason to hold that doubts who is new, not who is gone."""

FEW = 10
"""How many may vanish at once from a list of any size."""
SHARE = 0.05
"""This share of a list may vanish at once, however short the time."""
MONTHLY = 0.006
"""And this for every month: what an account loses whose owner culls it; others lose a tenth of it."""
CUT = 3
"""The least losses at the end of the list that look like a cut."""
CUT_PERCENT = 95
"""The share of the losses that must lie at the end of the list for a cut."""
RUN = 8
"""How many neighbours gone together are no coincidence, if most of the losses are among them."""
RENAMED, RENAMED_MONTHLY, RENAMED_AT_MOST = 0.2, 0.024, 0.8
"""The share of rows that may show another name and address: at once, per month in addition (95 % bound), at most."""

SETTLED_BY_ANOTHER = frozenset({"too-many-vanished", "neighbours-missing", "older-list", "too-many-renamed"})
"""Reasons that a second whole list of a later day settles; a list that looks cut is not whole itself."""
_AGREEING = 0.9
"""A later list agrees if it lacks this share of those whom the held one lacks."""
_DAYS_IN_A_MONTH = 30.4
_USUAL, _PRIOR_EVENTS = 0.0005, 0.5
"""The share that accounts lose in a month, which weighs as much as half a loss beside this account's own."""


# --- two lists --------------------------------------------------------------------------------------------------------


def reasons_to_hold(
    pair: Pair, found: Alignment, sides: tuple[Coverage, Coverage], taken: tuple[str, str]
) -> tuple[str, ...]:
    """Why the losses of the later of two lists, or its gains, are not to be believed yet; empty if they are.

    `sides` is what the two archives say of their lists, `taken` when they were written. Each reason is a word for
    machines, a colon and a sentence:

    - ``too-many-vanished``: more than `FEW`, and more than `SHARE` and `MONTHLY` allow for the time in between;
    - ``older-list``: `CUT_PERCENT` of a hundred of those who vanished or more are newer than the newest of the later
      list: more likely than that just these left is that one of the two is dated wrongly, or lacks its newest rows;
    - ``oldest-dates-cut``: at least `CUT` vanished, `CUT_PERCENT` of a hundred or more of them from the dates up to the
      oldest one the later list still has, and at least one from a date before it (or nobody is left at all);
    - ``neighbours-missing``: `RUN` or more neighbours are gone, and they are most of the losses;
    - ``too-many-renamed``: so many rows show another name that this may be another person's list;
    - ``later-partial``: someone vanished, but the later list is known not to be whole, which explains more than the
      places of those who are missing;
    - ``earlier-partial``: someone was added, but the earlier list is known not to be whole.
    """
    gone, (before, after) = lost(found), sides
    months = months_between(*taken)
    reasons = [*too_many(gone, pair.before.total, months, MONTHLY)]
    whole = after.completeness != "partial"
    if gone and whole and after.newest and after.newest < before.newest and _newest_gone(pair, found, after.newest):
        older = tr_later(
            "this list is older than the one before: its newest connection is of {newest}, not of {before}; "
            "if it is dated wrongly, `linkbak forget ID --taken DATE` corrects it",
            newest=after.newest,
            before=before.newest,
        )
        reasons.append(f"{OLDER} {older}")
    if cut := _cut(pair, found, after.oldest):
        oldest = tr_later(
            "{oldest} of the {gone} gone are the oldest of the earlier list", oldest=cut, gone=len(found.vanished)
        )
        reasons.append(f"oldest-dates-cut: {oldest}")
    elif whole and (run := _longest_run(found)) >= RUN and run * 2 > gone:
        missing = tr_later(
            "{neighbours} of the {gone} gone stood one beside the other, as if left out", neighbours=run, gone=gone
        )
        reasons.append(f"neighbours-missing: {missing}")
    renamed = _renamed(pair, found)
    if renamed > FEW and renamed > pair.before.total * min(RENAMED + RENAMED_MONTHLY * months, RENAMED_AT_MOST):
        others = tr_later(
            "{rows} of {total} rows show another name and address: perhaps another person's list",
            rows=renamed,
            total=pair.before.total,
        )
        reasons.append(f"too-many-renamed: {others}")
    if gone and after.completeness == "partial":
        later = tr_later("the later list is not whole, so who is missing may only be left out")
        reasons.append(f"later-partial: {later}")
    if found.added and before.completeness == "partial":
        earlier = tr_later("the earlier list is not whole, so who is new may have been left out there")
        reasons.append(f"{GAINS} {earlier}")
    return tuple(reasons)


def reasons_but_number(
    pair: Pair, found: Alignment, sides: tuple[Coverage, Coverage], taken: tuple[str, str]
) -> tuple[str, ...]:
    """The reasons to hold losses but for their number, which depends on what the account lost before."""
    return tuple(why for why in reasons_to_hold(pair, found, sides, taken) if not why.startswith((_TOO_MANY, GAINS)))


def _newest_gone(pair: Pair, found: Alignment, newest: str) -> bool:
    """Whether nearly all losses are newer than anything in the later list."""
    rows, gone = pair.before.by_position(), len(found.vanished)
    newer = sum(1 for at in found.vanished if (day := rows[at].connected_on) is not None and day.isoformat() > newest)
    return newer * 100 >= gone * CUT_PERCENT


def lost(found: Alignment) -> int:
    """How many are gone for certain, even where it is not known who."""
    return len(found.vanished) + sum(max(len(one.before) - len(one.after), 0) for one in found.uncertain)


def months_between(before: str, after: str) -> float:
    """The months between two times (RFC 3339); 0 if one is not known."""
    if not before or not after:
        return 0.0
    return max((date.fromisoformat(after[:10]) - date.fromisoformat(before[:10])).days, 0) / _DAYS_IN_A_MONTH


def too_many(gone: int, total: int, months: float, monthly: float) -> Iterator[str]:
    """The reason to hold if more are gone than a share and so much a month allow."""
    allowed = max(int(total * (SHARE + monthly * months)), FEW)
    if gone > allowed:
        many = tr_later(
            "{gone} of {total} are gone at once; linkbak expects {most} at most", gone=gone, total=total, most=allowed
        )
        yield f"{_TOO_MANY} {many}"


def _cut(pair: Pair, found: Alignment, oldest: str) -> int:
    """How many vanished from the end of the list, 0 if that does not look like a cut."""
    gone, rows = len(found.vanished), pair.before.by_position()
    if pair.after.total == 0:
        return gone if gone >= CUT else 0
    days = [day.isoformat() for at in found.vanished if (day := rows[at].connected_on) is not None]
    if gone < CUT or not any(day < oldest for day in days):
        return 0
    end = sum(1 for day in days if day <= oldest)
    return end if end * 100 >= gone * CUT_PERCENT else 0


def _longest_run(found: Alignment) -> int:
    """The longest stretch of neighbours gone. Precondition: both lists are in order, else there are no neighbours."""
    longest = run = 0
    last = -2
    for at in found.vanished if found.ordered else ():
        run = run + 1 if at == last + 1 else 1
        longest, last = max(longest, run), at
    return longest


def _renamed(pair: Pair, found: Alignment) -> int:
    """How many named rows stand in the place of others with which they share no key."""
    rows, others = pair.before.by_position(), pair.after.by_position()
    unlike = (b for b, how in found.how.items() if how in ("place", "date"))
    return sum(1 for b in unlike if not rows[b].hidden and not others[found.partners[b]].hidden)


# --- the lists of an account ------------------------------------------------------------------------------------------


class Evidence(NamedTuple):
    """A list beside an earlier one: how many of how many are gone, and every other reason to hold that.

    `missing` gives the positions of those gone in the earlier list.
    """

    gone: int
    total: int
    reasons: tuple[str, ...]
    missing: Callable[[], Collection[int]]


class Pending(NamedTuple):
    """A list that is held, the one it was compared with, and why."""

    one: Summary
    base: Summary
    evidence: Evidence
    reasons: tuple[str, ...]


def believe(
    lists: Sequence[Summary], accepted: Collection[SnapshotKey], compare: Callable[[Summary, Summary], Evidence]
) -> dict[SnapshotKey, tuple[str, ...]]:
    """The lists of one account (oldest first) whose losses are held, and why; all others are believed.

    Each is compared with the newest believed list of an earlier day. A held one is settled by the first list of a later
    day that is whole and lacks the same people. How many may go in a month grows with what the account lost before.
    """
    believed: list[Summary] = []
    held: dict[SnapshotKey, tuple[str, ...]] = {}
    pending: list[Pending] = []
    gone, exposed = _PRIOR_EVENTS, _PRIOR_EVENTS / _USUAL
    for one in lists:
        base = _newest_before(believed, one.taken)
        if base is None:
            believed.append(one)
            continue
        evidence = compare(base, one)
        reasons = () if one.key in accepted else _weighed(evidence, base, one, gone / exposed)
        agreeing = next((other for other in pending if reasons and _settles(other, base, one, evidence, reasons)), None)
        if agreeing:
            del held[agreeing.one.key]
            believed.append(agreeing.one)
            base, pending = agreeing.one, []
            evidence = compare(base, one)
            reasons = _weighed(evidence, base, one, gone / exposed)
        if reasons:
            held[one.key] = reasons
            pending.append(Pending(one, base, evidence, reasons))
            continue
        believed.append(one)
        pending = []
        gone, exposed = gone + evidence.gone, exposed + evidence.total * months_between(base.taken, one.taken)
    return held


def _weighed(evidence: Evidence, base: Summary, one: Summary, monthly: float) -> tuple[str, ...]:
    months = months_between(base.taken, one.taken)
    return *too_many(evidence.gone, evidence.total, months, max(monthly, MONTHLY)), *evidence.reasons


def _settles(held: Pending, base: Summary, one: Summary, evidence: Evidence, reasons: Sequence[str]) -> bool:
    """Whether a list of a later day is whole, and lacks those whom the held one lacks too."""
    words = {reason.partition(":")[0] for reason in (*held.reasons, *reasons)}
    if held.base.key != base.key or one.taken[:10] <= held.one.taken[:10] or not words <= SETTLED_BY_ANOTHER:
        return False
    missing = set(held.evidence.missing())
    return len(missing.intersection(evidence.missing())) >= _AGREEING * len(missing)


# --- snapshots --------------------------------------------------------------------------------------------------------


def ranks(found: Sequence[Summary]) -> dict[SnapshotKey, int]:
    """The order in which the snapshots were imported, from 0: each names the one kept just before it.

    Where that chain is broken or forked, their times of import decide.
    """
    after = {summary.previous: summary for summary in found}
    chain: list[Summary] = []
    link = after.get("")
    while link is not None and len(chain) < len(found):
        chain.append(link)
        link = after.get(link.digest)
    if len({summary.key for summary in chain}) != len(found):
        chain = sorted(found, key=lambda summary: (summary.imported, summary.order))
    return {summary.key: rank for rank, summary in enumerate(chain)}


def as_imported(lists: Sequence[Summary], ranks: Mapping[SnapshotKey, int]) -> bool:
    """Whether the lists of an account came in the order of their times and none was held.

    Then each was judged beside the list that it would be judged beside now, and all are believed.
    """
    return not any(one.held for one in lists) and all(
        ranks[one.key] < ranks[other.key] for one, other in pairwise(lists)
    )


def accepted_snapshots(vault: Vault) -> frozenset[SnapshotKey]:
    """The snapshots whose losses the user has said to be real."""
    return frozenset(
        SnapshotKey(str(mark.get("account")), str(mark.get("snapshot")))
        for mark in vault.marks()
        if mark.get("fact") == ACCEPTED
    )


def all_as_imported(vault: Vault) -> bool:
    """The same of every account of a vault in which no snapshot was set aside since."""
    summaries = vault.summaries()
    order = ranks(summaries)
    if vault.set_aside():
        return False
    lists = by_account(one for one in summaries if one.connections is not None)
    return all(as_imported(theirs, order) for theirs in lists.values())


def by_account(summaries: Iterable[Summary]) -> dict[str, list[Summary]]:
    """The summaries of each account, in their order."""
    found: dict[str, list[Summary]] = {}
    for one in summaries:
        found.setdefault(one.key.account, []).append(one)
    return found


class Listings(NamedTuple):
    """One account's snapshots that hold connections, oldest first; `believed` are those whose losses are not held."""

    believed: Sequence[Summary]
    every: Sequence[Summary]

    def before(self, taken: str) -> Summary | None:
        """The snapshot to compare one taken at `taken` with: the newest of an earlier day.

        LinkedIn sends two archives for one request (Basic at once, Complete up to a day later), so a snapshot of the
        same day is not an earlier state. Only if there is no earlier day does an earlier moment of the same day serve.
        A snapshot whose losses are held is passed over: whoever it lacked would come out as new. If there is no
        other, it serves.
        """
        return _newest_before(self.believed, taken) or _newest_before(self.every, taken)


def listings(summaries: Sequence[Summary], account: str) -> Listings:
    """The snapshots among `summaries` (oldest first, judged) that one of the account can be compared with."""
    every = [s for s in summaries if s.key.account == account and s.connections is not None]
    return Listings([s for s in every if not s.held], every)


def _newest_before(found: Sequence[Summary], taken: str) -> Summary | None:
    when = attrgetter("taken")
    earlier = bisect_left(found, taken, key=when)
    earlier_day = bisect_left(found, taken[:10], hi=earlier, key=when)
    return found[(earlier_day or earlier) - 1] if earlier else None
