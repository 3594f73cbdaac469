"""``linkbak export`` on the story of the examples: whom it takes, where it writes, and what it refuses."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import vobject

from linkbak.exporters.formats import EXPORTERS
from tests.cli.running import run, state

PROGRAM = Path(sys.executable).parent / "linkbak"
GONE = ["Goran Primjer", "Hugo Provbit", "Niall Sampla"]


@pytest.fixture(scope="session")
def _both(tmp_path_factory: pytest.TempPathFactory, march: Path, boris: Path) -> Path:
    vault = tmp_path_factory.mktemp("both") / "vault"
    assert run("init", vault).status == 0
    assert run("import", march, vault=vault).status == 0
    assert run("import", boris, "--account", "boris", vault=vault).status == 0
    return vault


def names(vault: Path, *words: str | Path) -> list[str | None]:
    """Who is exported, in order."""
    ran = run("export", "json", *words, vault=vault)
    assert ran.status == 0, ran.err
    return [one["name"] for one in ran.json["people"]]


def test_everybody_as_people_lists_them(two: Path) -> None:
    found = names(two)
    assert found == [one["name"] for one in run("people", "--json", vault=two).json["people"]]
    assert len(found) == 70


@pytest.mark.parametrize(
    "words",
    [
        ("--lost",),
        ("--lost", "--sort", "connected", "--reverse"),
        ("--hidden",),
        ("--company", "muster"),
        ("--position", "nurse"),
        ("--since", "2026-03", "--before", "2026-03-07"),
        ("--since", "2020", "--email", "--sort", "name"),
        ("--never-talked", "--no-email"),
        ("--as-of", "2026-03-01"),
        ("--as-of", "2026-03-01", "--company", "muster", "--sort", "name"),
    ],
)
def test_filters_mean_what_they_mean_for_people(words: tuple[str, ...], two: Path) -> None:
    found = names(two, *words)
    assert found == [one["name"] for one in run("people", *words, "--json", vault=two).json["people"]]
    assert 0 < len(found) < 75


def test_lost_since_a_day(two: Path) -> None:
    assert names(two, "--lost") == GONE
    assert names(two, "--lost", "--gone-since", "2026-03-20") == GONE
    assert names(two, "--lost", "--gone-since", "2026-03-21") == []
    assert names(two, "--confirmed") == []


def test_lost_for_certain(years: Path) -> None:
    everybody, certain = names(years, "--lost"), names(years, "--confirmed")
    assert set(certain) == {"Victor Modelo", "Ben Filler, PMP, MBA", "Francesca Esempio"}
    assert set(everybody) == {*certain, *GONE}
    assert names(years, "--lost", "--gone-since", "2026-03") == GONE
    assert set(names(years, "--confirmed", "--hidden")) > set(certain)
    assert not set(names(years, "--confirmed", "--hidden")) & set(GONE)
    assert names(years, "--confirmed", "--gone-since", "2026-03") == []


def test_tagged(two: Path) -> None:
    assert run("mark", "Goran Primjer", "tag", "road", vault=two).status == 0
    assert run("mark", "Carla Ejemplo", "tag", "road", vault=two).status == 0
    assert names(two, "--tag", "road") == ["Carla Ejemplo"]
    assert names(two, "--tag", "road", "--lost") == ["Goran Primjer"]


def test_whom_the_lists_up_to_a_day_did_not_show(two: Path) -> None:
    """Not those who only took another name."""
    came = {one["name"] for one in run("diff", "--json", vault=two).json["added"]}
    assert came >= {"Yara Exemplar", "Wanda Próbka", "Vilma Bandymas"}
    assert set(names(two, "--added-since", "2026-03-01")) == {*came, "Alex Doppel"}  # who may be new, or may not
    assert names(two, "--added-since", "2026-03-20") == []
    assert names(two, "--added-since", "2026-03", "--company", "próbka") == ["Wanda Próbka"]


def test_added_as_of_a_day(years: Path) -> None:
    """Both, as the vault was then."""
    whole, then = (
        names(years, "--added-since", "2026-01-20"),
        names(years, "--added-since", "2026-01-20", "--as-of", "2026-03-01"),
    )
    assert 0 < len(then) < len(whole)
    assert set(then) < {*whole, *GONE}


def test_nobody_came_before_the_first_list(two: Path) -> None:
    ran = run("export", "csv", "--added-since", "2020", vault=two)
    assert (ran.status, ran.out) == (13, "")
    assert "there is no snapshot up to 2020-01-01" in ran.err


@pytest.mark.parametrize("kind", ["added", "vanished", "hidden", "returned", "reconnected", "renamed", "changed"])
def test_out_of_a_comparison(kind: str, two: Path) -> None:
    """Those whom `linkbak diff` names, as they stand today."""
    found = run("diff", "--json", vault=two).json[kind]
    told = {(one.get("after") or one)["name"] for one in found}
    assert set(names(two, "--only", kind)) == told
    assert told


def test_out_of_two_snapshots_by_name(years: Path) -> None:
    found = run("diff", "2025-11", "2026-02", "--json", vault=years).json
    told = {one["name"] for one in found["added"]} | {one["after"]["name"] for one in found["renamed"]}
    ran = run("export", "jsonl", "--only", "added,renamed", "--between", "2025-11", "2026-02", vault=years)
    people = [json.loads(line) for line in ran.out.splitlines()]
    assert {name for one in people for name in (one["name"], *one["former_names"])} >= told
    assert len(people) == len(found["added"]) + len(found["renamed"])


def test_one_person_by_name_and_by_id(two: Path) -> None:
    assert names(two, "Carla", "Ejemplo") == ["Carla Ejemplo"]
    (one,) = run("export", "json", "Niall Sampla", vault=two).json["people"]
    assert (one["name"], one["state"]) == ("Niall Sampla", "suspected")
    assert names(two, one["id"]) == ["Niall Sampla"]


def test_people_on_standard_input_and_in_a_file(two: Path, tmp_path: Path) -> None:
    ids = run("people", "--lost", "--ids", vault=two).out
    told = run("export", "json", "-", vault=two, typed=ids)
    assert [one["name"] for one in json.loads(told.out)["people"]] == GONE
    (tmp_path / "list.txt").write_text("# friends\nCarla Ejemplo\nNiall Sampla\nCarla Ejemplo\n", "utf-8")
    assert names(two, "--from", tmp_path / "list.txt") == ["Carla Ejemplo", "Niall Sampla"]
    assert json.loads(run("export", "json", "--from", "-", vault=two, typed=ids).out) == json.loads(told.out)


def test_a_table_of_ours_names_people_again(two: Path, tmp_path: Path) -> None:
    """With its byte order mark, its notes of several lines and its apostrophes."""
    assert run("mark", "Niall Sampla", "note", "=1+1; met in Ghent", vault=two).status == 0
    assert run("export", "csv", "-o", tmp_path / "out.csv", vault=two).status == 0
    kept = run("export", "csv", vault=two)
    assert (tmp_path / "out.csv").read_bytes() == kept.out.encode()
    assert names(two, "--from", tmp_path / "out.csv") == names(two)


def test_those_who_are_only_a_date_are_left_out_and_refuse_nothing(two: Path) -> None:
    told = run("export", "vcard", "-", vault=two, typed=run("people", "--ids", vault=two).out)
    assert (told.status, told.err) == (0, "67 people\nleft out: 3 who show only a date\n")


@pytest.mark.parametrize("entered", ["Nobody At All\n", "Wei Shili\n"])
def test_a_line_that_names_no_one_or_more_than_one_exports_nothing(entered: str, two: Path) -> None:
    ran = run("export", "json", "-", vault=two, typed=f"Carla Ejemplo\n{entered}")
    assert (ran.status, ran.out) == (13, "")
    assert ran.err.startswith("error: nothing was exported: ")
    assert "line 2" in ran.err


@pytest.mark.parametrize("name", ["vcard", "csv", "google", "outlook", "json", "jsonl", "mailing-list", "ics"])
def test_a_file_is_what_standard_output_is(name: str, two: Path, tmp_path: Path) -> None:
    printed = run("export", name, vault=two)
    written = run("export", name, "-o", tmp_path / "out", vault=two)
    assert (printed.status, written.status, written.out) == (0, 0, "")
    assert (tmp_path / "out").read_bytes() == printed.out.encode()
    assert printed.err.splitlines()[1:] == written.err.splitlines()[1:]
    assert run("export", name, "-o", "-", vault=two).out == printed.out
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_who_is_left_out_is_counted(two: Path, tmp_path: Path) -> None:
    ran = run("export", "vcard", "-o", tmp_path / "out.vcf", vault=two)
    size = (tmp_path / "out.vcf").stat().st_size / 1000
    assert ran.err == (f"67 people to {tmp_path}/out.vcf ({size:.1f} kB)\nleft out: 3 who show only a date\n")


def test_what_is_said_of_a_mailing_list(two: Path) -> None:
    ran = run("export", "mailing-list", vault=two)
    told = ran.err.splitlines()
    assert told[0] == f"{len(ran.out.splitlines()) - 1} people"
    assert told[1].endswith(" who show no e-mail")
    assert told[2].startswith("note: a contact has not agreed to bulk mail")


def test_json_tells_what_was_written(two: Path, tmp_path: Path) -> None:
    ran = run("export", "mailing-list", "-o", tmp_path / "out.csv", "--json", vault=two)
    assert ran.err == ""
    found = ran.json
    people = found.pop("people")
    assert found.pop("warning").startswith("a contact has not agreed to bulk mail")
    assert found == {
        "schema": "linkbak.exported/1",
        "format": "mailing-list",
        "place": str(tmp_path / "out.csv"),
        "left_out": {"no e-mail": 70 - people},
        "unknown": 0,
        "files": 1,
        "unchanged": 0,
        "bytes": (tmp_path / "out.csv").stat().st_size,
        "spared": [],
    }


def test_quiet_prints_the_data_alone(two: Path, tmp_path: Path) -> None:
    ran = run("export", "mailing-list", "--quiet", vault=two)
    assert (ran.out.splitlines()[0], ran.err) == ("\ufeffname,email", "")
    ran = run("export", "csv", "--quiet", "-o", tmp_path / "out.csv", vault=two)
    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_nobody_is_no_failure(two: Path) -> None:
    ran = run("export", "vcard", "--company", "nowhere", vault=two)
    assert (ran.status, ran.out, ran.err) == (0, "", "0 people\nhint: --ever looks among those who left, too\n")
    assert run("export", "vcard", "--company", "nowhere", "--ever", vault=two).err == "0 people\n"


def test_formulas(two: Path) -> None:
    assert ",'=Equal Labs,'+1 Engineer," in run("export", "csv", vault=two).out
    raw = run("export", "csv", "--raw", vault=two).out
    assert ",=Equal Labs,+1 Engineer," in raw
    assert raw.startswith("id,")


def test_both_forms_of_a_card(two: Path) -> None:
    assert run("export", "vcard", "Carla Ejemplo", vault=two).out.splitlines()[1] == "VERSION:3.0"
    assert run("export", "vcard", "Carla Ejemplo", "--vcard-version", "4.0", vault=two).out.splitlines()[1] == (
        "VERSION:4.0"
    )


def test_a_folder_of_cards_is_brought_up_to_date(two: Path, tmp_path: Path) -> None:
    """A card that the user changed is left alone, and named; --force writes it anew."""
    words = ("export", "vcard", "--each", "-o", tmp_path / "cards")
    first = run(*words, vault=two)
    assert first.err.splitlines()[1:] == ["67 files written, 0 as before", "left out: 3 who show only a date"]
    cards = sorted((tmp_path / "cards").glob("*.vcf"))
    assert len(cards) == 67
    assert run(*words, vault=two).err.splitlines()[1] == "0 files written, 67 as before"
    before = cards[0].read_bytes()
    cards[0].write_bytes(b"BEGIN:VCARD\r\nX-MINE:1\r\nEND:VCARD\r\n")
    cards[1].unlink()
    told = run(*words, vault=two)
    assert told.status == 0
    assert told.err.splitlines()[1:] == [
        "1 file written, 65 as before",
        "left out: 3 who show only a date",
        f"left as they are, since you changed them: {cards[0].name} (--force writes them anew)",
    ]
    assert run(*words, "--json", vault=two).json["spared"] == [cards[0].name]
    assert run(*words, "--force", vault=two).err.splitlines()[1] == "1 file written, 66 as before"
    assert cards[0].read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("vcf",), f"The formats are {', '.join(EXPORTERS)}."),
        (("csv", "--each", "-o", "out"), "--each does not go with csv"),
        (("vcard", "--each"), "Say where to write it with -o."),
        (("markdown",), "Say where to write it with -o."),
        (("sqlite", "-o", "-"), "Say where to write it with -o."),
        (("vcard", "--vcard-version", "2.1"), "Write --vcard-version 3.0 or 4.0."),
        (("csv", "--json"), "--json needs -o"),
        (("csv", "--gone-since", "2026"), "--gone-since needs --lost"),
        (("csv", "--gone-since", "2026", "--hidden"), "--gone-since needs --lost"),
        (("csv", "--lost", "--gone-since", "soon"), "Write it as 2026-03-20, 2026-03 or 2026."),
        (("csv", "--added-since", "soon"), "Write it as 2026-03-20, 2026-03 or 2026."),
        (("csv", "--as-of", "soon"), "Write it as 2026-03-20, 2026-03 or 2026."),
        (("csv", "--sort", "age"), "Sort by connected, name, company, messages, lost, closest."),
        (("csv", "--only", "gone"), "The classes are vanished,"),
        (("csv", "--only", ","), "--only needs a class"),
        (("csv", "--only", "uncertain"), "`linkbak diff` shows them."),
        (("csv", "--only", "added", "--lost"), "cannot be combined with other filters"),
        (("csv", "--only", "added", "--as-of", "2026-03-01"), "cannot be combined with other filters"),
        (("csv", "--between", "2026-02", "latest"), "--between needs --only"),
        (("csv", "Carla Ejemplo", "--lost"), "Leave out the name, or the filters."),
        (("csv", "Carla Ejemplo", "--only", "added"), "Leave out the name, or the filters."),
        (("csv", "Carla Ejemplo", "--as-of", "2026-03-01"), "--as-of does not apply to people who are named"),
        (("csv", "Carla Ejemplo", "--from", "list.txt"), "Do one or the other."),
        (("csv", "--from", "nowhere.txt"), "cannot read nowhere.txt: No such file or directory"),
        (("csv", "--account", "work"), "It has: linkedin-me."),
    ],
)
def test_words_that_are_off(
    words: tuple[str, ...], told: str, two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("export", *words, vault=two)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("Nobody",), 13, "nobody in the vault matches 'Nobody'"),
        (("Wei Shili",), 13, "'Wei Shili' may mean 2 people"),
        (("--only", "added", "--between", "1999", "latest"), 13, "1999"),
        (("--as-of", "2020-01-01"), 13, "there is no snapshot up to 2020-01-01"),
        (("-o", "nowhere/out.csv"), 15, "cannot write nowhere/out.csv: No such file or directory"),
        (("-o", "."), 2, "is a folder"),
    ],
)
def test_what_cannot_be_done(
    words: tuple[str, ...], status: int, told: str, two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("export", "csv", *words, vault=two)
    assert (ran.status, ran.out) == (status, "")
    assert told in ran.err


def test_cards_do_not_fall_into_a_folder_by_accident(two: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    ran = run("export", "vcard", "-o", tmp_path / "mine", vault=two)
    assert ran.status == 2
    assert "hint: Name a file, or say --each for one file a person.\n" in ran.err
    assert list((tmp_path / "mine").iterdir()) == []


def test_without_a_vault(tmp_path: Path) -> None:
    assert run("export", "csv", vault=tmp_path / "nowhere").status == 10


def test_an_empty_vault_has_nobody(empty: Path) -> None:
    ran = run("export", "csv", vault=empty)
    assert (ran.status, ran.err, len(ran.out.splitlines())) == (0, "0 people\n", 1)
    assert run("export", "json", vault=empty).json == {"schema": "linkbak.export/1", "newest": None, "people": []}


def test_of_several_accounts(_both: Path) -> None:
    everybody = run("export", "json", vault=_both).json["people"]
    accounts = {one["account"] for one in everybody}
    assert len(accounts) == 2
    each = [run("export", "json", "--account", name, vault=_both).json["people"] for name in sorted(accounts)]
    assert sorted(one["id"] for people in each for one in people) == sorted(one["id"] for one in everybody)
    assert len({one["id"] for one in everybody}) == len(everybody)
    ran = run("export", "csv", "--only", "added", vault=_both)
    assert ran.status == 2
    assert "--account" in ran.err


def test_a_reader_that_goes_away_is_no_error(two: Path) -> None:
    """``linkbak export vcard | head -1``."""
    command = f'"{PROGRAM}" export vcard --vault "{two}" | head -1; echo "${{PIPESTATUS[0]}}"'
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines()[0] == "BEGIN:VCARD"
    assert ran.stdout.splitlines()[1] in ("0", "141")
    assert "Traceback" not in ran.stderr
    with subprocess.Popen(
        [PROGRAM, "export", "vcard", "--vault", two], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait() == 141


def test_the_same_vault_makes_the_same_bytes(two: Path, tmp_path: Path) -> None:
    """On another day, with another index, in another place."""
    other = Path(shutil.copytree(two, tmp_path / "other", symlinks=True))
    for name in ("vcard", "csv", "json", "ics"):
        first = run("export", name, vault=two).out
        assert run("doctor", "--index", "rebuild", vault=other).status == 0
        assert run("export", name, vault=other).out == first


def test_exporting_writes_nothing_to_the_vault(two: Path, tmp_path: Path) -> None:
    before = state(two)
    for words in (("csv",), ("json", "--as-of", "2026-03-01"), ("vcard", "--each", "-o", str(tmp_path / "cards"))):
        assert run("export", *words, vault=two).status == 0
    assert state(two) == before


@pytest.mark.parametrize("format", ["vcard", "google", "outlook"])
def test_everybody_ever_but_whom_no_list_named(format: str, two: Path, tmp_path: Path) -> None:
    """Rows of which no list ever showed a name are no contacts; they are counted, and in a table they stand."""
    people = run("people", "--ever", "--json", vault=two).json["people"]
    nameless = [one for one in people if one["name"] is None]
    told = run("export", format, "--ever", "-o", tmp_path / "all", "--json", vault=two).json

    assert nameless
    assert told["people"] == len(people) - len(nameless)
    assert sum(told["left_out"].values()) == len(nameless)
    assert run("export", "csv", "--ever", vault=two).err == f"{len(people)} people\n"


@pytest.fixture
def booked(empty: Path, tmp_path: Path) -> Path:
    """Two connections, and the address book that the owner once gave LinkedIn, which has one of them."""
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "Connections.csv").write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Pia,Newcomer,https://www.linkedin.com/in/pia,,Example GmbH,Buyer,2 Mar 2026\n"
        "Kofi,Invented,https://www.linkedin.com/in/kofi,,Acme,Cook,1 Mar 2026\n"
    )
    (archive / "Contacts.csv").write_text(
        "Source,FirstName,LastName,Companies,Title,Emails,PhoneNumbers,CreatedAt,Addresses,Sites,InstantMessageHandles,"
        "FullName,Birthday,Location,BookmarkedAt,Profiles\n"
        'MOBILE_CONTACTS,Pia,Newcomer,,,pia@example.org,+32 470 555 0100,"7/9/18, 10:01 AM","Way 1; Ghent",,,'
        "Pia Newcomer,Jan 2,,,\n"
    )
    assert run("import", archive, "--taken", "2026-03-05", vault=empty).status in (0, 3)
    return empty


def test_numbers_and_birthdays_of_the_synced_address_book_leave_only_with_all_fields(
    booked: Path, tmp_path: Path
) -> None:
    private = ("0100", "Jan 2", "Ghent")
    for format in ("csv", "vcard", "json", "jsonl", "google", "outlook"):
        assert not any(one in run("export", format, vault=booked).out for one in private), format

    plain, full = (run("export", "csv", "--raw", *more, vault=booked).out for more in ((), ("--all-fields",)))
    rows = [dict(zip(full.splitlines()[0].split(","), line, strict=True)) for line in csv.reader(full.splitlines()[1:])]
    assert full.splitlines()[0].startswith(plain.splitlines()[0] + ",synced_emails,synced_phones,synced_birthday")
    assert [
        [one[f"synced_{name}"] for name in ("emails", "phones", "birthday", "addresses", "how")] for one in rows
    ] == [["pia@example.org", "+32 470 555 0100", "Jan 2", "Way 1; Ghent", "name"], ["", "", "", "", ""]]
    card = run("export", "vcard", "Pia", "--all-fields", vault=booked).out
    assert [line for line in card.splitlines() if line.startswith("item")] == [
        "item1.EMAIL:pia@example.org",
        "item1.X-ABLabel:address book given to LinkedIn",
        "item2.TEL:+32 470 555 0100",
        "item2.X-ABLabel:address book given to LinkedIn",
        "item3.ADR:;;Way 1\\; Ghent;;;;",
        "item3.X-ABLabel:address book given to LinkedIn",
    ]
    read = vobject.readOne(card)
    assert read.note.value.endswith("\nBirthday in the address book you gave LinkedIn: Jan 2")
    assert (read.tel.value, read.adr.value.street) == ("+32 470 555 0100", "Way 1; Ghent")
    assert run("export", "json", "--all-fields", vault=booked).json["people"][0]["address_book"] == [
        {
            "emails": "pia@example.org",
            "phones": "+32 470 555 0100",
            "birthday": "Jan 2",
            "addresses": "Way 1; Ghent",
            "how": "name",
        }
    ]
    assert run("export", "markdown", "--all-fields", "-o", tmp_path / "pages", vault=booked).status == 0
    (page,) = (tmp_path / "pages").glob("Pia*.md")
    assert (
        "## In the address book you gave LinkedIn\n\n"
        "- pia\\@example.org, \\+32 470 555 0100, born Jan 2, Way 1; Ghent (by the name)\n"
    ) in page.read_text("utf-8")
    for more, tables in ((("--all-fields",), 1), ((), 0)):
        place = tmp_path / f"people{tables}.sqlite"
        assert run("export", "sqlite", *more, "-o", place, vault=booked).status == 0
        with closing(sqlite3.connect(place)) as db:
            found = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'address_book'").fetchone()
            assert found == (tables,)
            if tables:
                assert db.execute("SELECT phones, birthday FROM address_book").fetchall() == [
                    ("+32 470 555 0100", "Jan 2")
                ]
    refused = run("export", "google", "--all-fields", vault=booked)
    assert (refused.status, refused.err.splitlines()[1]) == (
        2, "hint: It goes with vcard, csv, json, jsonl, markdown, sqlite."
    )  # fmt: skip
