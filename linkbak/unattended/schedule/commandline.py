"""The words that a timer runs: they must mean the same there as here, with nothing but an almost empty environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from linkbak.errors import MachineProblem, UsageProblem

BARE_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DOWNLOAD_DIR")
_SETTINGS = ("LIMITS", "SCAN", "CADENCE", "RUN", "COPIES", "COMPACT")
"""Of the variables LINKBAK_..., those that mean something to a run and hold no secret."""
_SECRET = "LINKBAK_NOTIFY"  # noqa: S105  # the beginning of names of variables that may hold one
_ENV = "/usr/bin/env"


class Command(NamedTuple):
    """A program with its words, the variables it needs, and the names of those that are not handed on."""

    words: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    held_back: tuple[str, ...] = ()


def command(vault: Path, programs: Sequence[str] = (), environment: Mapping[str, str] = os.environ) -> Command:
    """What runs ``linkbak run`` on a vault; `programs` are those it must find besides git and ssh.

    Raises UsageProblem if this linkbak will not last, or if a path holds what no schedule can.
    """
    _lasting(environment)
    words = (_interpreter(), "-P", "-m", "linkbak", "run", "--vault", str(vault.absolute()))
    handed = tuple(_handed_on(environment, programs))
    for text in (*words, *(value for _, value in handed)):
        _writable(text)
    return Command(words, handed, tuple(sorted(name for name in environment if name.startswith(_SECRET))))


def plain(command: Command) -> tuple[str, ...]:
    """The whole as one command line without a shell: env, the variables, the program, its words."""
    start = (_ENV, *(f"{name}={value}" for name, value in command.environment))
    if "=" in command.words[0]:  # which env would take for a variable
        start = (*start, "/bin/sh", "-c", 'exec "$0" "$@"')
    return (*start, *command.words)


def program(words: Sequence[str]) -> str:
    """Of the words of `plain`, the program that is meant; "" if they are somebody else's."""
    rest = list(words)
    if rest[:1] != [_ENV]:
        return ""
    while rest and (rest[0] == _ENV or ("=" in rest[0] and not rest[0].startswith("/"))):
        rest.pop(0)
    if rest[:2] == ["/bin/sh", "-c"]:
        rest = rest[3:]
    return rest[0] if rest else ""


def runs(program: str) -> bool:
    """Whether the program that a timer calls is still there: a virtual environment may be gone."""
    return bool(program) and os.access(program, os.X_OK) and Path(program).is_file()


def try_out(command: Command) -> None:
    """Start linkbak just as the timer will, for its version; raises MachineProblem if that does not work."""
    import shutil
    import subprocess

    asked = command._replace(words=(*command.words[:4], "--version"))
    bare = {"HOME": os.environ.get("HOME", "/"), "PATH": "/usr/bin:/bin"}
    try:
        done = subprocess.run(plain(asked), env=bare, cwd="/", capture_output=True, timeout=120, check=False)
        answer = done.stdout
    except (OSError, subprocess.TimeoutExpired):
        answer = b""
    if not answer.startswith(b"linkbak "):
        raise MachineProblem(
            f"a timer could not start this linkbak: {command.words[0]} -P -m linkbak does not work by itself",
            hint="Install it, with `pipx install linkbak` or `uv tool install linkbak`, and try again with that one.",
        )
    if shutil.which("git", path=dict(command.environment)["PATH"]) is None:
        raise MachineProblem("git cannot be found", hint="Install git 2.39 or newer and put it on PATH.")


def _interpreter() -> str:
    if not sys.executable:
        raise MachineProblem("Python does not know its own path, so a timer could not start it")
    return sys.executable


def _lasting(environment: Mapping[str, str]) -> None:
    """Refuses an environment that uvx or `pipx run` made for this once: it lies in a cache, and will be cleared."""
    prefix = Path(sys.prefix)
    parts = set(prefix.parts)
    own = [Path(environment[name]) for name in ("UV_CACHE_DIR", "PIPX_CACHE_DIR") if environment.get(name)]
    cached = bool(parts & {".cache", "Caches"} and parts & {"uv", "pipx"}) or bool(parts & {"archive-v0"})
    if cached or any(prefix.is_relative_to(folder) for folder in own):
        raise UsageProblem(
            "this linkbak was made for once, by uvx or `pipx run`: a timer would soon look for it in vain",
            hint="`uv tool install linkbak` or `pipx install linkbak`, then `linkbak schedule install`.",
        )


def _handed_on(environment: Mapping[str, str], programs: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "PATH", os.pathsep.join(_search_path(environment, programs))
    home = environment.get("HOME")
    if home and home != _home_of_user():
        yield "HOME", home
    for name in sorted(environment):
        kept = name in _FOLDERS or name.removeprefix("LINKBAK_").split("_")[0] in _SETTINGS
        if kept and environment[name] and name.startswith(("XDG_", "LINKBAK_")):
            yield name, environment[name]


def _search_path(environment: Mapping[str, str], programs: Sequence[str]) -> list[str]:
    """The folders of the programs that a run needs, as found here, and those every machine has."""
    import shutil

    found = [shutil.which(name, path=environment.get("PATH", os.defpath)) for name in ("git", "ssh", *programs)]
    folders = [str(Path(one).absolute().parent) for one in found if one]
    return list(dict.fromkeys((*folders, *BARE_PATH)))


def _home_of_user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def _writable(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = "\n"
    if not text.isprintable():
        raise UsageProblem(
            "a path holds a line break, a control character or bytes that are no text, which no schedule can hold",
            hint="Move the vault, or linkbak itself, to a place with a plainer name.",
        )
