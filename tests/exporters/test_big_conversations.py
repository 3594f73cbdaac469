"""A message of 10 MB, a conversation of thousands and one of 200 people, read and written whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from linkbak.exporters.conversations import MESSAGE_EXPORTERS, Chosen
from linkbak.index.correspondence import Conversation, conversations
from tests.index.archives import IN, ME, TEN, indexed, table

ADA = ("Ada Example", f"{IN}ada-example")
SAID = "No {} was here"
CROWD = [ME, *((f"Person No{number}", f"{IN}person-{number}") for number in range(199))]


def group(number: int) -> tuple[str, ...]:
    """What one of the crowd wrote to all others."""
    names, urls = zip(*(one for one in CROWD if one is not CROWD[number]), strict=True)
    at = f"2024-03-06 10:{number // 60:02}:{number % 60:02} UTC"
    return "2-g", "", *CROWD[number], ", ".join(names), ",".join(urls), at, "", SAID.format(number), "INBOX"


@pytest.mark.parametrize(
    ("rows", "expected", "said"),
    [
        (
            [("2-a", "", *ADA, *ME, "2024-03-06 10:00:00 UTC", "", "a < b and so on " * 625_000, "INBOX")],
            (1, 1, False),
            " and so",
        ),
        (
            [
                ("2-a", "", *(ADA, ME)[n % 2], *(ME, ADA)[n % 2],
                 f"2024-03-0{1 + n // 900} 10:00:00 UTC", *("", SAID.format(n), ""))
                for n in range(5_000)
            ],
            (5_000, 2_500, False),
            " was here",
        ),
        ([group(number) for number in range(200)], (200, 199, True), " was here"),
    ],
    ids=["10 MB", "5,000 messages", "200 people"],
)  # fmt: skip
def test_it_is_read_and_written_whole(rows: list[tuple[str, ...]], expected: tuple[int, int, bool], said: str) -> None:
    archive = {"messages.csv": table(TEN, rows), "Profile.csv": "First Name,Last Name\nOlive,Owner\n"}
    history = indexed(("2024-04-20", archive))

    (one,) = conversations(history)

    assert (one.messages, one.received, one.crowd) == expected
    written = sum(row[8].count(said) for row in rows)
    for name, exporter in MESSAGE_EXPORTERS.items():
        text = "".join(exporter.text(Chosen(history, [one], Counter())))
        assert (name, text.replace("=\n", "").count(said)) == (name, written)


class Counted(list[Conversation]):
    """Conversations, and how often somebody went through all of them."""

    times = 0

    def __iter__(self) -> Iterator[Conversation]:
        self.times += 1
        return super().__iter__()


@pytest.mark.parametrize("name", MESSAGE_EXPORTERS)
def test_all_conversations_are_not_gone_through_for_each_of_them(name: str) -> None:
    """Of fifty thousand that would take an hour."""
    rows = [(f"2-{n}", "", *ADA, *ME, "2024-03-06 10:00:00 UTC", "", SAID.format(n), "INBOX") for n in range(40)]
    history, exporter = indexed(("2024-04-20", {"messages.csv": table(TEN, rows)})), MESSAGE_EXPORTERS[name]
    found = Counted(conversations(history))

    written = [exporter.text(Chosen(history, found, Counter()))]
    if exporter.pages:
        written.append(text for _, text in exporter.pages(Chosen(history, found, Counter())))

    assert ["".join(pieces).replace("=\n", "").count(" was here") for pieces in written] == [40] * len(written)
    assert found.times <= 5 * len(written)
