"""``linkbak kit``."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

from typer import Option

from linkbak.cli.app import load
from linkbak.cli.session import Session, day_of, progress, typed
from linkbak.errors import NoSuchSnapshot, UsageProblem
from linkbak.kit import REGIONS, Asked, document, make, text, told_before
from linkbak.kit import seal as seal_kit
from linkbak.model import EARLIEST
from linkbak.report import say
from linkbak.texts import tr

_HOW = tr("Say --region eu, uk or other; `linkbak config set kit.region eu` keeps it.")


def kit(
    session: Session,
    region: Annotated[
        str | None, Option("--region", metavar="eu|uk|other", help="Where you live: whose law the kit cites.")
    ] = None,
    locked_out_on: Annotated[
        str | None, Option("--locked-out-on", metavar="DATE", help="Count deadlines from this day; `no` takes it back.")
    ] = None,
    all_facts: Annotated[
        bool, Option("--all-facts", help="With IP addresses, identity papers and every login.")
    ] = False,
    output: Annotated[
        Path | None, Option("--output", "-o", metavar="FOLDER", help="Where to make it; else beside the vault.")
    ] = None,
    seal: Annotated[
        Path | None, Option("--seal", metavar="FILE", help="Make one encrypted file instead of a folder.")
    ] = None,
    to: Annotated[
        list[str] | None, Option("--to", metavar="KEY", help="With --seal: a public key of age or ssh.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, Option("--passphrase-file", metavar="FILE", help="With --seal: the passphrase is its first line.")
    ] = None,
) -> None:
    """Make a kit for the day you are locked out

    \b
    Examples:
      linkbak kit --region eu
      linkbak kit --locked-out-on 2026-11-20
      linkbak kit --seal kit.zip.age

    The kit is a folder: a page to print, letters with blanks to fill in, and everybody as contacts. `linkbak run` makes
    it anew after each archive, but leaves what you changed. It is no legal advice.
    """
    if seal is None and (to or passphrase_file):
        raise UsageProblem(
            tr("--to and --passphrase-file need --seal"), hint=tr("As in: linkbak kit --seal kit.zip.age")
        )
    if seal is not None and output is not None:
        raise UsageProblem(tr("--seal names a file, --output a folder"), hint=tr("Say one of them."))
    if to and passphrase_file:
        raise UsageProblem(
            tr("a kit is sealed with a passphrase or for keys, not both"), hint=tr("Leave one of them out.")
        )
    day = _locked_out(locked_out_on)
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault), books=False)
        if not kept:
            raise NoSuchSnapshot(
                tr("there is no archive to make a kit of yet"), hint=tr("Keep one: linkbak import ARCHIVE")
            )
        account, bar = kept[-1].key.account, progress(quiet=session.quiet)
        before = told_before(vault.path, account)
        lives = before.regions[0] if len(before.regions) == 1 else ""
        day = before.locked_out_on if locked_out_on is None else day
        asked = Asked((_region(session, region, lives),), day, all_facts)
        if seal is None:
            made = make(vault, account, asked, output.expanduser() if output else None, bar)
        else:
            lock = load("linkbak.cli.copies.lock")(session, to or [], [], passphrase_file, secret=not to)
            encrypt = partial(load("linkbak.encryption.encrypt"), lock=lock)
            made = seal_kit(vault, account, asked, seal.expanduser(), encrypt, bar)
    session.tell(lambda: document(made), lambda: text(made))


def _locked_out(told: str | None) -> date | None:
    if told in (None, "no"):
        return None
    day, today = day_of(told), datetime.now(UTC).astimezone().date()
    if not EARLIEST.date() <= day <= today:
        raise UsageProblem(
            tr("nobody can have been locked out on {day}", day=day), hint=tr("Write the day as 2026-11-20.")
        )
    return day


def _region(session: Session, told: str | None, before: str) -> str:
    """Where the user lives: as said, set, or said before, or as a person at the terminal answers; never guessed."""
    found = told or session.settings().kit.region or before
    if found in REGIONS:
        return found
    if told:
        raise UsageProblem(tr("there is no region {region!r} here", region=told), hint=_HOW)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageProblem(tr("the region is missing: the law differs by where you live"), hint=_HOW)
    regions = "; ".join(f"{one}: {place}" for one, place in REGIONS.items())
    say(tr("Where do you live? The law depends on it. {regions}", regions=regions))
    while (answer := typed(tr("eu, uk or other")).lower()) not in REGIONS:
        say(_HOW)
    return answer
