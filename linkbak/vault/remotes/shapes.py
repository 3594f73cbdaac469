"""What may be in a vault that comes from elsewhere, and nothing else: ordinary files under names linkbak gives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from linkbak.errors import VaultDamaged
from linkbak.vault.layout import ARCHIVE, ATTRIBUTES, MANIFEST, MARKS, README, SETTINGS, SNAPSHOTS
from linkbak.vault.names import COMPONENT_BYTES, PATH_BYTES
from linkbak.vault.objects import FILE, FOLDER, Entry
from linkbak.vault.summary import ACCOUNT, ID, SnapshotKey
from linkbak.vault.verifying.past import Trees

TOP = frozenset({README, SETTINGS, ATTRIBUTES, MARKS})
REFUSED = "Nothing was taken from it. A plain `git clone` of it, and `linkbak verify` there, says more."
MOST = 100_000
"""More snapshots than this no honest copy holds: 27 years of one a day for ten people."""
_YEAR = re.compile(r"\d{4}", re.ASCII)
_UGLY = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]|[. ]$|^\.{1,2}$|^git~\d|^\.git', re.IGNORECASE)
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=[ .]|$)", re.IGNORECASE)


class Folder(NamedTuple):
    """A snapshot's folder in a tree: its own id, its manifest's and its archive's, "" if there is none."""

    tree: str
    manifest: str
    archive: str


def refused(place: str, what: str) -> VaultDamaged:
    """The refusal of a copy in which something is wrong at a place."""
    return VaultDamaged(f"the copy is not as linkbak leaves it: {shown(place)} {what}", hint=REFUSED)


def shown(place: str) -> str:
    """A path that somebody else chose, fit to be printed."""
    return "".join(c if c.isprintable() else "?" for c in place[:200])


def check_top(top: Mapping[str, Entry], known: Mapping[str, Entry]) -> None:
    """Only what linkbak puts there; besides, what our own vault has too."""
    for one in top.values():
        if one == known.get(one.name):
            continue
        if one.name != SNAPSHOTS and one.name not in TOP:
            raise refused(one.name, "is nothing that linkbak put there")
        if one.mode != (FOLDER if one.name == SNAPSHOTS else FILE):
            raise refused(one.name, "is no ordinary file or folder")


def snapshots_of(trees: Trees, root: str) -> Iterator[tuple[SnapshotKey, str]]:
    """Every snapshot below the folder of snapshots, with its folder's id; anything else there is refused."""
    number = 0
    for account in _folders(trees, root, SNAPSHOTS, ACCOUNT):
        place = f"{SNAPSHOTS}/{account.name}"
        for year in _folders(trees, account.id, place, _YEAR):
            for one in _folders(trees, year.id, f"{place}/{year.name}", ID):
                if not one.name.startswith(year.name):
                    raise refused(f"{place}/{year.name}/{one.name}", "lies in another year's folder")
                number += 1
                if number > MOST:
                    raise refused(SNAPSHOTS, f"holds more than {MOST} snapshots")
                yield SnapshotKey(account.name, one.name), one.id


def folder_of(trees: Trees, key: SnapshotKey, tree: str) -> Folder:
    """A snapshot's folder: a manifest, and the archive, and nothing else."""
    found = trees.of(tree)
    wanted = {MANIFEST: FILE, ARCHIVE: FOLDER}
    for one in found.values():
        if wanted.get(one.name) != one.mode:
            raise refused(f"{key.folder}/{one.name}", "is nothing that linkbak put there")
    if MANIFEST not in found:
        raise refused(key.folder, f"has no {MANIFEST}")
    return Folder(tree, found[MANIFEST].id, found[ARCHIVE].id if ARCHIVE in found else "")


def files_of(trees: Trees, key: SnapshotKey, archive: str, expected: frozenset[str]) -> dict[str, str]:
    """The object of each file of an archive, which must be just those expected.

    No folder is looked into that none of them lies in, so that it ends however the folders are nested.
    """
    if any(len(path.encode("utf-8", "replace")) > PATH_BYTES for path in expected):
        raise refused(key.folder, "has a file whose path is too long")
    above = {path[:end] for path in expected for end, c in enumerate(path) if c == "/"}
    found: dict[str, str] = {}
    left = [("", archive)] if archive else []
    while left:
        before, tree = left.pop()
        _check_names(trees, f"{key.folder}/{ARCHIVE}/{before}", tree)
        for one in trees.of(tree).values():
            path = before + one.name
            if one.mode == FOLDER and path in above:
                left.append((f"{path}/", one.id))
            elif one.mode == FILE and path in expected:
                found[path] = one.id
            else:
                raise refused(f"{key.folder}/{ARCHIVE}/{path}", "is not in the manifest, or no ordinary file")
    if len(found) != len(expected):
        raise refused(key.folder, f"lacks {len(expected) - len(found)} of the files in its manifest")
    return found


def _check_names(trees: Trees, place: str, tree: str) -> None:
    """Names that every file system can hold, no two of which it could take for one."""
    seen = set()
    for one in trees.of(tree).values():
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", one.name).casefold())
        long = len(one.name.encode("utf-8", "replace")) > COMPONENT_BYTES
        if _UGLY.search(one.name) or _DEVICE.match(one.name) or long or folded in seen or not _text(one.name):
            raise refused(place + one.name, "has a name that linkbak gives no file")
        seen.add(folded)


def _text(name: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in name)


def _folders(trees: Trees, tree: str, place: str, name: re.Pattern[str]) -> Iterator[Entry]:
    for one in trees.of(tree).values():
        if one.mode != FOLDER or not name.fullmatch(one.name):
            raise refused(f"{place}/{one.name}", "is nothing that linkbak put there")
        yield one
