"""What a copy holds comes into the vault's objects once it has been looked at; the vault itself stays as it is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from linkbak.errors import LinkbakError, MachineProblem, VaultDamaged, VaultLocked
from linkbak.remotes import add_remote, fetched_ref
from linkbak.remotes.pull import fetch, forget
from linkbak.remotes.push import push
from linkbak.vault import Git, Objects, Vault
from tests import sampling
from tests.remotes.copies import bare, filled_remote, head
from tests.vault.processes import killed_at
from tests.vault.snapshots import LIST, git, leftovers, save, sound

STRIDE = sampling.stride(17)
"""Killed before every so-manieth of its acts; `make external` takes every one."""


@pytest.fixture
def ahead(one: Path, tmp_path: Path) -> Path:
    """A vault whose remote `usb` holds one snapshot more than it."""
    filled_remote(one, tmp_path / "usb.git")
    other = Path(shutil.copytree(one, tmp_path / "other", symlinks=True))
    save(other, "2026-04-01T00:00:00Z", {**LIST, "Skills.csv": b"Name\nPatience\n"})
    push(other)
    return one


def work(vault: Path) -> list[str]:
    """What is left of fetches in a vault's own folder."""
    return [path.name for path in (vault / ".git/linkbak").glob("fetching-*")]


def test_the_newest_commit_is_there_and_nothing_else_has_changed(ahead: Path, tmp_path: Path) -> None:
    before = head(ahead), git(ahead, "status", "--porcelain"), git(ahead, "ls-files", "--stage")

    commit = fetch(ahead, "usb")

    assert commit == head(tmp_path / "usb.git") != head(ahead)
    assert git(ahead, "rev-parse", "refs/linkbak/fetched/usb").strip() == commit
    assert (head(ahead), git(ahead, "status", "--porcelain"), git(ahead, "ls-files", "--stage")) == before
    assert (sound(ahead), leftovers(ahead), work(ahead)) == (True, [], [])
    with Vault.open(ahead) as vault:
        assert len(vault.summaries()) == 1
    forget(ahead, "usb")
    assert git(ahead, "for-each-ref", "refs/linkbak") == ""


def test_a_hundred_files_come_as_one_pack(ahead: Path, tmp_path: Path) -> None:
    save(tmp_path / "other", "2026-04-02T00:00:00Z", {f"{number}.csv": b"%d" % number for number in range(150)})
    push(tmp_path / "other")

    fetch(ahead, "usb")

    assert len(list((ahead / ".git/objects/pack").glob("*.idx"))) == 1
    assert sound(ahead)


def test_what_came_is_looked_at_before_it_is_let_in(ahead: Path, tmp_path: Path) -> None:
    seen: list[bytes] = []

    def check(git: Git, commit: str) -> None:
        objects = Objects(git)
        found = [objects.get(f"{one}:snapshots") for one in (commit, f"{commit}~1")]
        objects.close()
        assert None not in found
        seen.append(git.run("cat-file", "blob", f"{commit}:linkbak.toml"))

    assert fetch(ahead, "usb", check) == head(tmp_path / "usb.git")

    assert seen == [(ahead / "linkbak.toml").read_bytes()]


def test_what_is_refused_leaves_nothing_behind(ahead: Path) -> None:
    def refuse(git: Git, commit: str) -> None:
        raise VaultDamaged("no")

    before = sorted(path for path in (ahead / ".git/objects").rglob("*") if path.is_file())

    with pytest.raises(VaultDamaged, match="no"):
        fetch(ahead, "usb", refuse)

    assert sorted(path for path in (ahead / ".git/objects").rglob("*") if path.is_file()) == before
    assert (git(ahead, "for-each-ref", "refs/linkbak"), work(ahead)) == ("", [])


def test_an_empty_place_has_nothing_to_fetch(one: Path, tmp_path: Path) -> None:
    add_remote(one, "usb", str(bare(tmp_path / "usb.git")))

    assert fetch(one, "usb") == ""

    assert git(one, "for-each-ref", "refs/linkbak") == ""


