"""The settings and their sources, and changes to the config file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from linkbak.model import NamedTuple
from linkbak.report import Block, Column, Line, Table, count
from linkbak.report.json import fill
from linkbak.settings.edit import as_toml, masked, plain
from linkbak.texts import tr

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
    rows = [(one.key.name, _value(one, secrets=done.secrets), _source(one)) for one in done.said]
    head = tr("file: {file}", file=done.file)
    if not done.file.exists():
        head = tr("file: {file}, which does not exist yet", file=done.file)
    columns = (Column(tr("key")), Column(tr("value"), most=60), Column(tr("from"), most=40))
    blocks: list[Block] = [Line(head, "strong"), Table(columns, rows)]
    if any(_told(one, secrets=done.secrets) != plain(one.value) for one in done.said):
        blocks.append(Line(tr("--secrets shows what is hidden"), "dim", 2))
    return blocks


def _generated(done: Configured) -> list[Block]:
    if not done.changed:
        return [Line(tr("nothing to change in {file}", file=done.file), "good")]
    blocks: list[Block] = [Line(tr("every key is explained in {file}", file=done.file), "good")]
    if done.kept:
        blocks.append(Line(tr("set there as before: {keys}", keys=", ".join(done.kept)), indent=2))
    if done.left:
        blocks.append(Line(tr("not understood and left out: {keys}", keys=", ".join(done.left)), "odd", 2))
    if done.before:
        blocks.append(Line(tr("the file as it was: {file}", file=done.before), indent=2))
    return blocks


def _validated(done: Configured) -> list[Block]:
    if done.problems:
        return [Line(tr("{things} linkbak does not understand", things=count(len(done.problems), "thing")), "bad")]
    where = str(done.file) if done.file.exists() else tr("there is no config file at {file}", file=done.file)
    return [Line(tr("all is understood"), "good"), Line(where, "dim", 2)]


def _changed(done: Configured) -> list[Block]:
    """A key that was set or removed; `said` has the value that holds now."""
    blocks: list[Block] = []
    for one in done.said:
        key, value, source = one.key.name, _value(one, secrets=done.secrets), _source(one)
        now = tr("{key} is {value} ({source})", key=key, value=value, source=source)
        blocks.append(Line(tr("{key} is {value}", key=key, value=value) if one.source == "file" else now, "good"))
    where = tr("nothing to change in {file}", file=done.file)
    if done.changed:
        where = tr("written to {file}", file=done.file)
    return [*blocks, Line(where, "dim", 2)]


def _told(one: Value, *, secrets: bool) -> Any:
    """As much of the value as may be shown."""
    return plain(one.value) if secrets else masked(one.key, one.value)


def _value(one: Value, *, secrets: bool) -> str:
    value = _told(one, secrets=secrets)
    return as_toml(value) if value not in (None, "", []) else tr("none")


def _source(one: Value) -> str:
    if one.source == "default":
        return tr("default, from {key}", key=one.where) if one.where else tr("default")
    return tr("file") if one.source == "file" else one.where


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


def _setting(one: Value, *, secrets: bool) -> SettingDocument:
    value = _told(one, secrets=secrets)  # an empty text is a value, so `fill` is no help
    hidden = value != plain(one.value)
    return {"key": one.key.name, "value": value, "source": one.source, "name": one.where, "hidden": hidden}


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
    action: Action
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
        there=done.file.exists(),
        settings=[_setting(one, secrets=done.secrets) for one in done.said],
        problems=[{"what": str(one), "hint": one.hint} for one in done.problems],
    )
