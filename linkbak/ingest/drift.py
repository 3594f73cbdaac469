"""How the tables of an archive differ in shape from those of the snapshot before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from linkbak.model import FileFacts


def drift(before: Iterable[FileFacts], after: Iterable[FileFacts]) -> tuple[str, ...]:
    """What is new, missing or renamed among the columns of the tables that both sides have, a sentence a table."""
    known = {facts.table: facts.columns for facts in before if facts.table and facts.columns}
    sentences = []
    for table, columns in sorted({f.table: f.columns for f in after if f.table and f.columns}.items()):
        if table in known and (parts := _changes(known[table], columns)):
            sentences.append(f"{table}: {'; '.join(parts)}")
    return tuple(sentences)


def _changes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """A column is renamed if case, blanks or underscores differ, or if it is the one new name in an old one's place."""
    old, new = {_plain(c): c for c in before}, {_plain(c): c for c in after}
    renamed = [(old[key], new[key]) for key in old if key in new and old[key] != new[key]]
    gone, come = [c for k, c in old.items() if k not in new], [c for k, c in new.items() if k not in old]
    if len(before) == len(after) and len(gone) == len(come) == 1 and before.index(gone[0]) == after.index(come[0]):
        renamed.append((gone.pop(), come.pop()))
    parts = [("renamed", [f"{was!r} to {now!r}" for was, now in renamed])]
    parts += [("new", [repr(column) for column in come]), ("missing", [repr(column) for column in gone])]
    return [f"{word} {', '.join(columns)}" for word, columns in parts if columns]


def _plain(column: str) -> str:
    return column.casefold().replace(" ", "").replace("_", "")
