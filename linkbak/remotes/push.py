"""Checks a copy elsewhere: whether it can be reached, what it lacks, whether it is whole.

And pushes: sends the vault's newest commit and its history there, as a fast-forward or in place of an equal one.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from linkbak import state
from linkbak.errors import Exit, LinkbakError, MachineProblem, UsageProblem, VaultDamaged
from linkbak.model import NamedTuple, Progress
from linkbak.paths import is_abandoned, part_name, synced_service, temporary_folder
from linkbak.remotes import Remote, find_remote, list_remotes, note_attempt, note_copy
from linkbak.remotes.address import (
    Address,
    check_local_remote,
    clear_unfinished,
    git_folder,
    is_bare,
    printable,
    refuse_open_files,
)
from linkbak.remotes.git import MAIN, Network, cut_off, isolated_repository, public_host, refuse_public
from linkbak.remotes.merge import Relation, first_of_equals, relation
from linkbak.texts import tr
from linkbak.vault import (
    BRANCH,
    MARKS,
    Git,
    GitFailed,
    Layout,
    Objects,
    borrowing,
    head,
    on_this_machine,
    snapshot_trees,
)
from linkbak.vault.lock import orderly_end
from linkbak.vault.repository import refuse_redirects
from linkbak.vault.verify import is_dropped

_APPLE_DOUBLE = re.compile(rb"objects/(?:[0-9a-f]{2}|info|pack)/\._")
"""Files that macOS puts beside each file on a foreign disk; git reads them as its own, and complains."""

State = Literal["empty", "current", "behind", "ahead", "diverged", "unrelated", "unknown"]
"""The state of a copy; `unknown` has commits that are not here, which would have to be fetched to judge them."""


_SEEN_FROM_HERE: dict[Relation, State] = {"behind": "ahead", "ahead": "behind", "apart": "diverged"}
"""The state of a copy by the relation of our commit to its, where the two are related."""


class Standing(NamedTuple):
    """The copy's newest commit ("" if it has none) as seen from the vault.

    `yields` if its content equals ours by another history, and ours is the one that all machines take.
    """

    state: State
    commit: str = ""
    yields: bool = False


class Missing(NamedTuple):
    """The numbers of snapshots, lines of marks and commits that a copy lacks."""

    snapshots: int = 0
    marks: int = 0
    commits: int = 0


class Inspected(NamedTuple):
    """The state of one copy; nothing there was changed.

    `behind` counts what it lacks. `whole` says whether every object of it is there and undamaged, None where that
    cannot be checked from here. `notes` are remarks, not failures.
    """

    name: str
    shown: str
    state: State | Literal["failed"]
    commit: str = ""
    behind: Missing = Missing()
    whole: bool | None = None
    notes: tuple[str, ...] = ()
    error: LinkbakError | None = None


class Ahead(LinkbakError):
    """The copy holds something that the vault lacks, so a push would lose it."""

    exit_code = Exit.DIFFERENT

    def __init__(self, address: Address, found: Standing) -> None:
        where = address.shown
        if found.state == "unrelated":
            super().__init__(
                tr(
                    "{where} holds another vault, which has nothing in common with this one; nothing was sent",
                    where=where,
                ),
                hint=tr(
                    "Use another place for this one's copy. If both are yours, `linkbak pull` brings them together."
                ),
            )
        elif found.state == "unknown":
            super().__init__(
                tr("{where} holds what is not here: newer snapshots, or another vault; nothing was sent", where=where),
                hint=tr("`linkbak pull` looks at it and brings what is missing here; then push again."),
            )
        else:
            super().__init__(
                tr("{where} has snapshots or marks that are not here; nothing was sent", where=where),
                hint=tr("`linkbak pull` brings them; then push again."),
            )


def inspect(place: Path, names: Sequence[str] | None = None) -> list[Inspected]:
    """Checks the remotes of these names, or all; one that fails does not stop the others."""
    return [_inspect_one(place, one) for one in named_remotes(place, names)]


def named_remotes(place: Path, names: Sequence[str] | None) -> Sequence[Remote]:
    """The remotes of these names, or all of them; raises UnknownRemote."""
    return list_remotes(place) if names is None else [find_remote(place, name) for name in dict.fromkeys(names)]


def snapshots_since(git: Git, since: str, commit: str) -> int:
    """How many snapshots a commit has that an earlier one, "" for none, did not have."""
    with closing(Objects(git)) as objects:
        before = snapshot_trees(objects, since).keys() if since else set()
        return len(snapshot_trees(objects, commit).keys() - before)


def notes_on(address: Address, vault: Path, *, private: bool) -> tuple[str, ...]:
    """Remarks about a place for copies."""
    found = []
    if not private and (name := public_host(address)):
        found.append(tr("{name} is a public host; nothing is pushed there", name=name))
    if address.path is not None:
        with suppress(OSError):
            if address.path.stat().st_dev == vault.stat().st_dev:
                found.append(tr("on the same disk as the vault: if it breaks, both are lost"))
        if service := synced_service(address.path):
            found.append(
                tr("in a folder that {service} copies; a sealed file (`linkbak seal`) is safer there", service=service)
            )
    return tuple(found)


def _inspect_one(place: Path, one: Remote) -> Inspected:
    found = Inspected(one.name, one.shown, "failed")
    try:
        address = one.address
        found = found._replace(notes=notes_on(address, place, private=one.private))
        return _inspect_address(place, address, found)
    except LinkbakError as error:
        return found._replace(error=error)


def _inspect_address(place: Path, address: Address, found: Inspected) -> Inspected:
    if address.path is not None:
        check_local_remote(address.path)
        if not is_bare(address.path):
            found = found._replace(notes=(*found.notes, tr("files lie open there, so nothing can be pushed")))
        dropped = [name for _, _, names in os.walk(git_folder(address.path)) for name in names if is_dropped(name)]
        if dropped:
            first, more = printable(dropped[0]), f"{len(dropped) - 1:,}"
            what = tr("a file manager or a sync program left {file} there", file=first)
            if dropped[1:]:
                what = tr("a file manager or a sync program left {file} and {more} more there", file=first, more=more)
            found = found._replace(notes=(*found.notes, what))
    with connected(place, address) as link:
        now = link.standing()
        behind = link.missing(now.commit) if now.state in ("empty", "behind") else Missing()
        found = found._replace(state=now.state, commit=now.commit, behind=behind)
        if address.path is None or not now.commit:
            return found
        whole = _is_whole(link.git.top, address.path, now.commit)
    error = VaultDamaged(
        tr("the copy at {where} is damaged", where=address.shown),
        hint=tr("The vault is not concerned. Make a new copy elsewhere, push to it, and keep the old one until then."),
    )
    return found._replace(whole=whole, error=None if whole else error)


def _is_whole(repository: Path, path: Path, commit: str) -> bool:
    """Whether git finds everything that the commit needs in the copy's own objects, unchanged."""
    git = Git(repository)
    git.surroundings = {"GIT_OBJECT_DIRECTORY": str(git_folder(path) / "objects")}
    process = git.start("fsck", "--full", "--no-dangling", "--no-progress", "--no-reflogs", commit, writes=False)
    printed, complaint = git.communicate(process)
    told = (printed + complaint).splitlines()
    return process.returncode == 0 or (bool(told) and all(_APPLE_DOUBLE.search(line) for line in told))


