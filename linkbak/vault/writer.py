"""Makes a vault, and adds snapshots and marks to it, one commit each, under the vault's lock."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from linkbak.errors import LinkbakError, MachineProblem, NoVault, VaultDamaged
from linkbak.model import Manifest
from linkbak.paths import make_folder
from linkbak.texts import tr
from linkbak.vault import manifest as manifests
from linkbak.vault.git import Git, TreeEntry, branch, check_git_version, head, words_of
from linkbak.vault.layout import (
    ARCHIVE,
    ATTRIBUTES,
    ATTRIBUTES_TEXT,
    BRANCH,
    CREATING,
    MANIFEST,
    MARKS,
    README,
    README_TEXT,
    SETTINGS,
    SETTINGS_TEXT,
    SNAPSHOTS,
    Layout,
    on_this_machine,
    private_folder,
    remove_tree,
    sync_folder,
    write_new,
    write_whole,
)
from linkbak.vault.lock import EVERYTHING, Journal, Pending, locked, orderly_end, recover, settle, sweep, wait_for_git
from linkbak.vault.repository import (
    LIST_CONFIGURATION,
    check_configuration,
    complete_configuration,
    new_repository,
    refuse_untrusted,
)
from linkbak.vault.snapshots import ACCOUNT_NAME, SnapshotKey, Summary, summarise
from linkbak.vault.staging import Staging
from linkbak.vault.vault import Vault, unfinished
from linkbak.vault.worktree import WorkTree, cone, ended, newest, visible_setting

T = TypeVar("T")

_LOCKLESS = frozenset({"cat-file"})


@contextmanager
def write_transaction(vault: Vault, command: str = "import") -> Iterator[Writer]:
    """Yields a `Writer` while nobody else writes; first clears what an interrupted command left.

    Waits up to LINKBAK_LOCK_WAIT seconds (60) for another writer. Whether the block ends well or by an error or a
    signal, what was not committed is gone afterwards. `command` is noted in the journal. Raises VaultLocked,
    MachineProblem, VaultDamaged.
    """
    refuse_untrusted(vault.layout)
    with orderly_end(), locked(vault.layout) as descriptor:
        vault.git.held = descriptor
        try:
            writer = Writer(vault, _begun(vault, command))
            try:
                yield writer
            except BaseException:
                with suppress(LinkbakError, OSError):  # which would hide the error
                    writer.finish()
                raise
            writer.finish()
        finally:
            vault.git.held = None


class Writer:
    """Writes to a vault; see `write_transaction`."""

    def __init__(self, vault: Vault, worktree: WorkTree) -> None:
        self._vault = vault
        self._layout = vault.layout
        self._git = vault.git
        self._catalogue = vault.catalogue
        self._worktree = worktree
        self._journal = Journal(vault.layout)
        self._stagings: list[Staging] = []
        self._whole = True

    @property
    def head(self) -> str:
        """The newest commit."""
        return self._catalogue.head

    def stage(self) -> Staging:
        """A private folder to gather one archive's files in."""
        digest = "sha1" if len(self.head) == 40 else "sha256"
        self._stagings.append(Staging(self._layout, self._git, digest))
        return self._stagings[-1]

    def keep(self, staging: Staging, manifest: Manifest, message: str) -> SnapshotKey:
        """Makes a snapshot of what was staged, in one commit; returns its name.

        `id`, `previous` and every file's `stored` are filled in here. Whatever goes wrong before the commit leaves the
        vault as it was; what comes after it (the folders that lie open) the next command repairs.
        """
        manifest = self._completed(staging, manifest)
        key = SnapshotKey(f"{manifest.network}-{manifest.account}", manifest.id)
        text = manifests.dumps(manifest)
        summary = summarise(manifest, hashlib.sha256(text).hexdigest())
        pending = Pending(key.folder, summary.digest)
        files: dict[str, Content] = {f"{key.folder}/{ARCHIVE}/{name}": blob for name, blob in staging.blobs().items()}
        files[f"{key.folder}/{MANIFEST}"] = text
        try:
            self._journal.add(*pending)
            with on_this_machine(self._layout.top):
                staging.join_objects()
                entries = staging.finish(manifest, text)
            self._place(staging, key)
            made, root, tree = commit(self._git, [self.head], message, files, folders=(SNAPSHOTS, key.folder))
            self._catalogue.add(made, root, tree, summary)
        except BaseException:
            if not self._undo(pending):
                staging.withdraw_objects()
            raise
        with self._left_to_the_next():
            self._worktree.enter(key, entries)
            self._worktree.relieve(self._keys())
        return key

    def add_marks(self, marks: Sequence[Mapping[str, Any]], message: str) -> None:
        """Appends the user's marks to marks.jsonl, in one commit."""
        if not marks:
            return
        lines = "".join(json.dumps(mark, ensure_ascii=False, allow_nan=False, sort_keys=True) + "\n" for mark in marks)
        added = lines.encode("utf-8", "backslashreplace")
        found = self._vault.objects.at_top(self.head, MARKS)
        before = found.data if found else b""
        after = ended(before) + added
        pending = Pending(MARKS, hashlib.sha256(before).hexdigest())
        try:
            self._journal.add(*pending)
            commit(self._git, [self.head], message, {MARKS: after})
        except BaseException:
            self._undo(pending)
            raise
        self._catalogue.refresh()
        with self._left_to_the_next():
            file = self._layout.top / MARKS
            if file.is_file() and not file.is_symlink():  # one that somebody edited keeps the edits
                there = file.read_bytes()
                write_whole(file, after if there == before else ended(there) + added, self._layout.own)
            settle(self._vault, Pending(MARKS, ""))

    def move(self, make: Callable[[], T]) -> T:
        """Lets `make` move the branch to a commit that follows the newest one; index and work tree follow.

        The commit is atomic: whatever goes wrong before it leaves the vault as it was.
        """
        pending = Pending(EVERYTHING, self.head)
        try:
            self._journal.add(*pending)
            made = make()
        except BaseException:
            self._undo(pending)
            raise
        self._catalogue.refresh()
        with self._left_to_the_next():
            settle(self._vault, pending)
            self._worktree.visible = visible_setting(self._layout)
        return made

    def finish(self) -> None:
        """Ends a transaction: everything staged and not kept is removed."""
        for staging in self._stagings:
            staging.discard()
        self._stagings.clear()
        self._tidy()
        with self._left_to_the_next():
            self._worktree.settle(self._keys())
        self._catalogue.save()
        if self._whole:
            self._journal.end()
        else:
            with suppress(LinkbakError):
                self._journal.leave()

    def _completed(self, staging: Staging, manifest: Manifest) -> Manifest:
        """The manifest with what only the vault knows; it must describe exactly what was staged."""
        if sorted(file.path for file in manifest.files) != sorted(staging.stored):
            raise ValueError("the manifest lists other files than were staged")
        files = []
        for file in manifest.files:
            size, digest, stored = staging.stored[file.path]
            if (file.bytes, file.sha256) != (size, digest):
                raise ValueError("the manifest gives a file another size or digest than was staged")
            files.append(file._replace(stored=stored))
        account = f"{manifest.network}-{manifest.account}"
        if not ACCOUNT_NAME.fullmatch(account):
            raise ValueError("not an account that a snapshot can have")
        name = free_key(account, manifest.taken.replace(":", ""), set(self._keys())).id
        previous = end_of_chain(self._catalogue.every())
        manifest = manifest._replace(id=name, previous=previous, files=tuple(files))
        if flaw := manifests.unfit(manifest._replace(files=())):  # names were checked when the archive was opened
            raise ValueError(f"a snapshot that {flaw}")
        return manifest

    def _keys(self) -> list[SnapshotKey]:
        return [one.key for one in self._catalogue.every()]

    def _place(self, staging: Staging, key: SnapshotKey) -> None:
        """Moves the staged folder to the snapshot's place in the work tree."""
        target = self._layout.top / key.folder
        with on_this_machine(self._layout.top):
            for folder in reversed(list(target.parents)[:3]):
                private_folder(folder)
            if target.exists() or target.is_symlink():
                raise VaultDamaged(
                    tr("{place} is in the way", place=key.folder), hint=tr("Move it out of the vault and try again.")
                )
            staging.folder.rename(target)

    def _undo(self, pending: Pending) -> bool:
        """Undoes what was not committed, or leaves it to the next command; returns whether it was committed."""
        with self._left_to_the_next():
            self._tidy()
            return settle(self._vault, pending)
        return True

    @contextmanager
    def _left_to_the_next(self) -> Iterator[None]:
        """Suppresses errors after the commit; what they, or an interruption, leave out the next command makes up."""
        whole, self._whole = self._whole, False
        with suppress(LinkbakError, OSError):
            yield
            self._whole = whole

    def _tidy(self) -> None:
        """Removes what failed git commands left behind."""
        if self._git.failed or self._git.cut:
            with suppress(OSError):
                sweep(self._layout, locks=bool(self._git.cut - _LOCKLESS))
            self._git.failed.clear()
            self._git.cut.clear()


