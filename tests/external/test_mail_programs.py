"""mutt and mblaze read the mbox: every message, its thread, and no address that an answer could leave to."""

from __future__ import annotations

import mailbox
import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli import test_messages
from tests.cli.running import run

vault = test_messages.vault


@pytest.fixture(scope="module")
def box(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The messages of hostile texts."""
    place = tmp_path_factory.mktemp("mail") / "messages.mbox"
    assert run("messages", "export", "mbox", "-o", place, vault=vault).status == 0
    return place


def bodies(place: Path) -> dict[str, bytes]:
    """What each message says, by its id."""
    read = mailbox.mbox(str(place), create=False)
    found = {mail["Message-ID"]: mail.get_payload(decode=True) for mail in read}
    read.close()
    return {id_: body for id_, body in found.items() if isinstance(body, bytes)}


def test_mutt_reads_every_message_and_copies_it_as_it_is(box: Path, tmp_path: Path) -> None:
    if shutil.which("mutt") is None:
        pytest.fail("mutt is missing: apt-get install --no-install-recommends mutt")
    copy = tmp_path / "copy.mbox"
    settings = f"set folder={tmp_path} confirmappend=no confirmcreate=no quit=yes copy=no sort=threads"
    keys = f"<tag-pattern>~A<enter><tag-prefix><copy-message>{copy}<enter><quit>"
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm", LC_ALL="C.UTF-8", HOME=str(tmp_path))
        words = ("mutt", "-n", "-F", "/dev/null", "-R", "-e", settings, "-e", f'push "{keys}"', "-f", str(box))
        os.execvp(words[0], words)
    try:
        while os.read(terminal, 1 << 16):
            pass
    except OSError:  # what Linux says once the other side is closed
        pass
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    wrote = bodies(box)
    assert len(wrote) == 74
    assert bodies(copy) == wrote


def test_mblaze_finds_a_thread_a_conversation_and_addresses_that_never_exist(box: Path, tmp_path: Path) -> None:
    if shutil.which("mthread") is None:
        pytest.fail("mblaze is missing: apt-get install --no-install-recommends mblaze")
    for name in ("cur", "new", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)

    def mblaze(*words: str, given: bytes) -> str:
        ran = subprocess.run(
            words, input=given, capture_output=True, check=True, env={**os.environ, "HOME": str(tmp_path)}
        )
        return ran.stdout.decode()

    mblaze("mdeliver", "-M", str(tmp_path / "mail"), given=box.read_bytes())
    every = mblaze("mlist", str(tmp_path / "mail"), given=b"").encode()
    threads = mblaze("mthread", given=every).splitlines()
    depths = [len(line) - len(line.lstrip()) for line in threads]
    assert (len(depths), depths.count(0), depths.count(1)) == (74, 4, 70)
    addresses = mblaze("maddr", "-a", given=every).split()
    assert {one.rpartition("@")[2] for one in addresses} == {"linkedin.invalid"}
    shown = [mblaze("mshow", "-n", path, given=b"") for path in every.decode().split()]
    assert sum("\nFrom the start\nFrom here on\n" in one for one in shown) == 1
    assert sum("\nTuesday then.\n" in one for one in shown) == 1
