"""Everything in ``.git/objects``: each file as it lies, and each object as git gives it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from linkbak.errors import LinkbakError

from .aside import Aside, contents
from .at_once import at_once
from .look import Look
from .loose import Broken, Fact, peek, read_loose
from .repacking import Packer
from .sealed import Seal, seal

OBJECTS = ".git/objects/"
_LOOSE = re.compile(r"\.git/objects/([0-9a-f]{2})/([0-9a-f]{38}(?:[0-9a-f]{24})?)")
_SEALED = re.compile(
    r"\.git/objects/(pack/(pack-[0-9a-f]{40,64}\.(pack|idx|rev|bitmap|mtimes)|multi-pack-index(-[0-9a-f]{40,64}\.\w+)?)"
    r"|info/(commit-graph|commit-graphs/graph-[0-9a-f]{40,64}\.graph))"
)
_UNFINISHED = re.compile(r"\.git/objects/(\w\w/tmp_|tmp_|pack/(\.tmp-|tmp_)).*")
_PACK = "take it from another copy of the vault; if all snapshots are whole, `linkbak compact --all` writes it anew"

Tell = Callable[[int], None]
"""Told of so many bytes read."""


@dataclass
class Storage:
    """The objects of a vault.

    `loose` are the files of loose objects with their bytes on disk, `packed` the objects that packs name, in the order
    in which they lie. After `read`, `good` are those that git gives as they were kept, `bad` those of which there is
    no sound copy, with what is wrong; what is in neither was not read. `spoilt` are the loose ones whose file is
    damaged.
    """

    long: bool
    loose: dict[str, int] = field(default_factory=dict)
    packed: dict[str, None] = field(default_factory=dict)
    good: dict[str, Fact] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    spoilt: dict[str, str] = field(default_factory=dict)

    @property
    def there(self) -> Collection[str]:
        """Every object that there should be."""
        return self.loose.keys() | self.packed.keys()

    def lacks(self, name: str) -> bool:
        """Whether there is no sound object of that name, as far as was looked."""
        return name in self.bad or not (name in self.good or name in self.loose or name in self.packed)


def survey(look: Look, aside: Aside, *, long: bool) -> Storage:
    """Which objects there should be."""
    found = Storage(long)
    for path, size in look.census.files.items():
        if named := _LOOSE.fullmatch(path):
            found.loose[named[1] + named[2]] = size
    for path in look.census.below(OBJECTS + "pack/"):
        if path.endswith(".idx") and _SEALED.fullmatch(path):
            found.packed.update(dict.fromkeys(_named(aside, look.layout.top / path)))
    return found


def check_files(look: Look, *, long: bool, every: bool) -> None:
    """Compares every file of git's that carries its own digest with it; packs only if `every` byte is to be read."""
    width = 32 if long else 20
    for path in [path for path in look.census.below(OBJECTS) if _SEALED.fullmatch(path)]:
        look.account([path])
        if path.endswith(".pack") and not every:
            continue
        found = seal(look.layout.top / path, width)
        if found is not None and not found.whole:
            _unsealed(look, path, found)
    for path in look.census.below(OBJECTS + "pack/"):
        if path.endswith(".pack") and path.replace(".pack", ".idx") not in look.census.files:
            _without_index(look, path)


def read(look: Look, aside: Aside, found: Storage, *, only: Collection[str] | None, tell: Tell) -> None:
    """Reads every object, or `only` some, and compares each with its name."""
    spoilt, packer = found.spoilt, Packer(look.layout)
    gone = []
    wanted = [name for name in found.loose if only is None or name in only]
    for name, fact in at_once(wanted, found.loose.__getitem__, lambda name: _loose(look.layout.git, name, packer)):
        tell(found.loose[name])
        if isinstance(fact, Fact):
            found.good[name] = fact
        elif fact:
            spoilt[name] = fact
        else:
            gone.append(name)  # a compaction has just packed it
    packer.save(found.loose)
    packed = [name for name in found.packed if only is None or name in only]
    for name, answer in contents(aside, [*packed, *gone, *(one for one in spoilt if one not in found.packed)]):
        if isinstance(answer, Fact):
            found.good[name] = answer
            tell(answer.size if name not in spoilt else 0)
        elif name not in found.good:
            found.bad[name] = spoilt.get(name) or answer or "is not there"
    look.account(loose_path(name) for name in found.loose)


def look_again(aside: Aside, found: Storage, names: Iterable[str]) -> None:
    """Asks git for objects that were not seen: a compaction may have moved them meanwhile."""
    unseen = [name for name in dict.fromkeys(names) if name and found.lacks(name) and name not in found.bad]
    for name, answer in contents(aside, unseen):
        if isinstance(answer, Fact):
            found.good[name] = answer
        else:
            found.bad[name] = answer or "is not there"


def kinds(look: Look, aside: Aside, found: Storage) -> dict[str, str]:
    """The kind of every object, without reading more than its beginning."""
    return {**aside.kinds(found.packed), **{name: peek(look.layout.top / loose_path(name)) for name in found.loose}}


def check_leftovers(look: Look) -> None:
    """Tells of what killed git commands left among the objects."""
    unfinished = [path for path in look.census.below(OBJECTS) if _UNFINISHED.fullmatch(path)]
    look.account(unfinished)
    if unfinished and not look.writing() and not look.compacting():
        what = f"and {len(unfinished) - 1} more: half-written" if unfinished[1:] else "half-written"
        look.note("leftovers", unfinished[0], what, "the next command that writes clears it")


def _loose(git_dir: Path, name: str, packer: Packer) -> Fact | str | None:
    try:
        return read_loose(git_dir / "objects" / name[:2] / name[2:], name, packer)
    except Broken as error:
        return str(error)
    except OSError:
        return "cannot be read"


def loose_path(name: str) -> str:
    """Where the object of that name lies, if it is loose."""
    return f"{OBJECTS}{name[:2]}/{name[2:]}"


def _named(aside: Aside, index: Path) -> list[str]:
    """The objects that a pack's index names, in the order of the pack; none if it cannot be read."""
    try:
        with index.open("rb") as file:
            printed = aside.finish(aside.start("show-index", stdin=file), "show-index")
    except (LinkbakError, OSError):
        return []
    lines = (line.split() for line in printed.decode("ascii", "replace").splitlines())
    return [name for _, name in sorted((int(words[0]), words[1]) for words in lines if len(words) >= 2)]


def _unsealed(look: Look, path: str, found: Seal) -> None:
    remedy = f"git makes it anew:\nrm -f {path}"
    if path.endswith(".idx"):
        remedy += f"\ngit index-pack {path[:-4]}.pack"
    elif path.endswith(".pack"):
        remedy = _resealed(look, path[:-5], found) or _PACK
    look.damage("git", path, "has a byte that was changed, or is cut off", remedy)


def _resealed(look: Look, pack: str, found: Seal) -> str:
    """How to write the digest of a pack anew, if that is all that is damaged; its index knows it too."""
    width = len(found.digest)
    if (look.read(f"{pack}.idx") or b"")[-2 * width : -width] != found.digest:
        return ""
    return (
        "only its own digest is damaged, and its index has it too:\n"
        f"(head -c -{width} {pack}.pack; tail -c {2 * width} {pack}.idx | head -c {width}) > {pack}.new\n"
        f"mv -f {pack}.new {pack}.pack"
    )


def _without_index(look: Look, path: str) -> None:
    if not look.compacting() and not look.writing():
        look.note("leftovers", path, "a pack without its index", "the next command that writes clears it")
