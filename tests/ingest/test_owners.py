"""Whose archive it is."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from linkbak.errors import OtherAccount, UsageProblem
from linkbak.ingest import Verdict, choose_account, same_list, same_owner
from linkbak.model import Connection, Owner
from linkbak.vault import SnapshotKey, Summary

ADA = Owner(("https://www.linkedin.com/in/ada-example",), ("123456789",), ("Ada Example",))
BORIS = Owner(("https://www.linkedin.com/in/boris-sample",), ("987654321",), ("Boris Sample",))
NO_SLUG = "https://www.linkedin.com/in"
SPRING, MAY = "2018-03-27T04:10:00Z", "2019-05-01T14:00:00Z"
OTHER = Verdict.OTHER


def summary(account: str, owner: Owner, network: str = "linkedin") -> Summary:
    return Summary(
        key=SnapshotKey(f"{network}-{account}", "2026-03-20T080710Z"),
        taken="2026-03-20T08:07:10Z",
        imported="2026-03-21T08:07:10Z",
        network=network,
        account=account,
        archive_kind="zip",
        archive_sha256="",
        content="",
        connections=1,
        hidden=0,
        files=1,
        bytes=1,
        held=False,
        kinds=("connections",),
        digest="",
        previous="",
        owner=owner,
    )


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (ADA, ADA, Verdict.SAME),
        (ADA, BORIS, Verdict.OTHER),
        (ADA, Owner(), Verdict.UNKNOWN),
        # the address is written in several ways
        (Owner(("www.linkedin.com/in/zo%C3%AB",)), Owner(("https://www.linkedin.com/in/zoë/",)), Verdict.SAME),
        # a new address under the old name
        (
            ADA._replace(member_ids=()),
            ADA._replace(member_ids=(), urls=("https://www.linkedin.com/in/ada",)),
            Verdict.SAME,
        ),
        # a new name under the old address
        (ADA, ADA._replace(names=("Ada Lovely",)), Verdict.SAME),
        # two people of one name
        (ADA, Owner(("https://www.linkedin.com/in/ada-2",), ("5555555",), ("Ada Example",)), Verdict.OTHER),
        # name against address alone
        (Owner(names=("Ada Example",)), Owner(urls=ADA.urls), Verdict.UNKNOWN),
        (Owner(names=("Ada Example",)), Owner(names=("Boris Sample",)), Verdict.OTHER),
        (Owner(names=("Dr. Ada Example",)), Owner(names=("ada example",)), Verdict.SAME),
        # the addresses of late 2023 have no slug, which is no agreement
        (Owner((NO_SLUG,), (), ("Ada Example",)), Owner((NO_SLUG,), (), ("Boris Sample",)), Verdict.OTHER),
        (Owner((NO_SLUG,)), Owner((NO_SLUG + "/",)), Verdict.UNKNOWN),
        # one name, but other e-mail addresses, or another registration
        (
            Owner(names=("Ada Example",), emails=("ada@example.com",)),
            Owner(names=("Ada Example",), emails=("a2@example.com",)),
            Verdict.OTHER,
        ),
        (Owner(names=("Ada Example",), registered=(SPRING,)), Owner(names=("Ada Example",), registered=(MAY,)), OTHER),
        # an address that passed to somebody else
        (
            Owner(ADA.urls, (), ("Ada Example",), ("ada@example.com",)),
            Owner(ADA.urls, (), ("Boris Sample",), ("boris@example.com",)),
            Verdict.OTHER,
        ),
        # another name and address, but one e-mail address, or one registration
        (
            ADA._replace(member_ids=(), emails=("Ada@example.com",)),
            BORIS._replace(member_ids=(), emails=("x@example.com", "ada@example.com")),
            Verdict.SAME,
        ),
        (Owner(names=("Ada Example",), registered=(MAY,)), Owner(names=("Ada New",), registered=(MAY,)), Verdict.SAME),
        (ADA._replace(registered=(MAY,)), BORIS._replace(registered=(MAY,)), Verdict.OTHER),
    ],
)
def test_same_owner(one: Owner, other: Owner, verdict: Verdict) -> None:
    assert same_owner(one, other) is verdict
    assert same_owner(other, one) is verdict


def test_the_first_archive_makes_the_first_account() -> None:
    assert choose_account((), "linkedin", ADA, None) == "me"


def test_an_archive_finds_its_account_among_several() -> None:
    kept = (summary("me", ADA), summary("boris", BORIS))
    assert choose_account(kept, "linkedin", BORIS, None) == "boris"


def test_connections_alone_go_to_the_only_account() -> None:
    assert choose_account((summary("me", ADA),), "linkedin", Owner(), None) == "me"


def test_connections_alone_cannot_choose_between_two() -> None:
    with pytest.raises(UsageProblem, match="boris, me") as caught:
        choose_account((summary("me", ADA), summary("boris", BORIS)), "linkedin", Owner(), None)
    assert "--account" in caught.value.hint


def test_somebody_elses_archive_is_refused_unless_it_is_meant() -> None:
    kept = (summary("me", ADA),)
    with pytest.raises(OtherAccount) as caught:
        choose_account(kept, "linkedin", BORIS, None)
    assert int(caught.value.exit_code) == 8
    assert "Boris" not in str(caught.value)
    assert choose_account(kept, "linkedin", BORIS, "boris") == "boris"
    assert choose_account(kept, "linkedin", BORIS, "me") == "me"


def test_a_list_chooses_the_account_where_nothing_else_does() -> None:
    kept = (summary("me", ADA), summary("boris", BORIS._replace(member_ids=())))
    by_list = {"me": Verdict.OTHER, "boris": Verdict.SAME}.__getitem__
    assert choose_account(kept, "linkedin", Owner(), None, by_list) == "boris"
    # what cannot be another's is the one that is left; what is nobody's is refused
    by_list = {"me": Verdict.UNKNOWN, "boris": Verdict.OTHER}.__getitem__
    assert choose_account(kept, "linkedin", Owner(), None, by_list) == "me"
    with pytest.raises(OtherAccount, match="perhaps another person's list"):
        choose_account(kept, "linkedin", Owner(), None, lambda account: Verdict.OTHER)
    # the owner's own new name and address
    by_list = {"me": Verdict.OTHER, "boris": Verdict.SAME}.__getitem__
    assert choose_account(kept, "linkedin", Owner(("u:new",), (), ("Boris New",)), None, by_list) == "boris"
    with pytest.raises(OtherAccount):  # no list is stronger than another member id
        choose_account((summary("me", ADA),), "linkedin", BORIS, None, lambda account: Verdict.SAME)


DAY = date(2024, 2, 28)


def people(numbers: Iterable[int], *, word: str = "a", before: int = 0, url: bool = True) -> list[Connection]:
    """Who connected so many days before DAY, or later where the number is negative."""
    return [
        Connection(f"{word}{n}", "Muster", f"https://www.linkedin.com/in/{word}-{n}" if url else "", "", "", "", day)
        for n in numbers
        if (day := DAY - timedelta(days=n + before))
    ]


def renamed(rows: list[Connection], *, name: bool = True, url: bool = True) -> list[Connection]:
    return [
        row._replace(
            first_name=f"new {row.first_name}" if name else row.first_name, url=f"{row.url}-new" if url else row.url
        )
        for row in rows
    ]


HUNDRED = people(range(100))
HIDDEN = [Connection(connected_on=row.connected_on) for row in HUNDRED]

LISTS: dict[str, tuple[list[Connection], list[Connection], Verdict]] = {
    "strangers": (people(range(12)), people(range(12), word="b"), Verdict.OTHER),
    "strangers, too few to tell": (people(range(11)), people(range(100), word="b"), Verdict.UNKNOWN),
    "strangers who know the same people": (HUNDRED, people(range(100), before=2), Verdict.OTHER),
    "strangers, one of whom began later": (HUNDRED, people(range(-20, -5), word="b"), Verdict.OTHER),
    "strangers, a few equal by chance": (HUNDRED, [*people(range(9)), *people(range(200), word="b")], Verdict.OTHER),
    "one in ten is equal": (HUNDRED, [*people(range(10)), *people(range(200), word="b")], Verdict.UNKNOWN),
    "the same": (HUNDRED, HUNDRED, Verdict.SAME),
    "another zone": (HUNDRED, people(range(100), before=1), Verdict.SAME),
    "without addresses": (HUNDRED, people(range(100), url=False), Verdict.SAME),
    "every address new": (HUNDRED, renamed(HUNDRED, name=False), Verdict.SAME),
    "seven in ten renamed and moved": (HUNDRED, [*HUNDRED[:30], *renamed(HUNDRED[30:])], Verdict.UNKNOWN),
    "all but a few removed": (HUNDRED, [*people(range(-30, 0)), *HUNDRED[:3]], Verdict.UNKNOWN),
    "all but eight removed": (HUNDRED, [*people(range(-300, 0)), *HUNDRED[:8]], Verdict.UNKNOWN),
    "all removed, which looks like a stranger's": (HUNDRED, people(range(-30, 0)), Verdict.OTHER),
    "cut to its tail": (HUNDRED, HUNDRED[95:], Verdict.UNKNOWN),
    "grown": (HUNDRED[:12], [*people(range(-2000, 0)), *HUNDRED[:7]], Verdict.SAME),
    "the earlier one was cut": (HUNDRED[:12], HUNDRED, Verdict.UNKNOWN),
    "all hidden": (HUNDRED, HIDDEN, Verdict.UNKNOWN),
    "without dates": (HUNDRED, [row._replace(connected_on=None) for row in HUNDRED], Verdict.UNKNOWN),
    "empty": (HUNDRED, [], Verdict.UNKNOWN),
}


@pytest.mark.parametrize(("earlier", "later", "verdict"), LISTS.values(), ids=LISTS.keys())
def test_whose_a_list_is_by_its_rows(earlier: list[Connection], later: list[Connection], verdict: Verdict) -> None:
    assert same_list(earlier, later, DAY) is verdict


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("years", [1, 5, 10])
def test_time_alone_makes_no_stranger(seed: int, years: int) -> None:
    """At the highest rates a month that were measured: names 0.5 %, addresses 2.4 %, gone 0.6 %; and as many new."""
    draw = random.Random(seed)
    rows = people(range(60))
    for _ in range(12 * years):
        kept = [row for row in rows if draw.random() > 0.006]
        kept = [renamed([row], url=False)[0] if draw.random() < 0.005 else row for row in kept]
        rows = [renamed([row], name=False)[0] if draw.random() < 0.024 else row for row in kept]
    assert same_list(people(range(60)), [*people(range(-500, 0)), *rows], DAY) is not Verdict.OTHER


def test_evidence_adds_up_over_snapshots() -> None:
    """The id came with one archive, the name with another; either is enough."""
    kept = (summary("me", Owner(member_ids=("123456789",))), summary("me", Owner(names=("Ada Example",))))
    assert choose_account(kept, "linkedin", Owner(member_ids=("123456789",)), None) == "me"
    assert choose_account(kept, "linkedin", Owner(names=("Ada Example",)), None) == "me"


def test_another_networks_account_is_no_candidate() -> None:
    assert choose_account((summary("me", BORIS, "other"),), "linkedin", ADA, None) == "me"
