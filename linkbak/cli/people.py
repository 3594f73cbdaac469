"""``linkbak people``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli import people_options
from linkbak.cli.app import load
from linkbak.cli.people_options import Choose
from linkbak.cli.people_options import wanted as chosen
from linkbak.cli.session import Session, progress
from linkbak.errors import UsageProblem
from linkbak.index.history import History
from linkbak.report import count, number, say
from linkbak.report import people as people_view
from linkbak.report.people import to_lines

if TYPE_CHECKING:
    from linkbak.index import PeopleFilter, Person
    from linkbak.vault import Vault


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
    ever: Choose.ever = False,
    known: Choose.known = None,
    tag: Choose.tag = None,
    as_of: Choose.as_of = None,
    sort: Choose.sort = None,
    reverse: Choose.reverse = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a person.")] = False,
    ids: Annotated[bool, typer.Option("--ids", help="The ids alone, one a line.")] = False,
) -> None:
    """List your connections, past and present

    \b
    Examples:
      linkbak people --company "example works" --sort name
      linkbak people --lost --csv > lost.csv
      linkbak people --since 2025 --ids | linkbak mark - tag new

    A person must match every filter. A date may be a month or a year: it then means the first day, for --as-of the
    last. In a pipe, linkbak prints a line for each person: id, name, work, connected on, state, messages and account,
    with tabs between.
    """
    if sum((session.as_json, as_csv, ids)) > 1:
        raise UsageProblem("--json, --csv and --ids cannot be combined")
    wanted = chosen(
        company=company,
        position=position,
        since=since,
        before=before,
        email=email,
        lost=lost,
        hidden=hidden,
        never_talked=never_talked,
        ever=ever,
        known=known,
        tag=tag,
        as_of=as_of,
        sort=sort,
        reverse=reverse,
    )
    with session.open_vault() as vault:
        if books := session.books(vault):
            refused: dict[str, object] = {
                "--since": since,
                "--before": before,
                "--lost": lost,
                "--hidden": hidden,
                "--ids": ids,
            }
            refused |= {"--never-talked": never_talked, "--ever": ever, "--known": known is not None, "--tag": tag}
            refused |= {"--as-of": as_of, "--sort": sort not in (None, "name")}
            load("linkbak.cli.book.people")(
                session, vault, books, refused, company=company, position=position, email=email, reverse=reverse,
                limit=limit, everyone=everyone or not on_terminal(), as_csv=as_csv,
            )  # fmt: skip
            return
        found, wanted = _found(session, vault, wanted)
    shown = found[:limit]
    if session.as_json:
        session.print_json(people_view.document(shown, wanted, len(found)))
    elif as_csv or ids:
        session.print_text(people_view.to_csv(shown) if as_csv else people_view.to_ids(shown))
    elif on_terminal():
        session.show(people_view.text(shown, wanted, everyone=everyone or limit is not None))
    else:
        _lines(session, shown, wanted, len(found))


def _found(session: Session, vault: Vault, wanted: PeopleFilter) -> tuple[Sequence[Person], PeopleFilter]:
    bar = progress(quiet=session.quiet)
    with History.open(vault, bar) as history, history.read_transaction():
        wanted = wanted._replace(account=people_options.account_meant(session, history))
        return history.people(wanted), wanted


def on_terminal() -> bool:
    """Whether somebody looks at standard output, rather than another program."""
    return sys.stdout.isatty()


def _lines(session: Session, shown: Sequence[Person], wanted: PeopleFilter, matching: int) -> None:
    """Lines for other programs on standard output, how many there are on standard error."""
    session.print_text(to_lines(shown, email=bool(wanted.email)))
    if not session.quiet:
        of = f" of {number(matching)}" if len(shown) < matching else ""
        say(f"{count(len(shown), 'person', 'people')}{of}" if matching else "no match")
