"""``manifest.json``: what a snapshot holds and where it came from, as text and back.

The shape of a manifest is that of `linkbak.model.Manifest` alone. What comes from outside is
checked against it by pydantic (`read_untrusted`). What the vault itself wrote is read thousands of times and without
pydantic, which takes longer to load than most commands run: `loads` only compares types as it builds the classes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import MAXYEAR, MINYEAR, datetime
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from linkbak.archive import printable, unsafe_name
from linkbak.errors import VaultDamaged
from linkbak.model import EARLIEST, FileFacts, Manifest
from linkbak.texts import tr

FORMAT = 1
NEWER = tr("Install a newer linkbak.")
"""What to do about a format that this version does not know."""


def dumps(manifest: Manifest) -> bytes:
    """The manifest as JSON text, sorted and indented; raises ValueError for one that could not be read again."""
    raw = _plain(manifest)
    raw["files"] = [  # without empty fields, since there are many
        {name: value for name, value in file.items() if value or name in ("path", "bytes", "sha256")}
        for file in raw["files"]
    ]
    data = _text(raw)
    with suppress(ValueError):
        if _builder(Manifest)(json.loads(data)) == manifest:
            return data
    raise ValueError(f"not a manifest: {_flaw(raw) or 'it does not come back as it was written'}")


def loads(data: bytes, name: str) -> Manifest:
    """The manifest in `data`, which the vault itself wrote; `name` says in errors which snapshot's it is.

    Raises VaultDamaged if it is none, or one of a later linkbak.
    """
    raw = _decoded(data, name)
    try:
        found: Manifest = _builder(Manifest)(raw)
    except ValueError:
        raise VaultDamaged(tr("{name}: the manifest is damaged: {flaw}", name=name, flaw=_flaw(raw))) from None
    if None in (timestamp(found.taken), timestamp(found.imported_at)):  # everything that reads it counts with them
        raise VaultDamaged(tr("{name}: the manifest is damaged: it lacks its times", name=name))
    return found


def read_untrusted(data: bytes, name: str) -> Manifest:
    """The manifest in `data`, which came from outside: a clone, a pull, a sealed file, a vault to be verified.

    Raises VaultDamaged, with the place and the reason but never the content, if it is none, or one of a later linkbak.
    """
    raw = _decoded(data, name)
    if flaw := _flaw(raw):
        raise VaultDamaged(tr("{name}: the manifest is damaged: {flaw}", name=name, flaw=flaw))
    return loads(data, name)


_TAKEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOMENT = len("2026-03-20T080710Z")


def unfit(manifest: Manifest) -> str:
    """The first thing in the manifest that linkbak never writes, as the end of a sentence; "" if there is none.

    The one door for times, sizes and names of files: at import, clone, pull and unseal before anything is kept, at
    verify and restore for what is there. Whether a time is ahead of this machine's clock is not asked.
    """
    times = [timestamp(text) for text in (manifest.taken, manifest.imported_at)]
    if None in times or not _TAKEN.fullmatch(manifest.taken):
        return tr("has a manifest without its times")
    if manifest.id[:_MOMENT] != manifest.taken.replace(":", ""):
        return tr("has the manifest of another snapshot")
    if times[0] < EARLIEST:  # type: ignore[operator]
        return tr("was written before there was such a network")
    flaw = unfit_files(manifest.files)
    return tr("has a manifest that {flaw}", flaw=flaw) if flaw else ""


def unfit_files(files: Sequence[FileFacts]) -> str:
    """The same of the files alone, of the manifest as the subject: none has a name that no archive may have, or two."""
    for names in ([file.path for file in files], [file.stored or file.path for file in files]):
        folders = {name[:end] for name in names if "/" in name for end, c in enumerate(name) if c == "/"}
        if len(set(names)) != len(names) or not folders.isdisjoint(names):
            return tr("names a file twice")
    for number, file in enumerate(files, start=1):
        for name in (file.path, file.stored) if file.stored else (file.path,):
            if reason := unsafe_name(name):
                return tr(
                    "is not linkbak's own: file {number} ({name}) {reason}",
                    number=number,
                    name=printable(name),
                    reason=reason,
                )
        if any("\ud800" <= letter <= "\udfff" for letter in file.stored or file.path):
            return tr(
                "is not linkbak's own: file {number} ({path}) has a name that is not Unicode",
                number=number,
                path=printable(file.path),
            )
        if file.bytes < 0 or not _SHA256.fullmatch(file.sha256):
            return tr(
                "is not linkbak's own: file {number} ({path}) has no size, or no sha256",
                number=number,
                path=printable(file.path),
            )
    return ""


def timestamp(text: str) -> datetime | None:
    """The time in a text; None if it is none, has no zone, or is too near the last year to calculate with."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and MINYEAR < moment.year < MAXYEAR else None


