"""``linkbak demo``."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import UsageProblem


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
    from linkbak.cli.verbs.diff import diff
    from linkbak.cli.verbs.import_ import import_
    from linkbak.cli.verbs.log import log
    from linkbak.cli.verbs.lost import lost
    from linkbak.demo import write_archives
    from linkbak.vault import Vault

    archives = write_archives(folder)
    Vault.create(folder / "vault").close()
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
    from linkbak.report.blocks import Line

    session.show([Line(), Line(f"$ linkbak {words}", "dim")])


def _farewell(session: Session, kept: Path | None) -> None:
    from linkbak.report.blocks import Block, Line

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
