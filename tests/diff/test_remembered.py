"""A comparison remembered tells what computing it would, or it is as if it were not there."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import NoReturn

import pytest

import linkbak
from examples import archives
from examples.connection_lists import since_2023
from examples.story import connections
from examples.zips import write_file
from linkbak import paths
from linkbak.diff import Change, Diff, Doubt, cache, snapshots
from linkbak.diff.cache import Later
from linkbak.diff.snapshots import Comparison, between
from linkbak.ingest import Options, ingest, order
from linkbak.model import Connection, Coverage
from linkbak.vault import Summary, Vault
from linkbak.vault.create import create_vault
from linkbak.vault.writer import write_transaction


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with all of Ada's archives, then two lists cut short; the losses of the last are taken as real."""
    folder = tmp_path_factory.mktemp("remembered")
    ada = [path for path in archives.write(folder / "family") if path.parent.name == "ada"]
    with create_vault(folder / "vault") as vault:
        for path in order(ada, Options().limits):
            ingest(path, vault, Options())
        for day, accept in ((1, False), (2, True)):
            taken = datetime.fromisoformat(f"2026-05-0{day}")
            cut = folder / str(day) / "Connections.csv"
            write_file(cut, since_2023(connections(taken)[: 8 - 3 * day]), taken)
            ingest(cut, vault, Options(taken=taken.replace(tzinfo=UTC), accept=accept))
    return folder / "vault"


@pytest.fixture
def vault(kept: Path) -> Iterator[Vault]:
    with Vault.open(kept) as vault:
        yield vault


@pytest.fixture
def two(vault: Vault) -> tuple[Summary, Summary]:
    """The two newest snapshots."""
    before, after = vault.summaries()[-2:]
    return before, after


def files(vault: Vault) -> list[Path]:
    folder = paths.cache_folder(vault.path) / cache.FOLDER
    return sorted(folder.iterdir()) if folder.exists() else []


def never(*_: object) -> NoReturn:
    raise AssertionError("compared again")


def recalled(vault: Vault, before: Summary, after: Summary) -> Comparison:
    """The comparison without comparing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "compare_files", never)
        return between(vault, before, after)


@pytest.mark.parametrize("first", [1, 64])
def test_what_is_remembered_is_what_was_computed(vault: Vault, first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over all pairs of the family both ways, which have every class, doubts, held losses and notes."""
    monkeypatch.setattr(cache, "_FIRST", first)
    held = set[bool]()
    for before, after in permutations((one for one in vault.summaries() if one.connections is not None), 2):
        computed = between(vault, before, after)
        found = recalled(vault, before, after)

        for part in Diff._fields:
            assert getattr(found.diff, part) == getattr(computed.diff, part)
        assert found == computed
        assert list(found.diff.counts.items()) == list(computed.diff.counts.items())
        assert list(found.before.coverage.items()) == list(computed.before.coverage.items())
        assert all(type(one) is Change for one in (*found.diff.changed, *found.diff.renamed))
        assert all(type(one) is Connection for one in (*found.diff.added, *found.diff.vanished))
        assert all(type(one) is Doubt for one in found.diff.uncertain)
        held.add(bool(found.held))
    assert held == {True, False}


def test_of_many_only_the_first_are_made_at_once(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_FIRST", 2)
    before, after = vault.summaries()[-3:-1]
    whole = between(vault, before, after).diff.vanished
    assert type(recalled(vault, before, after).diff.vanished) is Later
    later: Later[Connection] = Later(tuple(whole[:2]), len(whole), never)

    assert (len(later), later[:2], later[0:1], later[:0]) == (len(whole), whole[:2], whole[:1], ())
    for wanted in (slice(None), slice(1, 3), slice(None, None, -1), slice(-1, None), slice(2, 0, -1), 0, -1):
        with pytest.raises(AssertionError, match="compared again"):
            later[wanted]
        assert recalled(vault, before, after).diff.vanished[wanted] == whole[wanted]
    found = recalled(vault, before, after).diff.vanished
    assert (list(found), found, whole) == (list(whole), whole, found)
    assert found != whole[:-1]


def test_the_word_of_the_user_counts_after_the_comparison(kept: Path, tmp_path: Path) -> None:
    """A mark set later settles what a remembered comparison still holds."""
    with Vault.open(Path(shutil.copytree(kept, tmp_path / "vault", symlinks=True))) as vault:
        before, after = vault.summaries()[-3:-1]
        assert between(vault, before, after).held
        with write_transaction(vault) as writer:
            mark = {"fact": snapshots.ACCEPTED, "account": after.key.account, "snapshot": after.key.id}
            writer.add_marks([mark], "Take it")
        assert recalled(vault, before, after).held == ()


def test_anything_a_connection_can_hold_comes_back(vault: Vault, two: tuple[Summary, Summary]) -> None:
    odd = Connection("\ud800", "a\nb\x00", "", "'", '"', "א😀")
    diff = Diff((odd,), (), (), (), (), (Change(odd, Connection(), ("name", "url")),), (), (), {"added": 1}, ("w",))
    known = cache.Known(diff, {"connections": Coverage(reasons=("r",))}, {})

    cache.keep(vault.path, *two, known)

    assert cache.recall(vault.path, *two) == known


def test_files_are_private(vault: Vault, two: tuple[Summary, Summary]) -> None:
    between(vault, *two)

    (file,) = files(vault)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.parent.parent.stat().st_mode) == 0o700


