"""``linkbak compact``, by hand and by itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkbak.cli import session
from linkbak.vault import repository
from linkbak.vault.repository import FAILED, stored
from tests.cli.running import run, state
from tests.vault.snapshots import git


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    """The programs that commands would have left running; none of them is started."""
    found: list[list[str]] = []
    monkeypatch.setattr(session, "_begin", found.append)
    yield found


def interrupted(vault: Path) -> Path:
    """A vault with what a killed compaction leaves: the next command that writes sees to it."""
    (vault / ".git/linkbak/packing-0123456789abcdef").mkdir()
    return vault


def test_before_and_after(two: Path) -> None:
    before = stored(two)
    ran = run("compact", vault=two)
    after = stored(two)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("compacted: ")
    assert f"before  {before.loose:>13}  {0:>5}" in ran.out
    assert f"after   {0:>13}  {after.packs:>5}" in ran.out
    assert git(two, "fsck", "--strict", "--no-dangling") == ""


def test_nothing_to_do(two: Path) -> None:
    run("compact", vault=two)
    before = state(two)
    assert run("compact", vault=two).out.startswith("nothing to compact: all is packed, ")
    assert state(two) == before


def test_for_programs(two: Path) -> None:
    before = stored(two)
    told = run("compact", "--all", "--json", vault=two).json
    after = stored(two)
    assert told == {"schema": "linkbak.compact/1", "done": True, "before": before._asdict(), "after": after._asdict()}


def test_quiet(two: Path) -> None:
    ran = run("compact", "--quiet", vault=two)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert stored(two).loose == 0


def test_an_import_begins_it_once_enough_is_loose(
    empty: Path, march: Path, february: Path, begun: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("import", february, vault=empty).status == 0
    assert begun == []
    monkeypatch.setattr(repository, "MANY", -1)
    assert run("import", march, vault=empty).status == 0
    assert begun == [[sys.executable, "-P", "-m", "linkbak", "compact", "--auto", "--vault", str(empty)]]


def test_an_import_that_keeps_nothing_begins_nothing(
    two: Path, march: Path, begun: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repository, "MANY", -1)
    assert run("import", march, vault=two).status == 0
    assert run("mark", "list", vault=two).status == 0
    assert begun == []
    assert run("mark", "Niall Sampla", "known", vault=two).status == 0
    assert len(begun) == 1


def test_what_is_begun_compacts_and_prints_nothing(two: Path, begun: list[list[str]]) -> None:
    run("mark", "Niall Sampla", "known", vault=interrupted(two))
    (words,) = begun
    ran = subprocess.run(words, capture_output=True, check=True, cwd="/")
    assert (ran.stdout, ran.stderr) == (b"", b"")
    assert stored(two).loose == 0
    assert list((two / ".git/linkbak").glob("packing-*")) == []


def test_below_the_limit_nothing_happens(two: Path) -> None:
    before = state(two)
    words = [sys.executable, "-m", "linkbak", "compact", "--auto", "--vault", str(two)]
    ran = subprocess.run(words, capture_output=True, check=True)
    assert (ran.stdout, ran.stderr) == (b"", b"")
    assert state(two) == before


@pytest.mark.parametrize("how", ["environment", "settings"])
def test_it_can_be_switched_off(two: Path, begun: list[list[str]], monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    if how == "environment":
        monkeypatch.setenv("LINKBAK_COMPACT", "never")
    else:
        settings = two / "linkbak.toml"
        settings.write_text(settings.read_text() + 'compact = "never"\n')
    run("mark", "Niall Sampla", "known", vault=interrupted(two))
    assert begun == []
    assert run("compact", vault=two).out.startswith("compacted: ")


def test_a_failure_in_the_background_is_told_by_the_next_command_until_it_is_mended(
    two: Path, begun: list[list[str]]
) -> None:
    """Nobody would ever hear of it otherwise."""
    listed = git(two, "ls-tree", "-r", "HEAD").splitlines()
    name = next(line.split()[2] for line in listed if line.endswith("/archive/Profile.csv"))  # no mark needs it
    loose = two / ".git/objects" / name[:2] / name[2:]
    whole = loose.read_bytes()
    loose.chmod(0o600)
    loose.write_bytes(whole[:-3] + bytes(byte ^ 0xFF for byte in whole[-3:]))
    words = [sys.executable, "-m", "linkbak", "compact", "--auto", "--vault", str(interrupted(two))]
    assert subprocess.run(words, capture_output=True, check=False).stdout == b""
    assert (two / ".git/linkbak" / FAILED).exists()
    told = run("mark", "Niall Sampla", "known", vault=two).err
    assert "note: compacting the vault in the background failed: " in told
    loose.write_bytes(whole)
    run("compact", vault=two)
    assert "failed" not in run("mark", "Niall Sampla", "note", "met in Ghent", vault=two).err
