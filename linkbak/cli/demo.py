"""``linkbak demo``."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from linkbak import paths
from linkbak.cli.app import build
from linkbak.cli.session import Session
from linkbak.demo import write_archives
from linkbak.errors import UsageProblem
from linkbak.paths import make_folder
from linkbak.report import Block, Line
from linkbak.vault.writer import create_vault


def demo(
    session: Session,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="FOLDER", help="Keep archives and vault in this new folder.")
    ] = None,
) -> None:
    """Show with invented people what linkbak does

    \b
    Examples:
      linkbak demo
      linkbak demo --keep /tmp/linkbak-demo

    linkbak imports three invented archives into a vault in a temporary folder, which is removed afterwards. Your own
    vault is not touched.
    """
    with ExitStack() as stack:
        if keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="linkbak-demo-")))
            stack.callback(_forget, folder / "vault")
        elif keep.exists():
            raise UsageProblem(f"{keep} exists already", hint="Name a folder that does not.")
        else:
            folder = keep.expanduser()
            make_folder(folder)
        archives = write_archives(folder)
        create_vault(folder / "vault").close()
        for archive in archives:
            _run(session, folder, f"import {archive.name}", "import", str(archive))
        for line in ("log", "diff", "lost --why"):
            _run(session, folder, line, *line.split())
        _farewell(session, folder if keep else None)


def _run(session: Session, folder: Path, line: str, *words: str) -> None:
    session.show([Line(), Line(f"$ linkbak {line}", "dim")])
    flags = {"--json": session.as_json, "--quiet": session.quiet, "--no-color": session.colour is False}
    # A pager would stop a newcomer in the middle, with nothing but a colon to go by.
    shared = ["--vault", str(folder / "vault"), "--no-pager", *(flag for flag, given in flags.items() if given)]
    if status := build(words)([*words, *shared], standalone_mode=False):
        raise typer.Exit(status)


def _forget(vault: Path) -> None:
    """Remove what was derived from a vault that is removed too."""
    import shutil

    shutil.rmtree(paths.cache_folder(vault), ignore_errors=True)


def _farewell(session: Session, kept: Path | None) -> None:
    lines: list[Block] = [
        Line(),
        Line("All of these people are invented. With your own archive:", "strong"),
        Line("1. Ask LinkedIn for it: https://www.linkedin.com/mypreferences/d/download-my-data", indent=2),
        Line("   Choose the larger one. Its mail comes within a day, and the link in it works for 72 hours.", indent=2),
        Line("2. Download it, then: linkbak import", indent=2),
        Line("3. Do it again in a month; then `linkbak diff` shows who left.", indent=2),
    ]
    if kept is not None:
        lines.append(Line(f"The demo's vault is kept: linkbak --vault {kept / 'vault'} log"))
    session.show(lines)
