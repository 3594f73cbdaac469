"""Copies elsewhere: whether there are any, how far behind they are, and whether they are where they should be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.errors import LinkbakError
from linkbak.unattended.doctor.findings import Finding, Patient, fail, ok, warn

if TYPE_CHECKING:
    from linkbak.vault.remotes.inspecting import Inspected
    from linkbak.vault.remotes.record import Copy
    from linkbak.vault.remotes.registering import Remote


def remote(patient: Patient) -> Iterator[Finding]:
    """Every remote and every seal; what is on the network is asked only if that is wanted."""
    try:
        if not patient.summaries:
            return
    except (LinkbakError, OSError):
        return  # what is wrong with the vault is told elsewhere
    from linkbak.vault.remotes.inspecting import inspect
    from linkbak.vault.remotes.record import copies
    from linkbak.vault.remotes.registering import remotes

    known, made = remotes(patient.place), copies(patient.place)
    seals = [one for one in made.values() if one.kind == "seal"]
    if not known and not seals:
        yield warn(
            "there is no copy elsewhere: if this disk breaks, all is lost",
            "`linkbak remote add NAME ADDRESS` and `linkbak push`; or `linkbak seal -o FILE`.",
        )
    asked = {one.name: one for one in inspect(patient.place)} if patient.contact and known else {}
    for one in known:
        yield from _remote(patient, one, made.get(one.name), asked.get(one.name))
    if seals:
        yield from _sealing()
        yield _aged(
            patient, max(seals, key=lambda one: datetime.fromisoformat(one.at)), "sealed", "linkbak seal -o FILE"
        )


def _sealing() -> Iterator[Finding]:
    """Whether the copies that are sealed can be made again, and opened with linkbak."""
    from importlib.util import find_spec

    if find_spec("pyrage") is None:
        yield warn(
            "`linkbak seal` does not work any more: pyrage is not installed",
            "`pip install 'linkbak[age]'`, or `pipx inject linkbak pyrage`.",
        )


def _remote(patient: Patient, one: Remote, made: Copy | None, asked: Inspected | None) -> Iterator[Finding]:
    """One remote: what stands in the way of going there, else how old the copy is."""
    import shutil

    try:
        kind, here = one.address.kind, one.address.path
    except LinkbakError as error:
        yield fail(f"{one.name}: {error}", error.hint, error.exit_code)
        return
    if kind == "ssh" and shutil.which("ssh") is None:
        yield fail(f"{one.name}: the program ssh is not there", "Install it: OpenSSH's client.")
    if asked is not None and asked.error is not None:
        yield fail(f"{one.name}: {asked.error}", asked.error.hint, asked.error.exit_code)
    elif asked is not None and asked.state in ("ahead", "diverged", "unknown", "unrelated"):
        yield warn(f"{one.name}: it holds what is not here", f"`linkbak pull {one.name}` brings it.")
    elif here is not None and not here.exists():
        yield warn(f"{one.name}: {here} is not there", "Is the disk plugged in, the share mounted?")
    elif made is None:
        yield warn(f"{one.name}: nothing was pushed there yet", f"`linkbak push {one.name}` does.")
    else:
        yield _aged(patient, made, f"{one.name}: pushed", f"linkbak push {one.name}")
    if here is not None and here.exists():
        yield from _near(patient, one, here)


def _near(patient: Patient, one: Remote, here: Path) -> Iterator[Finding]:
    """A copy that would be lost with the vault."""
    if here.stat().st_dev == patient.place.stat().st_dev:
        yield warn(
            f"{one.name}: it is on the vault's own disk", "Have one more copy on another disk or another machine."
        )


def _aged(patient: Patient, made: Copy, what: str, again: str) -> Finding:
    """How old a copy is, which matters only if the vault has changed since."""
    from linkbak.vault import Vault

    on = made.at[:10]
    with Vault.open(patient.place) as opened:
        behind = opened.newest() != made.commit
    most = patient.looked.said["copies.warn"].value
    if not behind:
        return ok(f"{what} on {on}, and nothing has changed since")
    if patient.now - datetime.fromisoformat(made.at) > timedelta(days=most):
        return warn(f"{what} on {on}, and the vault has changed since", f"`{again}` brings the copy up to date.")
    return ok(f"{what} on {on}; the vault has changed since")
