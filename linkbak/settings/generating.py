"""A config file in which every key is explained, in the place of none or of one that is kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from linkbak.errors import LinkbakError, MachineProblem, UsageProblem
from linkbak.settings import file as config
from linkbak.settings.problems import shown
from linkbak.settings.reading import flat, looked
from linkbak.settings.template import template


class Generated(NamedTuple):
    """The file; which keys of the one before it are set in it as well, which are not; and where that one lies now."""

    file: Path
    changed: bool
    kept: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    before: Path | None = None


def generate(file: Path, *, overwrite: bool = False) -> Generated:
    """Write the file; raises UsageProblem if there is one and it must not be overwritten.

    What the one that is overwritten sets, the new one sets too, as far as it is understood.
    """
    data = _bytes(file)
    if data is None:
        config.write(file, template())
        return Generated(file, True)
    if not overwrite:
        raise UsageProblem(
            f"there is a config file already: {file}",
            hint="--overwrite explains every key in it and keeps what it sets; -o - prints what would be new.",
        )
    said, usual, left = _said(file)
    text = template(said, usual)
    if text.encode("utf-8") == data:
        return Generated(file, False, tuple(said))
    before = _put_beside(file, data)
    config.write(file, text)
    return Generated(file, True, tuple(said), left, before)


def _said(file: Path) -> tuple[Mapping[str, Any], Mapping[str, Any], tuple[str, ...]]:
    """The values that the file sets, those that hold besides, and the names in it that are not understood."""
    try:
        text = config.text_of(file) or ""
        tables = config.parsed(file, text)
    except LinkbakError:
        return {}, {}, ("everything, since it was no TOML",)
    found = looked(file, text, tables, {}).said.items()
    said = {name: one.value for name, one in found if one.source == "file"}
    usual = {name: one.value for name, one in found if one.source == "default"}
    return said, usual, tuple(shown(name) for name in flat(tables) if name not in said)


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise MachineProblem(f"cannot read the config file {file}: {error.strerror}") from None


def _put_beside(file: Path, data: bytes) -> Path:
    """The file as it was, under a name of its own beside it, as private as itself."""
    import os
    from datetime import UTC, datetime

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
            raise MachineProblem(f"cannot write beside the config file {file}: {error.strerror}") from None
