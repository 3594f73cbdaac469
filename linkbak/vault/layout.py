"""Where everything is in a vault, and the texts a new one starts with."""

from __future__ import annotations

import errno
import os
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from linkbak.errors import MachineProblem
from linkbak.paths import make_folder
from linkbak.texts import tr, tr_count

FORMAT = 1
CREATING = "create"
"""What the journal calls the command that makes a vault."""
BRANCH = "main"
VISIBLE = 12

README = "README.md"
SETTINGS = "linkbak.toml"
ATTRIBUTES = ".gitattributes"
MARKS = "marks.jsonl"
SNAPSHOTS = "snapshots"
MANIFEST = "manifest.json"
ARCHIVE = "archive"

ATTRIBUTES_TEXT = b"* -text -eol -ident -diff -merge -filter -working-tree-encoding\n"
SETTINGS_TEXT = b"""\
# The format of this vault; leave it alone.
format = 1

# How many of the newest snapshots of each account lie open as folders: a number, or "all".
visible = 12
"""
README_TEXT = b"""\
# A vault of linkbak

This folder keeps every archive a network sent of your data, byte for byte. It is private: do not publish it.

    snapshots/<network>-<account>/<year>/<when it was written>/archive/        the archive's files
    snapshots/<network>-<account>/<year>/<when it was written>/manifest.json   what they are, with sizes and sha256
    marks.jsonl                                                                what you told linkbak, one fact a line
    linkbak.toml                                                               settings

The newest snapshots lie open as folders. Every snapshot, old ones included, is in the newest commit of this git
repository, so nothing but git is needed to read one:

    git ls-tree --name-only -r HEAD snapshots/           # everything there is
    git sparse-checkout add snapshots/linkedin-me/2026   # lay a year's snapshots open
    git archive HEAD snapshots/linkedin-me/2026 > year.tar

A file whose name cannot exist on every system is stored under another; `path` and `stored` in the manifest tell. Do
not edit what is below snapshots/: linkbak notices, and reads the kept bytes from git.
"""


class Layout:
    """The places of one vault that are linkbak's own."""

    def __init__(self, top: Path) -> None:
        self.top = top.absolute()
        self.git = self.top / ".git"
        self.own = self.git / "linkbak"
        self.lock = self.own / "lock"
        self.children = self.own / "children"
        self.busy = self.own / "busy"
        self.cone = self.git / "info" / "sparse-checkout"
        self.attributes = self.git / "info" / "attributes"


# --- the file system --------------------------------------------------------------------------------------------------
# Private files and folders, written whole or not at all, and the errors when the machine cannot.

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def disk_full() -> MachineProblem:
    """The error for a full disk."""
    return MachineProblem(
        tr("the disk is full; the vault is as it was"), hint=tr("Make room and run the command again.")
    )


def not_writable(path: Path) -> MachineProblem:
    """The error for a vault or disk that is read-only."""
    with suppress(OSError):
        shut = closed(path, os.W_OK) if (path / ".git").is_dir() else None
        if shut is not None and _owner(shut) != os.geteuid():
            return MachineProblem(
                tr("no permission to write to {path}: {whose}", path=shut, whose=_whose(shut)), hint=_mend(shut, path)
            )
    return MachineProblem(
        tr("no permission to write to {path}", path=path),
        hint=tr("Check the folder's owner and how its disk is mounted."),
    )


def not_readable(path: Path, top: Path) -> MachineProblem:
    """The error where this user may not read something of the vault at `top`."""
    return MachineProblem(
        tr("no permission to read {path}: {whose}", path=path, whose=_whose(path)), hint=_mend(path, top)
    )


def refuse_closed(folder: Path, top: Path) -> None:
    """Raises MachineProblem where this user may not read something in a folder of the vault at `top`."""
    if shut := closed(folder):
        raise not_readable(shut, top)


