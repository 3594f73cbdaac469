"""Where every setting comes from: the environment before the config file before the default.

The table of keys is the check of what stands there, and not a pydantic model: every command reads settings, and to
import pydantic takes longer than most commands do. The table names the line, the key and the one that was meant, too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from linkbak import paths
from linkbak.errors import LinkbakError, UsageProblem
from linkbak.settings import file as config
from linkbak.settings.file import misunderstood, wrong
from linkbak.settings.keys import (
    BY_NAME,
    KEYS,
    LONGEST,
    TABLES,
    Cadence,
    Copies,
    Key,
    Notify,
    Run,
    Scan,
    Settings,
    Unfit,
)

Source = Literal["flag", "environment", "file", "default"]
CADENCE = "cadence.days"
"""Where a span comes from that nobody said, if not from the table of keys."""


class Value(NamedTuple):
    """One key's value and who said so: a variable's name, the file, or nobody."""

    key: Key
    value: Any
    source: Source
    where: str = ""


class LoadedSettings(NamedTuple):
    """Everything that was said, and everything that is wrong with it, which is none if `values` may be used."""

    file: Path
    values: Mapping[str, Value]
    problems: tuple[LinkbakError, ...]

    def settings(self) -> Settings:
        """The same as the rest of linkbak wants it; raises the first problem."""
        if self.problems:
            first = self.problems[0]
            if len(self.problems) > 1:
                first.hint = "`linkbak config validate` lists everything that is wrong."
            raise first
        value = {name: one.value for name, one in self.values.items()}
        limits = {
            one.key.bare: one.value
            for one in self.values.values()
            if one.key.table == "limits" and one.source != "default"
        }
        return Settings(
            value["vault"],
            limits,
            Scan(value["scan.folders"], value["scan.move_to"]),
            Cadence(value["cadence.days"], value["cadence.warn"], value["cadence.stale"]),
            Notify(value["notify.ping"], value["notify.command"], value["notify.apprise"], value["notify.names"]),
            Run(value["run.push"], value["run.verify"], value["run.verify_days"]),
            Copies(value["copies.warn"]),
        )


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the config file, if there is one, and lay the environment over it.

    Raises UsageProblem, naming file and key, for a key or value that linkbak does not know.
    """
    return look(environment).settings()


def look(environment: Mapping[str, str] = os.environ) -> LoadedSettings:
    """All that the file and the environment say, with every problem there is rather than the first."""
    file = paths.config_file()
    try:
        text = config.text_of(file)
        tables = config.parsed(file, text) if text is not None else {}
    except LinkbakError as error:
        return LoadedSettings(file, _with_environment({}, environment, []), (error,))
    return interpret(file, text or "", tables, environment)


def interpret(file: Path, text: str, tables: Mapping[str, Any], environment: Mapping[str, str]) -> LoadedSettings:
    """The same for a file that has been read already."""
    problems: list[LinkbakError] = []
    found: dict[str, Value] = {}
    for name, value in flat(tables).items():
        try:
            key = BY_NAME[name]
            found[name] = Value(key, key.kind.read(value), "file", str(file))
        except (KeyError, Unfit):
            problems.append(misunderstood(file, text, name, value))
    said = _with_environment(found, environment, problems)
    return LoadedSettings(file, _with_cadence(said, problems), tuple(problems))


def flat(tables: Mapping[str, Any]) -> dict[str, Any]:
    """What the file says, by names with their tables; what is no table of linkbak's stays whole.

    A dot inside a name that somebody put in quotes is none between a table and a key.
    """
    found: dict[str, Any] = {}
    for name, value in tables.items():
        if name in TABLES and isinstance(value, dict):
            found |= {f"{name}.{inner}": one for inner, one in value.items()}
        else:
            found[f'"{name}"' if "." in name else name] = value
    return found


def _with_environment(
    found: Mapping[str, Value], environment: Mapping[str, str], problems: list[LinkbakError]
) -> dict[str, Value]:
    said = {key.name: found.get(key.name, Value(key, key.default, "default")) for key in KEYS}
    for key in KEYS:
        if text := environment.get(key.variable):
            try:
                said[key.name] = Value(key, key.kind.read(key.kind.split(text)), "environment", key.variable)
            except Unfit:
                problems.append(wrong("the environment", key.variable, key.kind.must))
    return said


def _with_cadence(said: dict[str, Value], problems: list[LinkbakError]) -> dict[str, Value]:
    """The three spans of the cadence: those that nobody said follow from the days, and they must not contradict."""
    days, warn, stale = (said[f"cadence.{name}"] for name in ("days", "warn", "stale"))
    if warn.source == "default":
        late = -(-days.value * 7 // 6)
        if stale.source != "default":
            late = min(late, stale.value)
        warn = said["cadence.warn"] = _followed(warn, late)
    if stale.source == "default":
        stale = said["cadence.stale"] = _followed(stale, max(2 * days.value, warn.value))
    for shorter, longer in ((days, stale),) if warn.source == "default" else ((days, warn), (warn, stale)):
        if shorter.value > longer.value:
            problems.append(_contradiction(shorter, longer))
    return said


def _followed(one: Value, value: int) -> Value:
    return one if one.value == value else one._replace(value=min(value, LONGEST), where=CADENCE)


def _contradiction(shorter: Value, longer: Value) -> UsageProblem:
    """The longer of two spans is to blame: somebody said it, for else it would follow from the shorter."""
    in_environment = longer.source == "environment"
    name, where = (longer.where, "the environment") if in_environment else (longer.key.name, longer.where)
    return wrong(where, name, f"it must not be less than {shorter.key.name}, which is {shorter.value}")
