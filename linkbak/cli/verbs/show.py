"""``linkbak show``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import NoSuchPerson

if TYPE_CHECKING:
    from linkbak.causes import Verdict
    from linkbak.history import History
    from linkbak.history.records import Line, Person


def show(
    session: Session,
    person: Annotated[list[str], typer.Argument(metavar="PERSON...", help="A name, part of one, address, e-mail, id.")],
) -> None:
    """Show everything the vault knows of one person

    \b
    Examples:
      linkbak show Ada Example
      linkbak show ada@example.com
      linkbak show https://www.linkedin.com/in/ada-example
      linkbak show exam --json

    Several words make one name. If it fits several people, they are listed with their ids to choose from.
    """
    from linkbak.cli import whom
    from linkbak.cli.progress import progress
    from linkbak.history import History

    words = " ".join(person)
    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault, History.open(vault, bar) as history, history.steady():
        found = history.find(words, whom.account(session, history))
        if not found:
            raise _nobody(words, history)
        line = history.line(found[0]) if len(found) == 1 else None
        verdict = _verdict(history, line) if line else None
        several = len(history.accounts()) > 1
    _print(session, found, line, verdict, tell_account=several)


def _nobody(words: str, history: History) -> NoSuchPerson:
    if not history.accounts():
        return NoSuchPerson("the vault knows nobody yet", hint="Keep an archive first: linkbak import ARCHIVE")
    return NoSuchPerson(
        f"nobody in the vault answers to {words!r}",
        hint="Try a part of the name, an address or an e-mail; `linkbak people` lists everyone.",
    )


def _verdict(history: History, line: Line) -> Verdict | None:
    """Why they are gone, if they are."""
    from linkbak.history.records import LOST

    if line.person.state not in LOST:
        return None
    from linkbak.causes import incidents
    from linkbak.causes.fates import judged

    losses = judged(history, [line.person], incidents())
    return losses[0].verdict if losses else None


def _print(
    session: Session, found: Sequence[Person], line: Line | None, verdict: Verdict | None, *, tell_account: bool
) -> None:
    if session.as_json:
        from linkbak.report import people_json

        session.print_json(people_json.show(found, line, verdict))
    elif line is None:
        from linkbak.report.people_view import choices

        session.show(choices(found, everyone=not sys.stdout.isatty()))
    else:
        from linkbak.report.show_view import person_page

        session.show(person_page(line, verdict, tell_account=tell_account))
