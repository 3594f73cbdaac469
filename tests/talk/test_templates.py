"""Copies of one template among other texts."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from linkbak.talk.templates import Copy, Group, copy_of, groups, keys, length, name_keys, readable, template_of, words

PITCH = (
    "Hi {0}, I came across your profile and was impressed by your work at {1}. We help companies like yours generate "
    "{2} qualified leads every month without cold calling. Would you be open to a quick chat next week?"
)
OTHERS = (
    "My sister starts at the library in Ghent on Monday and knows nobody there, could you show her round a little?",
    "The translation of the manuscript is nearly done, only the last chapter still sounds odd to me and to Greta.",
    "On Sunday a few of us meet behind the old station with bicycles, and you are welcome whatever the weather does.",
)


def _copy(sender: str, text: str, second: int = 0) -> Copy:
    names = name_keys("Ada Example", sender)
    return copy_of(sender, f"2026-03-01T10:00:{second:02}Z", text, names, keys(readable(text), names))


def _senders(found: Sequence[Group]) -> list[list[str]]:
    return [[one.sender for one in group.copies] for group in found]


COPIES = [
    _copy("Pia Newcomer", PITCH.format("Ada", "Example GmbH", 10), 1),
    _copy("Kofi Invented", PITCH.format("Ada Example", "Acme Ltd", 25), 2),
    _copy("Greta Sample", PITCH.format("Mrs Example", "Nobody Inc", 300) + " Have a great day!", 3),
]
STRANGERS = [_copy(f"Friend {number}", text, 10 + number) for number, text in enumerate(OTHERS)]


def test_the_same_words_from_three_senders_are_one_group() -> None:
    found = groups([*COPIES, *STRANGERS])

    assert _senders(found) == [["Pia Newcomer", "Kofi Invented", "Greta Sample"]]
    told = template_of(found[0])
    assert told.text.startswith("Hi […], I came across your profile and was impressed by your work at […]. We help")
    assert ("Example GmbH", "Acme Ltd", "Nobody Inc") in {tuple(sorted(one, key=one.index)) for one in told.varying}


def test_two_senders_are_no_group_and_one_sender_counts_once() -> None:
    again = [_copy("Pia Newcomer", PITCH.format("Ada", "Example GmbH", number), number) for number in range(20, 25)]

    assert groups([*COPIES[:2], *again]) == []


def test_an_opener_that_many_borrow_makes_no_group() -> None:
    """A stock phrase weighs nothing, though it is a third of each text."""
    opener = "Hi Ada, I came across your profile and was impressed by your work."
    borrowed = [_copy(f"Friend {number}", f"{opener} {text}", number) for number, text in enumerate(OTHERS)]

    assert groups(borrowed) == []
    assert _senders(groups([*borrowed, *COPIES])) == [["Pia Newcomer", "Kofi Invented", "Greta Sample"]]


def test_one_borrowed_sentence_is_no_copy() -> None:
    """It is a third of the words, but all the rest is a stretch of somebody's own."""
    friend = _copy("Friend", f"{PITCH.format('Ada', 'Example GmbH', 10).partition('. ')[0]}. {OTHERS[0]}", 9)

    assert _senders(groups([*COPIES, friend])) == [["Pia Newcomer", "Kofi Invented", "Greta Sample"]]


def test_copies_with_every_third_word_replaced_are_found_and_make_no_stock_phrase_of_the_template() -> None:
    split = PITCH.format("Ada", "Example GmbH", 10).split()
    changed = [
        _copy(f"Writer {number}", " ".join(f"new{number}" if at % 3 == 2 else word for at, word in enumerate(split)), 9)
        for number in range(4)
    ]

    assert _senders(groups([*COPIES, *changed, *STRANGERS])) == [
        ["Pia Newcomer", "Kofi Invented", "Greta Sample", "Writer 0", "Writer 1", "Writer 2", "Writer 3"]
    ]


@settings(max_examples=30, deadline=None)
@given(st.permutations([*COPIES, *STRANGERS]))
def test_the_order_of_the_texts_changes_nothing(texts: list[Copy]) -> None:
    assert groups(texts) == groups([*COPIES, *STRANGERS])


def test_words_are_taken_as_the_script_writes_them() -> None:
    text = readable("Hi Ada&#33; <b>See</b> https://x.example/a?b, 2024 नमस्ते 你好")

    assert keys(text, name_keys("Ada")) == ["hi", "_", "see", "url", "0", "नमस्ते", "你", "好"]
    assert [one.key for one in words(text, name_keys("Ada"))] == keys(text, name_keys("Ada"))
    assert length(["你", "好", "hello"]) == 2.0
