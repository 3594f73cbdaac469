"""Whatever somebody put into a copy, nothing of it is followed that linkbak would not have put there."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from linkbak.errors import LinkbakError, MachineProblem, NoVault, VaultDamaged
from linkbak.remotes.untrusted import Incoming, check_incoming
from linkbak.vault import Git, SnapshotKey, Vault, manifest
from linkbak.vault.writer import create_vault
from tests.remotes.copies import another_machine, bring, head, keep, mark, pull, tampered
from tests.vault.snapshots import LIST, git

JANUARY, FEBRUARY, MARCH = (f"2026-0{month}-01T08:00:00Z" for month in range(1, 4))
OLD, NEW = (SnapshotKey("linkedin-me", taken.replace(":", "")) for taken in (JANUARY, FEBRUARY))
TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@pytest.fixture(scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    vault = tmp_path_factory.mktemp("checking") / "desk"
    create_vault(vault).close()
    keep(vault, JANUARY, "2026-05-01T00:00:00Z", {**LIST, "deep/er.csv": b"x", "aa:b": b"y"})
    return vault


@pytest.fixture
def desk(_desk: Path, tmp_path: Path) -> Path:
    return another_machine(_desk, tmp_path / "desk")


@pytest.fixture(scope="module")
def _laptop(_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    vault = another_machine(_desk, tmp_path_factory.mktemp("checking") / "laptop")
    keep(vault, FEBRUARY, "2026-05-02T00:00:00Z", {**LIST, "deep/er.csv": b"z"})
    return vault


@pytest.fixture
def laptop(_laptop: Path, tmp_path: Path) -> Path:
    """A copy with one snapshot more."""
    return Path(shutil.copytree(_laptop, tmp_path / "laptop", symlinks=True))


def checked(vault: Path, known: str | None = None) -> Incoming:
    return check_incoming(Git(vault), head(vault), known)


def manifest_of(vault: Path, key: SnapshotKey, **changes: object) -> bytes:
    """A snapshot's manifest with other values."""
    with Vault.open(vault) as opened:
        raw = json.loads(opened.manifest_text(key))
    return json.dumps({**raw, **changes}).encode()


def test_an_honest_copy(desk: Path, laptop: Path) -> None:
    mark(laptop, {"fact": "x"})
    bring(desk, laptop)

    found = check_incoming(Git(desk), head(laptop), head(desk))

    assert [one.key for one in found.summaries] == [NEW]
    assert set(found.snapshots) == {OLD, NEW}
    assert found.marks == (b'{"fact": "x"}',)
    assert [one.key for one in checked(laptop).summaries] == [OLD, NEW]


def test_every_byte_of_what_is_new_is_read_once_and_told(laptop: Path) -> None:
    told: list[tuple[str, int, int]] = []
    check_incoming(Git(laptop), head(laptop), None, lambda *one: told.append(one))
    size = sum(map(len, LIST.values())) + 3
    assert told[-1] == ("comparing", size, size)


def test_what_is_no_vault(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "main", tmp_path / "other"], check=True)
    (tmp_path / "other/file").write_text("x")
    git(tmp_path / "other", "add", ".")
    git(tmp_path / "other", "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x")
    with pytest.raises((NoVault, VaultDamaged)):
        checked(tmp_path / "other")


def test_a_vault_without_its_settings(laptop: Path) -> None:
    tampered(laptop, {"linkbak.toml": None})
    with pytest.raises(NoVault, match=r"what is there is no vault: it has no linkbak.toml"):
        checked(laptop)