def test_a_bundle_is_fetched_and_one_that_builds_on_what_is_not_here_is_refused(ahead: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    base = head(other)
    save(other, "2026-04-02T00:00:00Z")
    git(other, "bundle", "create", "-q", str(tmp_path / "more.bundle"), "main", f"^{base}")

    with pytest.raises(MachineProblem, match="builds on what is not here"):
        fetch(ahead, tmp_path / "more.bundle")
    assert fetch(ahead, "usb") == base
    git(ahead, "reset", "-q", "--hard", base)

    assert fetch(ahead, tmp_path / "more.bundle") == head(other)

    assert git(ahead, "rev-parse", fetched_ref(tmp_path / "more.bundle")).strip() == head(other)
    assert sound(ahead)


def test_a_bundle_that_was_cut_off_or_altered_is_refused(ahead: Path, tmp_path: Path) -> None:
    git(tmp_path / "other", "bundle", "create", "-q", str(tmp_path / "x.bundle"), "main")
    whole = (tmp_path / "x.bundle").read_bytes()
    middle = whole.index(b"PACK") + 60
    for spoilt in (whole[:-40], whole[:middle] + b"\xff\x00" + whole[middle + 2 :], b"no bundle", b""):
        (tmp_path / "x.bundle").write_bytes(spoilt)
        with pytest.raises(LinkbakError) as refused:
            fetch(ahead, tmp_path / "x.bundle")
        assert refused.value.exit_code in (12, 15)

    assert (git(ahead, "for-each-ref", "refs/linkbak"), work(ahead), sound(ahead)) == ("", [], True)


def test_objects_that_no_git_makes_are_refused(ahead: Path, tmp_path: Path) -> None:
    """A tree with a folder named .git: what git itself looks for, in a repository and in a bundle."""
    hostile = tmp_path / "hostile.git"
    shutil.copytree(tmp_path / "usb.git", hostile)
    blob = git(hostile, "rev-parse", "main:linkbak.toml").strip()
    entry = f"100644 blob {blob}\t.git\n"
    done = subprocess.run(
        ["git", "-C", hostile, "mktree"], input=entry.encode(), capture_output=True, check=True
    ).stdout.decode()
    words = ["git", "-C", str(hostile), "-c", "user.name=x", "-c", "user.email=x@example.com", "commit-tree", "-m", "x"]
    tip = subprocess.run([*words, done.strip()], capture_output=True, text=True, check=True).stdout.strip()
    git(hostile, "update-ref", "refs/heads/main", tip)
    git(hostile, "bundle", "create", "-q", str(tmp_path / "x.bundle"), "main")

    for source in (hostile, tmp_path / "x.bundle"):
        with pytest.raises(VaultDamaged, match="damaged or no vault's"):
            fetch(ahead, source)

    assert (git(ahead, "for-each-ref", "refs/linkbak"), work(ahead)) == ("", [])


def test_another_fetch_is_waited_for(ahead: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0")
    (ahead / ".git/linkbak").mkdir(exist_ok=True)
    with (ahead / ".git/linkbak/fetch.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(VaultLocked, match="fetching"):
            fetch(ahead, "usb")
    assert fetch(ahead, "usb")


def test_killed_before_its_acts_the_next_fetch_needs_no_help(ahead: Path, tmp_path: Path) -> None:
    step = 0
    for step in range(1, 900, STRIDE):
        vault = Path(shutil.copytree(ahead, tmp_path / f"v{step}", symlinks=True))
        killed = killed_at(step, vault, lambda vault=vault: fetch(vault, "usb"))  # type: ignore[misc]
        assert head(vault) == head(ahead)
        assert git(vault, "fsck", "--full", "--strict", "--no-dangling") == ""
        assert fetch(vault, "usb") == head(tmp_path / "usb.git")
        assert (sound(vault), leftovers(vault), work(vault)) == (True, [], [])
        shutil.rmtree(vault)
        if not killed:
            break
    assert 20 < step < 890


def test_a_pack_that_came_without_its_index_is_taken_out_again(ahead: Path, tmp_path: Path) -> None:
    """As a fetch leaves it that was killed between the two."""
    half = tmp_path / "half"
    git(tmp_path, "clone", "-q", "--bare", f"file://{tmp_path}/usb.git", str(half))
    (index,) = half.glob("objects/pack/pack-*.idx")
    left = ahead / ".git/linkbak/fetching-0123/.git/objects/pack"
    left.mkdir(parents=True)
    shutil.copy(index, left)
    pack = ahead / ".git/objects/pack" / index.with_suffix(".pack").name
    pack.parent.mkdir(exist_ok=True)
    shutil.copy(index.with_suffix(".pack"), pack)

    fetch(ahead, "usb")

    assert (pack.exists(), work(ahead), sound(ahead)) == (False, [], True)
