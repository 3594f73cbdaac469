"""How much likelier two rows are if they are one person's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.fuzz import ratio

from linkbak.matching.readings import letters_in_common, likelihood_ratio, traits
from linkbak.model import Connection

ADA = Connection("Ada", "Example", "https://www.linkedin.com/in/ada-example-1a2b3c", "", "Acme", "Engineer")


@given(st.text(alphabet="abcé -", max_size=30), st.text(alphabet="abcé -", max_size=30))
def test_letters_in_common_are_counted_as_rapidfuzz_does(one: str, other: str) -> None:
    assert letters_in_common(one, other) == pytest.approx(ratio(one, other) / 100)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (ADA._replace(url="", company="", position=""), 2_000.0),
        (ADA._replace(url=""), 2_000.0 * 12 * 6),
        (ADA._replace(last_name="Miller", url="", company="", position=""), 6.0),
        (ADA._replace(first_name="Adda", url="", company="", position=""), 100.0),
        (ADA._replace(url="https://www.linkedin.com/in/ada-example-7f7f7f", company="", position=""), 2_000.0 * 20),
        (Connection("Carla", "Muster", "", "", "Acme", "Engineer"), 0.01 * 12 * 6),
        (Connection("Carla", "Muster", "", "", "Other", "Other"), 0.01 * 0.45 * 0.5),
        (Connection("Carla", "Muster"), 0.01),
    ],
    ids=[
        "same name",
        "same name and work",
        "new last name",
        "spelling",
        "same address but for its tail",
        "a colleague",
        "nothing in common",
        "nothing to compare",
    ],
)
def test_likelihood_ratio(now: Connection, expected: float) -> None:
    assert likelihood_ratio(traits(ADA), traits(now)) == pytest.approx(expected)
    assert likelihood_ratio(traits(now), traits(ADA)) == pytest.approx(expected)


def test_an_email_outweighs_everything() -> None:
    one, other = ADA._replace(email="A@example.com "), Connection("Zed", "Zulu", email="a@example.com", company="Beta")

    assert likelihood_ratio(traits(one), traits(other)) == 10_000.0


@pytest.mark.parametrize(
    ("was", "now", "alike"),
    [
        (("Anna", "Meier"), ("Anne", "Maier"), True),  # 8 of 10 letters
        (("Ana", "Meier"), ("Ane", "Maier"), False),  # 7 of 9
    ],
)
def test_from_four_fifths_on_it_is_a_spelling(was: tuple[str, str], now: tuple[str, str], alike: bool) -> None:
    assert (likelihood_ratio(traits(Connection(*was)), traits(Connection(*now))) == 100.0) is alike
