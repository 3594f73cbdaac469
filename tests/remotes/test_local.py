"""A disk is lent, a share is written to by others: no program that somebody left in a copy ever runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from linkbak.errors import LinkbakError, VaultDamaged
from linkbak.remotes.pull import clone, fetch
from linkbak.remotes.push import inspect, push
from tests.cli.running import state
from tests.remotes.copies import filled_remote, head, program, refusal
from tests.vault.snapshots import git, save

HOOKS = (
    *("pre-receive", "update", "post-receive", "post-update", "proc-receive", "reference-transaction", "pre-auto-gc"),
    *("push-to-checkout", "pre-push", "post-checkout", "post-merge", "post-index-change", "fsmonitor-watchman"),
)


def test_hooks_of_a_copy_never_run(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    ran = tmp_path / "ran"
    for hook in HOOKS:
        program(place / "hooks" / hook, f"touch {ran}")
    git(place, "config", "core.hooksPath", str(place / "hooks"))
    save(one, "2026-04-01T00:00:00Z")

    assert [found.state for found in push(one)] == ["sent"]
    assert [found.whole for found in inspect(one)] == [True]
    assert fetch(one, "usb") == head(one)
    clone(place, tmp_path / "clone")

    assert not ran.exists()
    git(one, "push", "-q", str(place), "main:refs/heads/other")
    assert ran.exists()  # they would have, had git been run plainly


PLANTED = {
    "core.fsmonitor": "PROGRAM",
    "core.alternateRefsCommand": "PROGRAM",
    "core.sshCommand": "PROGRAM",
    "core.gitProxy": "PROGRAM",
    "core.worktree": "/",
    "uploadpack.packObjectsHook": "PROGRAM",
    "receive.procReceiveRefs": "refs/heads",
    "gc.recentObjectsHook": "PROGRAM",
    "filter.x.clean": "PROGRAM",
    "include.path": "/tmp/other",
    "includeIf.gitdir:/.path": "/tmp/other",
    "remote.x.promisor": "true",
    "remote.x.uploadpack": "PROGRAM",
    "extensions.partialClone": "x",
    "url.ext::PROGRAM.insteadOf": "/",
    "alias.upload-pack": "!PROGRAM",
    "credential.helper": "!PROGRAM",
}


def test_a_copy_whose_configuration_may_run_programs_is_refused(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    ran = tmp_path / "ran"
    planted = str(program(tmp_path / "bin/planted", f"touch {ran}; exec git upload-pack"))
    save(one, "2026-04-01T00:00:00Z")
    held, plain = head(place), (place / "config").read_bytes()
    for name, value in PLANTED.items():
        git(place, "config", name, value.replace("PROGRAM", planted))

        for error in (refusal(push(one)), inspect(one)[0].error):
            assert isinstance(error, VaultDamaged)
            assert f"sets {name.lower()}" in str(error).lower()

        (place / "config").write_bytes(plain)
    assert head(place) == held
    assert not ran.exists()


def test_nor_is_anything_fetched_from_it(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    git(place, "config", "core.fsmonitor", str(program(tmp_path / "bin/planted", f"touch {tmp_path}/ran")))

    for work in (lambda: fetch(one, "usb"), lambda: clone(place, tmp_path / "clone")):
        assert "sets core.fsmonitor" in str(_raised(work))

    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "clone").exists()


def _raised(work: Callable[[], object]) -> LinkbakError:
    with pytest.raises(LinkbakError) as found:
        work()
    return found.value


@pytest.mark.parametrize("name", ["objects/info/alternates", "objects/info/http-alternates", "commondir", "shallow"])
def test_a_copy_that_borrows_from_elsewhere_is_no_copy(one: Path, tmp_path: Path, name: str) -> None:
    """Its bytes lie where the alternates say, and are gone when that is."""
    place = filled_remote(one, tmp_path / "usb.git")
    (place / name).parent.mkdir(exist_ok=True)
    (place / name).write_text(f"{one}/.git/objects\n")

    for error in (refusal(push(one)), inspect(one)[0].error, _raised(lambda: clone(place, tmp_path / "clone"))):
        assert "is no whole copy" in str(error)


@pytest.mark.parametrize("name", ["logs/refs/heads/main", "refs/heads/main", "objects/pack", "objects", "config"])
def test_no_link_leads_out_of_a_copy(one: Path, tmp_path: Path, name: str) -> None:
    """git appends to the log of a branch, and would do so through a link to any file of the user's."""
    place = filled_remote(one, tmp_path / "usb.git")
    moved = tmp_path / "moved"
    (place / name).rename(moved)
    (place / name).symlink_to(moved)
    save(one, "2026-04-01T00:00:00Z")
    before = state(moved) if moved.is_dir() else moved.read_bytes()

    for error in (refusal(push(one)), inspect(one)[0].error, _raised(lambda: clone(place, tmp_path / "clone"))):
        assert f"its {name} is a link" in str(error)

    assert (state(moved) if moved.is_dir() else moved.read_bytes()) == before


def test_what_the_vault_s_own_configuration_says_of_networks_plays_no_part(one: Path, tmp_path: Path) -> None:
    """It lies in the vault, and whoever can write there could lead git elsewhere."""
    filled_remote(one, tmp_path / "usb.git")
    ran = tmp_path / "ran"
    program(one / ".git/hooks/pre-push", f"touch {ran}")
    settings = {"push.gpgSign": "true", "push.followTags": "true", "http.sslVerify": "false", "user.signingKey": "x"}
    for name, value in settings.items():
        git(one, "config", name, value)
    save(one, "2026-04-01T00:00:00Z")

    assert [found.state for found in push(one)] == ["sent"]

    assert not ran.exists()


def test_variables_of_git_lead_nowhere_else(one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    save(one, "2026-04-01T00:00:00Z")
    ran = tmp_path / "ran"
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(program(tmp_path / "bin/planted", f"touch {ran}")))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.hooksPath")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(tmp_path))

    assert [found.state for found in push(one)] == ["sent"]

    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    assert head(place) == head(one)
    assert not ran.exists()
