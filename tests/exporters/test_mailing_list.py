"""Names and e-mails."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.exporters.formats import EXPORTERS
from tests.conftest import Golden
from tests.exporters.contract import Contract
from tests.exporters.given import ADA, FULL, NAMELESS, entry, hostile, text_of
from tests.exporters.reading import by_name, formulas
from tests.hostile_text import HOSTILE_TEXT

HERE = Path(__file__).parent


class TestMailingList(Contract):
    """Read by the csv module."""

    format = "mailing-list"

    def names(self, written: Path) -> list[str]:
        return [row["name"] for row in by_name(written.read_bytes().decode())]


def test_the_list_as_it_is(golden: Golden) -> None:
    people = [entry(7, ADA._replace(first_name="Boris", email=" Boris@Example.com ")), *FULL, NAMELESS]
    golden(HERE / "goldens/mailing_list.csv", text_of("mailing-list", people).replace("\r\n", "\n"))


def test_each_address_once_and_who_is_left_out() -> None:
    people = [
        entry(1, ADA._replace(email="ada@example.com")),
        entry(2, ADA._replace(email=" ADA@EXAMPLE.COM ")),
        entry(3, ADA._replace(email="")),
        entry(4, ADA._replace(email="zoë@münchen.example")),
        NAMELESS,
    ]
    kept, left_out = EXPORTERS["mailing-list"].takes(people)
    assert [one.person.number for one in kept] == [1, 4]
    assert left_out == {"the same e-mail": 1, "no e-mail": 2}


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE_TEXT,
        "ada@example.com, boris@example.com",
        "ada@example.com;boris@example.com",
        "Ada <ada@example.com>",
        "ada@example.com\r\nBCC: boris@example.com",
        "ada@example@com",
        "@example.com",
        "ada@",
        "ada\u2028@example.com",
    ],
)
def test_nothing_but_one_address_is_an_e_mail(text: str) -> None:
    """Else somebody could put others on the list, or lines into the head of a mail."""
    assert EXPORTERS["mailing-list"].lacks(entry(1, ADA._replace(email=text))) == "no e-mail"


def test_hostile_names_run_nothing() -> None:
    assert formulas(text_of("mailing-list", hostile())) == []
    assert all("\n" not in row["name"] for row in by_name(text_of("mailing-list", hostile())))


def test_whoever_exports_it_is_told_about_consent() -> None:
    assert "no consent" in EXPORTERS["mailing-list"].warning
