"""``linkbak doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from linkbak import paths
from linkbak.automation.doctor import examine, status_of, worst
from linkbak.automation.doctor_checks import Installation
from linkbak.cli.session import Session
from linkbak.errors import Exit
from linkbak.report import maintenance, say
from linkbak.settings import look

if TYPE_CHECKING:
    from linkbak.report.maintenance import Examined


def doctor(
    session: Session,
    remote: Annotated[
        bool, typer.Option("--remote", help="Ask the copies elsewhere too, over the network; whole if on a disk here.")
    ] = False,
) -> Exit | None:
    """Look whether all that linkbak needs is in order

    \b
    Examples:
      linkbak doctor
      linkbak doctor --remote
      linkbak doctor --json

    Looks at Python, git, the settings, the vault and who may read it, the lock, the index, the clock, the disk, the
    folders where archives are looked for, the timer, notifications and copies elsewhere. Each is OK, WARN or FAIL, and
    below what is not OK stands what to do. Nothing is changed, and nothing on the network is asked without --remote.
    This is a quick look; `linkbak verify` compares every byte.

    If something fails, the status says what: 12 the vault is damaged, 15 the machine, 10 no vault, 11 locked, 2 the
    settings. What only is to be seen to leaves it at 0. With --quiet only failures are printed, as errors.
    """
    from datetime import UTC, datetime

    settings = look()
    said = session.named_vault or settings.values["vault"].value
    place = said or paths.default_vault()
    found = examine(Installation(place, said is not None, settings, datetime.now(UTC), contact=remote))
    examined = maintenance.Examined(str(place), found, worst(found), status_of(found))
    if session.as_json:
        session.print_json(maintenance.doctor_document(examined))
    else:
        if session.quiet:
            _say(examined)
        session.show(maintenance.doctor_text(examined))
    return examined.status


def _say(examined: Examined) -> None:
    """The failures alone, as errors are told."""
    for one in examined.findings:
        if one.level == "fail":
            say(f"error: {one.check}: {one.what}")
            say(f"hint: {one.remedy}")
