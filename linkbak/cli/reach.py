"""``linkbak reach``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli import people_options
from linkbak.cli.people_options import Choose
from linkbak.cli.session import Session, progress
from linkbak.cli.usage import not_taken
from linkbak.errors import NoSuchSnapshot, UsageProblem
from linkbak.index import PeopleFilter
from linkbak.index.history import History
from linkbak.report import reach as reach_view
from linkbak.talk.addresses import Owner
from linkbak.talk.book import own_contacts
from linkbak.talk.reach import count_reach, reach_of, remembered_of

if TYPE_CHECKING:
    from linkbak.index import Person
    from linkbak.talk import Reached
    from linkbak.talk.reach import Way
    from linkbak.vault import Vault


def reach(
    session: Session,
    words: Annotated[list[str] | None, typer.Argument(metavar="[draft PERSON]", help="Print words to send.")] = None,
    ask: Annotated[int, typer.Option("--ask", metavar="N", min=0, help="Name so many to ask first.")] = 10,
    why: Annotated[
        str | None, typer.Option("--why", metavar="PERSON", help="Every way to one person, and where it comes from.")
    ] = None,
    known: Choose.known = None,
    tag: Choose.tag = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a person, with the best way.")] = False,
) -> None:
    """Show whom you could reach without LinkedIn

    \b
    Examples:
      linkbak reach
      linkbak reach --why "Ada Example"
      linkbak reach draft "Ada Example"

    An e-mail counts if it stands in your own note or address book, in a list, in a message that its owner wrote to you,
    or in the address book that you gave LinkedIn; linkbak trusts them in this order. Telephone numbers are never
    counted. Whom you tagged cull is not among those to ask. Nothing is sent: `draft` prints words for you to send.
    """
    words = words or []
    if words and (words[0] != "draft" or len(words) == 1):
        raise not_taken("reach", words, "draft PERSON")
    if sum((bool(words), why is not None, as_csv)) > 1 or (session.as_json and (as_csv or words)):
        raise UsageProblem("draft, --why, --csv and --json cannot be combined so", hint="Ask for one at a time.")
    among = people_options.marked_in_words(known, tag or ())
    if among and (words or why is not None):
        raise UsageProblem("people who are named cannot be filtered as well", hint="Do one or the other.")
    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault, History.open(vault, bar) as history, history.read_transaction():
        kept = session.one_account(session.summaries(vault), books=False)
        if not kept or not history.lists(kept[-1].key.account).lists:
            raise NoSuchSnapshot("no snapshot here holds connections", hint="Keep one: linkbak import ARCHIVE")
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
