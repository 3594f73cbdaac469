"""What a verification says: findings, each with its place and what to do, and what they come to."""

from __future__ import annotations

from typing import Literal, NamedTuple

from linkbak.vault.summary import SnapshotKey

Part = Literal["git", "snapshots", "chain", "copies", "control", "marks", "index", "leftovers", "foreign"]


class Finding(NamedTuple):
    """One thing that is not as linkbak left it.

    `damage` tells what must be mended from what is only told. `place` is a path in the vault or a snapshot's folder,
    `remedy` a sentence and, on further lines, commands to be run in the vault; `snapshots` are those that cannot be
    given back whole because of it.
    """

    damage: bool
    part: Part
    place: str
    what: str
    remedy: str = ""
    snapshots: tuple[SnapshotKey, ...] = ()


class Verified(NamedTuple):
    """What was looked at and what was found.

    `snapshots` are all there are, oldest first, `whole` those that git still gives back byte for byte as far as was
    looked; `files` and `size` (in bytes) are what their manifests list, `compared` how many of these files were
    compared, and `copies` how many files lying open. `marks` is marks.jsonl as committed; `sample` the share asked for.
    """

    findings: tuple[Finding, ...]
    snapshots: tuple[SnapshotKey, ...]
    whole: tuple[SnapshotKey, ...]
    files: int
    size: int
    compared: int
    copies: int
    marks: bytes
    sample: float | None = None

    @property
    def damage(self) -> tuple[Finding, ...]:
        """What must be mended."""
        return tuple(one for one in self.findings if one.damage)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is only told."""
        return tuple(one for one in self.findings if not one.damage)


def damage(part: Part, place: str, what: str, remedy: str = "", snapshots: tuple[SnapshotKey, ...] = ()) -> Finding:
    """Something that must be mended."""
    return Finding(True, part, place, what, remedy, snapshots)


def note(part: Part, place: str, what: str, remedy: str = "") -> Finding:
    """Something that is only told."""
    return Finding(False, part, place, what, remedy)
