"""The settings and their sources, and changes to the config file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from linkbak.model import NamedTuple
from linkbak.report import Block, Column, Line, Table, count
from linkbak.report.json import fill
from linkbak.settings.edit import as_toml, masked, plain

if TYPE_CHECKING:
    from linkbak.errors import LinkbakError
    from linkbak.settings import Value

Action = Literal["show", "path", "generate", "validate", "set", "unset"]


class Configured(NamedTuple):
    """The result of one command, with or without secrets."""

    action: Action
    file: Path
    changed: bool = False
    said: Sequence[Value] = ()
    problems: Sequence[LinkbakError] = ()
    notes: Sequence[str] = ()
    kept: Sequence[str] = ()
    left: Sequence[str] = ()
    before: Path | None = None
    secrets: bool = False


def text(done: Configured) -> list[Block]:
    """The same for people."""
    if done.action == "show":
        return _shown(done)
    what = {"generate": _generated, "validate": _validated}.get(done.action, _changed)(done)
    return [*what, *(Line(note, "odd", indent=2) for note in done.notes)]


def _shown(done: Configured) -> list[Block]:
    there = "" if done.file.exists() else ", which does not exist yet"
    rows = [(one.key.name, _value(one, secrets=done.secrets), _source(one)) for one in done.said]
    blocks: list[Block] = [
        Line(f"file: {done.file}{there}", "strong"),
        Table((Column("key"), Column("value", most=60), Column("from", most=40)), rows),
    ]
    if any(_is_hidden(one, secrets=done.secrets) for one in done.said):
        blocks.append(Line("--secrets shows what is hidden", "dim", 2))
    return blocks


def _generated(done: Configured) -> list[Block]:
    if not done.changed:
        return [Line(f"nothing to change in {done.file}", "good")]
    blocks: list[Block] = [Line(f"every key is explained in {done.file}", "good")]
    if done.kept:
        blocks.append(Line(f"set there as before: {', '.join(done.kept)}", indent=2))
    if done.left:
        blocks.append(Line(f"not understood and left out: {', '.join(done.left)}", "odd", 2))
    if done.before:
        blocks.append(Line(f"the file as it was: {done.before}", indent=2))
    return blocks


def _validated(done: Configured) -> list[Block]:
    if done.problems:
        return [Line(f"{count(len(done.problems), 'thing')} linkbak does not understand", "bad")]
    if not done.file.exists():
        return [Line("all is understood", "good"), Line(f"there is no config file at {done.file}", "dim", 2)]
    return [Line("all is understood", "good"), Line(str(done.file), "dim", 2)]


def _changed(done: Configured) -> list[Block]:
    """A key that was set or removed; `said` has the value that holds now."""
    now = [f"{one.key.name} is {_value(one, secrets=done.secrets)}{_because(one)}" for one in done.said]
    where = Line(f"{'written to' if done.changed else 'nothing to change in'} {done.file}", "dim", 2)
    return [*(Line(text, "good") for text in now), where]


def _because(one: Value) -> str:
    return "" if one.source == "file" else f" ({_source(one)})"


def _value(one: Value, *, secrets: bool) -> str:
    value = plain(one.value) if secrets else masked(one.key, one.value)
    return as_toml(value) if value not in (None, "", []) else "none"


def _source(one: Value) -> str:
    if one.source == "default":
        return f"default, from {one.where}" if one.where else "default"
    return "file" if one.source == "file" else one.where


def _is_hidden(one: Value, *, secrets: bool) -> bool:
    return not secrets and masked(one.key, one.value) != plain(one.value)


class SettingDocument(TypedDict):
    """One key: its value, null for a folder that is not set, and who said so: a flag, a variable, the file, nobody.

    `name` is the flag, the variable, the file, or the key that the default follows from; "" for a plain default. Of a
    value that is `hidden` only so much is told as is no secret.
    """

    key: str
    value: str | int | bool | list[str] | None
    source: Literal["flag", "environment", "file", "default"]
    name: str
    hidden: bool


def _setting_document(one: Value, *, secrets: bool) -> SettingDocument:
    return {
        "key": one.key.name,
        "value": plain(one.value) if secrets else masked(one.key, one.value),
        "source": one.source,
        "name": one.where,
        "hidden": _is_hidden(one, secrets=secrets),
    }


class ConfigProblemDocument(TypedDict):
    """Something in the file or the environment that linkbak does not understand."""

    what: str
    hint: str


class ConfigDocument(TypedDict):
    """What `linkbak config` showed or did.

    `there` is whether the file is there now, `changed` whether this command changed it. `settings` are those that were
    asked for; `kept` and `left` are the keys that the file before set, and the new one sets, or not; `before` is where
    that file lies now, null if nothing was overwritten.
    """

    schema: Literal["linkbak.config/1"]
    action: Literal["show", "path", "generate", "validate", "set", "unset"]
    file: str
    there: bool
    changed: bool
    settings: list[SettingDocument]
    problems: list[ConfigProblemDocument]
    notes: list[str]
    kept: list[str]
    left: list[str]
    before: str | None


def document(done: Configured) -> ConfigDocument:
    """What --json prints."""
    return fill(
        ConfigDocument,
        done,
        schema="linkbak.config/1",
        there=done.file.exists(),
        settings=[_setting_document(one, secrets=done.secrets) for one in done.said],
        problems=[{"what": str(one), "hint": one.hint} for one in done.problems],
    )
