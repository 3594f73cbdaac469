"""Invitations, endorsements, recommendations and notes: the union of all archives, each thing once."""

from __future__ import annotations

from linkbak.index import Endorsed, Invited, Noted, Recommended, activity
from tests.index.activity.archives import ADA, BORIS, CLEO, INVITATIONS, PEOPLE, Known, gathered, table

PLAIN = "From,To,Sent At,Message,Direction"
URNS = "From,To,Sent At,Message,Direction,inviterProfileUrn,inviteeProfileUrn"
GIVEN = "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name,Endorsee Public Url,Endorsement Status"
RECEIVED = "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status"
RECEIVED_2021 = "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorsement Status"
RECOMMENDATION = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status"
NOTE = "Connection First Name,Connection Last Name,Connection Profile URL,Note,Created On,Edited On"
ASKED = ("Ada Example", "Boris Sample", "1/2/23, 3:04 PM", "Hi", "OUTGOING")
WAS_ASKED = ("Boris Sample", "Ada Example", "2/3/23, 3:04 PM", "", "INCOMING")


def test_an_invitation_in_all_forms_is_one_and_stays_known() -> None:
    urns = ("urn:li:member:1", "urn:li:member:2")
    db = gathered(
        {
            "2022-10-01": {"Invitations.csv": table(PLAIN, ASKED)},
            "2023-07-11": {"Invitations.csv": table(URNS, (*ASKED, *urns), (*WAS_ASKED, *urns[::-1]))},
            "2024-03-01": {"Invitations.csv": table(INVITATIONS, (*WAS_ASKED, BORIS, ADA))},
        }
    )

    assert activity.invitations_of(db, 1) == (
        Invited(True, "2023-01-02T15:04:00Z", "Hi"),
        Invited(False, "2023-02-03T15:04:00Z", ""),
    )


def test_of_two_who_share_a_name_an_invitation_is_the_one_with_the_address() -> None:
    people = (*PEOPLE, Known(3, "Boris Sample", "https://www.linkedin.com/in/boris-sample-2"))
    db = gathered(
        {
            "2022-10-01": {"Invitations.csv": table(PLAIN, ASKED)},
            "2024-03-01": {"Invitations.csv": table(INVITATIONS, (*ASKED, ADA, BORIS))},
        },
        people,
    )

    assert [len(activity.invitations_of(db, person)) for person in (1, 3)] == [1, 0]


def test_an_invitation_without_direction_is_told_by_the_owner() -> None:
    rows = [(*ASKED[:4], "", ADA, BORIS), (*WAS_ASKED[:4], "", BORIS, ADA), ("X Y", "Z Z", "", "", "", "", "")]
    known = ("Ada Example", "Cleo Invented", "1/2/23, 3:04 PM", "", "OUTGOING", ADA, CLEO)
    db = gathered({"2024-03-01": {"Invitations.csv": table(INVITATIONS, known, *rows)}})

    assert [one.outgoing for one in activity.invitations_of(db, 1)] == [True, False]


def test_endorsements_are_those_of_the_newest_archive_and_all_older_ones() -> None:
    boris = ("Boris", "Sample")
    slug = "www.linkedin.com/in/boris-sample"
    talking = ("2022/06/09 10:00:00 UTC", "Talking", *boris)
    sums = ("2023/01/01 10:00:00 UTC", "Sums", *boris)
    db = gathered(
        {
            "2021-12-01": {"Endorsement_Received_Info.csv": table(RECEIVED_2021, (*talking, "PENDING"))},
            "2023-07-11": {
                "Endorsement_Received_Info.csv": table(RECEIVED, (*talking, slug, "ACCEPTED")),
                "Endorsement_Given_Info.csv": table(GIVEN, (*sums, slug, "ACCEPTED")),
            },
        }
    )

    assert activity.endorsements_of(db, 1) == (
        Endorsed(False, "Talking", "2022-06-09T10:00:00Z", "ACCEPTED"),
        Endorsed(True, "Sums", "2023-01-01T10:00:00Z", "ACCEPTED"),
    )


def test_recommendations_are_joined_by_a_name_or_a_name_and_company() -> None:
    people = (*PEOPLE, Known(3, "Boris Sample", "https://www.linkedin.com/in/boris-sample-2", "Elsewhere"))
    rows = [
        ("Boris", "Sample", "sample ltd", "Clerk", "Good", "10/02/24, 11:30 PM", "VISIBLE"),
        ("Boris", "Sample", "Nowhere", "Clerk", "Bad", "10/03/24, 11:30 PM", ""),
        ("Cleo", "Invented", "", "", "Fine", "10/04/24, 11:30 PM", ""),
    ]
    edited = ("Cleo", "Invented", "Inventions", "", "Finer", "10/04/24, 11:30 PM", "VISIBLE")
    db = gathered(
        {
            "2024-12-01": {"Recommendations_Received.csv": table(RECOMMENDATION, *rows)},
            "2025-12-01": {"Recommendations_Received.csv": table(RECOMMENDATION, edited)},
        },
        people,
    )

    assert activity.recommendations_of(db, 1) == (
        Recommended(False, "Good", "sample ltd", "Clerk", "2024-10-02T23:30:00Z", "VISIBLE"),
    )
    assert activity.recommendations_of(db, 3) == ()
    assert activity.recommendations_of(db, 2) == (
        Recommended(False, "Finer", "Inventions", "", "2024-10-04T23:30:00Z", "VISIBLE"),
    )


def test_a_note_is_told_as_last_edited() -> None:
    first = ("Boris", "Sample", BORIS, "met in Ghent", "2026-01-01 10:00:00 UTC", "")
    later = (*first[:3], "met in Bruges", first[4], "2026-02-01 10:00:00 UTC")
    other = (*first[:3], "likes tea", "2026-03-01 10:00:00 UTC", "")
    db = gathered(
        {"2026-03-20": {"Notes.csv": table(NOTE, other, later)}, "2026-01-15": {"Notes.csv": table(NOTE, first)}}
    )

    assert [note.text for note in activity.notes_of(db, 1)] == ["met in Bruges", "likes tea"]
    assert activity.notes_of(db, 1)[0] == Noted("met in Bruges", "2026-01-01T10:00:00Z", "2026-02-01T10:00:00Z")
    assert activity.notes_of(db, 2) == ()
