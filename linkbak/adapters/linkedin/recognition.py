"""Whether an archive is LinkedIn's."""

from __future__ import annotations

from itertools import islice

from linkbak.adapters.linkedin.claims import ADDRESS_BOOKS, claims
from linkbak.adapters.linkedin.names import Named
from linkbak.adapters.linkedin.records import Records
from linkbak.adapters.linkedin.shape import HEAD
from linkbak.adapters.linkedin.tables import ARTICLES, IMAGES, folded_header, knows
from linkbak.model import Files

_SURE = frozenset({"connections.csv", *ADDRESS_BOOKS})
ENOUGH = 3
"""So many columns that are exactly LinkedIn's, in files of LinkedIn's names, are no accident."""

LOOKED_AT = 12


def recognises(files: Files) -> bool:
    """A list of connections is enough; else files of LinkedIn's names must also have LinkedIn's columns."""
    found = claims(files)
    if not _SURE.isdisjoint(found.chosen):
        return True
    columns = known = 0
    for parts in islice(found.chosen.values(), LOOKED_AT):
        if fitting := known_columns(files, parts[0]):
            columns += fitting
            known += 1
        if columns >= ENOUGH:
            return True
    return known > 0 and _nothing_else(files, known)


def _nothing_else(files: Files, known: int) -> bool:
    from linkbak.archive import is_dropping

    return known == sum(1 for path in files.paths if not is_dropping(path))


def known_columns(files: Files, named: Named) -> int:
    """How many columns the file has if its header, among the first records, is one of the table's, else 0."""
    if named.table in (ARTICLES, IMAGES) or not named.table.headers:
        return 0
    with files.open(named.path) as stream:
        records = Records(stream)
        if records.text.workbook:
            return 0
        head = [row for _, row in islice(records, HEAD) if row]
    return max((len(folded_header(row)) for row in head if knows(named.table, row)), default=0)
