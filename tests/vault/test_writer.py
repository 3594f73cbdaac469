"""Snapshots and marks in, snapshots and marks out."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import git as gitpython
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linkbak.errors import ArchiveUnsafe, LinkbakError, NoSuchSnapshot, VaultDamaged
from linkbak.vault import SnapshotKey, Vault
from linkbak.vault.staging import Blob
from linkbak.vault.writer import create_vault, write_transaction
from tests import sampling
from tests.vault.snapshots import LIST, contents, git, keep, leftovers, manifest, save, sound, staged

COMPONENT = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=9).filter(
    lambda part: part not in (".", "..")
)
AWKWARD = st.sampled_from(["CON", "con.csv", ".gitattributes", ".git", "a:b", "A:B", "a.", "a", "A", "🎉", "\r\n", '"'])
PATHS = st.lists(COMPONENT | AWKWARD, min_size=1, max_size=3).map("/".join)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault that many examples are put into."""
    place = tmp_path_factory.mktemp("shared") / "vault"
    create_vault(place).close()
    return place


@settings(max_examples=sampling.examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=st.dictionaries(PATHS, st.binary(max_size=60), max_size=6))
def test_whatever_was_kept_comes_back_byte_for_byte(shared: Path, files: dict[str, bytes]) -> None:
    """Out of the work tree, and out of git when nothing lies open."""
    try:
        key = save(shared, files=files)
    except ArchiveUnsafe:  # a file where another path needs a folder
        return

    with Vault.open(shared) as vault:
        lying_open = vault.files(key)
        assert contents(vault, key) == files
        assert tuple(lying_open.paths) == tuple(files)
        git(shared, "sparse-checkout", "set", "--cone")
        assert not (shared / key.folder).exists()
        assert contents(vault, key) == files


def test_a_snapshot_lies_open_as_plain_files(one: Path) -> None:
    folder = one / "snapshots/linkedin-me/2026/2026-03-20T080710Z"

    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "archive/Connections.csv",
        "archive/Profile.csv",
        "manifest.json",
    ]
    assert (folder / "archive/Profile.csv").read_bytes() == LIST["Profile.csv"]
    assert (folder / "archive/Profile.csv").stat().st_mtime == 1773994030.0
    assert sound(one)
    assert leftovers(one) == []


def test_a_snapshot_is_one_commit_by_linkbak_with_a_message_for_people(one: Path) -> None:
    with gitpython.Repo(one) as repo:
        newest = repo.head.commit
        said = (newest.message, str(newest.author), newest.author.email, newest.committer.email, len(newest.parents))
        blob = newest.tree / "snapshots/linkedin-me/2026/2026-03-20T080710Z/archive/Connections.csv"
        kept = blob.data_stream.read()

    assert said == ("Keep 2026-03-20", "linkbak", "linkbak@localhost", "linkbak@localhost", 1)
    assert kept == LIST["Connections.csv"]


def test_archives_of_one_moment_are_told_apart(empty: Path) -> None:
    ids = [save(empty, files={"a.csv": b"%d" % number}).id for number in range(3)]

    assert ids == ["2026-03-20T080710Z", "2026-03-20T080710Z-2", "2026-03-20T080710Z-3"]
    with Vault.open(empty) as vault:
        assert [one.key.id for one in vault.summaries()] == ids


def test_summaries_are_sorted_by_when_the_archives_were_written_not_imported(empty: Path) -> None:
    for taken in ("2026-03-20T08:07:10Z", "2019-01-01T00:00:00Z", "2026-01-05T10:00:00Z"):
        save(empty, taken)
    save(empty, "2020-02-02T02:02:02Z", account="work")

    with Vault.open(empty) as vault:
        assert [one.key.id for one in vault.summaries()] == [
            "2019-01-01T000000Z",
            "2020-02-02T020202Z",
            "2026-01-05T100000Z",
            "2026-03-20T080710Z",
        ]
        assert [one.key.id for one in vault.summaries("linkedin-work")] == ["2020-02-02T020202Z"]
        assert vault.accounts() == ("linkedin-me", "linkedin-work")


