"""Whose archive it is, when it was written, and which network's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linkbak import adapters
from linkbak.adapters import LinkedIn, by_network, choose
from linkbak.errors import UnknownArchive, UsageProblem
from linkbak.model import Owner, Taken
from tests.adapters.given import Given, alone

ADAPTER = LinkedIn()
MARCH = datetime(2026, 3, 20, 8, 7, 10, tzinfo=UTC)
INVITATIONS = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"


def test_the_owner_is_on_one_side_of_every_invitation() -> None:
    files = Given(
        {
            "Invitations.csv": INVITATIONS
            + 'Ada Example,Boris Sample,"3/9/24, 2:05 PM",,OUTGOING,u:ada,u:boris\n'
            + 'Cleo Invented,Ada Example,"3/9/24, 2:05 PM",,INCOMING,u:cleo,u:ada\n'
            + 'Ada Old,Dana Model,"3/9/24, 2:05 PM",,outgoing,u:ada-old,u:dana\n'
            + 'Ada Example,Erik Madeup,"3/9/24, 2:05 PM",,OUTGOING,u:ada,u:erik\n',
            "Profile.csv": "First Name,Last Name,Maiden Name\n Ada , Example-New ,\n",
            "Comments_1234567.csv": "Date,Link,Message\n",
            "Shares_1234567.csv": "",
        }
    )

    assert ADAPTER.owner(files) == Owner(
        urls=("u:ada", "u:ada-old"), member_ids=("1234567",), names=("Ada Example-New", "Ada Example", "Ada Old")
    )


def test_member_numbers_of_2023_are_no_addresses() -> None:
    content = INVITATIONS.replace("Url", "Urn") + (
        'Ada Example,Boris Sample,"3/9/23, 2:05 PM",,OUTGOING,urn:li:member:1234567,urn:li:member:7654321\n'
    )

    assert ADAPTER.owner(alone(content, "Invitations.csv")) == Owner((), ("1234567",), ("Ada Example",))


TALK = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
)


def talk(people: int, owner: str = "Ada Example") -> str:
    rows = [f"c{n},,{owner},u:ada,Some{n} Body,u:{n},2024-03-05 10:00:00 UTC,,hi,INBOX\n" for n in range(people)]
    rows += [f"c{n},,Some{n} Body,u:{n},{owner},u:ada,2024-03-04 10:00:00 UTC,,hi,INBOX\n" for n in range(people)]
    return TALK + "".join(rows)


def test_the_owner_takes_part_in_every_conversation() -> None:
    assert ADAPTER.owner(alone(talk(5), "messages.csv")) == Owner(("u:ada",), (), ("Ada Example",))
    # too few conversations, or somebody else in all of them: nobody can tell who is who
    assert ADAPTER.owner(alone(talk(4), "messages.csv")) == Owner()
    assert ADAPTER.owner(alone(talk(5).replace("u:4", "u:0").replace("u:3", "u:0"), "messages.csv")).urls == ("u:ada",)
    same = "".join(f"c{n},,Ada Example,u:ada,Boris,u:boris,2024-03-05 10:00:00 UTC,,hi,INBOX\n" for n in range(9))
    assert ADAPTER.owner(alone(TALK + same, "messages.csv")) == Owner()


def test_e_mail_addresses_and_registration_tell_whose_it_is() -> None:
    files = Given(
        {
            "Email Addresses.csv": "Email Address,Confirmed,Primary,Updated On\n"
            'ada@example.com,Yes,Yes,"3/1/17, 5:02 PM"\na@example.com,No,No,Not Available',
            "Registration.csv": 'Registered At,Registration Ip,Subscription Types\n"7/27/18, 4:10 AM",192.0.2.1,\n',
        }
    )
    assert ADAPTER.owner(files) == Owner(
        emails=("ada@example.com", "a@example.com"), registered=("2018-07-27T04:10:00Z",)
    )
    old = "Registration Date,Registration IP,Subscription Type\n"
    assert ADAPTER.owner(alone(old + '"7/27/18, 4:10 AM",192.0.2.1,\n', "Registration.csv")).registered
    assert ADAPTER.owner(alone(old, "Registration.csv")) == Owner()
    assert ADAPTER.owner(alone("Mail\nada@example.com\n", "Email Addresses.csv")) == Owner()


def test_an_address_without_a_slug_is_no_address() -> None:
    rows = (
        'Ada Example,Boris Sample,"3/9/24, 2:05 PM",,OUTGOING,https://www.linkedin.com/in,https://www.linkedin.com/in\n'
    )
    assert ADAPTER.owner(alone(INVITATIONS + rows, "Invitations.csv")) == Owner(names=("Ada Example",))


def test_an_archive_may_tell_nothing_of_its_owner() -> None:
    assert ADAPTER.owner(alone("Name\nInventing\n", "Skills.csv")) == Owner()
    assert ADAPTER.owner(alone("", "Profile.csv")) == Owner()


FUTURE = datetime.now(UTC) + timedelta(days=30)
SOON = (datetime.now(UTC) + timedelta(hours=7)).replace(microsecond=0)
DAY = datetime(2026, 3, 20, tzinfo=UTC)
LATER = datetime(FUTURE.year + 1, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "times", "kind", "expected"),
    [
        ("x.zip", [MARCH - timedelta(seconds=100), MARCH, None], "zip", Taken(MARCH, "archive")),
        ("x.zip", [MARCH.replace(microsecond=9)], "zip", Taken(MARCH, "archive")),
        ("x.zip", [MARCH, FUTURE, datetime(1980, 1, 1, tzinfo=UTC)], "zip", Taken(MARCH, "archive")),
        ("x.zip", [SOON], "zip", Taken(SOON, "archive")),
        ("Basic_LinkedInDataExport_03-20-2026.zip", [None], "zip", Taken(DAY, "name")),
        ("Complete_LinkedInDataExport_03-18-2026.zip", [MARCH], "zip", Taken(MARCH, "archive")),
        ("Complete_LinkedInDataExport_03-21-2026.zip", [MARCH], "zip", Taken(MARCH, "archive")),
        # zipped anew
        ("Basic_LinkedInDataExport_03-17-2026.zip", [MARCH], "zip", Taken(DAY - timedelta(days=3), "name")),
        ("Basic_LinkedInDataExport_03-25-2026.zip", [MARCH], "zip", Taken(DAY + timedelta(days=5), "name")),
        ("Connections_2026-03-20.csv", [MARCH + timedelta(days=40)], "file", Taken(DAY, "name")),
        ("2026-03-20 LinkedIn (1)", [MARCH + timedelta(days=40)], "folder", Taken(DAY, "name")),
        ("backup 2026-11-20.zip", [MARCH], "zip", Taken(MARCH, "archive")),
        ("Connections_2026-03-20.zip", [None], "zip", Taken(DAY, "name")),
        ("12026-03-20.csv", [MARCH], "file", Taken(MARCH, "file")),
        ("Complete_LinkedInDataExport_03-20-2026.zip.zip", [FUTURE], "zip", Taken(DAY, "name")),
        ("Complete_LinkedInDataExport_03-20-2026.zip (1).zip", [], "zip", Taken(DAY, "name")),
        ("LinkedInDataExport_03-20-2026", [MARCH + timedelta(days=1)], "folder", Taken(DAY, "name")),
        ("initial_linkedindataexport_03-20-2026 (2)", [MARCH], "folder", Taken(DAY, "name")),
        ("Basic_LinkedInDataExport_20-03-2026.zip", [], "zip", None),
        ("Basic_LinkedInDataExport_03-20-1999.zip", [], "zip", None),
        # ahead of this machine's clock: told as it is, for the clock may be what is wrong
        (f"Basic_LinkedInDataExport_03-20-{FUTURE.year + 1}.zip", [], "zip", Taken(LATER, "name")),
        ("x.zip", [FUTURE, FUTURE - timedelta(days=1)], "zip", Taken(FUTURE.replace(microsecond=0), "archive")),
        ("Connections.csv", [FUTURE], "file", Taken(FUTURE.replace(microsecond=0), "file")),
        ("x.zip", [datetime(2002, 12, 31, tzinfo=UTC)], "zip", None),
        ("Connections.csv", [MARCH], "file", Taken(MARCH, "file")),
        ("Connections.csv", [datetime(1980, 1, 1, tzinfo=UTC)], "file", None),
        ("some folder", [], "folder", None),
    ],
)
def test_when_it_was_written(name: str, times: list[datetime | None], kind: str, expected: Taken | None) -> None:
    entries = [(f"file{number}.csv", when) for number, when in enumerate(times)]

    assert ADAPTER.taken(name, entries, kind) == expected


def test_what_the_file_manager_added_later_does_not_date_the_archive() -> None:
    entries = [("Connections.csv", MARCH), ("__MACOSX/._Connections.csv", MARCH + timedelta(days=3))]

    assert ADAPTER.taken("x.zip", entries, "zip") == Taken(MARCH, "archive")


@pytest.mark.parametrize(
    "contents",
    [
        {"Connections.csv": ""},
        {"a/b/Connections.csv": "anything"},
        {"messages.csv": "FROM,TO,DATE,SUBJECT,CONTENT,DIRECTION,FOLDER\n"},
        {"Invitations.csv": "From,To,Sent At,Message,Direction\n", "holiday.jpg": b"\xff\xd8"},
        {"Skills.csv": "Name\nInventing\n"},
        {"Skills.csv": "Name\n", ".DS_Store": b"\x00"},
        {"linkedin_connections_export_yahoo.csv": "First\n"},
    ],
)
def test_linkedins_archives_are_recognised(contents: dict[str, str | bytes]) -> None:
    assert choose(Given(contents)) is by_network("linkedin")


@pytest.mark.parametrize(
    "contents",
    [
        {},
        {"readme.txt": "hello"},
        {"messages.csv": "ID,Timestamp,Contents,Attachments\n1,2,3,4\n"},
        {"Contacts.csv": "Name,Phone\nAda,1\n"},
        {"Skills.csv": "Name\nInventing\n", "people.json": "{}"},
        {"data.csv": "a,b,c\n"},
        {"Reactions.csv": b"PK\x03\x04"},
        {"12345.jpg": b"\xff\xd8"},
    ],
)
def test_other_archives_are_not(contents: dict[str, str | bytes]) -> None:
    with pytest.raises(UnknownArchive) as refusal:
        choose(Given(contents))
    assert "Connections.csv" in refusal.value.hint


def test_networks_have_names() -> None:
    assert by_network("linkedin") is adapters.ADAPTERS[0]
    with pytest.raises(UsageProblem, match="it knows contacts, linkedin"):
        by_network("nowhere")
