"""The names people give snapshots."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from linkbak.errors import NoSuchSnapshot
from linkbak.vault import Summary, as_of, resolve, summarise
from tests.vault.snapshots import manifest


def listed(*ids: str, account: str = "me") -> list[Summary]:
    found = []
    for name in ids:
        taken = f"{name[:13]}:{name[13:15]}:{name[15:18]}"
        found.append(summarise(replace(manifest(taken=taken, account=account), id=name), "d"))
    return found


FIVE = listed(
    "2025-12-31T235959Z", "2026-03-04T080000Z", "2026-03-20T080710Z", "2026-03-20T080710Z-2", "2026-03-20T190000Z"
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("latest", "2026-03-20T190000Z"),
        ("latest~0", "2026-03-20T190000Z"),
        ("previous", "2026-03-20T080710Z-2"),
        ("latest~2", "2026-03-20T080710Z"),
        ("2026-03-04", "2026-03-04T080000Z"),
        ("2026-03-20", "2026-03-20T190000Z"),
        ("2026-03", "2026-03-20T190000Z"),
        ("2025", "2025-12-31T235959Z"),
        ("2026-03-20T19", "2026-03-20T190000Z"),
        ("2026-03-0", "2026-03-04T080000Z"),
        ("2026-03-20T080710Z", "2026-03-20T080710Z"),
        ("2026-03-20T080710Z-2", "2026-03-20T080710Z-2"),
        ("2026-03-20T19:00:00Z", "2026-03-20T190000Z"),
    ],
)
def test_a_name_means_one_snapshot(name: str, meant: str) -> None:
    assert resolve(FIVE, name).key.id == meant


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("latest~5", "there are only 5 snapshots"),
        (
            "2026-03-20T08",
            "2026-03-20T08 is the start of several: 2026-03-20T080710Z, 2026-03-20T080710Z-2",
        ),
        (
            "2026-03-05",
            "no snapshot is called 2026-03-05; the nearest: "
            "2026-03-04T080000Z, 2026-03-20T080710Z, 2026-03-20T080710Z-2",
        ),
        (
            "2024",
            "no snapshot is called 2024; the nearest: 2025-12-31T235959Z, 2026-03-04T080000Z, 2026-03-20T080710Z",
        ),
        (
            "2026-99-99",
            "no snapshot is called 2026-99-99; the nearest: "
            "2026-03-20T080710Z, 2026-03-20T080710Z-2, 2026-03-20T190000Z",
        ),
        (
            "\x1b[31m",
            "no snapshot is called ?[31m; the nearest: 2026-03-20T080710Z, 2026-03-20T080710Z-2, 2026-03-20T190000Z",
        ),
        (
            "",
            'no snapshot is called ""; the nearest: 2026-03-20T080710Z, 2026-03-20T080710Z-2, 2026-03-20T190000Z',
        ),
    ],
)
def test_a_name_that_means_none_or_several_tells_which_there_are(name: str, said: str) -> None:
    with pytest.raises(NoSuchSnapshot) as refused:
        resolve(FIVE, name)

    assert str(refused.value) == said
    assert refused.value.hint == "`linkbak log` lists the snapshots."


def test_the_one_snapshot_there_is_has_none_before_it() -> None:
    with pytest.raises(NoSuchSnapshot, match="there is only one snapshot"):
        resolve(FIVE[:1], "previous")


def test_an_empty_vault_says_how_to_begin() -> None:
    with pytest.raises(NoSuchSnapshot) as refused:
        resolve([], "latest")

    assert refused.value.hint == "`linkbak import ARCHIVE` keeps the first."


def test_one_id_in_two_accounts_asks_for_the_account() -> None:
    both = listed("2026-03-04T080000Z") + listed("2026-03-04T080000Z", account="work")

    with pytest.raises(NoSuchSnapshot, match="is in several accounts: linkedin-me, linkedin-work") as refused:
        resolve(both, "2026-03-04T080000Z")

    assert refused.value.hint == "Say which with --account."


@pytest.mark.parametrize(
    ("day", "count"),
    [(date(2025, 12, 30), 0), (date(2025, 12, 31), 1), (date(2026, 3, 19), 2), (date(2026, 3, 20), 5)],
)
def test_as_of_a_day_leaves_out_what_came_after_its_end(day: date, count: int) -> None:
    assert as_of(FIVE, day) == tuple(FIVE[:count])
