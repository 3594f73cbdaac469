"""What a comparison of two lists, and of two snapshots, says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkbak.model import Connection, Coverage
from linkbak.vault import SnapshotKey

if TYPE_CHECKING:
    from linkbak.matching.alignment import Alignment
    from linkbak.model import Pair


class Change(NamedTuple):
    """One person before and after; `fields` names what differs.

    ``name`` (as shown), ``url`` (by its key), ``email``, ``company``, ``position`` and ``connected_on``, in this order.
    """

    before: Connection
    after: Connection
    fields: tuple[str, ...]


class Guess(NamedTuple):
    """What is likelier than anything else of an uncertain row, and the share of all readings in which it holds.

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
    that `before` covers and `after` does not: nothing is said of those, since absent is not empty. `notes` tells what
    else limits the comparison. `aligned` are the two lists and how they were aligned, for the index of people.
    """

    before: Side
    after: Side
    diff: Diff
    held: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    aligned: tuple[Pair, Alignment] | None = None
