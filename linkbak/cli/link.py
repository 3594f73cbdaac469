"""``linkbak link``: who of the network is who in the owner's own address book."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from linkbak.cli.keys import key_pressed
from linkbak.cli.session import Session, progress
from linkbak.cli.usage import not_taken
from linkbak.errors import NoSuchPerson, NoSuchSnapshot, UsageProblem
from linkbak.index.history import History
from linkbak.marks import LINKED, NOT_LINKED, Mark, line_of, new_mark, subject_of, undo_line
from linkbak.report import Line
from linkbak.report import links as view
from linkbak.report.links import Asked, Said
from linkbak.talk.addresses import Owner
from linkbak.talk.book import own_contacts, value_of
from linkbak.talk.reach import reach_of
from linkbak.vault import Vault
from linkbak.vault.writer import write_transaction

ACTIONS = ("review", "list", "undo")


def link(
    session: Session,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="review|list|undo [ID]...", help="What to do; else list.")
    ] = None,
    as_list: Annotated[bool, typer.Option("--list", help="With review: print whom it would ask about.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="With list: what was taken back, too.")] = False,
) -> None:
    """Link people with the contacts of your own address book

    \b
    Examples:
      linkbak link review
      linkbak link list
      linkbak link undo

    People whom you know by the same e-mail address are linked by themselves, and nobody by name alone: `review` shows
    you one after the other whoever has the same profile address, the same name or a similar one, and asks. One key
    answers, and is kept at once; what you answered is not asked again. `undo` takes the newest answer back, or the one
    of an id that `list` shows.
    """
    action, *ids = words or ["list"]
    if action not in ACTIONS or (ids and action != "undo"):
        raise not_taken("link", words or (), "review")
    if as_list and action != "review":
        raise UsageProblem("--list goes with review", hint="`linkbak link list` lists what you linked.")
    if action == "review":
        _review(session, as_list=as_list or session.as_json)
    elif action == "list":
        _list(session, everything=everything)
    else:
        _undo(session, ids)


# --- review -----------------------------------------------------------------------------------------------------------


def _review(session: Session, *, as_list: bool) -> None:
    with session.open_vault() as vault:
        found = _suggested(session, vault)
        if session.as_json:
            session.print_json(view.document("review", found))
        elif as_list or not found:
            session.show(view.suggested(found))
        elif not sys.stdin.isatty() or session.quiet:
            raise UsageProblem("`linkbak link review` asks on a terminal", hint="See whom it would ask about: --list")
        else:
            _ask(session, vault, found)


def _suggested(session: Session, vault: Vault) -> Sequence[Asked]:
    kept = session.one_account(session.summaries(vault), books=False)
    contacts = own_contacts(vault)
    if not contacts:
        raise NoSuchSnapshot("there is no address book here", hint="Keep yours: linkbak import contacts.vcf")
    if not any(one.connections is not None for one in kept):
        raise NoSuchSnapshot("no snapshot here holds connections", hint="Keep one: linkbak import ARCHIVE")
    with History.open(vault, progress(quiet=session.quiet)) as history, history.read_transaction():
        return reach_of(history, kept[-1].key.account, Owner.of(kept), contacts).suggested


def _ask(session: Session, vault: Vault, found: Sequence[Asked]) -> None:
    """One pair after the other; each answer is kept before the next question."""
    at, answers = 0, list[tuple[int, Mark | None]]()
    linked = set[int]()
    session.show([Line(view.KEYS, "dim")])
    while at < len(found):
        one, contact = found[at]
        if one.contact in linked:  # somebody else was that contact
            at += 1
            continue
        session.show(view.question(found[at], at + 1, len(found)))
        key = key_pressed("  y n s z q? ", "ynszq")
        if key == "q":
            break
        if key == "z":
            if answers:
                at, mark = answers.pop()
                if mark is not None:
                    _keep(vault, undo_line(mark, datetime.now(UTC)), "Undo a link")
                    linked.discard(found[at][0].contact)
            continue
        mark = None
        if key in "yn":
            fact = LINKED if key == "y" else NOT_LINKED
            mark = new_mark(fact, value_of(contact), one.person.account, subject_of(one.person.row), datetime.now(UTC))
            _keep(vault, line_of(mark), "Link a contact" if key == "y" else "Keep a contact apart")
            if key == "y":
                linked.add(one.contact)
        answers.append((at, mark))
        at += 1
    made = [mark.fact for _, mark in answers if mark is not None]
    left = sum(one.contact not in linked for one, _ in found) - made.count(NOT_LINKED)
    session.show(view.ended(made.count(LINKED), made.count(NOT_LINKED), left))


def _keep(vault: Vault, line: dict[str, object], message: str) -> None:
    """One line of marks.jsonl in a commit of its own; the message names nobody."""
    with write_transaction(vault, "link") as writer:
        writer.add_marks([line], message)


# --- list and undo ----------------------------------------------------------------------------------------------------


def _said(session: Session, vault: Vault, wanted: Callable[[Mark], bool]) -> list[Said]:
    """What was said, the newest first."""
    session.summaries(vault)  # refuses an account that is not there
    with History.open(vault, progress(quiet=session.quiet)) as history:
        marks = history.marks(session.account)
    return [(mark, person) for mark, person in reversed(marks) if mark.fact in (LINKED, NOT_LINKED) and wanted(mark)]


def _list(session: Session, *, everything: bool) -> None:
    with session.open_vault() as vault:
        found = _said(session, vault, lambda mark: everything or not mark.undone)
    session.tell(lambda: view.document("list", marks=found), lambda: view.listed(found))


def _undo(session: Session, ids: Sequence[str]) -> None:
    with session.open_vault() as vault:
        said = _said(session, vault, lambda mark: not mark.undone)
        wanted = [_one(said, text) for text in ids] if ids else said[:1]
        if not wanted:
            raise NoSuchPerson("there is no link to take back", hint="`linkbak link list` shows them.")
        now = datetime.now(UTC)
        with write_transaction(vault, "link") as writer:
            writer.add_marks([undo_line(mark, now) for mark, _ in wanted], "Undo links")
    gone = [(mark._replace(undone=True), person) for mark, person in wanted]
    session.tell(lambda: view.document("undo", marks=gone), lambda: view.undone(gone))


def _one(said: Sequence[Said], text: str) -> Said:
    found = {mark.id: (mark, person) for mark, person in said if text and mark.id.startswith(text.lower())}
    if len(found) != 1:
        wrong = "several links have ids that begin with" if found else "there is no link"
        raise NoSuchPerson(f"{wrong} {text!r}", hint="`linkbak link list` shows their ids.")
    return next(iter(found.values()))
