"""The address book that the owner once gave the network, beside the people it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.adapters.linkedin.tables import TABLES
from tests.cli.running import run
from tests.diff.people import person
from tests.eras import render

PEOPLE = [person("Ada Example"), person("Boris Sample"), person("Carla Muster"), person("Carla Muster", slug="carla-2")]
BOOKS = {
    "ImportedContacts.csv": {"FirstName": "{0}", "LastName": "{1}", "Emails": "{2}", "PhoneNumbers": "{3}"},
    "Contacts.csv": {"FirstName": "{0}", "LastName": "{1}", "Emails": "{2}", "PhoneNumbers": "{3}"},
    "Imported Contacts.csv": {"First Name": "{0}", "Last Name": "{1}", "Email Address": "{2}", "Phone Numbers": "{3}"},
}


def book(name: str, *rows: tuple[str, str, str, str]) -> str:
    columns = TABLES[name.casefold()].headers[0].split(",")
    lines = [",".join(BOOKS[name].get(column, "").format(*row) for column in columns) for row in rows]
    return "\n".join([",".join(columns), *lines])


@pytest.mark.parametrize("name", BOOKS)
def test_it_is_shown_of_whom_it_names_and_of_nobody_else(name: str, tmp_path: Path, empty: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "Connections.csv").write_bytes(render(PEOPLE, "C5"))
    carla = ("Carla", "Muster", "carla@example.com", "")
    text = book(name, ("Ada", "Example", "ada@example.com", "+1 555 0100"), carla, ("Zed", "Zulu", "z@example.com", ""))
    (archive / name).write_text(text)
    assert run("import", archive, "--taken", "2024-04-01", vault=empty).status == 0

    ada = run("show", "Ada", "--json", vault=empty).json["person"]

    assert ada["address_book"] == [
        {**{"emails": "ada@example.com", "phones": "+1 555 0100", "birthday": None, "addresses": None}, "how": "name"}
    ]
    assert "\n  address book ada@example.com, +1 555 0100\n" in run("show", "Ada", vault=empty).out
    assert run("show", "Boris", "--json", vault=empty).json["person"]["address_book"] == []
    # Two of one name: whose entry it is nobody can tell.
    assert run("show", PEOPLE[3].url, "--json", vault=empty).json["person"]["address_book"] == []
