"""The kit for a lock-out: what it says, what it leaves out, and that it touches nothing but its own files."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from linkbak import state
from linkbak.automation import doctor_checks
from linkbak.kit.documents import REGIONS, deadlines, rules
from linkbak.report import day
from linkbak.settings import keys, look
from linkbak.vault.writer import create_vault
from tests.cli.running import run
from tests.cli.terminal import on_terminal
from tests.hostile_text import HOSTILE_TEXT

LETTERS = ("appeal", "reasons", "access", "out-of-court")


def files(folder: Path) -> dict[str, str]:
    """What lies in a kit, by path; its own record aside."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes().decode() for name, path in found.items() if not name.startswith(".")}


def archive(folder: Path, name: str = "Ada", *, company: str = "Example GmbH") -> Path:
    """A lone list of one connection."""
    place = folder / "Connections.csv"
    cells = ",".join('"' + text.replace('"', '""') + '"' for text in (name, "Example", "", "", company, "Buyer"))
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    place.write_text(f"{header}{cells},05 Mar 2024\n", encoding="utf-8", newline="")
    return place


def test_the_page_and_the_letters_state_what_the_archives_show(february_march: Path, tmp_path: Path) -> None:
    made = run(
        "kit", "--region", "eu", "--locked-out-on", "2026-03-31", "-o", tmp_path / "kit", "--json", vault=february_march
    )

    assert made.status == 0
    assert (made.json["people"], made.json["regions"], made.json["locked_out_on"]) == (67, ["eu"], "2026-03-31")
    kit = files(tmp_path / "kit")
    assert set(kit) == {
        "kit.html",
        "people.vcf",
        *(f"letters/{name}-eu.{form}" for name in LETTERS for form in ("txt", "md")),
    }
    page = kit["kit.html"]
    assert "Registration.csv, line 2, archive of 20 Mar 2026" in page
    assert "<script" not in page
    assert "192.0.2." not in page  # an IP address, which only --all-facts shows
    assert "30 Sep 2026" in page  # six months after the last day of March
    assert "You will win" not in page
    assert "no legal advice" in page
    assert (
        "- Name: Ada Example\n- Profile: https://www.linkedin.com/in/ada-example\n"
        "- E-mail address of the account: ada.example@example.com\n"
    ) in kit["letters/appeal-eu.txt"]
    assert "- I have been a member since 2 May 2013.\n" in kit["letters/appeal-eu.txt"]
    assert "Since 31 Mar 2026 I cannot use my LinkedIn account." in kit["letters/appeal-eu.md"]
    assert kit["people.vcf"].count("BEGIN:VCARD") == 67
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "kit").rglob("*") if path.is_file()} == {0o600}
    assert (tmp_path / "kit/letters").stat().st_mode & 0o777 == 0o700


def test_private_facts_are_there_only_if_asked_for(february_march: Path, tmp_path: Path) -> None:
    run("kit", "--region", "eu", "--all-facts", "-o", tmp_path / "kit", vault=february_march)

    assert "192.0.2.1" in files(tmp_path / "kit")["kit.html"]