def test_a_summary_tells_what_the_manifest_tells(one: Path) -> None:
    with Vault.open(one) as vault:
        summary = vault.summaries()[0]
        kept = vault.manifest(summary.key)
        digest = hashlib.sha256(vault.manifest_text(summary.key)).hexdigest()

    assert summary.taken_at.isoformat() == "2026-03-20T08:07:10+00:00"
    assert tuple(summary) == (
        SnapshotKey("linkedin-me", "2026-03-20T080710Z"),
        *("2026-03-20T08:07:10Z", "2026-04-01T00:00:00Z", "linkedin", "me", "zip", "a" * 64),
        *("content of 2026-03-20T08:07:10Z", 3, 1, 2, sum(map(len, LIST.values())), False),
        *(("connections", "profile"), digest, "", kept.owner, False),
    )


def test_every_manifest_names_the_one_kept_before_it(empty: Path) -> None:
    """In the order of keeping, which is not that of the archives; so nothing can be taken away unnoticed."""
    keys = [save(empty, f"{year}-01-01T00:00:00Z") for year in (2020, 2022, 2021)]
    with Vault.open(empty) as vault, write_transaction(vault) as writer:
        keys += [keep(writer, "2019-01-01T00:00:00Z"), keep(writer, "2018-01-01T00:00:00Z", account="work")]
        digests = [hashlib.sha256(vault.manifest_text(key)).hexdigest() for key in keys]
        previous = [vault.manifest(key).previous for key in keys]

    assert previous == ["", *digests[:-1]]


def test_only_its_owner_can_open_anything(tmp_path: Path) -> None:
    """From the first byte, whatever the umask is; in the vault and in what is kept outside it."""
    import os

    before = os.umask(0)
    try:
        create_vault(tmp_path / "vault").close()
        save(tmp_path / "vault", files={"folder/deep/a.csv": b"1"})
        with Vault.open(tmp_path / "vault") as vault, write_transaction(vault) as writer:
            writer.add_marks([{"person": "x"}], "Mark")
            assert len(vault.summaries()) == 1
    finally:
        os.umask(before)

    modes = {stat.S_IMODE(path.lstat().st_mode) for path in (tmp_path / "vault").rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.lstat().st_mode) for path in (tmp_path / "vault").rglob("*") if path.is_dir()}
    caches = Path(os.environ["XDG_CACHE_HOME"]).rglob("catalogue.jsonl")

    assert (modes - {0o400, 0o444}, folders, stat.S_IMODE((tmp_path / "vault").stat().st_mode)) == (
        {0o600},
        {0o700},
        0o700,
    )
    assert [stat.S_IMODE(path.stat().st_mode) for path in caches] == [0o600]


def test_nothing_is_left_of_an_archive_that_is_refused_while_it_is_staged(one: Path) -> None:
    """Not even its bytes as objects, though they were written."""
    before = sorted(path for path in (one / ".git").rglob("*") if "linkbak" not in path.parts)

    with pytest.raises(ArchiveUnsafe), Vault.open(one) as vault, write_transaction(vault) as writer:
        staging = writer.stage()
        staged(staging, {"a.csv": b"never kept"})
        raise ArchiveUnsafe("no")

    assert sorted(path for path in (one / ".git").rglob("*") if "linkbak" not in path.parts) == before
    assert leftovers(one) == []


def test_files_become_objects_as_they_are_stored(one: Path) -> None:
    with Vault.open(one) as vault, write_transaction(vault) as writer, writer.stage() as staging:
        staged(staging, {"a.csv": b"first"})
        staged(staging, {"x/CON": b"second", "b.csv": b""})
        assert staging.blobs() == {
            "a.csv": hashlib.sha1(b"blob 5\0first", usedforsecurity=False).hexdigest(),
            "x/%43ON": hashlib.sha1(b"blob 6\0second", usedforsecurity=False).hexdigest(),
            "b.csv": hashlib.sha1(b"blob 0\0", usedforsecurity=False).hexdigest(),
        }


