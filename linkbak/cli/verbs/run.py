"""``linkbak run``."""

from __future__ import annotations

from linkbak.cli.session import Session
from linkbak.errors import Exit


def run(session: Session) -> Exit:
    """Do all that needs nobody: what a timer calls

    \b
    Examples:
      linkbak run
      linkbak schedule install --every day

    Looks for new archives and keeps them, tells what changed and what it all comes to, pushes to the copies elsewhere,
    compares a share of the vault's bytes from time to time, reminds you of the next archive when it is due, and sends
    what there is to tell. Silent when nothing happened. A step that fails is reported and stops no other; the exit
    status tells the worst. Nothing but counts is printed and sent, unless notify.names is set.
    """
    from linkbak.cli.importing import import_options
    from linkbak.report import run_view
    from linkbak.report.show import say
    from linkbak.routine.course import Plan
    from linkbak.routine.running import run as run_all

    def tell(ran: run_view.Ran) -> None:
        if session.as_json:
            session.print_json(run_view.document(ran))
        elif not session.quiet:
            session.print_text("".join(f"{line}\n" for line in run_view.said(ran)))
        for line in run_view.troubles(ran):
            say(line)

    place, named = session.vault_path()
    plan = Plan(place, named, import_options(session), session.settings())
    return run_all(plan, tell).status
