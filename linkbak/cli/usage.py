"""What the parser of the command line refuses, in linkbak's words and with what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from linkbak.errors import UsageProblem


def refused(error: Any, command: Any, verb: str) -> UsageProblem:
    """The parser's refusal of a line for `verb` ("" for linkbak itself), as linkbak tells it.

    The parser's classes differ between typers, so they are known by name; what is not known keeps the parser's words.
    """
    more = f"`linkbak help {verb}`" if verb else "`linkbak --help`"
    match type(error).__name__:
        case "NoSuchOption":
            return UsageProblem(f"there is no option {error.option_name}", hint=_near(error.option_name, command, verb))
        case "MissingParameter" if error.param is not None:
            name = _name(error.param)
            missing = f"say {name}" if name.startswith("one of ") else f"{name} is missing"
            return UsageProblem(missing, hint=_example(command, more))
        case "BadParameter" if error.param is not None:
            return UsageProblem(_bad(error), hint=f"{more} says more.")
        case "BadOptionUsage":
            return _misused(error, command, more)
    if extra := re.fullmatch(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", error.format_message(), re.DOTALL):
        return UsageProblem(f"linkbak {verb} does not take {extra[1]!r}", hint=f"{more} says more.")
    return UsageProblem(error.format_message(), hint=f"{more} says more.")


def not_taken(verb: str, words: Sequence[str], example: str) -> UsageProblem:
    """Of words that a verb knows no use for; without a second one after ``draft``, that PERSON is missing."""
    said = "PERSON is missing" if list(words) == ["draft"] else f"linkbak {verb} does not take {' '.join(words)!r}"
    return UsageProblem(said, hint=f"For example: linkbak {verb} {example}")


def usage_line(command: Any, verb: str) -> str:
    """``linkbak export [OPTIONS] FORMAT [PERSON]...``, without what is not for people."""
    words = [one.metavar for one in command.params if one.param_type_name == "argument" and not one.hidden]
    return " ".join([f"linkbak {verb}", "[OPTIONS]", *words])


def _name(param: Any) -> str:
    """``--limit`` for an option, ``FORMAT`` for an argument, ``one of bash, zsh, fish`` where it is a choice."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    name = re.sub(r"\.\.\.| ?\[.*", "", param.metavar or param.name.upper())
    return f"one of {name.replace('|', ', ')}" if "|" in name else name


def _example(command: Any, more: str) -> str:
    """The first example of the help."""
    _, _, rest = (command.help or "").partition("Examples:\n")
    first = rest.partition("\n")[0].strip()
    return f"For example: {first}" if first else f"{more} says more."


def _near(option: str, command: Any, verb: str) -> str:
    """Which option may be meant."""
    known = [opt for one in command.params for opt in (*one.opts, *one.secondary_opts) if opt.startswith("--")]
    near = get_close_matches(option, known, n=1, cutoff=0.7)
    if near:
        return f"Did you mean: linkbak {verb} {near[0]}?".replace("  ", " ")
    return f"{f'`linkbak help {verb}`' if verb else '`linkbak --help`'} lists the options."


def _bad(error: Any) -> str:
    """A value of the wrong kind."""
    name, kind, least = _name(error.param), error.param.type.name, getattr(error.param.type, "min", None)
    if "is not a valid" in error.message and "int" in kind:
        return f"{name} takes a whole number, not {error.message.partition(' is not')[0]}"
    if "is not in the range" in error.message and least is not None:
        return f"{name} takes a number of at least {least}"
    return f"{name} does not take that: {error.message}"


def _misused(error: Any, command: Any, more: str) -> UsageProblem:
    """An option without its value, or a flag with one."""
    if "does not take a value" in error.format_message():
        return UsageProblem(f"{error.option_name} takes no value", hint=f"{more} says more.")
    metavar = next((one.metavar for one in command.params if error.option_name in one.opts and one.metavar), "VALUE")
    return UsageProblem(
        f"{error.option_name} needs a value", hint=f"Write it as {error.option_name} {metavar}. {more} says more."
    )
