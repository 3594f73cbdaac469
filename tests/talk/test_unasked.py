"""What came unasked, out of messages in any order of their conversations."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from linkbak.index.correspondence import SentInvitation, SentMessage
from linkbak.talk.unasked import Unasked, by_month, by_year, fresh, gather

PITCH = (
    "Hi {}, I came across your profile and was impressed by your work at {}. We help companies like yours generate {} "
    "qualified leads every month without cold calling. Would you be open to a quick chat next week?"
)
WISH = (
    "Dear {}, the choir sings in the old church on Saturday at seven, bring whoever likes music, and do not forget a "
    "warm coat, since nobody heats there any more in winter."
)
PEOPLE = ("Pia Newcomer", "Kofi Invented", "Greta Sample", "Hana Muster", "Ivo Muster", "Jun Muster", "Lena Muster")


def _message(
    conversation: str, sender: str, text: str, at: str = "2026-03-01T10:00:00Z", **more: object
) -> SentMessage:
    outgoing = sender == "Ada Example"
    one = SentMessage("linkedin-me", 1, conversation, sender, "", ("Ada Example",), (), at, "", text, outgoing=outgoing)
    return one._replace(**more)  # type: ignore[arg-type]


def _found(sent: list[SentMessage], invited: tuple[SentInvitation, ...] = ()) -> Unasked:
    return gather(sent, invited, "linkedin-me", {"Ada Example"}, lambda numbers: {})


TEXTS = [
    _message(f"c{at}", name, (PITCH if at < 4 else WISH).format("Ada", f"{name} Ltd", at * 7 + 3))
    for at, name in enumerate(PEOPLE)
]


@settings(max_examples=25, deadline=None)
@given(st.permutations(TEXTS))
def test_the_same_groups_whatever_the_order(sent: list[SentMessage]) -> None:
    """All were sent in one second, so that nothing but the order of rows could tell them apart."""
    found = _found(sent).groups

    assert [(one.number, sorted(member.name for member in one.members)) for one in found] == [
        (1, sorted(PEOPLE[:4])),
        (2, sorted(PEOPLE[4:])),
    ]
    assert [one.group.id for one in found] == [one.group.id for one in _found(TEXTS).groups]


def test_only_what_was_written_to_the_owner_alone_and_first_counts() -> None:
    """An answer, a larger conversation, an advert, a draft, and what nobody knows whose it is are no candidates."""
    copies = [one.text for one in TEXTS[:4]]
    for spoiled in (
        [_message("c3", "Ada Example", "Which leads?", "2026-02-01T10:00:00Z"), TEXTS[3]],
        [TEXTS[3]._replace(recipients=("Ada Example", "Boris Sample"))],
        [TEXTS[3]._replace(advert=True)],
        [TEXTS[3]._replace(draft=True)],
        [TEXTS[3]._replace(outgoing=None)],
    ):
        (group,) = _found([*TEXTS[:3], *spoiled]).groups
        assert [one.text in copies for one in group.members] == [True] * 3


def test_a_note_of_an_invitation_is_a_text_and_counts_once_with_its_message() -> None:
    told = ("linkedin-me", False, PEOPLE[2], "", None, "2026-02-01T10:00:00Z", TEXTS[2].text)
    note = SentInvitation(*told, first_seen="", last_seen="", state="open")

    assert len(_found(TEXTS[:2]).groups) == 0
    assert len(_found(TEXTS[:2], (note,)).groups[0].members) == 3
    assert len(_found(TEXTS[:3], (note,)).groups[0].members) == 3


def test_a_text_that_repeats_the_owner_is_left_out_and_counted() -> None:
    mine = _message("z", "Ada Example", WISH.format("all"))

    found = _found([*TEXTS, mine])

    assert ([len(one.members) for one in found.groups], found.echoes) == ([4], 1)


def test_a_third_who_were_answered_are_people_the_owner_talks_with() -> None:
    answers = [_message(f"c{at}", "Ada Example", "Yes", "2026-03-02T10:00:00Z") for at in (0, 4)]

    found = _found([*TEXTS, *answers]).groups

    assert [(one.number, len(one.members), one.answered, one.friends) for one in found] == [
        (1, 4, 1, False),
        (2, 3, 1, True),
    ]


def test_months_without_anything_count_in_the_rate_of_a_year() -> None:
    late = _message("y", "Ada Example", "Hello", "2026-05-01T10:00:00Z")

    months = by_month(_found([*TEXTS, late]))

    assert [(one.month, one.texts, one.same_words) for one in months] == [
        ("2026-03", 7, 7),
        ("2026-04", 0, 0),
        ("2026-05", 0, 0),
    ]
    assert [(one.year, one.months, one.texts) for one in by_year(months)] == [("2026", 3, 7)]


def test_a_group_is_new_with_its_third_sender() -> None:
    late = [one._replace(sent_at=f"2026-03-0{at + 1}T10:00:00Z") for at, one in enumerate(TEXTS[:4])]
    groups = _found(late).groups

    assert [fresh(groups, f"2026-03-0{day}T00:00:00Z") for day in (3, 4)] == [1, 0]
