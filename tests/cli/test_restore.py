"""`linkbak restore`: what was imported comes back, byte for byte, and is known again."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from examples import archives
from linkbak.archive.opening import open_archive
from linkbak.vault.writer import create_vault
from tests.cli.running import run
from tests.cli.terminal import on_terminal
from tests.hostile_text import HOSTILE_TEXT
from tests.vault.restore.given import broken
from tests.vault.snapshots import git, save

MARCH = "linkedin-me-2026-03-20T080710Z"


@pytest.fixture(scope="module")
def years_open(tmp_path_factory: pytest.TempPathFactory, family: Path) -> Path:
    """A vault with all of Ada's archives, two of them lying open."""
    vault = tmp_path_factory.mktemp("years") / "vault"
    create_vault(vault).close()
    (vault / "linkbak.toml").write_text("format = 1\nvisible = 2\n")
    git(vault, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Show two")
    assert run("import", *sorted((family / "ada").iterdir()), vault=vault).status in (0, 3)
    assert len(list(vault.glob("snapshots/*/*/*/archive"))) == 2
    return vault


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.mark.parametrize(
    "archive", [one for one in archives.FAMILY if one.path.startswith("ada")], ids=lambda a: a.written[:10]
)
def test_every_archive_comes_back_as_it_was_and_is_known_again(
    archive: archives.Archive, family: Path, years_open: Path, here: Path
) -> None:
    """As a folder and as a zip: every path, byte and time, and the order."""
    with open_archive(family / archive.path) as given:
        wanted = [(entry.path, given.open(entry.path).read(), entry.modified) for entry in given.entries]
    (id,) = (
        one["id"]
        for one in run("log", "--json", vault=years_open).json["snapshots"]
        if one["id"][:10] == archive.written[:10]
    )

    assert run("restore", id, vault=years_open).status == 0
    assert run("restore", id, "--zip", vault=years_open).status == 0

    folder = here / f"linkedin-me-{id}"
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert len(files) == len(wanted)
    for path, data, modified in wanted:
        assert files[path].read_bytes() == data
        assert datetime.fromtimestamp(files[path].stat().st_mtime, UTC) == modified
    with zipfile.ZipFile(here / f"linkedin-me-{id}.zip") as packed:
        entries = packed.infolist()
        found = [(one.filename, packed.read(one), datetime(*one.date_time, tzinfo=UTC)) for one in entries]
    assert found == wanted
    for place in (folder, folder.with_name(folder.name + ".zip")):
        again = run("import", place, "--json", vault=years_open)
        assert (again.status, again.json["results"][0]["status"]) == (0, "already-kept")
        assert again.json["results"][0]["snapshot"] == id


def test_it_says_what_it_did_and_where(two: Path, here: Path) -> None:
    ran = run("restore", "2026-03", vault=two)

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        f"linkedin-me of 20 Mar 2026: 48 files, 22.3 kB, restored to {MARCH}\n"
        "  every byte compared with what was imported\n"
    )
    assert [path.name for path in here.iterdir()] == [MARCH]
    assert run("restore", "2026-03", vault=two).out.endswith(
        "  48 files there already, the same byte for byte, and left alone\n"
    )
    assert run("restore", "latest", "-o", "quiet", "-q", vault=two).out == ""


def test_a_zip_goes_into_a_folder_under_a_name_of_its_own(two: Path, here: Path) -> None:
    (here / "zips").mkdir()
    for words, wanted in (
        ((), f"{MARCH}.zip"),
        (("-o", "zips"), f"zips/{MARCH}.zip"),
        (("-o", "new/x.zip"), "new/x.zip"),
    ):
        ran = run("restore", "latest", *words, "--zip", vault=two)
        assert ran.out.startswith(f"linkedin-me of 20 Mar 2026: 48 files, 22.3 kB, restored to {wanted}\n")
        assert zipfile.is_zipfile(here / wanted)


