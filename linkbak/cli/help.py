"""``linkbak help`` and ``completion``: the help of `--help` and pages of no verb, and words for a shell to offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any

import typer
from typer import Argument

from linkbak.cli.app import EVERYWHERE, EXIT_STATUSES, GROUPS, VERBS, build, load, overview, said_otherwise
from linkbak.cli.session import Session
from linkbak.errors import LinkbakError, UsageProblem
from linkbak.settings import KEYS
from linkbak.texts import tr
from linkbak.vault import Vault


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
        command = _command(topic)
        session.print_text(command.get_help(typer.Context(command, info_name=f"linkbak {topic}")) + "\n")
    else:
        raise UsageProblem(tr("there is no help about {word!r}", word=topic), hint=said_otherwise(topic))


def _wrapped(status: int, meaning: str) -> str:
    """A line of at most 80 columns for a status, or several."""
    lines = wrap(meaning, 72)
    return f"  {status:>3}  {lines[0]}\n" + "".join(f"       {line}\n" for line in lines[1:])


def _all() -> list[str]:
    """Every verb and what it is for."""
    lines = []
    for heading, (told, named) in GROUPS.items():
        lines += [f"{heading}\n", *(f"  {verb:<12} {VERBS[verb][1]}\n" for verb in (*told, *named)), "\n"]
    return [*lines, f"{EVERYWHERE}\n"]


def _command(verb: str) -> Any:
    """A verb as the parser knows it."""
    return typer.main.get_command(build([verb])).commands[verb]  # type: ignore[attr-defined]


# --- completion -------------------------------------------------------------------------------------------------------

SCRIPTS = {
    "bash": """\
