"""How many came and went is told of each list as comparing it with the one of the day before would tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from linkbak import paths
from linkbak.diff import listings
from linkbak.diff.compare import count_changes
from linkbak.index import store
from linkbak.index.store import came_and_went
from linkbak.ingest import Options
from linkbak.ingest.workflow import ingest
from linkbak.model import silent
from linkbak.vault import SnapshotKey, Summary, Vault
from linkbak.vault.writer import create_vault
from tests import sampling
from tests.diff.people import ADA, BORIS, LAST, LIST, STRANGER, TOP, date_only
from tests.worlds import render

MESSAGES = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n"
)
LISTS = (
    ("2025-01-05T08:00:00", (TOP, ADA, BORIS, LAST)),
    ("2025-01-05T20:00:00", (TOP, STRANGER, LAST)),
    ("2025-02-05T08:00:00", LIST),
    ("2025-02-05T08:00:00", (TOP, ADA, BORIS, LAST)),
    ("2025-02-05T20:00:00", (TOP, date_only(), date_only(), LAST)),
    ("2025-03-05T08:00:00", ()),
    ("2025-04-05T08:00:00", (TOP, STRANGER, LAST)),
    ("2025-04-06T08:00:00", LIST),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with the lists, and in between an archive without one."""
    folder = tmp_path_factory.mktemp("lists")
    with create_vault(folder / "vault") as vault:
        for number, (taken, people) in enumerate(LISTS):
            archive = folder / str(number)
            archive.mkdir()
            (archive / "Connections.csv").write_bytes(render(people, "C5"))
            (archive / "Number.txt").write_text(str(number))
            assert _kept(archive, taken, vault)
        other = folder / "other"
        other.mkdir()
        (other / "messages.csv").write_bytes(MESSAGES.encode())
        assert _kept(other, "2025-04-05T20:00:00", vault)
    return folder / "vault"


def _kept(archive: Path, taken: str, vault: Vault) -> bool:
    return ingest(archive, vault, Options(taken=datetime.fromisoformat(taken).replace(tzinfo=UTC))).status == "kept"


@pytest.fixture
def vault(kept: Path) -> Iterator[Vault]:
    with Vault.open(kept) as vault:
        yield vault


def compared(vault: Vault) -> dict[SnapshotKey, tuple[int, int]]:
    """The same without the index; who is uncertain counts where so many must have come or gone."""
    found = {}
    every = listings(vault.summaries(), "linkedin-me")
    for after in every.every:
        if before := every.before(after.taken):
            counts = count_changes(vault, before, after)
            added, vanished = (counts[name] + counts[f"uncertain_{name}"] for name in ("added", "vanished"))
            found[after.key] = added, vanished
    return found


def test_whichever_lists_are_held(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """All lists of the first day, too, so that no list that is believed is earlier."""
    summaries = vault.summaries()
    seen = set[tuple[int, int]]()
    for held in sampling.some([*product((False, True), repeat=6)], 5):
        flags = dict(zip([one.key for one in summaries if one.connections is not None], held, strict=False))
        assumed = tuple(one._replace(held=flags.get(one.key, False)) for one in summaries)
        monkeypatch.setattr(store, "judged", lambda vault, summaries, assumed=assumed: assumed)
        monkeypatch.setattr(Vault, "summaries", lambda self, account=None, assumed=assumed: assumed)
        store.place_of(vault).unlink(missing_ok=True)

        found = came_and_went(vault, assumed, silent)

        assert found == compared(vault)
        seen |= set(found.values())
    assert {(0, 1), (1, 0), (0, 0), (0, 4), (3, 0)} <= seen


def test_of_some_snapshots_only(vault: Vault) -> None:
    some = vault.summaries()[-2:]

    assert came_and_went(vault, some, silent) == {
        key: counts for key, counts in compared(vault).items() if key in {one.key for one in some}
    }


def test_neighbours_are_not_compared_again(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the index has their delta; it is built without reading more than the lists."""
    found = came_and_went(vault, vault.summaries(), silent)

    def never(vault: Vault, before: Summary, after: Summary) -> tuple[int, int]:
        raise AssertionError("compared again")

    monkeypatch.setattr(store, "counts_between", never)
    newest = vault.summaries()[-1:]
    assert came_and_went(vault, newest, silent) == {newest[0].key: found[newest[0].key]}


def test_without_a_cache_nothing_is_missing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "cache_folder", lambda vault: Path("not/absolute"))

    assert came_and_went(vault, vault.summaries(), silent) == compared(vault)


def test_nothing_to_compare_with_opens_no_index(vault: Vault) -> None:
    store.place_of(vault).unlink(missing_ok=True)

    assert came_and_went(vault, vault.summaries()[:1], silent) == {}
    assert not store.place_of(vault).exists()
