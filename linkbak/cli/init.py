"""``linkbak init`` and ``demo``: a vault to begin with, one's own or an invented one."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer
from typer import Argument, Option

from linkbak import paths
from linkbak.cli.app import build
from linkbak.cli.session import Session, synced_note
from linkbak.demo import write_archives
from linkbak.errors import NoVault, UsageProblem
from linkbak.paths import make_folder
from linkbak.report import Block, Line
from linkbak.settings.edit import remember_vault
from linkbak.texts import tr
from linkbak.vault import Vault
from linkbak.vault.writer import create_vault


def adopt(session: Session, place: Path) -> tuple[Path, tuple[Line, ...]]:
    """Have every command use a vault that was just made, unless they use another that is there.

    Gives the vault that they use from now on, and what is said of that.
    """
    used = session.settings().vault or paths.default_vault()
    if (used / ".git").exists() and not used.samefile(place):
        if os.environ.get("LINKBAK_VAULT"):  # which goes before what the config file says
            change = tr("to switch: export LINKBAK_VAULT={place}", place=quote(str(place)))
        else:
            change = tr("to switch: linkbak config set vault {place}", place=quote(str(place)))
        told = Line(tr("every command goes on using {place}", place=used), "odd", verbatim=True)
        return used, (told, Line(change, "dim", 2, verbatim=True))
    return place, (Line(tr("remembered in {file}", file=remember_vault(place)), "dim"),)


def init(
    session: Session,
    path: Annotated[Path | None, Argument(metavar="[PATH]", help="Where; the usual place if not said.")] = None,
) -> None:
    """Make a vault and remember its place

    \b
    Examples:
      linkbak init
      linkbak init ~/Documents/linkbak-vault

    You need this only for another place than the usual one: the first import makes a vault by itself. If a vault is in
    use already, it stays in use; linkbak says so, and how to switch.
    """
    session.check_one_place(path)
    place = Path(path or session.named_vault or paths.default_vault()).expanduser().absolute()
    try:
        Vault.open(place).close()
        created, done = False, tr("there is a vault in {place}", place=place)
    except NoVault:
        create_vault(place).close()
        created, done = True, tr("made a vault in {place}", place=place)
    used, lines = adopt(session, place)
    if session.as_json:
        session.print_json({"schema": "linkbak.init/1", "vault": str(place), "created": created, "used": str(used)})
        return
    session.show([Line(done, "good"), *lines])
    session.remark(synced_note(place))


def demo(
    session: Session,
    keep: Annotated[
        Path | None, Option("--keep", metavar="FOLDER", help="Keep archives and vault in this new folder.")
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
            stack.callback(shutil.rmtree, paths.cache_folder(folder / "vault"), ignore_errors=True)
        elif (folder := keep.expanduser()).exists():
            raise UsageProblem(tr("{place} exists already", place=folder), hint=tr("Name a folder that does not."))
        else:
            make_folder(folder)
        archives = write_archives(folder)
        create_vault(folder / "vault").close()
        for archive in archives:
            _show_run(session, folder, f"import {archive.name}", "import", str(archive))
        for line in ("log", "diff", "lost --why", "pitches"):
            _show_run(session, folder, line, *line.split())
        _farewell(session, folder if keep else None)


def _show_run(session: Session, folder: Path, line: str, *words: str) -> None:
    session.show([Line(), Line(f"$ linkbak {line}", "dim")])
    flags = {"--json": session.as_json, "--quiet": session.quiet, "--no-color": session.colour is False}
    # A pager would stop a newcomer in the middle, with nothing but a colon to go by.
    shared = ["--vault", str(folder / "vault"), "--no-pager", *(flag for flag, given in flags.items() if given)]
    if status := build(words)([*words, *shared], standalone_mode=False):
        raise typer.Exit(status)


def _farewell(session: Session, kept: Path | None) -> None:
    lines: list[Block] = [
        Line(),
        Line(tr("All of these people are invented. With your own archive:"), "strong"),
        Line(tr("1. Ask LinkedIn for it, the larger one:"), indent=2),
        Line("https://www.linkedin.com/mypreferences/d/download-my-data", indent=5),
        Line(tr("Its mail comes within a day, and the link in it works for 72 hours."), indent=5),
        Line(tr("2. Download it, then: linkbak import"), indent=2),
        Line(tr("3. Do it again in a month; then `linkbak diff` shows who left."), indent=2),
    ]
    if kept is not None:
        lines.append(Line(tr("The demo's vault is kept: linkbak --vault {place} log", place=kept / "vault")))
    session.show(lines)
