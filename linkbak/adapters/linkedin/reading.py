"""What an archive holds: every file recognised and counted, each kind with how complete it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import IO

from linkbak.adapters.linkedin import invitations, messages
from linkbak.adapters.linkedin.census import count_people
from linkbak.adapters.linkedin.claims import Claims, claims
from linkbak.adapters.linkedin.counting import Count, count_log, count_table
from linkbak.adapters.linkedin.issues import Issues
from linkbak.adapters.linkedin.names import Named
from linkbak.adapters.linkedin.tables import ARTICLES, IMAGES, Table
from linkbak.model import Completeness, Coverage, FileFacts, Files, Issue, Reading

Counter = Callable[[IO[bytes], Table, Issues], Count]

_BY_KIND: dict[str, Counter] = {
    "connections": count_people,
    "messages": lambda stream, table, issues: count_log(stream, messages.LAYOUT, issues),
    "invitations": lambda stream, table, issues: count_log(stream, invitations.LAYOUT, issues),
}


def read(files: Files) -> Reading:
    """Every file once, in order; a file nobody knows is reported, not lost."""
    settled = claims(files)
    facts: list[FileFacts] = []
    issues: list[Issue] = []
    counted: dict[str, list[tuple[Named, Count]]] = {}
    for path in files.paths:
        named = settled.named.get(path)
        if named is None:
            facts.append(FileFacts(path, 0, ""))
            issues += _unknown(path)
            continue
        found = Issues(path)
        count = _count(files, named, found)
        facts.append(_facts(named, count))
        if (aside := _set_aside(named, settled)) is not None:
            issues.append(aside)
        else:
            issues += found.all()
            counted.setdefault(named.table.kind, []).append((named, count))
    coverage = {kind: _coverage(kind, parts, settled) for kind, parts in counted.items()}
    return Reading(tuple(facts), coverage, (*issues, *_gaps(settled)))


def _count(files: Files, named: Named, issues: Issues) -> Count:
    if named.table in (ARTICLES, IMAGES):
        return Count(rows=1)
    with files.open(named.path) as stream:
        return _BY_KIND.get(named.table.kind, count_table)(stream, named.table, issues)


def _facts(named: Named, count: Count) -> FileFacts:
    return FileFacts(
        named.path,
        0,
        "",
        table=named.table.name,
        kind=named.table.kind,
        rows=count.rows,
        hidden=count.hidden,
        skipped=count.skipped,
        lines=count.lines,
        columns=count.columns,
    )


def _set_aside(named: Named, settled: Claims) -> Issue | None:
    """Why a file that was recognised does not count, None if it does."""
    path = named.path
    if (twin := settled.same.get(path)) is not None:
        return Issue(path, 0, f"the same as {twin}; counted once", loss=False)
    if (winner := settled.rivals.get(path)) is not None:
        return Issue(path, 0, f"not read: {winner} is taken for {named.table.name}")
    if named.table.kind == "connections" and named not in settled.connections:
        return Issue(path, 0, "not read: another list of connections tells more", loss=False)
    return None


def _unknown(path: str) -> list[Issue]:
    from linkbak.archive import is_dropping

    if is_dropping(path):
        return []
    return [Issue(path, 0, "kept, but linkbak does not know this file", loss=False)]


def _gaps(settled: Claims) -> list[Issue]:
    return [
        Issue(settled.chosen[key][0].path, 0, f"part {part} of this table is missing")
        for key, parts in settled.gaps.items()
        for part in parts
    ]


def _coverage(kind: str, parts: Sequence[tuple[Named, Count]], settled: Claims) -> Coverage:
    parts = sorted(parts, key=lambda read: (read[0].table.name, read[0].part))
    counts = [count for _, count in parts]
    tables = dict.fromkeys(named.table.name for named, _ in parts)
    partial = [reason for count in counts for reason in count.partial]
    partial += [
        f"part {part} of {name} is missing" for name in tables for part in settled.gaps.get(name.casefold(), ())
    ]
    unknown = [reason for count in counts for reason in count.unknown]
    rivals = {settled.named[path].table.name for path in settled.rivals}
    partial += [f"several files claim to be {name}, and they differ" for name in tables if name in rivals]
    completeness: Completeness = "partial" if partial else "unknown" if unknown else "complete"
    found = Coverage(
        rows=sum(count.rows for count in counts),
        hidden=sum(count.hidden for count in counts),
        skipped=sum(count.skipped for count in counts),
        completeness=completeness,
        reasons=(*partial, *unknown),
    )
    return _with_order(found, counts) if kind == "connections" else found


def _with_order(found: Coverage, counts: Sequence[Count]) -> Coverage:
    dated = [count for count in counts if count.newest]
    falling = all(one.oldest >= other.newest for one, other in pairwise(dated))
    return replace(
        found,
        oldest=min((count.oldest for count in dated), default=""),
        newest=max((count.newest for count in dated), default=""),
        newest_first=falling and all(count.newest_first for count in counts),
    )