def test_a_part_of_it(two: Path, here: Path) -> None:
    ran = run("restore", "latest", "-o", "out", "--only", "messages,profile.csv", "--only", "connections", vault=two)

    assert ran.status == 0
    assert sorted(path.name for path in (here / "out").iterdir()) == ["Connections.csv", "Profile.csv", "messages.csv"]
    missing = run("restore", "latest", "-o", "out2", "--only", "nonsense", vault=two)
    assert (missing.status, list(here.glob("out2"))) == (13, [])
    assert "holds no kind and no file 'nonsense'" in missing.err
    assert "hint: It holds account, activity, " in missing.err


def test_a_dry_run_says_what_would_be_written(two: Path, here: Path) -> None:
    (here / "out").mkdir()
    (here / "out/Profile.csv").write_bytes(b"mine")
    words = ("restore", "latest", "-o", "out", "--only", "messages,Profile.csv", "--dry-run")

    assert run(*words, vault=two).status == 2
    ran = run(*words, "--overwrite", vault=two)

    assert (ran.status, ran.out) == (
        0,
        "linkedin-me of 20 Mar 2026: 2 files, 5.8 kB would go to out; nothing was written\n"
        "  file            size  time\n"
        "  Profile.csv    347 B  2026-03-20 08:06:46  written over what is there\n"
        "  messages.csv  5.5 kB  2026-03-20 08:06:18\n",
    )
    assert [path.read_bytes() for path in (here / "out").iterdir()] == [b"mine"]


def test_what_is_in_the_way_is_refused(two: Path, here: Path) -> None:
    (here / "out").mkdir()
    for name in ("Connections.csv", "Profile.csv", "Skills.csv", "messages.csv"):
        (here / "out" / name).write_bytes(b"mine")

    ran = run("restore", "latest", "-o", "out", vault=two)

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == (
        "error: out holds something else already: Connections.csv, Profile.csv, messages.csv and 1 more\n"
        "hint: Nothing was written. Name another place, or write over it with --overwrite.\n"
    )
    assert len(list((here / "out").iterdir())) == 4
    assert run("restore", "latest", "-o", "out", "--overwrite", vault=two).out.endswith(
        "  4 files written over what was there\n"
    )


def test_a_damaged_vault_gives_back_the_rest_and_says_so(two: Path, here: Path) -> None:
    broken(two, "archive/messages.csv", "archive/Profile.csv")

    ran = run("restore", "2026-03", "-o", "out", vault=two)
    told = run("restore", "2026-03", "-o", "again", "--quiet", vault=two)
    read = run("restore", "2026-03", "-o", "out.zip", "--zip", "--json", vault=two)

    assert ran.status == told.status == read.status == 12
    assert ran.out == (
        "linkedin-me of 20 Mar 2026: 46 of 48 files restored to out\n"
        "  2 files not restored, since what the vault holds is damaged:\n"
        "  Profile.csv\n"
        "  messages.csv\n"
        "  `linkbak verify` says what is damaged and what is still whole\n"
    )
    assert told.out == ""
    assert [line for line in told.err.splitlines() if line.endswith(".csv")] == [
        "error: Profile.csv",
        "error: messages.csv",
    ]
    assert len([path for path in (here / "out").rglob("*") if path.is_file()]) == 46
    assert not (here / "out/messages.csv").exists()
    assert read.json["damaged"] == 2
    assert {one["path"] for one in read.json["files"] if one["state"] == "damaged"} == {"messages.csv", "Profile.csv"}


def test_the_document_for_programs(two: Path, here: Path) -> None:
    ran = run("restore", "latest", "-o", "out", "--only", "messages", "--json", vault=two)

    document = ran.json
    (given,) = document.pop("files")
    assert document == {
        "schema": "linkbak.restore/1",
        "account": "linkedin-me",
        "snapshot": "2026-03-20T080710Z",
        "taken": "2026-03-20T08:07:10Z",
        "place": "out",
        "form": "folder",
        "dry_run": False,
        "bytes": given["bytes"],
        "damaged": 0,
    }
    assert given["path"] == given["written_as"] == "messages.csv"
    assert (given["modified"], given["state"]) == ("2026-03-20T08:06:18Z", "new")
    assert (here / "out/messages.csv").stat().st_size == given["bytes"]


