"""``linkbak people``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.selecting import Choose
from linkbak.cli.selecting import wanted as chosen
from linkbak.cli.session import Session
from linkbak.errors import UsageProblem

if TYPE_CHECKING:
    from linkbak.history.records import Person, Wanted


def people(
    session: Session,
    company: Choose.company = None,
    position: Choose.position = None,
    since: Choose.since = None,
    before: Choose.before = None,
    email: Choose.email = None,
    lost: Choose.lost = False,
    hidden: Choose.hidden = False,
    never_talked: Choose.never_talked = False,
    tag: Choose.tag = None,
    as_of: Choose.as_of = None,
    sort: Choose.sort = None,
    reverse: Choose.reverse = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Fold no long lists.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a person.")] = False,
    ids: Annotated[bool, typer.Option("--ids", help="The ids alone, one a line.")] = False,
) -> None:
    """List the people you are connected to, or were

    \b
    Examples:
      linkbak people --company "example works" --sort name
      linkbak people --since 2025 --never-talked
      linkbak people --lost --csv > lost.csv
      linkbak people --company "example works" --ids | linkbak mark - tag work
      linkbak people --as-of 2024-01-01

    A year or a month is a date too: its first day. Every filter given must hold. In a pipe each person is a line: id,
    name, work, connected on, state, messages, account, with tabs between.
    """
    if sum((session.as_json, as_csv, ids)) > 1:
        raise UsageProblem("--json, --csv and --ids exclude each other")
    wanted = chosen(
        company=company,
        position=position,
        since=since,
        before=before,
        email=email,
        lost=lost,
        hidden=hidden,
        never_talked=never_talked,
        tag=tag,
        as_of=as_of,
        sort=sort,
        reverse=reverse,
    )
    found, wanted = _found(session, wanted)
    _print(session, found, wanted, limit, everyone=everyone, as_csv=as_csv, ids=ids)


def _found(session: Session, wanted: Wanted) -> tuple[Sequence[Person], Wanted]:
    from linkbak.cli import whom
    from linkbak.cli.progress import progress
    from linkbak.history import History

    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault, History.open(vault, bar) as history, history.steady():
        wanted = wanted._replace(account=whom.account(session, history))
        return history.people(wanted), wanted


def _print(
    session: Session,
    found: Sequence[Person],
    wanted: Wanted,
    limit: int | None,
    *,
    everyone: bool,
    as_csv: bool,
    ids: bool,
) -> None:
    """As asked; else a table on a terminal, and lines in a pipe."""
    shown = found[:limit]
    if session.as_json:
        from linkbak.report import people_json

        session.print_json(people_json.people(shown, wanted, len(found)))
    elif as_csv or ids:
        from linkbak.report.people_files import to_csv, to_ids

        session.print_text(to_csv(shown) if as_csv else to_ids(shown))
    elif on_terminal():
        from linkbak.report.people_view import people_page

        session.show(people_page(shown, wanted, everyone=everyone or limit is not None))
    else:
        _lines(session, shown, len(found))


def on_terminal() -> bool:
    """Whether somebody looks at standard output, rather than another program."""
    return sys.stdout.isatty()


def _lines(session: Session, shown: Sequence[Person], matching: int) -> None:
    """Lines for other programs on standard output, how many there are on standard error."""
    from linkbak.report.people_files import to_lines
    from linkbak.report.show import say
    from linkbak.report.words import count, number

    session.print_text(to_lines(shown))
    if not session.quiet:
        of = f" of {number(matching)}" if len(shown) < matching else ""
        say(f"{count(len(shown), 'person', 'people')}{of}" if matching else "nobody in the vault is like that")
