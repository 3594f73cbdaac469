"""The usual places of files, the names of unfinished files, and which folders another program copies elsewhere."""

from __future__ import annotations

import hashlib
import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.texts import tr

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory


def config_file() -> Path:
    """The user's settings, ``config.toml`` in the platform's config folder."""
    return _platform("config") / "config.toml"


def default_vault() -> Path:
    """The vault made when the user names none: ``vault`` in the platform's data folder."""
    return _platform("data") / "vault"


def cache_folder(vault: Path) -> Path:
    """The folder for what is derived from one vault; safe to delete at any time.

    The vault's own resolved path is the key, so two vaults never share a folder.
    """
    return _platform("cache") / _key(vault)


def state_folder(vault: Path) -> Path:
    """The folder for notes about one vault that cannot be made again, but whose loss does no harm."""
    return _platform("state") / _key(vault)


def make_folder(place: Path) -> None:
    """Make a folder, and missing ones above it, each private to its owner; an existing folder stays as it is.

    Raises OSError. `Path.mkdir` would make the folders above as open as the umask allows.
    """
    try:
        place.mkdir(0o700)
    except FileNotFoundError:
        make_folder(place.parent)
        place.mkdir(0o700, exist_ok=True)
    except OSError:
        if not place.is_dir():
            raise


