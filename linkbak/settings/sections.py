"""What the config file and the environment come to, one class a table of the file.

Named tuples, since every command reads settings and making frozen dataclasses takes 4 ms.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class Scan(NamedTuple):
    """Where archives are looked for, if not in the usual folders (none: those), and where kept ones are moved to."""

    folders: tuple[Path, ...] = ()
    move_to: Path | None = None


class Cadence(NamedTuple):
    """How old, in days, the newest snapshot may grow: until the next is due, until it is late, until it is stale."""

    days: int = 30
    warn: int = 35
    stale: int = 60


class Notify(NamedTuple):
    """Who is told: an address that is pinged, a command that is run, services of apprise; names only if wanted."""

    ping: str = ""
    command: tuple[str, ...] = ()
    apprise: tuple[str, ...] = ()
    names: bool = False


class Run(NamedTuple):
    """What `linkbak run` does besides scanning: push, and every so many days compare a share of the vault's bytes."""

    push: bool = True
    verify: str = "5%"
    verify_days: int = 7


class Copies(NamedTuple):
    """For how many days a copy elsewhere may lag behind the vault before that is worth a word."""

    warn: int = 14


class Settings(NamedTuple):
    """What the config file and the environment say; flags are the command line's business."""

    vault: Path | None = None
    limits: Mapping[str, int] = MappingProxyType({})
    scan: Scan = Scan()
    cadence: Cadence = Cadence()
    notify: Notify = Notify()
    run: Run = Run()
    copies: Copies = Copies()
