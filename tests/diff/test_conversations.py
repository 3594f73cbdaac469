"""A conversation that keeps its id says that two rows are one person, where the two lists alone leave it open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from linkbak.adapters import LinkedIn
from linkbak.diff.compare import Source, linked
from linkbak.matching.alignment import Alignment
from tests.adapters.given import Given, paired
from tests.index.activity.archives import TEN, table

IN = "https://www.linkedin.com/in/"
TAKEN = ("2025-03-10T20:00:00Z", "2025-04-10T20:00:00Z")


Message = tuple[str, ...]


class Row(NamedTuple):
    """A row of the list; of others of one name and date nothing is alike."""

    name: str
    day: str = "10 Mar 2025"
    slug: str = ""
    work: str = "Sample SA,Cook"

    def text(self, *, addressed: bool) -> str:
        url = f"{IN}{self.slug or self.name.lower()},"
        return f"{self.name},{self.name}son,{url if addressed else ''},{self.work},{self.day}\n"


ADA, BEN = Row("Ada"), Row("Ben", work="Fourth SA,Clerk")
ZOE, YAN = Row("Zoe", work="Other SA,Baker"), Row("Yan", work="Third SA,Pilot")
SAME_DAY = Row("Eli")
STAY = (Row("Bo", "03 Mar 2025"), Row("Cleo", "02 Mar 2025"), Row("Dan", "01 Mar 2025"))


def said(conversation: str, name: str, slug: str = "", to: str = "Olive Owner", urls: str = f"{IN}olive") -> Message:
    """A message from somebody, to the owner unless told."""
    full = name if " " in name else f"{name} {name}son"
    url = f"{IN}{slug or name.lower()}"
    return (conversation, "", full, url, to, urls, "2025-03-10 10:00:00 UTC", "", f"hi from {name}", "INBOX")


def answer(conversation: str, name: str) -> Message:
    """A message of the owner's."""
    return said(conversation, "Olive Owner", "olive", f"{name} {name}son", f"{IN}{name.lower()}")


def archive(rows: Sequence[Row], messages: Sequence[Message], *, addressed: bool = True) -> Given:
    columns = f"First Name,Last Name,{'URL,' if addressed else ''}Email Address,Company,Position,Connected On\n"
    text = columns + "".join(row.text(addressed=addressed) for row in rows)
    return Given({"Connections.csv": text, "messages.csv": table(TEN, *messages)})


def align(before: Given, after: Given, taken: tuple[str, str] = TAKEN) -> Alignment:
    """The alignment of two archives' lists and messages."""
    adapter = LinkedIn()
    pair = paired(before, after)
    assert pair is not None
    kinds = [adapter.read(one).coverage for one in (before, after)]
    return linked(pair, taken, adapter, Source(before, kinds[0]), Source(after, kinds[1]))[1]


THEN, NOW = [ADA, BEN, *STAY], [ZOE, *STAY]
BEFORE, AFTER = [said("2-a", "Ada"), said("2-b", "Bo")], [said("2-a", "Zoe"), said("2-b", "Bo")]


def test_who_took_another_name_address_and_work_is_told_by_the_conversation() -> None:
    """Of two who connected on one day one is gone, and somebody else is listed: the lists do not say which is who."""
    alone = align(archive(THEN, ()), archive(NOW, AFTER))
    found = align(archive(THEN, BEFORE), archive(NOW, AFTER))

    assert [(one.before, one.after) for one in alone.uncertain] == [((0, 1), (0,))]
    assert (found.partners, found.how) == ([0, -1, 1, 2, 3], {0: "conversation"})
    assert (found.vanished, found.uncertain) == ((1,), ())


def test_the_other_way_round_it_is_the_same() -> None:
    found = align(archive(NOW, AFTER), archive(THEN, BEFORE), TAKEN[::-1])

    assert (found.partners, found.how, found.added) == ([0, 2, 3, 4], {0: "conversation"}, (1,))


def test_lists_without_addresses_go_by_names() -> None:
    """A name in messages is that of the day of the archive, as in its list; somebody must have answered."""
    both = [*BEFORE, answer("2-a", "Ada")], [*AFTER, answer("2-a", "Zoe")]
    found = align(archive(THEN, both[0], addressed=False), archive(NOW, both[1], addressed=False))
    unanswered = align(archive(THEN, BEFORE, addressed=False), archive(NOW, AFTER, addressed=False))

    assert (found.partners[0], found.how[0], unanswered.partners[0]) == (0, "conversation", -1)


def test_a_date_may_be_a_day_off_where_others_are() -> None:
    """The later list was rendered in another zone."""
    days = {"10 Mar 2025": "09 Mar 2025", "03 Mar 2025": "02 Mar 2025", "02 Mar 2025": "01 Mar 2025"}
    now = archive([row._replace(day=days.get(row.day, "28 Feb 2025")) for row in NOW], AFTER)

    assert align(archive(THEN, BEFORE), now).how[0] == "conversation"


GROUP = said("2-a", "Ada", to="Olive Owner,Cleo Cleoson", urls=f"{IN}olive,{IN}cleo")


@pytest.mark.parametrize(
    ("then", "before", "now", "after"),
    [
        pytest.param(THEN, [], NOW, AFTER, id="the earlier archive has no messages"),
        pytest.param(THEN, BEFORE, NOW, [], id="the later archive has no messages"),
        pytest.param(THEN, [said("2-x", "Ada")], NOW, AFTER, id="another conversation"),
        pytest.param(THEN, [*BEFORE, GROUP], NOW, AFTER, id="a group"),
        pytest.param(THEN, [*BEFORE, said("2-a", "Cleo")], NOW, AFTER, id="three people"),
        pytest.param(THEN, [said("2-a", "Sponsor")], NOW, AFTER, id="nobody of the list"),
        pytest.param(THEN, BEFORE, NOW, [said("2-a", "LinkedIn Member")], id="not shown later"),
        pytest.param(THEN, [*BEFORE, said("2-c", "Ben")], NOW, [*AFTER, said("2-c", "Zoe")], id="two are one later"),
        pytest.param(THEN, BEFORE, [ZOE._replace(day="11 Mar 2025"), *STAY], AFTER, id="another date"),
        pytest.param([SAME_DAY, *THEN], BEFORE, [ZOE, SAME_DAY, *STAY], AFTER, id="an anchor lies between"),
    ],
)
def test_it_tells_nothing_where_a_precondition_fails(
    then: Sequence[Row], before: Sequence[Message], now: Sequence[Row], after: Sequence[Message]
) -> None:
    alone, found = (align(archive(then, said), archive(now, after)) for said in ((), before))

    assert "conversation" not in found.how.values()
    assert (found.partners, found.vanished, found.uncertain) == (alone.partners, alone.vanished, alone.uncertain)


def test_a_name_of_two_tells_nothing() -> None:
    both = [*BEFORE, answer("2-a", "Ada")], [*AFTER, answer("2-a", "Zoe")]
    then = [*THEN, Row("Ada", "28 Feb 2025")]
    found = align(archive(then, both[0], addressed=False), archive([*NOW, then[-1]], both[1], addressed=False))

    assert found.partners[0] == -1