def closed(top: Path, how: int = os.R_OK) -> Path | None:
    """The first file or folder below `top` that this user may not read, or not write to; None if there is none.

    Objects, which are never written to again, need only be readable.
    """
    folders = [str(top)]
    while folders:
        folder = folders.pop()
        kept = how == os.W_OK and "/objects" in folder
        try:
            for one in list(os.scandir(folder)):
                if one.is_dir(follow_symlinks=False):
                    folders.append(one.path)
                elif not kept and not one.is_symlink() and _is_closed(one.path, how):
                    return Path(one.path)
        except PermissionError:
            return Path(folder)
        except FileNotFoundError:
            continue
        if _is_closed(folder, how | os.X_OK):
            return Path(folder)
    return None


def _is_closed(path: str, how: int) -> bool:
    return not os.access(path, how) and os.path.lexists(path)  # others may write, and files come and go


def _owner(path: Path) -> int:
    try:
        return path.lstat().st_uid
    except OSError:
        return os.geteuid()


def _whose(path: Path) -> str:
    owner = _owner(path)
    if owner == os.geteuid():
        return tr("its permissions do not let you")
    return tr("it belongs to {user}", user=user_name(owner))


def _mend(path: Path, top: Path) -> str:
    ours = _owner(path) == os.geteuid()
    how = f"`chmod -R u+rwX {shlex.quote(str(top))}`" if ours else chown(top, user_name(os.geteuid()))
    return tr("{how} mends it; nothing is damaged by that.", how=how)


def user_name(number: int) -> str:
    """The user's name; their number if the machine knows no name."""
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return tr("user {number}", number=number)


def chown(top: Path, me: str) -> str:
    """The command that makes a user the owner of everything there."""
    return f"`sudo chown -R {me} {shlex.quote(str(top))}`"


def age(path: Path) -> str:
    """How old a file is, in words: ``3 days old``."""
    seconds = time.time() - path.lstat().st_mtime
    if days := max(int(seconds // 86_400), 0):
        return tr_count("{number} day old", "{number} days old", days, number=f"{days:,}")
    if hours := max(int(seconds // 3_600), 0):
        return tr_count("{number} hour old", "{number} hours old", hours, number=hours)
    if minutes := max(int(seconds // 60), 0):
        return tr_count("{number} minute old", "{number} minutes old", minutes, number=minutes)
    return tr("just made")


@contextmanager
def on_this_machine(path: Path) -> Iterator[None]:
    """Turns an error of the operating system about the vault at `path` into a MachineProblem."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_full() from error
        if error.errno in FORBIDDEN:
            named = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else path
            there = next(one for one in (named.absolute(), *named.absolute().parents) if os.path.lexists(one))
            raise (not_writable(path) if os.access(there, os.R_OK) else not_readable(there, path)) from error
        raise MachineProblem(f"{path}: {error.strerror or type(error).__name__}") from error


def private_folder(path: Path) -> None:
    """Makes one folder that only its owner can open, if it does not exist; a link in its place is refused."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if path.is_symlink() or not path.is_dir():
        raise MachineProblem(tr("{path} is in the way: it should be a folder", path=path))


@contextmanager
def new_folder(folder: Path, top: Path | None = None) -> Iterator[Path]:
    """Makes a private folder, and removes it at the end with whatever is in it; errors name `top`, or what it is in."""
    with on_this_machine(top or folder.parent):
        make_folder(folder.parent)
        folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        with suppress(OSError):
            remove_tree(folder)


def create_private(path: Path) -> int:
    """A descriptor of a new file that only its owner can read; never of an existing one, never through a link."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def write_new(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Writes a new private file; `durable` waits until the disk has it."""
    with os.fdopen(create_private(path), "wb") as file:
        file.write(data)
        file.flush()
        if durable:
            os.fsync(file.fileno())


def write_whole(path: Path, data: bytes, scratch: Path | None = None) -> None:
    """Replaces a private file in one step; the draft is written in `scratch`."""
    draft = (scratch or path.parent) / f".{path.name}-{os.urandom(6).hex()}"
    try:
        write_new(draft, data)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def sync_folder(path: Path) -> None:
    """Waits until the names in a folder are on the disk; not every file system can do this."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_tree(path: Path) -> None:
    """Removes a folder that linkbak made, if it exists; a link is removed, never followed."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.exists():
        import shutil

        shutil.rmtree(path)
