"""Ten years of weekly lists: as a vault, and as a repository in which one file changes; made once and kept.

In a week three rows in a hundred show another job, six in a thousand another address, one in a thousand another name,
one in a thousand is gone and three in a thousand are new, so that lists grow to some 30,000 people from a third of
that.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from benchmarks.account import HEADER, NOTES, Account, Person, csv_text, write_zip
from linkbak import adapters
from linkbak.model import ArchiveFacts, Manifest
from linkbak.vault import SnapshotKey, Vault
from linkbak.vault.manifest import dumps
from linkbak.vault.worktree import cone
from linkbak.vault.writer import create_vault

LAST = datetime(2026, 2, 20, 8, tzinfo=UTC)
GROWTH = 1.002
STEADY = 1.0
"""As many come as leave: lists of a size that goes up and down, as at the 30,000 that a network allows."""
LEAVING = 0.001
FEW = 20
"""So many weeks, from the middle, make the repository for peers that would take hours for all."""
MORE = 12
"""So many weeks after the last are there to be imported."""
OPEN = 12
"""So many snapshots lie open in a vault."""


class Years(NamedTuple):
    """Where everything lies: the vault, the repositories of one file, the newest two lists as plain tables.

    `listed` and `gone` are names that nobody else ever had.
    """

    folder: Path
    weeks: int
    listed: str
    gone: str

    @property
    def vault(self) -> Path:
        """A vault with a snapshot a week, none of which holds anything but the list."""
        return self.folder / "vault"

    @property
    def repository(self) -> Path:
        """A repository in which ``connections.csv`` changes every week."""
        return self.folder / "repository"

    @property
    def few(self) -> Path:
        """The same with only `FEW` weeks."""
        return self.folder / "few"

    def table(self, back: int) -> Path:
        """The newest list but `back`, without the notes above it."""
        return self.folder / f"list{back}.csv"

    def archive(self, number: int) -> Path:
        """The zip of a week after the last, from 0."""
        return self.folder / f"Basic_LinkedInDataExport_{number}.zip"


class _Weeks(Account):
    """An account whose lists are made by changing only the lines that change."""

    def __init__(self, size: int, weeks: int, growth: float) -> None:
        super().__init__(size)
        self._coming = LEAVING + growth - 1
        self._day = (LAST - timedelta(days=7 * weeks)).date()
        back = self.people[0].connected - self._day
        self.people = [one._replace(connected=one.connected - back) for one in self.people]
        self._lines = [_line(one) for one in self.people]

    def pass_week(self) -> None:
        """Let a week pass."""
        self._day += timedelta(days=7)
        for share, change in ((0.03, self._job), (0.006, self._move), (0.001, self._name), (0.0003, self._hide)):
            for at in self._random.sample(range(len(self.people)), round(len(self.people) * share)):
                self.people[at] = change(self.people[at])
                self._lines[at] = _line(self.people[at])
        gone = set(self._random.sample(range(len(self.people)), round(len(self.people) * LEAVING)))
        new = [self._person(self._day) for _ in range(round(len(self.people) * self._coming))]
        self.people = new + [one for at, one in enumerate(self.people) if at not in gone]
        self._lines = [_line(one) for one in new] + [line for at, line in enumerate(self._lines) if at not in gone]

    def table(self) -> bytes:
        """The list without what stands above its header."""
        return (HEADER + "".join(self._lines).rstrip("\n")).encode()

    def _job(self, one: Person) -> Person:
        return one._replace(company=self._company(), position=self._position())

    def _move(self, one: Person) -> Person:
        return one._replace(slug=self._slug(one.first, one.last))

    def _name(self, one: Person) -> Person:
        return one._replace(last=self._word(2, 4).capitalize())

    def _hide(self, one: Person) -> Person:
        return one._replace(hidden=not one.hidden)


def _line(one: Person) -> str:
    return csv_text([one.row()])


def made(folder: Path, weeks: int, people: int, growth: float = GROWTH) -> Years:
    """The years under a folder, made if they are not there; the newest lists have about so many people.

    Each list is `growth` times as long as the one before.
    """
    place = folder / f"years-{weeks}-{people}{'' if growth == GROWTH else f'-{growth}'}"
    note = place / "names.json"
    if not note.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        names = _make(Years(place, weeks, "", ""), _Weeks(round(people / growth**weeks), weeks, growth))
        note.write_text(json.dumps(names), encoding="utf-8")
    return Years(place, weeks, *json.loads(note.read_text(encoding="utf-8")))


def _make(years: Years, account: _Weeks) -> tuple[str, str]:
    first = {_name(one) for one in account.people if not one.hidden}
    ever: dict[str, set[date]] = defaultdict(set)
    create_vault(years.vault).close()
    git = ("git", f"--git-dir={years.vault}/.git")
    with subprocess.Popen([*git, "fast-import", "--quiet", "--force"], stdin=subprocess.PIPE) as feeding:
        assert feeding.stdin is not None
        for piece in _stream(years, account, ever):
            feeding.stdin.write(piece)
    if feeding.returncode:
        raise SystemExit("git fast-import failed")
    for branch, place in (("weekly", years.repository), ("few", years.few)):
        only = ("--no-local", "--single-branch", "-b", branch)
        subprocess.run(["git", "clone", "-q", *only, str(years.vault), str(place)], check=True)
        subprocess.run([*git, "branch", "-q", "-D", branch], check=True)
    _lay_open(years.vault)
    _write_more(years, account)
    now = {_name(one) for one in account.people if not one.hidden}
    once = sorted(name for name in first if len(ever[name]) == 1)
    return next(name for name in once if name in now), next(name for name in once if name not in now)


def _name(one: Person) -> str:
    return f"{one.first} {one.last}"


def _stream(years: Years, account: _Weeks, ever: dict[str, set[date]]) -> Iterator[bytes]:
    """Every list first, one after another, so that git packs each as what differs from the one before; then commits."""
    manifests: list[tuple[str, bytes]] = []
    previous = ""
    for week in range(years.weeks):
        account.pass_week()
        for one in account.people:
            ever[_name(one)].add(one.connected)
        if week >= years.weeks - 2:
            years.table(years.weeks - 1 - week).write_bytes(account.table())
        data = NOTES.encode() + account.table()
        yield b"blob\nmark :%d\ndata %d\n%s\n" % (week + 1, len(data), data)
        manifest = _manifest(LAST - timedelta(days=7 * (years.weeks - 1 - week)), data, previous)
        text = dumps(manifest)
        previous = hashlib.sha256(text).hexdigest()
        manifests.append((SnapshotKey("linkedin-me", manifest.id).folder, text))
    middle = years.weeks // 2
    yield from _commits("weekly", range(years.weeks))
    yield from _commits("few", range(middle, min(middle + FEW, years.weeks)))
    yield _commit("main", 0) + b"from refs/heads/main^0\n"
    for week, (folder, text) in enumerate(manifests):
        yield f"M 100644 inline {folder}/manifest.json\ndata {len(text)}\n".encode() + text + b"\n"
        yield f"M 100644 :{week + 1} {folder}/archive/Connections.csv\n".encode()


def _commits(branch: str, weeks: Sequence[int]) -> Iterator[bytes]:
    """One file that changes every week."""
    for week in weeks:
        yield _commit(branch, week) + f"M 100644 :{week + 1} Connections.csv\n\n".encode()


def _commit(branch: str, week: int) -> bytes:
    when = 1455955200 + week * 7 * 86400
    return f"commit refs/heads/{branch}\ncommitter linkbak <linkbak@localhost> {when} +0000\ndata 4\nMany\n".encode()


class _Alone(NamedTuple):
    """An archive that is nothing but its list."""

    data: bytes

    @property
    def paths(self) -> Sequence[str]:
        """The one there is."""
        return ("Connections.csv",)

    def open(self, path: str) -> IO[bytes]:
        """Its bytes."""
        return BytesIO(self.data)


def _manifest(taken: datetime, data: bytes, previous: str) -> Manifest:
    """As an import would write it."""
    reading = adapters.by_network("linkedin").read(_Alone(data))
    digest = hashlib.sha256(data).hexdigest()
    stamp = f"{taken:%Y-%m-%dT%H:%M:%SZ}"
    return Manifest(
        id=stamp.replace(":", ""),
        network="linkedin",
        account="me",
        taken=stamp,
        taken_source="archive",
        imported_at=stamp,
        linkbak="0.1.0",
        archive=ArchiveFacts("Connections.csv", "file", len(data), digest),
        content=digest,
        files=tuple(facts._replace(bytes=len(data), sha256=digest) for facts in reading.files),
        coverage=reading.coverage,
        issues=reading.issues,
        previous=previous,
    )


def _lay_open(vault: Path) -> None:
    """The newest snapshots lie open, as after an import."""
    with Vault.open(vault) as opened:
        keys = [one.key for one in opened.summaries()][-OPEN:]
    (vault / ".git" / "info" / "sparse-checkout").write_bytes(cone(key.folder for key in keys))
    subprocess.run(["git", "-C", str(vault), "read-tree", "-m", "-u", "HEAD"], check=True)


def _write_more(years: Years, account: _Weeks) -> None:
    """Archives of the weeks after the last."""
    for number in range(MORE):
        account.pass_week()
        data = NOTES.encode() + account.table()
        write_zip(years.archive(number), {"Connections.csv": data}, LAST + timedelta(days=7 * (number + 1)))
