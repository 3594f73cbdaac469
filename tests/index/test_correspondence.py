"""What was said and written, each once, over all archives."""

from __future__ import annotations

from datetime import date

from linkbak.index import PeopleFilter, correspondence
from linkbak.index.correspondence import BookContact
from tests.diff.people import person
from tests.index.archives import IN, INVITATIONS, ME, indexed, list_of, table

ADA, BOB, CARL = (person(name, date(2024, 3, 5)) for name in ("Ada Example", "Bob Sample", "Carl Muster"))


def invitation(name: str, day: str = "3/4/24", note: str = "", url: str = "") -> tuple[str, ...]:
    """One that the owner sent at five past two."""
    return ME[0], name, f"{day}, 2:05 PM", note, "OUTGOING", ME[1] if url else "", url


# --- invitations ------------------------------------------------------------------------------------------------------


def test_an_invitation_is_accepted_open_or_nobody_can_tell() -> None:
    twins = (person("Dora Double", date(2020, 1, 1), slug="dora-1"), person("Dora Double", date(2020, 1, 1), slug="d2"))
    sent = [
        invitation("Ada Example", url=ADA.url),
        invitation("Bob Sample", "3/9/24", url=BOB.url),  # connected before: asked anew since
        invitation("Zoë Zulu", "3/3/24", "Hi Zoë", f"{IN}zo%C3%AB-zulu"),
        invitation("Dora Double", "3/2/24"),
        invitation("Carl Muster", "3/22/24", url=CARL.url),  # younger than the list
    ]
    archive = {"Connections.csv": list_of(ADA, BOB, *twins), "Invitations.csv": table(INVITATIONS, sent)}

    found = correspondence.invitations(indexed(("2024-03-20", archive)))

    assert [(one.name, one.state) for one in found] == [
        ("Carl Muster", "unknown"),
        ("Bob Sample", "open"),
        ("Ada Example", "accepted"),
        ("Zoë Zulu", "open"),
        ("Dora Double", "unknown"),
    ]
    zoe = found[3]
    assert (zoe.outgoing, zoe.url, zoe.note, zoe.person) == (True, f"{IN}zo%C3%AB-zulu", "Hi Zoë", None)
    assert zoe.sent_at == "2024-03-03T14:05:00Z"
    assert found[2].person is not None


def test_an_invitation_is_one_in_all_archives_and_two_where_one_archive_has_two() -> None:
    both = [invitation("Dora Double", url=f"{IN}dora-1"), invitation("Dora Double", url=f"{IN}dora-2")]
    first = {"Invitations.csv": table(INVITATIONS, [invitation("Ada Example"), *both]), "Connections.csv": list_of(BOB)}
    second = {"Invitations.csv": table(INVITATIONS, [invitation("Ada Example", note="Hi", url=ADA.url)])}

    found = correspondence.invitations(indexed(("2024-03-06", first), ("2024-04-06", second)))

    assert [(one.name, one.url, one.note, one.first_seen[:10], one.last_seen[:10]) for one in found] == [
        ("Dora Double", f"{IN}dora-2", "", "2024-03-06", "2024-03-06"),
        ("Dora Double", f"{IN}dora-1", "", "2024-03-06", "2024-03-06"),
        ("Ada Example", ADA.url, "Hi", "2024-03-06", "2024-04-06"),
    ]


# --- the address book, and who talked ---------------------------------------------------------------------------------


def test_the_address_book_is_read_whole_and_joined_to_whom_it_names() -> None:
    header = "FirstName,LastName,Emails,PhoneNumbers,Birthday,Addresses"
    rows = [
        ("Ada", "Example", "a@example.com; b@example.com", "+1 555 0100", "", "1 Main Street"),
        ("Zed", "Zulu", "z@example.com", "", "", ""),
    ]
    history = indexed(("2024-03-20", {"Connections.csv": list_of(ADA), "Contacts.csv": table(header, rows)}))

    ada, zed = correspondence.contacts(history)

    (number,) = [one.number for one in history.people(PeopleFilter())]
    emails = ("a@example.com", "b@example.com")
    assert ada == BookContact(
        "linkedin-me", "Ada Example", emails, ("+1 555 0100",), "", "1 Main Street", number, "name"
    )
    assert (zed.name, zed.emails, zed.person, zed.how) == ("Zed Zulu", ("z@example.com",), None, "")


