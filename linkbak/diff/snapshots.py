"""Two kept snapshots side by side: which to compare when nobody says, what changed, and whether to believe it."""

from __future__ import annotations

import contextlib
import json
import os
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import linkbak
from linkbak import paths
from linkbak.diff import Diff, held
from linkbak.errors import NoSuchSnapshot, UsageProblem, VaultDamaged
from linkbak.model import Coverage, Files, listed
from linkbak.vault import SnapshotKey, Summary, Vault

if TYPE_CHECKING:
    from linkbak.matching import Alignment
    from linkbak.model import Pair


ACCEPTED = "accepted"
"""The fact of a mark by which the user takes a snapshot's losses as real."""

LISTED = "connections"

_GAINS = "earlier-partial:"
"""The one reason that doubts who is new, not who is gone."""


class Side(NamedTuple):
    """One of the two snapshots of a comparison."""

    key: SnapshotKey
    taken: str
    coverage: dict[str, Coverage]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from `before` to `after`.

    `held` gives the reasons why the losses are not to be believed yet, empty if they are. `lacking` names the kinds
    that `before` covers and `after` does not: nothing is said of those, since absent is not empty. `notes` tells what
    else limits the comparison.
    """

    before: Side
    after: Side
    diff: Diff
    held: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    aligned: tuple[Pair, Alignment] | None = field(default=None, repr=False, compare=False)


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


def listings(vault: Vault, summaries: Sequence[Summary], account: str) -> Listings:
    """The snapshots among `summaries` (oldest first) that one of the account can be compared with."""
    every = [s for s in summaries if s.key.account == account and s.connections is not None]
    if not any(s.held for s in every):
        return Listings(every, every)
    settled = accepted_snapshots(vault)
    return Listings([s for s in every if not s.held or s.key in settled], every)


def _newest_before(found: Sequence[Summary], taken: str) -> Summary | None:
    earlier = bisect_left(found, taken, key=_taken)
    earlier_day = bisect_left(found, taken[:10], hi=earlier, key=_taken)
    return found[(earlier_day or earlier) - 1] if earlier else None


def _taken(summary: Summary) -> str:
    return summary.taken


def between(vault: Vault, before: Summary, after: Summary) -> Comparison:
    """Compare two kept snapshots of one network.

    Raises NoSuchSnapshot if one of them holds no connections, UsageProblem if they are of two networks.
    """
    if before.network != after.network:
        raise UsageProblem(f"{before.key.id} is of {before.network}, {after.key.id} of {after.network}")
    found = _compared(vault, before, after)
    if not found.held or not _believable(vault, before, after):
        return found
    return replace(found, held=())


def counts_between(vault: Vault, before: Summary, after: Summary) -> Mapping[str, int]:
    """Only how many came, went and changed."""
    return _compared(vault, before, after).diff.counts


def compare_files(before: Side, before_files: Files, after: Side, after_files: Files, network: str) -> Comparison:
    """Compare two snapshots' files, kept or about to be; every reason to hold the losses is given."""
    from linkbak import adapters
    from linkbak.diff import compare
    from linkbak.matching import align

    pair = adapters.by_network(network).pair(before_files, after_files, (_listed(before), _listed(after)))
    if pair is None:
        raise VaultDamaged(f"{before.key.id} or {after.key.id} lacks the list of connections it was kept with")
    aligned = align(pair)
    diff = compare(pair, aligned)
    reasons: tuple[str, ...] = ()
    if before.taken <= after.taken:
        reasons = held(diff, before.coverage[LISTED], after.coverage[LISTED])
    losses = tuple(reason for reason in reasons if not reason.startswith(_GAINS))
    notes = (*diff.warnings, *(reason.partition(": ")[2] for reason in reasons if reason.startswith(_GAINS)))
    lacking = tuple(sorted(before.coverage.keys() - after.coverage.keys()))
    return Comparison(before, after, diff, losses, lacking, notes, (pair, aligned))


def _listed(side: Side) -> Coverage:
    """What the side says about its list; raises NoSuchSnapshot if there is none to compare."""
    found = listed(side.coverage)
    if found is None:
        raise NoSuchSnapshot(
            f"the snapshot {side.key.id} holds no connections; that says nothing about who is connected",
            hint="`linkbak log` shows which snapshots do.",
        )
    return found


def accepted_snapshots(vault: Vault) -> frozenset[SnapshotKey]:
    """The snapshots whose losses the user has said to be real."""
    return frozenset(
        SnapshotKey(str(mark.get("account")), str(mark.get("snapshot")))
        for mark in vault.marks()
        if mark.get("fact") == ACCEPTED
    )


def _believable(vault: Vault, before: Summary, after: Summary) -> bool:
    """Whether losses that look too many are to be believed all the same.

    Over years any network loses more than a twentieth. So what counts is whether `after` lost too much against the
    snapshot right before it; and the user's own word, which settles it.
    """
    if after.key in accepted_snapshots(vault):
        return True
    direct = listings(vault, vault.summaries(after.key.account), after.key.account).before(after.taken)
    if direct is None or direct.key == before.key or direct.taken <= before.taken:
        return False
    return not _compared(vault, direct, after).held


def _compared(vault: Vault, before: Summary, after: Summary) -> Comparison:
    one, other = (Side(side.key, side.taken, vault.manifest(side.key).coverage) for side in (before, after))
    return compare_files(one, vault.files(before.key), other, vault.files(after.key), after.network)


# --- deltas -----------------------------------------------------------------------------------------------------------
# How many came and went between neighbouring snapshots; remembered in the cache folder, since it never changes.


class Deltas:
    """The counts of each snapshot against the one before it.

    A count is remembered under the digests of both snapshots' contents, so that it can be wrong neither after an old
    archive was imported late nor in a vault put back from a copy. The file can be deleted at any time.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._file = paths.cache_folder(vault.path) / "deltas.json"
        self._known = _read(self._file)
        self._fresh = False
        self._listings: dict[str, Listings] = {}

    def of(self, summary: Summary) -> tuple[int | None, int | None]:
        """How many were added and how many vanished; None, None if there is nothing to compare with."""
        if summary.connections is None:
            return None, None
        account = summary.key.account
        if account not in self._listings:
            self._listings[account] = listings(self._vault, self._vault.summaries(account), account)
        before = self._listings[account].before(summary.taken)
        if before is None:
            return None, None
        name = f"{before.content} {summary.content}"
        if name not in self._known:
            self.learn(before, summary, counts_between(self._vault, before, summary))
        added, vanished = self._known[name]
        return added, vanished

    def learn(self, before: Summary, after: Summary, counts: Mapping[str, int]) -> None:
        """Remember the counts of a comparison made for another reason."""
        added, vanished = (counts[name] + counts[f"uncertain_{name}"] for name in ("added", "vanished"))
        self._known[f"{before.content} {after.content}"] = [added, vanished]
        self._fresh = True

    def remember(self) -> None:
        """Write what is new to the cache folder; a folder that cannot be written is no matter."""
        if not self._fresh:
            return
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = self._file.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps({"linkbak": linkbak.__version__, "deltas": self._known}), encoding="utf-8")
            new.replace(self._file)


def _read(file: Path) -> dict[str, list[int]]:
    """What an earlier command of this same version remembered; {} if there is nothing sound."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        if said["linkbak"] != linkbak.__version__:
            return {}
        return {str(name): [int(added), int(gone)] for name, (added, gone) in said["deltas"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
