"""A downloads folder of some years: thousands of files that are no archives, and a dozen that were kept long ago."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from benchmarks.harness import BIN, Result, always, once, side_by_side
from benchmarks.setting import LINKBAK, Setting, times

FILES = 2_000
ZIPS = 200
"""So many of them are zips of something else."""
IN_ZIP = 50
KEPT = 12
ENDINGS = ("pdf", "jpg", "docx", "mp4", "txt", "iso")
LONG_AGO = 1_700_000_000


def scan(setting: Setting) -> list[Result]:
    """Nothing new among nothing, among thousands of other files, and among archives that are kept."""
    nothing, much, kept = (_made(setting.folder / name) for name in ("nothing", "much", "kept-ones"))
    _fill(much)
    for number in range(KEPT):
        archive = setting.archive(number, messages=False)
        os.link(archive, kept / archive.name)
        os.utime(archive, (LONG_AGO, LONG_AGO))
    vault = setting.folder / "scanned"
    once([str(LINKBAK), "init", str(vault)], setting.folder)
    found = side_by_side(
        {
            "csv-diff": always(BIN / "csv-diff", "--help"),
            "nothing": always(LINKBAK, "import", nothing, "--vault", vault),
            "much": always(LINKBAK, "import", much, "--vault", vault),
            "kept": always(LINKBAK, "import", kept, "--vault", vault),
            "first": lambda run: (
                *("env", f"XDG_STATE_HOME={setting.folder}/state{run}"),
                *(LINKBAK, "import", much, "--vault", vault),
            ),
        },
        setting.runs * 3,
        setting.folder,
    )
    files = f"{FILES:,} other files, {ZIPS} of them zips"
    return [
        times("`linkbak import` of an empty folder", found["nothing"], found["csv-diff"], "csv-diff --help", 1.5),
        times(f"`linkbak import` among {files}", found["much"], found["nothing"], "an empty folder", 1.25),
        times("the same for the first time", found["first"], found["nothing"], "an empty folder", None),
        times(
            f"`linkbak import`, {KEPT} archives kept before", found["kept"], found["nothing"], "an empty folder", None
        ),
    ]


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _fill(folder: Path) -> None:
    for number in range(FILES - ZIPS):
        (folder / f"file {number}.{ENDINGS[number % len(ENDINGS)]}").write_bytes(b"something else\n")
    for number in range(ZIPS):
        with zipfile.ZipFile(folder / f"photos {number}.zip", "w") as zipped:
            for picture in range(IN_ZIP):
                zipped.writestr(f"IMG_{picture:04}.jpg", b"\xff\xd8\xff")
