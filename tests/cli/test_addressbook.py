"""One's own address book as another account: kept, compared, and never mistaken for connections."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.adapters import by_network
from linkbak.model import BOOK
from linkbak.vault import Vault
from tests.cli.running import run

BOOKS = by_network(BOOK)
BEFORE = """\
BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//macOS 15.1//EN
FN:Ada Example
EMAIL:ada@example.com
UID:1
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Boris Sample
EMAIL:boris@example.com
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Kofi Invented
TEL:+233 555 0104
END:VCARD
"""
AFTER = BEFORE.replace("ada@", "ada.new@").replace("Kofi Invented", "Pia Newcomer").replace("0104", "0199")


@pytest.fixture
def vault(two: Path, tmp_path: Path) -> Path:
    """Lists of connections, and two snapshots of an address book."""
    book = tmp_path / "contacts.vcf"
    for text, day in ((BEFORE, "2026-01-05"), (AFTER, "2026-04-05")):
        book.write_text(text, encoding="utf-8")
        assert run("import", book, "--taken", day, vault=two).status == 0
    return two


def test_the_receipt_speaks_of_contacts(two: Path, tmp_path: Path) -> None:
    book = tmp_path / "contacts.vcf"
    book.write_text(BEFORE, encoding="utf-8")
    first = run("import", book, "--taken", "2026-01-05", vault=two)
    book.write_text(AFTER, encoding="utf-8")
    second = run("import", book, "--taken", "2026-04-05", vault=two)

    assert (first.status, second.status) == (0, 0)
    assert first.out == (
        "contacts.vcf\n"
        "  kept as contacts-apple 2026-01-05T000000Z, written 5 Jan 2026\n"
        "  contacts.vcf  3  contacts\n"
        "`linkbak link review` asks which of them are your connections; `linkbak reach` counts them\n"
    )
    assert second.out.splitlines()[2:] == [
        "  contacts.vcf  3  contacts",
        "  since 5 Jan 2026: 1 contact came, 1 went, 1 changed",
        "  `linkbak diff --account contacts-apple` names them",
    ]
    assert run("import", book, "--taken", "2026-04-05", vault=two).out == (
        "contacts.vcf: already kept as contacts-apple 2026-04-05T000000Z; nothing to do\n"
    )


def test_diff_names_contacts_and_accuses_nobody(vault: Path) -> None:
    ran = run("diff", "--account", "contacts-apple", "--exit-code", vault=vault)

    assert ran.status == 6
    assert ran.out == (
        "contacts-apple, 5 Jan 2026 to 5 Apr 2026: 1 contact came, 1 went, 1 changed\n\n"
        "went:\n  Kofi Invented, +233 555 0104\n\n"
        "came:\n  Pia Newcomer, +233 555 0199\n\n"
        "changed:\n  Ada Example, ada.new@example.com: e-mail\n"
    )
    counts = run("diff", "--account", "contacts-apple", "--json", vault=vault).json["counts"]
    assert counts == {"came": 1, "went": 1, "changed": 1, "unchanged": 1}
    assert run("diff", "--account", "contacts-apple", "--only", "vanished", vault=vault).status == 2


def test_connections_stay_what_all_else_tells_of(vault: Path) -> None:
    """The default account is the network's, and its numbers are as before."""
    assert "\nlinkedin-me, 28 Feb 2026 to 20 Mar 2026" in run("diff", vault=vault).out
    assert {one["account"] for one in run("people", "--json", vault=vault).json["people"]} == {"linkedin-me"}
    assert "Pia Newcomer" not in run("lost", vault=vault).out
    assert run("stats", "--json", vault=vault).json["account"] == "linkedin-me"
    assert run("reach", "--json", vault=vault).status == 0
    for verb in ("stats", "reach", "kit", "audit --list", "export csv", "activity", "pitches", "messages", "posts"):
        for account in ("contacts-apple", "apple"):
            ran = run(*verb.split(), "--account", account, vault=vault)
            assert (ran.status, ran.err) == (
                2,
                "error: contacts-apple is an address book, which does not say who is connected\n"
                "hint: Use people, show, lost, diff, search, log, cat or restore; `linkbak reach` counts it, too.\n",
            ), verb
    assert run("request", "--account", "contacts-apple", vault=vault).status == 2


