"""Marks as lines of marks.jsonl, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.errors import VaultDamaged
from linkbak.marks import CAUSES, VALUED, Mark, Subject, line_of, new_mark, read_marks, read_untrusted, undo_line

ADA = Subject("Ada Example", "https://www.linkedin.com/in/ada-example", "2020-03-05")
THEN = datetime(2026, 3, 20, 8, 7, 10, 987_654, tzinfo=UTC)
NOTE: dict[str, Any] = {
    "fact": "note",
    "account": "linkedin-me",
    "person": {"name": "Ada Example", "url": "https://www.linkedin.com/in/ada-example", "connected_on": "2020-03-05"},
    "value": "met in Ghent",
    "at": "2026-03-20T08:07:10Z",
}


def outside(lines: Sequence[Mapping[str, Any]]) -> tuple[Mark, ...]:
    """The marks in lines that came from outside."""
    return read_untrusted([json.dumps(line).encode() for line in lines])


READERS = pytest.mark.parametrize("read", [read_marks, outside])
Reader = Callable[[Sequence[Mapping[str, Any]]], tuple[Mark, ...]]


def test_a_line_and_its_id() -> None:
    """The id is a promise: a user writes it down, a line that takes back names it."""
    mark = new_mark("note", "met in Ghent", "linkedin-me", ADA, THEN)
    text = (
        '{"account":"linkedin-me","at":"2026-03-20T08:07:10Z","fact":"note","person":{"connected_on":"2020-03-05",'
        '"name":"Ada Example","url":"https://www.linkedin.com/in/ada-example"},"value":"met in Ghent"}'
    )

    assert line_of(mark) == NOTE == json.loads(text)
    assert mark.id == hashlib.sha256(text.encode()).hexdigest()[:8]
    assert read_marks([NOTE]) == (mark,)
    assert undo_line(mark, THEN) == {"fact": "undo", "mark": mark.id, "at": "2026-03-20T08:07:10Z"}


@READERS
def test_a_fact_without_a_value_has_none_in_its_line(read: Reader) -> None:
    line = line_of(new_mark("known", "", "linkedin-me", ADA, THEN))

    assert "value" not in line
    assert read([line | {"value": "of a later linkbak"}]) == read([line])


def undone(mark: Mark) -> Mark:
    return mark._replace(undone=True, undone_at="2026-03-20T08:07:10Z")


@READERS
def test_taking_back(read: Reader) -> None:
    first, second = (new_mark("tag", tag, "linkedin-me", ADA, THEN) for tag in "ab")
    lines = [line_of(first), line_of(second), undo_line(first, THEN)]

    assert read(lines) == (undone(first), second)


@READERS
@pytest.mark.parametrize("at", [{}, {"at": "soon"}, {"at": 7}])
def test_taken_back_nobody_knows_when(read: Reader, at: dict[str, Any]) -> None:
    """It is taken back all the same."""
    mark = new_mark("tag", "a", "linkedin-me", ADA, THEN)
    assert read([line_of(mark), {"fact": "undo", "mark": mark.id, **at}]) == (mark._replace(undone=True),)


def test_told_again_in_the_same_second_it_stands_again() -> None:
    mark = new_mark("tag", "a", "linkedin-me", ADA, THEN)
    lines = [line_of(mark), undo_line(mark, THEN), line_of(mark)]

    assert read_marks(lines) == (undone(mark), mark)
    assert read_marks([*lines, undo_line(mark, THEN)]) == (undone(mark),) * 2


@READERS
def test_what_is_not_known_here_is_passed_over(read: Reader) -> None:
    mark = new_mark("known", "", "linkedin-me", ADA, THEN)
    lines: list[dict[str, Any]] = [
        {"fact": "accepted", "account": "linkedin-me", "snapshot": "2026-03-20T080710Z", "at": "2026-03-20T08:07:10Z"},
        {"person": 1},
        {"fact": ["note"], "person": 2},
        {"fact": "birthday", "value": 7},
        {"fact": "undo", "mark": "00000000", "at": "2026-03-20T08:07:10Z"},
        {"fact": "undo"},
        NOTE | {"fact": "cause", "value": "weather"},
        line_of(mark) | {"until": "2027", "mood": {}},
    ]

    assert read(lines) == (mark,)


BROKEN: list[dict[str, Any]] = [
    {"person": None},
    {"person": "Ada Example"},
    {"person": {"name": 1}},
    {"person": {}},
    {"person": {"connected_on": "2020-03-05"}},
    {"person": {"name": "Ada Example", "connected_on": "5 March"}},
    {"account": None},
    {"account": ""},
    {"account": ["linkedin-me"]},
    {"value": None},
    {"value": ""},
    {"value": 3},
    {"at": None},
    {"at": "yesterday"},
    {"at": "0001-01-01T00:00:00+23:00"},
    {"fact": "cause", "value": ""},
    {"fact": "undo", "mark": 7},
]


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_broken_mark_is_damage_and_quotes_nobody(wrong: dict[str, Any]) -> None:
    with pytest.raises(VaultDamaged) as refused:
        read_marks([NOTE, {"fact": "accepted"}, NOTE | wrong])
    assert str(refused.value) == "marks.jsonl, line 3 of those not blank: not a whole mark"
    assert "Ada" not in refused.value.hint


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_broken_mark_from_outside_is_refused_and_quotes_nobody(wrong: dict[str, Any]) -> None:
    with pytest.raises(VaultDamaged, match="not a whole mark") as refused:
        outside([NOTE, {"fact": "accepted"}, NOTE | wrong])
    assert "Ada" not in f"{refused.value} {refused.value.hint}"


@READERS
def test_what_may_be_left_out_and_other_spellings_of_time(read: Reader) -> None:
    (mark,) = read(
        [{"fact": "known", "account": "a", "person": {"name": "Ada", "url": None}, "at": "2026-03-20T10:07:10.5+02:00"}]
    )

    assert mark[1:] == ("known", "", "a", Subject("Ada", "", ""), "2026-03-20T08:07:10Z", False, "")


@READERS
def test_half_letters_do_no_harm_later(read: Reader) -> None:
    """JSON can hold them, a database cannot."""
    (mark,) = read([NOTE | {"value": "a\udc80b\ud83c\udf31"}])

    assert mark.value == "a\ufffdb\U0001f331"


@st.composite
def _marks(draw: st.DrawFn) -> Mark:
    text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
    fact = draw(st.sampled_from(["removed-by-me", "known", "unknown", "note", "tag", "cause"]))
    value = draw(st.sampled_from(sorted(CAUSES)) if fact == "cause" else text) if fact in VALUED else ""
    day = draw(st.dates().map(str) | st.just(""))
    zone = timezone(timedelta(minutes=draw(st.integers(-720, 720))))
    at = draw(st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(zone)))  # noqa: DTZ001
    return new_mark(fact, value, draw(text), Subject(draw(text), draw(text | st.just("")), day), at)


@given(st.lists(_marks(), unique_by=lambda mark: mark.id), st.data())
def test_whatever_is_written_comes_back(marks: list[Mark], data: st.DataObject) -> None:
    back = data.draw(st.sets(st.sampled_from(range(len(marks)))) if marks else st.just(set[int]()))
    lines = [line_of(mark) for mark in marks] + [undo_line(marks[place], THEN) for place in back]
    read = read_marks([json.loads(json.dumps(line)) for line in lines])

    assert read == tuple(undone(mark) if place in back else mark for place, mark in enumerate(marks))
    assert outside(lines) == read
