"""``linkbak run`` and ``linkbak notify``: what happens without anybody watching, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.automation import notify as delivery
from linkbak.automation.ping import ping, ping_name
from linkbak.cli.notices import import_options
from linkbak.cli.session import Session
from linkbak.errors import Exit, UsageProblem
from linkbak.report import reminders, say, schedule
from linkbak.report.reminders import TEST, Tried
from linkbak.routine.run import run as run_all
from linkbak.routine.run_state import Plan
from linkbak.settings import Notify

if TYPE_CHECKING:
    from linkbak.automation import Run


def run(session: Session) -> Exit:
    """Run every unattended step: what a timer calls

    \b
    Examples:
      linkbak run
      linkbak schedule install --every day

    Looks for new archives and keeps them, tells what changed and what it all comes to, pushes to the copies elsewhere,
    compares a share of the vault's bytes from time to time, reminds you of the next archive when it is due, and sends
    what there is to tell. Silent when nothing happened. A step that fails is reported and stops no other; the exit
    status tells the worst. Nothing but counts is printed and sent, unless notify.names is set.
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


def notify(
    session: Session,
    pinged: Annotated[
        bool, typer.Option("--ping", help="Ping the address, too, as after a run that went well.")
    ] = False,
) -> Exit | None:
    """Send a test message the way `linkbak run` would

    \b
    Examples:
      linkbak notify
      linkbak notify --ping
      linkbak config set notify.command "mail -s {subject} me@example.com"

    It goes every way that is set up under [notify] in the config file: to a command of yours, which reads the text on
    its standard input, and to services of apprise (the extra `notify`). Real messages hold counts and no names, unless
    names = true. If any way fails, the status is 15.

    The address to ping is for a service that warns you when no ping has come for a while, such as Healthchecks or
    Uptime Kuma. Since a ping says that all is well, it is sent only if you ask for it.
    """
    how = session.settings().notify
    if not (how.command or how.apprise or how.ping):
        raise UsageProblem(
            "nothing is set up by which you could be told",
            hint="`linkbak config set notify.command WORDS`, or notify.apprise, or notify.ping.",
        )
    tried = _tried(how, ping_too=pinged)
    if session.as_json:
        session.print_json(reminders.notify_document(tried))
    elif session.quiet:
        for line in reminders.notify_failures(tried):
            say(line)
    else:
        session.show(reminders.notify_text(tried, unpinged=bool(how.ping) and not pinged))
    return Exit.MACHINE if any(one.failure for one in tried) else None


def _tried(how: Notify, *, ping_too: bool) -> list[Tried]:
    """Every way in order, with what went wrong if it failed."""

    alone = [Notify(command=how.command)] if how.command else []
    alone += [Notify(apprise=(one,)) for one in how.apprise]
    tried = [Tried(delivery.channels(one)[0], next(iter(delivery.notify(one, TEST)), None)) for one in alone]
    if how.ping and ping_too:
        tried.append(Tried(ping_name(how.ping), ping(how.ping, "success", "a test by linkbak notify")))
    return tried
