"""``linkbak pitches``: what came unasked, on the screen, as rows and as JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from linkbak.talk import unasked
from tests.cli.running import run

IN = "https://www.linkedin.com/in/"
ME = ("Ada Example", f"{IN}ada-example")
PITCH = (
    "Hi {}, I came across your profile and was impressed by your work at {}. We help companies like yours generate {} "
    "qualified leads every month without cold calling. Would you be open to a quick chat next week?"
)
FORWARD = (
    "Please read this and send it on: the old cinema behind the station is to be torn down in May, and the council "
    "listens only if many of us write before the meeting on Thursday. Thank you, {}"
)
OWN = (
    "Dear all, the reading circle meets again on the first Sunday of the month in the library at Ghent, and everybody "
    "brings a book that nobody else knows; coffee and cake are there, and children are welcome as well. See you, {}"
)
PEOPLE = (
    *(("Pia", "Newcomer", "Example GmbH", "2 Mar 2026"), ("Kofi", "Invented", "Acme Placeholder Ltd", "1 Mar 2026")),
    *(("Greta", "Sample", "Example GmbH", "1 Feb 2025"), ("Hana", "Muster", "Example Works", "1 Jan 2020")),
    *(("Ivo", "Muster", "Example Works", "1 Jan 2020"), ("Jun", "Muster", "Example Works", "1 Jan 2020")),
)
Said = tuple[str, tuple[str, str], tuple[str, str], str, str, str]


def _who(first: str, last: str) -> tuple[str, str]:
    return f"{first} {last}", f"{IN}{first}-{last}".casefold()


PIA, KOFI, GRETA, HANA, IVO, JUN = (_who(*one[:2]) for one in PEOPLE)
OUTSIDE = ("Nobody Listed", f"{IN}nobody-listed")
STRANGER = ("Lena Muster", f"{IN}lena-muster")
TALK: tuple[Said, ...] = (
    ("1", GRETA, ME, "2025-02-03 10:00:00", "", PITCH.format("Ada", "Example GmbH", 10)),
    ("1", ME, GRETA, "2025-02-03 11:00:00", "", "No, thank you."),
    ("2", KOFI, ME, "2026-01-05 10:00:00", "", PITCH.format("Ada", "Acme Ltd", 25)),
    ("3", PIA, ME, "2026-03-03 10:00:00", "", PITCH.format("Ada Example", "Nobody Inc", 300) + " Have a great day!"),
    ("4", OUTSIDE, ME, "2026-02-03 10:00:00", "An offer", PITCH.format("Ada", "Sample & Sons", 7)),
    ("5", HANA, ME, "2024-05-01 10:00:00", "", FORWARD.format("Hana")),
    ("5", ME, HANA, "2024-05-09 10:00:00", "", "I will!"),
    ("6", IVO, ME, "2024-05-02 10:00:00", "", FORWARD.format("Ivo")),
    ("7", JUN, ME, "2024-05-03 10:00:00", "", FORWARD.format("Jun")),
    ("8", ME, HANA, "2024-06-01 10:00:00", "", OWN.format("Ada")),
    ("9", KOFI, ME, "2024-06-02 10:00:00", "", OWN.format("Kofi")),
    ("10", IVO, ME, "2024-06-03 10:00:00", "", OWN.format("Ivo")),
    ("11", JUN, ME, "2024-06-04 10:00:00", "", OWN.format("Jun")),
)
TITLED = (("12", "Sponsored Conversation", "Acme", "", *ME, "2026-01-07 10:00:00 UTC", "", "Buy it now", "INBOX"),)


def write(folder: Path, talk: tuple[Said, ...] = TALK, *, addresses: bool = True) -> Path:
    """An archive with these messages; without addresses as those of earlier years."""
    folder.mkdir()
    lines = "".join(
        f"{first},{last},{_who(first, last)[1] if addresses else ''},,{company},Buyer,{day}\n"
        for first, last, company, day in PEOPLE
    )
    (folder / "Connections.csv").write_text(
        f"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n{lines}"
    )
    (folder / "Profile.csv").write_text("First Name,Last Name\nAda,Example\n")
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    header = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT"
    writer.writerow([*header.split(","), "FOLDER"])
    for id_, who, to, at, subject, text in talk:
        urls = (who[1], to[1]) if addresses else ("", "")
        writer.writerow([id_, "", who[0], urls[0], to[0], urls[1], f"{at} UTC", subject, text, "INBOX"])
    writer.writerows(TITLED)
    (folder / "messages.csv").write_text(out.getvalue())
    return folder


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return _kept(tmp_path, write(tmp_path / "archive"))


def _kept(tmp_path: Path, archive: Path, taken: str = "2026-03-20") -> Path:
    place = tmp_path / "vault"
    run("init", place)
    assert run("import", archive, "--taken", taken, vault=place).status == 0
    return place


LIMITS = (
    "Not in any export: invitations you declined or ignored. Texts in wholly other words are not recognised. The same "
    "words may be a text that friends forward."
)
TEMPLATE = (
    '  "Hi […], I came across your profile and was impressed by your work at […]. We help companies like yours '
    'generate […] qualified leads every month without cold calling. Would you be open to a quick chat next week?"'
)


def test_the_screen_has_the_counts_the_template_and_what_no_export_shows(vault: Path) -> None:
    told = run("pitches", "--since", "2026-01", vault=vault)

    assert (told.status, told.err) == (0, "")
    assert told.out.splitlines() == [
        "linkedin-me: what came unasked, Jan to Mar 2026",
        "2 of the 2 who wrote to you first sent the same text",
        "",
        "    1  adverts              sponsored conversations",
        "    1  with a subject line  often InMail",
        "    1  wrote within 7 days of connecting; you never answered 1",
        "    1  text came from 3 or more people",
        "       who wrote so soon: linkbak pitches show soon",
        "",
        "First texts of 16 words or more, a month: 0.7 in 2026",
        "Adverts, a month: 0.3 in 2026",
        "",
        f"Same words from 4 people, Feb 2025 to Mar 2026{'1 answered by you':>32}",
        TEMPLATE,
        "  Pia Newcomer, Example GmbH  3 Mar 2026  1 day after connecting",
        "  and 3 more: linkbak pitches show 1",
        "",
        "1 group left out: half of the words are in a message of your own",
        LIMITS,
    ]


@pytest.mark.parametrize(
    "asked", ["", "--all", "show 1", "show soon", "--by month", "--by company", "--ads --csv", "--csv", "--json"]
)
def test_what_was_found_once_is_kept_until_messages_change(
    asked: str, vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = run("pitches", *asked.split(), vault=vault)
    with monkeypatch.context() as patched:
        patched.setattr(unasked, "gather", None)
        assert run("pitches", *asked.split(), vault=vault) == found
    later = write(tmp_path / "later", TALK[:-1])
    assert run("import", later, "--taken", "2026-04-20", vault=vault).status == 0

    assert run("pitches", *asked.split(), vault=vault).out == found.out  # no message of an older archive is lost
    with monkeypatch.context() as patched:
        patched.setattr(unasked, "gather", None)
        assert run("stats", vault=vault).status == 0


def test_with_new_messages_it_is_found_anew(vault: Path, tmp_path: Path) -> None:
    before = json.loads(run("pitches", "--json", vault=vault).out)
    later = write(
        tmp_path / "later", (*TALK, ("13", STRANGER, ME, "2026-04-01 10:00:00", "", PITCH.format("Ada", "X", 9)))
    )
    assert run("import", later, "--taken", "2026-04-20", vault=vault).status == 0
    after = json.loads(run("pitches", "--json", vault=vault).out)

    assert [one["groups"][0]["senders"] for one in (before, after)] == [4, 5]


@pytest.mark.parametrize(("options", "people"), [((), 3), (("--least", "5"), 5)])
def test_by_company_says_from_how_many_people_no_text_came(
    options: tuple[str, ...], people: int, tmp_path: Path
) -> None:
    vault = _kept(tmp_path, write(tmp_path / "archive", TALK[:1]))

    told = run("pitches", "--by", "company", *options, vault=vault)

    assert told.out.splitlines() == [f"no text came from {people} or more people", "", LIMITS]


def test_what_people_sent_with_whom_the_owner_talks_stands_apart(vault: Path) -> None:
    """Of the three who forwarded one text one was answered, so that none is told of with those who pitch."""
    short, whole = (run("pitches", *all_, vault=vault).out for all_ in ((), ("--all",)))

    assert "Also sent by people you talk with (1 text, 3 people): --all\n" in short
    assert "cinema" not in short
    assert whole.index("Also sent by people you talk with\n") < whole.index("cinema") < whole.index("Not in any export")
    assert "Example Works" not in run("pitches", "--by", "company", vault=vault).out


def test_one_text_with_its_senders_and_the_words_that_vary(vault: Path) -> None:
    lines = run("pitches", "show", "1", vault=vault).out.splitlines()

    assert lines[1] == TEMPLATE
    assert lines[3:7] == [
        "What stands at each […]",
        "  1. Ada | Ada Example",
        "  2. Acme Ltd | Example GmbH | Sample & Sons | Nobody Inc",
        "  3. 25 | 10 | 7 | 300",
    ]
    assert [line.split("  ")[1].strip() for line in lines[10:14]] == [
        *("3 Feb 2025", "5 Jan 2026", "3 Feb 2026", "3 Mar 2026")
    ]
    assert lines[9].split() == ["sent", "name", "company", "after", "connecting", "answered"]
    assert lines[10].split() == ["3", "Feb", "2025", "Greta", "Sample", "Example", "GmbH", "2", "days", "yes"]
    assert run("pitches", "show", "3", vault=vault).status == 13
    assert run("pitches", "show", "x", vault=vault).status == 2


def test_who_wrote_within_a_week_of_connecting(vault: Path) -> None:
    lines = run("pitches", "show", "soon", vault=vault).out.splitlines()

    assert lines[0] == "2 people wrote within 7 days of connecting, newest first; you never answered 1"
    assert [line.split("  ")[2] for line in lines[2:]] == ["Pia Newcomer", "Greta Sample"]


def test_all_senders_of_a_text_are_tagged_once(vault: Path) -> None:
    told = run("pitches", "--tag", "1", "cull", vault=vault)

    assert told.out.splitlines()[0] == "marked 3 people: tag cull"
    assert told.out.splitlines()[-1] == "1 sender is in none of your lists and cannot be tagged"
    assert len(run("people", "--tag", "cull", vault=vault).out.splitlines()) == 3
    assert run("pitches", "--tag", "1", "cull", "--json", vault=vault).json["already"] == 3


def test_by_month_and_by_company(vault: Path) -> None:
    months = [line.split() for line in run("pitches", "--by", "month", vault=vault).out.splitlines()]

    assert [(month, *row) for month, *row in months[2:8]] == [
        ("2026-03", *"00111"), ("2026-02", *"01011"), ("2026-01", *"10001"),
        ("2025-02", *"00111"), ("2024-06", *"00010"), ("2024-05", *"00030"),
    ]  # fmt: skip
    assert " ".join(months[8]) == "nothing of these came in 17 other months"
    companies = run("pitches", "--by", "company", vault=vault).out.splitlines()
    assert [line.split("  ")[1] for line in companies[2:5]] == ["Example GmbH", "Acme Placeholder Ltd", "(not known)"]


def test_adverts_and_rows_for_other_programs(vault: Path) -> None:
    adverts = list(csv.reader(io.StringIO(run("pitches", "--ads", "--csv", vault=vault).out)))
    rows = list(csv.DictReader(io.StringIO(run("pitches", "--csv", vault=vault).out)))

    assert adverts == [["sent_at", "from", "subject", "text"], ["2026-01-07T10:00:00Z", "Acme", "", "Buy it now"]]
    assert run("pitches", "--ads", vault=vault).out.splitlines()[-1] == "  7 Jan 2026  Acme  Buy it now"
    assert [(one["group"], one["name"], one["answered"]) for one in rows[:4]] == [
        *(
            ("1", "Greta Sample", "yes"),
            ("1", "Kofi Invented", ""),
            ("1", "Nobody Listed", ""),
            ("1", "Pia Newcomer", ""),
        )
    ]
    assert [one["friends"] for one in rows] == ["", "", "", "", "yes", "yes", "yes"]


def test_json_has_the_same(vault: Path) -> None:
    told = run("pitches", "--json", vault=vault).json

    assert (told["schema"], told["adverts"], told["with_subject"]) == ("linkbak.pitches/1", 1, 1)
    assert (told["soon_after"]["people"], told["soon_after"]["unanswered"], told["echoes"]) == (2, 1, 1)
    (group,), (friends,) = told["groups"], told["also_friends"]
    assert (group["senders"], group["answered"], group["first"], group["last"]) == (
        *(4, 1, "2025-02-03T10:00:00Z", "2026-03-03T10:00:00Z"),
    )
    assert group["members"][3] == {
        "name": "Pia Newcomer",
        "url": "https://www.linkedin.com/in/pia-newcomer",
        "company": "Example GmbH",
        "sent_at": "2026-03-03T10:00:00Z",
        "connected_on": "2026-03-02",
        "answered": False,
    }
    assert friends["senders"] == 3
    assert run("pitches", "--least", "5", "--json", vault=vault).json["groups"] == []


def test_without_addresses_senders_are_told_apart_by_name_and_that_is_said(tmp_path: Path) -> None:
    vault = _kept(tmp_path, write(tmp_path / "archive", addresses=False))

    told = run("pitches", vault=vault).out

    assert "Same words from 4 people, Feb 2025 to Mar 2026" in told
    assert "10 texts came without an address: linkbak knows these senders by name alone\n" in told


def test_archives_without_messages_are_no_zero(tmp_path: Path) -> None:
    archive = write(tmp_path / "archive")
    (archive / "messages.csv").unlink()

    told = run("pitches", vault=_kept(tmp_path, archive))

    assert (told.status, told.out) == (13, "")
    assert told.err.startswith("error: your archives hold no messages\n")


@pytest.mark.parametrize(
    "words", [("--by", "year"), ("--ads", "--by", "month"), ("--csv", "--json"), ("show", "1", "--json"), ("me",)]
)
def test_what_cannot_be_asked_so(vault: Path, words: tuple[str, ...]) -> None:
    assert run("pitches", *words, vault=vault).status == 2


def test_stats_and_the_mail_count_texts_and_which_are_new(tmp_path: Path) -> None:
    """The third sender wrote after the first archive, so the text counts as new in the second."""
    vault = _kept(tmp_path, write(tmp_path / "archive", TALK[:3]), "2026-03-02")
    before = run("stats", "--json", vault=vault).json["talk"]
    listed = tuple(one for one in TALK if one[1] != OUTSIDE)
    run("import", write(tmp_path / "later", listed), "--taken", "2026-03-20", vault=vault)

    after = run("stats", "--json", vault=vault).json["talk"]

    assert [(one["same_words"], one["fresh_words"]) for one in (before, after)] == [(0, None), (2, 1)]
    line = "2 texts came from 3 or more people (1 new): linkbak pitches"
    assert f"  {line}\n" in run("stats", vault=vault).out
    assert f"{line}\n" in run("stats", "--mail", "--no-names", vault=vault).out


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    shuffled = write(tmp_path / "a", TALK), write(tmp_path / "b", TALK[::-1])
    told = []
    for archive in shuffled:
        (folder := tmp_path / f"{archive.name}.vault").mkdir()
        told.append(run("pitches", "--json", vault=_kept(folder, archive)).json)

    assert told[0] == told[1]


def test_the_demo_has_the_same_words_from_three_people() -> None:
    told = run("demo").out

    assert "Same words from 3 people, Feb to Mar 2026" in told
    assert "1  wrote within 7 days of connecting; you never answered 1" in told