ODD = {
    "a file nobody knows": {"notes.txt": b"x"},
    "a program": {"README.md": ("100755", b"x")},
    "a link at the top": {"marks.jsonl": ("120000", b"/etc/passwd")},
    "a link in place of snapshots": {"snapshots": ("120000", b"/")},
    "a link in an archive": {f"{NEW.folder}/archive/Profile.csv": ("120000", b"/etc/passwd")},
    "a program in an archive": {f"{NEW.folder}/archive/Profile.csv": ("100755", LIST["Profile.csv"])},
    "a link in place of an archive": {f"{NEW.folder}/archive": ("120000", b"/")},
    "another repository": {f"{NEW.folder}/archive/Profile.csv": ("160000", TREE.encode())},
    "another repository at the top": {"other": ("160000", TREE.encode())},
    "a hook": {"hooks/post-checkout": ("100755", b"#!/bin/sh")},
    "rules for git": {".gitattributes": b"* ident\n"},
    "rules for git further down": {f"{NEW.folder}/.gitattributes": b"* ident\n"},
    "a list of submodules": {".gitmodules": b"[submodule]\n"},
    "a file beside an archive": {f"{NEW.folder}/more.txt": b"x"},
    "a file more in an archive": {f"{NEW.folder}/archive/more.txt": b"x"},
    "a file less in an archive": {f"{NEW.folder}/archive/Profile.csv": None},
    "another file in an archive": {f"{NEW.folder}/archive/Profile.csv": b"First Name\nEve\n"},
    "a folder in place of a file": {f"{NEW.folder}/archive/Profile.csv/x": b"x"},
    "an account no network has": {"snapshots/-x/2026/2026-03-01T080000Z/manifest.json": b"{}"},
    "an odd year": {"snapshots/linkedin-me/now/2026-03-01T080000Z/manifest.json": b"{}"},
    "another year": {"snapshots/linkedin-me/2027/2026-03-01T080000Z/manifest.json": b"{}"},
    "an odd id": {"snapshots/linkedin-me/2026/latest/manifest.json": b"{}"},
    "a file among accounts": {"snapshots/readme": b"x"},
    "no manifest": {f"{NEW.folder}/manifest.json": None},
    "a manifest that is none": {f"{NEW.folder}/manifest.json": b"{}"},
    "a manifest without end": {f"{NEW.folder}/manifest.json": b"[" * 200_000},
    "a mark that is none": {"marks.jsonl": b"[1]\n"},
    "a mark without end": {"marks.jsonl": b"[" * 200_000 + b"\n"},
    "a later format": {"linkbak.toml": b"format = 2\n"},
    "no format": {"linkbak.toml": b"visible = 2\n"},
    "settings that are none": {"linkbak.toml": b"format = 1\nvisible = -2\n"},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD.keys())
def test_what_linkbak_would_not_have_put_there(
    _desk: Path, laptop: Path, changes: dict[str, bytes | tuple[str, bytes] | None]
) -> None:
    """Whether something is known here already, or nothing."""
    tampered(laptop, changes)

    for known in (head(_desk), None):
        with pytest.raises(VaultDamaged, match="copy"):
            checked(laptop, known)


NAMES = ("git~1", "CON", "a\\b", "a.", "x" * 201)


