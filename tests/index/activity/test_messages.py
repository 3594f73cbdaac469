"""Who talked with whom, from all forms messages.csv has had."""

from __future__ import annotations

import sqlite3

import pytest

from linkbak.index import Talk, activity, conversations
from tests.index.activity.archives import (
    ADA,
    BORIS,
    CLEO,
    NINE,
    OWNED,
    PEOPLE,
    SEVEN,
    TEN,
    Archives,
    Known,
    as_in,
    gathered,
    group,
    index,
    me_to,
    nine,
    seven,
    table,
    take,
    to_me,
)

HELLO = to_me("Boris Sample", BORIS, "2018-03-01 10:00:05", "Hello\nthere")
ANSWER = me_to("Boris Sample", BORIS, "2018-03-02 13:30:40", "Good day")
OTHER = to_me("Cleo Invented", CLEO, "2018-03-03 00:05:00", "Hi", "2-c2")
LATER = me_to("Boris Sample", BORIS, "2024-03-01 10:00:05", "Still there?")
BOTH = Talk(2, 1, 1, "2018-03-01T10:00:05Z", "2018-03-02T13:30:40Z")
MINUTES = Talk(2, 1, 1, "2018-03-01T10:00:00Z", "2018-03-02T13:30:00Z")


def talk(db: sqlite3.Connection, person: int = 1) -> Talk:
    return activity.talk_of(db, [person])[person]


@pytest.mark.parametrize(
    ("header", "said"), [(SEVEN, MINUTES), (NINE, BOTH), (TEN, BOTH), (f"{TEN},ATTACHMENTS", BOTH)]
)
def test_every_form_tells_who_wrote(header: str, said: Talk) -> None:
    rows = [as_in(header, row) for row in (ANSWER, HELLO, OTHER)]
    db = gathered({"2024-01-01": {"messages.csv": table(header, *rows), "Invitations.csv": OWNED}})

    assert (talk(db), talk(db, 2).messages) == (said, 1)


@pytest.mark.parametrize("header", [SEVEN, NINE, TEN])
def test_whose_it_is_can_be_told_from_messages_alone(header: str) -> None:
    rows = [as_in(header, row) for row in (ANSWER, HELLO, OTHER)]
    db = gathered({"2024-01-01": {"messages.csv": table(header, *rows)}})

    if header == NINE:  # Cleo's address stands on as many conversations as Boris's and Ada's: nobody can tell
        assert talk(db, 2).messages == 1
    else:
        assert (talk(db).sent, talk(db).received, talk(db, 2).messages) == (1, 1, 1)


def test_the_same_message_in_all_forms_counts_once() -> None:
    forms = {
        "2018-11-02": table(SEVEN, seven(ANSWER), seven(HELLO)),
        "2021-05-01": table(NINE, nine(ANSWER), nine(HELLO)),
        "2024-03-20": table(TEN, LATER, ANSWER, HELLO),
        "2026-03-20": table(f"{TEN},ATTACHMENTS", (*LATER, ""), (*ANSWER, ""), (*HELLO, "")),
    }
    db = gathered({day: {"messages.csv": text, "Invitations.csv": OWNED} for day, text in forms.items()})

    assert talk(db) == Talk(3, 2, 1, "2018-03-01T10:00:05Z", "2024-03-01T10:00:05Z")


def test_a_message_that_aged_out_is_still_known() -> None:
    db = gathered(
        {
            "2024-01-01": {"messages.csv": table(TEN, ANSWER, HELLO), "Invitations.csv": OWNED},
            "2024-02-01": {"messages.csv": table(TEN, LATER)},
        }
    )

    assert talk(db).messages == 3


def test_exact_copies_in_one_file_are_one_message_and_others_are_not() -> None:
    """Once in 1,000 archives a row stands twice; "ok" and "ok" half a minute later are two."""
    again = to_me("Boris Sample", BORIS, "2018-03-01 10:00:35", "Hello\nthere")
    db = gathered({"2024-01-01": {"messages.csv": table(TEN, HELLO, HELLO, again), "Invitations.csv": OWNED}})

    assert talk(db).messages == 2


def test_of_two_alike_in_one_minute_no_more_than_two_are_taken_for_two() -> None:
    again = to_me("Boris Sample", BORIS, "2018-03-01 10:00:35", "Hello\nthere")
    third = to_me("Boris Sample", BORIS, "2018-03-01 10:00:50", "Hello\nthere")
    precise = "FROM,TO,DATE,SUBJECT,CONTENT,DIRECTION,FOLDER"
    old = [(row[2], row[4], row[6][:19].replace(" ", "T"), "", row[8], "", "") for row in (HELLO, again, third)]
    given = {
        "2018-11-02": {"messages.csv": table(SEVEN, seven(HELLO)), "Invitations.csv": OWNED},
        "2020-02-01": {"messages.csv": table(precise, *old)},
        "2024-01-01": {"messages.csv": table(TEN, HELLO, again)},
    }

    assert talk(gathered(given)).messages == 3
    del given["2020-02-01"]
    assert talk(gathered(given)).messages == 2


