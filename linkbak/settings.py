"""The user's settings: flag before environment before config file before default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linkbak import paths
from linkbak.errors import MachineProblem, UsageProblem

LIMIT_NAMES = ("entries", "file_bytes", "total_bytes", "ratio")
"""What `[limits]` in the config file and ``LINKBAK_LIMITS_*`` may set; see `linkbak.archive.Limits`."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Where archives are looked for, if not in the usual folders (none: those), and where kept ones are moved to."""

    folders: tuple[Path, ...] = ()
    move_to: Path | None = None


@dataclass(frozen=True, slots=True)
class Cadence:
    """How old, in days, the newest snapshot may grow: until the next is due, until it is late, until it is stale."""

    days: int = 30
    warn: int = 35
    stale: int = 60


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told: an address that is pinged, a command that is run, services of apprise; names only if wanted."""

    ping: str = ""
    command: tuple[str, ...] = ()
    apprise: tuple[str, ...] = ()
    names: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """What `linkbak run` does besides scanning: push, and every so many days compare a share of the vault's bytes."""

    push: bool = True
    verify: str = "5%"
    verify_days: int = 7


@dataclass(frozen=True, slots=True)
class Copies:
    """For how many days a copy elsewhere may lag behind the vault before that is worth a word."""

    warn: int = 14


@dataclass(frozen=True, slots=True)
class Settings:
    """What the config file and the environment say; flags are the command line's business."""

    vault: Path | None = None
    limits: Mapping[str, int] = field(default_factory=dict)
    scan: Scan = Scan()
    cadence: Cadence = Cadence()
    notify: Notify = Notify()
    run: Run = Run()
    copies: Copies = Copies()


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the config file, if there is one, and lay the environment over it.

    Raises UsageProblem, naming file and key, for a key or value that linkbak does not know.
    """
    file = paths.config_file()
    said = _parsed(file)
    for key in said.keys() - {"vault", "limits"}:
        raise _wrong(file, key, "linkbak knows no such key; it knows: vault, limits")
    limits = {name: _whole(file, f"limits.{name}", value) for name, value in _table(file, said).items()}
    for name in LIMIT_NAMES:
        if text := environment.get(f"LINKBAK_LIMITS_{name.upper()}"):
            limits[name] = _whole(Path("the environment"), f"LINKBAK_LIMITS_{name.upper()}", text)
    return Settings(_vault(file, said, environment), limits)


def remember_vault(vault: Path) -> Path:
    """Write the vault's place into the config file, keeping everything else in it; gives the file's path."""
    import tomlkit

    file = paths.config_file()
    _parsed(file)
    document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
    document["vault"] = str(vault)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_suffix(".toml.new")
        fresh.write_text(tomlkit.dumps(document), encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        raise MachineProblem(
            f"cannot write the config file {file}: {error.strerror}",
            hint="Name the vault with --vault or the variable LINKBAK_VAULT instead.",
        ) from None
    return file


def _parsed(file: Path) -> dict[str, Any]:
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise MachineProblem(f"cannot read the config file {file}: {error.strerror}") from None
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise UsageProblem(f"{file} is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(f"{file} is not valid TOML: {error}", hint="Mend the line or delete the file.") from None


def _table(file: Path, said: Mapping[str, Any]) -> Mapping[str, Any]:
    table = said.get("limits", {})
    if not isinstance(table, dict):
        raise _wrong(file, "limits", "it must be a table: [limits]")
    for name in table.keys() - set(LIMIT_NAMES):
        raise _wrong(file, f"limits.{name}", f"linkbak knows no such limit; it knows: {', '.join(LIMIT_NAMES)}")
    return table


def _vault(file: Path, said: Mapping[str, Any], environment: Mapping[str, str]) -> Path | None:
    if place := environment.get("LINKBAK_VAULT"):
        return Path(place).expanduser()
    value = said.get("vault")
    if value is not None and not (isinstance(value, str) and value):
        raise _wrong(file, "vault", "it must be the path of a folder, in quotes")
    return Path(value).expanduser() if value else None


def _whole(where: Path, key: str, value: object) -> int:
    try:
        number = int(str(value).replace("_", "")) if not isinstance(value, bool) else 0
    except ValueError:
        number = 0
    if number < 1:
        raise _wrong(where, key, "it must be a whole number above zero")
    return number


def _wrong(file: Path, key: str, why: str) -> UsageProblem:
    return UsageProblem(f"{file}: {key}: {why}")
