"""Every table recognised and counted; what is odd said, what is lost said loudly."""

from __future__ import annotations

import pytest

from linkbak.adapters import LinkedIn
from linkbak.adapters.linkedin.tables import TABLES
from linkbak.model import FileFacts, Issue, Reading
from tests.adapters.given import Given, alone, export

ADAPTER = LinkedIn()
C5 = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ADA = "Ada,Example,https://www.linkedin.com/in/ada-example,,,,07 Jun 2023\n"
BORIS = "Boris,Sample,https://www.linkedin.com/in/boris,,,,06 Jun 2023\n"

SHARES, LEARNING = TABLES["shares.csv"].headers[1], TABLES["learning.csv"].headers[0]
REVIEWS = TABLES["reviews.csv"].headers[1]
COACHED = (
    "conversation: 00000000-0000-0000-0000-000000000000\ntimestamp: 1761387231918\nuser: some\ncoach: words, more words"
)
CUT = "the file ends inside a quoted cell: it was cut off"
FEW = "fewer cells than the header has columns"
MANY = "more cells than the header has columns"
DATE = "the date is none linkbak can read"
OLD = b"From,To,Date,Subject,Content,Direction,Folder\n"
INVITATION = b"From,To,Sent At,Message,Direction\n"


def read(contents: dict[str, str | bytes]) -> Reading:
    return ADAPTER.read(Given(contents))


def facts(reading: Reading, path: str) -> FileFacts:
    return next(facts for facts in reading.files if facts.path == path)


@pytest.mark.parametrize("name", [table.name for table in TABLES.values() if table.kind not in ("connections",)])
def test_every_table_is_counted_under_every_header_it_has_had(name: str) -> None:
    table = TABLES[name.casefold()]
    logs = {"messages": "2024-03-05 14:05:00 UTC", "invitations": "3/5/24, 2:05 PM"}
    for header in table.headers or ("Anything",):
        columns = header.strip("<>").split(",")
        cell = logs.get(table.kind, "2024-03-05")
        row = ",".join(f'"{cell}"' for _ in columns)
        reading = read({name: f"{','.join(columns)}\n{row}\n{row}\n"})

        assert reading.issues == ()
        assert reading.coverage[table.kind].rows == 2
        assert reading.files == (
            FileFacts(name, 0, "", table=name, kind=table.kind, rows=2, lines=3, columns=tuple(columns)),
        )


