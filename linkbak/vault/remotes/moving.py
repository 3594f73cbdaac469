"""Sends or brings objects, and tells how many of them have gone."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable

from .network import Network

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""

_TOLD = re.compile(rb"(?:Receiving|Writing|Unpacking) objects: +\d+% \((\d+)/(\d+)\)")
_TALK = re.compile(
    rb"(?:remote: )?(?:Enumerating|Counting|Compressing|Receiving|Writing|Unpacking|Resolving|Checking|Total|Delta)\b"
    rb"|(?:From|To) |(?:remote: )?$"
)


def moved(git: Network, *words: str, what: str, tell: Progress | None = None) -> None:
    """Runs a command that moves objects; what git only says on the way is not taken for a complaint."""
    process = git.start(words[0], "--progress", *words[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    said = bytearray()
    try:
        assert process.stderr is not None
        while chunk := os.read(process.stderr.fileno(), 1 << 14):
            said += chunk
            found = _TOLD.findall(chunk)
            if tell is not None and found:
                tell(what, int(found[-1][0]), int(found[-1][1]))
        process.wait()
    finally:
        git.end(process)
    lines = re.split(rb"[\r\n]+", bytes(said))
    git.judge(process.returncode, words[0], b"\n".join(line for line in lines if not _TALK.match(line)))
