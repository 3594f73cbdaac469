"""The config file as it stands on disk: read as a whole, written as a whole, private."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linkbak.errors import MachineProblem, UsageProblem

ELSEWHERE = "Every setting is also an environment variable, such as LINKBAK_VAULT, which `--vault` stands for too."
MARK = "\ufeff"
"""What some editors write before a text."""
_FAR = 1000
"""Lines further down are not named."""


def text_of(file: Path) -> str | None:
    """What the file holds, None if there is none; raises UsageProblem or MachineProblem."""
    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise MachineProblem(f"cannot read the config file {file}: {error.strerror}") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageProblem(f"{file} is not UTF-8 text", hint="Save it as UTF-8, or delete it.") from None


def parsed(file: Path, text: str) -> dict[str, Any]:
    """The file's tables and keys; raises UsageProblem with the line that is no TOML."""
    import tomllib

    try:
        return tomllib.loads(text.removeprefix(MARK))
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(f"{file} is not valid TOML: {error}", hint="Mend the line or delete the file.") from None
    except RecursionError:
        raise UsageProblem(f"{file} is not valid TOML: nested too deeply", hint="Mend or delete the file.") from None


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line on which a key or a table begins, by its path: from there on the file, read so far, has it."""
    import tomllib

    lines = text.removeprefix(MARK).split("\n")
    begun = 0
    for end in range(1, min(len(lines), _FAR) + 1):
        try:
            so_far = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        if _holds(so_far, path):
            return begun + 1
        begun = end
    return None


def _holds(table: Any, path: Sequence[str]) -> bool:
    for part in path:
        if not isinstance(table, dict) or part not in table:
            return False
        table = table[part]
    return True


def write(file: Path, text: str) -> None:
    """Put a text in the place of the file in one step, readable by its owner alone; raises MachineProblem."""
    import os

    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageProblem(f"{file} can hold only text, and a name in it would be none", hint=ELSEWHERE) from None

    target = file.resolve() if file.is_symlink() else file
    half = target.with_name(f".{target.name}-{os.urandom(4).hex()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise MachineProblem(f"cannot write the config file {file}: {error.strerror}", hint=ELSEWHERE) from None
