"""How evidence is put together: what caps what, what wins, and in which order it is told."""

from __future__ import annotations

import pytest

from linkbak.causes import BANDS, Evidence
from linkbak.causes.judgement import judge_all
from linkbak.causes.rules import RULES
from linkbak.index import Window
from tests.causes.cases import FAULT, GONE, LATER, SWEEP, TRIM, case, interval, judge, judged, mark, of, trace


def told(evidence: Evidence) -> tuple[str, str, bool]:
    return evidence.rule, evidence.cause, evidence.favours


@pytest.mark.parametrize(("named", "anonymous"), [(LATER, GONE), (GONE, LATER), (GONE, GONE)])
def test_an_account_shown_after_the_loss_outlived_the_connection(named: str, anonymous: str) -> None:
    """Whoever ended the connection and hid or closed the account afterwards is not called closed."""
    found = judge(case(named=[trace(taken=named)], anonymous=[trace(taken=anonymous)]), [], [])

    assert (found.cause, found.band) == ("account-lives", "possible")
    assert list(map(told, found.evidence)) == [
        ("still-named", "account-lives", True),
        ("anonymous", "account-lives", False),
    ]


def test_any_data_that_shows_the_account_itself_does_so() -> None:
    assert judged(case(named=[trace()], anonymous=[trace()])) == ("account-lives", "possible")
    assert judged(case(invited=[trace(taken=GONE)], anonymous=[trace()])) == ("account-lives", "possible")


def test_praise_never_speaks_for_an_account() -> None:
    assert judged(case(named=[trace("endorsements")], anonymous=[trace()])) == ("closed", "likely")


def test_a_row_that_may_outlive_an_account_never_overrules_linkedin_member() -> None:
    assert judged(case(named=[trace("notes", LATER)], anonymous=[trace(taken=GONE)])) == ("closed", "possible")


def test_who_is_alive_was_not_purged() -> None:
    verdict = judge(case(renewed=[trace()]), [], [], [SWEEP])

    assert (verdict.cause, verdict.band) == ("account-lives", "verified")
    assert ("still-named", "purge", False) in map(told, verdict.evidence)


def test_being_alive_is_told_against_a_closure_the_user_speaks_of() -> None:
    verdict = judge(case(named=[trace()], marks=[mark("cause", "closed")]), [], [])

    assert (verdict.cause, verdict.band, verdict.by_user) == ("closed", "verified", True)
    assert list(map(told, verdict.evidence)) == [
        ("your-word", "closed", True),
        ("still-named", "closed", False),
        ("still-named", "account-lives", True),
    ]


def test_a_known_incident_accounts_for_many_losses_as_well() -> None:
    verdict = judge(case(state="confirmed"), [], [TRIM], [SWEEP])

    assert (verdict.cause, verdict.band) == ("platform", "possible")
    assert ("incident", "purge", False) in map(told, verdict.evidence)


def test_a_refuted_fault_speaks_against_no_purge() -> None:
    later = [interval(0)._replace(window=Window(GONE, LATER))]

    assert judged(case(state="confirmed"), later, [FAULT], [SWEEP]) == ("purge", "likely")
    assert judged(case(), [], [FAULT], [SWEEP]) == ("platform", "possible")


def test_a_fault_not_settled_leaves_nothing_verified_but_the_users_word() -> None:
    later = [interval(0)._replace(window=Window(GONE, LATER))]
    assert judged(case(renewed=[trace()]), [], [FAULT]) == ("account-lives", "likely")
    assert judged(case(renewed=[trace()], state="confirmed"), later, [FAULT]) == ("account-lives", "verified")
    assert judged(case(renewed=[trace()]), [], [TRIM]) == ("account-lives", "verified")
    assert judged(case(renewed=[trace()], marks=[mark()]), [], [FAULT]) == ("removed-by-me", "verified")


def test_while_a_loss_is_held_nothing_else_is_more_than_possible() -> None:
    verdict = judge(case(state="held", named=[trace()]), [], [FAULT])

    assert (verdict.cause, verdict.band) == ("incomplete", "likely")
    assert judged(case(state="held", anonymous=[trace()])) == ("incomplete", "likely")
    assert judged(case(state="held", marks=[mark()])) == ("removed-by-me", "verified")
    assert [told(one) for one in verdict.evidence] == [
        ("held", "incomplete", True),
        ("still-named", "account-lives", True),
        ("incident", "platform", True),
    ]


def test_a_day_in_a_window_of_years_explains_nothing() -> None:
    years = Window("2021-03-04T08:00:00Z", GONE)
    assert judged(case(window=years), [], [TRIM]) == ("unknown", "unknown")


def test_a_fault_mended_before_the_list_was_written_explains_nothing() -> None:
    mended = FAULT._replace(began="2026-03-10T10:00:00Z", ended="2026-03-10T17:00:00Z")
    assert judged(case(), [], [mended]) == ("unknown", "unknown")
    assert judged(case(), [], [mended._replace(kind="trim")]) == ("platform", "possible")


@pytest.mark.parametrize("state", ["suspected", "confirmed"])
def test_the_strongest_band_wins(state: str) -> None:
    both = case(state=state, anonymous=[trace()])  # type: ignore[arg-type]

    assert judged(both, [], [TRIM]) == ("closed", "likely")


def test_evidence_is_told_for_then_against_then_the_rest() -> None:
    mine = case(
        named=[trace(taken=GONE)], anonymous=[trace()], was_hidden=True, marks=[mark(at="2019-01-01T00:00:00Z")]
    )
    verdict = judge(mine, [], [TRIM])

    assert list(map(told, verdict.evidence)) == [
        ("still-named", "account-lives", True),
        ("anonymous", "account-lives", False),
        ("incident", "platform", True),
        ("your-word", "unknown", False),
        ("was-hidden", "unknown", False),
    ]


def test_what_is_looked_at_once_for_many_is_what_each_alone_would_get() -> None:
    cases = [case(), case(named=[trace()]), case(marks=[mark()])]

    together = [one.verdict for one in judge_all(cases, [], [FAULT], [SWEEP])]
    assert together == [judge(one, [], [FAULT], [SWEEP]) for one in cases]


def test_evidence_carries_the_name_of_its_rule() -> None:
    everything = case(
        named=[trace(), trace("endorsements")],
        invited=[trace("invitations")],
        anonymous=[trace(taken=GONE)],
        marks=[mark()],
        was_hidden=True,
        state="held",
    )
    found = judge(everything, [], [TRIM], [SWEEP])

    assert {one.rule for one in found.evidence} | {"no-trace"} == {rule.__name__.replace("_", "-") for rule in RULES}
    assert {one.band for one in found.evidence} <= set(BANDS)
    assert of(judge(case(), [], []), "no-trace")
