"""How a value is written: in the file, in words for people, in a document for programs; secrets hidden if wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linkbak.settings.keys import Key

HIDDEN = "(hidden)"


def plain(value: Any) -> Any:
    """The value as TOML and JSON know values: a number, text, yes or no, list of texts; None for no folder."""
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return str(value) if isinstance(value, Path) else value


def masked(key: Key, value: Any) -> Any:
    """The same with what may be secret hidden: of an address all behind the host, of a command all but the program."""
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
    """A plain value as it stands in the file."""
    import tomlkit

    return str(tomlkit.item(value).as_string())


def assigned(key: Key, value: Any) -> str:
    """A line of the file that sets the key; what is not set is an empty text or list."""
    bare = plain(value)
    return f"{key.bare} = {as_toml('' if bare is None else bare)}"
