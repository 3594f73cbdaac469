"""Killed in the moment before a file gets its name, a command leaves a part behind; the next one there removes it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from linkbak import encryption
from linkbak.exporters import write_built, write_pages, write_text
from linkbak.paths import temporary_folder
from linkbak.remotes.address import make_bare
from linkbak.vault import Vault
from linkbak.vault.restore import restore_folder, restore_zip
from tests.vault.processes import ended, forked


def sealed(_: Path, place: Path) -> None:
    with encryption.new_file(place / "vault.age", overwrite=True) as file:
        file.write(b"sealed")


def restored(vault: Path, place: Path) -> None:
    with Vault.open(vault) as opened:
        restore_folder(opened, opened.summaries()[0].key, place, overwrite=True)


def zipped(vault: Path, place: Path) -> None:
    with Vault.open(vault) as opened:
        restore_zip(opened, opened.summaries()[0].key, place / "x.zip", overwrite=True)


WRITERS: dict[str, Callable[[Path, Path], object]] = {
    "a text": lambda _, place: write_text(["Ada Example"], place / "people.csv"),
    "a file that is built": lambda _, place: write_built(lambda half: half.touch(), place / "x.sqlite"),
    "a folder that is built": lambda _, place: write_built(lambda half: half.mkdir(), place / "folder"),
    "pages": lambda _, place: write_pages([("people/ada.md", "Ada Example")], place, force=True),
    "a sealed copy": sealed,
    "a restored folder": restored,
    "a restored zip": zipped,
    "a new copy": lambda _, place: make_bare(place / "copy.git", sha256=False),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())
def test_the_next_run_removes_what_a_killed_one_left(
    one: Path, tmp_path: Path, write: Callable[[Path, Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    with Vault.open(one) as vault:
        vault.summaries()  # so that nothing else is left to be written
    (place / "theirs.part").write_bytes(b"theirs")

    def kill(*words: object, **names: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", kill)
        patch.setattr(os, "rename", kill)
        patch.setattr(os, "link", kill)
        assert ended(forked(lambda: write(one, place))) == -signal.SIGKILL
    assert parts(place) != []

    write(one, place)

    assert parts(place) == []
    assert (place / "theirs.part").read_bytes() == b"theirs"


def test_what_a_killed_process_left_among_temporary_files_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def killed() -> None:
        with temporary_folder() as folder:
            (Path(folder) / "messages.csv").write_bytes(b"private")
            os.kill(os.getpid(), signal.SIGKILL)

    assert ended(forked(killed)) == -signal.SIGKILL
    assert len(parts(tmp_path)) == 1
    with temporary_folder() as folder:
        assert parts(tmp_path) == [Path(folder).name]
    assert parts(tmp_path) == []


@pytest.mark.skipif(os.getuid() != 0 or shutil.which("unshare") is None, reason="takes root and unshare")
def test_a_container_with_numbers_of_its_own_leaves_alone_what_a_process_outside_writes(tmp_path: Path) -> None:
    """In it no process has the number of who writes, which is no sign that they are gone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path))
        with temporary_folder() as folder:
            code = "import sys; from pathlib import Path; from linkbak.paths import sweep; sweep(Path(sys.argv[1]))"
            contained = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", code, str(tmp_path)]
            subprocess.run(contained, check=True)
            assert parts(tmp_path) == [Path(folder).name]


def parts(place: Path) -> list[str]:
    return sorted(path.name for path in place.rglob(".linkbak-*.part"))
