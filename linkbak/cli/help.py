"""``linkbak help``: the text of `--help`, and pages that belong to no verb."""

from __future__ import annotations

from typing import Annotated

import typer
from typer import Argument

from linkbak.cli.app import EVERYWHERE, EXIT_STATUSES, GROUPS, VERBS, build, overview, said_otherwise
from linkbak.cli.session import Session
from linkbak.errors import UsageProblem
from linkbak.texts import tr


def help(
    session: Session,
    topic: Annotated[str | None, Argument(metavar="[VERB|all|exit-statuses]", help="What to explain.")] = None,
) -> None:
    """Show help: of a verb, all verbs, or exit-statuses

    \b
    Examples:
      linkbak help
      linkbak help diff
      linkbak help exit-statuses
    """
    if topic is None:
        session.print_text(overview())
    elif topic == "all":
        session.print_text("".join(_all()))
    elif topic == "exit-statuses":
        rows = [_wrapped(int(status), meaning) for status, meaning in EXIT_STATUSES.items()]
        session.print_text(tr("linkbak exits with:") + "\n\n" + "".join(rows))
    elif topic in VERBS:
        command = typer.main.get_command(build([topic])).commands[topic]  # type: ignore[attr-defined]
        session.print_text(command.get_help(typer.Context(command, info_name=f"linkbak {topic}")) + "\n")
    else:
        raise UsageProblem(tr("there is no help about {word!r}", word=topic), hint=said_otherwise(topic))


def _wrapped(status: int, meaning: str) -> str:
    """A line of at most 80 columns for a status, or several."""
    from textwrap import wrap

    lines = wrap(meaning, 72)
    return f"  {status:>3}  {lines[0]}\n" + "".join(f"       {line}\n" for line in lines[1:])


def _all() -> list[str]:
    """Every verb and what it is for."""
    lines = []
    for heading, (told, named) in GROUPS.items():
        lines += [f"{heading}\n", *(f"  {verb:<12} {VERBS[verb][1]}\n" for verb in (*told, *named)), "\n"]
    return [*lines, f"{EVERYWHERE}\n"]