def test_people_show_and_lost_answer_of_contacts(vault: Path) -> None:
    book = ("--account", "contacts-apple")
    assert run("people", *book, vault=vault).out.splitlines() == [
        "3 contacts of your own address book",
        "  name          work  first way",
        "  Ada Example         ada.new@example.com",
        "  Boris Sample        boris@example.com",
        "  Pia Newcomer        +233 555 0199",
    ]
    assert run("people", *book, "--email", "--reverse", "--csv", vault=vault).out.splitlines()[1:] == [
        "Boris Sample,boris@example.com,,,,,contacts-apple,2026-04-05T00:00:00Z",
        "Ada Example,ada.new@example.com,,,,,contacts-apple,2026-04-05T00:00:00Z",
    ]
    told = run("people", *book, "--limit", "1", "--json", vault=vault).json
    assert (told["matching"], [one["name"] for one in told["contacts"]]) == (3, ["Ada Example"])
    assert run("people", *book, "--known", vault=vault).err.startswith("error: --known says nothing about an address")

    assert run("show", "ada exam", *book, vault=vault).out.splitlines() == [
        "Ada Example",
        "  e-mail   ada.new@example.com",
        "  in your own address book of 5 Apr 2026 (contacts-apple)",
    ]
    assert run("show", "BORIS@example.com", *book, "--json", vault=vault).json["contact"]["name"] == "Boris Sample"
    assert run("show", "Pia Newcomer", vault=vault).out.startswith("Pia Newcomer\n")  # in no list, but a contact
    assert run("show", "Nobody", *book, vault=vault).status == 13

    assert run("lost", *book, vault=vault).out.splitlines()[:2] == [
        "contacts-apple: 1 contact no longer in the book of 5 Apr 2026",
        "  Kofi Invented, +233 555 0104; last in that of 5 Jan 2026",
    ]
    (gone,) = run("lost", *book, "--json", vault=vault).json["lost"]
    assert (gone["contact"]["name"], gone["last_seen"]) == ("Kofi Invented", "2026-01-05T00:00:00Z")
    assert run("lost", *book, "--why", vault=vault).status == 2


def test_search_finds_contacts_beside_all_else(vault: Path) -> None:
    assert run("search", "--in", "contacts", "newcomer", vault=vault).out.splitlines() == [
        "1 contact",
        "",
        "  Pia [Newcomer]",
        "    +233 555 0199",
        "    in your own address book (contacts-apple)",
    ]
    told = run("search", "boris@example.com", "--json", vault=vault).json["contacts"]
    assert [(one["contact"]["name"], one["accounts"], one["near"]) for one in told] == [
        ("Boris Sample", ["contacts-apple"], False)
    ]
    slip = run("search", "newcommer", vault=vault).out
    assert "Nothing matches that spelling; these come close." in slip
    assert "  Pia [Newcomer]" in slip
    assert run("search", "pia", "xyzzy", "--in", "contacts", vault=vault).out.endswith("    without: xyzzy\n")
    only = run("search", "a", "--account", "contacts-apple", "--json", vault=vault).json
    assert (only["people"], [one["contact"]["name"] for one in only["contacts"]]) == ([], ["Ada Example"])
    assert run("search", "a", "--account", "contacts-apple", "--in", "people", vault=vault).status == 2
    assert run("search", "pia", "--account", "linkedin-me", "--json", vault=vault).json["contacts"] == []
    assert run("search", "xyzzy", "--in", "contacts", vault=vault).out == "no contact in the vault matches xyzzy\n"


def test_a_vault_of_nothing_but_a_book_answers_without_its_name(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "contacts.vcf").write_text(BEFORE, encoding="utf-8")
    assert run("import", tmp_path / "contacts.vcf", "--taken", "2026-01-05", vault=empty).status == 0

    assert run("people", vault=empty).out.startswith("3 contacts of your own address book\n")
    assert run("show", "Ada", vault=empty).out.startswith("Ada Example\n")
    assert run("lost", vault=empty).out == (
        "contacts-apple: this is the only snapshot of this book, so nobody can be missing yet\n"
    )
    for verb in ("stats", "reach", "kit"):
        ran = run(verb, vault=empty)
        assert (ran.status, ran.err.splitlines()[1].partition(" linkbak")[0]) == (13, "hint: Keep one:"), verb


