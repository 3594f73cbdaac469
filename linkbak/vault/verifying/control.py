"""The other files that linkbak and git keep in ``.git``: what each should hold is known, or it carries a digest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linkbak.errors import LinkbakError
from linkbak.vault.layout import ATTRIBUTES_TEXT
from linkbak.vault.summary import SnapshotKey
from linkbak.vault.worktree import cone, newest, visible_setting

from .look import Look
from .sealed import seal
from .storage import Storage

OWN = ".git/linkbak/"
INDEX = ".git/index"
CONE = ".git/info/sparse-checkout"
ATTRIBUTES = ".git/info/attributes"
PACKS = ".git/objects/info/packs"
REFS = ".git/info/refs"
_EMPTY = ("lock", "children", "compact.lock", "fetch.lock")
_BY_ITSELF = "the next command that writes sets it right"
_SERVER = "nothing needs it; `git update-server-info` writes it anew"
_WORK = re.compile(r"\.git/linkbak/((?:incoming|packing|fetching|unsealing)-[^/]+|\.marks\.jsonl-[^/]+)(?:/.*)?")
_DRAFTS = re.compile(
    r"\.git/(info/\.(sparse-checkout|attributes)-\w+|fast_import_crash_\d+|index\.lock\..*|[\w./-]+\.lock)"
)


def check_control(look: Look, found: Storage, keys: Sequence[SnapshotKey] | None) -> None:
    """Looks at everything in ``.git`` that is neither an object nor a reference; `keys` is None if not known."""
    _check_index(look, long=found.long)
    _check_attributes(look)
    look.account([CONE])
    if keys is not None:
        _check_cone(look, keys)
    _check_server_info(look, found)
    _check_own(look)
    _check_drafts(look)
    _check_hooks(look)


def _check_index(look: Look, *, long: bool) -> None:
    look.account([INDEX])
    found = seal(look.layout.top / INDEX, 32 if long else 20)
    anew = "remove the file, then `git reset -q` in the vault"
    if found is None:
        look.note("control", INDEX, "is not there", "`git reset -q` in the vault makes it")
    elif not found.whole and found.unsealed:
        look.note("control", INDEX, "carries no digest: git was told to leave it away", anew)
    elif not found.whole:
        look.damage("control", INDEX, "has a byte that was changed, or is cut off", anew)


def _check_attributes(look: Look) -> None:
    if ATTRIBUTES in look.census.files and look.read(ATTRIBUTES) != ATTRIBUTES_TEXT:
        look.damage("control", ATTRIBUTES, "is not what linkbak wrote", "remove the file; " + _BY_ITSELF)


def _check_cone(look: Look, keys: Sequence[SnapshotKey]) -> None:
    """Which snapshots lie open; linkbak's choice, or somebody's own with ``git sparse-checkout``."""
    text = look.read(CONE)
    if text is None:
        return
    try:
        visible = visible_setting(look.layout)
    except (LinkbakError, OSError):
        visible = "all"
    if text in (cone(None if visible == "all" else newest(keys, visible)), cone(())):
        return
    if look.writing():
        return
    folders = {key.folder: key for key in keys}
    named = {line[1:-1] for line in text.decode("utf-8", "replace").split("\n") if line.startswith("/snapshots/")}
    if text in (cone(None), cone([key for folder, key in folders.items() if folder in named])):
        look.note("control", CONE, "lays other snapshots open than linkbak.toml says", _BY_ITSELF)
    else:
        look.damage("control", CONE, "is not what linkbak or git writes", _BY_ITSELF)


def _check_server_info(look: Look, found: Storage) -> None:
    """Two lists that ``git gc`` leaves for web servers; old ones may name what is gone."""
    text = look.read(PACKS)
    there = {path.rpartition("/")[2] for path in look.census.below(".git/objects/pack/")}
    if text is not None:
        lines = text.decode("ascii", "replace").split("\n")
        named = [line[2:] for line in lines if line.startswith("P ")]
        if text != "".join(f"P {name}\n" for name in named).encode() + b"\n" or not there.issuperset(named):
            look.note("leftovers", PACKS, "names packs that are not there", _SERVER)
    refs = look.read(REFS)
    if refs is not None:
        lines = refs.decode("utf-8", "replace").split("\n")
        said = [line.partition("\t") for line in lines[:-1]]
        if lines[-1] or any(found.lacks(name) or not _a_ref(look, ref) for name, _, ref in said):
            look.note("leftovers", REFS, "names what is not there", _SERVER)


def _a_ref(look: Look, ref: str) -> bool:
    ref = ref.removesuffix("^{}")
    return f".git/{ref}" in look.census.files or f" {ref}\n".encode() in (look.read(".git/packed-refs") or b"")


def _check_own(look: Look) -> None:
    busy = look.writing() or look.compacting() or look.fetching()
    for name in _EMPTY:
        if look.read(OWN + name):
            look.note("control", OWN + name, "should be empty", "remove the file while no linkbak is running")
    if look.read(OWN + "busy") is not None and not busy:
        look.note(
            "leftovers",
            OWN + "busy",
            "an import or another command was interrupted",
            "the next command that writes clears up",
        )
    if look.read(OWN + "compact-failed") is not None:
        look.note(
            "leftovers", OWN + "compact-failed", "compacting in the background failed", "`linkbak compact` tries again"
        )
    work: dict[str, None] = {}
    for path in look.census.below(OWN):
        if named := _WORK.fullmatch(path):
            look.account([path])
            work[named[1]] = None
    for folder in work if not busy else ():
        look.note(
            "leftovers",
            OWN + folder,
            "left by a command that was interrupted",
            "the next command that writes clears it",
        )


def _check_drafts(look: Look) -> None:
    busy = look.writing() or look.compacting() or look.fetching()
    for path in [path for path in look.left() if _DRAFTS.fullmatch(path)]:
        look.account([path])
        if not busy:
            look.note("leftovers", path, "left by a program that was interrupted", "if no git is running, remove it")


def _check_hooks(look: Look) -> None:
    for path in look.census.below(".git/hooks/"):
        if not path.endswith(".sample"):
            look.account([path])
            look.note("foreign", path, "a hook: a program that git starts in the vault; linkbak never does")
