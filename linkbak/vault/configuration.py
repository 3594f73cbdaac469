"""The vault's own git configuration: what it must say, and what it must not.

It lies inside the vault, so whoever can write there (a shared folder, a copied vault) could plant a command in it. What
linkbak runs is safe from it anyway; the refusal is so that it is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linkbak.errors import VaultDamaged
from linkbak.vault.git import Git, printable
from linkbak.vault.layout import ATTRIBUTES_TEXT, Layout, on_this_machine, private_folder, write_whole

CONFIG = {
    "core.sparseCheckout": "true",
    "core.sparseCheckoutCone": "true",
    "index.sparse": "true",
    "core.autocrlf": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "commit.gpgSign": "false",
}
"""What a vault's own git configuration says, so that git run by hand treats it well too."""

_FORBIDDEN = re.compile(
    r"(alias|include|includeif|credential|gpg|url|filter|pager|hook|protocol|mergetool|difftool|browser|man|guitool"
    r"|sendemail|instaweb|submodule|trailer|promisor|bundle)\..*"
    r"|core\.(sshcommand|fsmonitor|hookspath|editor|pager|askpass|gitproxy|worktree|alternaterefscommand"
    r"|alternaterefsprefixes|attributesfile|excludesfile|sparsecheckoutcone)"
    r"|sequence\.editor|interactive\.difffilter|web\.browser"
    r"|diff\.external|diff\..*\.(command|textconv)|merge\..*\.driver"
    r"|remote\..*\.(uploadpack|receivepack|vcs|proxy|promisor|partialclonefilter)|http\.(.*\.)?proxy"
    r"|uploadpack\.packobjectshook|receive\.procreceiverefs|uploadarchive\..*|tar\..*"
    r"|extensions\.(partialclone|worktreeconfig)|fetch\.bundleuri|transfer\.bundleuri",
    re.DOTALL,
)
_HELPER = re.compile(r"[a-z0-9][a-z0-9+.-]*::")
_HARMLESS = {"core.sparsecheckoutcone": "true", "core.fsmonitor": "false", "extensions.worktreeconfig": "true"}
LIST_CONFIGURATION = ("config", "--list", "--no-includes", "--show-scope", "-z")
_ELSEWHERE = ("objects/info/alternates", "objects/info/http-alternates", "info/grafts", "commondir")


def check_configuration(printed: bytes) -> frozenset[str]:
    """The names (lower case) of all that the vault configures, out of what LIST_CONFIGURATION printed.

    Refuses what runs programs or redirects.
    """
    names = set()
    for name, value in configured(printed):
        lowered = name.lower()
        names.add(lowered)
        if _HARMLESS.get(lowered) == value.lower():
            continue
        if _FORBIDDEN.fullmatch(lowered) or (lowered.startswith("remote.") and _HELPER.match(value.lower())):
            raise VaultDamaged(
                f"the vault's git configuration sets {printable(name, 80)}, which linkbak never does",
                hint="Find out who did; `git config --unset NAME` in the vault removes it.",
            )
    return frozenset(names)


def refuse_redirects(layout: Layout) -> None:
    """Refuses objects or history borrowed from elsewhere, and attributes that could change what is kept."""
    for name in _ELSEWHERE:
        if (layout.git / name).exists():
            raise VaultDamaged(f"the vault's .git/{name} sends git elsewhere", hint="Find out who put it there.")
    if layout.attributes.exists() and layout.attributes.read_bytes().strip() not in (b"", ATTRIBUTES_TEXT.strip()):
        raise VaultDamaged(
            "the vault's .git/info/attributes could change what is kept", hint="Move the file away and try again."
        )


def complete_configuration(layout: Layout, git: Git, names: frozenset[str]) -> None:
    """Gives a clone of a vault what `git clone` leaves out."""
    with on_this_machine(layout.top):
        private_folder(layout.git / "info")
        if not layout.attributes.exists() or layout.attributes.read_bytes() != ATTRIBUTES_TEXT:
            write_whole(layout.attributes, ATTRIBUTES_TEXT)
    for name in CONFIG:
        if name.lower() not in names:
            git.run("config", name, CONFIG[name])


def configured(printed: bytes) -> Iterator[tuple[str, str]]:
    """Name and value of every setting of the repository; those of our own command line are left out."""
    words = printed.decode("utf-8", "replace").split("\0")
    for scope, setting in zip(words[::2], words[1::2], strict=False):
        if scope != "command":
            name, _, value = setting.partition("\n")
            yield name, value
