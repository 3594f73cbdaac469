"""Where archives still show people who are gone."""

from __future__ import annotations

from linkbak.index import Trace
from linkbak.index.activity import Absent, Traces, traces_of
from tests.index.activity.archives import (
    ACCOUNT,
    ADA,
    BORIS,
    CLEO,
    INVITATIONS,
    NINE,
    OWNED,
    PEOPLE,
    TEN,
    Known,
    at,
    gathered,
    group,
    me_to,
    nine,
    table,
    to_me,
)
from tests.index.activity.test_invitations_etc import GIVEN, NOTE, RECOMMENDATION

BEFORE, GONE, LATER = "2024-01-01", "2024-02-01", "2024-03-01"
HELLO = to_me("Boris Sample", BORIS, "2023-12-01 10:00:00", "Hello")
ANSWER = me_to("Boris Sample", BORIS, "2023-12-02 10:00:00", "Hi")
UNSHOWN = to_me("LinkedIn Member", "", "2023-12-01 10:00:00", "Hello")
ANSWER_UNSHOWN = me_to("LinkedIn Member", "", "2023-12-02 10:00:00", "Hi")


def traces(given: dict[str, dict[str, str]], after: str = f"{BEFORE}T00:00:00Z", people: object = PEOPLE) -> Traces:
    db = gathered(given, people)  # type: ignore[arg-type]
    return traces_of(db, ACCOUNT, {1: Absent(at(GONE), after)})[1]


def messages(*rows: tuple[str, ...], header: str = TEN) -> dict[str, str]:
    return {"messages.csv": table(header, *rows), "Invitations.csv": OWNED}


def shown(*days: str, kind: str = "messages") -> tuple[Trace, ...]:
    return tuple(Trace(kind, f"{day}T00:00:00Z") for day in days)


def test_an_address_in_messages_is_a_trace_in_every_archive_as_late() -> None:
    found = traces({BEFORE: messages(HELLO), GONE: messages(HELLO), LATER: messages(HELLO)})

    assert found == Traces(shown(GONE, LATER), (), (), frozenset({"messages", "invitations"}))


def test_what_only_an_older_archive_shows_is_none() -> None:
    found = traces({BEFORE: messages(HELLO), GONE: {"Connections.csv": "First Name,Last Name,Connected On\n"}})

    assert found == Traces((), (), (), frozenset())


def test_the_owners_own_messages_show_the_recipient() -> None:
    assert traces({BEFORE: messages(HELLO), GONE: messages(ANSWER)}).named == shown(GONE)


def test_who_took_part_in_a_group_is_shown() -> None:
    several = group("Cleo Invented", CLEO, "Ada Example, Boris Sample", f"{ADA},{BORIS}")

    assert traces({GONE: messages(several)}).named == shown(GONE)


def test_a_name_without_address_is_no_trace_of_life() -> None:
    found = traces({BEFORE: messages(HELLO), GONE: messages(nine(ANSWER), header=NINE)})

    assert (found.named, found.anonymous) == ((), ())


def test_whom_a_conversation_no_longer_shows() -> None:
    found = traces({BEFORE: messages(HELLO), GONE: messages(ANSWER_UNSHOWN, UNSHOWN), LATER: messages(UNSHOWN)})

    assert (found.named, found.anonymous) == ((), shown(GONE, LATER))


def test_the_owners_own_messages_to_nobody_shown() -> None:
    assert traces({BEFORE: messages(ANSWER), GONE: messages(ANSWER_UNSHOWN)}).anonymous == shown(GONE)


def test_if_any_row_still_shows_them_they_are_shown() -> None:
    found = traces({BEFORE: messages(HELLO), GONE: messages(ANSWER, UNSHOWN)})

    assert (found.named, found.anonymous) == (shown(GONE), ())


def test_what_was_never_shown_by_address_tells_nothing() -> None:
    found = traces({BEFORE: messages(nine(ANSWER), header=NINE), GONE: messages(ANSWER_UNSHOWN)})

    assert found.anonymous == ()


def test_a_later_archive_showed_them_does_not_count_for_an_earlier_one() -> None:
    """Hidden, then shown: an archive counts only against older ones."""
    found = traces({GONE: messages(UNSHOWN), LATER: messages(HELLO)})

    assert (found.named, found.anonymous) == (shown(LATER), ())


def test_adverts_and_groups_never_count_as_no_longer_shown() -> None:
    advert = to_me("LinkedIn Member", "", "2023-12-03 10:00:00", "Buy", "2-c1", "Sponsored Conversation")
    assert traces({BEFORE: messages(HELLO), GONE: messages(advert)}).anonymous == ()

    three = group("LinkedIn Member", "", "Ada Example, Cleo Invented", f"{ADA},{CLEO}", "2-c1")
    assert traces({BEFORE: messages(HELLO), GONE: messages(three)}).anonymous == ()

    others = group("LinkedIn Member", "", "Ada Example, LinkedIn Member", ADA, "2-c1")
    assert traces({BEFORE: messages(HELLO), GONE: messages(others)}).anonymous == ()


def test_another_conversation_without_a_name_is_not_theirs() -> None:
    stranger = to_me("LinkedIn Member", "", "2023-12-01 10:00:00", "Hello", "2-c7")

    assert traces({BEFORE: messages(HELLO), GONE: messages(stranger)}).anonymous == ()


