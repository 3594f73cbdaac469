"""``manifest.json``: what a snapshot holds and where it came from, as text and back.

Reading is done by plain checks, because it is done thousands of times; pydantic is asked only to explain what is
wrong with a manifest that does not pass them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, asdict, fields
from typing import Any, TypeVar

from linkbak.errors import VaultDamaged
from linkbak.model import ArchiveFacts, Coverage, FileFacts, Issue, Manifest, Owner

FORMAT = 1
KINDS = ("zip", "folder", "file")
SOURCES = ("archive", "name", "file", "told")
COMPLETENESS = ("complete", "unknown", "partial")

T = TypeVar("T")
Check = Callable[[Any], Any]


class _Unfit(Exception):
    """A value of the wrong type or outside its choices."""


def dumps(manifest: Manifest) -> bytes:
    """The manifest as JSON text, sorted and indented; raises ValueError for one that could not be read again."""
    raw = asdict(manifest)
    raw["files"] = [_brief(file) for file in raw["files"]]
    data = _text(raw)
    try:
        same = _manifest(json.loads(data)) == manifest
    except _Unfit:
        same = False
    if not same:
        raise ValueError(f"not a manifest: {explain(raw)}")
    return data


def loads(data: bytes, name: str) -> Manifest:
    """The manifest in `data`; `name` says in errors which snapshot's it is."""
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        raise VaultDamaged(f"{name}: the manifest is not JSON") from None
    if isinstance(raw, dict) and type(raw.get("format")) is int and raw["format"] > FORMAT:
        raise VaultDamaged(
            f"{name}: the manifest has format {raw['format']}; this linkbak reads up to {FORMAT}",
            hint="Install a newer linkbak.",
        )
    try:
        return _manifest(raw)
    except _Unfit:
        raise VaultDamaged(f"{name}: the manifest is damaged: {explain(raw)}") from None


def renamed(data: bytes, name: str, previous: str) -> bytes:
    """The manifest in `data` with another id and another one before it; what a later linkbak put into it stays."""
    raw = json.loads(data)
    if (raw["id"], raw.get("previous", "")) == (name, previous):
        return data
    return _text({**raw, "id": name, "previous": previous})


def lasting(data: bytes) -> bytes:
    """What of a manifest never changes: all but its id and the one before it, which merging two vaults may change."""
    return renamed(data, "", "")


def explain(raw: Any) -> str:
    """Which field of a manifest is wrong, and how; never the value."""
    from pydantic import TypeAdapter, ValidationError

    try:
        TypeAdapter(Manifest).validate_json(json.dumps(raw), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}" if place else first["msg"]
    return "it does not come back as it was written"


def _text(raw: Any) -> bytes:
    text = json.dumps(raw, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1) + "\n"
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate of a file name becomes JSON's own escape


def _brief(file: dict[str, Any]) -> dict[str, Any]:
    """A file's facts without those that say nothing; there are many files."""
    return {name: value for name, value in file.items() if value or name in ("path", "bytes", "sha256")}


def _is(kind: type) -> Check:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise _Unfit
        return value

    return check


def _one_of(*choices: str) -> Check:
    def check(value: Any) -> Any:
        if type(value) is not str or value not in choices:
            raise _Unfit
        return value

    return check


def _many(check: Check) -> Check:
    def checks(value: Any) -> Any:
        if type(value) is not list:
            raise _Unfit
        return tuple([check(one) for one in value])

    return checks


def _named(check: Check) -> Check:
    def checks(value: Any) -> Any:
        if type(value) is not dict:
            raise _Unfit
        return {name: check(one) for name, one in value.items()}

    return checks


def _record(cls: Callable[..., T], special: dict[str, Check]) -> Callable[[Any], T]:
    """Builds a dataclass from a JSON object: the special fields as told, the others by their plain type.

    Fields that a later linkbak added to the same format are passed over.
    """
    plain = {"str": str, "Kind": str, "int": int, "bool": bool}
    checks = {one.name: special.get(one.name) or plain[str(one.type)] for one in fields(cls)}  # type: ignore[arg-type]
    needed = {
        one.name
        for one in fields(cls)  # type: ignore[arg-type]
        if one.default is MISSING and one.default_factory is MISSING
    }

    def build(raw: Any) -> T:
        if type(raw) is not dict or not needed <= raw.keys():
            raise _Unfit
        given = {}
        for name, value in raw.items():
            check = checks.get(name)
            if check is None:
                continue
            if type(check) is not type:
                given[name] = check(value)
            elif type(value) is check:
                given[name] = value
            else:
                raise _Unfit
        return cls(**given)

    return build


_TEXTS = _many(_is(str))
_manifest = _record(
    Manifest,
    {
        "taken_source": _one_of(*SOURCES),
        "archive": _record(ArchiveFacts, {"kind": _one_of(*KINDS)}),
        "files": _many(_record(FileFacts, {"columns": _TEXTS})),
        "coverage": _named(_record(Coverage, {"completeness": _one_of(*COMPLETENESS), "reasons": _TEXTS})),
        "issues": _many(_record(Issue, {})),
        "owner": _record(Owner, {"urls": _TEXTS, "member_ids": _TEXTS, "names": _TEXTS}),
        "held": _TEXTS,
    },
)
