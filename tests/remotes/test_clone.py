"""A vault made of a copy is as good as the one that was lost; whatever stops it, nothing half lies at the place."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from linkbak.errors import LinkbakError, MachineProblem, NoVault, VaultDamaged
from linkbak.paths import part_name
from linkbak.remotes import Remote, copies, list_remotes
from linkbak.remotes.pull import clone
from linkbak.remotes.push import push
from linkbak.vault import Vault
from linkbak.vault.verify import verify
from linkbak.vault.writer import create_vault, write_transaction
from tests import sampling
from tests.remotes.copies import bare, everything, filled_remote, head, program
from tests.vault.processes import ended, forked, killed_at
from tests.vault.snapshots import LIST, git, keep, leftovers, save, sound

STRIDE = sampling.stride(61)
"""Killed before every so-manieth of its acts; `make external` takes every one."""


NOTE = {
    "fact": "note",
    "value": "met in Ghent",
    "account": "linkedin-me",
    "at": "2026-01-20T00:00:00Z",
    "person": {"name": "Ada Example", "url": "", "connected_on": ""},
}


def test_a_mark_that_is_not_whole_is_refused(once: Path, tmp_path: Path) -> None:
    """As a pull refuses it: commands that read marks would stop at it."""
    vault = Path(shutil.copytree(once / "vault", tmp_path / "vault", symlinks=True))
    with Vault.open(vault) as opened, write_transaction(opened) as writer:
        writer.add_marks([{**NOTE, "person": None}], "Mark")
    filled_remote(vault, tmp_path / "nas.git", "nas")

    with pytest.raises(VaultDamaged, match="a mark that is not whole; nothing was taken"):
        clone(str(tmp_path / "nas.git"), tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault of fifteen snapshots and a mark, and its copy; they are only copied."""
    place = tmp_path_factory.mktemp("fifteen")
    create_vault(place / "vault").close()
    with Vault.open(place / "vault") as vault, write_transaction(vault) as writer:
        for day in range(1, 16):
            keep(writer, f"2026-01-{day:02}T00:00:00Z", {**LIST, "day": b"%d" % day, "Jobs/a b.csv": b"x"})
        writer.add_marks([NOTE], "Mark")
    filled_remote(place / "vault", place / "usb.git")
    return place


@pytest.fixture
def kept(once: Path, tmp_path: Path) -> Path:
    """The copy."""
    return Path(shutil.copytree(once / "usb.git", tmp_path / "usb.git"))


@pytest.fixture
def lost(once: Path, kept: Path, tmp_path: Path) -> Path:
    """The vault, which pushes to the copy."""
    vault = Path(shutil.copytree(once / "vault", tmp_path / "vault", symlinks=True))
    git(vault, "config", "remote.usb.url", str(kept))
    return vault


def beside(place: Path) -> list[str]:
    """What clones leave beside a place."""
    return [path.name for path in place.parent.glob(".linkbak-*.part")]


def test_everything_is_there_again_and_the_next_import_is_sent_back(kept: Path, lost: Path, tmp_path: Path) -> None:
    made = clone(kept, tmp_path / "new/vault")

    place = tmp_path / "new/vault"
    assert (made.place, made.commit, made.snapshots, made.accounts) == (place, head(lost), 15, ("linkedin-me",))
    assert everything(place) == everything(lost)
    with Vault.open(place) as vault, Vault.open(lost) as old:
        assert vault.marks() == old.marks()
        assert vault.summaries() == old.summaries()
    assert list_remotes(place) == (Remote("origin", str(kept)),)
    assert copies(place)["origin"].commit == head(lost)
    save(place, "2026-02-01T00:00:00Z")
    assert [found.state for found in push(place)] == ["sent"]
    assert head(kept) == head(place)


def test_it_is_in_order_private_and_the_newest_lie_open(kept: Path, tmp_path: Path) -> None:
    place = tmp_path / "vault2"
    (tmp_path / "vault2").mkdir(mode=0o755)

    clone(kept, place)

    assert [path.name for path in sorted(place.glob("snapshots/*/*/*"))] == [
        f"2026-01-{day:02}T000000Z" for day in range(4, 16)
    ]
    assert "snapshots/linkedin-me/2026/2026-01-01T000000Z/\n" in git(place, "ls-files", "--sparse")
    assert [str(path) for path in place.rglob("*") if stat.S_IMODE(path.lstat().st_mode) & 0o077] == []
    assert (stat.S_IMODE(place.stat().st_mode), sound(place), leftovers(place), beside(place)) == (0o700, True, [], [])
    assert not verify(place).damage
    assert git(place, "for-each-ref", "--format=%(refname)") == "refs/heads/main\n"


def test_a_bundle_file_becomes_a_vault_without_a_remote(kept: Path, tmp_path: Path) -> None:
    git(kept, "bundle", "create", "-q", str(tmp_path / "x.bundle"), "main")

    clone(tmp_path / "x.bundle", tmp_path / "vault2")

    assert list_remotes(tmp_path / "vault2") == ()
    assert copies(tmp_path / "vault2") == {}
    assert len(everything(tmp_path / "vault2")) == 15


