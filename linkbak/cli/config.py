"""``linkbak config``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, Option

from linkbak import paths
from linkbak.automation import notify as delivery
from linkbak.automation.notify import ping, ping_name
from linkbak.cli.app import check_action
from linkbak.cli.session import Session, report_error
from linkbak.errors import Exit, UsageProblem
from linkbak.report import config as config_view
from linkbak.report import reminders
from linkbak.report.config import Configured
from linkbak.report.reminders import TEST, Tried
from linkbak.settings import TABLES, Notify, Value, known, look, stray
from linkbak.settings.edit import Changed, generate, set_key, template, unset_key
from linkbak.texts import tr

ACTIONS = ("show", "set", "unset", "generate", "validate", "path", "test-notification")
_STDOUT = Path("-")


def config(
    session: Session,
    action: Annotated[str, Argument(metavar="[ACTION]")] = "show",
    words: Annotated[list[str] | None, Argument(metavar="[KEY [VALUE...]]")] = None,
    output: Annotated[
        Path | None, Option("--output", "-o", metavar="FILE", help="Where generate writes; - prints.")
    ] = None,
    overwrite: Annotated[
        bool, Option("--overwrite", help="Let generate write a file anew; what it sets is kept.")
    ] = False,
    secrets: Annotated[bool, Option("--secrets", help="Let show print addresses and commands whole.")] = False,
    ping_too: Annotated[bool, Option("--ping", help="Let test-notification send the ping too.")] = False,
) -> Exit | None:
    """Show and change the settings

    \b
    Examples:
      linkbak config set cadence.days 7
      linkbak config set notify.command 'notify-send linkbak {subject}'

    \b
    show               where each value comes from, of all keys or of some
    set KEY VALUE      writes the value into the config file
    unset KEY          removes the key, so that the default holds
    generate           writes a config file that explains every key
    validate           exits with 0 if linkbak understands all, else with 2
    path               prints where the config file is
    test-notification  sends a test message in every way that is set up
    """
    given = list(words or ())
    check_action("config", action, ACTIONS)
    if action == "set" and len(given) < 2:
        raise UsageProblem(tr("a key and its value are missing"), hint="linkbak config set cadence.days 7")
    if action == "unset" and len(given) != 1:
        raise UsageProblem(tr("a key is missing"), hint="linkbak config unset cadence.days")
    if action not in ("show", "set", "unset") and given:
        raise UsageProblem(tr("config {action} takes no key", action=action))
    if action != "generate" and (output is not None or overwrite):
        raise UsageProblem(tr("only `linkbak config generate` takes -o and --overwrite"))
    if action != "show" and secrets:
        raise UsageProblem(tr("only `linkbak config show` takes --secrets"))
    if action != "test-notification" and ping_too:
        raise UsageProblem(tr("only `linkbak config test-notification` takes --ping"))
    if action == "test-notification":
        return _test(session, ping_too=ping_too)
    if output == _STDOUT:
        session.print_text(template())
        return None
    done = _done(session, action, given, output, overwrite=overwrite)._replace(secrets=secrets)
    if session.as_json:
        session.print_json(config_view.document(done))
    elif done.action == "path":
        session.print_text(f"{done.file}\n")
    else:
        for problem in done.problems:
            report_error(problem, for_programs=False)
        session.show(config_view.text(done))
    return done.problems[0].exit_code if action == "validate" and done.problems else None


def _done(session: Session, action: str, words: Sequence[str], output: Path | None, *, overwrite: bool) -> Configured:
    if action == "path":
        return Configured("path", paths.config_file())
    if action == "generate":
        made = generate(output.expanduser() if output else paths.config_file(), overwrite=overwrite)
        return Configured("generate", **made._asdict())
    if action == "set":
        return _changed("set", set_key(words[0], words[1:]))
    if action == "unset":
        return _changed("unset", unset_key(words[0]))
    if action == "validate":
        found = look()
        return Configured("validate", found.file, problems=found.problems, notes=stray(os.environ))
    return _shown(session, words)


def _shown(session: Session, names: Sequence[str]) -> Configured:
    """These keys, those of these tables, or all, the flag laid over the rest; raises the first problem."""
    for name in names:
        if name not in TABLES:
            known(name)
    found = look()
    found.settings()
    said = dict(found.values)
    if session.named_vault is not None:
        said["vault"] = Value(said["vault"].key, session.named_vault, "flag", "--vault")
    elif said["vault"].value is None:
        said["vault"] = said["vault"]._replace(value=paths.default_vault())
    meant = [one for one in said.values() if not names or {one.key.name, one.key.table} & {*names}]
    return Configured("show", found.file, said=meant)


def _changed(action: Literal["set", "unset"], done: Changed) -> Configured:
    """A change of the file, with what holds now, which need not be what the file says."""
    said = look().values
    now = [one for one in said.values() if one.key.name == done.key or one.where == done.key]
    notes = [
        tr("{variable} in the environment wins over the file", variable=one.where)
        for one in now
        if one.source == "environment"
    ]
    notes += [tr("not understood: {problem}", problem=problem) for problem in done.problems]
    return Configured(action, done.file, done.changed, now, notes=notes)


def _test(session: Session, *, ping_too: bool) -> Exit | None:
    """Send a test message every way that is set up, as `linkbak run` would."""
    how = session.settings().notify
    if not (how.command or how.apprise or how.ping):
        raise UsageProblem(
            tr("no notification is set up"),
            hint=tr("`linkbak config set notify.command WORDS`, or notify.apprise, or notify.ping."),
        )
    alone = [Notify(command=how.command)] if how.command else []
    alone += [Notify(apprise=(one,)) for one in how.apprise]
    tried = [Tried(delivery.channels(one)[0], next(iter(delivery.notify(one, TEST)), None)) for one in alone]
    if how.ping and ping_too:
        tried.append(
            Tried(ping_name(how.ping), ping(how.ping, "success", "a test by linkbak config test-notification"))
        )
    session.tell(
        lambda: reminders.notify_document(tried),
        lambda: reminders.notify_text(tried, unpinged=bool(how.ping) and not ping_too),
        lambda: reminders.notify_failures(tried),
    )
    return Exit.MACHINE if any(one.failure for one in tried) else None
