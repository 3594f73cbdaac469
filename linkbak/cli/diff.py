"""``linkbak diff``."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Annotated

from typer import Argument, Option

from linkbak.causes import known_incidents
from linkbak.causes.judgement import Outcome, outcomes_of
from linkbak.cli.app import load
from linkbak.cli.people_options import Picked, classes
from linkbak.cli.session import Session
from linkbak.diff import Comparison, listings
from linkbak.diff.compare import compare_snapshots
from linkbak.errors import Exit, LinkbakError, NoSuchSnapshot, UsageProblem
from linkbak.index import Person
from linkbak.index.history import History
from linkbak.index.store import is_damage, judged
from linkbak.model import BOOK, Connection
from linkbak.report import CLASSES
from linkbak.report import diff as diff_view
from linkbak.report.diff import to_csv, to_markdown
from linkbak.texts import tr
from linkbak.vault import Summary, Vault, resolve


def two(session: Session, vault: Vault, old: str | None, new: str | None, as_of: str | None) -> tuple[Summary, Summary]:
    """The two snapshots meant; raises NoSuchSnapshot."""
    found = judged(vault, session.one_account(session.summaries(vault, as_of)))
    after = _named(found, new or "latest")
    if old is not None:
        return _named(found, old), after
    before = listings(found, after.key.account).before(after.taken)
    if before is None:
        lists = sum(one.connections is not None for one in found)
        if lists == len(found):
            which = tr("the oldest snapshot") if lists > 1 else tr("the only snapshot")
        elif lists > 1:
            which = tr("the oldest snapshot that holds a list of connections")
        else:
            which = tr("the only snapshot that holds a list of connections")
        raise NoSuchSnapshot(
            tr("{snapshot} is {which}, so there is nothing to compare it with yet", snapshot=after.key.id, which=which),
            hint=tr("Ask LinkedIn for a new archive, or import an older one if you still have it."),
        )
    return before, after


def _named(found: Sequence[Summary], name: str) -> Summary:
    """The snapshot of that name; who counts back from the latest means those that hold connections."""
    if not name.startswith(("latest", "previous")):
        return resolve(found, name)
    covering = [one for one in found if one.connections is not None]
    if found and not covering:
        raise NoSuchSnapshot(
            tr("no snapshot here holds connections"),
            hint=tr("Keep one: linkbak import ARCHIVE; `linkbak log` lists them."),
        )
    return resolve(covering, name)


def people_by_class(
    session: Session, vault: Vault, history: History, wanted: Sequence[str], names: tuple[str, str] | None
) -> Picked:
    """Those a comparison of two snapshots puts into some of its classes, as they stand today."""
    old, new = names or (None, None)
    before, after = two(session, vault, old, new, None)
    found = compare_snapshots(vault, before, after)
    people: dict[int, Person] = {}
    unknown = 0
    for name in wanted:
        # Of a change, the later row.
        rows = [one if isinstance(one, Connection) else one[1] for one in getattr(found.diff, name)]
        for person in history.of_rows(after.key.account, rows):
            if person is None:
                unknown += 1
            else:
                people.setdefault(person.number, person)
    return Picked([*people.values()], unknown)


def diff(
    session: Session,
    old: Annotated[str | None, Argument(metavar="[OLD]", help="The earlier snapshot.")] = None,
    new: Annotated[str | None, Argument(metavar="[NEW]", help="The later snapshot.")] = None,
    only: Annotated[str | None, Option("--only", metavar="CLASSES", help="Only these: vanished,hidden,added.")] = None,
    everyone: Annotated[bool, Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="One row a person.")] = False,
    as_markdown: Annotated[bool, Option("--markdown", help="Tables for a note or a mail.")] = False,
    exit_code: Annotated[bool, Option("--exit-code", help="Exit with 6 if anything differs.")] = False,
    as_of: Annotated[str | None, Option("--as-of", metavar="DATE", help="Compare as on that day.")] = None,
) -> Exit | None:
    """Compare two snapshots: who left, came or changed

    \b
    Examples:
      linkbak diff
      linkbak diff 2025-11 latest
      linkbak diff latest~3 --only vanished,hidden --csv

    Without names, linkbak compares the newest snapshot with that of the day before it. Name one by latest, previous,
    latest~2, a day, a month or its id.
    """
    wanted = classes(only)
    if sum((session.as_json, as_csv, as_markdown)) > 1:
        raise UsageProblem(tr("--json, --csv and --markdown cannot be combined"))
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault, as_of))
        if kept and kept[-1].network == BOOK:
            if wanted or as_csv or as_markdown:
                raise UsageProblem(tr("an address book is compared without --only, --csv and --markdown"))
            differs = load("linkbak.cli.addressbook.diff")(session, vault, kept, old, new, everyone=everyone)
            return Exit.DIFFERENT if exit_code and differs else None
        before, after = two(session, vault, old, new, as_of)
        found = compare_snapshots(vault, before, after)
        outcomes = _outcomes(session, vault, found, wanted) if as_of is None else ()
    if session.as_json:
        session.print_json(diff_view.document(found, after.network, after.account, wanted, outcomes))
    elif as_csv or as_markdown:
        session.print_text(to_csv(found, wanted, outcomes) if as_csv else to_markdown(found, wanted, outcomes))
    else:
        session.show(diff_view.text(found, wanted, everyone=everyone, outcomes=outcomes))
    differs = any(getattr(found.diff, name) for name in wanted or CLASSES)
    return Exit.DIFFERENT if exit_code and differs else None


def _outcomes(session: Session, vault: Vault, found: Comparison, only: Sequence[str]) -> Sequence[Outcome | None]:
    """The state of the vanished today, and why; empty, with a note, if the index cannot say."""
    gone = found.diff.vanished
    backwards = found.before.taken > found.after.taken
    if not gone or backwards or (only and "vanished" not in only):
        return ()
    try:
        with session.reading(vault) as history:
            return outcomes_of(history, found.after.key.account, gone, known_incidents())
    except LinkbakError as error:
        why = str(error)
    except sqlite3.OperationalError as error:
        if is_damage(error):  # it was made anew; if that did not help, it is a bug
            raise
        why = tr("the index cannot be used ({error})", error=error.sqlite_errorname)
    session.remark([tr("note: causes cannot be shown: {why}", why=why)])
    return ()
