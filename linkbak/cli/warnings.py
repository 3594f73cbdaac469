"""What is worth a warning when a vault is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkbak.vault.remotes.addresses import Address


def synced_note(place: Path) -> list[str]:
    """That the vault lies where a program copies it into a cloud, if it does."""
    from linkbak.vault.remotes.synced import synced_service

    service = synced_service(place)
    if not service:
        return []
    return [
        f"warning: the vault lies in a folder that {service} copies elsewhere. It holds other people's names and words,"
        " and a program that copies it while linkbak writes can damage it.",
        "hint: keep the vault outside, and send copies with `linkbak push`, or sealed ones with `linkbak seal`.",
    ]


def public_note(origin: Address, *, private: bool) -> list[str]:
    """That nothing will be pushed to where the vault was cloned from, if that is a public host."""
    from linkbak.vault.remotes.hosts import public_host

    name = public_host(origin)
    if not name or private:
        return []
    return [
        f"warning: {name} is a public host, so `linkbak push` sends nothing there.",
        "hint: if the repository there is private and stays so, add it again: `linkbak remote remove origin`, then"
        " `linkbak remote add origin ADDRESS --private-i-am-sure`.",
    ]