_linkbak() {
    local word within=
    case ${COMP_WORDS[COMP_CWORD]} in
        \\"*) within='s/[\\\\"$`]/\\\\&/g' ;;
        \\'*) within="s/'/'\\\\\\\\''/g" ;;
    esac
    COMPREPLY=()
    while IFS= read -r word; do
        [[ $within ]] || printf -v word %q "$word"
        COMPREPLY+=("$word")
    done < <(linkbak completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | sed "$within")
}
complete -o default -o bashdefault -F _linkbak linkbak
""",
    "zsh": """\
#compdef linkbak
_linkbak() {
    local -a found
    found=("${(@f)$(linkbak completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "${found[*]}" ]]; then compadd -a found; else _files; fi
}
if [[ "${funcstack[1]}" == _linkbak ]]; then _linkbak "$@"; else compdef _linkbak linkbak; fi
""",
    "fish": """\
function __linkbak
    set -l found (linkbak completion words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c linkbak -f -a "(__linkbak)"
""",
}
"""What each shell runs to ask for words; where there are none, it offers files."""

_MOST = 200
"""The most people that are offered."""


def completion(
    session: Session,
    shell: Annotated[str, Argument(metavar="bash|zsh|fish", help="Which shell.")],
    words: Annotated[list[str] | None, Argument(hidden=True)] = None,
) -> None:
    """Print the completion script for your shell

    \b
    Examples:
      source <(linkbak completion bash)
      linkbak completion zsh > ~/.zfunc/_linkbak
      linkbak completion fish > ~/.config/fish/completions/linkbak.fish

    The shell then completes verbs, options, snapshots, people, formats, classes, settings and remotes.
    """
    if shell == "words":
        session.print_text("".join(f"{word}\n" for word in offered(session, words or [""])))
    elif shell in SCRIPTS:
        session.print_text(SCRIPTS[shell])
    else:
        raise UsageProblem(
            tr("there is no completion for {shell!r}", shell=shell),
            hint=tr("The shells are {shells}.", shells=", ".join(SCRIPTS)),
        )


def offered(session: Session, words: Sequence[str]) -> list[str]:
    """What may stand in the place of the last of the words, which is unfinished."""
    # As they are meant, without the signs that keep a shell from cutting them.
    *before, last = (word.replace("\\", "").lstrip("\"'") for word in words)
    verb = next((word for word in before if word in VERBS), "")
    if not verb:
        return [name for name in VERBS if name.startswith(last)]
    named = next((Path(word).expanduser() for flag, word in pairwise(before) if flag == "--vault"), None)
    place = named or session.vault_path()[0]
    said = [word for word in before[before.index(verb) + 1 :] if not word.startswith("-")]
    with suppress(LinkbakError, OSError):  # whoever presses a key is told nothing
        if before[-1] in _AFTER:
            head, comma, rest = last.rpartition(",") if before[-1] == "--only" else ("", "", last)
            return [f"{head}{comma}{one}" for one in _AFTER[before[-1]](place) if one.startswith(rest)]
        if last.startswith("-"):
            options = {opt for one in _command(verb).params for opt in (*one.opts, *one.secondary_opts)}
            return sorted(one for one in options if one.startswith(last) and one.startswith("--"))
        ahead = _AHEAD_OF_NAMES.get("messages export" if [verb, *said[:1]] == ["messages", "export"] else verb)
        people = [] if ahead is None or len(said) < ahead else _rest_of_names(place, said[ahead:], last)
        return [*(one for one in _words(verb, said, place) if one.startswith(last)), *people]
    return []


def _rest_of_names(place: Path, said: Sequence[str], last: str) -> list[str]:
    """The people whose name begins so; of a name already begun, what is left of it."""
    begun = "".join(f"{word} " for word in said)
    typed = (begun + last).casefold()
    if not typed:
        return []
    found = [name for name in _people(place) if name.casefold().startswith(typed)]
    return [name[len(begun) :] for name in found[:_MOST]]


def _snapshots(place: Path) -> list[str]:
    """Their ids, the newest first, and the words for some of them."""
    with Vault.open(place) as vault:
        return [*(one.id for one in reversed(vault.summaries())), "latest", "previous"]


def _accounts(place: Path) -> Iterable[str]:
    with Vault.open(place) as vault:
        return vault.accounts()


def _people(place: Path) -> list[str]:
    """The name of everybody ever known, in order; none that could act upon a terminal."""
    everybody = load("linkbak.index.LOST") | {"listed", "hidden"}
    wanted = load("linkbak.index.PeopleFilter")(states=everybody)
    with (
        Vault.open(place) as vault,
        load("linkbak.index.history.History").open(vault) as history,
        history.read_transaction(),
    ):
        names = {one.row.name for one in history.people(wanted)}
    return sorted(name for name in names if name.isprintable())


def _words(verb: str, said: Sequence[str], place: Path) -> Iterable[str]:
    """What may stand where a verb's words stand, given those before it."""
    match [verb, *said]:
        case ["log" | "diff" | "cat" | "restore" | "forget" | "verify", *_]:
            return _snapshots(place)
        case ["push" | "pull", *_] | ["remote", "remove" | "check", *_]:
            return [one.name for one in load("linkbak.remotes.list_remotes")(place)]
        case ["config", "show" | "set" | "unset"]:
            return [one.name for one in KEYS]
        case ["messages", "export"]:
            return (*load("linkbak.exporters.conversations.MESSAGE_EXPORTERS"),)
        case ["posts", _, *_]:
            return (*load("linkbak.exporters.conversations.POST_EXPORTERS"),)
    return () if said or verb not in _FIRST else _FIRST[verb]()


_FIRST: dict[str, Callable[[], Iterable[str]]] = {
    "export": lambda: load("linkbak.exporters.formats.EXPORTERS"),
    "audit": lambda: load("linkbak.cli.pitches.ACTIONS"),
    "api": lambda: load("linkbak.cli.api.ACTIONS"),
    "mark": lambda: ("list", "undo"),
    "messages": lambda: ("export",),
    "pitches": lambda: ("show",),
    "posts": lambda: ("export",),
    "reach": lambda: ("draft",),
    "remote": lambda: load("linkbak.cli.copies.ACTIONS"),
    "config": lambda: load("linkbak.cli.config.ACTIONS"),
    "link": lambda: load("linkbak.cli.reach.ACTIONS"),
    "request": lambda: load("linkbak.cli.schedule.REQUEST_ACTIONS"),
    "schedule": lambda: load("linkbak.cli.schedule.ACTIONS"),
    "completion": lambda: SCRIPTS,
    "help": lambda: (*VERBS, "all", "exit-statuses"),
}
"""The first word after a verb; whoever presses a key waits for what is imported."""

_AHEAD_OF_NAMES = {
    **{"show": 0, "lost": 0, "mark": 0, "messages": 0},
    **{"export": 1, "reach": 1, "audit": 1, "messages export": 2},
}
"""How many words stand between such a verb and the name of a person."""

_AFTER: dict[str, Callable[[Path], Iterable[str]]] = {
    "--only": lambda _: load("linkbak.report.CLASSES"),
    "--sort": lambda _: load("linkbak.report.people.ORDERS"),
    "--account": _accounts,
    "--between": _snapshots,
    "--in": lambda _: load("linkbak.index.search.PLACES"),
    "--kind": lambda _: load("linkbak.model.POST_KINDS"),
    "--unanswered": lambda _: ("me", "them"),
    "--every": lambda _: ("hour", "day", "week", "month"),
    "--index": lambda _: ("check", "rebuild"),
}
"""What may follow an option."""