def test_a_damaged_file_is_as_none(vault: Vault, two: tuple[Summary, Summary]) -> None:
    """Cut anywhere, any bit turned over, anything appended."""
    computed = between(vault, *two)
    (file,) = files(vault)
    whole = file.read_bytes()
    for end in range(len(whole)):
        file.write_bytes(whole[:end])
        assert cache.recall(vault.path, *two) is None
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        assert cache.recall(vault.path, *two) is None
    file.write_bytes(whole + b"\0")

    assert between(vault, *two) == computed
    assert file.read_bytes() == whole


NONE = (0, (), b"")
"""A class of nobody."""


def body(
    added: object = NONE, changed: object = NONE, doubts: object = (), counts: object = (), warnings: object = ()
) -> tuple[object, ...]:
    return (added, NONE, NONE, NONE), (NONE, NONE, changed), doubts, counts, warnings, (), ()


def columns(text: object = "", days: object = (1,)) -> tuple[object, ...]:
    return (*((text,),) * 6, days)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        (),
        body()[:-1],
        body(added=()),
        body(added=(2, columns(), b"")),
        body(added=(1, (), b"")),
        body(added=(1, columns()[1:], b"")),
        body(added=(1, columns(text=1), b"")),
        body(added=(1, columns(days=(10**9,)), b"")),
        body(added=(1, columns(days=("2026",)), b"")),
        body(added=(1, columns(days=(1, 2)), b"")),
        body(changed=(1, (columns(), columns(), (("__class__",),)), b"")),
        body(changed=(1, (columns(), columns(), ("name",)), b"")),
        body(changed=(1, (columns(), columns(), ()), b"")),
        body(doubts=(((), (), 1),)),
        body(counts=(("added", "many"),)),
        body(warnings=(1,)),
        (*body()[:-1], (("connections", 1),)),
    ],
)
def test_a_file_of_another_shape_is_as_none(
    vault: Vault, two: tuple[Summary, Summary], raw: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    between(vault, *two)
    (file,) = files(vault)
    with monkeypatch.context() as patch:
        patch.setattr(cache, "_plain", lambda known: raw)
        known = cache.recall(vault.path, *two)
        assert known is not None
        cache.keep(vault.path, *two, known)
    assert files(vault) == [file]

    assert cache.recall(vault.path, *two) is None


@pytest.mark.parametrize("which", ["linkbak", "python", "before", "after", "swapped"])
def test_nothing_else_is_taken_for_it(
    vault: Vault, two: tuple[Summary, Summary], which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    between(vault, *two)
    (file,) = files(vault)
    before, after = two
    if which == "linkbak":
        monkeypatch.setattr(linkbak, "__version__", "9.9")
    elif which == "python":
        monkeypatch.setattr("sys.version", "9.9")
    elif which == "before":
        before = before._replace(digest="0" * 64)
    elif which == "after":
        after = after._replace(digest="0" * 64)
    else:
        before, after = after, before

    assert cache.recall(vault.path, before, after) is None
    # Not even if somebody gives the file the other one's name.
    file.rename(cache._place(vault.path, cache._name(before, after)))
    assert cache.recall(vault.path, before, after) is None


def test_only_the_newest_are_kept(vault: Vault) -> None:
    pairs = list(permutations((one for one in vault.summaries() if one.connections is not None), 2))[:9]
    for pair in pairs:
        between(vault, *pair)

    assert len(files(vault)) == cache.KEPT
    recalled(vault, *pairs[-1])


def test_a_monstrous_one_is_not_kept(
    vault: Vault, two: tuple[Summary, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "LARGEST", 100)

    between(vault, *two)

    assert files(vault) == []


@pytest.mark.parametrize("way", ["file in the way", "link in the way", "read-only", "no home"])
def test_without_a_cache_nothing_is_missing(
    vault: Vault, two: tuple[Summary, Summary], way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = paths.cache_folder(vault.path)
    folder.mkdir(parents=True, exist_ok=True)
    if way == "file in the way":
        (folder / cache.FOLDER).write_text("")
    elif way == "link in the way":
        (folder / cache.FOLDER).symlink_to(tmp_path, target_is_directory=True)
    elif way == "read-only":
        monkeypatch.setattr("linkbak.vault.write_whole", _refused)
    else:
        monkeypatch.setattr(paths, "cache_folder", lambda vault: Path("not/absolute"))

    assert between(vault, *two) == between(vault, *two)
    assert list(tmp_path.iterdir()) == []


def _refused(*_: object) -> NoReturn:
    raise PermissionError


def test_a_comparison_made_by_an_import_serves_later_ones(vault: Vault, two: tuple[Summary, Summary]) -> None:
    found = between(vault, *two)
    for file in files(vault):
        file.unlink()

    snapshots.remember(vault, *two, found)

    assert recalled(vault, *two) == found
