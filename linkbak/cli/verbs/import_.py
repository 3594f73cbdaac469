"""``linkbak import``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import ArchiveUnreadable, Exit, LinkbakError, NoVault, UsageProblem

if TYPE_CHECKING:
    from linkbak.ingest import Options, Receipt
    from linkbak.vault import Vault


def import_(
    session: Session,
    archives: Annotated[list[str], typer.Argument(metavar="ARCHIVE...", help="Zips, unzipped folders or CSVs.")],
    taken: Annotated[
        str | None, typer.Option("--taken", metavar="TIME", help="When the network wrote it, as 2026-03-20 (UTC).")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Take losses beyond belief as real.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Do everything but keep.")] = False,
    everyone: Annotated[bool, typer.Option("--all", help="Fold no long lists.")] = False,
) -> Exit | None:
    """Keep archives as snapshots

    \b
    Examples:
      linkbak import ~/Downloads/Basic_LinkedInDataExport_03-20-2026.zip
      linkbak import *.zip --dry-run
      linkbak import Connections.csv --taken 2026-03-20

    The archive itself is never changed. Importing one twice keeps one snapshot. Several may come in any order. The
    first import makes a vault if there is none.

    Ask LinkedIn for the archive at https://www.linkedin.com/mypreferences/d/download-my-data
    """
    from linkbak.cli.afterwards import compact_if_due
    from linkbak.ingest import order

    options = _options(session, taken, accept, dry_run)
    paths = [_path(text) for text in archives]
    if len(paths) > 1:
        if taken is not None:
            raise UsageProblem("--taken dates one archive, not several")
        paths = order(paths, options.limits)
    receipts = []
    for path in paths:
        receipt = _one(session, path, options)
        receipts.append(receipt)
        if not session.as_json:
            _print(session, receipt, everyone=everyone)
    if session.as_json:
        from linkbak.report import as_json

        session.print_json(as_json.imported(session.vault_path()[0], receipts))
    kept = [one.manifest for one in receipts if one.status == "kept" and one.manifest and not one.dry]
    if kept:
        compact_if_due(session, sum(file.bytes for manifest in kept for file in manifest.files))
    return worst(receipts)


def worst(receipts: Sequence[Receipt]) -> Exit:
    """The exit status of several: the first refusal, else held, else incomplete, else fine."""
    codes = [receipt.exit_code for receipt in receipts]
    refused = [receipt.exit_code for receipt in receipts if receipt.error is not None]
    for code in (*refused, Exit.HELD, Exit.INCOMPLETE):
        if code in codes:
            return code
    return Exit.FINE


def _path(text: str) -> Path:
    if text == "-":
        raise UsageProblem(
            "linkbak reads archives from files, not from standard input",
            hint="Save it first, then name the file: linkbak import archive.zip",
        )
    return Path(text).expanduser()


def _options(session: Session, taken: str | None, accept: bool, dry_run: bool) -> Options:
    from linkbak.archive import Limits
    from linkbak.cli.progress import progress
    from linkbak.ingest import Options

    return Options(
        account=_account(session.account),
        taken=_moment(taken) if taken is not None else None,
        accept=accept,
        dry_run=dry_run,
        limits=Limits(**session.settings().limits),
        progress=progress(quiet=session.quiet),
    )


def _account(name: str | None) -> str | None:
    if name is None:
        return None
    bare = name.removeprefix("linkedin-")
    if not bare or bare[0] in "-." or not all(c.isascii() and (c.isalnum() or c in "-_.") for c in bare):
        raise UsageProblem(f"{name!r} cannot be an account's name", hint="Use letters, digits, - _ and . only.")
    return bare


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is not a time", hint="Write 2026-03-20 or 2026-03-20T08:07:10Z.") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=0)


def _one(session: Session, path: Path, options: Options) -> Receipt:
    from linkbak.ingest import Receipt, ingest

    try:
        place, named = session.vault_path()
        if not path.exists() and not path.is_symlink():
            raise ArchiveUnreadable(f"{path.name}: no such file or folder", hint="Look at the spelling of its path.")
        with _vault(place, path, options, named=named) or nullcontext() as vault:
            return ingest(path, vault, options)
    except LinkbakError as error:
        return Receipt(path.name, "refused", error=error)


def _vault(place: Path, path: Path, options: Options, *, named: bool) -> Vault | None:
    """The vault to keep it in; the usual one is made, once an archive has proved good enough to be kept.

    None for a dry run while there is no vault yet.
    """
    from linkbak.ingest import check
    from linkbak.report.show import say
    from linkbak.vault import Vault

    try:
        return Vault.open(place)
    except NoVault as error:
        if named:
            raise NoVault(str(error), hint=f"Make one there: linkbak init {place}") from None
    if options.dry_run:
        return None
    check(path, options)
    vault = Vault.create(place)
    say(f"made a vault in {place}")
    return vault


def _print(session: Session, receipt: Receipt, *, everyone: bool) -> None:
    from linkbak.report.receipt_view import receipt_page
    from linkbak.report.show import show

    blocks = receipt_page(receipt, everyone=everyone)
    if receipt.error is not None:
        show(blocks, sys.stderr, color=session.color)
    else:
        session.show(blocks)
