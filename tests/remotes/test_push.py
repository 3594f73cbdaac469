"""Copies elsewhere get what they lack, and never lose what they have."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from linkbak.errors import Exit, MachineProblem, VaultDamaged, exit_code_of
from linkbak.remotes import Copy, UnknownRemote, add_remote, copies
from linkbak.remotes.git import Network
from linkbak.remotes.pull import clone
from linkbak.remotes.push import Ahead, Missing, inspect, push
from linkbak.vault import Vault
from linkbak.vault.writer import create_vault, write_transaction
from tests import sampling
from tests.cli.running import state
from tests.remotes.copies import bare, filled_remote, head, refusal
from tests.vault.processes import ended, fake_git, forked, killed_at
from tests.vault.snapshots import git, save, sound

STRIDE = sampling.stride(9)
"""Killed before every so-manieth of its acts; `make external` takes every one."""
MARK = {"fact": "note", "value": "met in Ghent"}


def mark(vault: Path) -> None:
    with Vault.open(vault) as opened, write_transaction(opened, "mark") as writer:
        writer.add_marks([MARK], "Mark 1 person: note")


def test_a_copy_gets_what_it_lacks_and_the_time_is_noted(one: Path, tmp_path: Path) -> None:
    add_remote(one, "usb", str(tmp_path / "usb.git"), create=True)
    with time_machine.travel(datetime(2026, 5, 1, 8, 0, tzinfo=UTC), tick=False):
        (first,) = push(one)
    assert (first.state, first.sent, first.before) == ("sent", Missing(1, 0, 2), "")
    assert copies(one) == {"usb": Copy("usb", "remote", "2026-05-01T08:00:00Z", head(one))}
    before = head(one)
    save(one, "2026-04-01T00:00:00Z")
    mark(one)

    (second,) = push(one)

    assert (second.state, second.sent, second.before) == ("sent", Missing(1, 1, 2), before)
    assert head(tmp_path / "usb.git") == head(one) == second.commit == copies(one)["usb"].commit
    assert git(tmp_path / "usb.git", "fsck", "--full", "--strict") == ""
    assert git(tmp_path / "usb.git", "for-each-ref", "--format=%(refname)") == "refs/heads/main\n"
    assert [found.state for found in push(one)] == ["current"]


def test_a_folder_of_any_name_holds_a_copy(one: Path, tmp_path: Path) -> None:
    """What names it to git passes through a shell."""
    place = tmp_path / "it's $(touch ran) a:b;\"#ö.git"
    other = Path(shutil.move(one, tmp_path / 'it\'s: a "vault"'))

    filled_remote(other, place)

    assert head(place) == head(other)
    assert not (tmp_path / "ran").exists()
    assert clone(place, tmp_path / "clone").snapshots == 1


def test_a_snapshot_comes_as_one_pack_and_a_mark_by_itself(one: Path, tmp_path: Path) -> None:
    """Many small files by themselves would take several times the room; a pack for each mark would be one too many."""
    place = filled_remote(one, tmp_path / "usb.git")
    assert len(list(place.glob("objects/pack/*.pack"))) == 1
    mark(one)
    push(one)

    assert len(list(place.glob("objects/pack/*.pack"))) == 1
    assert len(list(place.glob("objects/??/*"))) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a folder away")
def test_a_folder_that_is_somebody_else_s_is_used_once_the_user_says_so(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    save(one, "2026-04-01T00:00:00Z")
    for path in (place, *place.rglob("*")):
        os.chown(path, 4242, 4242)
    assert str(refusal(push(one))) == f"the folder {place} belongs to somebody else, and git does not trust it"
    (tmp_path / "gitconfig").write_text(f"[safe]\n\tdirectory = {place}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))

    assert [found.state for found in push(one)] == ["sent"]


def test_pushing_changes_nothing_in_the_vault(one: Path, tmp_path: Path) -> None:
    add_remote(one, "usb", str(tmp_path / "usb.git"), create=True)
    before = state(one)

    push(one)

    assert state(one) == before


def test_nobody_who_writes_is_waited_for(one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_remote(one, "usb", str(tmp_path / "usb.git"), create=True)
    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0")

    with Vault.open(one) as vault, write_transaction(vault):
        assert [found.state for found in push(one)] == ["sent"]


def test_a_dry_run_sends_and_notes_nothing(one: Path, tmp_path: Path) -> None:
    add_remote(one, "usb", str(tmp_path / "usb.git"), create=True)

    (found,) = push(one, dry=True)

    assert (found.state, found.sent) == ("would-send", Missing(1, 0, 2))
    assert git(tmp_path / "usb.git", "for-each-ref") == ""
    assert copies(one) == {}


def test_one_place_that_fails_does_not_stop_the_others(one: Path, tmp_path: Path) -> None:
    for name in ("first", "gone", "last"):
        add_remote(one, name, str(tmp_path / f"{name}.git"), create=True)
    shutil.rmtree(tmp_path / "gone.git")

    found = push(one)

    assert [(place.name, place.state) for place in found] == [("first", "sent"), ("gone", "failed"), ("last", "sent")]
    assert isinstance(found[1].error, MachineProblem)
    assert str(found[1].error) == f"{tmp_path}/gone.git is not there"
    assert sorted(copies(one)) == ["first", "last"]
    assert exit_code_of([place.error for place in found]) is Exit.MACHINE


def test_only_the_places_named_get_anything(one: Path, tmp_path: Path) -> None:
    for name in ("first", "last"):
        add_remote(one, name, str(tmp_path / f"{name}.git"), create=True)

    assert [place.name for place in push(one, ["last", "last"])] == ["last"]
    with pytest.raises(UnknownRemote):
        push(one, ["last", "never"])

    assert git(tmp_path / "first.git", "for-each-ref") == ""


def test_a_copy_that_has_more_gets_nothing(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    other = Path(shutil.copytree(one, tmp_path / "other", symlinks=True))
    save(other, "2026-04-01T00:00:00Z")
    push(other)
    held = head(place)

    found = refusal(push(one))
    assert isinstance(found, Ahead)
    assert "snapshots or marks that are not here" in str(found)
    save(one, "2026-04-02T00:00:00Z")
    assert "snapshots or marks that are not here" in str(refusal(push(one)))

    assert head(place) == held


def test_another_vault_s_copy_is_not_touched(one: Path, empty_vault: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    add_remote(empty_vault, "usb", str(place))
    held = head(place)

    assert "holds another vault, which has nothing in common" in str(refusal(push(empty_vault)))

    assert head(place) == held


@pytest.fixture
def empty_vault(tmp_path: Path) -> Path:
    with time_machine.travel(datetime(2020, 1, 1, tzinfo=UTC)):
        create_vault(tmp_path / "another").close()
    return tmp_path / "another"


def test_a_repository_that_holds_something_else_is_not_touched(one: Path, tmp_path: Path) -> None:
    place = bare(tmp_path / "project.git")
    add_remote(one, "usb", str(place))
    git(one, "push", "-q", str(place), "main:refs/heads/trunk")

    assert "has branches, but no main" in str(refusal(push(one)))

    assert git(place, "for-each-ref", "--format=%(refname)") == "refs/heads/trunk\n"


def test_a_copy_whose_files_lie_open_gets_nothing(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    git(place, "config", "core.bare", "false")

    assert "files lie open" in str(refusal(push(one)))


def test_a_disk_that_is_full_is_told_and_the_copy_stays_whole(one: Path, small_disk: Path) -> None:
    place = filled_remote(one, small_disk / "usb.git")
    held = head(place)
    save(one, "2026-04-01T00:00:00Z", {"Connections.csv": bytes(range(256)) + _noise(4_000_000)})

    found = refusal(push(one))

    assert str(found) == f"there is no space left at {place}"
    assert found.exit_code is Exit.MACHINE
    assert head(place) == held
    assert git(place, "fsck", "--full") == ""


def _noise(size: int) -> bytes:
    return b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(size // 32))


def test_a_copy_that_is_only_there_until_one_looks_is_not_noted(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other end said yes, and does not hold it."""
    place = filled_remote(one, tmp_path / "usb.git")
    noted = copies(one)
    save(one, "2026-04-01T00:00:00Z")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{_path()}")
    fake_git(tmp_path / "bin", 'echo "$*" | grep -q -- " push "', "exit 0")

    assert "does not hold it now" in str(refusal(push(one)))

    assert copies(one) == noted
    assert head(place) != head(one)


