"""Makes a new vault."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.errors import MachineProblem, NoVault
from linkbak.vault.configuration import CONFIG
from linkbak.vault.git import Git, words_of
from linkbak.vault.journal import Journal
from linkbak.vault.layout import (
    ATTRIBUTES,
    ATTRIBUTES_TEXT,
    CREATING,
    MARKS,
    README,
    README_TEXT,
    SETTINGS,
    SETTINGS_TEXT,
    Layout,
    on_this_machine,
    private_folder,
    remove_tree,
    sync_folder,
    write_new,
    write_whole,
)
from linkbak.vault.lock import locked
from linkbak.vault.objects import branch
from linkbak.vault.repository import new_repository
from linkbak.vault.vault import Vault, unfinished
from linkbak.vault.worktree import cone
from linkbak.vault.writer import commit

if TYPE_CHECKING:
    from git import Repo

FILES = {ATTRIBUTES: ATTRIBUTES_TEXT, README: README_TEXT, SETTINGS: SETTINGS_TEXT, MARKS: b""}


def create_vault(path: Path) -> Vault:
    """A new vault at `path`, open, or the one that is there already.

    The folder may be new, empty, or left by a creation that was interrupted. Raises NoVault for any other folder that
    is not empty, MachineProblem for what the machine refuses, VaultLocked while another linkbak writes there.
    """
    _create(Layout(path))
    return Vault.open(path)


def _create(layout: Layout) -> None:
    with on_this_machine(layout.top):
        layout.top.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_other(layout)
        layout.top.chmod(0o700)
        private_folder(layout.git)
    with locked(layout) as descriptor:
        if branch(layout.git):
            return
        git = Git(layout.top)
        git.held = descriptor
        _build(layout, git)


def _build(layout: Layout, git: Git) -> None:
    journal = Journal(layout)
    with on_this_machine(layout.top):
        _wipe(layout)
        journal.end()
        journal.begin(CREATING)
        try:
            with new_repository(git) as repo:
                _configure(layout, repo)
                for name, text in FILES.items():
                    write_new(layout.top / name, text, durable=True)
                repo.git.update_index("--add", "-z", "--stdin", istream=BytesIO(words_of(sorted(FILES))))
            sync_folder(layout.top)
            commit(git, "", "Create the vault", FILES)
        except BaseException:
            if not branch(layout.git):
                _wipe(layout)
            journal.end()
            raise
        journal.end()


def _configure(layout: Layout, repo: Repo) -> None:
    """The repository's own settings, and which files lie open."""
    with repo.config_writer() as config:
        for name, value in CONFIG.items():
            section, _, option = name.partition(".")
            config.set_value(section, option, value)
    layout.git.joinpath("config").chmod(0o600)
    private_folder(layout.git / "info")
    write_whole(layout.cone, cone(()))


def _refuse_other(layout: Layout) -> None:
    """A folder with anything in it that is not a vault in the making is somebody's, and stays as it is."""
    there = {entry.name for entry in layout.top.iterdir()}
    if not there:
        return
    git = layout.git  # all that there is, and empty, if a creation had only begun
    begun = unfinished(layout) or (git.is_dir() and not git.is_symlink() and not any(git.iterdir()))
    ours = there <= {*FILES, ".git"} and ".git" in there and begun
    if not ours and not (branch(layout.git) and SETTINGS in there):
        raise NoVault(f"{layout.top} is not empty and no vault", hint="Name a folder that is new or empty.")


def _wipe(layout: Layout) -> None:
    """Removes what an interrupted creation made, but not the lock that is held."""
    for name in FILES:
        remove_tree(layout.top / name)
    for entry in layout.git.iterdir():
        if entry != layout.own:
            remove_tree(entry)
    if not layout.own.is_dir():
        raise MachineProblem(f"{layout.top} vanished while the vault was being made")
