"""The user's settings: flag before environment before config file before default."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from linkbak import paths
from linkbak.errors import LinkbakError, MachineProblem, UsageProblem
from linkbak.model import NamedTuple
from linkbak.settings.keys import (
    BY_NAME,
    GIVEN,
    KEYS,
    LONGEST,
    OTHER_VARIABLES,
    TABLES,
    Activity,
    Api,
    Audit,
    Cadence,
    Copies,
    Key,
    Kit,
    Notify,
    Run,
    Scan,
    Settings,
    Unfit,
    share,
)
from linkbak.texts import tr

__all__ = [
    "KEYS", "OTHER_VARIABLES", "TABLES", "Activity", "Api", "Audit", "Cadence", "Copies", "Key", "Kit",
    "LoadedSettings", "Notify", "Run", "Scan", "Settings", "Value", "edit", "known", "load", "look", "parsed", "share",
    "stray",
]  # fmt: skip

# The table of keys checks the settings instead of a pydantic model: every command reads them, and importing pydantic
# takes longer than most commands. The errors of the table also name the line, the key and the one that may be meant.

Source = Literal["flag", "environment", "file", "default"]
CADENCE = "cadence.days"
"""The key that spans follow from where they are not set."""


class Value(NamedTuple):
    """One key's value and its source: a variable's name, the file, or the default."""

    key: Key
    value: Any
    source: Source
    where: str = ""


class LoadedSettings(NamedTuple):
    """All values that are set, and all problems; `values` may be used only if there are none."""

    file: Path
    values: Mapping[str, Value]
    problems: tuple[LinkbakError, ...]

    def settings(self) -> Settings:
        """The settings for the rest of linkbak; raises the first problem."""
        if self.problems:
            first = self.problems[0]
            if len(self.problems) > 1:
                first.hint = tr("`linkbak config validate` lists everything that is wrong.")
            raise first
        value = {name: one.value for name, one in self.values.items()}
        limits = {
            one.key.bare: one.value
            for one in self.values.values()
            if one.key.table == "limits" and one.source != "default"
        }
        sections: dict[str, Any] = {
            name: type(usual)(*(value[f"{name}.{field}"] for field in usual._fields))
            for name, usual in Settings._field_defaults.items()
            if name in TABLES and name != "limits"
        }
        return Settings(value["vault"], limits, **sections)


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the config file, if there is one, and apply the environment to it.

    Raises UsageProblem, naming file and key, for a key or value that linkbak does not know.
    """
    return look(environment).settings()


def look(environment: Mapping[str, str] = os.environ) -> LoadedSettings:
    """Everything in the file and the environment, with every problem rather than the first."""
    file = paths.config_file()
    try:
        text = text_of(file)
        tables = parsed(file, text) if text is not None else {}
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
    """The file's values, by names with their tables; a table that is not linkbak's stays whole.

    A dot inside a quoted name does not separate a table from a key.
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
                problems.append(wrong(tr("the environment"), key.variable, key.kind.must))
    return said


def _with_cadence(said: dict[str, Value], problems: list[LinkbakError]) -> dict[str, Value]:
    """The three spans of the cadence: those not set follow from the days, and they must not contradict."""
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
            # Of the longer one: it must be the one that is set, else it would follow from the shorter.
            name, where = longer.key.name, longer.where
            if longer.source == "environment":
                name, where = longer.where, tr("the environment")
            why = tr("it must not be less than {key}, which is {value}", key=shorter.key.name, value=shorter.value)
            problems.append(wrong(where, name, why))
    return said


def _followed(one: Value, value: int) -> Value:
    return one if one.value == value else one._replace(value=min(value, LONGEST), where=CADENCE)


# --- the file ---------------------------------------------------------------------------------------------------------
# The config file on disk: read as a whole, written as a whole, private.

ELSEWHERE = tr("Every setting is also an environment variable, such as LINKBAK_VAULT, which `--vault` stands for too.")
MARK = "\ufeff"
"""The byte order mark that some editors write."""
_FAR = 1000
"""The last line that errors name."""


def bytes_of(file: Path) -> bytes | None:
    """The file's content, None if there is none; raises MachineProblem."""
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise MachineProblem(
            tr("cannot read the config file {file}: {reason}", file=file, reason=error.strerror)
        ) from None


def text_of(file: Path) -> str | None:
    """The same as text; raises UsageProblem or MachineProblem."""
    data = bytes_of(file)
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageProblem(
            tr("{file} is not UTF-8 text", file=file), hint=tr("Save it as UTF-8, or delete it.")
        ) from None


