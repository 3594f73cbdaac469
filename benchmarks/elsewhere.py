"""What a copy elsewhere costs: sending a vault of archives with messages, making a vault of the copy, sealing it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.harness import Result, once, side_by_side
from benchmarks.setting import LINKBAK, Setting, times

KEPT = 6
RARELY = 3
"""So many archives the vault holds; and so often at most is run what takes seconds."""


def copies(setting: Setting) -> list[Result]:
    """A packed vault sent to a new bare repository on disk, cloned from it, and sealed, beside git and age alone."""
    vault = _vault(setting)
    folder = setting.folder
    sent = Path(shutil.copytree(vault, folder / "sent", symlinks=True))
    key = folder / "key.txt"
    once([str(LINKBAK), "seal", "--new-key", str(key)], folder)
    public = next(word for word in key.read_text().split() if word.startswith("age1"))
    for run in range(min(setting.runs, RARELY) + 1):
        bare = folder / f"theirs{run}.git"
        subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
        words = ["remote", "add", f"r{run}", str(folder / f"ours{run}.git"), "--create", "--vault", str(sent)]
        once([str(LINKBAK), *words], folder)
    found = side_by_side(
        {
            "push": lambda run: (LINKBAK, "push", f"r{run}", "--vault", sent),
            "git push": lambda run: ("git", "-C", vault, "push", "-q", folder / f"theirs{run}.git", "main"),
            "clone": lambda run: (LINKBAK, "clone", folder / f"ours{run}.git", folder / f"cloned{run}"),
            "git clone": lambda run: (
                "git",
                "clone",
                "-q",
                "--no-local",
                folder / f"ours{run}.git",
                folder / f"git{run}",
            ),
            "seal": lambda run: (LINKBAK, "seal", "-o", folder / f"{run}.age", "--to", public, "--vault", sent),
            "bundle": lambda run: ("git", "-C", vault, "bundle", "create", "-q", folder / f"{run}.bundle", "main"),
        },
        min(setting.runs, RARELY),
        folder,
    )
    peers = {"push": "git push", "clone": "git clone", "seal": "git bundle"}
    costs = {"git push": found["git push"], "git clone": found["git clone"], "git bundle": found["bundle"]}
    result = []
    for ours, what in (
        ("push", f"`linkbak push` to a new copy on disk, {KEPT} archives with messages"),
        ("clone", "`linkbak clone` of it, every byte compared"),
        ("seal", "`linkbak seal` for a key"),
    ):
        peer = peers[ours]
        result.append(times(what, found[ours], costs[peer], peer, None))
        result.append(Result("its largest process", found[ours].memory, costs[peer].memory, "MB", peer, None))
        if ours == "push":
            size, plain = _megabytes(folder / "ours1.git"), _megabytes(folder / "theirs1.git")
            result.append(Result("the copy's size", size, plain, "MB", peer, None))
    return result


def _vault(setting: Setting) -> Path:
    vault = setting.folder / "to-copy"
    once([str(LINKBAK), "init", str(vault)], setting.folder)
    for number in range(KEPT):
        archive = setting.archive(number, messages=True)
        once([str(LINKBAK), "import", str(archive), "--vault", str(vault)], setting.folder)
    once([str(LINKBAK), "compact", "--vault", str(vault)], setting.folder)
    return vault


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
