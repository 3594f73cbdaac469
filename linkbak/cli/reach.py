"""``linkbak reach`` and ``link``: whom one could reach without LinkedIn, and who is who in one's own address book."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from typer import Argument, Option

from linkbak.cli import people_options
from linkbak.cli.app import load, not_taken
from linkbak.cli.people_options import Choose
from linkbak.cli.session import Session
from linkbak.cli.terminal import key_pressed
from linkbak.errors import NoSuchPerson, NoSuchSnapshot, UsageProblem
from linkbak.index import PeopleFilter, Person
from linkbak.index.history import History
from linkbak.marks import LINKED, NOT_LINKED, Mark, line_of, new_mark, subject_of, undo_line
from linkbak.report import Line
from linkbak.report import reach as reach_view
from linkbak.report.reach import Asked, Said
from linkbak.talk import Reached
from linkbak.talk.addresses import Owner
from linkbak.talk.book import own_contacts, value_of
from linkbak.talk.reach import Way, count_reach, reach_of, remembered_of
from linkbak.texts import tr
from linkbak.vault import Vault


def reach(
    session: Session,
    words: Annotated[list[str] | None, Argument(metavar="[draft PERSON]", help="Print words to send.")] = None,
    ask: Annotated[int, Option("--ask", metavar="N", min=0, help="Name so many to ask first.")] = 10,
    why: Annotated[
        str | None, Option("--why", metavar="PERSON", help="Every way to one person, and where it comes from.")
    ] = None,
    known: Choose.known = None,
    tag: Choose.tag = None,
    as_csv: Annotated[bool, Option("--csv", help="One row a person, with the best way.")] = False,
) -> None:
    """Show whom you could reach without LinkedIn

    \b
    Examples:
      linkbak reach
      linkbak reach --why Ada Example
      linkbak reach draft Ada Example

    linkbak trusts an address in this order: your own note, your address book, a list, a message from its owner, the
    address book that you gave LinkedIn. It counts no telephone numbers, asks nobody whom you tagged cull, and sends
    nothing.
    """
    words = words or []
    if why is not None and words and words[0] != "draft":  # a name of several words, not quoted
        why, words = " ".join([why, *words]), []
    if words and (words[0] != "draft" or len(words) == 1):
        raise not_taken("reach", words, "draft PERSON")
    if sum((bool(words), why is not None, as_csv)) > 1 or (session.as_json and (as_csv or words)):
        raise UsageProblem(tr("draft, --why, --csv and --json cannot be combined"), hint=tr("Ask for one at a time."))
    among = people_options.marked_in_words(known, tag or ())
    if among and (words or why is not None):
        raise UsageProblem(tr("a name and filters cannot be combined"), hint=tr("Leave out the name, or the filters."))
    with session.open_vault() as vault, session.reading(vault) as history:
        kept = session.one_account(session.summaries(vault), books=False)
        if not kept or not history.lists(kept[-1].key.account):
            raise NoSuchSnapshot(tr("no snapshot here holds connections"), hint=tr("Keep one: linkbak import ARCHIVE"))
        account = kept[-1].key.account
        name = why if why is not None else " ".join(words[1:])
        person = people_options.one(session, history, name, account) if name else None
        found = reach_of(history, account, Owner.of(kept), own_contacts(vault), person)
        remembered_of(vault, found)
        if among:
            marked = PeopleFilter(account=account, known=known, tags=tuple(tag or ()))
            found = found.of({one.number for one in history.people(marked)}, among)
    if person is not None and words:
        session.print_text(reach_view.draft(person))
    elif person is not None and session.as_json:
        session.print_json(reach_view.ways_document(found, person))
    elif person is not None:
        session.show(reach_view.why(found, person))
    elif session.as_json:
        session.print_json(reach_view.document(found, ask))
    elif as_csv:
        session.print_text(reach_view.to_csv(found))
    else:
        session.show(reach_view.text(found, ask))


def reached_now(vault: Vault, account: str) -> Reached:
    """How many of an account's people could be reached now, remembered for the next time."""
    with History.open(vault) as history, history.read_transaction():
        return count_reach(vault, history, account)


def best_ways(vault: Vault, history: History, people: Sequence[Person], *, written: bool) -> dict[int, Way]:
    """The most trusted way to each of some people who has one; without `written`, none that stands in a message."""
    found: dict[int, Way] = {}
    own = own_contacts(vault)
    for account in dict.fromkeys(one.account for one in people):
        for number, ways in reach_of(history, account, Owner.of(vault.summaries(account)), own).ways.items():
            if some := [way for way in ways if written or way.source != "written"]:
                found[number] = some[0]
    return {one.number: found[one.number] for one in people if one.number in found}


ACTIONS = ("review", "list", "undo")


