"""A file is known by its exact base name, whatever stands around it."""

from __future__ import annotations

import pytest

from linkbak.adapters.linkedin.tables import KINDS, TABLES, knows, name_of


@pytest.mark.parametrize(
    ("path", "table", "member", "part"),
    [
        ("Connections.csv", "Connections.csv", "", -1),
        ("CONNECTIONS.CSV", "Connections.csv", "", -1),
        ("Complete_LinkedInDataExport_06-13-2026.zip/Connections.csv", "Connections.csv", "", -1),
        ("Messages.csv", "messages.csv", "", -1),
        ("guide_messages.csv", "guide_messages.csv", "", -1),
        ("learning_role_play_messages.csv", "learning_role_play_messages.csv", "", -1),
        ("Comments_123456789.csv", "Comments.csv", "123456789", -1),
        ("Shares_12345.csv", "Shares.csv", "12345", -1),
        ("Jobs/Job Applications_2.csv", "Job Applications.csv", "", 2),
        ("Reactions_1234567890_12.csv", "Reactions.csv", "1234567890", 12),
        ("Receipts_v2.csv", "Receipts_v2.csv", "", -1),
        ("Receipts.csv", "Receipts.csv", "", -1),
        ("Endorsement Received Info.csv", "Endorsement Received Info.csv", "", -1),
        ("Endorsement_Received_Info.csv", "Endorsement_Received_Info.csv", "", -1),
        ("Articles/Articles/on-examples-ab1cd.html", "Articles/*.html", "", -1),
        ("Articles/2017-12-09 04:54:08.html", "Articles/*.html", "", -1),
        ("-1169023372.jpg", "Images", "", -1),
        ("Content_2026-01-01_2026-06-30_AdaExample.xlsx", "Content_*.xlsx", "", -1),
        ("Inhalt_2026-01-01_2026-06-30_AdaExample.xlsx", "Content_*.xlsx", "", -1),
        ("in/Contenu_2026-01-01_2026-06-30.xlsx", "Content_*.xlsx", "", -1),
        ("AggregateAnalytics_AdaExample_2026.xlsx", "Content_*.xlsx", "", -1),
    ],
)
def test_a_name_of_linkedins_is_recognised(path: str, table: str, member: str, part: int) -> None:
    named = name_of(path)

    assert named is not None
    assert (named.path, named.table.name, named.member, named.part) == (path, table, member, part)


@pytest.mark.parametrize(
    "path",
    [
        "my_messages.csv",
        "xConnections.csv",
        "Connections.csv.bak",
        "Connections_123.csv",
        "Connections (1).csv",
        "Receipts_v3.csv",
        "messages.html",
        "._Connections.csv",
        "Connections",
        "notes.txt",
        "budget 2026-01-01.xlsx",
        "2026-01-01_2026-06-30.xlsx",
    ],
)
def test_any_other_name_is_not(path: str) -> None:
    assert name_of(path) is None


@pytest.mark.parametrize(
    "path",
    [
        "Connections (1).csv",
        "Connections(2).csv",
        "Connections copy.csv",
        "Connections copy 2.csv",
        "Connections - Copy.csv",
        "Connections - Copy (3).csv",
    ],
)
def test_copies_that_come_alone_are_recognised(path: str) -> None:
    named = name_of(path, bare=True)

    assert named is not None
    assert named.table.name == "Connections.csv"


def test_every_table_has_a_key_of_its_own() -> None:
    """Names are compared case-folded, so two that differ in case only would hide one another."""
    assert len(TABLES) == sum(len(tables) for tables in KINDS.values())


def test_every_header_of_the_catalogue_is_known() -> None:
    for table in TABLES.values():
        for header in table.headers:
            names = header.strip("<>").split(",")
            assert knows(table, names)
            assert knows(table, [name.replace(" ", "_").upper() for name in names])
            assert knows(table, [*names, "", ""])
            if not header.startswith("<"):
                assert not knows(table, [*names, "Something Else"])