@pytest.mark.parametrize(
    ("name", "content", "rows", "remarks"),
    [
        ("Comments.csv", "Date,Link,Message\r\n2024-03-05 10:00:00,u,a\r\nb\r\n\r\nc\r\n2024-03-04 10:00:00,v,d", 2, 0),
        ("Shares.csv", SHARES + '\n2024-03-05 10:00:00,u,"a""\r\n""b",,,X', 1, 0),
        ("Learning.csv", LEARNING + ",\n" + "x," * 7 + "\n" + "x," * 6 + "x\n", 2, 0),
        ("Ad_Targeting.csv", "Company Names,Company Names,Company Names,Job Titles\na,b,c,d\n", 1, 0),
        ("PhoneNumbers.csv", "Extension,Number,Type\n,,\n,,\n,1,\n", 1, 0),
        ("Skills.csv", "Name\n,\nInventing\n", 1, 1),
        ("Saved_Items_12345.csv", "savedItem,CreatedTime\nu,2024-03-05 10:00:00\n", 1, 0),
        ("Profile Summary.csv", "Profile Summary\n\n", 0, 0),
        ("LearningCoachMessages.csv", "No conversations found", 0, 0),
        ("LearningCoachMessages.csv", COACHED + "\n\n\n" + COACHED, 2, 0),
        ("SearchQueries.csv", "Time,Search Query\n2026/04/01 10:00:00 UTC,baker, cook\n", 1, 0),
        ("Company_Follows.csv", "Organization,Followed On\nExample,Tue Mar 05 10:22:33 UTC 2024", 1, 0),
        ("Reviews.csv", REVIEWS + "\nO,x,y,2026,5,good,B,\n", 1, 0),
        ("Company Follows.csv", "Organization,Followed On\nExample,Tue Mar 05 10:22:33 UTC 2024", 1, 0),
        ("Skills.csv", "Skill,Level\nInventing,1\nTesting,2\n", 3, 1),
        ("Languages.csv", "Name,Proficiency,Script\nExample,Good,Any\n", 1, 1),
        ("Languages.csv", "Name,Proficiency\nExample\nOther,Good,More\n", 2, 2),
        ("Interests.csv", "Whatever\na\nb\n", 2, 0),
        ("Positions.csv", "", 0, 1),
    ],
)
def test_quirks_of_tables_that_are_only_counted(name: str, content: str, rows: int, remarks: int) -> None:
    reading = read({name: content})

    assert reading.files[0].rows == rows
    assert [issue.loss for issue in reading.issues] == [False] * remarks
    assert reading.coverage[reading.files[0].kind].completeness == "complete"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("Reactions.csv", b"PK\x03\x04....", "a workbook, not a CSV file: its rows were not counted"),
        ("Logins.csv", b'Login Date,IP Address,User Agent,Login Type\n"a', CUT),
        ("Comments.csv", b"Date,Link,Message\nno date,u,m\n", "text before the first row that has a date"),
        ("messages.csv", b"Something,Else\n1,2\n", "no header linkbak understands: nothing in this file was read"),
        ("messages.csv", b"", "the file is empty"),
        ("Invitations.csv", b"PK\x03\x04", "a workbook, not a CSV file: save it as CSV and import that"),
        ("Invitations.csv", INVITATION + b"A,B,someday,,OUTGOING\n", DATE),
        ("messages.csv", OLD + b"A,B\n", FEW),
        ("messages.csv", OLD + b"A,B,,,,,,C\n", MANY),
    ],
)
def test_losses_are_loud(name: str, content: bytes, reason: str) -> None:
    reading = read({name: content})

    assert [(issue.reason, issue.loss) for issue in reading.issues] == [(reason, True)]
    assert reading.coverage[reading.files[0].kind].completeness == "partial"
    assert reading.coverage[reading.files[0].kind].rows == 0


def test_an_unknown_file_is_kept_and_said_so_but_droppings_are_not_worth_a_word() -> None:
    reading = read({"Connections.csv": C5 + ADA, "New.csv": "a\n", ".DS_Store": b"\x00", "__MACOSX/._New.csv": b"\x00"})

    assert reading.issues == (Issue("New.csv", 0, "kept, but linkbak does not know this file", loss=False),)
    assert [facts.table for facts in reading.files] == ["Connections.csv", "", "", ""]


def test_one_list_twice_counts_once() -> None:
    """Windows unpacks into a folder of the same name inside the folder."""
    reading = read({"export/Connections.csv": C5 + ADA, "export/export/Connections.csv": C5 + ADA})

    assert reading.coverage["connections"].rows == 1
    assert reading.coverage["connections"].completeness == "complete"
    assert reading.issues == (
        Issue("export/export/Connections.csv", 0, "the same as export/Connections.csv; counted once", loss=False),
    )


def test_of_two_lists_the_one_among_more_tables_is_read() -> None:
    files = Given(
        {
            "Connections.csv": C5 + ADA,
            "export/Connections.csv": C5 + ADA + BORIS,
            "export/Skills.csv": "Name\nInventing\n",
        }
    )
    reading, listing = ADAPTER.read(files), ADAPTER.connections(files)

    assert listing is not None
    assert listing.total == reading.coverage["connections"].rows == 2
    assert reading.coverage["connections"].completeness == "partial"
    assert reading.coverage["connections"].reasons == ("several files claim to be Connections.csv, and they differ",)
    assert reading.issues == (
        Issue("Connections.csv", 0, "not read: it is another list than export/Connections.csv", loss=True),
    )


