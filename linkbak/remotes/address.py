"""The addresses a remote may have: a folder, ssh or https; which hosts are public, and what is checked of a folder."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from linkbak import vault
from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, VaultDamaged
from linkbak.model import NamedTuple
from linkbak.paths import part_name, sweep
from linkbak.texts import tr
from linkbak.vault import BRANCH, Git, new_folder, on_this_machine, remove_tree, sync_folder
from linkbak.vault.repository import REDIRECTS, links_in, new_repository, runs_or_redirects

Kind = Literal["file", "ssh", "https"]

_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9+.-]*::")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SCP = re.compile(r"(?:(?P<user>[^@/:\[\]]+)@)?(?P<host>\[[^\]/]+\]|[^/:\[\]@]+):(?P<path>.+)", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?")
_BRACKETED = re.compile(r"[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@$-]*")
_KINDS = tr("Use a folder, ssh://host/path, host:path or https://host/path.")

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
"""Hosts, with all their subdomains, where strangers may read what is stored: at once, or after one click."""


class Address(NamedTuple):
    """Where a copy lies: the address for git, its kind, the host ("" for a folder), and the folder or file."""

    text: str
    kind: Kind
    host: str = ""
    path: Path | None = None

    @property
    def shown(self) -> str:
        """The address for people; it holds no password, see `read_address`."""
        return printable(self.text)


def read_address(text: str) -> Address:
    """The address that `text` means; a folder that is not absolute is looked for in the current one.

    Raises UsageProblem for one that runs programs, is not encrypted, or holds a password.
    """
    if not text or not text.isprintable():
        raise UsageProblem(tr("the address is empty or holds characters that no address has"), hint=_KINDS)
    if text.startswith("-"):
        raise UsageProblem(
            tr("an address cannot begin with -"), hint=tr("{kinds} A folder's may begin with ./", kinds=_KINDS)
        )
    if _HELPER.match(text):
        raise UsageProblem(tr("an address with :: makes git run a program, which linkbak never lets it"), hint=_KINDS)
    if named := _SCHEME.match(text):
        return _url(text, named[1].lower())
    if (short := _SCP.fullmatch(text)) and "/" not in text.partition(":")[0]:
        return _scp(text, short)
    return _folder(Path(text).expanduser())


def public_name(host: str) -> str:
    """The known public host that `host` is, or is part of; "" if it is none."""
    labels = host.lower().rstrip(".").split(".")
    return next((name for at in range(len(labels)) if (name := ".".join(labels[at:])) in _PUBLIC_HOSTS), "")


def is_public_number(host: str) -> bool:
    """Whether it is a public IP address, however it is written: 2354215171 is one.

    It does not show whose machine that is.
    """
    import socket
    from ipaddress import ip_address

    try:
        return ip_address(host if ":" in host else socket.inet_aton(host)).is_global
    except (ValueError, OSError):
        return False


def printable(text: str) -> str:
    """An address as somebody wrote it into a configuration, its password masked and control characters replaced."""
    return re.sub(r"(://[^/@:]*):[^/]*@", r"\1:***@", vault.printable(text, 500))


def _url(text: str, scheme: str) -> Address:
    if scheme == "file":
        parts = _split(text)
        if parts.netloc not in ("", "localhost"):
            raise UsageProblem(
                tr("a file:// address cannot name another machine"), hint=tr("Mount the share and name its folder.")
            )
        return _folder(Path(unquote(parts.path)))
    if scheme in ("http", "git", "ftp", "ftps"):
        raise UsageProblem(
            tr("{scheme}:// sends the vault where anybody on the way can read it", scheme=scheme),
            hint=tr("Use https:// or ssh://."),
        )
    if scheme not in ("ssh", "https", "git+ssh", "ssh+git"):
        raise UsageProblem(tr("linkbak sends nothing to {scheme}://", scheme=scheme), hint=_KINDS)
    kind: Kind = "https" if scheme == "https" else "ssh"
    parts = _split(text)
    if parts.password is not None:
        raise UsageProblem(
            tr("the address holds a password, which would lie in the vault's configuration for all to read"),
            hint=tr("Leave it out; git's credential helpers keep passwords (`git help credentials`), ssh keeps keys."),
        )
    if parts.query or parts.fragment:
        raise UsageProblem(tr("an address of a repository has no ? and no #"), hint=_KINDS)
    _check_user(parts.username)
    if not parts.path.strip("/"):
        raise UsageProblem(tr("the address names a host, but no repository there"), hint=_KINDS)
    return Address(text, kind, _host(parts.hostname or "", bracketed="[" in parts.netloc))


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise UsageProblem(tr("that is no address"), hint=_KINDS) from None
    return parts


def _scp(text: str, short: re.Match[str]) -> Address:
    """``user@host:path``; anything with a slash before the colon is a path."""
    _check_user(short["user"])
    if short["path"].startswith("-"):
        raise UsageProblem(
            tr("a folder on another machine cannot begin with -"), hint=tr("{kinds} It may begin with ./", kinds=_KINDS)
        )
    host = short["host"]
    bare = host.strip("[]")
    return Address(text, "ssh", _host(bare, bracketed=host.startswith("[")))


def _check_user(name: str | None) -> None:
    if name is not None and not _USER.fullmatch(name):
        raise UsageProblem(tr("the name before the @ in the address is none that a server knows"), hint=_KINDS)


def _host(name: str, *, bracketed: bool) -> str:
    if not (_BRACKETED if bracketed else _HOST).fullmatch(name):
        raise UsageProblem(
            tr("the host in the address is none"), hint=tr("Write it in plain letters; umlauts as xn--...")
        )
    return name.lower()


def _folder(path: Path) -> Address:
    absolute = Path.cwd() / path
    return Address(str(absolute), "file", "", absolute)


# --- folders of this machine ------------------------------------------------------------------------------------------
# How one is made, and how it is checked before git is run on it: disks are lent, others write to shares, and
# somebody may have left a program there for git to run.

SAFE_SETTINGS = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.alternateRefsCommand=true",
    f"core.attributesFile={os.devnull}",
    "receive.denyCurrentBranch=refuse",
    "receive.autogc=false",
    "receive.fsckObjects=true",
    "receive.unpackLimit=10",
    "receive.hideRefs=refs",
    f"receive.hideRefs=!refs/heads/{BRANCH}",
    "pack.threads=1",
    "pack.windowMemory=100m",
    "core.bigFileThreshold=16m",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
)
"""The settings of git at the other end: it starts no hook and no program, and connects to nobody else.

