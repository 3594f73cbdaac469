"""One's own address book where `people`, `show` and `lost` are asked about it: contacts, not connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from linkbak.cli import people_options
from linkbak.cli.diff import compare_books
from linkbak.cli.session import Session
from linkbak.diff.cards import compare_cards
from linkbak.errors import Exit, UsageProblem
from linkbak.exporters.rows import csv_text
from linkbak.index.query import folded
from linkbak.model import Card
from linkbak.report import cards as view
from linkbak.talk.book import Contact, own_contacts

if TYPE_CHECKING:
    from linkbak.vault import Summary, Vault


def _check(refused: Mapping[str, object]) -> None:
    """Refuse options that say nothing of a contact, each under the name it has on the line; raises UsageProblem."""
    wrong = [name for name, value in refused.items() if value]
    if wrong:
        raise UsageProblem(
            f"{wrong[0]} says nothing about an address book", hint="Leave it out, or name another --account."
        )


def people(
    session: Session,
    vault: Vault,
    books: Sequence[Summary],
    refused: Mapping[str, object],
    *,
    company: str | None,
    position: str | None,
    email: bool | None,
    reverse: bool,
    limit: int | None,
    everyone: bool,
    as_csv: bool,
) -> None:
    """Who stands in the newest of some books, by name; `refused` are options that must not be given."""
    _check(refused)
    found = [
        one
        for one in own_contacts(vault, books)
        if folded(company or "") in folded(one.company)
        and folded(position or "") in folded(one.position)
        and email in (None, bool(one.emails))
    ]
    found.sort(key=lambda one: folded(one.name), reverse=reverse)
    shown = found[:limit]
    if session.as_json:
        session.print_json(view.contacts_document(shown, len(found)))
    elif as_csv:
        session.print_text("".join(csv_text(view.CSV_HEADER, map(view.csv_row, shown), mark=False)))
    else:
        session.show(view.contacts_text(shown, everyone=everyone or limit is not None))


def show(session: Session, vault: Vault, books: Sequence[Summary], words: str) -> Exit | None:
    """The one contact that words mean, or those that they may mean; None if there is nobody, and nothing is shown."""
    found = _matching(own_contacts(vault, books), words)
    if not found:
        return None
    if session.as_json:
        session.print_json(view.contact_document(found))
    elif len(found) == 1:
        session.show(view.contact_text(found[0]))
    else:
        session.show(view.contacts_text(found, everyone=True))
    return Exit.FINE if len(found) == 1 else Exit.NOT_FOUND


def _matching(contacts: Sequence[Contact], words: str) -> list[Contact]:
    """Whose address it is, else whose name is meant."""
    if exact := [one for one in contacts if words.strip().casefold() in map(str.casefold, one.emails)]:
        return exact
    names = people_options.names_meant(words, {one.name for one in contacts})
    return [one for one in contacts if one.name in names]


def cards(vault: Vault, books: Sequence[Summary]) -> dict[Card, tuple[str, ...]]:
    """What a search looks through: a card of everybody, and the books in which they stand."""
    return {
        Card(one.name, one.emails, one.phones, one.company, one.position, one.urls): one.accounts
        for one in own_contacts(vault, books)
    }


def lost(
    session: Session, vault: Vault, books: Sequence[Summary], refused: Mapping[str, object], *, everyone: bool
) -> None:
    """Who stood in an earlier snapshot of a book, and stands in the newest no more; `refused` as in `people`."""
    _check(refused)
    kept = session.one_account(books)
    found: list[tuple[Card, Summary]] = []
    for earlier in reversed(kept[:-1]):
        gone = compare_books(vault, earlier, kept[-1]).went
        found += [(card, earlier) for card in compare_cards(gone, [card for card, _ in found]).went]
    session.tell(
        lambda: view.lost_document(found, kept[-1], len(kept)),
        lambda: view.lost_text(found, kept[-1], len(kept), everyone=everyone),
    )
