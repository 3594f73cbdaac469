"""Who of those away came again, whatever the dates."""

from __future__ import annotations

from datetime import date

from linkbak.matching.alignment import NAMESAKE, Alignment, Claim, relink
from linkbak.model import Connection
from tests.worlds import pair

THEN, NOW = date(2022, 5, 10), date(2024, 5, 10)


def person(name: str, slug: str, day: date = THEN, work: str = "Acme") -> Connection:
    first, _, last = name.partition(" ")
    return Connection(first, last, f"https://www.linkedin.com/in/{slug}", "", work, "Nurse", day)


ADA = person("Ada Example", "ada-example")


def linked(away: Connection, *arrived: Connection) -> Alignment:
    return relink(pair([away], list(arrived), "oldest-first"))


def test_an_equal_address_and_date_is_the_same_person() -> None:
    assert linked(ADA, ADA._replace(company="Other")).partners == [0]


def test_an_equal_address_with_a_later_date_is_somebody_connected_again() -> None:
    found = linked(ADA, ADA._replace(connected_on=NOW, company="Other"))

    assert (found.partners, found.how) == ([0], {0: "reconnected"})


def test_an_equal_address_with_an_earlier_date_is_somebody_elses_now() -> None:
    assert linked(ADA._replace(connected_on=NOW), ADA._replace(company="Other")).vanished == (0,)


def test_an_equal_address_under_quite_another_name_is_the_same_person() -> None:
    assert linked(ADA, person("Zed Zulu", "ada-example", NOW)).how == {0: "reconnected"}


def test_the_same_full_name_under_another_address_is_perhaps_back() -> None:
    (doubt,) = linked(ADA, person("Ada Example", "ada-anew", NOW, "Other")).uncertain

    assert (doubt.reason, doubt.likelier) == (NAMESAKE, (Claim(0, 0, 0.5),))


def test_a_first_name_in_common_or_an_older_date_says_nothing() -> None:
    assert linked(ADA, person("Ada Sample", "ada-s", NOW, "Other")).vanished == (0,)
    assert linked(ADA._replace(connected_on=NOW), person("Ada Example", "ada-anew", THEN, "Other")).vanished == (0,)


def test_a_date_only_row_identifies_nobody() -> None:
    found = linked(ADA, Connection(connected_on=THEN))

    assert (found.vanished, found.added) == ((0,), (0,))
