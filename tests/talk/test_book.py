"""Who of a network is who in the owner's own address books: by exact address, by hand, never by name."""

from __future__ import annotations

from datetime import UTC, date, datetime

from linkbak.index import Person
from linkbak.marks import LINKED, NOT_LINKED, Mark, new_mark, subject_of, value_shown
from linkbak.model import Card, Connection
from linkbak.talk.book import Contact, Why, contacts_of, joined, said, suggestions, value_of

WHEN = datetime(2026, 4, 5, tzinfo=UTC)


def somebody(number: int, name: str, url: str = "") -> Person:
    first, _, last = name.partition(" ")
    row = Connection(first, last, url, connected_on=date(2024, 1, 5))
    return Person(number, f"{number:012x}", "linkedin-me", row, "listed", "2024-02-01", "2024-02-01")


ADA, BORIS, GRETA = (
    somebody(number, name) for number, name in enumerate(["Ada Example", "Boris Sample", "Greta Sample"], 1)
)


def book(*cards: Card, account: str = "contacts-apple", taken: str = "2026-03-01T00:00:00Z") -> list[Contact]:
    return contacts_of([(account, taken, cards)])


def told(
    contacts: list[Contact], *answers: tuple[Person, Contact, str]
) -> tuple[dict[tuple[int, int], str], list[tuple[Mark, Person | None]]]:
    marks: list[tuple[Mark, Person | None]] = [
        (new_mark(fact, value_of(contact), person.account, subject_of(person.row), WHEN), person)
        for person, contact, fact in answers
    ]
    return said(contacts, marks), marks


# --- cards of one person ---


def test_cards_of_one_person_in_two_books_are_one_contact() -> None:
    one = Card("Ada Example", ("ada@example.com",), ("+49 1",), uid="1")
    other = Card("Dr. Ada Example", ("ADA@example.com", "ada@example.net"), company="Example GmbH")

    (found,) = contacts_of(
        [("contacts-apple", "2026-03-01T00:00:00Z", [one]), ("contacts-google", "2026-04-01T00:00:00Z", [other])]
    )

    assert [email.casefold() for email in found.emails] == ["ada@example.com", "ada@example.net"]
    assert (found.phones, found.company, found.accounts) == (
        ("+49 1",),
        "Example GmbH",
        ("contacts-google", "contacts-apple"),
    )
    assert found.at == "2026-04-01T00:00:00Z"


def test_a_couple_with_one_address_is_two_contacts() -> None:
    assert len(book(Card("Ada Example", ("we@example.com",)), Card("Boris Sample", ("we@example.com",)))) == 2


# --- for certain ---


def test_one_exact_address_joins() -> None:
    contacts = book(Card("Mum", ("ada@example.com", "ada@example.net")), Card("Ada Example", ("other@example.com",)))

    assert joined(contacts, {ADA.number: ["Ada@Example.com"]}, {}) == {ADA.number: [0]}


def test_nobody_is_joined_where_the_address_is_not_one_person_s_alone() -> None:
    """Nor where an office reads it, where two cards or two connections have it, or where a card shows two people's."""
    known = {ADA.number: ["ada@example.com", "we@example.com", "info@example.com"], BORIS.number: ["we@example.com"]}

    assert joined(book(Card("Ada", ("we@example.com",))), known, {}) == {}
    assert joined(book(Card("Ada", ("info@example.com",))), known, {}) == {}
    assert joined(book(Card("A", ("ada@example.com",)), Card("B", ("ada@example.com",))), known, {}) == {}
    both = {ADA.number: ["ada@example.com"], BORIS.number: ["boris@example.com"]}
    assert joined(book(Card("Ada and Boris", ("ada@example.com", "boris@example.com"))), both, {}) == {}


def test_a_name_joins_nobody() -> None:
    assert joined(book(Card("Ada Example", ("x@example.com",))), {ADA.number: ["ada@example.com"]}, {}) == {}


# --- by hand ---


