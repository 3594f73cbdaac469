"""How the backup stands, on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from linkbak.report.blocks import Block, Line
from linkbak.report.words import count, day, size

if TYPE_CHECKING:
    from linkbak.report.blocks import Tone
    from linkbak.report.status_documents import ChoreDocument, DoneDocument, StatusDocument
    from linkbak.upkeep import Done, Record
    from linkbak.vault import Summary


class Status(NamedTuple):
    """The snapshots there are, oldest first, and when the vault was last looked over."""

    vault: str
    summaries: Sequence[Summary]
    verify: Record
    drill: Record
    now: datetime


def page(status: Status) -> list[Block]:
    """The screen."""
    blocks: list[Block] = [Line(f"vault {status.vault}", "strong")]
    for account, kept in _accounts(status.summaries).items():
        newest = kept[-1]
        total = size(sum(one.bytes for one in kept))
        blocks.append(Line(f"{account}: {count(len(kept), 'snapshot')}, {total} of files", indent=2))
        blocks.append(Line(f"newest of {day(newest.taken)}, {ago(newest.taken, status.now)}", indent=4))
    if not status.summaries:
        blocks.append(Line("nothing is kept yet: linkbak import ARCHIVE", "odd", indent=2))
    blocks.append(Line())
    blocks += _chore("every byte compared", "verify", status.verify, status.now)
    blocks += _chore("restore tried out", "drill", status.drill, status.now)
    return blocks


def _chore(title: str, verb: str, record: Record, now: datetime) -> list[Block]:
    last, passed = record
    if last is None:
        return [Line(f"{title}: never; `linkbak {verb}` does it", "odd", indent=2)]
    if last.passed:
        return [Line(f"{title}: {ago(last.at, now)}, all was well ({last.what})", "good", indent=2)]
    tone: Tone = "bad"
    before = f"; the last time all was well: {ago(passed.at, now)}" if passed else ""
    return [Line(f"{title}: {ago(last.at, now)}, and it failed{before}. Run `linkbak {verb}` again", tone, indent=2)]


def ago(moment: str, now: datetime) -> str:
    """``today``, ``yesterday``, ``12 days ago``."""
    days = age(moment, now)
    return "today" if days < 1 else "yesterday" if days == 1 else f"{count(days, 'day')} ago"


def age(moment: str, now: datetime) -> int:
    """Whole calendar days (UTC) from an RFC 3339 time to now, never less than 0."""
    return max(0, (now.date() - datetime.fromisoformat(moment).date()).days)


def _accounts(summaries: Sequence[Summary]) -> dict[str, list[Summary]]:
    found: dict[str, list[Summary]] = {}
    for summary in summaries:
        found.setdefault(summary.key.account, []).append(summary)
    return found


def document(status: Status) -> StatusDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.status/1",
        "vault": status.vault,
        "accounts": [
            {
                "account": account,
                "snapshots": len(kept),
                "newest": kept[-1].taken,
                "age_days": age(kept[-1].taken, status.now),
            }
            for account, kept in _accounts(status.summaries).items()
        ],
        "verify": _record(status.verify),
        "drill": _record(status.drill),
    }


def _record(record: Record) -> ChoreDocument:
    return {"last": _done(record.last), "passed": _done(record.passed)}


def _done(done: Done | None) -> DoneDocument | None:
    return {"at": done.at, "passed": done.passed, "what": done.what} if done else None
