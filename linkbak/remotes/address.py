"""The addresses a remote may have: a folder, ssh or https; and which hosts are known as public."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from linkbak import vault
from linkbak.errors import UsageProblem
from linkbak.model import NamedTuple

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


def read_address(text: str) -> Address:
    """The address that `text` means; a folder that is not absolute is looked for in the current one.

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
    return _folder(Path(text).expanduser())


def public_name(host: str) -> str:
    """The public host that `host` is, or is part of; "" if it is none that is known."""
    labels = host.lower().rstrip(".").split(".")
    return next((name for at in range(len(labels)) if (name := ".".join(labels[at:])) in _PUBLIC_HOSTS), "")


def is_public_number(host: str) -> bool:
    """Whether it is the number of a machine that all the world can reach, however it is written: 2354215171 is one.

    Nobody can tell from it whose machine that is.
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
    return _folder(Path(unquote(parts.path)))


def _scp(text: str, short: re.Match[str]) -> Address:
    """``user@host:path``; anything with a slash before the colon is a path."""
    _check_user(short["user"])
    if short["path"].startswith("-"):
        raise UsageProblem("a folder on another machine cannot begin with -", hint=f"{_KINDS} It may begin with ./")
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


def _folder(path: Path) -> Address:
    absolute = Path.cwd() / path
    return Address(str(absolute), "file", "", absolute)