def test_what_the_owner_said_counts_before_any_address() -> None:
    contacts = book(Card("Ada", ("ada@example.com",)), Card("B. S.", ("b@example.org",)))
    answers, _ = told(contacts, (ADA, contacts[0], NOT_LINKED), (BORIS, contacts[1], LINKED))

    assert joined(contacts, {ADA.number: ["ada@example.com"]}, answers) == {BORIS.number: [1]}


def test_the_last_word_counts_and_one_taken_back_does_not() -> None:
    contacts = book(Card("Ada", ("ada@example.com",)))
    answers, marks = told(contacts, (ADA, contacts[0], LINKED), (ADA, contacts[0], NOT_LINKED))

    assert answers == {(ADA.number, 0): NOT_LINKED}
    undone = [(mark._replace(undone=mark.fact == NOT_LINKED), person) for mark, person in marks]
    assert said(contacts, undone) == {(ADA.number, 0): LINKED}


def test_a_link_finds_the_card_after_it_changed() -> None:
    """By its UID, or an address, or a number that stayed; by none that two cards have."""
    before = book(Card("Ada", ("ada@example.com",), ("+49 170 1",), uid="1"))
    _, marks = told(before, (ADA, before[0], LINKED))

    for now in (
        [Card("Ada E.", ("new@example.com",), uid="1")],
        [Card("Ada E.", ("ada@example.com", "new@example.com"), uid="anew")],
        [Card("Ada E.", (), ("+49 (170) 1",))],
    ):
        assert said(book(*now), marks) == {(ADA.number, 0): LINKED}
    assert said(book(Card("Ada", ("x@example.com",))), marks) == {}
    assert said(book(Card("A", ("ada@example.com",)), Card("B", ("ada@example.com",))), marks) == {}
    assert value_shown(marks[0][0]) == "ada@example.com"


# --- whom to ask about ---


def asked(
    people: list[Person], contacts: list[Contact], *answers: tuple[Person, Contact, str]
) -> list[tuple[str, Why]]:
    known, _ = told(contacts, *answers)
    found = suggestions(people, contacts, joined(contacts, {}, known), known)
    return [(one.person.row.name, one.why) for one in found]


def test_the_surest_are_asked_about_first_and_of_these_the_closest() -> None:
    profile = somebody(9, "Nemo Nobody", "https://www.linkedin.com/in/nemo")
    contacts = book(
        Card("Grete Sample", ("g@example.com",)),
        Card("Boris Sample", ("b@example.com",)),
        Card("Ada Example", ("a@example.com",)),
        Card("Whoever", ("n@example.com",), urls=("https://www.linkedin.com/in/nemo/", "https://x.example.com/in/ada")),
        Card("Zoe Unheard-Of", ("z@example.com",)),
        Card("Ada Example"),
    )

    assert asked([BORIS, GRETA, ADA, profile], contacts[:5]) == [
        ("Nemo Nobody", "profile"),
        ("Boris Sample", "name"),
        ("Ada Example", "name"),
        ("Greta Sample", "alike"),
    ]


def test_namesakes_are_asked_about_one_by_one() -> None:
    other = somebody(7, "Ada Example")
    two = book(Card("Ada Example", ("a@example.com",)), Card("Ada Example", ("b@example.com",)))

    assert asked([ADA, other], two[:1]) == [("Ada Example", "namesake")] * 2
    assert asked([ADA], two) == [("Ada Example", "namesake")] * 2


def test_nobody_is_asked_twice_nor_about_a_card_that_helps_nobody() -> None:
    contacts = book(Card("Ada Example", ("a@example.com",)), Card("Boris Sample", ("b@example.com",)))

    assert asked([ADA, BORIS], contacts, (ADA, contacts[0], NOT_LINKED), (BORIS, contacts[1], LINKED)) == []
    assert asked([ADA], book(Card("Ada Example", company="Example GmbH"))) == []
    assert asked([ADA], book(Card("Ada", ("a@example.com",)))) == [], "a first name alone is like everybody's"
