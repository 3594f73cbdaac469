"""Whether a vault may be written to at all: it is this user's own, and nothing in it leads anywhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from linkbak.errors import MachineProblem, VaultDamaged
from linkbak.vault.layout import ATTRIBUTES_TEXT, SNAPSHOTS, Layout, chown, on_this_machine, user_name

REDIRECTS = ("objects/info/alternates", "objects/info/http-alternates", "info/grafts", "commondir")
"""Files by which git takes objects or history from elsewhere."""
DROPPED = re.compile(
    r"\.DS_Store|\._.*|\.localized|desktop\.ini|Thumbs\.db|Icon\r|\.dropbox(\.attr)?|.*\.icloud"
    r"|.*\(.*conflicted copy.*\).*|.*\.sync-conflict-\d{8}-.*",
    re.IGNORECASE | re.DOTALL,
)
"""Names of what Finder, Explorer, AppleDouble and sync programs put into any folder that they see."""
_DEPTH = 3


def refuse_untrusted(layout: Layout) -> None:
    """Raises MachineProblem for somebody else's vault, VaultDamaged for one that leads elsewhere; before any write."""
    with on_this_machine(layout.top):
        _refuse_stranger(layout)
    refuse_redirects(layout)


def refuse_redirects(layout: Layout) -> None:
    """Refuses links where linkbak or git writes, objects or history from elsewhere, attributes that change bytes."""
    with on_this_machine(layout.top):
        if link := next(_links_of(layout), ""):
            raise VaultDamaged(
                f"the vault's {link} is a link, through which a command would write elsewhere",
                hint="Find out who put it there, and put what it names in its place.",
            )
        for name in REDIRECTS:
            if os.path.lexists(layout.git / name):
                raise VaultDamaged(f"the vault's .git/{name} sends git elsewhere", hint="Find out who put it there.")
        if layout.attributes.exists() and layout.attributes.read_bytes().strip() not in (b"", ATTRIBUTES_TEXT.strip()):
            raise VaultDamaged(
                "the vault's .git/info/attributes could change what is kept", hint="Move the file away and try again."
            )


def links_in(git_dir: Path) -> Iterator[str]:
    """Where git writes in a repository, what leads out of it, by its path there."""
    for folder in ("", "objects", "linkbak"):
        yield from (f"{folder}/{one.name}".lstrip("/") for one in _entries(git_dir / folder) if one.is_symlink())
    for name in ("refs", "logs"):
        for at, folders, files in os.walk(git_dir / name):
            for one in (*folders, *files):
                if os.path.islink(path := os.path.join(at, one)):  # noqa: PTH114, PTH118  # asked at every write
                    yield os.path.relpath(path, git_dir)


def _links_of(layout: Layout) -> Iterator[str]:
    if layout.git.is_symlink():
        yield ".git"
    yield from (f".git/{path}" for path in links_in(layout.git))
    level = [SNAPSHOTS] if (layout.top / SNAPSHOTS).is_dir() else []
    if (layout.top / SNAPSHOTS).is_symlink():
        yield SNAPSHOTS
    for _ in range(_DEPTH):  # accounts, years, snapshots
        below = [(f"{folder}/{one.name}", one) for folder in level for one in _entries(layout.top / folder)]
        yield from (path for path, one in below if one.is_symlink())
        level = [path for path, one in below if one.is_dir(follow_symlinks=False)]


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


# --- whose it is ------------------------------------------------------------------------------------------------------


def _refuse_stranger(layout: Layout) -> None:
    """Root could write, but what it wrote would lock the owner out."""
    owner = layout.git.lstat().st_uid
    if owner == os.geteuid() or _gives_what_is_new_to(owner, layout.top):
        return
    whose, me = user_name(owner), user_name(os.geteuid())
    raise MachineProblem(
        f"the vault at {layout.top} belongs to {whose}, and this is {me}: nothing was written",
        hint=f"Run it as {whose}; if the vault is to be yours: {chown(layout.top, me)}",
    )


def _gives_what_is_new_to(owner: int, folder: Path) -> bool:
    """Whether the file system knows no owners, as on a stick or a share: what anybody writes there is one user's."""
    from tempfile import TemporaryFile

    try:
        with TemporaryFile(dir=folder) as probe:
            return os.fstat(probe.fileno()).st_uid == owner
    except OSError:
        return False
