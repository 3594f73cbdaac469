"""Changes the config file and keeps everything else in it, byte for byte as far as possible."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linkbak import paths
from linkbak.errors import LinkbakError, MachineProblem, UsageProblem
from linkbak.model import NamedTuple
from linkbak.settings import MARK, bytes_of, flat, interpret, known, parsed, shown, text_of, write, wrong
from linkbak.settings.keys import BY_NAME, KEYS, TABLES, Key, Unfit
from linkbak.texts import tr

# --- values -----------------------------------------------------------------------------------------------------------
# How a value is written: in the file, for people, and in JSON; secrets hidden if wanted.

HIDDEN = "(hidden)"


def plain(value: Any) -> Any:
    """The value as a type of TOML and JSON: a number, text, boolean or list of texts; None for no folder."""
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return str(value) if isinstance(value, Path) else value


def masked(key: Key, value: Any) -> Any:
    """The same with possible secrets hidden: the part of an address behind the host, the arguments of a command."""
    bare = plain(value)
    if not key.secret or not bare:
        return bare
    if isinstance(bare, str):
        return _address(bare, with_host=True)
    if key.kind.name == "command":
        return [bare[0], *([HIDDEN] if len(bare) > 1 else [])]
    return [_address(one, with_host=False) for one in bare]


def _address(text: str, *, with_host: bool) -> str:
    scheme, _, rest = text.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2] if with_host else ""
    return f"{scheme}://{host}/{HIDDEN}" if host else f"{scheme}://{HIDDEN}"


def as_toml(value: Any) -> str:
    """A plain value as written in the file."""
    import tomlkit

    return str(tomlkit.item(value).as_string())


def assigned(key: Key, value: Any) -> str:
    """A line of the file that sets the key; no value is an empty text or list."""
    bare = plain(value)
    return f"{key.bare} = {as_toml('' if bare is None else bare)}"


# --- changes ----------------------------------------------------------------------------------------------------------


class Changed(NamedTuple):
    """The result of a change: the file, the key, whether the file has changed, and what is still wrong in it."""

    file: Path
    key: str
    changed: bool
    problems: tuple[LinkbakError, ...] = ()


def set_key(name: str, words: Sequence[str]) -> Changed:
    """Set a key, its value given in words, in the config file; raises UsageProblem and then changes nothing."""
    key = known(name)
    try:
        value = key.kind.words(words)
        bare = plain(key.kind.read(value))
    except Unfit:
        raise wrong("", name, key.kind.must) from None
    return _changed(name, "" if bare is None else bare)


def unset_key(name: str) -> Changed:
    """Remove a key, even an unknown one, from the config file; then the default holds."""
    file = paths.config_file()
    there = flat(parsed(file, text_of(file) or ""))
    if name not in there:
        return Changed(file, known(name).name, False)
    return _changed(name, None)


def remember_vault(vault: Path) -> Path:
    """Write the vault's place into the config file, keeping everything else in it; returns the file's path."""
    return _changed("vault", str(vault)).file


def _changed(name: str, value: Any) -> Changed:
    """The file with one key at another value, None to remove it, after checking that nothing else changed."""
    file = paths.config_file()
    before = text_of(file) or ""
    tables = parsed(file, before)
    problems = interpret(file, before, tables, {}).problems
    wanted = {one: it for one, it in flat(tables).items() if one != name} | ({} if value is None else {name: value})
    after = before if flat(tables) == wanted else _text(file, before, name, value, wanted)
    left = interpret(file, after, parsed(file, after), {}).problems
    old = {_bare(file, one) for one in problems}
    if fresh := [one for one in left if _bare(file, one) not in old]:
        raise fresh[0]
    if after != before:
        write(file, after)
    return Changed(file, name, after != before, left)


def _bare(file: Path, problem: LinkbakError) -> str:
    """The problem without its line, which may be another one in the changed file."""
    return str(problem).removeprefix(str(file)).partition(": ")[2]


def _text(file: Path, before: str, name: str, value: Any, wanted: Mapping[str, Any]) -> str:
    """The file's text with the change; raises UsageProblem if it can only be made by hand."""
    from tomlkit.exceptions import TOMLKitError

    for change in (_beside_its_comment, _by_structure):
        try:
            after = change(before, name, value)
            # Values of other types differ too; empty tables do not count.
            if after is not None and repr(sorted(flat(parsed(file, after)).items())) == repr(sorted(wanted.items())):
                return after
        except (ValueError, LookupError, TypeError, AttributeError, TOMLKitError, LinkbakError):
            continue  # the editor failed at something odd in the file
    raise UsageProblem(
        tr("{file}: {key} cannot be changed without touching what else is in the file", file=file, key=shown(name)),
        hint=tr("Change it by hand; `linkbak config validate` says whether all is understood then."),
    )


def _beside_its_comment(before: str, name: str, value: Any) -> str | None:
    """The text with the key on a new line below the last one that has it commented out in its table.

    `linkbak config generate` writes such lines. If the key is set already, the result is not TOML, and is not used.
    """
    key = BY_NAME.get(name)
    if value is None or key is None:
        return None
    lines = before.split("\n")
    table, at = "", None
    for number, line in enumerate(lines):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = header[1].strip()
        elif table == key.table and re.match(rf"\s*#\s*{re.escape(key.bare)}\s*=", line):
            at = number
    if at is None:
        return None
    ending = "\r" if lines[at].endswith("\r") else ""
    lines.insert(at + 1, f"{key.bare} = {as_toml(value)}{ending}")
    return "\n".join(lines)