def _path() -> str:
    return os.environ["PATH"]


def test_somebody_else_who_pushes_at_this_moment_loses_nothing(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    other = Path(shutil.copytree(one, tmp_path / "other", symlinks=True))
    save(other, "2026-04-02T00:00:00Z")
    save(one, "2026-04-01T00:00:00Z")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{_path()}")
    fake_git(tmp_path / "bin", 'echo "$*" | grep -q -- " push "', f"GIT -C {other} push -q {place} main")

    assert str(refusal(push(one))) == f"somebody else sent something to {place} at this moment"

    assert head(place) == head(other)


def test_how_much_has_gone_is_told(one: Path, tmp_path: Path) -> None:
    add_remote(one, "usb", str(tmp_path / "usb.git"), create=True)
    told: list[tuple[str, int, int]] = []

    push(one, progress=lambda *words: told.append(words))

    assert told[-1][0] == "sending"
    assert told[-1][1] == told[-1][2] > 5


@pytest.mark.parametrize("damage", ["cut", "gone", "empty"])
def test_a_vault_that_is_damaged_itself_is_not_blamed_on_the_copy(one: Path, tmp_path: Path, damage: str) -> None:
    add_remote(one, "usb", str(tmp_path / "usb.git"), create=True)
    blob = git(one, "rev-parse", "main:snapshots/linkedin-me/2026/2026-03-20T080710Z/archive/Profile.csv").strip()
    file = one / ".git/objects" / blob[:2] / blob[2:]
    file.chmod(0o600)
    data = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(data[:-6] if damage == "cut" else b"")

    found = refusal(push(one))

    assert isinstance(found, VaultDamaged)
    assert str(found) == f"an object of the vault is damaged or missing, so nothing was sent to {tmp_path}/usb.git"
    assert "linkbak verify" in found.hint
    assert git(tmp_path / "usb.git", "for-each-ref") == ""


def test_a_copy_that_is_damaged_is_told(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    (pack,) = place.glob("objects/pack/*.pack")
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:-30])
    save(one, "2026-04-01T00:00:00Z")

    found = refusal(push(one))

    assert isinstance(found, VaultDamaged)
    assert str(found) == f"what {place} holds is damaged or no vault's"
    with pytest.raises(VaultDamaged, match="damaged or no vault's"):
        clone(place, tmp_path / "clone")


