"""A verification finds what is damaged, tells it from what is only to know, and says what helps."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from linkbak.errors import MachineProblem, NoVault
from linkbak.vault import Objects, SnapshotKey, Vault
from linkbak.vault.compact import compact
from linkbak.vault.git import Found
from linkbak.vault.repair import repair
from linkbak.vault.verify import Finding, Verified, verify
from linkbak.vault.writer import create_vault, write_transaction
from tests.vault.flipping import flip
from tests.vault.processes import ended, forked, unprivileged
from tests.vault.snapshots import LIST, git, keep, save

DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")
KEYS = tuple(SnapshotKey("linkedin-me", f"{day}T000000Z") for day in DAYS)
OTHER = SnapshotKey("linkedin-boris", "2026-01-04T000000Z")
FOLDER = KEYS[2].folder
LISTED = f"{FOLDER}/archive/Connections.csv"


@pytest.fixture(scope="module")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    vault = tmp_path_factory.mktemp("verified") / "vault"
    create_vault(vault).close()
    (vault / "linkbak.toml").write_text("format = 1\nvisible = 2\n")
    committed(vault)
    with Vault.open(vault) as opened, write_transaction(opened) as writer:
        for number, day in enumerate(DAYS):
            rows = b"Boris,Sample\n" * (number + 1)
            keep(writer, f"{day}T00:00:00Z", {**LIST, "Connections.csv": LIST["Connections.csv"] + rows, "aa:b": b"x"})
        keep(writer, "2026-01-04T00:00:00Z", LIST, "boris")
        writer.add_marks([{"fact": "accepted", "snapshot": "2026-01-02T000000Z"}], "Accept losses")
    return vault


@pytest.fixture
def kept(_kept: Path, tmp_path: Path) -> Path:
    """Three snapshots of one account, the oldest not lying open, and one of another."""
    return Path(shutil.copytree(_kept, tmp_path / "vault", symlinks=True))


def state(vault: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and its time."""
    there = sorted(path for path in vault.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in there}


def loose(vault: Path, name: str) -> str:
    """Where the object that git calls `name` lies."""
    found = git(vault, "rev-parse", name).strip()
    return f".git/objects/{found[:2]}/{found[2:]}"