@pytest.mark.parametrize("region", REGIONS)
def test_a_lone_list_is_enough_and_what_it_does_not_say_is_left_blank(region: str, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    create_vault(vault).close()
    run("import", archive(tmp_path), "--account", "me", vault=vault)

    assert run("kit", "--region", region, vault=vault).status == 0

    kit = files(tmp_path / "vault-kit/linkedin-me")
    letter = kit[f"letters/appeal-{region}.txt"]
    assert "- Name: […]\n" in letter
    assert "member since" not in letter
    assert ("Article" in letter) == (region == "eu")
    assert (f"letters/out-of-court-{region}.txt" in kit) == (region == "eu")
    assert "No archive here holds the account" in kit["kit.html"]


def test_nobody_is_said_to_live_anywhere_who_did_not_say_so(february_march: Path, tmp_path: Path) -> None:
    refused = run("kit", "-o", tmp_path / "kit", vault=february_march)

    assert refused.status == 2
    assert "the region is missing" in refused.err
    assert not (tmp_path / "kit").exists()


def test_somebody_at_a_terminal_is_asked_where_they_live_until_the_answer_is_one(
    february_march: Path, tmp_path: Path
) -> None:
    shown = on_terminal(
        "kit", "-o", str(tmp_path / "kit"), vault=february_march, typed=("Belgium\n", "EU\n"), asks=b"other: "
    )

    assert sum(line.startswith("eu, uk or other: ") for line in shown) == 2
    assert "letters/appeal-eu.txt" in files(tmp_path / "kit")
    assert "letters/appeal-uk.txt" not in files(tmp_path / "kit")


def test_the_region_and_the_day_that_were_typed_hold_for_the_kits_that_follow(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    create_vault(vault).close()
    assert run("import", archive(tmp_path), "--account", "me", "--taken", "2026-03-01", vault=vault).status == 0
    typed = run("kit", "--region", "eu", "--locked-out-on", "2026-03-31", "-o", tmp_path / "out", vault=vault)
    assert "\n  written for the European Union, as the next will be; --region changes it\n" in typed.out
    kept = "\n  locked out on 31 Mar 2026: the next one counts from it too; --locked-out-on no takes it back\n"
    assert kept in typed.out

    assert run("run", vault=vault).status in (0, 7)
    page = tmp_path / "vault-kit/linkedin-me/kit.html"
    made = page.read_text("utf-8")
    assert ("Locked out on 31 Mar 2026." in made, "30 Sep 2026" in made) == (True, True)
    assert "the United Kingdom" not in made

    again = run("kit", vault=vault)
    assert (again.status, kept in again.out) == (0, True)
    assert run("kit", "--locked-out-on", "no", "--json", vault=vault).json["locked_out_on"] is None
    asked = "\n  locked out already? --locked-out-on DATE counts the deadlines from that day\n"
    assert (asked in run("kit", vault=vault).out, asked in typed.out) == (True, False)
    assert "Locked out on" not in page.read_text("utf-8")
    assert run("kit", "--region", "uk", "--json", vault=vault).json["regions"] == ["uk"]


@pytest.mark.parametrize("day", ["2002-12-31", "2999-01-01"])
def test_a_day_on_which_nobody_can_have_been_locked_out(day: str, february_march: Path, tmp_path: Path) -> None:
    refused = run("kit", "--region", "eu", "--locked-out-on", day, "-o", tmp_path / "kit", vault=february_march)

    assert refused.status == 2


def test_made_anew_it_replaces_and_removes_only_its_own_files(february_march: Path, tmp_path: Path) -> None:
    """A letter that the user filled in stays, for whatever region the kit is made next."""
    place = tmp_path / "kit"
    run("kit", "--region", "eu", "-o", place, vault=february_march)
    (place / "letters/access-eu.txt").write_text("filled in")
    (place / "mine.txt").write_text("mine")

    again = run("kit", "--region", "uk", "-o", place, vault=february_march)

    assert again.status == 0
    kit = files(place)
    assert (kit["letters/access-eu.txt"], kit["mine.txt"]) == ("filled in", "mine")
    assert {name for name in kit if name.endswith("-eu.md")} == set()
    assert "letters/appeal-uk.md" in kit


def test_a_record_that_names_files_elsewhere_removes_none(february_march: Path, tmp_path: Path) -> None:
    place, other = tmp_path / "kit", tmp_path / "other.txt"
    run("kit", "--region", "eu", "-o", place, vault=february_march)
    other.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    record = place / ".linkbak-export.json"
    record.write_text(record.read_text().replace('"files": {', f'"files": {{"../other.txt": "{empty}",'))

    run("kit", "--region", "eu", "-o", place, vault=february_march)

    assert other.exists()


def test_letters_are_english_whatever_the_language_of_the_page(
    february_march: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("kit", "--region", "eu", "--locked-out-on", "2026-03-30")
    run(*asked, "-o", tmp_path / "english", vault=february_march)
    monkeypatch.setattr("linkbak.texts.MONTHS", ("grudnia",) * 12)
    run(*asked, "-o", tmp_path / "other", vault=february_march)
    english, other = files(tmp_path / "english"), files(tmp_path / "other")
    assert "30 grudnia 2026" in other["kit.html"] and "30 Mar 2026" in english["kit.html"]
    letters = [name for name in english if name.startswith("letters/")]
    assert len(letters) == 8
    assert [other[name] for name in letters] == [english[name] for name in letters]


def test_hostile_names_do_nothing(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    create_vault(vault).close()
    hostile = [one for one in HOSTILE_TEXT if one.isprintable()]
    text = " ".join(hostile)
    run("import", archive(tmp_path, "x<script>alert(1)</script>", company=text), "--account", "me", vault=vault)

    run("kit", "--region", "eu", vault=vault)

    page = files(tmp_path / "vault-kit/linkedin-me")["kit.html"]
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img" not in page


def test_hostile_names_do_nothing_in_letters(tmp_path: Path) -> None:
    vault, given = tmp_path / "vault", tmp_path / "given"
    given.mkdir()
    archive(given)
    (given / "Profile.csv").write_text('First Name,Last Name\n"*Ada* <b>\x1b[31m",Example\n', encoding="utf-8")
    create_vault(vault).close()
    run("import", given, "--account", "me", vault=vault)

    run("kit", "--region", "eu", vault=vault)

    letters = files(tmp_path / "vault-kit/linkedin-me")
    assert "- Name: \\*Ada\\* &lt;b>\ufffd\\[31m Example\n" in letters["letters/appeal-eu.md"]
    assert "- Name: *Ada* <b>\ufffd[31m Example\n" in letters["letters/appeal-eu.txt"]


def test_a_run_makes_it_of_each_new_archive_with_the_texts_of_all_regions(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    create_vault(vault).close()
    run("import", archive(tmp_path), "--account", "me", vault=vault)
    page = tmp_path / "vault-kit/linkedin-me/kit.html"

    assert run("run", vault=vault).status in (0, 7)

    made = page.stat().st_mtime_ns
    assert {name[-6:-4] for name in files(page.parent) if name.endswith(".txt")} == {"eu", "uk", "er"}
    run("run", vault=vault)
    assert page.stat().st_mtime_ns == made  # nothing new came
    run("kit", "--region", "uk", "--locked-out-on", "2026-11-20", vault=vault)
    state.write(vault, "kit", {"linkedin-me": {**state.read(vault, "kit")["linkedin-me"], "snapshot": "an older one"}})
    run("run", vault=vault)
    assert "Locked out on 20 Nov 2026" in files(page.parent)["kit.html"]  # what was asked for stays


def test_every_rule_has_a_source_a_day_and_a_region() -> None:
    assert tuple(REGIONS) == keys.REGIONS
    for rule in rules().values():
        assert rule.sources
        assert type(rule.checked) is date
        assert set(rule.regions) <= set(REGIONS)


_CITED = re.compile(r"Articles? [0-9][^:;|]*? of Regulation \(EU\) [0-9/]+")


@pytest.mark.parametrize("region", REGIONS)
def test_each_law_that_is_cited_has_its_source_and_its_day_beside_it(
    region: str, february_march: Path, tmp_path: Path
) -> None:
    run("kit", "--region", region, "--locked-out-on", "2026-03-31", "-o", tmp_path / "kit", vault=february_march)
    by_law = {citation[0]: rule for rule in rules().values() if (citation := _CITED.search(rule.law))}

    for name, text in files(tmp_path / "kit").items():
        plain = " ".join(re.sub(r"\\(?=[^\w\s])", "", text).split())
        for cited in {*_CITED.findall(plain)} if name.endswith((".html", ".txt", ".md")) else ():
            rule, read = by_law[cited], day(by_law[cited].checked)
            sources = "; ".join(rule.sources)
            beside = (
                f'{sources}</td><td class="day">{read}' if name == "kit.html" else f"Source: {sources}; read on {read}."
            )
            assert beside in plain, (name, cited)


def test_the_page_of_the_documents_cites_as_the_rules_do() -> None:
    text = (Path(__file__).parents[2] / "docs/locked-out.md").read_text("utf-8")
    assert {*_CITED.findall(text)} == {"Articles 15, 12(3) and 20 of Regulation (EU) 2016/679"}
    eu, uk = text.split("In the United Kingdom:")
    for rule, part in (("gdpr-15", eu), ("controller-eu", eu), ("uk-access", uk), ("controller-uk", uk)):
        one = rules()[rule]
        assert f"source, read on {day(one.checked)}" in part
        assert one.sources[-1].partition(", right")[0] in part
        assert one.law.partition(", ")[2] in part or one.law in part or rule == "uk-access"


def test_a_month_ends_on_a_day_that_it_has() -> None:
    found = {one.rule.id: one.until for one in deadlines(("eu",), date(2026, 8, 31))}

    assert found == {"dsa-20": date(2027, 2, 28), "gdpr-15": date(2026, 9, 30), "dsa-21": date(2026, 11, 29)}


@pytest.mark.parametrize(("read", "level"), [(date(2026, 6, 4), "ok"), (date(2026, 6, 3), "warn")])
def test_the_doctor_warns_of_rules_that_nobody_read_for_180_days(read: date, level: str, tmp_path: Path) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    looked_at = doctor_checks.Installation(tmp_path, True, look({}), now, False, read)

    assert [one.level for one in doctor_checks.kit(looked_at)] == [level]


def test_sealed_it_opens_with_the_passphrase_and_nothing_lies_beside(february_march: Path, tmp_path: Path) -> None:
    pyrage = pytest.importorskip("pyrage")
    (tmp_path / "phrase").write_text("six words that nobody will guess\n")
    sealed = tmp_path / "kit.zip.age"

    made = run(
        "kit", "--region", "eu", "--seal", sealed, "--passphrase-file", tmp_path / "phrase", vault=february_march
    )

    assert made.status == 0
    opened = pyrage.passphrase.decrypt(sealed.read_bytes(), "six words that nobody will guess")
    assert opened.startswith(b"PK")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kit.zip.age", "phrase"]