References beside our branch are hidden from a push: git fails at files that file managers drop among them.
"""


def check_local_remote(path: Path) -> None:
    """Raises a LinkbakError if there is no copy at `path`, or one that cannot be trusted. A bundle sets nothing."""
    with on_this_machine(path):
        if path.is_file():
            return
        folder = git_folder(path)
        _refuse_redirects(path, folder)
    for name, value in _configuration(folder):
        if name != "core.hookspath" and runs_or_redirects(name, value):  # our own setting overrides that one
            raise VaultDamaged(
                tr(
                    "{path}: its configuration sets {key}, which can make git run a program or look elsewhere",
                    path=path,
                    key=name,
                ),
                hint=tr(
                    "If you set it yourself, take it out: `git config --file {folder}/config --unset {key}`.",
                    folder=folder,
                    key=name,
                ),
            )


def _refuse_redirects(path: Path, folder: Path) -> None:
    if link := next(links_in(folder), ""):
        raise VaultDamaged(
            tr(
                "{path} is no copy to be trusted: its {link} is a link, through which git might write elsewhere",
                path=path,
                link=link,
            ),
            hint=tr("Make a new one with `--create`."),
        )
    for name in (*REDIRECTS, "shallow"):
        if (folder / name).exists():
            raise VaultDamaged(
                tr("{path} is no whole copy: its {file} sends git elsewhere", path=path, file=name),
                hint=tr("Make a new one with `--create`."),
            )


def git_folder(path: Path) -> Path:
    """The git folder of the repository at `path`: itself if it is bare, else its .git."""
    try:
        if not path.exists():
            raise MachineProblem(
                tr("{path} is not there", path=path),
                hint=tr("Is the disk plugged in, or the share mounted? `linkbak remote list`."),
            )
        for folder in (path, path / ".git"):
            if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
                return folder
    except OSError as error:
        raise MachineProblem(f"{path}: {error.strerror or type(error).__name__}") from None
    raise UsageProblem(
        tr("{path} is no git repository", path=path),
        hint=tr("`linkbak remote add NAME PATH --create` makes one in a folder that is new or empty."),
    )


def is_bare(path: Path) -> bool:
    """Whether the repository is bare; git pushes only to those."""
    folder = git_folder(path)
    bare = dict(_configuration(folder)).get("core.bare", "")
    return bare == "true" or (bare == "" and folder.name != ".git")


def _configuration(folder: Path) -> list[tuple[str, str]]:
    """The names (lower case) and values in a repository's own configuration, without files that it includes."""
    git = Git(folder)
    try:
        printed = git.run("config", "--file", str(folder / "config"), "--no-includes", "--list", "-z")
    except LinkbakError:
        raise MachineProblem(
            tr("git cannot read {folder}/config", folder=folder), hint=tr("Look at the file; is it git's?")
        ) from None
    words = printed.decode("utf-8", "replace").split("\0")
    return [(name.lower(), value) for name, _, value in (word.partition("\n") for word in words) if name]