def free_key(account: str, moment: str, taken: Container[SnapshotKey]) -> SnapshotKey:
    """A name for a snapshot of that moment: the moment itself, or the first number behind it that is not taken."""
    names = (SnapshotKey(account, moment if number == 1 else f"{moment}-{number}") for number in count(1))
    return next(name for name in names if name not in taken)


def end_of_chain(summaries: Sequence[Summary]) -> str:
    """The digest of the manifest kept last: the one that no other has as its `previous`; "" if there is none."""
    named = {one.previous for one in summaries}
    ends = [one for one in summaries if one.digest not in named]
    return max(ends, key=attrgetter("imported", "order")).digest if ends else ""


def _begun(vault: Vault, command: str) -> WorkTree:
    """Brings the vault to the state a finished command leaves, and begins the journal of the new one."""
    layout, git = vault.layout, vault.git
    check_git_version(git.run("version"))
    configured = check_configuration(git.run(*LIST_CONFIGURATION))
    journal = Journal(layout)
    interrupted = journal.there
    if not interrupted or journal.left:
        wait_for_git(layout)
    if not branch(layout.git):  # its file is gone, or holds no commit
        with on_this_machine(layout.top):
            write_whole(layout.git / "refs/heads" / BRANCH, f"{head(layout.git)}\n".encode(), layout.own)
    if interrupted:
        recover(vault)
    journal.begin(command)
    try:
        complete_configuration(layout, lambda name, value: git.run("config", name, value), configured)
        with suppress(OSError):  # a vault that was cloned or copied to a folder others can open
            if layout.top.stat().st_mode & 0o077:
                layout.top.chmod(0o700)
        vault.catalogue.refresh()
        visible = visible_setting(layout)
        keys = [one.key for one in vault.catalogue.every()]
        worktree = WorkTree(layout, git, visible, newest(keys, visible))
    except BaseException:
        if not interrupted:
            journal.end()
        raise
    worktree.stale = worktree.stale or interrupted
    return worktree


