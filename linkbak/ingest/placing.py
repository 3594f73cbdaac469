"""An archive brought to the vault at a place, which is made if it is the usual one and there is none yet."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from linkbak.errors import ArchiveUnreadable, LinkbakError, NoVault
from linkbak.ingest.options import Options
from linkbak.ingest.receipt import Receipt
from linkbak.ingest.workflow import check, ingest
from linkbak.vault import Vault


def bring(
    path: Path, place: Path, options: Options, *, named: bool, made: Callable[[Path], None] = lambda place: None
) -> Receipt:
    """Keep one archive in the vault at `place`; what refuses it is in the receipt.

    A vault that somebody `named` must be there; the usual one is made, and `made` told of it.
    """
    try:
        if not path.exists() and not path.is_symlink():
            raise ArchiveUnreadable(f"{path.name}: no such file or folder", hint="Look at the spelling of its path.")
        with _vault(place, path, options, named, made) or nullcontext() as vault:
            return ingest(path, vault, options)
    except LinkbakError as error:
        return Receipt(path.name, "refused", error=error)


def _vault(place: Path, path: Path, options: Options, named: bool, made: Callable[[Path], None]) -> Vault | None:
    """The vault to keep it in; the usual one is made, once an archive has proved good enough to be kept.

    None for a dry run while there is no vault yet.
    """
    try:
        return Vault.open(place)
    except NoVault as error:
        if named:
            raise NoVault(str(error), hint=f"Make one there: linkbak init {place}") from None
    if options.dry_run:
        return None
    check(path, options)
    vault = Vault.create(place)
    made(place)
    return vault
