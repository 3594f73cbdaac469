"""Repairs HEAD and the branch where they point to nothing, or to something linkbak did not write.

A verification comes first, of the commit that the branch's log and all commits point to: only if every
snapshot there is whole, anything is changed. The old values of HEAD and the branch are kept beside the vault's journal,
and by a reference where it names a commit. Killed at any moment, the vault is as before, or the next command that
writes brings index and work tree to HEAD.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from linkbak.errors import LinkbakError, VaultDamaged
from linkbak.model import NamedTuple
from linkbak.texts import tr
from linkbak.vault.git import OBJECT_ID, Git, branch
from linkbak.vault.layout import BRANCH, Layout, on_this_machine, private_folder, sync_folder, write_new, write_whole
from linkbak.vault.lock import EVERYTHING, Journal, locked, orderly_end, wait_for_git
from linkbak.vault.repository import refuse_untrusted
from linkbak.vault.vault import Vault
from linkbak.vault.verify import Verified, newest
from linkbak.vault.verify.context import VerifyContext
from linkbak.vault.verify.gitdir import HEAD, MAIN, PACKED, REPAIRED, References
from linkbak.vault.verify.objects import IsolatedGit
from linkbak.vault.writer import write_transaction

_RIGHT = f"ref: refs/heads/{BRANCH}\n"
_POINTS = re.compile(r"ref: (refs/[!-~]+)\n?")


class Repaired(NamedTuple):
    """A repaired file: its path in the vault, its new content, and where the old content is kept."""

    place: str
    now: str
    kept: str


def repair(vault: Path, found: Verified) -> tuple[Repaired, ...]:
    """Repairs what a full verification, `found`, says about HEAD and the branch; returns what was done.

    Raises VaultDamaged, and changes nothing, where no commit is left to go on from or a snapshot in it is not whole;
    VaultLocked and MachineProblem as every command that writes.
    """
    layout = Layout(vault)
    if not {HEAD, MAIN, PACKED}.intersection(one.place for one in found.damage):
        return ()
    if found.whole != found.snapshots or not found.snapshots:
        raise VaultDamaged(
            tr("HEAD and the branch stay as they are: not every snapshot that they should lead to is whole"),
            hint=tr("Do first what is said of the snapshots, or go on with a copy of the vault that is sound."),
        )
    refuse_untrusted(layout)
    with orderly_end(), locked(layout) as descriptor, on_this_machine(layout.top):
        wait_for_git(layout)
        done = _set_right(layout, descriptor)
    if done:
        with Vault.open(layout.top) as opened, write_transaction(opened, "repair"):
            pass  # index and work tree follow HEAD, as after a command that was interrupted
    return done


def _set_right(layout: Layout, descriptor: int) -> tuple[Repaired, ...]:
    context = VerifyContext(layout)
    references = References(context)
    with IsolatedGit(layout, long=any(len(name) == 64 for name in references.candidates())) as isolated:
        tip = newest(context, references, isolated)
    if not tip:
        raise VaultDamaged(
            tr("no commit is left that HEAD could lead to"), hint=tr("Take the vault from a copy of it.")
        )
    stamp = f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    folder = layout.top / REPAIRED / stamp
    done = []
    head = context.read(HEAD)
    packed = {ref: name for name, ref in references.listed()}
    stood = _stood(layout, (head or b"").decode("ascii", "replace"), packed)
    if head != _RIGHT.encode():
        done.append(Repaired(HEAD, _RIGHT.strip(), _keep(folder, HEAD, head)))
    wrong = references.tip != tip
    if wrong:
        place = PACKED if references.main is None else MAIN
        done.append(Repaired(MAIN, tip, _keep(folder, place, context.read(place))))
    if not done:
        return ()
    if stood and stood != tip:
        Journal(layout).begin("repair")
        Journal(layout).add(EVERYTHING, stood)
    if wrong:
        write_whole(layout.top / MAIN, f"{tip}\n".encode(), layout.own)
    if head != _RIGHT.encode():
        write_whole(layout.top / HEAD, _RIGHT.encode(), layout.own)
    git = Git(layout.top)
    git.held = descriptor
    if stood:
        git.run("update-ref", f"refs/linkbak/repaired/{stamp}", stood)
    if wrong and references.main is None:
        git.run("pack-refs", "--all")
    return tuple(done)


def _keep(folder: Path, place: str, data: bytes | None) -> str:
    """Where a file's old content is kept, "" if it had none; on disk before the file is changed."""
    if data is None:
        return ""
    private_folder(folder.parent)
    private_folder(folder)
    kept = folder / place.rpartition("/")[2]
    write_new(kept, data, durable=True)
    sync_folder(folder)
    return str(kept.relative_to(folder.parents[3]))


def _stood(layout: Layout, head: str, packed: Mapping[str, str]) -> str:
    """The commit HEAD pointed to, if that is not the branch's; "" if it is unknown."""
    name = head.strip()
    if (named := _POINTS.fullmatch(head)) and named[1] != f"refs/heads/{BRANCH}":
        name = packed.get(named[1], "")
        with suppress(OSError):
            name = (layout.git / named[1]).read_text("ascii", "replace").strip()
    if not OBJECT_ID.fullmatch(name) or name == branch(layout.git):
        return ""
    with suppress(LinkbakError), IsolatedGit(layout, long=len(name) == 64) as isolated:
        return name if isolated.kinds([name]).get(name) == "commit" else ""
    return ""