def test_the_log_counts_contacts(vault: Path) -> None:
    assert run("log", "--account", "contacts-apple", vault=vault).out.splitlines()[:3] == [
        "contacts-apple: 2 snapshots, newest first",
        "  snapshot            contacts  files   size",
        "  2026-04-05T000000Z         3      1  260 B",
    ]
    told = {one["account"]: one["contacts"] for one in run("log", "--json", vault=vault).json["snapshots"]}
    assert told == {"apple": 3, "me": None}


def test_an_address_book_makes_no_backup_stale(vault: Path) -> None:
    ran = run("status", vault=vault)

    assert "contacts-apple: 2 snapshots" in ran.out
    assert "    your address book of 5 Apr 2026" in ran.out
    assert [one["account"] for one in run("status", "--json", vault=vault).json["requests"]] == ["linkedin-me"]
    assert run("status", "--account", "contacts-apple", vault=vault).status == 0
    assert run("request", "--json", vault=vault).status == 0


def test_a_book_comes_back_byte_for_byte(vault: Path, tmp_path: Path) -> None:
    run("restore", "2026-01", "-o", tmp_path / "out", "--account", "contacts-apple", vault=vault)

    assert (tmp_path / "out/contacts.vcf").read_text(encoding="utf-8") == BEFORE
    assert run("verify", "--restore", "--account", "contacts-apple", vault=vault).status == 0


def test_what_export_writes_import_reads(two: Path, tmp_path: Path) -> None:
    """The same people from both versions, and from Google's CSV those with all that it has a column for."""
    people = [one for one in run("people", "--ever", "--json", vault=two).json["people"] if one["name"]]
    for form, *more in (["vcard"], ["vcard", "--vcard-version", "4.0"], ["google"]):
        book = tmp_path / f"{form}{len(more)}.{'vcf' if form == 'vcard' else 'csv'}"
        assert run("export", form, "--ever", *more, "-o", book, vault=two).status == 0
        assert run("import", book, "--taken", f"2026-05-0{len(more) + 1}", vault=two).status == 0

    both = run("diff", "--account", "contacts-vcard", vault=two)
    assert both.out == f"contacts-vcard, 1 May 2026 to 3 May 2026: the same {len(people)} contacts\n"
    with Vault.open(two) as opened:
        for account in ("contacts-vcard", "contacts-google"):
            files = opened.files(opened.summaries(account)[-1].key)
            read = [(one.name, "".join(one.emails), one.company, one.position) for one in BOOKS.cards(files)]
            fields = ("name", "email", "company", "position")
            assert sorted(read) == sorted(tuple(one[field] or "" for field in fields) for one in people)


def test_a_folder_with_a_file_for_each_card_is_one_book(two: Path, tmp_path: Path) -> None:
    """As vdirsyncer and khard keep them."""
    folder = tmp_path / "cards"
    folder.mkdir()
    for number, card in enumerate(BEFORE.split("END:VCARD\n")[:-1]):
        (folder / f"{number}.vcf").write_text(f"{card}END:VCARD\n", encoding="utf-8")

    assert run("import", folder, "--account", "khard", vault=two).status == 0
    (kept,) = run("log", "--account", "contacts-khard", "--json", vault=two).json["snapshots"]
    assert (kept["contacts"], kept["files"]) == (3, 3)


@pytest.mark.parametrize("name", ['=HYPERLINK("https://example.com")', "[bold red]Ada", "\u202eadA", "@SUM(A1)"])
def test_a_hostile_contact_acts_nowhere(name: str, empty: Path, tmp_path: Path) -> None:
    text = f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nEMAIL:x@example.com\nUID:1\nEND:VCARD\n"
    (tmp_path / "contacts.vcf").write_text(text, encoding="utf-8")
    assert run("import", tmp_path / "contacts.vcf", "--taken", "2026-01-05", vault=empty).status == 0

    for words in (("people",), ("show", "x@example.com"), ("search", "x@example.com"), ("people", "--json")):
        ran = run(*words, vault=empty)
        assert ran.status == 0
        assert "\u202e" not in ran.out, words
        if name.startswith("["):
            assert name in ran.out, words
    cell = run("people", "--csv", vault=empty).out.splitlines()[1]
    assert not cell.lstrip('"').startswith(("=", "@"))
