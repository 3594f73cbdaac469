"""Names that the place cannot hold cost no file."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from linkbak.errors import MachineProblem
from linkbak.vault import Vault, destination
from linkbak.vault.restore import restore_folder
from tests.vault.restore.given import ODD, Machine, files, real, restored, states
from tests.vault.snapshots import git, save


def test_a_file_system_that_refuses_names_gets_the_stored_ones(
    odd_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those of cameras and sticks refuse a colon."""

    class Fat(Machine):
        def rename(self, source: str, target: str, **where: int) -> None:
            if ":" in target:
                raise OSError(errno.EINVAL, "Invalid argument")
            real.rename(source, target, **where)

    monkeypatch.setattr(destination, "os", Fat())
    found = restored(odd_once, tmp_path / "out")
    again = restored(odd_once, tmp_path / "out")

    assert (tmp_path / "out/Articles/2017-12-09 04%3A54%3A08.html").read_bytes() == b"a colon"
    assert next(one.facts.path for one in found.renamed) == "Articles/2017-12-09 04:54:08.html"
    assert len(files(tmp_path / "out")) == len(ODD)
    assert [one.name for one in again.renamed] == [one.name for one in found.renamed]
    assert set(states(again).values()) == {"same"}
    first = found.renamed[0]
    (tmp_path / "out" / first.name).write_bytes(b"mine")
    with pytest.raises(MachineProblem, match="File exists"):
        restored(odd_once, tmp_path / "out")
    restored(odd_once, tmp_path / "out", overwrite=True)
    assert (tmp_path / "out" / first.name).read_bytes() == b"a colon"


def test_a_file_system_that_knows_no_case_loses_neither_file(
    odd_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that List.csv is there once list.csv is; whether fresh, once more or written over."""

    class Caseless(Machine):
        def stat(self, name: str, **how: Any) -> Any:
            return real.stat(name.lower(), **how)

        def open(self, name: Any, *how: Any, **where: Any) -> int:
            return os.open(name.lower() if isinstance(name, str) else name, *how, **where)

        def mkdir(self, name: str, *how: Any, **where: Any) -> None:
            real.mkdir(name.lower(), *how, **where)

        def rename(self, source: str, target: str, **where: int) -> None:
            real.rename(source, target.lower(), **where)

    monkeypatch.setattr(destination, "os", Caseless())
    place = tmp_path / "out"

    first = restored(odd_once, place)
    again = restored(odd_once, place)
    (place / "list.csv").write_bytes(b"mine")
    over = restored(odd_once, place, overwrite=True)

    stored = next(one.facts.stored for one in first.files if one.facts.path == "List.csv")
    for found in (first, again, over):
        assert "List.csv" in [one.facts.path for one in found.renamed]
        assert (place / "list.csv").read_bytes() == ODD["list.csv"]
        assert (place / stored.lower()).read_bytes() == ODD["List.csv"]
    assert set(states(again).values()) == {"same"}


def test_two_names_of_one_file_are_no_clash(one: Path, tmp_path: Path) -> None:
    """Programs that save room link equal files to each other."""
    git(one, "sparse-checkout", "set", "--cone")
    twins = {"Connections.csv": b"x\n", "Copy of Connections.csv": b"x\n"}
    key = save(one, "2026-04-01T00:00:00Z", twins)
    with Vault.open(one) as vault:
        restore_folder(vault, key, tmp_path / "out")
        (tmp_path / "out/Copy of Connections.csv").unlink()
        (tmp_path / "out/Copy of Connections.csv").hardlink_to(tmp_path / "out/Connections.csv")
        again = restore_folder(vault, key, tmp_path / "out")
    assert set(states(again).values()) == {"same"}