@pytest.mark.parametrize("name", NAMES, ids=[f"name{number}" for number in range(len(NAMES))])
def test_names_that_linkbak_gives_no_file_even_if_the_manifest_has_them(laptop: Path, name: str) -> None:
    text = manifest_of(
        laptop, NEW, files=[{"path": name, "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}], coverage={}
    )
    tampered(laptop, {f"{NEW.folder}/archive": None, f"{NEW.folder}/manifest.json": text})
    tampered(laptop, {f"{NEW.folder}/archive/{name}": b"x"})
    with pytest.raises(VaultDamaged, match=r"has a name that linkbak gives no file|is not linkbak's own: file 1"):
        checked(laptop)


def test_a_folder_named_as_gits_own(laptop: Path) -> None:
    """Which git itself would not put there; so the tree is made by hand."""
    blob = subprocess.run(
        ["git", "-C", laptop, "hash-object", "-w", "--stdin"], input=b"x", capture_output=True, check=True
    ).stdout.strip()
    made = subprocess.run(
        ["git", "-C", laptop, "mktree"], input=b"100644 blob " + blob + b"\t.git\n", capture_output=True, check=True
    ).stdout.strip()
    digest = hashlib.sha256(b"x").hexdigest()
    text = manifest_of(laptop, NEW, files=[{"path": ".git", "bytes": 1, "sha256": digest}], coverage={})
    tampered(laptop, {f"{NEW.folder}/archive": ("040000", made), f"{NEW.folder}/manifest.json": text})
    with pytest.raises(VaultDamaged, match=r"has a name that linkbak gives no file|is not linkbak's own: file 1"):
        checked(laptop)


def test_two_names_that_some_file_system_takes_for_one(laptop: Path) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    files = [{"path": name, "bytes": 1, "sha256": digest} for name in ("a.csv", "A.csv")]
    tampered(laptop, {f"{NEW.folder}/archive": None})
    tampered(laptop, {f"{NEW.folder}/archive/{name}": b"x" for name in ("a.csv", "A.csv")})
    tampered(laptop, {f"{NEW.folder}/manifest.json": manifest_of(laptop, NEW, files=files, coverage={})})
    with pytest.raises(VaultDamaged, match="has a name that linkbak gives no file"):
        checked(laptop)


WRONG: dict[str, dict[str, object]] = {
    "another account": {"account": "boris"},
    "another id": {"id": "2026-02-02T080000Z"},
    "another time": {"taken": "2026-02-02T08:00:00Z"},
    "no time of import": {"imported_at": "yesterday"},
    "a later format": {"format": 2},
    "a broken chain": {"previous": "0" * 64},
    "the beginning of another chain": {"files": []},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
def test_a_manifest_that_does_not_fit(laptop: Path, changes: dict[str, object]) -> None:
    with Vault.open(laptop) as vault:
        text, blobs = manifest_of(laptop, NEW, **changes), vault.manifest(NEW).files
    folder = git(laptop, "rev-parse", f"HEAD:{NEW.folder}/archive").strip().encode()
    assert blobs
    git(laptop, "reset", "-q", "--soft", "HEAD~1")  # as if it had been committed like this in the first place
    tampered(laptop, {f"{NEW.folder}/archive": ("040000", folder), f"{NEW.folder}/manifest.json": text})
    with pytest.raises(VaultDamaged, match="the copy"):
        checked(laptop)


LED_ELSEWHERE = ("../../evil", "/abs", "C:\\evil", "a\0b", "a\x1b[2Jb", "x/../../y", "", "a//b", ".git/config")


@pytest.mark.parametrize("path", LED_ELSEWHERE)
def test_a_file_named_as_no_archive_may_name_one(laptop: Path, path: str) -> None:
    """Though it is stored under a name that is harmless: import would refuse it, and restore could not give it back."""
    with Vault.open(laptop) as vault:
        files = [file._asdict() for file in vault.manifest(NEW).files]
    files[0] |= {"path": path, "stored": files[0]["stored"] or files[0]["path"]}
    folder = git(laptop, "rev-parse", f"HEAD:{NEW.folder}/archive").strip().encode()
    text = manifest_of(laptop, NEW, files=files)
    git(laptop, "reset", "-q", "--soft", "HEAD~1")
    tampered(laptop, {f"{NEW.folder}/archive": ("040000", folder), f"{NEW.folder}/manifest.json": text})
    with pytest.raises(VaultDamaged, match=f"{NEW.id} has a manifest that is not linkbak's own: file 1"):
        checked(laptop)


OUTSIDE: dict[str, tuple[type[LinkbakError], str]] = {
    "1999-03-01T08:00:00Z": (VaultDamaged, "was written before there was such a network"),
    "2026-02-30T08:00:00Z": (VaultDamaged, "it lacks its times"),
    "2062-03-01T08:00:00Z": (MachineProblem, "it says 1 Mar 2062, this clock says"),
}


@pytest.mark.parametrize("taken", OUTSIDE)
def test_an_archive_that_cannot_have_been_written_then(laptop: Path, taken: str) -> None:
    """One ahead of the clock is not called damage: the clock may be what is wrong."""
    other = SnapshotKey(NEW.account, taken.replace(":", ""))
    text = manifest_of(laptop, NEW, taken=taken, id=other.id)
    folder = git(laptop, "rev-parse", f"HEAD:{NEW.folder}/archive").strip().encode()
    git(laptop, "reset", "-q", "--soft", "HEAD~1")
    tampered(laptop, {f"{other.folder}/archive": ("040000", folder), f"{other.folder}/manifest.json": text})

    refusal, said = OUTSIDE[taken]
    with pytest.raises(refusal, match=said):
        checked(laptop)


def test_one_that_cannot_be_but_is_set_aside_does_no_harm(laptop: Path) -> None:
    other = SnapshotKey(NEW.account, "2062-03-01T080000Z")
    text = manifest_of(laptop, NEW, taken="2062-03-01T08:00:00Z", id=other.id)
    folder = git(laptop, "rev-parse", f"HEAD:{NEW.folder}/archive").strip().encode()
    git(laptop, "reset", "-q", "--soft", "HEAD~1")
    line = json.dumps({"fact": "forgotten", "account": other.account, "snapshot": other.id}).encode() + b"\n"
    aside = {"marks.jsonl": line, f"{other.folder}/manifest.json": text}
    tampered(laptop, {f"{other.folder}/archive": ("040000", folder), **aside})
    assert other in [one.key for one in checked(laptop).summaries]


@pytest.mark.parametrize("data", [b"First Name\nEve\n", b"First Name\nAdam\n"], ids=["as long", "longer"])
def test_bytes_that_are_not_what_the_manifest_says_from_the_start(laptop: Path, data: bytes) -> None:
    """No commit changed anything: the one that brought the snapshot brought these."""
    text = manifest_of(laptop, NEW)
    folder = git(laptop, "rev-parse", f"HEAD:{NEW.folder}/archive").strip().encode()
    git(laptop, "reset", "-q", "--soft", "HEAD~1")
    spoilt = {f"{NEW.folder}/archive/Profile.csv": data}
    tampered(laptop, {f"{NEW.folder}/archive": ("040000", folder), f"{NEW.folder}/manifest.json": text, **spoilt})
    with pytest.raises(VaultDamaged, match=r"archive/Profile.csv is not what the manifest says"):
        checked(laptop)


def test_a_file_listed_twice(laptop: Path) -> None:
    with Vault.open(laptop) as vault:
        files = json.loads(vault.manifest_text(NEW))["files"]
    tampered(laptop, {f"{NEW.folder}/manifest.json": manifest_of(laptop, NEW, files=[*files, files[0]])})
    with pytest.raises(VaultDamaged, match="names a file twice"):
        checked(laptop)


def test_folders_that_hold_each_other_without_end_are_not_followed(laptop: Path) -> None:
    """A few objects that stand for more files than there are atoms."""
    tree = git(laptop, "rev-parse", f"HEAD:{NEW.folder}/archive").strip()
    for _ in range(40):
        lines = "".join(f"040000 tree {tree}\t{name}\n" for name in "abcdefgh")
        made = subprocess.run(["git", "-C", laptop, "mktree"], input=lines.encode(), capture_output=True, check=True)
        tree = made.stdout.decode().strip()
    tampered(laptop, {f"{NEW.folder}/archive": ("040000", tree.encode())})
    with pytest.raises(VaultDamaged, match="is not in the manifest"):
        checked(laptop)


def test_a_manifest_beyond_all_measure_is_not_read(laptop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkbak.remotes.untrusted.LARGEST", 1_500)
    with pytest.raises(VaultDamaged, match="a manifest is huge"):
        checked(laptop)


def chained(vault: Path, key: SnapshotKey, **changes: object) -> dict[str, bytes | tuple[str, bytes] | None]:
    """The change that gives a snapshot other facts in its manifest, and keeps the chain whole."""
    return {f"{key.folder}/manifest.json": manifest.renamed(manifest_of(vault, key, **changes), key.id, "")}


REWRITTEN: dict[str, Callable[[Path], dict[str, bytes | tuple[str, bytes] | None]]] = {
    "a snapshot that is gone": lambda vault: {NEW.folder: None},
    "an older snapshot that is gone": lambda vault: {OLD.folder: None, **chained(vault, NEW)},
    "a fact that was changed": lambda vault: chained(vault, NEW, held=["of malice"]),
    "a chain that was changed without need": lambda vault: chained(vault, NEW),
}


@pytest.mark.parametrize("changes", REWRITTEN.values(), ids=REWRITTEN.keys())
def test_a_history_that_was_rewritten_in_a_commit(
    laptop: Path, changes: Callable[[Path], dict[str, bytes | tuple[str, bytes] | None]]
) -> None:
    """Even where everything in the newest commit fits together."""
    tampered(laptop, changes(laptop))
    with pytest.raises(
        VaultDamaged, match=r"the copy is not as linkbak leaves it: snapshots/linkedin-me/.* was (changed|dropped)"
    ):
        checked(laptop)


def test_what_is_refused_changes_nothing(desk: Path, laptop: Path) -> None:
    tampered(laptop, {f"{NEW.folder}/archive/Profile.csv": b"First Name\nEve\n"})
    before = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file() and ".git/objects" not in str(path)}

    with pytest.raises(LinkbakError) as refused:
        pull(desk, laptop)

    assert "Eve" not in str(refused.value)
    after = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file() and ".git/objects" not in str(path)}
    assert {path: data for path, data in after.items() if "refs/linkbak" not in str(path)} == before
