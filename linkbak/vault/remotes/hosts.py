"""Whether an address leads to a host where strangers may read, also by another name that ssh knows it by."""

from __future__ import annotations

import re
from contextlib import suppress

from linkbak.errors import UsageProblem

from .addresses import Address, public_name
from .network import users_ssh


class PublicHost(UsageProblem):
    """The address is at a host known as public, and the user has not said that it is private there."""


def refuse_public(address: Address, *, private: bool) -> None:
    """Raises PublicHost, unless the user is sure that nobody else reads there."""
    if not private and (name := public_host(address)):
        raise PublicHost(
            f"{name} is a public host, and a vault holds other people's names, addresses and words to you",
            hint="Take a disk, a machine of your own, or a sealed file (`linkbak seal`) instead. If the repository"
            " there is private and stays so, say it when you add it: --private-i-am-sure.",
        )


def public_host(address: Address) -> str:
    """The public host that the address leads to, "" if it is none that is known."""
    if name := public_name(address.host):
        return name
    return public_name(_meant_by_ssh(address.host)) if address.kind == "ssh" else ""


def _meant_by_ssh(host: str) -> str:
    """The host's own name, where the user's configuration of ssh has a short one for it."""
    import shlex
    import subprocess

    with suppress(OSError, ValueError, subprocess.SubprocessError):
        words = shlex.split(users_ssh() or "ssh")
        if words[:1] and words[0].rpartition("/")[2] == "ssh":
            asked = [*words, "-G", "--", host]
            done = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=10)
            found = re.search(rb"^hostname (\S+)$", done.stdout, re.MULTILINE)
            return found[1].decode("ascii", "replace") if found else ""
    return ""
