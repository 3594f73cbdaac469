"""Whatever is gathered in whatever order and portions, the answers are the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from linkbak.index import activity, activity_update, conversations
from linkbak.index.activity import Absent, traces_of
from tests.index.activity.archives import (
    ACCOUNT,
    ADA,
    INVITATIONS,
    NINE,
    SEVEN,
    TEN,
    Archives,
    Known,
    as_in,
    at,
    index,
    me_to,
    table,
    take,
    to_me,
)
from tests.index.activity.test_invitations_etc import GIVEN, NOTE, RECOMMENDATION

SITE = "https://www.linkedin.com/in/"
PEOPLE = (
    Known(1, "Boris Sample", f"{SITE}p0-1", "X", ("P0 Former",), (f"{SITE}p0-0",)),
    Known(2, "Cleo Invented", f"{SITE}p1-0", "Y", ("P1 Former",)),
    Known(3, "P1 Former", f"{SITE}p2-0", "Z"),
)
NAMES = (("P0 Former", "Boris Sample"), ("P1 Former", "Cleo Invented"), ("P1 Former", "Dora Madeup"))
DAYS = ("2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01")
OWNERS = ("Ada Example", "Ada Former")
ELSEWHERE = "https://www.linkedin.com/in/ada-former"


class Said(NamedTuple):
    """One message: with whom (3 is a group), in which second, by whom, what."""

    whom: int
    second: int
    mine: bool
    text: str


class Shown(NamedTuple):
    """How one archive shows everybody: 0 and 1 are states of name and address, 2 is not at all."""

    form: str
    states: tuple[int, int, int]
    owner: int
    has: frozenset[str]
    left_out: frozenset[int]


saids = st.builds(
    Said, st.integers(0, 3), st.integers(0, 70), st.booleans(), st.sampled_from(("ok", "", "o k", "no\nno"))
)
showns = st.builds(
    Shown,
    st.sampled_from((SEVEN, NINE, TEN, f"{TEN},ATTACHMENTS")),
    st.tuples(*[st.integers(0, 2)] * 3),
    st.integers(0, 1),
    st.frozensets(st.sampled_from(("Invitations", "Endorsements", "Notes", "Recommendations"))),
    st.frozensets(st.integers(0, 5), max_size=3),
)


@given(
    st.lists(saids, max_size=8),
    st.lists(showns, min_size=2, max_size=4),
    st.permutations(range(4)),
    st.booleans(),
    st.integers(1, 3),
)
def test_the_order_of_archives_makes_no_difference(
    said: list[Said], shown: list[Shown], order: list[int], again: bool, portion: int
) -> None:
    files = {day: _files(said, one) for day, one in zip(DAYS, shown, strict=False)}
    if again:
        files["2023-05-01"] = files[DAYS[0]]
    archives = Archives(files)
    whole, parts = index(PEOPLE), index(PEOPLE)
    take(whole, archives)
    days = [DAYS[place] for place in order if place < len(shown)] + ["2023-05-01"] * again
    for end in range(portion, len(days) + portion, portion):
        assert activity_update.read_new(parts, archives.only(*days[:end]).vault(), ACCOUNT) in (True, False)
        conversations.resolve(parts, ACCOUNT)  # which counts only what changed since it was last asked

    assert _answers(parts) == _answers(whole)


def _answers(db: sqlite3.Connection) -> list[object]:
    numbers = [one.number for one in PEOPLE]
    found: list[object] = [activity.talk_of(db, numbers)]
    for read in (activity.invitations_of, activity.endorsements_of, activity.recommendations_of, activity.notes_of):
        found += [read(db, number) for number in numbers]
    for day in DAYS:
        found.append(traces_of(db, ACCOUNT, {number: Absent(at(day), "2022-06-01T00:00:00Z") for number in numbers}))
    return found


def _files(said: Sequence[Said], shown: Shown) -> dict[str, str]:
    rows = [_row(one, shown) for place, one in enumerate(said) if place not in shown.left_out]
    files = {"messages.csv": table(shown.form, *(as_in(shown.form, row) for row in rows))} if rows else {}
    name, url = _person(0, shown)
    first, _, last = name.partition(" ")
    if "Invitations" in shown.has:
        asked = (OWNERS[shown.owner], name, "1/2/23, 3:04 PM", "", "OUTGOING", _me(shown)[1], url)
        files["Invitations.csv"] = table(INVITATIONS, asked)
    if "Endorsements" in shown.has:
        status = ("ACCEPTED", "PENDING")[shown.owner]
        files["Endorsement_Given_Info.csv"] = table(
            GIVEN, ("2023/01/01 10:00:00 UTC", "Sums", first, last, url, status)
        )
    if "Notes" in shown.has:
        files["Notes.csv"] = table(NOTE, (first, last, url, f"as {name}", "2023-01-01 10:00:00 UTC", ""))
    if "Recommendations" in shown.has:
        files["Recommendations_Given.csv"] = table(
            RECOMMENDATION, (first, last, "X", "", f"by {name}", "10/02/22, 11:30 PM", "")
        )
    return files


def _person(number: int, shown: Shown) -> tuple[str, str]:
    state = shown.states[number]
    if state == 2:
        return "LinkedIn Member", ""
    return NAMES[number][state], f"{SITE}p{number}-{state}"


def _me(shown: Shown) -> tuple[str, str]:
    return OWNERS[shown.owner], (ADA, ELSEWHERE)[shown.owner]


def _row(said: Said, shown: Shown) -> tuple[str, ...]:
    # Both writing the same in the same second, and both renamed, is beyond telling apart.
    said = said._replace(second=said.second * 2 % 70 + said.mine)
    when = f"2022-01-01 10:{said.second // 60:02}:{said.second % 60:02}"
    if said.whom == 3:
        (one, one_url), (other, other_url) = _person(0, shown), _person(1, shown)
        name, url = _me(shown)
        both = ",".join(part for part in (url, other_url) if part)
        return ("2-g", "", one, one_url, f"{name}, {other}", both, f"{when} UTC", "", said.text, "")
    make = me_to if said.mine else to_me
    row = make(*_person(said.whom, shown), when, said.text, f"2-c{said.whom}")
    name, url = _me(shown)
    return tuple(cell.replace("Ada Example", name).replace(ADA, url) for cell in row)
