"""``linkbak notify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit, UsageProblem

if TYPE_CHECKING:
    from linkbak.report.notify_view import Tried
    from linkbak.settings import Notify


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
    from linkbak.report import notify_view
    from linkbak.report.show import say

    how = session.settings().notify
    if not (how.command or how.apprise or how.ping):
        raise UsageProblem(
            "nothing is set up by which you could be told",
            hint="`linkbak config set notify.command WORDS`, or notify.apprise, or notify.ping.",
        )
    tried = _tried(how, ping_too=pinged)
    if session.as_json:
        session.print_json(notify_view.document(tried))
    elif session.quiet:
        for line in notify_view.quiet_lines(tried):
            say(line)
    else:
        session.show(notify_view.page(tried, unpinged=bool(how.ping) and not pinged))
    return Exit.MACHINE if any(one.failure for one in tried) else None


def _tried(how: Notify, *, ping_too: bool) -> list[Tried]:
    """Every way in order, with what went wrong if it failed."""
    from linkbak.report.notify_view import TEST, Tried
    from linkbak.settings import Notify
    from linkbak.unattended.notifying import channels, notify, ping, ping_name

    alone = [Notify(command=how.command)] if how.command else []
    alone += [Notify(apprise=(one,)) for one in how.apprise]
    tried = [Tried(channels(one)[0], next(iter(notify(one, TEST)), None)) for one in alone]
    if how.ping and ping_too:
        tried.append(Tried(ping_name(how.ping), ping(how.ping, "success", "a test by linkbak notify")))
    return tried