def test_of_two_alike_in_one_minute_the_one_of_the_same_second_is_the_copy() -> None:
    times = ("2018-03-01 10:00:35", "2018-03-01 10:00:50")
    one, other = (to_me("Boris Sample", BORIS, time, "Hello") for time in times)
    precise = "FROM,TO,DATE,SUBJECT,CONTENT,DIRECTION,FOLDER"
    old = [(row[2], row[4], row[6][:19].replace(" ", "T"), "", row[8], "", "") for row in (one, other)]
    given = {
        "2020-02-01": {"messages.csv": table(precise, *old), "Invitations.csv": OWNED},
        "2024-01-01": {"messages.csv": table(TEN, one)},
    }

    assert talk(gathered(given)) == Talk(2, 0, 2, "2018-03-01T10:00:35Z", "2018-03-01T10:00:50Z")


def test_someone_renamed_between_two_forms_is_one_person() -> None:
    """Names differ, so only the index knows that both are Boris."""
    old = tuple(cell.replace("Boris Sample", "Boris Former") for cell in HELLO)
    people = (Known(1, "Boris Sample", BORIS, names=("Boris Former",)),)
    given = {
        "2018-11-02": {"messages.csv": table(SEVEN, seven(old)), "Invitations.csv": OWNED},
        "2024-01-01": {"messages.csv": table(TEN, HELLO)},
    }

    assert talk(gathered(given, people)).messages == 1


def test_the_same_words_to_two_people_in_one_minute_are_two_messages() -> None:
    wishes = [
        me_to(name, url, "2018-01-01 00:00:10", "Happy new year", talk_id)
        for name, url, talk_id in (("Boris Sample", BORIS, "2-c1"), ("Cleo Invented", CLEO, "2-c2"))
    ]
    given = {
        "2018-11-02": {"messages.csv": table(SEVEN, *map(seven, wishes)), "Invitations.csv": OWNED},
        "2024-01-01": {"messages.csv": table(TEN, *wishes)},
    }
    db = gathered(given)

    assert [talk(db, person).sent for person in (1, 2)] == [1, 1]


def test_drafts_and_adverts_count_for_nobody() -> None:
    spun = '<p class="spinmail-quill-editor__spin-break">Hi %FIRSTNAME%</p>'
    nobody = ("LinkedIn Member", "")
    rows = [
        ("", "", "Ada Example", ADA, "Boris Sample", BORIS, "2024-01-01 10:00:00 UTC", "", "not sent", "", "Yes"),
        (*me_to("Boris Sample", BORIS, "2024-01-01 10:00:00", "not sent either"), "Yes"),
        ("2-c1", "", "Ada Example", ADA, "Boris Sample", BORIS, "", "", "no time yet", "", "No"),
        (*to_me("Boris Sample", "", "2024-01-02 10:00:00", "Buy!", "2-c8", "Sponsored Conversation"), "No"),
        (*to_me(*nobody, "2024-01-02 10:00:00", spun, "2-c9"), "No"),
    ]
    db = gathered({"2024-02-01": {"messages.csv": table(f"{TEN},IS MESSAGE DRAFT", *rows), "Invitations.csv": OWNED}})

    assert talk(db) == Talk()
    found = db.execute(
        "SELECT m.content, m.participant, e.draft FROM message m JOIN envelope e ON e.number = m.envelope ORDER BY 1"
    )
    assert found.fetchall() == [
        *(("Buy!", None, 0), ("Hi %FIRSTNAME%", None, 0)),
        *((text, None, 1) for text in ("no time yet", "not sent", "not sent either")),
    ]


RICH = '<p class="spinmail-quill-editor__spin-break">Dear Ada, I read your paper</p>'


