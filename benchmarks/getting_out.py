"""What it costs to give a large snapshot back, to check it, and to pack a vault, beside unzip and git."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from benchmarks.account import Account, write_zip
from benchmarks.harness import Result, always, once, side_by_side
from benchmarks.many import OPEN, OTHERS, grown_repository
from benchmarks.setting import LINKBAK, Setting, times
from benchmarks.years import GROWTH, STEADY, made

LARGE = 1.75
"""So many times the messages of other scenarios make a snapshot of some 100 MB."""
RARELY = 3
"""So often at most is run what takes many seconds."""
MANY = 120
"""So many snapshots of small files are verified."""
MONTHS = 20
EACH_MONTH = 1_000
"""So many messages come in a month."""
FIRST = datetime(2025, 2, 1, 8, tzinfo=UTC)


def restore(setting: Setting) -> list[Result]:
    """A snapshot of 100 MB given back, lying open and out of git's objects, as a folder and as a zip."""
    archive, lying, buried = _large(setting)
    out = setting.folder / "restored"
    out.mkdir()

    def ours(vault: Path, name: str, *more: str) -> Sequence[str | Path]:
        return LINKBAK, "restore", "latest", "-o", out / name, "--vault", vault, *more

    found = side_by_side(
        {
            "unzip": lambda run: ("unzip", "-q", archive, "-d", out / f"theirs{run}"),
            "open": lambda run: ours(lying, f"open{run}"),
            "buried": lambda run: ours(buried, f"buried{run}"),
            "zip": lambda run: ours(lying, f"packed{run}.zip", "--zip"),
            "packing": lambda run: ("sh", "-c", f'cd "$1" && zip -q -r ../zipped{run}.zip .', "sh", out / "theirs0"),
        },
        setting.runs,
        setting.folder,
    )
    size = f"{sum(path.stat().st_size for path in (out / 'theirs0').rglob('*') if path.is_file()) / 1e6:.0f} MB"
    return [
        times(f"`linkbak restore`, {size}, lying open", found["open"], found["unzip"], "unzip", 1.2),
        times("the same out of git's objects", found["buried"], found["unzip"], "unzip", 1.2),
        Result("its largest process", found["buried"].memory, 120, "MB", "limit", 1.0),
        times("`linkbak restore --zip`", found["zip"], found["packing"], "zip -r", 0.3),
    ]


def verify(setting: Setting) -> list[Result]:
    """The same vault checked."""
    _, lying, buried = _large(setting)
    found = side_by_side(
        {
            "fsck": always("git", "-C", lying, "fsck", "--full", "--no-progress"),
            "open": always(LINKBAK, "verify", "--vault", lying),
            "buried": always(LINKBAK, "verify", "--vault", buried),
            "sample": always(LINKBAK, "verify", "--sample", "5%", "--vault", lying),
        },
        setting.runs,
        setting.folder,
    )
    peer = found["fsck"], "git fsck --full", None
    return [
        times("`linkbak verify` of it, lying open too", found["open"], *peer),
        times("the same, in git's objects alone", found["buried"], *peer),
        times("`linkbak verify --sample 5%`", found["sample"], *peer),
        Result("its largest process", found["open"].memory, 120, "MB", "limit", 1.0),
        *_verify_many(setting),
    ]


def _verify_many(setting: Setting) -> list[Result]:
    """Ten years of monthly archives, each of many small files."""
    vault, plain = setting.folder / "many-months", setting.folder / "many-months-plain"
    grown_repository(setting.folder, vault, plain, MANY)
    found = side_by_side(
        {
            "linkbak": always(LINKBAK, "verify", "--vault", vault),
            "fsck": always("git", "-C", plain, "fsck", "--full", "--no-progress"),
        },
        setting.runs,
        setting.folder,
    )
    what = f"`linkbak verify`, {MANY} snapshots of {OTHERS + 2} files, {OPEN} lying open"
    return [
        times(what, found["linkbak"], found["fsck"], "git fsck --full", 3),
        Result("its largest process", found["linkbak"].memory, 120, "MB", "limit", 1.0),
    ]


def compact(setting: Setting) -> list[Result]:
    """Years of weekly lists packed, and months of archives with messages."""
    return [*_weekly(setting, STEADY, "of"), *_weekly(setting, GROWTH, "growing to"), *_monthly(setting)]