def _by_structure(before: str, name: str, value: Any) -> str:
    import tomlkit

    mark = MARK if before.startswith(MARK) else ""
    document: Any = tomlkit.parse(before.removeprefix(mark))
    table, _, bare = name.rpartition(".")
    if table and table not in document and value is not None:
        document[table] = tomlkit.table()
    home = document[table] if table else document
    if value is None:
        del home[bare]
    else:
        home[bare] = value
    return mark + tomlkit.dumps(document)


# --- template ---------------------------------------------------------------------------------------------------------
# Every key explained, as a template file.

_WIDTH = 100
_HEAD = tr(
    """\
Settings of linkbak. What is commented out below shows what holds if nothing is said.
To change one, take away the "# " before it. A flag wins over an environment variable, and a
variable over this file. This file may hold secrets: keep it private.

linkbak config validate   says whether all is understood
linkbak config show       says what holds, and where it comes from"""
)
_TITLES = {
    "scan": tr("Where `linkbak import` and `linkbak run` look for archives."),
    "cadence": tr("How old the newest snapshot may grow before you are reminded."),
    "notify": tr("Who is told what `linkbak run` did."),
    "run": tr("What `linkbak run` does besides looking for archives."),
    "kit": tr("The kit for the day you are locked out."),
    "activity": tr("How much you want to do on the network at most; see `linkbak activity`."),
    "audit": tr("Whom you know, and whom you answer."),
    "copies": tr("Copies of the vault elsewhere."),
    "api": tr("LinkedIn's official API, for members in the EEA and Switzerland."),
    "limits": tr("What an archive may be at most, so that a broken or hostile one does no harm."),
}


def template(said: Mapping[str, Any] | None = None, usual: Mapping[str, Any] | None = None) -> str:
    """The whole file, every key documented and commented out at its default, except those that are set.

    `usual` are values that hold instead of defaults because of what is set.
    """
    lines = [*_comment(_HEAD), ""]
    for table in ("", *TABLES):
        if table:
            lines += ["", *_comment(_TITLES[table]), f"[{table}]", ""]
        for key in KEYS:
            if key.table == table:
                lines += [*_explained(key, said or {}, (usual or {}).get(key.name, key.default)), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _explained(key: Key, said: Mapping[str, Any], usual: Any) -> list[str]:
    about = _comment(f"{key.purpose} ({key.variable})")
    if key.name in said:
        return [*about, assigned(key, said[key.name])]
    if key.name == "vault":
        usual = paths.default_vault()
    return [*about, f"# {assigned(key, usual)}"]


def _comment(text: str) -> list[str]:
    import textwrap

    paragraphs = [textwrap.wrap(line, _WIDTH - 2, break_on_hyphens=False) for line in text.splitlines()]
    return [f"# {line}".rstrip() for lines in paragraphs for line in lines or [""]]


# --- generated file ---------------------------------------------------------------------------------------------------
# Writes a config file with every key explained, where there is none, or beside the kept old one.


class Generated(NamedTuple):
    """The new file; the keys of the old one that are set in it, those that are not, and where the old one is now."""

    file: Path
    changed: bool
    kept: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    before: Path | None = None


def generate(file: Path, *, overwrite: bool = False) -> Generated:
    """Write the file; raises UsageProblem if there is one and it must not be overwritten.

    The new one sets everything that the overwritten one sets, as far as it is understood.
    """
    data = bytes_of(file)
    if data is None:
        write(file, template())
        return Generated(file, True)
    if not overwrite:
        raise UsageProblem(
            tr("there is a config file already: {file}", file=file),
            hint=tr("--overwrite explains every key in it and keeps what it sets; -o - prints what would be new."),
        )
    said, usual, left = _said(file)
    text = template(said, usual)
    if text.encode("utf-8") == data:
        return Generated(file, False, tuple(said))
    before = _put_beside(file, data)
    write(file, text)
    return Generated(file, True, tuple(said), left, before)


def _said(file: Path) -> tuple[Mapping[str, Any], Mapping[str, Any], tuple[str, ...]]:
    """The values that the file sets, those that follow from them, and the names in it that are unknown."""
    try:
        text = text_of(file) or ""
        tables = parsed(file, text)
    except LinkbakError:
        return {}, {}, (tr("everything, since it was no TOML"),)
    found = interpret(file, text, tables, {}).values.items()
    said = {name: one.value for name, one in found if one.source == "file"}
    usual = {name: one.value for name, one in found if one.source == "default"}
    return said, usual, tuple(shown(name) for name in flat(tables) if name not in said)


def _put_beside(file: Path, data: bytes) -> Path:
    """Keep the old file under another name beside it, equally private."""
    name = f"{file.name}.{datetime.now(UTC).strftime('%Y-%m-%dT%H%M%SZ')}"
    number = 1
    while True:
        place = file.with_name(name if number == 1 else f"{name}-{number}")
        try:
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as out:
                out.write(data)
            return place
        except FileExistsError:
            number += 1
        except OSError as error:
            raise MachineProblem(
                tr("cannot write beside the config file {file}: {reason}", file=file, reason=error.strerror)
            ) from None