def test_what_is_written_as_adverts_are_is_one_only_without_an_address_and_an_answer() -> None:
    """Precondition: the archives show addresses; of 2018 nobody can tell a friend's rich text from an advert."""
    nobody = ("LinkedIn Member", "")
    rows = [
        to_me("Boris Sample", BORIS, "2024-01-02 10:00:00", f"{RICH}%FIRSTNAME%", "2-c1"),
        to_me(*nobody, "2024-01-02 10:00:00", RICH, "2-c2"),
        to_me(*nobody, "2024-01-02 10:00:00", "Buy", "2-c3", "Sponsored Conversation"),
        me_to(*nobody, "2024-01-02 11:00:00", "How much?", "2-c3", "Sponsored Conversation"),
    ]
    first = {"messages.csv": table(TEN, *rows), "Invitations.csv": OWNED}

    def adverts(db: sqlite3.Connection) -> list[str]:
        asked = "SELECT e.conversation FROM envelope e JOIN conversation c ON c.id = e.conversation WHERE c.advert"
        return [id_ for (id_,) in db.execute(asked)]

    db = gathered({"2024-02-01": first})
    assert (talk(db).received, adverts(db)) == (1, ["2-c2"])
    named = {"messages.csv": table(TEN, to_me("Cleo Invented", CLEO, "2024-01-02 10:00:00", RICH, "2-c2"))}
    for days in (("2024-02-01", "2024-03-01"), ("2024-03-01", "2024-02-01")):
        db = gathered(dict(zip(days, (first, named), strict=True)))
        assert (talk(db).received, talk(db, 2).received, adverts(db)) == (1, 1, [])
    friend = {"messages.csv": table(SEVEN, seven(to_me("Boris Sample", BORIS, "2018-01-02 10:00:00", RICH)))}
    assert talk(gathered({"2018-02-01": {**friend, "Invitations.csv": OWNED}})).messages == 0


def test_in_a_group_a_message_counts_for_who_wrote_it() -> None:
    rows = [
        group("Boris Sample", BORIS, "Ada Example, Cleo Invented", f"{ADA},{CLEO}"),
        group("Ada Example", ADA, "Boris Sample, Cleo Invented", f"{BORIS},{CLEO}"),
        group("Cleo Invented", CLEO, "Ada Example, Boris Sample", f"{ADA},{BORIS}"),
    ]
    for header, some in ((TEN, rows), (NINE, [nine(row) for row in rows])):
        db = gathered({"2024-02-01": {"messages.csv": table(header, *some), "Invitations.csv": OWNED}})
        assert [(talk(db, one).sent, talk(db, one).received) for one in (1, 2)] == [(0, 1), (0, 1)]


def test_a_degree_behind_a_comma_makes_no_group() -> None:
    row = me_to("Boris Sample, PhD, MBA", BORIS, "2024-01-01 10:00:00", "Congratulations")
    for header, some in ((TEN, row), (NINE, nine(row)), (SEVEN, seven(row))):
        db = gathered({"2024-02-01": {"messages.csv": table(header, some), "Invitations.csv": OWNED}})
        assert talk(db).sent == 1


def test_rows_that_name_nobody_count_for_nobody_until_another_archive_names_them() -> None:
    bare = ("2-c1", "", "", "", "", "", HELLO[6], "", HELLO[8], "INBOX")
    given = {"2024-01-01": {"messages.csv": table(TEN, ANSWER, bare), "Invitations.csv": OWNED}}
    assert (talk(gathered(given)).messages, talk(gathered(given)).sent) == (1, 1)

    given["2024-02-01"] = {"messages.csv": table(TEN, HELLO)}
    assert talk(gathered(given)) == BOTH
    given["2023-12-01"] = given.pop("2024-02-01")
    assert talk(gathered(given)) == BOTH


def test_who_is_not_shown_any_more_is_known_from_an_older_archive() -> None:
    unshown = tuple(cell.replace("Boris Sample", "LinkedIn Member").replace(BORIS, "") for cell in HELLO)
    sent = me_to("LinkedIn Member", "", ANSWER[6][:19], "Good day")
    new = to_me("LinkedIn Member", "", "2024-01-05 08:00:00", "My account is closing")
    given = {
        "2024-01-01": {"messages.csv": table(TEN, ANSWER, HELLO), "Invitations.csv": OWNED},
        "2024-02-01": {"messages.csv": table(TEN, new, sent, unshown)},
    }

    assert talk(gathered(given)) == Talk(3, 1, 2, BOTH.first, "2024-01-05T08:00:00Z")


def test_an_address_that_changed_is_the_same_conversation() -> None:
    """Nobody is known by the new address, since they were gone from the list before they took it."""
    fresh = "https://www.linkedin.com/in/boris-the-second"
    moved = to_me("Boris Second", fresh, "2024-01-05 08:00:00", "New me")
    given = {
        "2024-01-01": {"messages.csv": table(TEN, HELLO), "Invitations.csv": OWNED},
        "2024-02-01": {"messages.csv": table(TEN, moved, to_me("Boris Second", fresh, HELLO[6][:19], HELLO[8]))},
    }

    assert talk(gathered(given)).received == 2