# --- connected --------------------------------------------------------------------------------------------------------
# A separate repository that reads the vault's objects, and can reach one address.


class Link:
    """A vault and one address: `git` may reach the address, and its branch is at `ours`, the vault's newest commit."""

    def __init__(self, git: Network, ours: str) -> None:
        self.git = git
        self.ours = ours

    def standing(self) -> Standing:
        """The relation of the copy's branch to ours; raises UsageProblem for a repository of something else."""
        refs = self.git.refs()
        if MAIN not in refs and any(ref.startswith("refs/heads/") for ref in refs):
            raise UsageProblem(
                tr(
                    "the repository at {where} holds something else: it has branches, but no {branch}",
                    where=self.git.address.shown,
                    branch=BRANCH,
                ),
                hint=tr("Use one that is empty."),
            )
        theirs = refs.get(MAIN, "")
        if not theirs:
            return Standing("empty")
        if theirs == self.ours:
            return Standing("current", theirs)
        git = Git(self.git.top)
        git.surroundings = {**self.git.surroundings, **self._their_objects()}
        with closing(Objects(git)) as objects:
            found = objects.get(theirs)
            if found is None or found.kind != "commit":
                return Standing("unknown", theirs)
            how = relation(git, self.ours, theirs)
            if how in ("behind", "apart") and (first := first_of_equals(git, objects, self.ours, theirs)):
                return Standing("current", theirs, yields=first == self.ours)
        return Standing(_SEEN_FROM_HERE.get(how, "unrelated"), theirs)

    def missing(self, theirs: str) -> Missing:
        """What `theirs`, which may be "" for nothing, lacks of ours."""
        marks = self._count_marks(self.ours) - (self._count_marks(theirs) if theirs else 0)
        commits = self.git.run("rev-list", "--count", self.ours, *([f"^{theirs}"] if theirs else []))
        return Missing(snapshots_since(self.git, theirs, self.ours), max(0, marks), int(commits))

    def _their_objects(self) -> dict[str, str]:
        """The variables that make git read the objects of a copy on this machine too."""
        path = self.git.address.path
        if path is None or path.is_file():
            return {}
        theirs = borrowing(git_folder(path) / "objects")
        return {name: os.pathsep.join([self.git.surroundings[name], value]) for name, value in theirs.items()}

    def _count_marks(self, commit: str) -> int:
        try:
            return self.git.run("cat-file", "blob", f"{commit}:{MARKS}").count(b"\n")
        except GitFailed:
            return 0


