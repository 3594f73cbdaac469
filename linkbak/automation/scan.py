"""Archives found where downloads land, and kept: what nobody has to do by hand once the file is there."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from linkbak.automation.downloads import SILENT, Course, Scanned, Telling, look_through, settle
from linkbak.automation.scan_memory import Memory, terms
from linkbak.errors import LinkbakError

if TYPE_CHECKING:
    from linkbak.ingest import Options


# --- working ----------------------------------------------------------------------------------------------------------
# The scan: look, wait for what is not ready, keep what is new in order of date, remember.


def scan(
    place: Path,
    folders: Sequence[Path],
    options: Options,
    *,
    move_to: Path | None = None,
    named: bool,
    look_again: bool = False,
    insist: bool = False,
    telling: Telling = SILENT,
    pause: Callable[[float], None] = lambda seconds: time.sleep(seconds),
) -> Scanned:
    """Keep what is new in the folders, in the vault at `place`; quiet about all that was told before.

    A vault that somebody `named` must be there; the usual one is made with the first archive. With `look_again` nothing
    that is remembered counts; with `insist`, a folder that cannot be read is told of every time. With `move_to`, what
    is kept is moved there.
    """
    memory = Memory(place, terms(options.account, options.limits), blank=look_again)
    _compare(memory, place, folders)
    now = datetime.now(UTC).timestamp()
    course = Course(place, options, memory, telling, now, named=named, insist=insist)
    try:
        _go(course, folders, move_to, pause)
    finally:
        if not options.dry_run:
            course.remember()
    return course.scanned()


def _go(course: Course, folders: Sequence[Path], move_to: Path | None, pause: Callable[[float], None]) -> None:
    for folder in _distinct(folders):
        look_through(course, folder)
    settle(course, pause)
    if course.new:
        from linkbak.automation.keep import keep

        keep(course)
    if move_to is not None and not course.options.dry_run:
        from linkbak.automation.move import move_kept

        move_kept(course, move_to.expanduser().absolute())


def _distinct(folders: Sequence[Path]) -> Iterator[Path]:
    """Each folder once, by whatever names it was given."""
    seen = set()
    for folder in folders:
        try:
            status = folder.stat()
            same: object = (status.st_dev, status.st_ino)
        except OSError:
            same = folder
        if same not in seen:
            seen.add(same)
            yield folder


def _compare(memory: Memory, place: Path, folders: Sequence[Path]) -> None:
    """Forget what the vault does not bear out any more."""
    if not memory.hangs_on_vault(folders):
        return
    from linkbak.vault import Vault

    try:
        with Vault.open(place) as vault:
            if (head := vault.newest()) != memory.head:
                snapshots = {summary.key.folder for summary in vault.summaries()}
                memory.compare(head, snapshots, ",".join(vault.accounts()) or "none")
    except LinkbakError:
        memory.compare("", (), "none")


# --- watching ---------------------------------------------------------------------------------------------------------
# A scan every so often, until somebody ends it.


def watch(look: Callable[[], None], every: float) -> None:
    """Look, pause, and look again, until Ctrl-C interrupts a pause, or whatever else ends either."""
    while True:
        look()
        try:
            time.sleep(every)
        except KeyboardInterrupt:
            return


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the program in good order, and well: they are how a watch is meant to end."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = {one: signal.signal(one, leave) for one in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
