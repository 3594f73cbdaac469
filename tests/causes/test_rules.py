"""Each rule on its own: what it sees, what it says, and when it keeps silent."""

from __future__ import annotations

import pytest

from linkbak.causes import Evidence
from linkbak.index import Window
from linkbak.marks import CAUSES
from tests.causes.cases import FAULT, GONE, LATER, SWEEP, TRIM, case, interval, judge, judged, mark, of, trace


def test_who_removed_them_is_the_users_to_say() -> None:
    verdict = judge(case(marks=[mark()]), [], [])

    assert (verdict.cause, verdict.band, verdict.by_user) == ("removed-by-me", "verified", True)
    assert verdict.evidence[0].text == "You said so on 1 Apr 2026."


@pytest.mark.parametrize("said", CAUSES)
def test_every_cause_a_user_may_give_is_verified_by_their_word(said: str) -> None:
    verdict = judge(case(marks=[mark("cause", said)]), [], [])

    assert verdict.cause == {"fault": "platform"}.get(said, said)
    assert (verdict.band, verdict.by_user) == ("verified", True)


def test_a_cause_of_a_later_version_is_another_reason() -> None:
    assert judged(case(marks=[mark("cause", "eloped")])) == ("other", "verified")


def test_the_latest_word_counts_in_whatever_order_it_was_given() -> None:
    old, new = mark("cause", "closed", "2026-04-01T10:00:00Z"), mark("removed-by-me", at="2026-05-01T10:00:00Z")

    assert judged(case(marks=[old, new])) == judged(case(marks=[new, old])) == ("removed-by-me", "verified")
    assert judged(case(marks=[old, mark("cause", "blocked", old.at)])) == ("blocked", "verified")


@pytest.mark.parametrize(
    "other", [mark("note", "closed"), mark("tag", "removed-by-me"), mark("known"), mark(undone=True)]
)
def test_other_marks_say_nothing_about_a_loss(other: object) -> None:
    assert judge(case(marks=[other]), [], []) == judge(case(), [], [])  # type: ignore[list-item]


def test_a_word_from_before_this_connection_is_about_another_loss() -> None:
    verdict = judge(case(marks=[mark(at="2020-03-04T23:59:59Z")], connected_on="2020-03-05"), [], [])

    assert (verdict.cause, verdict.by_user) == ("unknown", False)
    (shown,) = of(verdict, "your-word")
    assert shown == Evidence(
        *("your-word", "unknown", "unknown", False),
        "What you said on 4 Mar 2020 is not used: this connection began on 5 Mar 2020.",
    )


@pytest.mark.parametrize("connected_on", ["2026-04-01", ""])
def test_a_word_from_the_day_of_connecting_on_counts(connected_on: str) -> None:
    assert judged(case(marks=[mark(at="2026-04-01T00:00:00Z")], connected_on=connected_on))[0] == "removed-by-me"


def test_an_old_conversation_that_names_them_is_likely_a_living_account() -> None:
    verdict = judge(case(named=[trace()]), [], [])

    assert (verdict.cause, verdict.band) == ("account-lives", "likely")
    assert [one.text for one in verdict.evidence] == [
        "The archive of 20 Apr 2026 (messages) still shows their name and address, but nothing newer than the loss."
    ]


def test_a_sign_younger_than_the_loss_shows_that_the_account_lives() -> None:
    verdict = judge(case(named=[trace()], renewed=[trace()]), [], [])

    assert (verdict.cause, verdict.band) == ("account-lives", "verified")
    assert [one.text for one in verdict.evidence] == [
        "The archive of 20 Apr 2026 (messages) shows a message with them, or a name of theirs, that is younger than"
        " the list of 24 Mar 2026, which lacks them."
    ]


def test_praise_asks_whether_the_list_is_whole() -> None:
    verdict = judge(case(named=[trace("recommendations"), trace("messages", GONE), trace("endorsements")]), [], [])

    assert (verdict.cause, verdict.band) == ("account-lives", "likely")
    assert of(verdict, "still-praised") == [
        Evidence(
            *("still-praised", "incomplete", "possible", True),
            "The archive of 20 Apr 2026 (endorsements and recommendations) still names them,"
            " as it does of nobody but connections: is the list whole?",
        )
    ]
    assert judged(case(named=[trace("endorsements")], state="confirmed")) == ("incomplete", "possible")


@pytest.mark.parametrize("kind", ["notes", "invitations"])
def test_a_row_that_may_outlive_an_account_is_possible(kind: str) -> None:
    assert judged(case(named=[trace(kind)])) == ("account-lives", "possible")


def test_an_invitation_sent_again_shows_that_the_account_lives() -> None:
    verdict = judge(case(invited=[trace("invitations")]), [], [])

    assert (verdict.cause, verdict.band) == ("account-lives", "verified")
    assert [one.text for one in verdict.evidence] == [
        "The archive of 20 Apr 2026 (invitations) shows that you invited them again after 4 Mar 2026."
    ]


def test_a_conversation_that_lost_its_name_is_likely_a_closed_account() -> None:
    verdict = judge(case(anonymous=[trace()], messages=4), [], [])

    assert (verdict.cause, verdict.band) == ("closed", "likely")
    assert [one.text for one in verdict.evidence] == [
        'Your conversation, which once showed their name, says "LinkedIn Member" in the archive of 20 Apr 2026.'
    ]


