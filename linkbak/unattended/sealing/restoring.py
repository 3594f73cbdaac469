"""Makes a vault of sealed copies, or brings them into the one that is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linkbak.errors import NoVault
from linkbak.vault import Vault
from linkbak.vault.bundling import goes_back_to
from linkbak.vault.layout import Layout
from linkbak.vault.locking import orderly_end

from .age_format import Keys
from .opening import Opened, Progress, next_of, opened
from .scratch import scratch

if TYPE_CHECKING:
    from linkbak.vault.git import Git
    from linkbak.vault.remotes.pulling import Pulled


class Unsealed(NamedTuple):
    """What came of sealed copies: the vault, whether it was made of them, and the copies in the order of their use.

    `pulled` is what each brought into a vault that was there, None if it held nothing new.
    """

    place: Path
    created: bool
    copies: tuple[Opened, ...]
    pulled: tuple[Pulled | None, ...]
    commit: str
    snapshots: int


def unseal(files: Sequence[Path], place: Path, keys: Keys, progress: Progress | None = None) -> Unsealed:
    """Open sealed copies: into a new vault at `place`, or, if there is a vault, onto it.

    Several may be named in any order: a whole one, and those that go on from it. Raises a LinkbakError; there is no new
    vault then, and in one that was there everything is as it was, or as after the copies that were whole.
    """
    place = place.absolute()
    try:
        Vault.open(place).close()
    except NoVault:
        return _new(files, place, keys, progress)
    return _onto(files, place, keys, progress)


def _new(files: Sequence[Path], place: Path, keys: Keys, progress: Progress | None) -> Unsealed:
    from linkbak.vault.remotes.cloning import clone, refuse_other

    refuse_other(place)
    with orderly_end(), scratch(place.parent, f".{place.name}.linkbak-unseal-") as folder:
        found = opened(files, keys, folder, progress)
        made = clone(str(_joined(found, folder)), place, progress=progress)
    return Unsealed(place, True, tuple(found), (), made.commit, made.snapshots)


def _joined(found: Sequence[Opened], folder: Path) -> Path:
    """One bundle of the whole vault."""
    from linkbak.vault.joining import joining

    rest = list(found)
    if len(rest) == 1 and not rest[0].contents.needs:
        return rest[0].bundle
    with joining(folder / "joined", rest[0].contents.commit) as joined:
        while rest:
            one = next_of(rest, joined.knows)
            rest.remove(one)
            joined.add(one.bundle, one.contents)
        joined.write(folder / "joined.bundle")
    return folder / "joined.bundle"


def _onto(files: Sequence[Path], place: Path, keys: Keys, progress: Progress | None) -> Unsealed:
    used: list[Opened] = []
    came: list[Pulled | None] = []
    with orderly_end(), scratch(Layout(place).own, "unsealing-") as folder:
        rest = opened(files, keys, folder, progress)
        while rest:
            one = next_of(rest, lambda commit: goes_back_to(place, commit))
            rest.remove(one)
            used.append(one)
            known = goes_back_to(place, one.contents.commit)
            came.append(None if known else _pulled(place, one.bundle, progress))
    with Vault.open(place) as vault:
        return Unsealed(place, False, tuple(used), tuple(came), vault.newest(), len(vault.summaries()))


def _pulled(place: Path, bundle: Path, progress: Progress | None) -> Pulled:
    """Takes what a bundle brings into the vault, as `linkbak pull` does; raises a LinkbakError if it is refused."""
    from linkbak.unattended.pulling import examine
    from linkbak.vault.remotes.checking import check_incoming
    from linkbak.vault.remotes.fetching import fetch, forget
    from linkbak.vault.remotes.pulling import take_in

    with Vault.open(place) as vault:
        known, summaries = vault.newest(), vault.summaries()

    def check(git: Git, theirs: str) -> None:
        examine(summaries, check_incoming(git, theirs, known, progress))

    theirs = fetch(place, bundle, check)
    came = take_in(place, bundle.name, theirs)
    forget(place, bundle)
    return came
