"""Which rows are similar beyond doubt, and which are not."""

from __future__ import annotations

import pytest

from linkbak.matching.similarity import MOST, similar_pairs
from linkbak.model import Connection

ADA = Connection("Ada", "Example", "https://www.linkedin.com/in/ada-example-1a2b3c", "", "Acme", "Engineer")
BORIS = Connection("Boris", "Sample", "https://www.linkedin.com/in/boris-sample", "", "Beta", "Buyer")


def matched(before: list[Connection], after: list[Connection]) -> list[tuple[int, int]]:
    return sorted(similar_pairs(range(len(before)), before, range(len(after)), after))


@pytest.mark.parametrize(
    "now",
    [
        ADA._replace(url="https://www.linkedin.com/in/x", company="", position=""),
        ADA._replace(last_name="Miller", url="https://www.linkedin.com/in/x"),
        ADA._replace(last_name="Miller", url="https://www.linkedin.com/in/x", company="Other"),
        ADA._replace(first_name="Adda", url="https://www.linkedin.com/in/x", company="", position=""),
        ADA._replace(
            first_name="Іда", last_name="П", url="https://www.linkedin.com/in/ada-example-7f7f7f", company="Other"
        ),
    ],
    ids=["same name", "new last name", "new last name and company", "spelling", "same address but for its tail"],
)
def test_similar(now: Connection) -> None:
    assert matched([BORIS, ADA], [now]) == [(1, 0)]
    assert matched([now], [BORIS, ADA]) == [(0, 1)]


@pytest.mark.parametrize(
    "now",
    [
        Connection("Carla", "Muster", "https://www.linkedin.com/in/cm", "", "Acme", "Engineer"),
        Connection("Ada", "Muster", "https://www.linkedin.com/in/cm", "", "Other", "Other"),
        Connection("Carla", "Muster", "https://www.linkedin.com/in/cm", "", "", ""),
    ],
    ids=["a colleague", "only a first name", "nothing"],
)
def test_not_similar(now: Connection) -> None:
    assert matched([BORIS, ADA], [now]) == []


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        (("Anna", "Meier"), ("Anne", "Maier"), [(0, 0)]),  # 8 of 10 letters
        (("Ana", "Meier"), ("Ane", "Maier"), []),  # 7 of 9
    ],
)
def test_from_four_fifths_on_it_is_a_spelling(
    was: tuple[str, str], now: tuple[str, str], found: list[tuple[int, int]]
) -> None:
    """One that a job in common then bears out."""
    one, other = (Connection(*name, company="Acme") for name in (was, now))

    assert matched([one], [other]) == found


def test_an_email_settles_it() -> None:
    before = [ADA._replace(email="A@example.com "), BORIS]
    now = Connection("Zed", "Zulu", email="a@example.com", company="Beta", position="Buyer")

    assert matched(before, [now]) == [(0, 0)]


def test_two_as_similar_are_left_alone() -> None:
    """Both could be the one whose address changed."""
    twin = ADA._replace(url="https://www.linkedin.com/in/twin-of-ada", company="Beta", position="Buyer")
    now = ADA._replace(url="https://www.linkedin.com/in/somewhere-else", company="New", position="New")

    assert matched([ADA, twin], [now]) == []


def test_rows_equal_in_every_field_are_no_rivals() -> None:
    twin = Connection("Ada", "Example", "", "", "Acme", "Engineer")

    assert matched([twin, twin], [twin._replace(company="New")]) == [(0, 0)]


def test_one_match_settles_another() -> None:
    """Once Ada is known by her e-mail, her twin's row is the only one left that is similar."""
    twin = ADA._replace(url="", email="")
    before = [ADA._replace(email="a@example.com"), twin]
    after = [ADA._replace(email="a@example.com", url="", company="New"), twin._replace(company="Newer")]

    assert matched(before, after) == [(0, 0), (1, 1)]


def test_a_crowd_is_matched_by_name_and_email_only() -> None:
    before = [
        Connection(f"Ada{k}", f"Example{k * 7919}", email=f"{k}@example.com" if k % 2 else "") for k in range(600)
    ]
    after = [row._replace(first_name=row.first_name if k % 2 == 0 else f"Zed{k}") for k, row in enumerate(before)][::-1]
    respelt = Connection("Carl", "Exampel")

    found = matched([*before, Connection("Carl", "Example")], [*after, respelt])

    assert len(before) * len(after) > MOST
    assert found == [(k, 599 - k) for k in range(600)] + [(600, 600)]