def link(
    session: Session,
    words: Annotated[list[str] | None, Argument(metavar="review|list|undo [ID]...")] = None,
    as_list: Annotated[bool, Option("--list", help="With review: print whom it would ask about.")] = False,
    everything: Annotated[bool, Option("--all", help="With list: what was taken back, too.")] = False,
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
        raise UsageProblem(tr("--list goes with review"), hint=tr("`linkbak link list` lists what you linked."))
    if action == "review":
        _review(session, as_list=as_list or session.as_json)
    else:
        _said_before(session, action, ids, everything=everything and action == "list")


def _review(session: Session, *, as_list: bool) -> None:
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault), books=False)
        contacts = own_contacts(vault)
        if not contacts:
            raise NoSuchSnapshot(
                tr("there is no address book here"), hint=tr("Keep yours: linkbak import contacts.vcf")
            )
        if not any(one.connections is not None for one in kept):
            raise NoSuchSnapshot(tr("no snapshot here holds connections"), hint=tr("Keep one: linkbak import ARCHIVE"))
        with session.reading(vault) as history:
            found = reach_of(history, kept[-1].key.account, Owner.of(kept), contacts).suggested
        if session.as_json:
            session.print_json(reach_view.links_document("review", found))
        elif as_list or not found:
            session.show(reach_view.suggested(found))
        elif not sys.stdin.isatty() or session.quiet:
            raise UsageProblem(
                tr("`linkbak link review` asks on a terminal"), hint=tr("See whom it would ask about: --list")
            )
        else:
            _ask(session, vault, found)


def _ask(session: Session, vault: Vault, found: Sequence[Asked]) -> None:
    """One pair after the other; each answer is kept before the next question."""
    at, answers = 0, list[tuple[int, Mark | None]]()
    linked = set[int]()
    session.show([Line(reach_view.KEYS, "dim")])
    while at < len(found):
        one, contact = found[at]
        if one.contact in linked:  # somebody else was that contact
            at += 1
            continue
        session.show(reach_view.question(found[at], at + 1, len(found)))
        key = key_pressed("  y n s z q? ", "ynszq")
        if key == "q":
            break
        if key == "z":
            if answers:
                at, mark = answers.pop()
                if mark is not None:
                    _keep(vault, [undo_line(mark, datetime.now(UTC))], "Undo a link")
                    linked.discard(found[at][0].contact)
            else:
                session.show([Line(reach_view.NOTHING_TO_UNDO, indent=2)])
            continue
        mark = None
        if key in "yn":
            fact = LINKED if key == "y" else NOT_LINKED
            mark = new_mark(fact, value_of(contact), one.person.account, subject_of(one.person.row), datetime.now(UTC))
            _keep(vault, [line_of(mark)], "Link a contact" if key == "y" else "Keep a contact apart")
            if key == "y":
                linked.add(one.contact)
        answers.append((at, mark))
        at += 1
    made = [mark.fact for _, mark in answers if mark is not None]
    left = sum(one.contact not in linked for one, _ in found) - made.count(NOT_LINKED)
    session.show(reach_view.ended(made.count(LINKED), made.count(NOT_LINKED), left))


def _keep(vault: Vault, lines: Sequence[dict[str, object]], message: str) -> None:
    """Add lines to marks.jsonl in one commit, whose message names nobody."""
    with load("linkbak.vault.writer.write_transaction")(vault, "link") as writer:
        writer.add_marks(lines, message)


def _said_before(session: Session, action: str, ids: Sequence[str], *, everything: bool) -> None:
    """List what was said, the newest first, or take back what has these ids, else the newest."""
    with session.open_vault() as vault:
        session.summaries(vault)  # refuses an account that is not there
        with session.reading(vault) as history:
            marks = [one for one in reversed(history.marks(session.account)) if one[0].fact in (LINKED, NOT_LINKED)]
        said = [one for one in marks if everything or not one[0].undone]
        if action == "list":
            session.tell(lambda: reach_view.links_document("list", marks=said), lambda: reach_view.listed(said))
            return
        wanted = [_one_link(said, text) for text in ids] if ids else said[:1]
        if not wanted:
            raise NoSuchPerson(tr("there is no link to take back"), hint=tr("`linkbak link list` shows them."))
        now = datetime.now(UTC)
        _keep(vault, [undo_line(mark, now) for mark, _ in wanted], "Undo links")
    gone = [(mark._replace(undone=True), person) for mark, person in wanted]
    session.tell(lambda: reach_view.links_document("undo", marks=gone), lambda: reach_view.undone(gone))


def _one_link(said: Sequence[Said], text: str) -> Said:
    found = {mark.id: (mark, person) for mark, person in said if text and mark.id.startswith(text.lower())}
    if len(found) != 1:
        if found:
            wrong = tr("several links have ids that begin with {text!r}", text=text)
        else:
            wrong = tr("there is no link {text!r}", text=text)
        raise NoSuchPerson(wrong, hint=tr("`linkbak link list` shows their ids."))
    return next(iter(found.values()))
