"""Real processes that write to a vault, and how they are killed."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.hostile_figures import tried
from tests.sampling import EVERYTHING

NOBODY = 65534
"""The user and the group of that name."""
_BEYOND_MODES = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""
_DROP_FROM_BOUNDING_SET, _CAPABILITY_VERSION = 24, 0x20080522
"""PR_CAPBSET_DROP of linux/prctl.h, _LINUX_CAPABILITY_VERSION_3 of linux/capability.h."""

WATCHED = frozenset(
    {
        "open",
        "os.rename",
        "os.mkdir",
        "os.remove",
        "os.rmdir",
        "os.utime",
        "os.chmod",
        "subprocess.Popen",
        "fcntl.flock",
    }
)


def forked(work: Callable[[], object]) -> int:
    """Begins `work` in a child process; gives its number."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        except BaseException:  # noqa: BLE001 - the child must never return into the test
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def ended(child: int) -> int:
    """How a child ended: its exit status, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def unprivileged(work: Callable[[], object]) -> None:
    """Does `work` as somebody who may do no more than the modes of files let their owner.

    Root, whom no mode stops, gives that up in a child process, for all programs that it starts too: capabilities(7).
    """
    if os.geteuid() != 0:
        work()
        return

    def dropped() -> None:
        libc = ctypes.CDLL(None)
        for capability in _BEYOND_MODES:
            assert libc.prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0) == 0
        header, held = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
        assert libc.capget(header, held) == 0
        for kind in range(3):  # effective, permitted, inheritable
            held[kind] &= ~sum(1 << capability for capability in _BEYOND_MODES)
        assert libc.capset(header, held) == 0
        work()

    assert ended(forked(dropped)) == 0


def as_nobody(work: Callable[[], object]) -> None:
    """Does `work` as another user, in a child process; only root can."""

    def dropped() -> None:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        work()

    assert ended(forked(dropped)) == 0


def killed_at(step: int, vault: Path, work: Callable[[], object]) -> bool:
    """Does `work` in a child that is killed just before its `step`-th act on the vault; whether it came to that."""
    left = step

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    status = _watched(vault, work, count)
    assert status in (0, -signal.SIGKILL)
    if status:
        tried("kills")
    return status != 0


def acts(vault: Path, work: Callable[[], object]) -> int:
    """How many acts on the vault `work` comes to, which is done in a child."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as counted:
        status = _watched(vault, work, lambda: os.write(writing, b"."))
        os.close(writing)
        assert status == 0
        return len(counted.read())


def kill_points(acts: int) -> list[int]:
    """Before which acts to kill: the first, the last, some between; every one by `make external`."""
    stride = 1 if EVERYTHING else max(1, acts // 4)
    return sorted({*range(1, acts, stride), acts})


def _watched(vault: Path, work: Callable[[], object], count: Callable[[], object]) -> int:
    """How a child ended that did `work` and called `count` before each of its acts on the vault."""

    def watched() -> None:
        def watch(event: str, args: tuple[Any, ...]) -> None:
            if event in WATCHED and (event in ("subprocess.Popen", "fcntl.flock") or str(vault) in str(args[0])):
                count()

        sys.addaudithook(watch)
        work()

    return ended(forked(watched))


FAKE = """\
#!/bin/sh
# Counts its calls, does something else when that is asked for, and runs the real git.
n=1; while ! mkdir {folder}/calls/$n 2>/dev/null; do n=$((n + 1)); done
if {when}; then
  {act}
fi
exec {real} "$@"
"""


def fake_git(folder: Path, when: str, act: str) -> None:
    """Puts a `git` into `folder` that does `act` when `when` is true of its call `$n`: two pieces of shell."""
    real = shutil.which("git", path=":".join(one for one in os.environ["PATH"].split(":") if one != str(folder)))
    shutil.rmtree(folder / "calls", ignore_errors=True)
    (folder / "calls").mkdir()
    (folder / "git").write_text(FAKE.format(when=when, folder=folder, real=real, act=act.replace("GIT", str(real))))
    (folder / "git").chmod(0o755)


def calls(folder: Path) -> int:
    """How often the fake git has been called."""
    return len(list((folder / "calls").iterdir()))