def test_rows_that_name_nobody_are_no_sign() -> None:
    bare = ("2-c1", "", "", "", "", "", "2023-12-01 10:00:00 UTC", "", "Hello", "INBOX")
    mine = ("2-c1", "", "Ada Example", ADA, "", "", "2023-12-02 10:00:00 UTC", "", "Hi", "INBOX")

    assert traces({BEFORE: messages(HELLO), GONE: messages(bare, mine)}).anonymous == ()


def test_an_old_invitation_is_no_trace_and_a_new_one_is() -> None:
    old = ("Ada Example", "Boris Sample", "12/1/23, 3:04 PM", "", "OUTGOING", ADA, BORIS)
    new = ("Ada Example", "Boris Sample", "1/20/24, 3:04 PM", "Again?", "OUTGOING", ADA, BORIS)
    theirs = ("Boris Sample", "Ada Example", "1/20/24, 3:04 PM", "", "INCOMING", BORIS, ADA)
    nameless = ("Ada Example", "Boris Sample", "1/21/24, 3:04 PM", "", "OUTGOING", ADA, "urn:li:member:5")
    for rows, days in (([old], ()), ([old, new], (GONE,)), ([theirs], ()), ([nameless], ())):
        before, now = (table(INVITATIONS, *some) for some in ([old], rows))
        found = traces({BEFORE: {"Invitations.csv": before}, GONE: {"Invitations.csv": now}})
        assert (found.named, found.invited) == ((), shown(*days, kind="invitations"))

    assert traces({BEFORE: {"Invitations.csv": table(INVITATIONS, new)}}).invited == ()


def test_endorsements_notes_and_recommendations() -> None:
    endorsed = ("2023/01/01 10:00:00 UTC", "Sums", "Boris", "Sample")
    given = table(GIVEN, (*endorsed, "www.linkedin.com/in/boris-sample", "ACCEPTED"))
    bare = table(GIVEN, (*endorsed, "", "ACCEPTED"))
    noted = table(NOTE, ("Boris", "Sample", BORIS, "tea", "", ""))
    praised = table(RECOMMENDATION, ("Boris", "Sample", "Sample Ltd", "", "Good", "10/02/23, 11:30 PM", ""))
    everything = {"Endorsement_Given_Info.csv": given, "Notes.csv": noted, "Recommendations_Received.csv": praised}
    assert {one.kind for one in traces({GONE: everything}).named} == {"endorsements", "notes", "recommendations"}
    assert traces({GONE: everything}).kinds == {"endorsements", "notes", "recommendations"}
    assert traces({GONE: {"Endorsement_Given_Info.csv": bare}}).named == ()

    twins = (*PEOPLE, Known(3, "Boris Sample", "https://www.linkedin.com/in/boris-sample-2", "Elsewhere"))
    assert {one.kind for one in traces({GONE: everything}, people=twins).named} == {"endorsements", "notes"}


def test_a_file_nobody_could_read_says_nothing() -> None:
    found = traces({BEFORE: messages(HELLO), GONE: {"messages.csv": "what,is,this\n1,2,3\n", "Invitations.csv": OWNED}})

    assert found.kinds == {"invitations"}


def test_many_at_once_each_by_their_own_timestamp() -> None:
    hi = to_me("Cleo Invented", CLEO, "2023-12-01 10:00:00", "Hi", "2-c2")
    db = gathered({BEFORE: messages(HELLO, hi), GONE: messages(HELLO, hi), LATER: messages(hi)})
    found = traces_of(db, ACCOUNT, {1: Absent(at(GONE), ""), 2: Absent(at(LATER), ""), 77: Absent(at(GONE), "")})

    assert [found[one].named for one in (1, 2, 77)] == [shown(GONE), shown(LATER), ()]


def test_a_message_sent_after_the_list_that_lacks_them_is_younger_than_the_loss() -> None:
    late = to_me("Boris Sample", BORIS, "2024-02-20 10:00:00", "Hello again")
    found = traces({BEFORE: messages(HELLO), GONE: messages(HELLO), LATER: messages(HELLO, late)})

    assert found.renewed == shown(LATER)
    early = to_me("Boris Sample", BORIS, "2024-01-31 10:00:00", "Hello again")
    assert traces({BEFORE: messages(HELLO), LATER: messages(HELLO, early)}).renewed == ()


def test_a_name_that_no_archive_had_before_is_younger_than_the_loss() -> None:
    renamed = to_me("Boris Married", BORIS, "2023-12-01 10:00:00", "Hello")

    assert traces({BEFORE: messages(HELLO), GONE: messages(HELLO), LATER: messages(renamed)}).renewed == shown(LATER)
    assert traces({LATER: messages(renamed)}).renewed == ()  # the list may always have called them otherwise


def test_the_invitation_that_led_to_the_connection_is_no_new_one_though_it_looks_a_day_late() -> None:
    asked = ("Ada Example", "Boris Sample", "1/20/24, 3:04 PM", "", "OUTGOING", ADA, BORIS)
    for connected_on, days in (("2024-01-19", ()), ("2024-01-18", (GONE,))):
        db = gathered({GONE: {"Invitations.csv": table(INVITATIONS, asked)}}, PEOPLE)
        db.execute("UPDATE person SET connected_on = ? WHERE number = 1", (connected_on,))
        found = traces_of(db, ACCOUNT, {1: Absent(at(GONE), "2024-01-19T20:00:00Z")})[1]
        assert found.invited == shown(*days, kind="invitations")
