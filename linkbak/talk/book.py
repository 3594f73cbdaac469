"""Links the owner's own address books with the people of a network: for certain, by hand, or perhaps.

Certain is only an exact e-mail address that is one person's on both sides. A name alone never links: a name, a
similar name or a profile address on the card leads to a question (`linkbak link review`), whose answer is a mark.
A card that the owner says is not somebody is never linked with them, whatever it shows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, get_args
from urllib.parse import quote

from linkbak.adapters import by_network
from linkbak.index import Person
from linkbak.marks import LINKED, NOT_LINKED, Mark
from linkbak.matching import name_key, url_key
from linkbak.model import BOOK, Card, NamedTuple
from linkbak.talk.addresses import emails_in, role_of
from linkbak.vault import Summary, Vault

_MOST_OF_A_VALUE = 1_500
"""The most characters of a mark that name the card."""
_ALIKE = 88
"""The least similarity of names, of 100, for a question."""
_BESIDE = 3
"""The most people that one card is asked about."""


class Contact(NamedTuple):
    """Somebody in the owner's address books: the cards that are theirs, by their UID, or by address and name, as one.

    `accounts` are their books, `at` is when the newest of these was taken, RFC 3339 UTC.
    """

    name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    company: str
    position: str
    urls: tuple[str, ...]
    uids: tuple[str, ...]
    accounts: tuple[str, ...]
    at: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys to find them in later books: ``uid:…``, ``mailto:…``, ``tel:…``; without these their name."""
        found = [f"uid:{quote(uid)}" for uid in self.uids]
        found += [f"mailto:{quote(email.casefold(), safe='@')}" for email in self.emails]
        found += [f"tel:{quote(_digits(phone))}" for phone in self.phones]
        return tuple(found) or (f"name:{quote(name_key(self.name, ''))}",)


def own_contacts(vault: Vault, books: Iterable[Summary] | None = None) -> list[Contact]:
    """Everybody in the newest snapshot of each address book of a vault, or of the books of some snapshots."""
    kept = vault.summaries() if books is None else books
    newest = {one.key.account: one for one in kept if one.network == BOOK}
    return contacts_of(
        (account, one.taken, by_network(BOOK).cards(vault.files(one.key))) for account, one in sorted(newest.items())
    )


def contacts_of(books: Iterable[tuple[str, str, Iterable[Card]]]) -> list[Contact]:
    """Everybody in some books, each given with its account and when it was taken."""
    found: list[Contact] = []
    places: dict[object, int] = {}
    for account, taken, cards in books:
        for card in cards:
            emails = tuple(dict.fromkeys(email for text in card.emails for email in emails_in(text)))
            facts = card.name, emails, card.phones, card.company, card.position, card.urls
            one = Contact(*facts, (card.uid,) if card.uid else (), (account,), taken)
            keys: list[object] = [*one.uids, *((email.casefold(), name_key(one.name, "")) for email in emails)]
            at = next((places[key] for key in keys if key in places), None)
            if at is None:
                at = len(found)
                found.append(one)
            else:
                found[at] = _merged(found[at], one)
            places.update(dict.fromkeys(keys, at))
    return found


def _merged(one: Contact, other: Contact) -> Contact:
    return one._replace(
        emails=_both(one.emails, other.emails),
        phones=_both(one.phones, other.phones),
        company=one.company or other.company,
        position=one.position or other.position,
        urls=_both(one.urls, other.urls),
        uids=_both(one.uids, other.uids),
        accounts=_both(one.accounts, other.accounts),
        at=max(one.at, other.at),
    )


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({text.casefold(): text for text in (*other, *one)}.values())


def _digits(phone: str) -> str:
    return "".join(char for char in phone if char.isdigit() or char == "+")


# --- the owner's answers ----------------------------------------------------------------------------------------------


def value_of(contact: Contact) -> str:
    """The value of a mark about them: their keys, as many as fit."""
    value = ""
    for key in contact.keys:
        if len(value) + len(key) < _MOST_OF_A_VALUE:
            value = f"{value} {key}".lstrip()
    return value or "name:"


def said(contacts: Sequence[Contact], marks: Iterable[tuple[Mark, Person | None]]) -> dict[tuple[int, int], str]:
    """The owner's last answer on a person, by number, and a contact, by its place; in the vault's order."""
    places: dict[str, set[int]] = defaultdict(set)
    for at, contact in enumerate(contacts):
        for key in contact.keys:
            places[key].add(at)
    return {
        (person.number, place): mark.fact
        for mark, person in marks
        if mark.fact in (LINKED, NOT_LINKED) and not mark.undone and person is not None
        if (place := _meant(mark.value, places)) is not None
    }


