"""Real daemons, each in namespaces of its own: they see no other process, and what they write is gone with them.

The machine that runs the tests keeps its crontabs and its services, whatever happens here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")

CRON = """\
set -e
mount -t tmpfs none /run
mount -t tmpfs none /var/spool/cron/crontabs
chgrp crontab /var/spool/cron/crontabs
chmod 1730 /var/spool/cron/crontabs
touch -d 2020-01-01 /var/spool/cron/crontabs
cron -f &
"""
"""Debian's cron on an empty spool, an old one: it would miss what changes in the second in which it starts."""

CRON_LOOKS_AGAIN = "touch -d '+1 hour' /var/spool/cron/crontabs/* /var/spool/cron/crontabs"
"""It may read a crontab only just before that is changed once more, and takes two changes in a second for one."""

SYSTEMD = """\
set -e
mount -t tmpfs none /run
mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR"
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
own=/sys/fs/cgroup/linkbak-test-$OUTSIDE
mkdir "$own"
trap 'echo 1 > "$own/cgroup.kill"' EXIT
sh -c 'echo $$ > "$0/cgroup.procs"; exec /usr/lib/systemd/systemd --user --log-target=null' "$own" &
for turn in $(seq 100); do
  systemctl --user is-system-running > /dev/null 2>&1 && break
  sleep 0.1
done
systemctl --user is-system-running > /dev/null
"""
"""A systemd of the user's, with a tree of control groups below its own."""


def needs_cron() -> None:
    """Skips the test where Debian's cron cannot be run apart; with LINKBAK_REQUIRE_CRON it must at least be there."""
    needs("cron", "LINKBAK_REQUIRE_CRON")
    _needs_to_run(CRON)


def needs_systemd() -> None:
    """The same for a systemd of the user's, and LINKBAK_REQUIRE_SYSTEMD."""
    needs("systemd-analyze", "LINKBAK_REQUIRE_SYSTEMD")
    _needs_to_run(SYSTEMD)


def needs(program: str, variable: str) -> None:
    """Skips the test where a program is missing; fails it if the variable says that it must be there."""
    if shutil.which(program):
        return
    if os.environ.get(variable):
        pytest.fail(f"{program} is missing")
    pytest.skip(f"{program} is missing")


@contextmanager
def running(start: str, then: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a daemon and a script beside it, which ends at once or waits for its standard input to end."""
    with subprocess.Popen(
        [*_NAMESPACES, "sh", "-c", start + then],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"OUTSIDE": str(os.getpid())},
    ) as process:
        try:
            yield process
        finally:
            process.kill()  # and with it everything in there
            _clear_groups()


def appears(seen: Callable[[], bool], within: float) -> bool:
    """Whether something is there before so many seconds are over: a daemon works when it likes, and tells nobody."""
    pause, end = threading.Event(), time.monotonic() + within
    while not seen():
        if time.monotonic() > end:
            return False
        pause.wait(0.5)
    return True


def _needs_to_run(start: str) -> None:
    """Skips the test where this user may not make namespaces, or the daemon does not start in them."""
    if os.getuid() == 0 and shutil.which("unshare"):
        with running(start, "echo up") as process:
            if process.communicate()[0].splitlines()[-1:] == [b"up"]:
                return
    pytest.skip("a daemon cannot be run apart from everything else here; that needs root, and its rights whole")


def _clear_groups() -> None:
    for name in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
        own = Path(name) / f"linkbak-test-{os.getpid()}"
        for folder in (*sorted(own.rglob("*/"), reverse=True), own) if own.is_dir() else ():
            appears(lambda folder=folder: _gone(folder), within=5)  # type: ignore[misc]


def _gone(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False  # what was killed has not ended yet
    return True