def test_a_vault_without_its_history_is_told_from_a_copy_without_it(one: Path, tmp_path: Path) -> None:
    save(one, "2026-04-01T00:00:00Z")
    git(tmp_path, "clone", "-q", "--depth=1", one.as_uri(), "clone")
    place = bare(tmp_path / "usb.git")
    add_remote(tmp_path / "clone", "usb", str(place))

    assert "is a clone without its history" in str(refusal(push(tmp_path / "clone", ["usb"])))

    assert git(place, "for-each-ref") == ""


def test_what_is_committed_meanwhile_is_left_for_the_next_push(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    save(one, "2026-04-01T00:00:00Z")
    began = head(one)
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{_path()}")
    commit = f"GIT -C {one} -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m meanwhile"
    fake_git(tmp_path / "bin", 'echo "$*" | grep -q -- " push "', commit)

    (found,) = push(one)

    assert (found.state, found.commit, head(place)) == ("sent", began, began)
    assert head(one) != began


def test_a_vault_with_longer_names_is_pushed_too(tmp_path: Path) -> None:
    place = tmp_path / "vault"
    create_vault(place).close()
    export = git(place, "fast-export", "--all")
    other = tmp_path / "other"
    git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256", str(other))
    subprocess.run(["git", "-C", other, "fast-import", "--quiet"], input=export.encode(), check=True)
    git(other, "reset", "-q", "--hard")

    filled_remote(other, tmp_path / "usb.git")

    assert len(head(tmp_path / "usb.git")) == 64
    add_remote(other, "short", str(bare(tmp_path / "short.git")))
    assert "other object format" in str(refusal(push(other, ["short"])))
    assert sound(other)


def test_killed_before_its_acts_the_copy_is_as_before_or_as_after(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    before = head(place)
    save(one, "2026-04-01T00:00:00Z")
    step = 0
    for step in range(1, 100, STRIDE):
        there = Path(shutil.copytree(place, tmp_path / f"usb{step}.git"))
        vault = Path(shutil.copytree(one, tmp_path / f"v{step}", symlinks=True))
        git(vault, "config", "remote.usb.url", str(there))
        killed = killed_at(step, vault, lambda vault=vault: push(vault))  # type: ignore[misc]
        assert head(there) in ((before, head(one)) if killed else (head(one),))
        assert push(vault)[0].state in ("sent", "current")
        assert head(there) == head(one)
        assert git(there, "fsck", "--full", "--strict", "--no-dangling") == ""
        if not killed:
            break
    assert 4 < step < 97


def test_what_a_killed_push_left_in_the_copy_goes_with_the_next(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock of its branch too, which would else shut everybody out; what lay there before stays."""
    place = filled_remote(one, tmp_path / "usb.git")
    save(one, "2026-04-01T00:00:00Z")
    theirs = place / "objects/tmp_objdir-incoming-theirs"
    theirs.mkdir()
    os.utime(theirs, (0, 0))

    def killed(git: Network, *words: object) -> None:
        (place / "objects/tmp_objdir-incoming-ours/pack").mkdir(parents=True)
        (place / "objects/pack/tmp_pack_x").write_bytes(b"?")
        (place / "refs/heads/main.lock").write_bytes(b"")
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(Network, "push", killed)
        assert ended(forked(lambda: push(one))) == -signal.SIGKILL
    (place / "refs/heads/main.lock").rename(place / "kept")
    with monkeypatch.context() as patch:
        patch.setattr("linkbak.paths.runs", lambda _: True)  # it may be at work still
        assert push(one)[0].state == "sent"
    (place / "kept").rename(place / "refs/heads/main.lock")

    assert push(one)[0].state == "current"
    assert head(place) == head(one)
    assert [path.name for path in place.rglob("tmp_*")] == [theirs.name]
    assert not (place / "refs/heads/main.lock").exists()


def test_what_file_managers_drop_into_a_copy_is_no_damage(one: Path, tmp_path: Path) -> None:
    """Among its references git takes each for one, beside a pack for an index of one."""
    place = filled_remote(one, tmp_path / "usb.git")
    pack = next((place / "objects/pack").glob("*.idx")).name
    for name in ("refs/.DS_Store", "refs/heads/Thumbs.db", "refs/heads/main (Ada's conflicted copy)"):
        (place / name).write_bytes(b"?")
    (place / f"objects/pack/._{pack}").write_bytes(b"?")
    save(one, "2026-04-01T00:00:00Z")

    assert push(one)[0].state == "sent"

    (found,) = inspect(one)
    assert (found.state, found.whole, found.error) == ("current", True, None)
    assert [note for note in found.notes if "left" in note and "and 3 more there" in note]


def test_a_lock_that_git_left_in_a_copy_is_named_with_its_age(one: Path, tmp_path: Path) -> None:
    lock = filled_remote(one, tmp_path / "usb.git") / "refs/heads/main.lock"
    lock.write_bytes(b"")
    os.utime(lock, (0, time.time() - 3 * 86_400 - 60))
    save(one, "2026-04-01T00:00:00Z")

    error = refusal(push(one))

    assert str(error) == f"another git program is changing {lock.parents[2]}: its lock {lock} is 3 days old"
    assert error.hint == f"Let it finish and try again; if none is running: rm {lock}"
