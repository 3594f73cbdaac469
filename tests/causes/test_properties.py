"""What must hold of any case whatsoever."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from linkbak.causes import BANDS, Incident, Verdict
from linkbak.index import Case, Interval, State, Trace, Window
from linkbak.marks import Mark
from tests.causes.cases import ALL_KINDS, case, judge, mark

TIMES = tuple(f"2025-{month:02d}-01T08:00:00Z" for month in range(1, 13))
STRONG = ("messages", "endorsements", "recommendations")
STATES: tuple[State, ...] = ("suspected", "confirmed", "held")


def traces(*kinds: str) -> st.SearchStrategy[list[Trace]]:
    return st.lists(st.builds(Trace, st.sampled_from(kinds), st.sampled_from(TIMES[4:])), max_size=3)


NEXT = [Window(first, last) for first, last in pairwise(TIMES)]
WINDOWS = st.sampled_from([*NEXT, *NEXT, Window(TIMES[0], TIMES[5]), Window(TIMES[2], TIMES[-1])])
"""Mostly between two neighbouring lists."""

MARKS = st.builds(
    mark,
    st.sampled_from(("removed-by-me", "cause", "note", "known")),
    st.sampled_from(("closed", "blocked", "fault", "other")),
    st.sampled_from(TIMES),
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    state = draw(st.sampled_from(STATES))
    return case(
        state=state,
        window=draw(WINDOWS),
        later=draw(st.integers(1, 3)) if state == "confirmed" else 0,
        was_hidden=draw(st.booleans()),
        named=draw(traces(*STRONG, "notes", "invitations")),
        invited=draw(traces("invitations")),
        anonymous=draw(traces("messages")),
        kinds=draw(st.frozensets(st.sampled_from(sorted(ALL_KINDS)))),
        messages=draw(st.sampled_from((0, 0, 3))),
        marks=draw(st.lists(MARKS, max_size=3)),
        connected_on=draw(st.sampled_from(("", "2020-03-05", "2025-06-01"))),
        renewed=draw(traces("messages")),
    )


LOSSES = st.sampled_from([(0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 1, 1), (12, 7, 2), (60, 55, 0), (60, 4, 60)])
"""In one window: lost, sparse rows among them, back later."""


@st.composite
def histories(draw: st.DrawFn) -> list[Interval]:
    found = draw(st.lists(LOSSES, min_size=len(NEXT), max_size=len(NEXT)))
    return [Interval(window, 30.5, 1000, 40, *losses) for window, losses in zip(NEXT, found, strict=True)]


@st.composite
def near_incidents(draw: st.DrawFn) -> list[Incident]:
    trim = draw(st.booleans())
    return [
        Incident(
            "x",
            "trim" if trim else "fault",
            "linkedin",
            window.after,
            draw(st.sampled_from((window.before, ""))),
            "It was.",
        )
        for window in draw(st.lists(WINDOWS, max_size=2))
    ]


ANYTHING = (cases(), histories(), near_incidents())


def words(one: Case) -> list[Mark]:
    """What the user said of this loss, latest last."""
    said = [mark for mark in one.marks if mark.fact in ("removed-by-me", "cause") and mark.at[:10] >= one.connected_on]
    return sorted(said, key=lambda mark: mark.at)


def newest(found: tuple[Trace, ...]) -> str:
    return max((trace.taken for trace in found), default="")


def decided(verdict: Verdict) -> tuple[str, str, bool]:
    return verdict.cause, verdict.band, verdict.by_user


@given(*ANYTHING)
def test_the_users_word_always_wins(one: Case, intervals: list[Interval], near: list[Incident]) -> None:
    said = words(one)
    verdict = judge(one, intervals, near)

    assert verdict.by_user is bool(said)
    if said:
        causes = {"fault": "platform"}
        wanted = "removed-by-me" if said[-1].fact == "removed-by-me" else causes.get(said[-1].value, said[-1].value)
        assert decided(verdict) == (wanted, "verified", True)


@given(*ANYTHING)
def test_only_linkedin_member_makes_a_closure(one: Case, intervals: list[Interval], near: list[Incident]) -> None:
    verdict = judge(one, intervals, near)

    if not one.anonymous and not verdict.by_user:
        assert verdict.cause != "closed"
        assert not any(piece.cause == "closed" and piece.favours for piece in verdict.evidence)


@given(*ANYTHING)
def test_verified_is_only_what_cannot_be_otherwise(one: Case, intervals: list[Interval], near: list[Incident]) -> None:
    verdict = judge(one, intervals, near)

    if verdict.band == "verified" and not verdict.by_user:
        assert verdict.cause == "account-lives"
        assert one.renewed or one.invited
        assert not one.anonymous
        assert one.person.state != "held"


@given(*ANYTHING, traces("messages").filter(bool))
def test_who_is_named_as_newest_lives(
    one: Case, intervals: list[Interval], near: list[Incident], named: list[Trace]
) -> None:
    one = one._replace(named=tuple(named), renewed=tuple(named), marks=())
    assume(newest((*one.named, *one.invited)) >= newest(one.anonymous))
    assume(one.person.state != "held")

    verdict = judge(one, intervals, near)

    assert verdict.cause == "account-lives"
    if not one.anonymous and not any(incident.kind == "fault" for incident in near):
        assert decided(verdict) == ("account-lives", "verified", False)


@given(*ANYTHING)
def test_a_contradiction_leaves_nothing_more_than_possible(
    one: Case, intervals: list[Interval], near: list[Incident]
) -> None:
    verdict = judge(one, intervals, near)

    against = any(piece.cause == verdict.cause and not piece.favours for piece in verdict.evidence)
    if against and verdict.cause != "unknown" and not verdict.by_user:
        assert verdict.band == "possible"


@given(*ANYTHING)
def test_the_order_of_windows_and_incidents_decides_nothing(
    one: Case, intervals: list[Interval], near: list[Incident]
) -> None:
    bare = case(window=one.window)
    for each in (one, bare):
        verdict = judge(each, intervals, near)

        assert judge(each, intervals, near) == verdict
        assert judge(each, intervals[5:] + intervals[:5], near) == verdict
        assert judge(each, tuple(reversed(intervals)), near) == verdict
        assert decided(judge(each, intervals, near[::-1])) == decided(verdict)


@given(*ANYTHING)
def test_no_verdict_stands_without_evidence_for_it(one: Case, intervals: list[Interval], near: list[Incident]) -> None:
    verdict = judge(one, intervals, near)

    assert verdict.evidence[0].cause == verdict.cause
    assert verdict.evidence[0].favours
    assert BANDS.index(verdict.evidence[0].band) <= BANDS.index(verdict.band)
    assert (verdict.cause == "unknown") is (verdict.band == "unknown")