# --- commits ----------------------------------------------------------------------------------------------------------
# One ``fast-import`` makes a commit out of the newest one and some files, and looks at no index and no work tree. What
# somebody has edited or staged in the vault can never get into it, and the cost does not grow with the vault.

WHO = b"linkbak <linkbak@localhost>"

Content = str | bytes | TreeEntry | None
"""What a path is to hold: the blob of that id, these bytes, what another tree holds, or nothing."""


def commit(
    git: Git,
    parents: Sequence[str],
    message: str,
    changes: Mapping[str, Content],
    *,
    folders: Sequence[str] = (),
    when: int | None = None,
) -> list[str]:
    """Commits `changes`, by path, to the first of the parents, as a merge if there are two.

    Gives the id of the commit, and of each of the `folders` in it. The branch moves in one step at the very end, and
    only if it still is at one of the parents. `when`, in seconds since 1970, is now if it is not given; else the commit
    depends only on the arguments, so that every machine makes the same.
    """
    feed = [
        b"feature done\ncommit refs/heads/%s\nmark :1\n" % BRANCH.encode(),
        b"committer %s %d +0000\n" % (WHO, time.time() if when is None else when),
        _data(message.replace("\0", "").encode("utf-8", "replace")),
        *(b"%s %s\n" % (word, parent.encode()) for word, parent in zip((b"from", b"merge"), parents, strict=False)),
        *(_put(path.encode(), content) for path, content in changes.items()),
        *(b'ls "%s"\n' % folder.encode() for folder in folders),
        b"get-mark :1\ndone\n",
    ]
    lines = git.run("fast-import", "--quiet", "--done", feed=b"".join(feed)).decode().splitlines()
    if len(lines) != len(folders) + 1:
        raise VaultDamaged(tr("git did not say what it committed"))
    return [lines[-1], *(line.split()[2] for line in lines[:-1])]


