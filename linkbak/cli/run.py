"""``linkbak run``: what happens without anybody watching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkbak.cli.import_ import import_options
from linkbak.cli.session import Session
from linkbak.errors import Exit
from linkbak.report import say, schedule
from linkbak.routine.run import run as run_all
from linkbak.routine.run_state import Plan

if TYPE_CHECKING:
    from linkbak.automation import Run


def run(session: Session) -> Exit:
    """Do everything that a timer does: import, check, push, notify

    \b
    Examples:
      linkbak run
      linkbak schedule install --every day

    linkbak imports new archives, says what changed, pushes to the remotes, checks some of the vault's bytes from time
    to time, reminds you when the next archive is due, and sends notifications. It prints nothing if nothing happened.
    If a step fails, the others still run, and the exit status tells the worst. Only counts are printed and sent, unless
    you set notify.names.
    """

    def tell(ran: Run) -> None:
        if session.as_json:
            session.print_json(schedule.run_document(ran))
        elif not session.quiet:
            session.print_text("".join(f"{line}\n" for line in schedule.run_lines(ran)))
        for line in schedule.run_troubles(ran):
            say(line)

    place, named = session.vault_path()
    plan = Plan(place, named, import_options(session), session.settings())
    return run_all(plan, tell).status
