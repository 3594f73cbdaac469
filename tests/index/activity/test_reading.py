"""Every file is read once, in whatever order archives come."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from linkbak.adapters import LinkedIn
from linkbak.errors import VaultDamaged
from linkbak.index import activity, activity_update, conversations
from linkbak.index.activity import Absent, traces_of
from linkbak.index.messages import Places
from linkbak.vault import SnapshotKey
from tests.adapters.given import Given
from tests.index.activity.archives import ACCOUNT, BORIS, OWNED, TEN, Archives, at, index, me_to, table, take, to_me

ROWS = [to_me("Boris Sample", BORIS, f"2024-01-01 10:{minute:02}:00", f"Message {minute}") for minute in range(40)]
MORE = me_to("Boris Sample", BORIS, "2024-01-05 10:00:00", 'Said "no"\n\nand left')
FILES = {"messages.csv": table(TEN, *ROWS), "Invitations.csv": OWNED}
NEWER = {"messages.csv": table(TEN, MORE, *ROWS), "Invitations.csv": OWNED}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each reading of a file understood."""
    counts: list[int] = []
    original = LinkedIn.messages

    def counting(files: Any) -> Any:
        found = list(original(files))
        counts.append(len(found))
        return iter(found)

    monkeypatch.setattr(LinkedIn, "messages", staticmethod(counting))
    return counts


def messages(db: sqlite3.Connection) -> int:
    return activity.talk_of(db, [1])[1].messages


def test_what_is_known_is_not_read_again(parsed: list[int]) -> None:
    db = index()
    archives = Archives({"2024-02-01": FILES, "2024-03-01": FILES, "2024-04-01": NEWER, "2024-05-01": NEWER})

    assert take(db, archives.only("2024-02-01"))
    assert take(db, archives)
    assert not take(db, archives)
    assert parsed == [40, 1]
    assert messages(db) == 41
    traces = traces_of(db, ACCOUNT, {1: Absent(at("2024-03-01"), "")})[1]
    assert [trace.taken[:10] for trace in traces.named] == ["2024-03-01", "2024-04-01", "2024-05-01"]


def test_a_late_archive_is_compared_with_the_last_that_was_read_and_is_the_oldest(parsed: list[int]) -> None:
    db = index()
    archives = Archives({"2023-02-01": FILES, "2024-04-01": NEWER})
    take(db, archives.only("2024-04-01"))
    archives.opened.clear()
    take(db, archives)

    assert set(archives.opened) == {"2023-02-01T000000Z", "2024-04-01T000000Z"}
    assert (parsed, messages(db)) == ([41], 41)
    assert db.execute("SELECT DISTINCT at FROM message ORDER BY at").fetchall() == [
        (at("2023-02-01"),),
        (at("2024-04-01"),),
    ]


@pytest.mark.parametrize(
    "text",
    [
        table(TEN, MORE, *ROWS).replace("\n", "\r\n"),
        table(TEN, MORE, *ROWS).rstrip("\n"),
        "\ufeff" + table(TEN, *ROWS, MORE),
        table(TEN, MORE, *ROWS) + "\n\n",
        table(f"{TEN},ATTACHMENTS", *((*row, "") for row in (MORE, *ROWS))),
        table(TEN, MORE, *ROWS) + '"2-x","never closed',
        table(TEN, *ROWS).replace("Message 7", 'Message 7" x') + table("", MORE)[1:],
        table(TEN, MORE, *ROWS).encode("utf-16"),
    ],
)
def test_another_writing_of_the_same_rows_is_no_other_messages(text: str | bytes) -> None:
    given: dict[str, dict[str, str | bytes]] = {
        "2024-02-01": {**FILES},
        "2024-03-01": {"messages.csv": text, "Invitations.csv": OWNED},
    }
    db, alone = index(), index()
    archives = Archives(given)
    take(db, archives.only("2024-02-01"))
    take(db, archives)
    take(alone, archives.only("2024-03-01"))

    stray = isinstance(text, str) and 'Message 7" x' in text
    assert messages(db) == 41 + stray
    assert messages(alone) == 41


