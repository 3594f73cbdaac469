"""The vault's own git configuration, letter by letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from linkbak.errors import VaultDamaged
from linkbak.vault import config
from linkbak.vault.layout import CONFIG

from .look import Look

PLACE = ".git/config"
_SECTION = re.compile(r'\[(?P<section>[A-Za-z0-9.-]+)(?: "(?P<sub>(?:[^"\\]|\\.)*)")?\]')
_SETTING = re.compile(r"\t(?P<name>[A-Za-z][A-Za-z0-9-]*) = (?P<value>.*)")
_EITHER = frozenset({"true", "false"})
_GITS_OWN: dict[str, frozenset[str]] = {
    "core.repositoryformatversion": frozenset({"0", "1"}),
    "core.filemode": _EITHER,
    "core.bare": frozenset({"false"}),
    "core.logallrefupdates": frozenset({"true"}),
    "core.ignorecase": _EITHER,
    "core.precomposeunicode": _EITHER,
    "core.symlinks": _EITHER,
    "extensions.objectformat": frozenset({"sha1", "sha256"}),
}
"""What `git init` writes by itself, and what it may say."""
_OF_COPIES = re.compile(r"remote\.[A-Za-z0-9][A-Za-z0-9_-]{0,39}\.(?:url=.+|linkbakPrivate=true)")
"""What `linkbak remote` and `linkbak clone` write; which address is the user's own matter."""
_NEEDED = ("core.repositoryformatversion", "core.bare")
_ANEW = "`git config {name} {value}` in the vault"


class Setting(NamedTuple):
    """One setting as it is written."""

    name: str
    value: str


def check_config(look: Look) -> None:
    """Compares the configuration with what linkbak writes; what others added is told, and refused if it is harmful."""
    text = look.read(PLACE)
    if text is None:
        look.damage("control", PLACE, "is not there", "copy it from another vault; it names nothing of yours")
        return
    try:
        settings = list(_settings(text.decode("utf-8")))
    except ValueError as error:
        look.damage("control", PLACE, str(error), "copy the file from another vault; it names nothing of yours")
        return
    if _forbidden(look, settings):
        return
    found = {one.name.lower(): one for one in settings}
    version = "1" if any(name.startswith("extensions.") for name in found) else "0"
    if "core.repositoryformatversion" in found and found["core.repositoryformatversion"].value != version:
        _wrong(look, "core.repositoryformatversion", version)
    for name in _NEEDED:
        if name not in found:
            look.damage("control", PLACE, f"does not set {name}", "copy the file from another vault")
    for one in settings:
        _judge(look, one)
    missing = [name for name in CONFIG if name.lower() not in found]
    if missing:
        look.note("control", PLACE, f"does not set {', '.join(missing)}", "the next command that writes sets it")


def _judge(look: Look, one: Setting) -> None:
    written = {name.lower(): name for name in (*CONFIG, *_GITS_OWN)}
    expected = written.get(one.name.lower())
    if _OF_COPIES.fullmatch(f"{one.name}={one.value}"):
        return
    if expected is None:
        look.note("foreign", PLACE, f"sets {one.name}, which linkbak never does")
    elif expected in CONFIG and one.value != CONFIG[expected]:
        _wrong(look, expected, CONFIG[expected])
    elif expected in _GITS_OWN and one.value not in _GITS_OWN[expected]:
        _wrong(look, expected, " or ".join(sorted(_GITS_OWN[expected])))
    elif expected != one.name and not (expected in CONFIG and one.name == expected.lower()):
        look.note("control", PLACE, f"spells {expected} in another way")


def _wrong(look: Look, name: str, value: str) -> None:
    look.damage("control", PLACE, f"{name} should be {value}", _ANEW.format(name=name, value=value))


def _forbidden(look: Look, settings: list[Setting]) -> bool:
    listed = b"".join(f"local\0{one.name}\n{one.value}\0".encode() for one in settings)
    try:
        config.check(listed)
    except VaultDamaged as error:
        look.damage("control", PLACE, str(error), error.hint)
        return True
    return False


def _settings(text: str) -> Iterator[Setting]:
    """Every setting; raises ValueError at a line that neither linkbak nor git writes like that."""
    if not text.endswith("\n"):
        raise ValueError("does not end with a line feed")
    section = ""
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        if not line.isprintable() and not line[1:].isprintable():
            raise ValueError(f"line {number}: characters that do not belong there")
        if found := _SECTION.fullmatch(line):
            section = found["section"] + (f".{found['sub']}" if found["sub"] is not None else "")
        elif (found := _SETTING.fullmatch(line)) and section:
            yield Setting(f"{section}.{found['name']}", found["value"])
        else:
            raise ValueError(f"line {number} is not a setting as git writes it")