def test_two_people_of_one_name_are_not_mixed_up() -> None:
    other = "https://www.linkedin.com/in/boris-sample-2"
    people = (*PEOPLE, Known(3, "Boris Sample", other))
    given = {
        "2018-11-02": {"messages.csv": table(SEVEN, seven(HELLO)), "Invitations.csv": OWNED},
        "2024-01-01": {"messages.csv": table(TEN, to_me("Boris Sample", other, "2024-01-01 10:00:00", "x", "2-c5"))},
    }
    db = gathered(given, people)

    assert [talk(db, person).messages for person in (1, 3)] == [0, 1]


def test_who_had_an_address_last_unless_somebody_has_it_now() -> None:
    db = index(
        [Known(1, "Old Owner", "https://www.linkedin.com/in/other", urls=(BORIS,)), Known(2, "New Owner", BORIS)]
    )
    given = {"2024-01-01": {"messages.csv": table(TEN, HELLO), "Invitations.csv": OWNED}}
    take(db, Archives(given))
    assert [talk(db, person).messages for person in (1, 2)] == [0, 1]

    db.execute("UPDATE person SET url_key = 'elsewhere' WHERE number = 2")
    db.execute("UPDATE address SET at = 9 WHERE person = 1 AND url_key = 'boris-sample'")
    conversations.resolve(db, "linkedin-me")
    assert [talk(db, person).messages for person in (1, 2)] == [1, 0]


def test_the_owners_older_address_is_the_owner() -> None:
    """Until 2023 nothing but the messages shows an address; one taken since makes nobody else of the owner."""
    old = "https://www.linkedin.com/in/ada-former"
    rows = [tuple(cell.replace(ADA, old) for cell in row) for row in (ANSWER, HELLO)]
    again = me_to("Cleo Invented", CLEO, "2018-04-01 10:00:00", "Hi", "2-c2")
    given = {
        "2022-01-01": {"messages.csv": table(NINE, *map(nine, rows), nine([cell.replace(ADA, old) for cell in again]))},
        "2024-01-01": {"messages.csv": table(TEN, LATER), "Invitations.csv": OWNED},
    }

    assert talk(gathered(given)) == Talk(3, 2, 1, BOTH.first, "2024-03-01T10:00:05Z")


def test_slugs_are_compared_however_they_are_written() -> None:
    """The list has percent signs, messages have the letters themselves."""
    people = (Known(1, "Anaïs Exemple", "https://www.linkedin.com/in/ana%C3%AFs-exemple"),)
    row = to_me("Anaïs Exemple", "https://www.linkedin.com/in/anaïs-exemple", "2024-01-01 10:00:00", "Bonjour")
    db = gathered({"2024-01-01": {"messages.csv": table(TEN, row), "Invitations.csv": OWNED}}, people)

    assert talk(db).received == 1


def test_hostile_texts_are_kept_as_they_are() -> None:
    text = "a\u2028b\x1b[31m\"'; DROP TABLE message; --\n\n=1+1 <script> \u202e \U0001f600 " + "x" * 100_000
    row = to_me("Robert'); --", "https://www.linkedin.com/in/%ff%00\n/..", "2024-01-01 10:00:00", text, "2-'\"\n")
    db = gathered({"2024-01-01": {"messages.csv": table(TEN, row, HELLO), "Invitations.csv": OWNED}})

    assert (text,) in db.execute("SELECT content FROM message").fetchall()
    assert talk(db).received == 1


def test_two_who_write_in_one_conversation_are_a_group_even_if_no_row_says_so() -> None:
    rows = [nine(HELLO), nine(to_me("Cleo Invented", CLEO, "2018-03-01 11:00:00", "Hello too")), nine(ANSWER)]
    db = gathered({"2022-01-01": {"messages.csv": table(NINE, *rows), "Invitations.csv": OWNED}})

    assert [(talk(db, one).sent, talk(db, one).received) for one in (1, 2)] == [(0, 1), (0, 1)]


def test_who_had_the_address_once_is_who_wrote_under_it() -> None:
    """Also where no other archive joined them before."""
    people = (Known(1, "Boris Sample", f"{BORIS}-new", urls=(BORIS,)), PEOPLE[1])

    assert (
        talk(gathered({"2024-01-01": {"messages.csv": table(TEN, HELLO), "Invitations.csv": OWNED}}, people)).received
        == 1
    )


def test_someone_renamed_before_there_were_conversations_is_one_person() -> None:
    old = tuple(cell.replace("Boris Sample", "Boris Former") for cell in HELLO)
    people = (Known(1, "Boris Sample", BORIS, names=("Boris Former",)),)
    given = {
        "2017-11-02": {"messages.csv": table(SEVEN, seven(old)), "Invitations.csv": OWNED},
        "2018-11-02": {"messages.csv": table(SEVEN, seven(HELLO))},
    }

    assert talk(gathered(given, people)).messages == 1
