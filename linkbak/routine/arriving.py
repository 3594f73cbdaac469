"""What has come: archives found and kept, what changed since the ones before, and what it all comes to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.errors import Exit, NoVault
from linkbak.report.run_view import Step, kept_lines, late_line
from linkbak.report.words import count
from linkbak.routine import pending
from linkbak.routine.course import Course

if TYPE_CHECKING:
    from linkbak.ingest import Receipt
    from linkbak.vault import Summary


def scan(course: Course) -> Step:
    """Keep what has come since the last run; an archive refused before is not complained of again."""
    from linkbak.unattended import scanning

    plan = course.plan
    if plan.named:
        _must_be_there(plan.place)
    found = scanning.scan(
        plan.place,
        scanning.folders(plan.place, plan.settings.scan.folders),
        plan.options,
        move_to=plan.settings.scan.move_to,
        named=plan.named,
        telling=scanning.Telling(lambda receipt: _note(course, receipt)),
    )
    course.kept = [one for one in found.receipts if one.status == "kept"]
    refused = [*(course.before.refused if course.before else ())]
    refused += [one.error for one in found.receipts if one.error is not None]
    statuses = {one.exit_code for one in found.receipts if one.error is None}
    status = next((one for one in (Exit.HELD, Exit.INCOMPLETE) if one in statuses), Exit.FINE)
    moved = (f"moved {count(len(found.moved), 'archive')} to {plan.settings.scan.move_to}",) if found.moved else ()
    return Step("scan", moved, status, (*refused, *found.troubles))


def diff(course: Course) -> Step:
    """What was kept, and what changed since the snapshot before: counts, and names only where they are wanted."""
    from linkbak.unattended.notifying import Message

    told: dict[str, list[str]] = {}
    for summary in _untold(course):
        told.setdefault(summary.key.account, []).append(late_line(summary))
    for receipt in course.kept:
        if receipt.key is not None:
            told.setdefault(receipt.key.account, []).extend(kept_lines(receipt, names=course.names))
    for account, lines in told.items():
        course.news[account] = Message(f"{account}: new in the vault", "\n".join(lines), "news")
    return Step("diff", tuple(line for lines in told.values() for line in lines))


def digest(course: Course) -> Step:
    """What the vault comes to now, for each account that something came of; it makes the news worth sending."""
    from linkbak.overview.making import overview_now
    from linkbak.report import digest_view
    from linkbak.vault import Vault

    told: list[str] = []
    for account, news in course.news.items():
        with Vault.open(course.plan.place) as vault:
            lines = digest_view.lines(overview_now(vault, account, course.plan.options.progress), names=course.names)
        course.news[account] = news._replace(subject=lines[0], body="\n".join([news.body, "", *lines]))
        told += ["", *lines] if told else lines
    return Step("digest", tuple(told))


def _must_be_there(place: Path) -> None:
    """A timer for a vault that is gone, with its disk perhaps, must not look as if all were well."""
    from linkbak.vault import Vault

    try:
        Vault.open(place).close()
    except NoVault as error:
        hint = f"Is its disk there? `linkbak schedule remove --vault {place}` ends a timer that is not wanted any more."
        raise NoVault(str(error), hint=hint) from None


def _note(course: Course, receipt: Receipt) -> None:
    if receipt.error is not None:
        pending.refused(course.plan.place, receipt.error)


def _untold(course: Course) -> list[Summary]:
    """The snapshots that runs which were cut short kept, and told nobody of."""
    from linkbak.vault import Vault

    if course.before is None or not course.vault:
        return []
    told = {receipt.key for receipt in course.kept}
    with Vault.open(course.plan.place) as vault:
        return [one for one in vault.summaries() if one.imported >= course.before.begun and one.key not in told]