def test_a_held_loss_is_likely_an_incomplete_export() -> None:
    verdict = judge(case(state="held"), [], [])

    assert (verdict.cause, verdict.band) == ("incomplete", "likely")
    assert "The list of 24 Mar 2026" in verdict.evidence[0].text


def test_a_known_fault_is_possible_until_a_later_list() -> None:
    verdict = judge(case(), [], [FAULT])

    assert (verdict.cause, verdict.band) == ("platform", "possible")
    assert verdict.evidence[0].text == (
        "24 Mar 2026, a known incident during which the list was written: Lists were short. The next archive will tell."
    )


def test_a_list_made_after_the_fault_was_mended_refutes_it() -> None:
    verdict = judge(case(state="confirmed"), [interval(0)._replace(window=Window(GONE, LATER))], [FAULT])

    assert verdict.cause == "unknown"
    (against,) = of(verdict, "incident")
    assert (against.cause, against.favours) == ("platform", False)
    assert against.text.endswith("A list of a later day, made after it was mended, lacks them too.")


def test_a_later_list_made_while_the_fault_lasted_refutes_nothing() -> None:
    long = FAULT._replace(ended="2026-05-01T00:00:00Z")
    lists = [interval(15)._replace(window=Window(GONE, LATER)), interval(14)]

    assert judged(case(state="confirmed"), lists, [long]) == ("platform", "possible")
    assert judged(case(state="confirmed"), lists, [long._replace(ended="")]) == ("platform", "possible")
    mended = [*lists, interval(16)._replace(window=Window(LATER, "2026-05-02T00:00:00Z"))]
    assert judged(case(state="confirmed"), mended, [long])[0] == "unknown"


@pytest.mark.parametrize("state", ["suspected", "confirmed"])
def test_a_trim_stays_possible_whatever_comes_later(state: str) -> None:
    assert judged(case(state=state), [], [TRIM]) == ("platform", "possible")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("began", "ended", "held"),
    [
        ("2026-03-01T00:00:00Z", "2026-03-04T07:59:59Z", False),
        ("2026-03-01T00:00:00Z", "2026-03-24T07:59:59Z", False),
        ("2026-03-01T00:00:00Z", "2026-03-24T08:00:00Z", True),
        ("2026-03-24T08:00:00Z", "2026-03-25T00:00:00Z", True),
        ("2026-03-24T08:00:01Z", "2026-03-25T00:00:00Z", False),
        ("2026-03-24T08:00:01Z", "", False),
        ("2026-03-01T00:00:00Z", "", True),
    ],
)
def test_a_fault_counts_where_the_list_was_written_during_it(began: str, ended: str, *, held: bool) -> None:
    assert (judged(case(), [], [FAULT._replace(began=began, ended=ended)])[0] == "platform") is held


def test_an_incident_of_another_network_is_none() -> None:
    assert judged(case(), [], [FAULT._replace(network="xing")])[0] == "unknown"


def test_a_member_of_a_sweep_is_perhaps_one_of_a_purge() -> None:
    verdict = judge(case(), [], [], [SWEEP])

    assert (verdict.cause, verdict.band) == ("purge", "likely")
    assert verdict.evidence[0].text == "One of 40 people connected 3 to 12 Feb 2020, gone together; why."
    assert judged(case(), [], [], [SWEEP._replace(members=("p2",))])[0] == "unknown"


def test_a_purge_is_at_most_possible_where_nobody_looked_for_messages() -> None:
    verdict = judge(case(kinds=frozenset({"connections"})), [], [], [SWEEP])

    assert (verdict.cause, verdict.band) == ("purge", "possible")
    assert "No archive since then holds messages, which might show otherwise." in verdict.evidence[0].text


def test_a_cull_is_a_remark_since_only_the_owner_knows() -> None:
    verdict = judge(case(), [], [], [SWEEP._replace(kind="cull")])

    assert verdict.cause == "unknown"
    (shown,) = of(verdict, "together")
    assert (shown.cause, shown.favours) == ("unknown", False)


def test_having_been_hidden_is_told_but_calls_nothing_a_closure() -> None:
    verdict = judge(case(was_hidden=True), [], [])

    assert (verdict.cause, verdict.band) == ("unknown", "unknown")
    (shown,) = of(verdict, "was-hidden")
    assert (shown.cause, shown.favours) == ("unknown", False)
    assert shown.text.startswith("Before, their row showed only a date")


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (
            {"connections", "endorsements"},
            "The list does not say why somebody is gone. No later archive holds messages, which might have told.",
        ),
        (
            {"connections", "messages"},
            "The list does not say why somebody is gone. Later archives hold messages, but no trace of them.",
        ),
    ],
)
def test_what_cannot_be_known_says_what_might_have_told(kinds: set[str], said: str) -> None:
    verdict = judge(case(kinds=frozenset(kinds)), [], [])

    assert verdict == ("unknown", "unknown", (Evidence("no-trace", "unknown", "unknown", True, said),), False)