def spoil(vault: Path, place: str) -> None:
    """Damages a file in its middle."""
    flip(vault / place, (vault / place).stat().st_size // 2, 0xFF)


def only(found: Verified, place: str) -> Finding:
    """The one piece of damage at a place."""
    [one] = [one for one in found.damage if one.place == place]
    return one


def do(vault: Path, remedy: str) -> None:
    """Runs the commands of a remedy, as somebody would who copies them."""
    commands = remedy.splitlines()[1:]
    assert commands
    for command in commands:
        subprocess.run(command, shell=True, cwd=vault, check=True, capture_output=True)


def test_all_is_well(kept: Path) -> None:
    before = state(kept)

    found = verify(kept)

    assert found.findings == ()
    assert found.snapshots == found.whole == (*KEYS, OTHER)
    assert (found.files, found.compared, found.copies) == (11, 11, 2 * 4 + 3)
    assert found.size == sum(map(len, LIST.values())) * 4 + 13 * (1 + 2 + 3) + 3
    assert b"accepted" in found.marks
    assert state(kept) == before


def test_nothing_is_kept_yet(empty: Path) -> None:
    found = verify(empty)
    assert (found.findings, found.snapshots, found.files, found.marks) == ((), (), 0, b"")


@pytest.mark.parametrize("how", [("gc", "-q"), ("repack", "-adq", "--write-midx"), ("pack-refs", "--all")])
def test_all_is_well_after_what_git_does_by_hand(kept: Path, how: tuple[str, ...]) -> None:
    git(kept, *how)
    assert verify(kept) == verify(kept)._replace(findings=())
    save(kept, "2026-02-01T00:00:00Z")
    compact(kept)
    assert verify(kept).damage == ()


@pytest.mark.parametrize("words", [(), ("--depth=1",), ("--no-checkout",), ("--mirror",)])
def test_a_clone_is_whole_and_says_what_is_not_linkbaks(kept: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    clone = tmp_path / "clone"
    place = clone / ".git" if "--mirror" in words else clone
    subprocess.run(["git", "clone", "-q", *words, kept.as_uri(), place], check=True)
    if "--mirror" in words:
        git(clone, "config", "core.bare", "false")
        git(clone, "reset", "-q", "--hard")

    found = verify(clone)

    assert found.damage == ()
    assert found.whole == (*KEYS, OTHER)
    assert {one.part for one in found.notes} <= {"foreign", "control", "git"}
    assert "sets remote.origin.fetch, which linkbak never does" in [one.what for one in found.notes]


@pytest.mark.parametrize("packed", [False, True])
def test_what_copies_elsewhere_need_is_linkbaks_own(kept: Path, packed: bool) -> None:
    git(kept, "config", "remote.usb.url", "/media/usb/vault.git")
    git(kept, "config", "remote.usb.linkbakPrivate", "true")
    for name in ("usb", "_file"):
        git(kept, "update-ref", f"refs/linkbak/fetched/{name}", "HEAD~1")
    if packed:
        git(kept, "pack-refs", "--all")
    (kept / ".git/linkbak/fetch.lock").touch()

    assert verify(kept).findings == ()

    git(kept, "config", "remote.usb.linkbakPrivate", "perhaps")
    git(kept, "update-ref", "refs/linkbak/other", "HEAD~1")
    (kept / ".git/linkbak/fetching-1").mkdir()
    (kept / ".git/linkbak/fetching-1/half").touch()
    assert [(one.damage, one.part, one.place) for one in verify(kept).findings] == [
        (False, "foreign", ".git/refs/linkbak/other"),
        (False, "leftovers", ".git/linkbak/fetching-1"),
        (False, "foreign", ".git/config"),
    ]


def test_a_vault_with_longer_object_names(kept: Path, tmp_path: Path) -> None:
    stream = subprocess.run(["git", "-C", kept, "fast-export", "--all"], capture_output=True, check=True).stdout
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", "--template=", "-b", "main", "--object-format=sha256", other], check=True)
    subprocess.run(["git", "-C", other, "fast-import", "--quiet"], input=stream, check=True)
    git(other, "reset", "-q", "--hard")

    assert (verify(other).damage, verify(other).whole) == ((), (*KEYS, OTHER))
    spoil(other, loose(other, f"HEAD:{LISTED}"))
    do(other, only(verify(other), FOLDER).remedy)
    assert verify(other).damage == ()


def test_what_is_no_vault_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoVault):
        verify(tmp_path / "nowhere")
    git(tmp_path, "init", "-q")
    with pytest.raises(NoVault):
        verify(tmp_path)


def test_a_damaged_file_of_a_snapshot_is_put_back_out_of_the_copy_that_lies_open(kept: Path) -> None:
    spoil(kept, loose(kept, f"HEAD:{LISTED}"))

    found = verify(kept)

    assert found.whole == (*KEYS[:2], OTHER)
    one = only(found, FOLDER)
    assert (one.snapshots, one.what.partition(":")[0]) == ((KEYS[2],), "Connections.csv")
    do(kept, one.remedy)
    assert verify(kept).findings == ()


@pytest.mark.parametrize("name", ["manifest.json", "marks.jsonl"])
def test_a_damaged_manifest_and_marks_too(kept: Path, name: str) -> None:
    where = f"{FOLDER}/{name}" if name == "manifest.json" else name
    spoil(kept, loose(kept, f"HEAD:{where}"))
    do(kept, only(verify(kept), FOLDER if name == "manifest.json" else name).remedy)
    assert verify(kept).findings == ()


def test_what_does_not_lie_open_or_was_altered_there_is_not_put_back(kept: Path) -> None:
    spoil(kept, loose(kept, f"HEAD:{KEYS[0].folder}/archive/Connections.csv"))
    spoil(kept, loose(kept, f"HEAD:{LISTED}"))
    spoil(kept, LISTED)

    found = verify(kept)

    assert found.whole == (KEYS[1], OTHER)
    assert only(found, KEYS[0].folder).remedy == only(found, FOLDER).remedy
    assert "hash-object" not in only(found, FOLDER).remedy


def test_one_file_that_several_snapshots_share_spoils_all_of_them_and_one_copy_mends_all(kept: Path) -> None:
    spoil(kept, loose(kept, f"HEAD:{FOLDER}/archive/Profile.csv"))
    found = verify(kept)
    assert found.whole == ()
    assert {one.snapshots for one in found.damage if one.snapshots} == {(key,) for key in (*KEYS, OTHER)}
    do(kept, only(found, KEYS[0].folder).remedy)
    assert verify(kept).findings == ()


@pytest.mark.parametrize("name", [LISTED, f"{FOLDER}/manifest.json", "marks.jsonl", ".gitattributes"])
@pytest.mark.parametrize("gone", [False, True])
def test_a_copy_that_lies_open_is_laid_open_anew(kept: Path, name: str, gone: bool) -> None:
    """Also if its time tells git that nothing has changed."""
    if gone:
        (kept / name).unlink()
    else:
        spoil(kept, name)

    found = verify(kept)

    assert ([one.place for one in found.damage], found.whole) == ([name], (*KEYS, OTHER))
    do(kept, only(found, name).remedy)
    assert verify(kept).findings == ()


def test_a_large_file_that_lies_open_is_compared_to_its_last_byte(empty: Path) -> None:
    """Large ones are read in parts, by several threads."""
    large = random.Random(1).randbytes(200_000)
    save(empty, "2026-01-01T00:00:00Z", {**LIST, "a.bin": large, "b.bin": large[::-1]})
    folder = "snapshots/linkedin-me/2026/2026-01-01T000000Z/archive"
    assert verify(empty).findings == ()

    flip(empty / folder / "b.bin", 199_999, 1)

    found = verify(empty)
    assert [(one.place, one.what) for one in found.findings] == [(f"{folder}/b.bin", "is not what was imported")]
    assert found.whole == found.snapshots


def test_a_folder_that_should_lie_open_is_laid_open_anew(kept: Path) -> None:
    shutil.rmtree(kept / FOLDER)
    do(kept, only(verify(kept), FOLDER).remedy)
    assert verify(kept).findings == ()


def test_what_was_edited_stays_when_its_snapshot_is_closed_and_is_no_damage(kept: Path) -> None:
    (kept / KEYS[1].folder / "archive/Connections.csv").write_bytes(b"mine")
    save(kept, "2026-01-05T00:00:00Z")
    assert (kept / KEYS[1].folder / "archive/Connections.csv").exists()
    found = verify(kept)
    assert [one.place for one in found.findings] == [f"{KEYS[1].folder}/archive/Connections.csv"]
    assert found.damage == ()


def test_a_damaged_object_that_a_pack_has_too_only_has_to_go(kept: Path) -> None:
    before = {path.relative_to(kept): path.read_bytes() for path in kept.glob(".git/objects/??/*")}
    compact(kept)
    place = loose(kept, f"HEAD:{LISTED}")
    (kept / place).parent.mkdir(exist_ok=True)
    (kept / place).write_bytes(before[Path(place)])
    spoil(kept, place)

    found = verify(kept)

    assert ([one.place for one in found.damage], found.whole) == ([place], (*KEYS, OTHER))
    do(kept, only(found, place).remedy)
    assert verify(kept).findings == ()


@pytest.mark.parametrize("ending", ["idx", "pack"])
def test_a_damaged_pack_and_its_index(kept: Path, ending: str) -> None:
    git(kept, "gc", "-q")
    place = next(str(path.relative_to(kept)) for path in kept.glob(f".git/objects/pack/*.{ending}"))
    spoil(kept, place)

    found = verify(kept)

    if ending == "idx":
        do(kept, only(found, place).remedy)
        assert verify(kept).damage == ()
    else:
        assert only(found, place)
        assert found.whole != found.snapshots


def test_a_pack_of_which_only_the_digest_is_damaged(kept: Path) -> None:
    git(kept, "gc", "-q")
    [pack] = kept.glob(".git/objects/pack/*.pack")
    flip(pack, pack.stat().st_size - 3, 0x01)
    do(kept, only(verify(kept), str(pack.relative_to(kept))).remedy)
    assert (verify(kept).damage, verify(kept).whole) == ((), (*KEYS, OTHER))


@pytest.mark.parametrize("name", ["HEAD", "HEAD^{tree}", "HEAD:snapshots", "HEAD:snapshots/linkedin-me/2026"])
def test_the_vault_as_it_was_before_is_rescued(kept: Path, name: str) -> None:
    """What the newest commit hangs on is gone; all that an older one holds can be had in a new folder."""
    save(kept, "2026-01-05T00:00:00Z")
    spoil(kept, loose(kept, name))

    found = verify(kept)

    assert KEYS[0] in found.snapshots and SnapshotKey("linkedin-me", "2026-01-05T000000Z") in found.snapshots
    assert SnapshotKey("linkedin-me", "2026-01-05T000000Z") not in found.whole
    [remedy] = {one.remedy for one in found.damage if "rescued" in one.remedy}
    do(kept, remedy)
    rescued = verify(kept.parent / "rescued")
    assert (rescued.damage, rescued.whole) == ((), (*KEYS, OTHER))


def test_an_object_that_claims_to_be_beyond_all_measure(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the size in a damaged pack may; there is no memory to read it into."""
    manifest = git(kept, "rev-parse", f"HEAD:{FOLDER}/manifest.json").strip()
    real = Objects.get

    def get(self: Objects, name: str) -> Found | None:
        if name == manifest:
            raise MemoryError
        return real(self, name)

    monkeypatch.setattr(Objects, "get", get)
    assert verify(kept).whole == (*KEYS[:2], OTHER)


def test_the_branch_is_found_again_by_its_log(kept: Path) -> None:
    tip = git(kept, "rev-parse", "HEAD").strip()
    (kept / ".git/refs/heads/main").write_text(f"{'1' * 40}\n")
    found = verify(kept)
    assert found.whole == (*KEYS, OTHER)
    assert only(found, ".git/refs/heads/main").remedy.splitlines()[1:] == []  # nobody is to write it there by hand
    assert [one.now for one in repair(kept, found)] == [tip]
    assert save(kept).id == "2026-03-20T080710Z"
    assert git(kept, "rev-parse", "main~").strip() == tip
    assert verify(kept).findings == ()


@pytest.mark.parametrize("text", [None, b"", b"\0" * 41], ids=["gone", "empty", "zeros"])
@pytest.mark.parametrize("logged", ["all", "all but the last", "nothing"])
def test_a_branch_that_names_nothing_is_looked_up(kept: Path, text: bytes | None, logged: str) -> None:
    """Read on from what its log and the commits tell, though the log may lack the last; the next write mends it."""
    tip = git(kept, "rev-parse", "HEAD").strip()
    (kept / ".git/refs/heads/main").unlink()
    if text is not None:
        (kept / ".git/refs/heads/main").write_bytes(text)
    for log in (kept / ".git/logs/HEAD", kept / ".git/logs/refs/heads/main"):
        lines = log.read_bytes().splitlines(keepends=True)
        log.write_bytes(b"".join({"all": lines, "nothing": []}.get(logged, lines[:-1])))

    with Vault.open(kept) as vault:
        assert vault.newest() == tip
        assert [one.key for one in vault.every()] == sorted([*KEYS, OTHER], key=lambda key: key.id)
    finding = next(one for one in verify(kept).damage if one.part == "control")
    assert (finding.what, "\n" in finding.remedy) == ("names no commit that is there", False)
    assert tip[:12] in finding.remedy

    save(kept)

    assert git(kept, "rev-parse", "main~").strip() == tip
    assert verify(kept).damage == ()


def test_the_branch_that_head_names_is_put_right(kept: Path) -> None:
    flip(kept / ".git/HEAD", 3, 0x01)
    assert repair(kept, verify(kept))
    assert verify(kept).findings == ()


def test_what_a_file_manager_drops_is_no_damage(kept: Path) -> None:
    """Also where git takes every file for a reference, a log or a pack; and such a vault is still packed."""
    compact(kept)
    pack = next((kept / ".git/objects/pack").glob("*.idx")).name
    names = (".DS_Store", "._main", "desktop.ini", "Icon\r", "main (Ada's conflicted copy 2026-03-02)", f"._{pack}")
    folders = (".git/refs/heads", ".git/refs", ".git/logs/refs/heads", ".git/objects/pack", FOLDER, ".")
    for place in (f"{folder}/{name}" for folder in folders for name in names):
        (kept / place).write_bytes(b"\0\1")
    found = verify(kept)
    assert found.damage == ()
    assert {(one.part, one.place) for one in found.notes} == {
        *(("foreign", f"{folder}/") for folder in (*folders[:-1], ""))
    }
    assert any("left by a file manager or a sync program" in one.what for one in found.notes)
    compact(kept, everything=True)
    assert verify(kept).damage == ()


@pytest.mark.parametrize("place", ["index.lock", "refs/heads/main.lock", "logs/HEAD.lock", "config.lock", "gc.pid"])
def test_a_lock_that_git_left_is_named_with_its_age(kept: Path, place: str) -> None:
    lock = kept / ".git" / place
    lock.write_text("")
    os.utime(lock, (0, time.time() - 3 * 86_400 - 60))
    (one,) = verify(kept).findings
    assert (one.damage, one.place) == (False, f".git/{place}")
    assert one.what == "left by a program that was interrupted, 3 days old"


def test_an_object_that_is_gone(kept: Path) -> None:
    (kept / loose(kept, f"HEAD:{LISTED}")).unlink()
    (kept / loose(kept, "main~6:linkbak.toml")).unlink()
    found = verify(kept)
    assert found.whole == (*KEYS[:2], OTHER)
    assert only(found, FOLDER).what == "Connections.csv: is not there"
    assert only(found, "the history").what.endswith("is not there")


def committed(vault: Path) -> None:
    """As somebody would commit by hand."""
    git(vault, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "By hand")
    (vault / ".git/COMMIT_EDITMSG").unlink()


@pytest.mark.parametrize("name", ["../../../../../victim", "/abs", "a\\0b", "x/../../y", ".git/config"])
def test_no_remedy_names_a_file_that_a_manifest_made_up(kept: Path, name: str) -> None:
    """A command that is copied from the screen must never reach what lies elsewhere."""
    note = kept / FOLDER / "manifest.json"
    (kept.parent / "victim").write_text("somebody's")
    note.write_text(note.read_text().replace('"Connections.csv"', f'"{name}"'.replace("\\0", "\\u0000")))
    committed(kept)
    found = verify(kept)
    assert KEYS[2] not in found.whole
    [wrong] = [one for one in found.findings if one.part != "chain"]
    assert (wrong.place, wrong.damage) == (FOLDER, True)
    assert wrong.what.startswith("has a manifest that is not linkbak's own: file 1 (")
    assert "victim" not in str([one.remedy for one in found.findings])


def test_a_manifest_of_another_time_than_its_name_says_is_not_believed(kept: Path) -> None:
    note = kept / FOLDER / "manifest.json"
    note.write_text(note.read_text().replace('"taken": "2026-01-03T', '"taken": "2024-01-03T'))
    committed(kept)
    [wrong] = [one for one in verify(kept).damage if one.place == FOLDER and one.part == "snapshots"]
    assert wrong.what == "has the manifest of another snapshot"


def test_a_manifest_that_was_changed_and_committed_breaks_the_chain(kept: Path) -> None:
    note = kept / KEYS[1].folder / "manifest.json"
    note.write_text(note.read_text().replace('"kind": "zip"', '"kind": "file"'))
    committed(kept)

    found = verify(kept)

    assert {(one.part, one.place) for one in found.damage} == {("chain", FOLDER), ("chain", KEYS[1].folder)}


def test_a_file_that_was_changed_and_committed(kept: Path) -> None:
    (kept / LISTED).write_bytes(b"other")
    committed(kept)

    found = verify(kept)

    assert found.whole == (*KEYS[:2], OTHER)
    assert only(found, LISTED)
    assert {one.what for one in found.damage if one.part == "snapshots"} == {
        "Connections.csv: is not what the manifest says"
    }


def test_a_snapshot_that_was_removed_and_committed(kept: Path) -> None:
    git(kept, "rm", "-rq", KEYS[1].folder)
    committed(kept)
    found = verify(kept)
    assert found.snapshots == found.whole == (KEYS[0], KEYS[2], OTHER)
    assert {one.place for one in found.damage if one.part == "chain"} == {FOLDER, KEYS[1].folder}


def test_a_share_of_the_files_is_compared_and_all_that_is_no_file_of_an_archive(kept: Path) -> None:
    found = verify(kept, sample=0.2, pick=random.Random(1))
    assert (found.findings, found.compared < found.files, found.compared > 0) == ((), True, True)
    spoil(kept, loose(kept, f"HEAD:{KEYS[0].folder}/manifest.json"))
    assert verify(kept, sample=0.2).whole == (*KEYS[1:], OTHER)


@pytest.mark.parametrize("packed", [False, True])
def test_a_sample_finds_what_is_in_it_and_only_that(kept: Path, packed: bool) -> None:
    place = loose(kept, f"HEAD:{LISTED}")
    if packed:
        compact(kept)
    else:
        spoil(kept, place)
    told = {verify(kept, sample=0.2, pick=random.Random(turn)).whole for turn in range(12)}
    everything = (*KEYS, OTHER)
    assert told == ({everything} if packed else {everything, (*KEYS[:2], OTHER)})


def test_settings_may_be_edited_but_must_be_usable(kept: Path) -> None:
    settings = kept / "linkbak.toml"
    settings.write_text('format = 1\nvisible = "all"\n')
    found = verify(kept)
    assert found.damage == ()
    assert {one.place for one in found.notes} == {".git/info/sparse-checkout", "linkbak.toml"}
    settings.write_text("format = 1\nvisible = some\n")
    found = verify(kept)
    do(kept, only(found, "linkbak.toml").remedy)
    assert verify(kept).findings == ()


@pytest.mark.parametrize("words", [("add",), ("set", "--cone")])
@pytest.mark.parametrize("above", [0, 1, 2, 3], ids=["snapshot", "year", "account", "all"])
def test_laying_snapshots_open_with_git_damages_nothing(kept: Path, words: tuple[str, ...], above: int) -> None:
    """git may set `extensions.worktreeConfig` for it, which it reads with version 0 and 1 alike."""
    git(kept, "sparse-checkout", *words, KEYS[0].folder.rsplit("/", above)[0])
    assert verify(kept).damage == ()
    if "worktreeconfig" in git(kept, "config", "--list"):
        git(kept, "config", "core.repositoryformatversion", "1")
        assert verify(kept).damage == ()


@pytest.mark.parametrize(
    ("setting", "damage"),
    [
        (("alias.st", "!touch /tmp/x"), True),
        (("core.autocrlf", "true"), True),
        (("core.bare", "true"), True),
        (("user.name", "Ada Example"), False),
    ],
)
def test_the_configuration(kept: Path, setting: tuple[str, str], damage: bool) -> None:
    git(kept, "config", *setting)
    found = verify(kept)
    assert [(one.damage, one.place) for one in found.findings] == [(damage, ".git/config")]


CONFIG = ".git/config"


@pytest.mark.parametrize(
    ("place", "change", "what"),
    [
        (CONFIG, lambda text: None, "is not there"),
        (CONFIG, lambda text: text[:-1], "does not end with a line feed"),
        (CONFIG, lambda text: text + b"\tx\x1b = 1\n", "characters that do not belong there"),
        (CONFIG, lambda text: text + b"surprise\n", "is not a setting as git writes it"),
        (CONFIG, lambda text: text.replace(b"\tbare = false\n", b""), "does not set core.bare"),
        (CONFIG, lambda text: text.replace(b"version = 0", b"version = 1"), "core.repositoryformatversion should be 0"),
        (".git/shallow", lambda text: b"x\n", "names no commit"),
        (".git/refs/heads/other", lambda text: b"x\n", "names no commit that is there"),
        (".git/packed-refs", lambda text: b"# pack-refs with: peeled \nx refs/tags/y\n", "is not a reference"),
        (".git/packed-refs", lambda text: b"# pack-refs with: peeled ", "is cut off"),
        (".git/info/sparse-checkout", lambda text: b"/*\n", "is not what linkbak or git writes"),
        (".git/info/attributes", lambda text: b"* text\n", "is not what linkbak wrote"),
    ],
)
def test_damage_to_gits_own_files(kept: Path, place: str, change: Callable[[bytes], bytes | None], what: str) -> None:
    file = kept / place
    after = change(file.read_bytes() if file.exists() else b"")
    if after is None:
        file.unlink()
    else:
        file.write_bytes(after)

    found = verify(kept)

    [one] = [one for one in found.damage if one.place != ".git"]  # which says what it could do to a command
    assert one.place.startswith(place) and what in one.what and one.remedy
    assert found.whole == found.snapshots != ()


@pytest.mark.parametrize(
    ("place", "text", "what"),
    [
        (".git/ORIG_HEAD", b"0" * 40 + b"\n", "names no commit that is there"),
        (".git/linkbak/lock", b"1", "should be empty"),
        (".git/linkbak/compact-failed", b"the disk is full", "compacting in the background failed"),
        (".git/objects/info/packs", b"P pack-x.pack\n\n", "names packs that are not there"),
        (".git/info/refs", b"x\trefs/heads/main\n", "names what is not there"),
        (".git/logs/HEAD", b"x\n", "is not as git writes it"),
    ],
)
def test_what_nothing_depends_on_is_a_note(kept: Path, place: str, text: bytes, what: str) -> None:
    (kept / place).parent.mkdir(exist_ok=True)
    (kept / place).write_bytes(text)

    found = verify(kept)

    assert found.damage == ()
    assert [one for one in found.notes if one.place.startswith(place) and what in one.what and one.remedy]


def test_an_index_without_its_digest_is_a_note(kept: Path) -> None:
    """As with git's index.skipHash."""
    data = (kept / ".git/index").read_bytes()
    (kept / ".git/index").write_bytes(data[:-20] + bytes(20))

    [one] = verify(kept).findings

    assert (one.damage, one.place, one.what) == (
        False,
        ".git/index",
        "carries no digest: git was told to leave it away",
    )


def test_a_link_and_a_pipe_are_noted_and_neither_followed_nor_opened(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/private.txt").write_text("secret")
    (kept / "shortcut").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(kept / "pipe")

    found = verify(kept)

    assert [(one.damage, one.place, one.what) for one in found.findings] == [
        (False, "pipe", "no ordinary file"),
        (False, "shortcut", "a link in place of a file"),
    ]


def test_a_link_in_place_of_a_file_that_lies_open(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "same.csv").write_bytes((kept / LISTED).read_bytes())
    (kept / LISTED).unlink()
    (kept / LISTED).symlink_to(tmp_path / "same.csv")

    found = verify(kept)

    assert found.whole == found.snapshots
    assert [(one.damage, one.place) for one in found.findings] == [(True, ".git"), (False, LISTED)]
    assert LISTED in found.findings[0].what and found.findings[1].what == "a link in place of a file"


def test_a_folder_that_may_not_be_read_is_no_damage(kept: Path) -> None:
    folder = kept / FOLDER

    def owner() -> None:
        folder.chmod(0)
        try:
            with pytest.raises(MachineProblem) as refused:
                verify(kept)
            assert str(refused.value) == f"no permission to read {folder}: its permissions do not let you"
        finally:
            folder.chmod(0o700)

    unprivileged(owner)


def test_a_file_that_somebody_committed_beside_a_manifest(kept: Path) -> None:
    """Neither the manifest lists it, nor did linkbak ever put such a file there."""
    git(kept, "sparse-checkout", "disable")
    (kept / FOLDER / "archive/extra.csv").write_text("x")
    (kept / FOLDER / "extra.txt").write_text("x")
    git(kept, "add", FOLDER)
    git(kept, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "By hand")

    found = verify(kept)

    assert set(found.snapshots) - set(found.whole) == {KEYS[2]}
    [one] = [one for one in found.damage if one.part == "snapshots"]
    assert (one.place, one.what) == (
        FOLDER,
        "holds extra.txt, which linkbak never put there; 1 file is there that the manifest does not list",
    )


def test_what_is_not_linkbaks_is_told_and_left(kept: Path) -> None:
    (kept / "notes.txt").write_text("mine")
    (kept / ".git/hooks").mkdir(exist_ok=True)
    (kept / ".git/hooks/post-commit").write_text("#!/bin/sh\n")
    git(kept, "branch", "mine")
    found = verify(kept)
    assert found.damage == ()
    assert {one.place for one in found.notes} == {"notes.txt", ".git/hooks/post-commit", ".git/refs/heads/mine"}


def test_what_an_interrupted_command_left_is_told_and_the_next_one_clears_it(kept: Path) -> None:
    own = kept / ".git/linkbak"
    (own / "busy").write_text('{"pid": 999999999, "command": "import"}\n')
    (own / "incoming-1/archive").mkdir(parents=True)
    (own / "incoming-1/archive/Connections.csv").write_text("half")
    (kept / ".git/objects/tmp_obj_1").write_text("half")
    (kept / ".git/index.lock").write_text("")

    found = verify(kept)

    assert found.damage == ()
    assert {(one.part, one.place) for one in found.notes} == {
        ("leftovers", place)
        for place in (".git/linkbak/busy", ".git/linkbak/incoming-1", ".git/objects/tmp_obj_1", ".git/index.lock")
    }
    save(kept, "2026-01-05T00:00:00Z")
    assert verify(kept).findings == ()


def test_a_vault_that_sends_git_elsewhere(kept: Path, tmp_path: Path) -> None:
    """Objects borrowed from another repository are not in the vault."""
    shutil.copytree(kept / ".git/objects", tmp_path / "elsewhere")
    (kept / loose(kept, f"HEAD:{LISTED}")).unlink()
    (kept / ".git/objects/info").mkdir(exist_ok=True)
    (kept / ".git/objects/info/alternates").write_text(f"{tmp_path}/elsewhere\n")
    found = verify(kept)
    assert only(found, ".git").what == "the vault's .git/objects/info/alternates sends git elsewhere"


def test_others_may_write_meanwhile(kept: Path) -> None:
    """They import, mark and compact; what they have half done is no damage, and what they commit is not missed."""

    def work() -> None:
        for number in range(6):
            save(kept, f"2026-02-{number + 1:02}T00:00:00Z", {**LIST, "number": b"%d" % number})
            with Vault.open(kept) as vault, write_transaction(vault) as writer:
                writer.add_marks([{"fact": "accepted", "snapshot": str(number)}], "Mark")
            compact(kept, everything=bool(number % 2))

    writing = forked(work)
    found: list[Verified] = []
    while not found or len(found[-1].snapshots) < 10:
        found.append(verify(kept))
    assert ended(writing) == 0
    assert [one.damage for one in found if one.damage] == []
    assert verify(kept).findings == ()
