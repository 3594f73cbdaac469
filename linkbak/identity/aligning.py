"""Which row of the earlier list is which row of the later one."""

from __future__ import annotations

from linkbak.identity.alignment import Alignment
from linkbak.identity.anchors import anchor
from linkbak.identity.namesakes import reconnect
from linkbak.identity.order import Order
from linkbak.identity.sides import Work
from linkbak.identity.slots import Slots
from linkbak.model import Pair


def align(pair: Pair) -> Alignment:
    """Align two lists of connections; near-linear in their length.

    Keys come first (equal rows, addresses, names), then the order of two newest-first lists, then likeness inside
    one date; what allows two readings is uncertain, and only what is then left is vanished or added. Rows that the pair
    leaves out as identical (`Pair.anchors`) count as matched.
    """
    work = Work(pair)
    addressed = anchor(work, pair.before.columns, pair.after.columns)
    ordered = pair.before.newest_first and pair.after.newest_first
    if work.before.left and work.after.left:
        slots = Slots(work)
        if ordered:
            slots.replace(Order(work))
        slots.scattered(ordered=ordered)
        if not addressed:
            reconnect(work)
    return Alignment(
        work.partners,
        work.how,
        tuple(work.before.left),
        tuple(work.after.left),
        tuple(sorted(work.uncertain)),
        ordered,
        "url" in pair.before.columns & pair.after.columns,
    )