def test_a_planted_link_is_followed_only_if_the_user_names_it(two: Path, here: Path, tmp_path: Path) -> None:
    """In a folder others may write to, the name that linkbak thinks of can be guessed."""
    for name in (MARCH, "mine"):
        (tmp_path / f"behind-{name}").mkdir()
        (here / name).symlink_to(tmp_path / f"behind-{name}")

    planted = run("restore", "latest", vault=two)
    named = run("restore", "latest", "-o", "mine", vault=two)

    assert (planted.status, list((tmp_path / f"behind-{MARCH}").iterdir())) == (2, [])
    assert named.status == 0
    assert (tmp_path / "behind-mine/Connections.csv").is_file()


@pytest.mark.parametrize(
    ("place", "as_folder", "as_zip"),
    [("", 2, 2), ("loop", 2, 2), ("loop/x", 2, 15), ("x" * 300, 15, 15), ("~nobody-of-that-name", 0, 0)],
)
def test_what_can_be_no_place_is_refused_in_plain_words(
    two: Path, here: Path, place: str, as_folder: int, as_zip: int
) -> None:
    (here / "loop").symlink_to("loop")

    assert run("restore", "latest", "-o", place, vault=two).status == as_folder
    assert run("restore", "latest", "-o", place, "--zip", vault=two).status == as_zip


def test_it_fits_a_terminal(two: Path, here: Path) -> None:
    broken(two, "archive/messages.csv")
    for words, status in ((("--dry-run",), 0), ((), 12), (("--zip",), 12)):
        lines = on_terminal("restore", "latest", *words, vault=two, status=status)
        assert max(map(len, lines)) <= 80


def test_names_from_an_archive_do_not_act_on_the_terminal(empty: Path, here: Path) -> None:
    """Those that a name may hold at all; the dry run, the damage and the refusal all tell them."""
    names = {f"{text.replace('/', '-')}.csv": b"x" for text in HOSTILE_TEXT if text.isprintable() and len(text) < 40}
    odd = {name: data for name, data in names.items() if not name.startswith((" ", "C:", ".git", "~", "-."))}
    save(
        empty,
        files={"\u202egnp.exe": b"x", "\ufeffA\u200b.csv": b"x", **{n: d for n, d in odd.items() if "\\" not in n}},
    )

    for words in (("--dry-run",), (), ("--overwrite",), ("--only", "\u202egnp.exe")):
        ran = run("restore", "latest", "-o", "out", *words, vault=empty)
        assert ran.status == 0, ran.err
        for line in (ran.out + ran.err).splitlines():
            assert line.isprintable(), line
    assert (here / "out/\u202egnp.exe").read_bytes() == b"x"


@pytest.mark.parametrize("words", [("latest",), ("2026",), ("linkedin",)])
def test_of_several_accounts_one_must_be_named(two: Path, boris: Path, here: Path, words: tuple[str, ...]) -> None:
    assert run("import", boris, "--account", "boris", vault=two).status == 0

    assert run("restore", *words, vault=two).status == 2
    assert run("restore", "latest", "--account", "boris", vault=two).status == 0
    assert [path.name for path in here.iterdir()] == ["linkedin-boris-2026-03-21T070000Z"]


def test_there_must_be_a_snapshot(empty: Path, here: Path) -> None:
    assert run("restore", "latest", vault=empty).status == 13
    assert list(here.iterdir()) == []


def test_an_archive_of_another_day_than_its_files_is_known_again_too(february: Path, empty: Path, here: Path) -> None:
    """Its day was told, or in the name of a folder unpacked later; what is restored has the times of its files."""
    assert run("import", february, "--taken", "2026-03-05", vault=empty).status == 0
    for words, place in ((("--zip",), "linkedin-me-2026-03-05T000000Z.zip"), ((), "linkedin-me-2026-03-05T000000Z")):
        assert run("restore", "latest", *words, vault=empty).status == 0
        assert run("import", place, "--json", vault=empty).json["results"][0]["status"] == "already-kept"
