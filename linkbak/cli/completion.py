"""``linkbak completion``: the script for a shell, and the words that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument

from linkbak.cli.app import VERBS, build, load
from linkbak.cli.session import Session
from linkbak.errors import LinkbakError, UsageProblem
from linkbak.settings import KEYS
from linkbak.texts import tr
from linkbak.vault import Vault

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
    place = next((Path(word) for flag, word in pairwise(before) if flag == "--vault"), None)
    source = _Source(place.expanduser() if place else session.vault_path()[0])
    said = [word for word in before[before.index(verb) + 1 :] if not word.startswith("-")]
    with suppress(LinkbakError, OSError):  # whoever presses a key is told nothing
        if before[-1] in _AFTER:
            head, comma, rest = last.rpartition(",") if before[-1] == "--only" else ("", "", last)
            return [f"{head}{comma}{one}" for one in _AFTER[before[-1]](source) if one.startswith(rest)]
        if last.startswith("-"):
            return [one for one in _options(verb) if one.startswith(last)]
        words = _PLACES[verb](source, said) if verb in _PLACES else ()
        ahead = _AHEAD_OF_NAMES.get("messages export" if [verb, *said[:1]] == ["messages", "export"] else verb)
        people = [] if ahead is None or len(said) < ahead else _rest_of_names(source, said[ahead:], last)
        return [*(one for one in words if one.startswith(last)), *people]
    return []


def _options(verb: str) -> list[str]:
    command = typer.main.get_command(build([verb])).commands[verb]  # type: ignore[attr-defined]
    return sorted({opt for one in command.params for opt in (*one.opts, *one.secondary_opts) if opt.startswith("--")})


def _rest_of_names(source: _Source, said: Sequence[str], last: str) -> list[str]:
    """The people whose name begins so; of a name already begun, what is left of it."""
    begun = "".join(f"{word} " for word in said)
    typed = (begun + last).casefold()
    if not typed:
        return []
    found = [name for name in source.people() if name.casefold().startswith(typed)]
    return [name[len(begun) :] for name in found[:_MOST]]


class _Source:
    """What a vault knows that can be named on a command line."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def snapshots(self) -> list[str]:
        """Their ids, the newest first, and the words for some of them."""
        with Vault.open(self._place) as vault:
            return [*(one.id for one in reversed(vault.summaries())), "latest", "previous"]

    def accounts(self) -> list[str]:
        """Their names."""
        with Vault.open(self._place) as vault:
            return list(vault.accounts())

    def people(self) -> list[str]:
        """The name of everybody ever known, in order; none that could act upon a terminal."""
        everybody = load("linkbak.index.LOST") | {"listed", "hidden"}
        wanted = load("linkbak.index.PeopleFilter")(states=everybody)
        with (
            Vault.open(self._place) as vault,
            load("linkbak.index.history.History").open(vault) as history,
            history.read_transaction(),
        ):
            names = {one.row.name for one in history.people(wanted)}
        return sorted(name for name in names if name.isprintable())

    def remotes(self) -> list[str]:
        """Their names."""
        return [one.name for one in load("linkbak.remotes.list_remotes")(self._place)]


def _first(*words: str) -> Callable[[_Source, Sequence[str]], Sequence[str]]:
    return lambda source, said: () if said else words


def _first_of(words: Callable[[], Iterable[str]]) -> Callable[[_Source, Sequence[str]], Sequence[str]]:
    """The same for words of another module; whoever presses a key waits for what is imported."""
    return lambda source, said: () if said else (*words(),)


def _keys(source: _Source, said: Sequence[str]) -> Sequence[str]:
    if not said:
        return (*load("linkbak.cli.config.ACTIONS"),)
    return [one.name for one in KEYS] if said[0] in ("show", "set", "unset") and len(said) == 1 else ()


def _remotes(source: _Source, said: Sequence[str]) -> Sequence[str]:
    if not said:
        return (*load("linkbak.cli.copies.ACTIONS"),)
    return source.remotes() if said[0] in ("remove", "check") else ()


def _messages(source: _Source, said: Sequence[str]) -> Sequence[str]:
    if not said:
        return ("export",)
    return (*load("linkbak.exporters.conversations.MESSAGE_EXPORTERS"),) if said == ["export"] else ()


def _posts(source: _Source, said: Sequence[str]) -> Sequence[str]:
    return (*load("linkbak.exporters.conversations.POST_EXPORTERS"),) if said else ("export",)


_AHEAD_OF_NAMES = {
    **{"show": 0, "lost": 0, "mark": 0, "messages": 0},
    **{"export": 1, "reach": 1, "audit": 1, "messages export": 2},
}
"""How many words stand between such a verb and the name of a person."""

_PLACES: dict[str, Callable[[_Source, Sequence[str]], Sequence[str]]] = {
    **dict.fromkeys(("log", "diff", "cat", "restore", "forget", "verify"), lambda source, said: source.snapshots()),
    "export": _first_of(lambda: load("linkbak.exporters.formats.EXPORTERS")),
    "audit": _first_of(lambda: load("linkbak.cli.pitches.ACTIONS")),
    "api": _first_of(lambda: load("linkbak.cli.api.ACTIONS")),
    "mark": _first("list", "undo"),
    "messages": _messages,
    "pitches": _first("show"),
    "reach": _first("draft"),
    "push": lambda source, said: source.remotes(),
    "pull": lambda source, said: source.remotes(),
    "remote": _remotes,
    "config": _keys,
    "link": _first_of(lambda: load("linkbak.cli.reach.ACTIONS")),
    "request": _first_of(lambda: load("linkbak.cli.schedule.REQUEST_ACTIONS")),
    "schedule": _first_of(lambda: load("linkbak.cli.schedule.ACTIONS")),
    "completion": _first(*SCRIPTS),
    "posts": _posts,
    "help": _first(*VERBS, "all", "exit-statuses"),
}
"""What may stand where a verb's words stand, given those before it."""

_AFTER: dict[str, Callable[[_Source], Sequence[str]]] = {
    "--only": lambda source: (*load("linkbak.report.CLASSES"),),
    "--sort": lambda source: (*load("linkbak.report.people.ORDERS"),),
    "--account": _Source.accounts,
    "--between": _Source.snapshots,
    "--in": lambda source: (*load("linkbak.index.search.PLACES"),),
    "--kind": lambda source: (*load("linkbak.model.POST_KINDS"),),
    "--unanswered": lambda source: ("me", "them"),
    "--every": lambda source: ("hour", "day", "week", "month"),
    "--index": lambda source: ("check", "rebuild"),
}
"""What may follow an option."""