_BARE_SETTINGS = {
    "core.bare": "true",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.fsckObjects": "true",
    "receive.autogc": "false",
    "receive.unpackLimit": "10",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
"""The configuration of a copy: no push may remove anything that it holds."""


class NoCopyYet(UsageProblem):
    """There is nothing at that place; a copy can be made there."""


def check_place(path: Path, vault: Path, *, create: bool) -> None:
    """Raises a LinkbakError for a folder that cannot be a place for a copy of that vault.

    With `create`, it must be one that is not there or empty; without, one that holds a bare repository.
    """
    there, own = path.resolve(), vault.resolve()
    if there == own or own in there.parents:
        raise UsageProblem(
            tr("{path} is in the vault itself", path=path), hint=tr("A copy belongs on another disk or machine.")
        )
    if there in own.parents and (there / "HEAD").exists():
        raise UsageProblem(
            tr("the vault lies inside {path}", path=path), hint=tr("A copy belongs on another disk or machine.")
        )
    with on_this_machine(path):
        if not path.exists() and not path.parent.is_dir():
            raise MachineProblem(
                tr("{folder} is not there", folder=path.parent),
                hint=tr("Plug in the disk or mount the share, or make that folder."),
            )
        if path.is_file():
            raise UsageProblem(
                tr("{path} is a file", path=path), hint=tr("Copies go to a folder; `linkbak seal` writes one file.")
            )
        vacant = not path.exists() or not any(path.iterdir())
    if vacant and not create:
        raise NoCopyYet(tr("there is no copy at {path} yet", path=path), hint=tr("--create makes one there."))
    if not vacant and create:
        raise UsageProblem(
            tr("{path} is not empty", path=path),
            hint=tr("Name a new folder, or leave out --create if a copy is there."),
        )
    if not vacant:
        check_local_remote(path)
        refuse_open_files(path)


def refuse_open_files(path: Path) -> None:
    """Raises UsageProblem for a repository that is not bare: git refuses to push to it."""
    if not is_bare(path):
        raise UsageProblem(
            tr("files lie open in the repository at {path}, so git takes nothing into it", path=path),
            hint=tr("Name another folder and let --create make a copy there; what both push to it, both pull."),
        )


def clear_unfinished(path: Path, since: float) -> None:
    """Removes unfinished files that a receiving git left in the copy since that time. Raises OSError."""
    folder = git_folder(path)
    for pattern in ("objects/tmp_*", "objects/pack/tmp_*", "objects/??/tmp_*", f"refs/heads/{BRANCH}.lock"):
        for left in folder.glob(pattern):
            if left.lstat().st_mtime >= since - 1:  # disks keep time to the second, or two
                remove_tree(left)


def make_bare(path: Path, *, sha256: bool) -> None:
    """Makes an empty bare repository that only its owner can open; whole or not at all."""
    sweep(path.parent)
    with new_folder(path.parent / part_name(), path) as draft, on_this_machine(path):
        git = Git(draft)
        with new_repository(git, sha256=sha256) as repo:
            for name, value in _BARE_SETTINGS.items():
                repo.git.config(name, value)
        with suppress(PermissionError):  # a disk without owners
            git.git_dir.chmod(0o700)
        git.git_dir.replace(path)
        sync_folder(path.parent)