def test_an_entry_is_joined_by_an_email_that_one_alone_showed_and_to_nobody_where_two_are_meant() -> None:
    """An e-mail that two showed (an office, a couple) is nobody's; nor is an entry that mixes two people up."""
    shown = [one._replace(email=f"{one.first_name}@Example.com") for one in (ADA, BOB)]
    couple = [person(name)._replace(email="us@example.com") for name in ("Eve One", "Eli One")]
    header = "FirstName,LastName,Emails,PhoneNumbers"
    rows = [
        ("Addie", "", "x@example.com, ada@example.com", "1"),
        ("", "", "bob@example.com", "2"),
        ("Carl", "Muster", "bob@example.com", "3"),
        ("Carl", "Muster", "ada@example.com; bob@example.com", "4"),
        ("The", "Ones", "us@example.com", "5"),
        ("Carl", "Muster", "us@example.com", "6"),
    ]
    archive = {"Connections.csv": list_of(*shown, CARL, *couple), "Contacts.csv": table(header, rows)}
    gone = {"Connections.csv": list_of(ADA, BOB, CARL, *couple)}

    history = indexed(("2024-03-20", archive), ("2024-04-20", gone))

    names = {one.number: one.row.first_name for one in history.people(PeopleFilter())}
    assert {
        one.phones: (one.name, names[one.person] if one.person else "", one.how)
        for one in correspondence.contacts(history)
    } == {
        ("1",): ("Addie", "Ada", "email"),
        ("2",): ("", "Bob", "email"),
        ("3",): ("Carl Muster", "", ""),
        ("4",): ("Carl Muster", "", ""),
        ("5",): ("The Ones", "", ""),
        ("6",): ("Carl Muster", "Carl", "name"),
    }


def test_nothing_said_is_not_the_same_as_nobody_can_tell() -> None:
    messages = table(
        "CONVERSATION ID,CONVERSATION TITLE,FROM,TO,DATE,SUBJECT,CONTENT,FOLDER",
        [
            ("2-1", "", "Ada Example", ME[0], "2024-03-06 10:00:00 UTC", "", "hello", "INBOX"),
            ("2-2", "", "Dora Double", ME[0], "2024-03-06 10:00:00 UTC", "", "hello", "INBOX"),
        ],
    )
    twins = (person("Dora Double", slug="dora-1"), person("Dora Double", slug="dora-2"))
    archive = {
        "Connections.csv": list_of(ADA, BOB, *twins),
        "messages.csv": messages,
        "Profile.csv": "First Name,Last Name\nOlive,Owner\n",
    }

    found = indexed(("2024-03-20", archive)).people(PeopleFilter())

    assert sorted(("untold" if one.untold else str(one.messages)) for one in found) == [
        *("0", "1"),
        *("untold", "untold"),
    ]


def test_messages_that_only_they_wrote_are_told_apart_from_talk() -> None:
    def message(name: str, number: int, *, mine: bool = False) -> tuple[str, ...]:
        ends = (ME[0], name) if mine else (name, ME[0])
        return (f"2-{name}", "", *ends, f"2024-03-0{number} 10:00:00 UTC", "", "hello", "INBOX")

    messages = [message("Ada Example", 6), message("Ada Example", 7), message("Bob Sample", 6)]
    messages += [message("Bob Sample", 7, mine=True), message("Carl Muster", 6, mine=True)]
    header = "CONVERSATION ID,CONVERSATION TITLE,FROM,TO,DATE,SUBJECT,CONTENT,FOLDER"
    people = list_of(ADA, BOB, CARL, person("Dora Double"))

    found = indexed(("2024-03-20", {"Connections.csv": people, "messages.csv": table(header, messages)}))

    assert {one.row.first_name for one in found.people(PeopleFilter()) if one.only_theirs} == {"Ada"}
