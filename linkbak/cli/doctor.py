"""``linkbak doctor``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from typer import Option

from linkbak import paths
from linkbak.automation.doctor import examine, status_of, worst
from linkbak.automation.doctor_checks import Finding, Installation
from linkbak.cli.session import Session, progress
from linkbak.errors import Exit, MachineProblem, UsageProblem
from linkbak.index import store
from linkbak.index.history import History
from linkbak.kit import oldest_check
from linkbak.report import maintenance
from linkbak.report.maintenance import Examined
from linkbak.settings import look
from linkbak.texts import tr


def doctor(
    session: Session,
    remote: Annotated[
        bool, Option("--remote", help="Check the copies elsewhere too; on a disk here, every byte.")
    ] = False,
    index: Annotated[
        str | None,
        Option("--index", metavar="check|rebuild", help="Compare the index of people with the vault, or remake it."),
    ] = None,
) -> Exit | None:
    """Check this machine, the settings and the vault

    \b
    Examples:
      linkbak doctor
      linkbak doctor --remote
      linkbak doctor --index check

    Each check is OK, WARN or FAIL, with what to do; nothing is changed. A FAIL exits with 12 for the vault, 15 the
    machine, 10 no vault, 11 a lock, 2 the settings, 4 a refused archive, 3 an unreadable list; warnings exit with 0.
    With --quiet, only failures are printed. `linkbak verify` compares every byte.
    """
    settings = look()
    said = session.named_vault or settings.values["vault"].value
    place = said or paths.default_vault()
    done = _index(session, index) if index is not None else None
    found = examine(Installation(place, said is not None, settings, datetime.now(UTC), remote, oldest_check()))
    if done is not None:
        found = [done if one.check == "index" else one for one in found]
    examined = Examined(str(place), found, worst(found), status_of(found))
    session.tell(
        lambda: maintenance.doctor_document(examined),
        lambda: maintenance.doctor_text(examined),
        lambda: _failures(examined),
    )
    return examined.status


def _index(session: Session, action: str) -> Finding:
    """Make the index of people anew if that is asked for, or if it is not what the vault says."""
    if action not in ("check", "rebuild"):
        raise UsageProblem(
            tr("--index does not take {action!r}", action=action), hint=tr("It takes check and rebuild.")
        )
    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault:
        place = store.place_of(vault)
        wrong = store.findings(vault, bar) if action == "check" else []
        if action == "check" and not wrong:
            return Finding("ok", tr("sound, compared with the vault: {place}", place=place), check="index")
        with History.rebuild(vault, bar) as history:
            if history.path is None:
                raise MachineProblem(
                    tr("cannot write the index to {place}", place=place),
                    hint=tr("Every command then makes it anew in memory, which takes longer; see to that folder."),
                )
    if wrong:
        made = tr("made anew, since {reasons}: {place}", reasons="; ".join(wrong), place=place)
    else:
        made = tr("made anew: {place}", place=place)
    return Finding("ok", made, check="index")


def _failures(examined: Examined) -> Iterator[str]:
    """Only the failures, in the form of errors."""
    for one in examined.findings:
        if one.level == "fail":
            yield tr("error: {name}: {error}", name=one.check, error=one.what)
            yield tr("hint: {hint}", hint=one.remedy)
