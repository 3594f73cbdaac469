"""A merge may chain manifests anew; whatever else it does to what was kept is found, here and before it is followed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from linkbak.errors import VaultDamaged
from linkbak.remotes.untrusted import check_incoming
from linkbak.vault import Git, SnapshotKey, Vault
from linkbak.vault.verify import verify
from linkbak.vault.writer import create_vault
from tests.remotes.copies import another_machine, chain, head, keep, pull, tampered, whole
from tests.vault.snapshots import LIST, git

JANUARY, FEBRUARY, MARCH = (f"2026-0{month}-01T08:00:00Z" for month in range(1, 4))
OLD, OURS, THEIRS = (SnapshotKey("linkedin-me", taken.replace(":", "")) for taken in (JANUARY, FEBRUARY, MARCH))
EVE = b"First Name\nEve\n"

Changes = dict[str, bytes | tuple[str, bytes] | None]


@pytest.fixture(scope="module")
def _merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("evil")
    desk = place / "desk"
    create_vault(desk).close()
    keep(desk, JANUARY, "2026-05-01T00:00:00Z")
    laptop = another_machine(desk, place / "laptop")
    keep(desk, FEBRUARY, "2026-05-02T00:00:00Z", {**LIST, "ours.csv": b"1"})
    keep(laptop, MARCH, "2026-05-03T00:00:00Z", {**LIST, "theirs.csv": b"2"})
    pull(desk, laptop)
    return desk


@pytest.fixture
def merged(_merged: Path, tmp_path: Path) -> Path:
    """Two snapshots, one from each side, on top of a common one."""
    return another_machine(_merged, tmp_path / "vault")


def manifest(vault: Path, key: SnapshotKey, **changes: object) -> bytes:
    with Vault.open(vault) as opened:
        raw = json.loads(opened.manifest_text(key))
    return json.dumps({**raw, **changes}, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"


def with_eve(vault: Path, key: SnapshotKey) -> Changes:
    """Another file in the archive, with a manifest that fits it."""
    raw = json.loads(manifest(vault, key))
    for file in raw["files"]:
        if file["path"] == "Profile.csv":
            file.update(bytes=len(EVE), sha256=hashlib.sha256(EVE).hexdigest())
    text = manifest(vault, key, files=raw["files"])
    return {f"{key.folder}/archive/Profile.csv": EVE, f"{key.folder}/manifest.json": text}


def moved(vault: Path, key: SnapshotKey, new: SnapshotKey, **changes: object) -> Changes:
    archive = git(vault, "rev-parse", f"HEAD:{key.folder}/archive").strip().encode()
    text = manifest(vault, key, **{"id": new.id, **changes})
    return {key.folder: None, f"{new.folder}/archive": ("040000", archive), f"{new.folder}/manifest.json": text}


def merged_otherwise(vault: Path, changes: Mapping[str, bytes | tuple[str, bytes] | None]) -> None:
    """The newest commit, a merge, as somebody else would have made it who means no good."""
    parents = git(vault, "rev-parse", "HEAD^1", "HEAD^2").split()
    tampered(vault, changes)
    who = ("-c", "user.name=x", "-c", "user.email=x")
    words = ("commit-tree", "HEAD^{tree}", "-p", parents[0], "-p", parents[1], "-m", "Merge")
    git(vault, "update-ref", "refs/heads/main", git(vault, *who, *words).strip())


def complaints(vault: Path) -> dict[str, str]:
    """What a verification says of the chain and the history, by place."""
    return {one.place: one.what.partition(", in commit")[0] for one in verify(vault).damage if one.part == "chain"}


DROPPED, MADE = (
    "was changed after it was kept, or dropped, by a merge",
    "was made by a merge out of none of what it merged",
)


def test_an_honest_merge(merged: Path) -> None:
    assert whole(merged)
    assert chain(merged) == [OLD.id, OURS.id, THEIRS.id]
    assert complaints(merged) == {}


@pytest.mark.parametrize("key", [OLD, OURS, THEIRS], ids=["common", "ours", "theirs"])
def test_a_file_of_an_archive_that_was_changed(merged: Path, key: SnapshotKey) -> None:
    merged_otherwise(merged, with_eve(merged, key))

    found = complaints(merged)

    assert found[key.folder] == MADE
    assert DROPPED in [one.what.partition(", in commit")[0] for one in verify(merged).damage if one.place == key.folder]
    with pytest.raises(VaultDamaged, match="the copy is not as linkbak leaves it"):
        check_incoming(Git(merged), head(merged))


@pytest.mark.parametrize("key", [OURS, THEIRS], ids=["ours", "theirs"])
def test_a_snapshot_that_was_dropped(merged: Path, key: SnapshotKey) -> None:
    last = (
        {} if key == THEIRS else {f"{THEIRS.folder}/manifest.json": manifest(merged, THEIRS, previous=_digest(merged))}
    )
    merged_otherwise(merged, {key.folder: None, **last})

    assert complaints(merged) == {key.folder: DROPPED}
    with pytest.raises(VaultDamaged, match="or dropped, by a merge"):
        check_incoming(Git(merged), head(merged))


def _digest(vault: Path) -> str:
    with Vault.open(vault) as opened:
        return hashlib.sha256(opened.manifest_text(OLD)).hexdigest()


def test_a_merge_that_takes_nothing_from_one_side(merged: Path) -> None:
    """Which git by itself does not show in the history of a folder: it is as in the other parent."""
    ours = next(
        one
        for one in git(merged, "rev-parse", "HEAD^1", "HEAD^2").split()
        if OURS.id in git(merged, "ls-tree", "-r", one)
    )
    who = ("-c", "user.name=x", "-c", "user.email=x")
    words = ("commit-tree", f"{ours}^{{tree}}", "-p", "HEAD^1", "-p", "HEAD^2", "-m", "Merge")
    git(merged, "update-ref", "refs/heads/main", git(merged, *who, *words).strip())

    assert complaints(merged) == {THEIRS.folder: DROPPED}
    with pytest.raises(VaultDamaged, match="or dropped, by a merge"):
        check_incoming(Git(merged), head(merged), ours)


@pytest.mark.parametrize(
    "change", [{"held": ["of malice"]}, {"taken_source": "told"}, {"imported_at": "2026-05-09T00:00:00Z"}]
)
def test_a_manifest_that_says_something_else(merged: Path, change: dict[str, object]) -> None:
    merged_otherwise(merged, {f"{THEIRS.folder}/manifest.json": manifest(merged, THEIRS, **change)})

    assert complaints(merged) == {THEIRS.folder: MADE}


def test_a_snapshot_that_neither_side_had(merged: Path) -> None:
    new = SnapshotKey("linkedin-me", "2026-04-01T080000Z")
    changes = moved(merged, THEIRS, new, taken="2026-04-01T08:00:00Z")
    del changes[THEIRS.folder]
    merged_otherwise(merged, changes)

    assert complaints(merged) == {new.folder: MADE}


def test_a_snapshot_moved_to_another_day(merged: Path) -> None:
    new = SnapshotKey("linkedin-me", "2026-04-01T080000Z")
    merged_otherwise(merged, moved(merged, THEIRS, new, taken="2026-04-01T08:00:00Z"))

    assert complaints(merged) == {THEIRS.folder: DROPPED, new.folder: MADE}


def test_another_name_for_the_same_is_what_a_merge_may_give(merged: Path) -> None:
    merged_otherwise(merged, moved(merged, THEIRS, SnapshotKey("linkedin-me", f"{THEIRS.id}-2")))

    assert complaints(merged) == {}


def test_a_file_changed_in_a_commit_on_the_side_that_was_merged(merged: Path) -> None:
    """A commit that git passes over where it shows one folder's history, once the change has been taken back."""
    before = another_machine(merged, merged.with_name("before"))
    archive = f"{OURS.folder}/archive/Profile.csv"
    tampered(before, {archive: EVE})
    tampered(before, {archive: LIST["Profile.csv"]})
    keep(merged, "2026-06-01T08:00:00Z", "2026-06-02T00:00:00Z")
    git(merged, "fetch", "-q", "--no-write-fetch-head", str(before), "main")
    tree, other = git(merged, "rev-parse", "HEAD^{tree}").strip(), head(before)
    who = ("-c", "user.name=x", "-c", "user.email=x")
    made = git(merged, *who, "commit-tree", tree, "-p", "HEAD", "-p", other, "-m", "Merge").strip()
    git(merged, "update-ref", "refs/heads/main", made)

    assert complaints(merged) == {OURS.folder: "was changed after it was kept"}