def _meant(value: str, places: Mapping[str, set[int]]) -> int | None:
    """The place of a mark's contact: by UID, else address, else number, else name, where that is unique."""
    keys = value.split()
    for kind in ("uid:", "mailto:", "tel:", "name:"):
        found = {at for key in keys if key.startswith(kind) for at in places.get(key, ())}
        if len(found) == 1:
            return found.pop()
    return None


# --- who is the same --------------------------------------------------------------------------------------------------


def joined(
    contacts: Sequence[Contact], emails: Mapping[int, Iterable[str]], told: Mapping[tuple[int, int], str]
) -> dict[int, list[int]]:
    """The contacts, by their places, that are each person, by number.

    `emails` are the addresses of people that are theirs beyond doubt, `told` is what the owner said.
    """
    theirs, cards = defaultdict[str, set[int]](set), Counter[str]()
    for number, known in emails.items():
        for email in known:
            theirs[email.casefold()].add(number)
    for contact in contacts:
        cards.update({email.casefold() for email in contact.emails})
    by_hand = {at for (_, at), fact in told.items() if fact == LINKED}
    found: dict[int, list[int]] = defaultdict(list)
    for (number, at), fact in told.items():
        if fact == LINKED:
            found[number].append(at)
    for at, contact in enumerate(contacts):
        alone = {email.casefold() for email in contact.emails if cards[email.casefold()] == 1 and not role_of(email)}
        whose = set[int]().union(*(theirs[email] for email in alone if email in theirs))
        if at not in by_hand and len(whose) == 1 and all(len(theirs.get(email, ())) < 2 for email in alone):
            (number,) = whose
            if told.get((number, at)) != NOT_LINKED:
                found[number].append(at)
    return dict(found)


Why = Literal["profile", "name", "namesake", "alike"]
"""The surest first."""


class Suggestion(NamedTuple):
    """A person and a contact, by its place, who may be the same, and the evidence."""

    person: Person
    contact: int
    why: Why


def suggestions(
    people: Sequence[Person],
    contacts: Sequence[Contact],
    same: Mapping[int, Sequence[int]],
    told: Mapping[tuple[int, int], str],
) -> list[Suggestion]:
    """The questions: the surest first, among these the closest people first; nobody answered about before.

    `people` are the closest first, `same` the links so far. A contact without address and number is left out.
    """
    taken = {at for places in same.values() for at in places}
    left = [at for at, one in enumerate(contacts) if at not in taken and (one.emails or one.phones)]
    known, names = _People(people), Counter(name_key(contacts[at].name, "") for at in left)
    found = []
    for at in left:
        unique = names[name_key(contacts[at].name, "")] == 1
        for person, why in _likely(contacts[at], known):
            if (person.number, at) not in told:
                found.append(Suggestion(person, at, why if unique or why != "name" else "namesake"))
    order: tuple[Why, ...] = get_args(Why)
    ranks = {one.number: rank for rank, one in enumerate(people)}
    return sorted(found, key=lambda one: (order.index(one.why), ranks[one.person.number], one.contact))


class _People:
    """People by their names, the words of these, and their profile addresses."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.names, self.words = defaultdict[str, list[Person]](list), defaultdict[str, list[Person]](list)
        self.urls: dict[str, Person] = {}
        for one in people:
            key = name_key(one.row.first_name, one.row.last_name)
            if not key:
                continue
            self.names[key].append(one)
            for word in set(key.split()):
                self.words[word].append(one)
            if one.row.url:
                self.urls[url_key(one.row.url)] = one


def _likely(contact: Contact, known: _People) -> Iterator[tuple[Person, Why]]:
    """The people a contact may be; similar names only where nobody has the name or the address."""
    links = (url_key(url) for url in contact.urls if "linkedin.com/in/" in url.casefold())
    if whose := list({known.urls[key].number: known.urls[key] for key in links if key in known.urls}.values()):
        yield from ((one, "profile") for one in whose)
        return
    key = name_key(contact.name, "")
    if same := known.names.get(key, ()):
        yield from ((one, "name" if len(same) == 1 else "namesake") for one in same[:_BESIDE])
    elif " " in key:
        yield from ((one, "alike") for one in _alike(key, known))


def _alike(key: str, known: _People) -> list[Person]:
    """People with similar names of several words: in spelling, or with one word more."""
    from rapidfuzz import fuzz

    words = set(key.split())
    near = {one.number: one for word in words for one in known.words.get(word, ())}
    found = []
    for one in near.values():
        theirs = name_key(one.row.first_name, one.row.last_name)
        more = len(words & set(theirs.split())) >= 2
        share = max(fuzz.token_sort_ratio(key, theirs), 95.0 if more else 0.0)
        if share >= _ALIKE:
            found.append((-share, one.number, one))
    return [one for _, _, one in sorted(found)[:_BESIDE]]