def test_a_staging_shows_what_it_holds(one: Path) -> None:
    with Vault.open(one) as vault, write_transaction(vault) as writer, writer.stage() as staging:
        assert staging.store("x/CON", io.BytesIO(b"abc"), 3) == (3, hashlib.sha256(b"abc").hexdigest(), "x/%43ON")
        with staging.open("x/CON") as file:
            assert (staging.paths, file.read()) == (("x/CON",), b"abc")


def test_a_manifest_of_other_files_is_not_kept(one: Path) -> None:
    with Vault.open(one) as vault:
        with (
            pytest.raises(ValueError, match="lists other files than were staged"),
            write_transaction(vault) as writer,
            writer.stage() as staging,
        ):
            staged(staging, {"a.csv": b"1"})
            writer.keep(staging, manifest(), "Keep")

        assert len(vault.summaries()) == 1
    assert sound(one)


def test_several_snapshots_are_kept_in_one_go_and_an_error_costs_only_the_last(empty: Path) -> None:
    with Vault.open(empty) as vault:
        with pytest.raises(RuntimeError), write_transaction(vault) as writer:
            keep(writer, "2026-01-01T00:00:00Z")
            keep(writer, "2026-01-02T00:00:00Z")
            writer.stage()
            raise RuntimeError

        assert [one.key.id for one in vault.summaries()] == ["2026-01-01T000000Z", "2026-01-02T000000Z"]
    assert (sound(empty), leftovers(empty)) == (True, [])


def test_a_folder_in_the_way_is_left_alone(one: Path) -> None:
    """The name is free in the vault, but somebody has put a folder there."""
    theirs = one / "snapshots/linkedin-me/2026/2026-05-05T000000Z/notes.txt"
    theirs.parent.mkdir()
    theirs.write_text("mine")

    with pytest.raises(VaultDamaged, match="snapshots/linkedin-me/2026/2026-05-05T000000Z is in the way"):
        save(one, "2026-05-05T00:00:00Z")

    assert theirs.read_text() == "mine"
    assert git(one, "status", "--porcelain") == "?? snapshots/linkedin-me/2026/2026-05-05T000000Z/\n"


@pytest.mark.parametrize("key", [("linkedin-me", "2026-03-21T080710Z"), ("linkedin-me", "../x"), ("a\nb", "x")])
def test_a_snapshot_that_is_not_there_is_said_so(one: Path, key: tuple[str, str]) -> None:
    with Vault.open(one) as vault, pytest.raises(NoSuchSnapshot):
        vault.manifest(SnapshotKey(*key))


def test_a_file_that_is_not_there_is_said_so(one: Path) -> None:
    with Vault.open(one) as vault:
        files = vault.files(vault.summaries()[0].key)
        with pytest.raises(NoSuchSnapshot):
            files.open("messages.csv")


def mark(vault: Path, *marks: dict[str, object]) -> None:
    with Vault.open(vault) as opened, write_transaction(opened) as writer:
        writer.add_marks(marks, "Mark\n\nby hand")


def test_marks_come_back_in_the_order_they_were_made(one: Path) -> None:
    mark(one, {"tag": "näh\n", "person": 1}, {"person": 2})
    mark(one, {"person": "a\udc80"})

    with Vault.open(one) as vault:
        assert vault.marks() == ({"tag": "näh\n", "person": 1}, {"person": 2}, {"person": "a\udc80"})
    assert (one / "marks.jsonl").read_bytes() == (
        '{"person": 1, "tag": "näh\\n"}\n{"person": 2}\n{"person": "a\\udc80"}\n'.encode()
    )
    assert git(one, "log", "-1", "--format=%B").strip() == "Mark\n\nby hand"
    assert (sound(one), leftovers(one)) == (True, [])