def _weekly(setting: Setting, growth: float, how: str) -> list[Result]:
    years = made(setting.keep, setting.weeks, setting.people, growth)
    vault = _loose(Path(shutil.copytree(years.vault, setting.folder / "weekly-loose", symlinks=True)))
    copies: list[Path] = []

    def copy(name: str) -> Path:
        copies.append(Path(shutil.copytree(vault, setting.folder / name, symlinks=True)))
        return copies[-1]

    runs = min(setting.runs, RARELY)
    found = side_by_side(
        {
            "linkbak": lambda run: (LINKBAK, "compact", "--vault", copy(f"ours{run}")),
            "git": lambda run: ("git", "-C", copy(f"theirs{run}"), "-c", "gc.auto=0", "gc", "--quiet"),
        },
        runs,
        setting.folder,
    )
    what = f"`linkbak compact`, {years.weeks} weekly lists {how} {setting.people:,}"
    ours, theirs = (_megabytes(setting.folder / f"{name}{runs}") for name in ("ours", "theirs"))
    cpu = Result(f"CPU of {what}", found["linkbak"].cpu, found["git"].cpu, "s", "git gc", 0.3)
    result = [
        cpu,
        Result("the vault's objects then", ours, theirs, "MB", "git gc", 0.5),
        Result("the largest process of that", found["linkbak"].memory, found["git"].memory, "MB", "git gc", None),
    ]
    for one in (vault, *copies):
        shutil.rmtree(one)
    return result


def _monthly(setting: Setting) -> list[Result]:
    vault = setting.folder / "monthly"
    account, zips = Account(setting.people), 0.0
    whole = account.messages(setting.messages).split(b"\n")
    once([str(LINKBAK), "init", str(vault)], setting.folder)
    for month in range(MONTHS):
        talk = b"\n".join(whole[: len(whole) - EACH_MONTH * (MONTHS - month)]) + b"\n"
        account.drift(1)
        files = {"Connections.csv": account.connections(), "messages.csv": talk}
        archive = setting.folder / "month.zip"
        write_zip(archive, files, FIRST + timedelta(days=30 * month))
        zips += archive.stat().st_size / 1e6
        once([str(LINKBAK), "import", str(archive), "--vault", str(vault)], setting.folder)
        archive.unlink()
    copy = Path(shutil.copytree(vault, setting.folder / "monthly-gc", symlinks=True))
    ours = once([str(LINKBAK), "compact", "--vault", str(vault)], setting.folder)
    theirs = once(["git", "-C", str(copy), "-c", "gc.auto=0", "gc", "--quiet"], setting.folder)
    what = f"`linkbak compact`, {MONTHS} archives with messages"
    result = [
        Result(f"CPU of {what}", ours.cpu, theirs.cpu, "s", "git gc", None),
        Result("the vault's objects then", _megabytes(vault), _megabytes(copy), "MB", "git gc", None),
        Result("the same", _megabytes(vault), zips, "MB", "the zips", 0.10),
        Result("the largest process of that", ours.memory, theirs.memory, "MB", "git gc", None),
    ]
    shutil.rmtree(copy)
    shutil.rmtree(vault)
    return result


@cache
def _large(setting: Setting) -> tuple[Path, Path, Path]:
    """The archive, a vault in which it lies open, and one in which it does not."""
    archive, vault = setting.folder / "large.zip", setting.folder / "large"
    talk = Account(setting.people).messages(round(setting.messages * LARGE))
    write_zip(archive, {"Connections.csv": setting.states[0], "messages.csv": talk}, FIRST)
    once([str(LINKBAK), "init", str(vault)], setting.folder)
    once([str(LINKBAK), "import", str(archive), "--vault", str(vault)], setting.folder)
    once([str(LINKBAK), "people", "--ids", "--vault", str(vault)], setting.folder)
    buried = setting.folder / "large-buried"
    once(["git", "clone", "-q", "--no-local", "--no-checkout", str(vault), str(buried)], setting.folder)
    for name in ("README.md", "linkbak.toml", "marks.jsonl", ".gitattributes"):
        shutil.copy2(vault / name, buried / name)
    return archive, vault, buried


def _loose(vault: Path) -> Path:
    """The vault with every object in a file of its own, as imports leave them."""
    packs = vault / ".git/objects/pack"
    away = vault / ".git/packs-away"
    packs.rename(away)
    packs.mkdir()
    for pack in away.glob("*.pack"):
        with pack.open("rb") as stream:
            subprocess.run(["git", "-C", str(vault), "unpack-objects", "-q"], stdin=stream, check=True)
    shutil.rmtree(away)
    return vault


def _megabytes(vault: Path) -> float:
    return sum(path.stat().st_size for path in (vault / ".git/objects").rglob("*") if path.is_file()) / 1e6
