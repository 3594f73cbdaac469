"""How much of a list of connections was understood, and what is odd about it."""

from __future__ import annotations

from operator import itemgetter
from typing import IO

from linkbak.adapters.linkedin.connections import People, read_people
from linkbak.adapters.linkedin.counting import MOST_COLUMNS, Count, losses
from linkbak.adapters.linkedin.issues import Issues
from linkbak.adapters.linkedin.tables import Table


def count_people(stream: IO[bytes], table: Table, issues: Issues) -> Count:
    """A list of connections, with what is odd about it."""
    people = read_people(stream, issues)
    days = [row.connected_on for row in people.rows if row.connected_on is not None]
    count = Count(
        len(people.rows),
        people.hidden,
        people.skipped,
        people.text_lines,
        people.shape.header[:MOST_COLUMNS] if people.shape else (),
        oldest=min(days).isoformat() if days else "",
        newest=max(days).isoformat() if days else "",
        newest_first=people.newest_first,
    )
    _doubts(people, table, count)
    if people.shape and not people.rows and not people.skipped:
        issues.lost(0, "the list has a header and nobody in it")
    _repetitions(people, issues)
    return count


def _doubts(people: People, table: Table, count: Count) -> None:
    if people.shape is None:
        count.partial.append(f"{table.name} could not be read")
        return
    count.partial += losses(table, people.skipped, cut=people.cut)
    if people.shape.at < 0:
        count.unknown.append(f"{table.name} has no header")
    if not people.shape.dated:
        count.unknown.append(f"{table.name} has no connection dates")
    if not people.rows:
        count.unknown.append(f"{table.name} lists nobody")


def _repetitions(people: People, issues: Issues) -> None:
    """Rows that are equal in everything, and people who share an address; hidden rows are alike by nature."""
    if people.hidden + len(set(map(str.casefold, map(itemgetter(2), people.rows))) - {""}) == len(people.rows):
        return  # everybody has an address of their own, as nearly always
    rows: dict[tuple[object, ...], int] = {}
    urls: dict[str, int] = {}
    for row, line in zip(people.rows, people.lines, strict=True):
        if row.hidden:
            continue
        earlier = rows.setdefault(row, line)
        url = row.url.strip().casefold()
        first = urls.setdefault(url, line) if url else line
        if earlier != line:
            issues.remark(line, f"equal in everything to line {earlier}")
        elif first != line:
            issues.remark(line, f"the same address as line {first}")
