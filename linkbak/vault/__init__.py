"""Keeps snapshots in a git repository, and gives them back byte for byte.

What every command needs is here. What only some need is in modules of their own, not loaded with this one:

- `writer` makes a vault and puts snapshots and marks into it (`write_transaction`), from a `staging` folder;
- `restore` gives a snapshot back as a folder or a zip, at a `destination`;
- `verify` checks every byte, `repair` sets HEAD and the branch right, `compact` packs;
- `repository` runs git through GitPython, and checks whether a vault and its configuration may be trusted; `lock`,
  `manifest` and `worktree` are for those who write or check copies of a vault.
"""

from linkbak.vault.git import (
    FILE_MODE,
    FOLDER_MODE,
    Git,
    GitFailed,
    Objects,
    TreeEntry,
    borrowing,
    check_git_version,
    git_lock,
    head,
    printable,
)
from linkbak.vault.layout import (
    ARCHIVE,
    ATTRIBUTES,
    ATTRIBUTES_TEXT,
    BRANCH,
    MANIFEST,
    MARKS,
    README,
    SETTINGS,
    SNAPSHOTS,
    Layout,
    create_private,
    new_folder,
    on_this_machine,
    private_folder,
    remove_tree,
    sync_folder,
    write_new,
    write_whole,
)
from linkbak.vault.snapshots import (
    ACCOUNT_NAME,
    FORGOTTEN,
    REMEMBERED,
    SNAPSHOT_ID,
    Catalogue,
    SnapshotKey,
    Summary,
    as_of,
    resolve,
    set_aside_by,
    snapshot_trees,
    summarise,
)
from linkbak.vault.vault import SnapshotFiles, Vault, check_format

__all__ = [
    "ACCOUNT_NAME", "ARCHIVE", "ATTRIBUTES", "ATTRIBUTES_TEXT", "BRANCH", "FILE_MODE", "FOLDER_MODE", "FORGOTTEN",
    "MANIFEST", "MARKS", "README", "REMEMBERED", "SETTINGS", "SNAPSHOTS", "SNAPSHOT_ID", "Catalogue", "Git",
    "GitFailed", "Layout", "Objects", "SnapshotFiles", "SnapshotKey", "Summary", "TreeEntry", "Vault", "as_of",
    "borrowing", "check_format", "check_git_version", "compact", "create_private", "destination", "git_lock", "head",
    "lock", "manifest", "new_folder", "on_this_machine", "printable", "private_folder", "remove_tree", "repair",
    "repository", "resolve", "restore", "set_aside_by", "snapshot_trees", "staging", "summarise", "sync_folder",
    "verify", "worktree", "write_new", "write_whole", "writer",
]  # fmt: skip