def _put(path: bytes, content: Content) -> bytes:
    match content:
        case None:
            return b"D %s\n" % path
        case TreeEntry():
            return b"M %s %s %s\n" % (content.mode.zfill(6), content.id.encode(), path)
        case str():
            return b"M 100644 %s %s\n" % (content.encode(), path)
        case bytes():
            return b"M 100644 inline %s\n" % path + _data(content)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


# --- a new vault ------------------------------------------------------------------------------------------------------

FILES = {ATTRIBUTES: ATTRIBUTES_TEXT, README: README_TEXT, SETTINGS: SETTINGS_TEXT, MARKS: b""}


def create_vault(path: Path) -> Vault:
    """A new vault at `path`, open, or the one that exists there already.

    The folder may be new, empty, or left by a creation that was interrupted. Raises NoVault for any other folder that
    is not empty, MachineProblem for what the machine refuses, VaultLocked while another linkbak writes there.
    """
    layout = Layout(path)
    with on_this_machine(layout.top):
        make_folder(layout.top)
        _refuse_other(layout)
        if layout.git.exists():
            refuse_untrusted(layout)
        layout.top.chmod(0o700)
        private_folder(layout.git)
    with locked(layout) as descriptor:
        if not branch(layout.git):
            git = Git(layout.top)
            git.held = descriptor
            _build(layout, git)
    return Vault.open(path)


def _build(layout: Layout, git: Git) -> None:
    journal = Journal(layout)
    with on_this_machine(layout.top):
        _wipe(layout)
        journal.end()
        journal.begin(CREATING)
        try:
            prepare_repository(layout, git)
            for name, text in FILES.items():
                write_new(layout.top / name, text, durable=True)
            git.run("update-index", "--add", "-z", "--stdin", feed=words_of(sorted(FILES)))
            sync_folder(layout.top)
            commit(git, [], "Create the vault", FILES)
        except BaseException:
            if not branch(layout.git):
                _wipe(layout)
            journal.end()
            raise
        journal.end()


def prepare_repository(layout: Layout, git: Git, *, sha256: bool = False) -> None:
    """Makes a new vault's repository, with its configuration; no snapshot is to lie open in it yet."""
    with new_repository(git, sha256=sha256) as repo:
        complete_configuration(layout, repo.git.config)
    with on_this_machine(layout.top):
        private_folder(layout.own)
        (layout.git / "config").chmod(0o600)
        write_whole(layout.cone, cone(()))


def _refuse_other(layout: Layout) -> None:
    """Refuses a folder that holds anything but an unfinished vault: it is somebody's, and stays as it is."""
    there = {entry.name for entry in layout.top.iterdir()}
    if not there:
        return
    git = layout.git  # the only thing there, and empty, if a creation had just begun
    begun = unfinished(layout) or (git.is_dir() and not git.is_symlink() and not any(git.iterdir()))
    ours = there <= {*FILES, ".git"} and ".git" in there and begun
    if not ours and not (branch(layout.git) and SETTINGS in there):
        raise NoVault(
            tr("{place} is not empty and no vault", place=layout.top), hint=tr("Name a folder that is new or empty.")
        )


def _wipe(layout: Layout) -> None:
    """Removes what an interrupted creation made, but not the lock that is held."""
    for name in FILES:
        remove_tree(layout.top / name)
    for entry in layout.git.iterdir():
        if entry != layout.own:
            remove_tree(entry)
    if not layout.own.is_dir():
        raise MachineProblem(tr("{place} vanished while the vault was being made", place=layout.top))
