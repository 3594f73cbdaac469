"""``linkbak import``."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import Exit, NoVault, UsageProblem
from linkbak.vault.create import create_vault


def import_(
    session: Session,
    archives: Annotated[list[str], typer.Argument(metavar="ARCHIVE...", help="Zips, unzipped folders or CSVs.")],
    taken: Annotated[
        str | None, typer.Option("--taken", metavar="TIME", help="When the network wrote it, as 2026-03-20 (UTC).")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Take losses beyond belief as real.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Do everything but keep.")] = False,
    everyone: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
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
    from linkbak.cli.import_options import brought_by, import_options, say_made, show_receipt
    from linkbak.cli.session import compact_if_due
    from linkbak.ingest import bring, order, worst

    options = import_options(session, accept=accept, dry_run=dry_run)
    if taken is not None:
        options = options._replace(taken=_moment(taken))
    paths = [_path(text) for text in archives]
    if len(paths) > 1:
        if taken is not None:
            raise UsageProblem("--taken dates one archive, not several")
        paths = order(paths, options.limits)
    place, named = session.vault_path()
    receipts = []
    for path in paths:
        receipt = bring(path, place, options, named=named, made=say_made)
        receipts.append(receipt)
        if not session.as_json:
            show_receipt(session, receipt, everyone=everyone)
    if session.as_json:
        from linkbak.report import imports

        session.print_json(imports.document(place, receipts))
    if brought := brought_by(receipts):
        compact_if_due(session, brought)
    return worst(receipts)


def _path(text: str) -> Path:
    if text == "-":
        raise UsageProblem(
            "linkbak reads archives from files, not from standard input",
            hint="Save it first, then name the file: linkbak import archive.zip",
        )
    return Path(text).expanduser()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is not a time", hint="Write 2026-03-20 or 2026-03-20T08:07:10Z.") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=0)


# --- init -------------------------------------------------------------------------------------------------------------
# ``linkbak init``.


def init(
    session: Session,
    path: Annotated[Path | None, typer.Argument(metavar="[PATH]", help="Where; the usual place if not said.")] = None,
) -> None:
    """Make a vault and remember its place

    \b
    Examples:
      linkbak init
      linkbak init ~/Documents/linkbak-vault

    Optional: the first import makes a vault in the usual place by itself.
    """
    from linkbak import paths, settings
    from linkbak.cli.session import synced_note
    from linkbak.report import Line, say
    from linkbak.vault import Vault

    if path is not None and session.named_vault is not None and path != session.named_vault:
        raise UsageProblem("PATH and --vault name two places", hint="Name one.")
    place = Path(path or session.named_vault or paths.default_vault()).expanduser().absolute()
    created = False
    try:
        Vault.open(place).close()
    except NoVault:
        create_vault(place).close()
        created = True
    config = settings.remember_vault(place)
    if session.as_json:
        session.print_json({"schema": "linkbak.init/1", "vault": str(place), "created": created})
        return
    session.show(
        [
            Line(f"{'made a vault in' if created else 'there is a vault in'} {place}", "good"),
            Line(f"remembered in {config}", "dim"),
        ]
    )
    if not session.quiet:
        for note in synced_note(place):
            say(note)


# --- demo -------------------------------------------------------------------------------------------------------------
# ``linkbak demo``.


def demo(
    session: Session,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="FOLDER", help="Keep archives and vault in this new folder.")
    ] = None,
) -> None:
    """Show on invented archives what linkbak does

    \b
    Examples:
      linkbak demo
      linkbak demo --keep /tmp/linkbak-demo

    Three invented archives are imported into a vault in a temporary folder, which is removed afterwards. Your own vault
    is not touched.
    """
    with ExitStack() as stack:
        if keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkbak-demo-")))
            stack.callback(_forget, folder / "vault")
        elif keep.exists():
            raise UsageProblem(f"{keep} exists already", hint="Name a folder that does not.")
        else:
            folder = keep.expanduser()
            folder.mkdir(parents=True, mode=0o700)
        _play(replace(session, named_vault=folder / "vault", account=None), folder)
        _farewell(session, folder if keep else None)


def _play(session: Session, folder: Path) -> None:
    """Run the verbs themselves, each with its command line above what it prints."""
    from linkbak.cli.diff import diff
    from linkbak.cli.people import lost
    from linkbak.cli.snapshots import log
    from linkbak.demo import write_archives

    archives = write_archives(folder)
    create_vault(folder / "vault").close()
    for archive in archives:
        _prompt(session, f"import {archive.name}")
        import_(session, [str(archive)])
    _prompt(session, "log")
    log(session)
    _prompt(session, "diff")
    diff(session)
    _prompt(session, "lost --why")
    lost(session, why=True)


def _forget(vault: Path) -> None:
    """Remove what was derived from a vault that is removed too."""
    import shutil

    from linkbak import paths

    shutil.rmtree(paths.cache_folder(vault), ignore_errors=True)


def _prompt(session: Session, words: str) -> None:
    from linkbak.report import Line

    session.show([Line(), Line(f"$ linkbak {words}", "dim")])


def _farewell(session: Session, kept: Path | None) -> None:
    from linkbak.report import Block, Line

    lines: list[Block] = [
        Line(),
        Line("All of these people are invented. With your own archive:", "strong"),
        Line("1. Ask LinkedIn for it: https://www.linkedin.com/mypreferences/d/download-my-data", indent=2),
        Line("   (the larger archive; the mail with the link comes within a day, the link lives 72 hours)", indent=2),
        Line("2. linkbak import ~/Downloads/Complete_LinkedInDataExport_*.zip", indent=2),
        Line("3. Do it again in a month; then `linkbak diff` says who vanished.", indent=2),
    ]
    if kept is not None:
        lines.append(Line(f"The demo's vault is kept: linkbak --vault {kept / 'vault'} log"))
    session.show(lines)