def renamed(data: bytes, name: str, previous: str) -> bytes:
    """The manifest in `data` with another id and another one before it; what a later linkbak put into it stays."""
    raw = json.loads(data)
    if (raw["id"], raw.get("previous", "")) == (name, previous):
        return data
    return _text({**raw, "id": name, "previous": previous})


def lasting(data: bytes) -> bytes:
    """The part of a manifest that never changes: all but its id and `previous`, which merging two vaults may change."""
    return renamed(data, "", "")


def _decoded(data: bytes, name: str) -> Any:
    """The JSON value, if it is of a format that is known here."""
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        raise VaultDamaged(tr("{name}: the manifest is not JSON", name=name)) from None
    if isinstance(raw, dict) and type(raw.get("format")) is int and raw["format"] > FORMAT:
        raise VaultDamaged(
            tr(
                "{name}: the manifest has format {format}; this linkbak reads up to {most}",
                name=name,
                format=raw["format"],
                most=FORMAT,
            ),
            hint=NEWER,
        )
    return raw


def _flaw(raw: Any) -> str:
    """Which field is not as `Manifest` has it, and how, but never its value; "" if all are."""
    from pydantic import TypeAdapter, ValidationError

    checked: Any = _checked(Manifest)
    # pydantic takes no lone surrogates, which names of files may have
    text = json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace")
    try:
        TypeAdapter(checked).validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}" if place else first["msg"]
    return ""


def _checked(kind: Any) -> Any:
    """The type with dataclasses in place of named tuples, in which pydantic takes objects alone and what is new."""
    from dataclasses import make_dataclass

    if _is_record(kind):
        fields = [(name, _checked(one)) for name, one in get_type_hints(kind).items()]
        return make_dataclass(kind.__name__, fields, namespace=dict(kind._field_defaults))
    if get_origin(kind) in (tuple, dict):
        return get_origin(kind)[tuple(_checked(part) for part in get_args(kind))]
    return kind


def _plain(value: Any) -> Any:
    """The value as JSON has it: named tuples as objects."""
    if _is_record(value):
        value = value._asdict()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [*map(_plain, value)] if isinstance(value, tuple) else value


def _is_record(value: Any) -> bool:
    """Whether it is a named tuple, or a class of them."""
    return hasattr(value, "_field_defaults")


def _text(raw: Any) -> bytes:
    text = json.dumps(raw, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1) + "\n"
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate of a file name becomes JSON's own escape


@cache
def _builder(kind: Any) -> Callable[[Any], Any]:
    """The function that makes a JSON value one of this type, or raises ValueError."""
    if _is_record(kind):
        return _record_builder(kind)
    origin, parts = get_origin(kind), get_args(kind)
    each = _builder(parts[-1 if origin is dict else 0]) if origin in (tuple, dict) else None
    plain = {Literal: str, tuple: list, None: kind}.get(origin, origin)

    def build(value: Any) -> Any:
        if type(value) is not plain or (origin is Literal and value not in parts):
            raise ValueError
        if each is None:
            return value
        return tuple([each(one) for one in value]) if origin is tuple else {name: each(value[name]) for name in value}

    return build


def _record_builder(kind: Any) -> Callable[[Any], Any]:
    """Skips fields that a later linkbak added to the same format."""
    types = get_type_hints(kind)
    builders = {name: one if one in (str, int, bool) else _builder(one) for name, one in types.items()}
    needed = types.keys() - kind._field_defaults

    def build(raw: Any) -> Any:
        if type(raw) is not dict or not needed <= raw.keys():
            raise ValueError
        given = {}
        for name, value in raw.items():
            builder = builders.get(name)
            if type(value) is builder:  # most are plain, and there are many files
                given[name] = value
            elif type(builder) is type:
                raise ValueError
            elif builder is not None:
                given[name] = builder(value)
        return kind(**given)

    return build