def test_nothing_is_written_over(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter").write_text("a letter")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").write_text("a file")

    for name in ("full", "link", "file"):
        with pytest.raises(NoVault, match="is there already"):
            clone(kept, tmp_path / name)

    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter"]
    assert beside(tmp_path / "full") == []


def test_what_is_no_vault_is_refused_and_nothing_is_left(empty: Path, tmp_path: Path) -> None:
    project = bare(tmp_path / "project.git")
    git(empty, "rm", "-q", "linkbak.toml")
    git(empty, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "No vault any more")
    git(empty, "push", "-q", str(project), "main")

    for source, error in (
        (project, NoVault),
        (bare(tmp_path / "empty.git"), NoVault),
        (tmp_path / "gone.git", MachineProblem),
    ):
        with pytest.raises(error):
            clone(source, tmp_path / "new")

    assert not (tmp_path / "new").exists()
    assert beside(tmp_path / "new") == []


def _commit(place: Path, work: Path, line: str) -> None:
    """Adds one entry to the newest tree of a bare repository, whatever it is called."""
    git(work, "clone", "-q", str(place), "work")
    inside = work / "work"
    path, mode, content = line.split("|")
    blob = subprocess.run(
        ["git", "-C", inside, "hash-object", "-w", "--stdin"], input=content.encode(), capture_output=True, check=True
    ).stdout.decode()
    git(inside, "-c", "core.protectHFS=false", "update-index", "--add", "--cacheinfo", f"{mode},{blob.strip()},{path}")
    git(inside, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "Add one")
    git(inside, "push", "-q", "origin", "main")


@pytest.mark.parametrize(
    "line",
    [
        "snapshots/linkedin-me/2026/2026-01-01T000000Z/archive/link|120000|/etc/passwd",
        "link|120000|/etc",
        "snapshots/linkedin-me/2026/2026-01-01T000000Z/archive/run.sh|100755|#!/bin/sh",
        "snapshots/linkedin-me/2026/2026-01-01T000000Z/archive/more.csv|100644|not in the manifest",
        "snapshots/linkedin-me/2026/2026-01-01T000000Z/archive/day|100644|other bytes",
        "snapshots/linkedin-me/2026/2026-01-01T000000Z/manifest.json|100644|{}",
        ".gitmodules|100644|[submodule]",
        ".gitattributes|100644|* filter=x",
        "autorun.inf|100644|x",
        "linkbak.toml|100644|format = 99\n",
        "marks.jsonl|100644|no mark\n",
    ],
    ids=lambda line: line.split("|")[0].rpartition("/")[2],
)
def test_what_linkbak_never_put_there_is_refused_before_anything_lies_at_the_place(
    kept: Path, tmp_path: Path, line: str
) -> None:
    (tmp_path / "scratch").mkdir()
    _commit(kept, tmp_path / "scratch", line)

    with pytest.raises((VaultDamaged, NoVault)):
        clone(kept, tmp_path / "new")

    assert not (tmp_path / "new").exists()
    assert beside(tmp_path / "new") == []


def test_a_disk_that_is_full_leaves_nothing(kept: Path, lost: Path, small_disk: Path) -> None:
    import hashlib

    noise = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(125_000))
    save(lost, "2026-02-01T00:00:00Z", {"Connections.csv": noise})
    push(lost)

    with pytest.raises(MachineProblem, match="full"):
        clone(kept, small_disk / "vault")

    assert list(small_disk.iterdir()) == []


def test_killed_before_its_acts_there_is_nothing_or_a_vault_and_the_next_clears_up(one: Path, tmp_path: Path) -> None:
    kept = filled_remote(one, tmp_path / "usb.git")
    step = 0
    for step in range(1, 900, STRIDE):
        place = tmp_path / f"p{step}" / "vault"
        place.parent.mkdir()
        killed = killed_at(step, place.parent, lambda place=place: clone(kept, place))  # type: ignore[misc]
        there = place.exists()
        if not there:
            clone(kept, place)
        assert everything(place) == everything(one)
        assert (head(place), beside(place)) == (head(kept), [])
        if there:
            assert sound(place)
        shutil.rmtree(place.parent)
        if not killed:
            break
    assert 20 < step < 890


def test_a_signal_ends_it_in_order(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", f"{tmp_path}/bin/ssh")
    (tmp_path / "there").mkdir()

    def work() -> None:
        program(tmp_path / "bin/ssh", f"kill -TERM {os.getpid()}; exit 1")
        clone("me@server.example.com:vault.git", tmp_path / "there/vault")

    status = ended(forked(work))

    assert status == 128 + signal.SIGTERM
    assert list((tmp_path / "there").iterdir()) == []


def test_two_at_once_do_not_clear_each_other_away(kept: Path, tmp_path: Path) -> None:
    own = tmp_path / part_name()
    own.mkdir()
    clone(kept, tmp_path / "vault2")
    assert beside(tmp_path / "vault2") == [own.name]


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(LinkbakError, match="run a program"):
        clone("ext::sh -c x", tmp_path / "vault2")