def write_whole(path: Path, data: bytes, *, sync: bool = False) -> None:
    """Write or replace a file in one step, readable by its owner alone, in a folder that is made if needed.

    With `sync` it is on the disk before it replaces another. Raises OSError.
    """
    make_folder(path.parent)
    half = path.with_name(part_name())
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as out:
            out.write(data)
            if sync:
                out.flush()
                os.fsync(out.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _key(vault: Path) -> str:
    return hashlib.sha256(os.fsencode(vault.resolve())).hexdigest()[:16]


def _platform(which: str) -> Path:
    from platformdirs import PlatformDirs

    places = PlatformDirs("linkbak", appauthor=False)
    found: Path = getattr(places, f"user_{which}_path")
    return found


# --- unfinished files -------------------------------------------------------------------------------------------------
# A file being written lies beside its place under a name that says which process writes it, so that the next run there
# clears up after one that was killed.

_PART = r"\.linkbak-(?P<machine>[0-9a-f]{6})-(?P<process>\d{1,10})-\w{8}\.part"
_LONG_AGO = 24 * 60 * 60


def part_name() -> str:
    """A new name for a file or folder that is not finished."""
    return f"{_part_prefix()}{os.urandom(4).hex()}.part"


def sweep(folder: Path) -> None:
    """Remove the unfinished files in a folder whose process, one of this user's, is gone.

    Those of another machine are removed after a day. Files that cannot be removed stay.
    """
    with suppress(OSError), os.scandir(folder) as there:
        for one in there:
            if one.name.startswith(".linkbak-"):
                with suppress(OSError):
                    facts = one.stat(follow_symlinks=False)
                    if is_abandoned(one.name, facts.st_mtime) and facts.st_uid == os.geteuid():
                        _remove(one)


def is_abandoned(name: str, since: float) -> bool:
    """Whether nobody writes any more to a file with a `part_name`; `since` is when somebody last did, or began.

    Which processes run on another machine, or in a container, is unknown: their files are left for a day.
    """
    if not (ours := re.fullmatch(_PART, name)):
        return False
    here = _part_prefix().split("-")[1] == ours["machine"]
    return not runs(int(ours["process"])) if here else since < time.time() - _LONG_AGO


def temporary_folder() -> TemporaryDirectory[str]:
    """A private folder among the machine's temporary files; what killed processes left there goes first."""
    from tempfile import TemporaryDirectory, gettempdir

    sweep(Path(gettempdir()))
    return TemporaryDirectory(prefix=_part_prefix(), suffix=".part", ignore_cleanup_errors=True)


def runs(process: int) -> bool:
    """Whether a process of that number runs, of any user; a zombie does not."""
    try:
        os.kill(process, 0)
    except (OSError, OverflowError) as error:
        return isinstance(error, PermissionError)
    try:
        state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[:1]
    except OSError:  # no Linux
        return True
    return state not in ([b"Z"], [b"X"])


def _part_prefix() -> str:
    """A name for the machine and the process; a container, which numbers processes anew, is a machine of its own."""
    machine = os.uname().nodename
    with suppress(OSError):  # no Linux
        machine += str(Path("/proc/self/ns/pid").readlink())
    digest = hashlib.sha256(machine.encode("utf-8", "surrogateescape")).hexdigest()
    return f".linkbak-{digest[:6]}-{os.getpid()}-"


def _remove(one: os.DirEntry[str]) -> None:
    if one.is_dir(follow_symlinks=False):
        import shutil

        shutil.rmtree(one.path)
    else:
        Path(one.path).unlink()


# --- synced folders ---------------------------------------------------------------------------------------------------
# Folders that a program copies into a cloud, or between machines, behind the user's back.

_SERVICE_FOLDERS = (
    (r"dropbox( \(.+\))?|dropbox[-_ ].+", "Dropbox"),
    (r"onedrive( ?- ?.+)?|onedrive-.+|skydrive", "OneDrive"),
    (r"icloud ?drive|icloud|com~apple~clouddocs|mobile documents", "iCloud Drive"),
    (r"google ?drive( .*)?|googledrive-.+|my drive", "Google Drive"),
    (r"nextcloud([-_ ]?\d+)?", "Nextcloud"),
    (r"owncloud([-_ ]?\d+)?", "ownCloud"),
    (r"pcloud ?drive|pclouddrive|pcloud ?sync", "pCloud"),
    (r"mega ?sync|megasync uploads|mega", "MEGA"),
    (r"box|box ?sync|box-box", "Box"),
    (r"proton ?drive(-.+)?|my files - proton drive", "Proton Drive"),
    (r"yandex\.?disk(\.localized)?", "Yandex.Disk"),
    (r"seafile|seadrive", "Seafile"),
    (r"tresorit|tresors", "Tresorit"),
    (r"koofr|sync\.com|jottacloud|(strato )?hidrive|magentacloud|creative cloud files", ""),
)
"""Patterns for the names of such programs' folders; "" where the folder has the program's name.

Patterns as text: few commands need them, and compiling takes a millisecond.
"""
_SERVICE_FILES = (
    (".dropbox", "Dropbox"),
    (".dropbox.cache", "Dropbox"),
    (".owncloudsync.log", tr("Nextcloud or ownCloud")),
    (".nextcloudsync.log", "Nextcloud"),
    (".sync_*.db", tr("Nextcloud or ownCloud")),
    ("._sync_*.db", tr("Nextcloud or ownCloud")),
    (".stfolder", "Syncthing"),
    (".tmp.drivedownload", "Google Drive"),
    (".tmp.driveupload", "Google Drive"),
    (".seafile-data", "Seafile"),
    (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
    (".sync/ID", "Resilio Sync"),
    (".megaignore", "MEGA"),
)
"""Files that such programs leave in the folder they copy."""


_DISKS = ("/media", "/mnt", "/run/media", "/Volumes")
"""Where systems mount removable disks."""


def may_be_made(vault: Path) -> bool:
    """Whether a missing vault may be made: not in an empty folder where a removable disk may belong."""
    above = vault.expanduser().absolute().parent
    try:
        if not above.is_dir():
            return False
        disk = os.path.ismount(above) or any(above.is_relative_to(place) for place in _DISKS) or _in_fstab(above)
        return not disk or any(above.iterdir())
    except OSError:
        return False


def _in_fstab(folder: Path) -> bool:
    try:
        lines = Path("/etc/fstab").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return str(folder) in [words[1] for line in lines if len(words := line.split()) > 1 and not line.startswith("#")]


def synced_service(path: Path) -> str:
    """The program that copies the folder elsewhere, as far as is known; "" if none does.

    A folder that does not exist yet is judged by those above it. The home folder itself never counts as one.
    """
    place = path.expanduser().absolute()
    starts = [place]
    with suppress(OSError, RuntimeError):
        starts.append(place.resolve())
    for start in dict.fromkeys(starts):
        for folder in (start, *start.parents):
            if found := _service_by_name(folder) or _service_by_files(folder):
                return found
    return ""


def _service_by_name(folder: Path) -> str:
    """By its name, if it lies where such programs put it: directly in the home folder, or on a disk."""
    for words, service in _SERVICE_FOLDERS:
        if re.fullmatch(words, folder.name, re.IGNORECASE) and _usual_place(folder):
            return service or folder.name
    return ""


def _usual_place(folder: Path) -> bool:
    above = folder.parent
    if home := _home():
        library = home / "Library"
        if above in (home, home / "Documents", library, library / "CloudStorage", library / "Mobile Documents"):
            return True
    return str(above) in ("/", "/Volumes") or above.parent.name in ("home", "Users", "mnt")


def _service_by_files(folder: Path) -> str:
    for pattern, service in _SERVICE_FILES:
        with suppress(OSError, ValueError):
            if any(folder.glob(pattern)) and not (folder == _home() and pattern in (".dropbox", ".megaignore")):
                return service
    return ""


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None
