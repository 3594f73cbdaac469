"""Where exports go: whole or not at all, nobody else's eyes, nobody's own work overwritten; and what is said then."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkbak.errors import MachineProblem, UsageProblem
from linkbak.exporters import (
    RECORD,
    Exported,
    Written,
    exported_document,
    exported_text,
    write_built,
    write_pages,
    write_text,
)


def broken() -> Iterator[str]:
    yield "half"
    raise ValueError("in the middle")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    place = tmp_path / "out.csv"
    place.write_text("old")
    with pytest.raises(ValueError, match="in the middle"):
        write_text(broken(), place)
    assert (place.read_text(), names(tmp_path)) == ("old", ["out.csv"])
    assert write_text(["n", "ew\r\n"], place) == Written(place, 1, 0, 5)
    assert (place.read_bytes(), place.stat().st_mode & 0o777) == (b"new\r\n", 0o600)


def test_a_file_where_a_folder_is(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="is a folder"):
        write_text(["x"], tmp_path)
    assert names(tmp_path) == []


def test_a_place_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MachineProblem, match=r"cannot write .*nowhere"):
        write_text(["x"], tmp_path / "nowhere" / "out.csv")


def test_pages_join_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    assert write_pages([("a.md", "A"), ("sub/b.md", "B")], tmp_path, force=False) == Written(tmp_path, 2, 0, 2)
    assert (tmp_path / "mine.md").read_text() == "mine"
    assert (tmp_path / "sub/b.md").stat().st_mode & 0o777 == 0o600
    again = write_pages([("a.md", "A"), ("sub/b.md", "Bee")], tmp_path, force=False)
    assert again == Written(tmp_path, 1, 1, 4)
    assert (tmp_path / "sub/b.md").read_text() == "Bee"


def test_pages_that_somebody_changed_are_spared(tmp_path: Path) -> None:
    (tmp_path / "theirs.md").write_text("theirs")
    write_pages([("a.md", "A")], tmp_path, force=False)
    (tmp_path / "a.md").write_text("A, and what I added")
    spared = write_pages([("a.md", "A2"), ("theirs.md", "ours")], tmp_path, force=False)
    assert spared == Written(tmp_path, 0, 0, 0, ("a.md", "theirs.md"))
    assert (tmp_path / "a.md").read_text() == "A, and what I added"
    assert write_pages([("a.md", "A2")], tmp_path, force=True) == Written(tmp_path, 1, 0, 2)
    assert (tmp_path / "a.md").read_text() == "A2"
    assert write_pages([("a.md", "A3")], tmp_path, force=False).spared == ()


def test_pages_of_an_earlier_export_stay(tmp_path: Path) -> None:
    write_pages([("a.md", "A"), ("b.md", "B")], tmp_path, force=False)
    write_pages([("a.md", "A")], tmp_path, force=False)
    assert names(tmp_path) == [RECORD, "a.md", "b.md"]


def test_a_record_that_is_broken_spares_everything(tmp_path: Path) -> None:
    write_pages([("a.md", "A")], tmp_path, force=False)
    (tmp_path / RECORD).write_text("[")
    assert write_pages([("a.md", "B")], tmp_path, force=False).spared == ("a.md",)


def build(half: Path) -> None:
    (half / "part").mkdir(parents=True)
    (half / "part" / "0.parquet").write_text("data")


def test_a_built_folder_replaces_only_its_own_kind(tmp_path: Path) -> None:
    place = tmp_path / "out"
    assert write_built(build, place) == Written(place, 1, 0, 4)
    assert [*json.loads((place / RECORD).read_text())["files"]] == ["part/0.parquet"]
    (place / "part" / "old.parquet").write_text("somebody's")
    with pytest.raises(UsageProblem, match="holds files that no export wrote"):
        write_built(build, place)
    (place / "part" / "old.parquet").unlink()
    assert write_built(build, place) == Written(place, 0, 1, 4)
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_comes_out_as_it_was_keeps_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", fails_to_link)
    write_built(build, place := tmp_path / "out")
    os.utime(place / "part" / "0.parquet", (1_000_000_000, 1_000_000_000))

    assert write_built(build, place) == Written(place, 0, 1, 4)
    assert (place / "part" / "0.parquet").stat().st_mtime == 1_000_000_000
    assert names(tmp_path) == ["out"]


def fails_to_link(path: Path, target: Path) -> None:
    raise OSError(1, "Operation not permitted")


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fails(half: Path) -> None:
        build(half)
        raise OSError(28, "No space left on device")

    with pytest.raises(MachineProblem, match="No space left"):
        write_built(fails, tmp_path / "out")
    assert names(tmp_path) == []


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "real" / "out.csv")
    assert write_text(["new"], tmp_path / "link.csv") == Written(tmp_path / "link.csv", 1, 0, 3)
    assert (tmp_path / "link.csv").is_symlink()
    assert (names(tmp_path / "real"), (tmp_path / "real" / "out.csv").read_text()) == (["out.csv"], "new")


def test_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    """As root, a file could take the place of ``/dev/null``."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        assert write_text(["a", "é"], pipe) == Written(pipe, 1, 0, 3)
        assert reader.read() == "aé".encode()
    with pytest.raises(UsageProblem, match="is no file"):
        write_built(build, pipe)
    assert (pipe.is_fifo(), names(tmp_path)) == (True, ["pipe"])


def test_what_utf_8_cannot_hold_is_told(tmp_path: Path) -> None:
    """As on standard output."""
    write_text(["a\ud800b"], tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b"a\\ud800b"


def test_one_of_each() -> None:
    told = Exported(
        "vcard", 1, {"no name": 1, "hidden": 1, "the same e-mail": 1}, unknown=1, place="out.vcf", files=1, bytes=999
    )
    assert exported_text(told) == [
        "1 person to out.vcf (999 B)",
        "left out: 1 who has no name",
        "left out: 1 who shows only a date",
        "left out: 1 who has an e-mail that is there already",
        "left out: 1 row of which nobody can say whose",
    ]


def test_many_of_each() -> None:
    told = Exported(
        "vcard", 30_000, {"no e-mail": 2_000, "no date": 2, "something new": 2}, unknown=1_200, place="cards",
        files=1_234, unchanged=5_678, bytes=12_345_678, spared=tuple(f"{number}.vcf" for number in range(1_007)),
    )  # fmt: skip
    assert exported_text(told) == [
        "30,000 people to cards (12.3 MB)",
        "1,234 files written, 5,678 as before",
        "left out: 2,000 who show no e-mail",
        "left out: 2 who have no date",
        "left out: 2 who something new",
        "left out: 1,200 rows of which nobody can say whose",
        "left as they are, since you changed them: 0.vcf, 1.vcf, 2.vcf, 3.vcf, 4.vcf and 1,002 more "
        "(--force writes them anew)",
    ]
    assert exported_document(told)["left_out"] == {"no e-mail": 2_000, "no date": 2, "something new": 2}
    assert len(exported_document(told)["spared"]) == 1_007


def test_a_place_acts_on_no_terminal() -> None:
    told = Exported("markdown", 2, {}, place="a\x1b[2Jb", files=2, spared=("\x1b]0;x\x07.md",))
    assert "".join(exported_text(told)).isprintable()