def parsed(file: Path, text: str) -> dict[str, Any]:
    """The file's tables and keys; raises UsageProblem with the line that is not TOML."""
    import tomllib

    try:
        return tomllib.loads(text.removeprefix(MARK))
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(
            tr("{file} is not valid TOML: {reason}", file=file, reason=error),
            hint=tr("Mend the line or delete the file."),
        ) from None
    except RecursionError:
        raise UsageProblem(
            tr("{file} is not valid TOML: nested too deeply", file=file), hint=tr("Mend or delete the file.")
        ) from None


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line on which a key or a table begins, by its path: the shortest beginning of the file that has it."""
    import tomllib

    lines = text.removeprefix(MARK).split("\n")
    begun = 0
    for end in range(1, min(len(lines), _FAR) + 1):
        try:
            so_far = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        if _has(so_far, path):
            return begun + 1
        begun = end
    return None


def _has(table: Any, path: Sequence[str]) -> bool:
    for part in path:
        if not isinstance(table, dict) or part not in table:
            return False
        table = table[part]
    return True


def write(file: Path, text: str) -> None:
    """Replace the file in one step, readable by its owner alone; raises MachineProblem."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageProblem(
            tr("{file} can hold only text, and a name in it would be none", file=file), hint=ELSEWHERE
        ) from None

    try:
        paths.write_whole(file.resolve() if file.is_symlink() else file, data, sync=True)
    except OSError as error:
        raise MachineProblem(
            tr("cannot write the config file {file}: {reason}", file=file, reason=error.strerror), hint=ELSEWHERE
        ) from None


# --- problems ---------------------------------------------------------------------------------------------------------
# Errors about keys and values that linkbak does not understand: their place, and the key that may be meant.
# Values are never quoted, since some are secrets.

LISTED = tr("`linkbak config show` lists every key, `linkbak config generate -o -` explains them.")
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,40}(\.[A-Za-z0-9_-]{1,40})*")


def wrong(where: str, key: str, why: str, *, hint: str = "") -> UsageProblem:
    """The refusal of a key's value, or of the key."""
    return UsageProblem(f"{where}: {key}: {why}" if where else f"{key}: {why}", hint=hint)


def misunderstood(file: Path, text: str, name: str, value: Any) -> UsageProblem:
    """The refusal of a key of the file: an unknown name, or a value of the wrong kind."""
    table, _, bare = name.partition(".")
    line = line_of(text, [table, bare] if bare and not name.startswith('"') else [name.strip('"')])
    where = tr("{file}, line {number}", file=file, number=line) if line else str(file)
    if name in BY_NAME:
        return wrong(where, name, BY_NAME[name].kind.must)
    if name in TABLES:
        return wrong(where, name, tr("it must be a table: [{name}]", name=name))
    if isinstance(value, dict) and "." not in name:
        why = tr("linkbak knows no such table")
        if meant := near(name, TABLES):
            why = tr("linkbak knows no such table; did you mean [{table}]?", table=meant)
        return wrong(where, shown(name), why, hint=LISTED)
    if name.rpartition(".")[2] == "vault":
        return wrong(where, shown(name), tr("vault belongs above the first [table] of the file"))
    return wrong(where, shown(name), no_such_key(name), hint=LISTED)


def no_such_key(name: str) -> str:
    """The refusal of an unknown key, with the one that may be meant."""
    meant = key_near(name)
    return tr("linkbak knows no such key; did you mean {key}?", key=meant) if meant else tr("linkbak knows no such key")


def known(name: str) -> Key:
    """The key of that name; raises UsageProblem with the one that may be meant."""
    if name not in BY_NAME:
        raise UsageProblem(f"{shown(name)}: {no_such_key(name)}", hint=LISTED)
    return BY_NAME[name]


def shown(name: str) -> str:
    """An unknown name, if it is safe to print; it could be a secret in the wrong place."""
    return name if _PLAIN.fullmatch(name) else tr("a name in quotes")


def key_near(name: str) -> str:
    """The key that a name may mean, by the whole of it or by the part behind its table; "" if none."""
    said = name.lower().replace("-", "_")
    by_bare = [one for one in BY_NAME if said.rpartition(".")[2] == one.rpartition(".")[2]]
    if len(by_bare) == 1:
        return by_bare[0]
    if meant := near(said, BY_NAME):
        return meant
    bares = {one.rpartition(".")[2]: one for one in BY_NAME}
    return bares.get(near(said.rpartition(".")[2], bares), "")


def near(name: str, known: Iterable[str]) -> str:
    """The known name most similar to a name; "" if none is similar."""
    import difflib

    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=0.7)), "")


def stray(environment: Iterable[str]) -> list[str]:
    """Remarks about variables that look like linkbak's but are unknown."""
    meaning = [*(key.variable for key in BY_NAME.values()), *OTHER_VARIABLES]
    said = []
    for name in sorted(environment):
        if name.startswith("LINKBAK_") and name not in (*meaning, *GIVEN):
            which = name if _PLAIN.fullmatch(name) else tr("a variable")
            what = tr("{name} is no variable of linkbak's", name=which)
            if meant := near(name, meaning):
                what = tr("{name} is no variable of linkbak's; did you mean {variable}?", name=which, variable=meant)
            said.append(what)
    return said
