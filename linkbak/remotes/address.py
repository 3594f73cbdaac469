"""The addresses a remote may have: a folder, ssh or https.

Also which hosts are known as public, and which folders a program copies into a cloud.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from linkbak.errors import UsageProblem

Kind = Literal["file", "ssh", "https"]

_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9+.-]*::")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SCP = re.compile(r"(?:(?P<user>[^@/:\[\]]+)@)?(?P<host>\[[^\]/]+\]|[^/:\[\]@]+):(?P<path>.+)", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?")
_BRACKETED = re.compile(r"[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@$-]*")
_KINDS = "Use a folder, ssh://host/path, host:path or https://host/path."

_PUBLIC_HOSTS = frozenset(
    {
        *("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht", "gitea.com", "gitee.com"),
        *("gitcode.com", "gitcode.net", "jihulab.com", "coding.net", "gitflic.ru", "gitverse.ru", "notabug.org"),
        *("disroot.org", "framagit.org", "0xacab.org", "gitgud.io", "pagure.io", "tangled.org", "tangled.sh"),
        *("launchpad.net", "sourceforge.net", "sf.net", "savannah.gnu.org", "savannah.nongnu.org", "repo.or.cz"),
        *("dev.azure.com", "visualstudio.com", "assembla.com", "beanstalkapp.com", "replit.com", "dagshub.com"),
        *("huggingface.co", "hf.co", "kaggle.com", "opendev.org", "git.kernel.org", "salsa.debian.org"),
        *("gitlab.gnome.org", "gitlab.freedesktop.org", "invent.kde.org"),
    }
)
"""Hosts, with all their subdomains, where strangers may read what one puts there: at once, or after one click."""


class Address(NamedTuple):
    """Where a copy lies: what git is given, which kind it is, the host ("" for a folder), and the folder or file."""

    text: str
    kind: Kind
    host: str = ""
    path: Path | None = None

    @property
    def shown(self) -> str:
        """For people; an address holds no password, see `read_address`."""
        return printable(self.text)


def read_address(text: str, *, here: Path | None = None) -> Address:
    """The address that `text` means; a folder that is not absolute is looked for in `here`.

    Raises UsageProblem for one that runs programs, is not encrypted, or holds a password.
    """
    if not text or not text.isprintable():
        raise UsageProblem("the address is empty or holds characters that no address has", hint=_KINDS)
    if text.startswith("-"):
        raise UsageProblem("an address cannot begin with -", hint=f"{_KINDS} A folder's may begin with ./")
    if _HELPER.match(text):
        raise UsageProblem("an address with :: makes git run a program, which linkbak never lets it", hint=_KINDS)
    if named := _SCHEME.match(text):
        return _url(text, named[1].lower())
    if (short := _SCP.fullmatch(text)) and "/" not in text.partition(":")[0]:
        return _scp(text, short)
    return _folder(Path(text).expanduser(), here)


def public_name(host: str) -> str:
    """The public host that `host` is, or is part of; "" if it is none that is known."""
    labels = host.lower().rstrip(".").split(".")
    return next((name for at in range(len(labels)) if (name := ".".join(labels[at:])) in _PUBLIC_HOSTS), "")


def printable(text: str) -> str:
    """An address as somebody wrote it into a configuration, its password masked and control characters replaced."""
    plain = "".join(c if c.isprintable() else "?" for c in text[:500])
    return re.sub(r"(://[^/@:]*):[^/]*@", r"\1:***@", plain)


def _url(text: str, scheme: str) -> Address:
    if scheme == "file":
        return _file(text)
    if scheme in ("http", "git", "ftp", "ftps"):
        raise UsageProblem(
            f"{scheme}:// sends the vault where anybody on the way can read it", hint="Use https:// or ssh://."
        )
    if scheme not in ("ssh", "https", "git+ssh", "ssh+git"):
        raise UsageProblem(f"linkbak sends nothing to {scheme}://", hint=_KINDS)
    kind: Kind = "https" if scheme == "https" else "ssh"
    parts = _split(text)
    if parts.password is not None:
        raise UsageProblem(
            "the address holds a password, which would lie in the vault's configuration for all to read",
            hint="Leave it out; git's credential helpers keep passwords (`git help credentials`), ssh keeps keys.",
        )
    if parts.query or parts.fragment:
        raise UsageProblem("an address of a repository has no ? and no #", hint=_KINDS)
    _check_user(parts.username)
    if not parts.path.strip("/"):
        raise UsageProblem("the address names a host, but no repository there", hint=_KINDS)
    return Address(text, kind, _host(parts.hostname or "", bracketed="[" in parts.netloc))


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise UsageProblem("that is no address", hint=_KINDS) from None
    return parts


def _file(text: str) -> Address:
    parts = _split(text)
    if parts.netloc not in ("", "localhost"):
        raise UsageProblem("a file:// address cannot name another machine", hint="Mount the share and name its folder.")
    return _folder(Path(unquote(parts.path)), None)


def _scp(text: str, short: re.Match[str]) -> Address:
    """``user@host:path``; anything with a slash before the colon is a path."""
    _check_user(short["user"])
    host = short["host"]
    bare = host.strip("[]")
    return Address(text, "ssh", _host(bare, bracketed=host.startswith("[")))


def _check_user(name: str | None) -> None:
    if name is not None and not _USER.fullmatch(name):
        raise UsageProblem("the name before the @ in the address is none that a server knows", hint=_KINDS)


def _host(name: str, *, bracketed: bool) -> str:
    if not (_BRACKETED if bracketed else _HOST).fullmatch(name):
        raise UsageProblem("the host in the address is none", hint="Write it in plain letters; umlauts as xn--...")
    return name.lower()


def _folder(path: Path, here: Path | None) -> Address:
    absolute = (here or Path.cwd()) / path
    return Address(str(absolute), "file", "", absolute)


# --- synced folders ---------------------------------------------------------------------------------------------------
# Folders that a program copies into a cloud, or between machines, behind the user's back.

_SERVICE_FOLDERS = (
    (re.compile(r"dropbox( \(.+\))?|dropbox[-_ ].+", re.IGNORECASE), "Dropbox"),
    (re.compile(r"onedrive( ?- ?.+)?|onedrive-.+|skydrive", re.IGNORECASE), "OneDrive"),
    (re.compile(r"icloud ?drive|icloud|com~apple~clouddocs|mobile documents", re.IGNORECASE), "iCloud Drive"),
    (re.compile(r"google ?drive( .*)?|googledrive-.+|my drive", re.IGNORECASE), "Google Drive"),
    (re.compile(r"nextcloud([-_ ]?\d+)?", re.IGNORECASE), "Nextcloud"),
    (re.compile(r"owncloud([-_ ]?\d+)?", re.IGNORECASE), "ownCloud"),
    (re.compile(r"pcloud ?drive|pclouddrive|pcloud ?sync", re.IGNORECASE), "pCloud"),
    (re.compile(r"mega ?sync|megasync uploads|mega", re.IGNORECASE), "MEGA"),
    (re.compile(r"box|box ?sync|box-box", re.IGNORECASE), "Box"),
    (re.compile(r"proton ?drive(-.+)?|my files - proton drive", re.IGNORECASE), "Proton Drive"),
    (re.compile(r"yandex\.?disk(\.localized)?", re.IGNORECASE), "Yandex.Disk"),
    (re.compile(r"seafile|seadrive", re.IGNORECASE), "Seafile"),
    (re.compile(r"tresorit|tresors", re.IGNORECASE), "Tresorit"),
    (re.compile(r"koofr|sync\.com|jottacloud|(strato )?hidrive|magentacloud|creative cloud files", re.IGNORECASE), ""),
)
"""What the folders of such programs are called by themselves; "" for those whose name is the folder's."""
_SERVICE_FILES = (
    (".dropbox", "Dropbox"),
    (".dropbox.cache", "Dropbox"),
    (".owncloudsync.log", "Nextcloud or ownCloud"),
    (".nextcloudsync.log", "Nextcloud"),
    (".sync_*.db", "Nextcloud or ownCloud"),
    ("._sync_*.db", "Nextcloud or ownCloud"),
    (".stfolder", "Syncthing"),
    (".tmp.drivedownload", "Google Drive"),
    (".tmp.driveupload", "Google Drive"),
    (".seafile-data", "Seafile"),
    (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
    (".sync/ID", "Resilio Sync"),
    (".megaignore", "MEGA"),
)
"""What such programs leave in the folder that they copy."""


def synced_service(path: Path) -> str:
    """The program that copies the folder elsewhere, as far as can be told; "" if none does.

    A folder that is not there yet is judged by those above it. The home folder itself is never taken for one.
    """
    place = path.expanduser().absolute()
    for start in dict.fromkeys((place, _resolved(place))):
        for folder in (start, *start.parents):
            if found := _service_by_name(folder) or _service_by_files(folder):
                return found
    return ""


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _service_by_name(folder: Path) -> str:
    """By its name, if it lies where such programs put it: in the home folder, or on a disk, not anywhere below."""
    for words, service in _SERVICE_FOLDERS:
        if words.fullmatch(folder.name) and _usual_place(folder):
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