@pytest.mark.parametrize("sought", [1, 2, 64, 1000])
def test_few_and_many_numbers_are_found_at_their_first_places(sought: int) -> None:
    places = Places()
    places.numbers.extend(range(1000, 500, -1))
    assert places.of([1000, 500]) == {1000: 0}
    places.numbers.extend([*range(500, -1, -1), 1000, 7, 1 << 63])

    assert places.of(range(1000, 1000 - sought, -1)) == {
        number: 1000 - number for number in range(1000, 1000 - sought, -1)
    }
    assert places.of([7, 1 << 63, 1 << 40]) == {7: 993, 1 << 63: 1003}


def test_rows_keep_their_numbers_and_texts() -> None:
    db = index()
    archives = Archives({"2024-02-01": FILES, "2024-03-01": NEWER, "2023-01-01": FILES})
    take(db, archives.only("2024-02-01"))
    before = db.execute("SELECT number, content FROM message ORDER BY number").fetchall()
    take(db, archives)

    assert db.execute("SELECT number, content FROM message ORDER BY number").fetchall()[:40] == before


def test_a_snapshot_that_is_gone_leaves_no_trace() -> None:
    db = index()
    archives = Archives({"2024-02-01": FILES, "2024-03-01": NEWER})
    take(db, archives)
    assert take(db, archives.only("2024-02-01")) is True

    assert messages(db) == 40
    assert traces_of(db, ACCOUNT, {1: Absent(at("2024-03-01"), "")})[1].named == ()


def test_forgetting_leaves_nothing() -> None:
    db = index()
    take(db, Archives({"2024-02-01": FILES, "2024-03-01": NEWER}))
    activity_update.forget(db, ACCOUNT)
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]

    left = {name for name in names if db.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()}
    assert left == {"person", "address", "alias"}


def test_what_later_archives_added_is_not_counted_as_of_an_earlier_day() -> None:
    db = index()
    take(db, Archives({"2024-02-01": FILES, "2024-03-01": NEWER}))
    activity_update.forget_since(db, [ACCOUNT], at("2024-03-01"))

    assert messages(db) == 40


def test_accounts_do_not_mix() -> None:
    db = index()
    take(db, Archives({"2024-02-01": FILES}))
    db.execute("UPDATE person SET account = 'linkedin-you' WHERE number = 2")
    activity_update.read_new(db, Archives({}).vault(), "linkedin-you")
    conversations.resolve(db, "linkedin-you")

    assert messages(db) == 40


def test_progress_is_told_in_bytes() -> None:
    told: list[tuple[int, int]] = []
    archives = Archives({"2024-02-01": FILES})
    activity_update.read_new(index(), archives.vault(), ACCOUNT, lambda what, done, total: told.append((done, total)))
    total = sum(len(text) for text in FILES.values())

    assert told[-1] == (total, total)


def test_a_damaged_file_is_said_and_not_passed_over() -> None:
    class Damaged(Archives):
        def files(self, key: SnapshotKey) -> Given:
            raise VaultDamaged("messages.csv: the kept file is damaged")

    with pytest.raises(VaultDamaged):
        activity_update.read_new(index(), Damaged({"2024-02-01": FILES}).vault(), ACCOUNT)


def test_a_damaged_archive_is_no_hindrance_to_reading_another() -> None:
    class Damaged(Archives):
        def files(self, key: SnapshotKey) -> Given:
            if key.id.startswith("2024-02"):
                raise VaultDamaged("messages.csv: the kept file is damaged")
            return super().files(key)

    db = index()
    take(db, Archives({"2024-02-01": FILES}))

    assert activity_update.read_new(db, Damaged({"2024-02-01": FILES, "2024-03-01": NEWER}).vault(), ACCOUNT)
    conversations.resolve(db, ACCOUNT)
    assert messages(db) == 41


def test_an_archive_without_any_of_this_is_nothing_new() -> None:
    archives = Archives({"2024-02-01": {"Connections.csv": "First Name,Last Name,Connected On\nA,B,05 Mar 2024\n"}})

    assert activity_update.read_new(index(), archives.vault(), ACCOUNT) is False
