"""One's own address book where a verb is asked about it: contacts, not connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from linkbak.adapters import by_network
from linkbak.cli import people_options
from linkbak.cli.session import Session
from linkbak.diff.cards import CardDiff, compare_cards
from linkbak.errors import Exit, NoSuchSnapshot, UsageProblem
from linkbak.index import PeopleFilter
from linkbak.index.query import folded
from linkbak.model import Card
from linkbak.report import Block, Line, day
from linkbak.report import cards as view
from linkbak.talk.book import own_contacts
from linkbak.texts import tr
from linkbak.vault import SnapshotKey, Summary, Vault, resolve


def _check(refused: Mapping[str, object]) -> None:
    """Refuse options that say nothing of a contact, each under the name it has on the line; raises UsageProblem."""
    wrong = [name for name, value in refused.items() if value]
    if wrong:
        raise UsageProblem(
            tr("{option} says nothing about an address book", option=wrong[0]),
            hint=tr("Leave it out, or name another --account."),
        )


def people(
    session: Session,
    vault: Vault,
    books: Sequence[Summary],
    refused: Mapping[str, object],
    wanted: PeopleFilter,
    *,
    limit: int | None,
    everyone: bool,
    as_csv: bool,
) -> None:
    """Who stands in the newest of some books, by name; `refused` are options that must not be given."""
    _check(refused)
    found = [
        one
        for one in own_contacts(vault, books)
        if folded(wanted.company) in folded(one.company)
        and folded(wanted.position) in folded(one.position)
        and wanted.email in (None, bool(one.emails))
    ]
    found.sort(key=lambda one: folded(one.name), reverse=wanted.reverse)
    shown = found[:limit]
    if session.as_json:
        session.print_json(view.contacts_document(shown, len(found)))
    elif as_csv:
        session.print_csv(view.CSV_HEADER, map(view.csv_row, shown))
    else:
        session.show(view.contacts_text(shown, everyone=everyone or limit is not None))


def show(session: Session, vault: Vault, books: Sequence[Summary], words: str) -> Exit | None:
    """Whose address the words are, else whom they may name; None, and no output, if there is none."""
    contacts = own_contacts(vault, books)
    found = [one for one in contacts if words.strip().casefold() in map(str.casefold, one.emails)]
    if not found:
        names = people_options.names_meant(words, {one.name for one in contacts})
        found = [one for one in contacts if one.name in names]
    if not found:
        return None
    session.tell(
        lambda: view.contact_document(found),
        lambda: view.contact_text(found[0]) if len(found) == 1 else view.contacts_text(found, everyone=True),
    )
    return Exit.FINE if len(found) == 1 else Exit.NOT_FOUND


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
        gone = _compared(vault, earlier, kept[-1]).went
        found += [(card, earlier) for card in compare_cards(gone, [card for card, _ in found]).went]
    session.tell(
        lambda: view.lost_document(found, kept[-1], len(kept)),
        lambda: view.lost_text(found, kept[-1], len(kept), everyone=everyone),
    )


def diff(
    session: Session, vault: Vault, books: Sequence[Summary], old: str | None, new: str | None, *, everyone: bool
) -> bool:
    """What changed from one snapshot of a book to another; says whether anything did."""
    before, after = _two(books, old, new)
    found = _compared(vault, before, after)
    session.tell(
        lambda: view.document(found, before, after), lambda: view.text(found, before, after, everyone=everyone)
    )
    return bool(found.came or found.went or found.changed)


def _two(kept: Sequence[Summary], old: str | None, new: str | None) -> tuple[Summary, Summary]:
    """The two snapshots of an address book that are meant; raises NoSuchSnapshot."""
    after = resolve(kept, new or "latest")
    before = (
        resolve(kept, old)
        if old is not None
        else next((one for one in reversed(kept) if one.order < after.order), None)
    )
    if before is None:
        raise NoSuchSnapshot(
            tr(
                "{snapshot} is {which}, so there is nothing to compare it with yet",
                snapshot=after.key.id,
                which=tr("the only snapshot of this address book"),
            ),
            hint=tr("Export the address book again and import that."),
        )
    return before, after


def _compared(vault: Vault, before: Summary, after: Summary) -> CardDiff:
    """What changed from one snapshot of an address book to another."""
    book = by_network(after.network)
    return compare_cards(book.cards(vault.files(before.key)), book.cards(vault.files(after.key)))


def since_before(place: Path, key: SnapshotKey) -> list[Block]:
    """What is to be said of an address book just kept: what changed, or what it is good for."""
    with Vault.open(place) as vault:
        kept = list(vault.summaries(key.account))
        kept = kept[: [one.key for one in kept].index(key) + 1]
        if len(kept) < 2:
            return [
                Line(tr("`linkbak link review` asks which of them are your connections; `linkbak reach` counts them"))
            ]
        before, after = kept[-2:]
        found = _compared(vault, before, after)
    lines: list[Block] = [
        Line(tr("since {day}: {changes}", day=day(before.taken), changes=view.summary(found)), "strong", 2)
    ]
    if found.strange:
        lines.append(Line(view.STRANGE, "odd", 2))
    if found.came or found.went or found.changed:
        lines.append(Line(tr("`linkbak diff --account {account}` names them", account=key.account), "dim", 2))
    return lines
