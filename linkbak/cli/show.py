"""``linkbak show``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.causes.judgement import judge_lost, known_incidents
from linkbak.cli import people_options
from linkbak.cli.app import load
from linkbak.cli.session import Session, progress
from linkbak.errors import Exit, NoSuchPerson
from linkbak.index import LOST
from linkbak.index.history import History
from linkbak.report import show as show_view
from linkbak.report.people import choices

if TYPE_CHECKING:
    from linkbak.causes import Verdict
    from linkbak.index import Timeline


def show(
    session: Session,
    person: Annotated[list[str], typer.Argument(metavar="PERSON...", help="A name, part of one, address, e-mail, id.")],
) -> Exit | None:
    """Show everything known about one person

    \b
    Examples:
      linkbak show Ada Example
      linkbak show ada@example.com
      linkbak show https://www.linkedin.com/in/ada-example

    Several words make one name. If several people have it, linkbak lists them with their ids and exits with 13.
    """
    words = " ".join(person)
    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault, History.open(vault, bar) as history, history.read_transaction():
        books = session.books(vault)
        found = [] if books else history.find(words, people_options.account_meant(session, history))
        if not found:
            books = session.books(vault, beside=True)
            told: Exit | None = load("linkbak.cli.book.show")(session, vault, books, words) if books else None
            if told is not None:
                return told
            raise _nobody(words, history, in_book=bool(books))
        line = history.timeline(found[0]) if len(found) == 1 else None
        verdict = _verdict(history, line) if line else None
        several = len(history.accounts()) > 1
    if session.as_json:
        session.print_json(show_view.document(found, line, verdict))
    elif line is None:
        session.show(choices(found, everyone=not sys.stdout.isatty()))
    else:
        session.show(show_view.text(line, verdict, tell_account=several))
    return None if line else Exit.NOT_FOUND


def _nobody(words: str, history: History, *, in_book: bool) -> NoSuchPerson:
    if not history.accounts() and not in_book:
        return NoSuchPerson("there is nobody in the vault yet", hint="Keep an archive first: linkbak import ARCHIVE")
    return NoSuchPerson(
        f"nobody in the vault matches {words!r}",
        hint="Try a part of the name, an address or an e-mail; `linkbak people` lists everyone.",
    )


def _verdict(history: History, line: Timeline) -> Verdict | None:
    """Why they are gone, if they are."""
    if line.person.state not in LOST:
        return None
    losses = judge_lost(history, [line.person], known_incidents())
    return losses[0].verdict if losses else None
