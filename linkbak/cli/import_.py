"""``linkbak import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli.notices import brought_by, compact_if_due, import_options, moment, say_made, show_receipt
from linkbak.cli.session import Session
from linkbak.errors import Exit, UsageProblem
from linkbak.ingest import exit_code_of
from linkbak.ingest.workflow import ingest_at, one_by_one, order
from linkbak.report import imports


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
      linkbak import my-lists        (Connections_2024-02-28.csv, Connections_2024-03-20.csv...)

    The archive itself is never changed. Importing one twice keeps one snapshot. Several may come in any order. The
    first import makes a vault if there is none.

    Ask LinkedIn for the archive at https://www.linkedin.com/mypreferences/d/download-my-data
    """
    options = import_options(session, accept=accept, dry_run=dry_run)
    if taken is not None:
        options = options._replace(taken=moment(taken))
    paths = [one for text in archives for one in one_by_one(_path(text), options.limits)]
    if len(paths) > 1:
        if taken is not None:
            raise UsageProblem("--taken dates one archive, not several")
        paths = order(paths, options.limits)
    place, named = session.vault_path()
    receipts = []
    for path in paths:
        receipt = ingest_at(path, place, options, named=named, made=say_made)
        receipts.append(receipt)
        if not session.as_json:
            show_receipt(session, receipt, everyone=everyone)
    if session.as_json:
        session.print_json(imports.document(place, receipts))
    if brought := brought_by(receipts):
        compact_if_due(session, brought)
    return exit_code_of(receipts)


def _path(text: str) -> Path:
    if text == "-":
        raise UsageProblem(
            "linkbak reads archives from files, not from standard input",
            hint="Save it first, then name the file: linkbak import archive.zip",
        )
    return Path(text).expanduser()