def test_no_marks_make_no_commit(one: Path) -> None:
    before = git(one, "rev-parse", "HEAD")
    mark(one)

    assert git(one, "rev-parse", "HEAD") == before


def test_edits_nobody_committed_are_neither_lost_nor_committed(one: Path) -> None:
    mark(one, {"person": 1})
    (one / "marks.jsonl").write_text('{"person": "edited"}')
    mark(one, {"person": 2})

    assert (one / "marks.jsonl").read_text() == '{"person": "edited"}\n{"person": 2}\n'
    assert git(one, "show", "HEAD:marks.jsonl") == '{"person": 1}\n{"person": 2}\n'
    assert git(one, "status", "--porcelain") == " M marks.jsonl\n"


def test_a_marks_file_taken_away_stays_away_and_the_marks_stay(one: Path) -> None:
    (one / "marks.jsonl").unlink()
    mark(one, {"person": 1})

    assert not (one / "marks.jsonl").exists()
    with Vault.open(one) as vault:
        assert vault.marks() == ({"person": 1},)


@pytest.mark.parametrize("line", ["[1]", "{", "x"])
def test_a_line_that_is_no_mark_is_damage_and_named_by_number(one: Path, line: str) -> None:
    (one / "marks.jsonl").write_text('{"person": 1}\n\n' + line + "\n")
    git(one, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "By hand")

    with Vault.open(one) as vault, pytest.raises(VaultDamaged) as refused:
        vault.marks()
    assert str(refused.value) == "marks.jsonl, line 3: not a mark"


def test_marks_cost_no_more_in_a_vault_with_many_snapshots(one: Path) -> None:
    """The index stays collapsed."""
    for day in range(1, 16):
        save(one, f"2025-01-{day:02}T00:00:00Z")
    mark(one, {"person": 1})

    assert "snapshots/linkedin-me/2025/2025-01-01T000000Z/\n" in git(one, "ls-files", "--sparse")
    assert sound(one)


@given(content=st.binary(max_size=2000), repeated=st.sampled_from((1, 300)))
@example(content=b"", repeated=1)
@settings(max_examples=sampling.examples(20))
def test_git_reads_what_was_stored(content: bytes, repeated: int) -> None:
    """Also what is longer than one read of the stream, under the name that git would give it."""
    data = content * repeated
    with TemporaryDirectory() as folder:
        repository = Path(folder)
        subprocess.run(["git", "init", "-q", folder], check=True)
        blob = Blob(os.open(repository / "half", os.O_CREAT | os.O_WRONLY, 0o600), len(data), "sha1")
        with blob.file:
            for start in range(0, len(data), 70_000):
                blob.write(data[start : start + 70_000])
            blob.finish()
        target = repository / ".git/objects" / blob.id[:2] / blob.id[2:]
        target.parent.mkdir()
        (repository / "half").rename(target)
        asked = ["git", "-C", folder, "cat-file", "blob", blob.id]
        assert subprocess.run(asked, check=True, capture_output=True).stdout == data


@pytest.mark.parametrize("said", [2, 4])
def test_a_file_of_another_size_than_was_said_is_not_stored(one: Path, said: int) -> None:
    with Vault.open(one) as vault, write_transaction(vault) as writer, writer.stage() as staging:
        with pytest.raises(LinkbakError, match="changed while it was being kept"):
            staging.store("a.csv", io.BytesIO(b"abc"), said)
        assert staging.paths == ()


def test_without_a_fast_deflate_the_object_has_the_same_name(one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isal", None)
    with Vault.open(one) as vault, write_transaction(vault) as writer:
        key = keep(writer)
    with Vault.open(one) as vault, vault.files(key).open("Profile.csv") as file:
        assert file.read() == LIST["Profile.csv"]
