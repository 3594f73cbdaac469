"""Copies of a vault: on other machines, which fetch from each other, and in places that linkbak pushes to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linkbak.errors import LinkbakError
from linkbak.model import Owner
from linkbak.remotes import add_remote
from linkbak.remotes.pull import Pulled, take_in
from linkbak.remotes.push import Pushed, push
from linkbak.remotes.untrusted import check_incoming
from linkbak.vault import Git, SnapshotKey, Vault
from linkbak.vault.verify import verify
from linkbak.vault.writer import write_transaction
from tests.vault.snapshots import LIST, contents, git, leftovers, manifest, sound, staged

Everything = dict[SnapshotKey, dict[str, bytes]]


def another_machine(vault: Path, place: Path) -> Path:
    """Another machine's copy."""
    shutil.copytree(vault, place, symlinks=True)
    git(place, "update-index", "-q", "--refresh")
    return place


def keep(
    vault: Path,
    taken: str,
    imported: str,
    files: Mapping[str, bytes] = LIST,
    account: str = "me",
    owner: Owner | None = None,
) -> SnapshotKey:
    """One snapshot, kept at a time that is told."""
    with Vault.open(vault) as opened, write_transaction(opened) as writer, writer.stage() as staging:
        facts = staged(staging, files)
        made = manifest(facts, taken, account)._replace(imported_at=imported)
        return writer.keep(staging, made._replace(owner=owner) if owner else made, f"Keep {taken[:10]}")


def mark(vault: Path, *marks: Mapping[str, object]) -> None:
    with Vault.open(vault) as opened, write_transaction(opened) as writer:
        writer.add_marks(marks, "Mark")


def head(repository: Path) -> str:
    """The commit that a repository's branch is at: it stands for every byte of it, and all that led to it."""
    return git(repository, "rev-parse", "refs/heads/main").strip()


def bring(vault: Path, other: Path) -> str:
    """What `git fetch` brings; gives the other's newest commit."""
    git(vault, "fetch", "-q", "--no-tags", "--no-write-fetch-head", str(other), "+main:refs/linkbak/fetched/other")
    return head(other)


def pull(vault: Path, other: Path) -> Pulled:
    """Takes in what another machine has, once it has been looked at."""
    theirs = bring(vault, other)
    check_incoming(Git(vault), theirs, head(vault))
    return take_in(vault, "other", theirs)


def everything(vault: Path) -> Everything:
    """Every file of every snapshot."""
    with Vault.open(vault) as opened:
        return {one.key: contents(opened, one.key) for one in opened.summaries()}


def chain(vault: Path) -> list[str]:
    """The ids of the snapshots from the first of the chain to the last; all of them, or it is broken."""
    with Vault.open(vault) as opened:
        after = {one.previous: one for one in opened.summaries()}
        found, digest = [], ""
        while digest in after:
            found.append(after[digest].id)
            digest = after[digest].digest
        assert len(found) == len(opened.summaries())
        return found


def marks(vault: Path) -> list[dict[str, Any]]:
    with Vault.open(vault) as opened:
        return [dict(one) for one in opened.marks()]


def whole(vault: Path) -> bool:
    """Whether nothing at all is wrong with it, or left to do."""
    found = verify(vault)
    assert not found.findings, found.findings
    assert not leftovers(vault), leftovers(vault)
    return sound(vault)


def committed(vault: Path, at: int | None = None) -> None:
    """Commits what somebody edited by hand, at a time that may be told."""
    words = ["git", "-C", str(vault), "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Edit"]
    environment = os.environ | ({} if at is None else {"GIT_COMMITTER_DATE": f"{at} +0000"})
    subprocess.run(words, check=True, env=environment)
    (vault / ".git/COMMIT_EDITMSG").unlink()


def open_folders(vault: Path) -> list[str]:
    """The ids of the snapshots that lie open."""
    return sorted(folder.name for folder in vault.glob("snapshots/*/*/*"))


def tampered(vault: Path, changes: Mapping[str, bytes | tuple[str, bytes] | None], parents: int = 1) -> str:
    """A commit on top of the newest that linkbak would not make; a file may be given with its mode, None removes it."""
    feed = [b"commit refs/heads/main\ncommitter x <x> 1900000000 +0000\ndata 1\nx\n", f"from {head(vault)}\n".encode()]
    for path, change in changes.items():
        where = '"' + path.encode("unicode_escape").decode().replace("\\x", "\\") + '"' if '"' in path else path
        if change is None:
            feed.append(f"D {where}\n".encode())
            continue
        mode, data = change if isinstance(change, tuple) else ("100644", change)
        if mode in ("160000", "040000"):
            feed.append(f"M {mode} {data.decode()} {where}\n".encode())
        else:
            feed.append(f"M {mode} inline {where}\ndata {len(data)}\n".encode() + data + b"\n")
    subprocess.run(["git", "-C", vault, "fast-import", "--quiet"], input=b"".join(feed), check=True)
    return head(vault)


def bare(path: Path) -> Path:
    """An empty repository without files lying open, as git makes it."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", path], check=True)
    return path


def filled_remote(vault: Path, path: Path, name: str = "usb") -> Path:
    """A place for copies of the vault, made by linkbak, and filled."""
    add_remote(vault, name, str(path), create=True)
    assert [one.state for one in push(vault, [name])] == ["sent"]
    return path


def refusal(pushed: list[Pushed]) -> LinkbakError:
    """Why the only one failed."""
    (one,) = pushed
    assert one.state == "failed"
    assert one.error is not None
    return one.error


def program(path: Path, does: str) -> Path:
    """A shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return path