def test_tables_that_only_look_alike_are_kept_apart() -> None:
    reading = ADAPTER.read(export("2023"))

    assert facts(reading, "Endorsement Received Info.csv").rows == 2
    assert facts(reading, "Endorsement_Received_Info.csv").rows == 1
    assert reading.coverage["endorsements"].rows == 5
    assert reading.coverage["endorsements"].completeness == "complete"


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ((1, 2, 3), []),
        ((1, 3), [2]),
        ((2, 3), [1]),
        ((1, 2, 5), [3, 4]),
        ((-1, 1, 2), []),
        ((-1, 2, 3), []),
        ((-1, 3), [2]),
        ((-1, 1, 3), [2]),
        ((-1,), []),
    ],
)
def test_parts_that_are_missing(parts: tuple[int, ...], missing: list[int]) -> None:
    names = [f"Jobs/Saved Jobs_{part}.csv" if part >= 0 else "Jobs/Saved Jobs.csv" for part in parts]
    reading = read({name: f"Saved Date,Job Url,Job Title,Company Name\na,b,c,{name}\n" for name in names})

    assert reading.coverage["jobs"].rows == len(parts)
    assert reading.coverage["jobs"].reasons == tuple(f"part {part} of Saved Jobs.csv is missing" for part in missing)
    assert reading.coverage["jobs"].completeness == ("partial" if missing else "complete")
    assert [(issue.reason, issue.loss) for issue in reading.issues] == [
        (f"part {part} of this table is missing", True) for part in missing
    ]


def test_activity_of_two_members_is_not_mixed() -> None:
    header = "Date,Type,Link\n"
    reading = read(
        {
            "Reactions_11111.csv": header + "2024-03-05 10:00:00,LIKE,u\n",
            "Reactions_22222.csv": header + "2024-03-05 10:00:00,LIKE,v\n2024-03-04 10:00:00,LIKE,w\n",
        }
    )

    assert reading.coverage["activity"].rows == 1
    assert [issue.file for issue in reading.issues if issue.loss] == ["Reactions_22222.csv"]


def test_names_that_differ_in_case_only_are_one_table_twice() -> None:
    reading = read({"Skills.csv": "Name\na\n", "skills.csv": "Name\na\nb\n"})

    assert reading.coverage["profile"].rows == 1
    assert reading.issues == (Issue("skills.csv", 0, "not read: Skills.csv is taken for Skills.csv", loss=True),)


def test_an_address_book_beside_the_list_is_not_counted_with_it() -> None:
    book = "linkedin_connections_export_microsoft_outlook.csv"
    header = '"Title","First Name","Last Name","E-mail Address","Company","Job Title"\r\n'
    reading = read({"Connections.csv": C5 + ADA, book: header + '"","Boris","Sample","b@example.com","",""\r\n'})

    assert reading.coverage["connections"].rows == 1
    assert reading.issues == (Issue(book, 0, "not read: another list of connections tells more", loss=False),)


def test_the_yahoo_address_book_has_its_columns_by_number() -> None:
    header = [
        "First",
        "Middle",
        "Last",
        "Nickname",
        "Email",
        *(f"Column {n}" for n in range(5, 20)),
        "Title",
        "Company",
    ]
    row = ["Boris", "", "Sample", "", "b@example.com", *[""] * 15, "Engineer", "Example Works"]
    files = alone(f"{','.join(header)}\n{','.join(row)}\n", "linkedin_connections_export_yahoo.csv")
    listing = ADAPTER.connections(files)

    assert listing is not None
    assert [tuple(person) for person in listing.rows] == [
        ("Boris", "Sample", "", "b@example.com", "Example Works", "Engineer", None)
    ]
    assert not listing.newest_first
    assert ADAPTER.read(files).coverage["connections"].completeness == "unknown"


def test_windows_letters_in_the_outlook_address_book() -> None:
    """Without a byte only a Mac would use, the letters are Windows'."""
    header = '"Title","First Name","Last Name","E-mail Address","Company","Job Title"\r\n'
    content = (header + '"","André","Sample","a@example.com","",""\r\n').encode("cp1252")
    listing = ADAPTER.connections(alone(content, "linkedin_connections_export_microsoft_outlook.csv"))

    assert listing is not None
    assert listing.rows[0].first_name == "André"


def test_of_two_spellings_the_one_of_linkedin_is_read() -> None:
    files = Given({"SKILLS.csv": "Name\nOther\n", "Skills.csv": "Name\nInventing\nTesting\n"})
    reading = ADAPTER.read(files)

    assert reading.coverage["profile"].rows == 2
    assert [(issue.file, issue.reason) for issue in reading.issues] == [
        ("SKILLS.csv", "not read: Skills.csv is taken for Skills.csv")
    ]
