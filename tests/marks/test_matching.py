"""Whom a mark means after names, addresses and dates have changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.marks import Candidate, Lookup, Subject, match, new_mark, subject_of
from linkbak.matching import name_key, url_key
from linkbak.model import Connection

HERE = "https://www.linkedin.com/in/"


class Known(NamedTuple):
    """Somebody the lists know: every name, address (the last is today's) and day they ever had."""

    number: int
    names: tuple[str, ...]
    slugs: tuple[str, ...] = ()
    days: tuple[str, ...] = ("2020-03-05",)
    account: str = "linkedin-me"


def whom(name: str, slug: str, day: str, *known: Known, account: str = "linkedin-me") -> int | None:
    subject = Subject(name, f"{HERE}{slug}" if slug else "", day)
    mark = new_mark("known", "", account, subject, datetime(2026, 3, 20, tzinfo=UTC))
    (found,) = match([mark], _lookup(known, names=False), _lookup(known, names=True))
    return found


def _lookup(known: Sequence[Known], *, names: bool) -> Lookup:
    def look(account: str, key: str) -> list[Candidate]:
        return [
            Candidate(one.number, one.slugs[-1] if one.slugs else "", frozenset(one.days))
            for one in known
            if one.account == account and key in ({name_key(name, "") for name in one.names} if names else one.slugs)
        ]

    return look


def test_somebody_renamed_who_changed_the_address_too_is_still_meant() -> None:
    ada = Known(1, ("Ada Example", "Ada Sample"), ("ada-example", "ada-sample"))

    assert whom("Ada Example", "ada-example", "2020-03-05", ada) == 1
    assert whom("Ada Sample", "ADA-Sample/", "2020-03-05", ada) == 1


def test_connected_anew_is_still_meant() -> None:
    assert whom("Ada Example", "ada-example", "1999-01-01", Known(1, ("Ada Example",), ("ada-example",))) == 1


def test_an_address_passed_on_means_who_was_connected_that_day() -> None:
    first = Known(1, ("Ada Example",), ("ada", "ada-example"), ("2020-03-05",))
    second = Known(2, ("Ada Sample",), ("ada",), ("2024-08-09",))

    assert whom("Ada Example", "ada", "2020-03-05", first, second) == 1
    assert whom("Ada Sample", "ada", "2024-08-09", first, second) == 2


def test_an_address_passed_on_and_no_day_that_tells_means_who_has_it_now() -> None:
    first = Known(1, ("Ada Example",), ("ada", "ada-example"))
    second = Known(2, ("Ada Sample",), ("ada",))

    for day in ("", "1999-01-01", "2020-03-05"):
        assert whom("Ada Example", "ada", day, first, second) == 2


def test_an_address_that_nobody_or_several_have_means_nobody() -> None:
    first, second = (Known(number, ("Ada Example",), ("ada", f"ada-{number}")) for number in (1, 2))

    assert whom("Ada Example", "ada", "2020-03-05", first, second) is None
    assert whom("Ada Example", "ada", "2020-03-05", first._replace(slugs=("ada",)), second) == 1
    assert whom("Ada Example", "other", "2020-03-05", first) is None


@pytest.mark.parametrize("name", ["Ada Example", "ada EXAMPLE, PhD", "Dr. Ada Example"])
def test_without_an_address_the_name_and_the_day_tell(name: str) -> None:
    first = Known(1, ("Ada Example",), (), ("2020-03-05",))
    second = Known(2, ("Ada Example",), (), ("2024-08-09", "2025-01-01"))

    assert whom(name, "", "2020-03-05", first, second) == 1
    assert whom(name, "", "2025-01-01", first, second) == 2
    assert whom(name, "", "1999-01-01", first, second) is None
    assert whom(name, "", "", first, second) is None


def test_without_an_address_a_name_that_only_one_has_tells() -> None:
    ada = Known(1, ("Ada Example",))

    assert whom("Ada Example", "", "1999-01-01", ada) == 1
    assert whom("Ada Example", "", "", ada) == 1
    assert whom("Ada Sample", "", "2020-03-05", ada) is None


def test_two_of_one_name_and_day_are_not_told_apart() -> None:
    assert whom("Ada Example", "", "2020-03-05", Known(1, ("Ada Example",)), Known(2, ("Ada Example",))) is None


def test_a_mark_is_of_its_account() -> None:
    ada = Known(1, ("Ada Example",), ("ada-example",), account="linkedin-work")

    assert whom("Ada Example", "ada-example", "2020-03-05", ada) is None
    assert whom("Ada Example", "ada-example", "2020-03-05", ada, account="linkedin-work") == 1


def test_one_answer_a_mark_in_their_order() -> None:
    marks = [
        new_mark("known", "", "linkedin-me", Subject(name, "", ""), datetime(2026, 3, 20, tzinfo=UTC))
        for name in ("Boris Sample", "Nobody", "Ada Example")
    ]
    known = [Known(1, ("Ada Example",)), Known(2, ("Boris Sample",))]

    assert match(marks, _lookup(known, names=False), _lookup(known, names=True)) == [2, None, 1]


_PART = st.text("aB éÖ.,-'()/\u200d🌱 PhDr她", max_size=10)


@given(_PART, _PART)
def test_the_key_of_a_name_is_that_of_its_two_parts(first: str, last: str) -> None:
    """A mark keeps the name in one piece; the lists give it in two."""
    row = Connection(first, last, f"{HERE}ada")

    assert name_key(subject_of(row).name, "") == name_key(first, last)
    assert url_key(subject_of(row).url) == "ada"
