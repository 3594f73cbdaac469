"""Whether those who are to be told can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from linkbak.unattended.doctor.findings import Finding, Patient, fail, ok, warn

if TYPE_CHECKING:
    from linkbak.settings import Said


def notify(patient: Patient) -> Iterator[Finding]:
    """The program and the library that notifications need; nothing is sent."""
    import shutil
    from importlib.util import find_spec

    said = {name: patient.looked.said[f"notify.{name}"].value for name in ("ping", "command", "apprise")}
    bad = []
    if said["command"] and shutil.which(said["command"][0]) is None:
        change = "Install it, or `linkbak config set notify.command` with its whole path."
        bad.append(fail("the program of notify.command is not there", change))
    if said["apprise"] and find_spec("apprise") is None:
        install = "`pip install 'linkbak[notify]'`, or `pipx inject linkbak apprise`."
        bad.append(fail("apprise is not installed, so notify.apprise tells nobody", install))
    if here := [one.where for one in patient.looked.said.values() if _only_here(one)]:
        bad += _unknown_to_timers(patient, here)
    if set_up := [name for name, value in said.items() if value]:
        yield from bad or [ok(f"{' and '.join(set_up)}; `linkbak notify` tries what is set")]


def _only_here(one: Said) -> bool:
    return one.key.table == "notify" and one.source == "environment"


def _unknown_to_timers(patient: Patient, variables: Sequence[str]) -> Iterator[Finding]:
    """A timer is given no variables that may hold secrets, so it tells nobody of whom only they speak."""
    from linkbak.unattended.schedule import found

    if found(patient.place):
        many = len(variables) > 1
        yield warn(
            f"the timer does not know {' and '.join(variables)}, which {'are' if many else 'is'} set here",
            "Write it into the config file: `linkbak config set`.",
        )