@contextmanager
def connected(place: Path, address: Address) -> Iterator[Link]:
    """A link from the vault to the address, while the block lasts."""
    layout = Layout(place)
    refuse_redirects(layout)
    ours = head(layout.git)
    with on_this_machine(Path(tr("the folder for temporary files"))):
        folder = temporary_folder()
    with (
        folder as top,
        isolated_repository(Path(top) / "copy", sha256=len(ours) > 40, ours=ours, shallow=cut_off(layout)) as scratch,
    ):
        git = Network(scratch, address)
        git.surroundings |= borrowing(layout.git / "objects")
        yield Link(git, ours)


# --- push -------------------------------------------------------------------------------------------------------------


class Pushed(NamedTuple):
    """The result of pushing to one place.

    `commit` is what the copy holds now, `before` what it held, "" if that is nothing or not known; `sent` counts what
    it did not hold. `error` is set where it failed, and the others are then what they were.
    """

    name: str
    shown: str
    state: Literal["sent", "current", "would-send", "failed"]
    commit: str = ""
    before: str = ""
    sent: Missing = Missing()
    error: LinkbakError | None = None


def push(
    place: Path, names: Sequence[str] | None = None, *, dry: bool = False, progress: Progress | None = None
) -> list[Pushed]:
    """Pushes to the remotes of these names, or to all; one that fails does not stop the others.

    Raises a LinkbakError only if that says nothing of one place: no vault, or no remote of a name that was given.
    """
    remotes = named_remotes(place, names)
    with orderly_end():
        return [_push_or_say_why(place, one, dry=dry, progress=progress) for one in remotes]


def _push_or_say_why(place: Path, one: Remote, *, dry: bool, progress: Progress | None) -> Pushed:
    try:
        pushed = _push_one(place, one, dry=dry, progress=progress)
    except LinkbakError as error:
        pushed = Pushed(one.name, one.shown, "failed", error=error)
    if not dry:
        note_attempt(place, one.name, pushed.error)
    return pushed


def _push_one(place: Path, one: Remote, *, dry: bool, progress: Progress | None) -> Pushed:
    address = one.address
    refuse_public(address, private=one.private)
    if address.path is not None:
        check_local_remote(address.path)
        refuse_open_files(address.path)
        _clear(place, one.name, address.path)
    with connected(place, address) as link:
        before = link.standing()
        if before.state in ("ahead", "diverged", "unknown", "unrelated"):
            raise Ahead(address, before)
        current = before.state == "current"
        sent = Missing() if current else link.missing(before.commit)
        if not current and dry:
            return Pushed(one.name, one.shown, "would-send", before.commit, before.commit, sent)
        if not current:
            with _noted(place, one.name):
                _send(link, progress)
        elif before.yields and not dry:
            with _noted(place, one.name), suppress(MachineProblem):  # it may have rules of its own, and lacks nothing
                link.git.push(f"{link.ours}:{MAIN}", progress, instead=before.commit)
    if not dry:
        note_copy(place, one.name, "remote", link.ours)
    return Pushed(one.name, one.shown, "current" if current else "sent", link.ours, before.commit, sent)


def _send(link: Link, progress: Progress | None) -> None:
    """Moves the copy's branch forward to our commit, and checks that it arrived."""
    link.git.push(f"{link.ours}:{MAIN}", progress)
    if link.git.refs(MAIN).get(MAIN) != link.ours:
        raise MachineProblem(
            tr("{where} took what was sent, but does not hold it now", where=link.git.address.shown),
            hint=tr("`linkbak remote check` looks again."),
        )


# --- a push that was killed -------------------------------------------------------------------------------------------
# On a disk of this machine it leaves the objects received so far, and maybe the lock of the branch.


@contextmanager
def _noted(place: Path, name: str) -> Iterator[None]:
    """Notes beside the vault that a push is going on, so that the next one knows if it was killed.

    The note of another push that may still run is put back afterwards.
    """
    before = state.read(place, "pushing").get(name)
    _note(place, name, {"part": part_name(), "since": time.time()})
    try:
        yield
    finally:
        _note(place, name, before)


def _note(place: Path, name: str, what: Any) -> None:
    """Notes which process pushes there; None for no process."""
    rest = {one: noted for one, noted in state.read(place, "pushing").items() if one != name}
    state.write(place, "pushing", rest if what is None else {**rest, name: what})


def _clear(place: Path, name: str, path: Path) -> None:
    """Removes the files that a killed push of this vault left in the copy."""
    noted: Any = state.read(place, "pushing").get(name)
    try:
        part, since = str(noted["part"]), float(noted["since"])
    except (KeyError, TypeError, ValueError):
        return
    if is_abandoned(part, since):
        with suppress(OSError):
            clear_unfinished(path, since)
            _note(place, name, None)
