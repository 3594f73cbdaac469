"""Contacts as vCards, read back with vobject and with khard itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from ast import literal_eval
from pathlib import Path
from typing import Any

import pytest
import vobject

from examples import archives
from linkbak.exporters import Options, Selection, write_pages
from linkbak.exporters.contacts import card_note, folded, many_lines, one_line, uid
from linkbak.exporters.formats import EXPORTERS
from linkbak.index import Entry, PeopleFilter, State
from linkbak.index.history import History
from linkbak.report.escape import web_address
from linkbak.vault import Vault
from tests.cli.running import run
from tests.conftest import Golden
from tests.exporters.contract import Contract
from tests.exporters.given import FULL, hostile, selection_of, text_of

HERE = Path(__file__).parent
VERSIONS = ("3.0", "4.0")
EVERYBODY: frozenset[State] = frozenset({"listed", "hidden", "suspected", "confirmed", "held", "unclear"})


def cards(text: str) -> list[Any]:
    return list(vobject.readComponents(text))


class TestVcard(Contract):
    """One file, read by vobject; only one that is large by hand, since vobject takes a while for it."""

    format = "vcard"

    def names(self, written: Path) -> list[str]:
        with written.open(encoding="utf-8", newline="") as file:
            text = file.read()
        if len(text) < 1_000_000:
            return [str(card.fn.value) for card in cards(text)]
        return re.findall(r"^FN:([^\r\n\\]*)\r$", text.replace("\r\n ", ""), re.MULTILINE)


class TestVcard4(TestVcard):
    """The same in the newer form."""

    options = Options(vcard="4.0")


class TestVdir(Contract):
    """A file each, read by vobject."""

    format = "vcard"
    pages = True

    def names(self, written: Path) -> list[str]:
        files = [path for path in written.iterdir() if path.suffix == ".vcf"]
        found = []
        for path in files:
            (card,) = cards(path.read_text("utf-8"))
            assert path.stem == card.uid.value
            found.append(str(card.fn.value))
        return found


@pytest.mark.parametrize("version", VERSIONS)
def test_cards_as_they_are(version: str, golden: Golden) -> None:
    text = text_of("vcard", FULL, Options(vcard=version))
    assert text.count("\n") == text.count("\r\n")
    golden(HERE / f"goldens/vcard_{version[0]}.vcf", text.replace("\r\n", "\n"))


@pytest.mark.parametrize("version", VERSIONS)
def test_vobject_gives_everything_back(version: str) -> None:
    ada, *_, bare = cards(text_of("vcard", FULL, Options(vcard=version)))
    assert (ada.version.value, ada.uid.value) == (version, "linkbak-000000000001")
    assert (ada.n.value.given, ada.n.value.family) == ("Ada; the, 1st", "Example\\Sample")
    assert ada.fn.value == "Ada; the, 1st Example\\Sample"
    assert (ada.org.value, ada.title.value) == (["Example; Works, Ltd"], "Engineer, Sr; \\o/")
    assert ada.email.value == "ada@example.com"
    assert ada.url.value == ada.x_socialprofile.value == "https://www.linkedin.com/in/ada-example"
    assert ada.note.value == (
        "met in Ghent; by chance, \\once\\\ntwo\nlines: and 100 %\nConnected on LinkedIn: 2019-06-05\n"
        "Formerly: Ada Sample, Ada, Esq."
    )
    assert ada.categories.value == ["customer", "ghent"]
    assert ada.rev.value == {"3.0": "2026-03-20T08:07:10Z", "4.0": "20260320T080710Z"}[version]
    assert {line.name for line in bare.getChildren()} - {"KIND"} == {"VERSION", "UID", "FN", "N", "NOTE", "REV"}


@pytest.mark.parametrize("version", VERSIONS)
def test_no_line_is_long_and_none_ends_inside_a_character(version: str) -> None:
    data = text_of("vcard", [*FULL, *hostile()], Options(vcard=version)).encode()
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) == 75
    for line in lines:
        line.decode()  # raises inside a character
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert lines.count(b"BEGIN:VCARD") == lines.count(b"END:VCARD") == data.count(b"\r\nUID")


@pytest.mark.parametrize("letter", ["a", "é", "山", "\U0001f469"])
def test_folding_at_every_place(letter: str) -> None:
    """Wherever the limit falls, unfolding gives the line back."""
    for before in range(80):
        line = "NOTE:" + "x" * before + letter * 100
        pieces = folded(line).split("\r\n ")
        assert "".join(pieces) == line
        sizes = [len(piece.encode()) + (place > 0) for place, piece in enumerate(pieces)]
        assert max(sizes) <= 75
        assert min(sizes[:-1]) > 75 - len(letter.encode())


@pytest.mark.parametrize("version", VERSIONS)
def test_hostile_text_stays_in_its_property(version: str) -> None:
    """Each card holds each property once at most, and no other than ours."""
    ours = {"VERSION", "UID", "KIND", "FN", "N", "ORG", "TITLE", "EMAIL", "URL", "X-SOCIALPROFILE", "SOCIALPROFILE"}
    for card in cards(text_of("vcard", hostile(), Options(vcard=version))):
        names = [line.name for line in card.getChildren()]
        assert len(names) == len(set(names))
        assert set(names) <= ours | {"NOTE", "CATEGORIES", "REV"}
        assert not hasattr(card, "url") or card.url.value.startswith("https://")


KHARD = """\
[addressbooks]
[[linkbak]]
path = {place}
"""
_FIELDS = ("formatted_name", "organisations", "titles", "emails", "webpages", "notes", "categories")


def khard(place: Path, *words: str) -> str:
    """What khard itself says of a folder of contacts."""
    config = place.parent / "khard.conf"
    config.write_text(KHARD.format(place=place), "utf-8")
    program = shutil.which("khard", path=str(Path(sys.executable).parent))
    assert program is not None
    environment = {**os.environ, "PYTHONUTF8": "1"}
    line = [program, "-c", str(config), *words]
    ran = subprocess.run(line, capture_output=True, check=False, env=environment)
    assert (ran.returncode, ran.stderr) == (0, b"")
    return ran.stdout.decode()


def listed(place: Path) -> dict[str, tuple[Any, ...]]:
    """Every contact that khard finds, by UID: the name, then the other fields."""
    found = {}
    for line in (
        khard(place, "list", "--parsable", "--fields", ",".join(("uid", *_FIELDS))).removesuffix("\n").split("\n")
    ):
        uid, name, *rest = line.split("\t")
        found[uid] = (name, *(literal_eval(value) if value else None for value in rest))
    return found


@pytest.fixture
def vdir(version: str, tmp_path: Path) -> Path:
    """A folder of cards: those of FULL, and the hostile ones."""
    chosen = EXPORTERS["vcard"]
    assert chosen.pages is not None
    kept, _ = chosen.takes([*FULL, *hostile()[20:]])
    write_pages(chosen.pages(selection_of(kept), Options(vcard=version)), tmp_path / "vdir", force=False)
    return tmp_path / "vdir"


@pytest.mark.parametrize("version", VERSIONS)
def test_khard_loses_nothing(version: str, vdir: Path) -> None:
    """Every field of every contact, the hostile ones too, as far as a line of a card can carry it."""
    found = listed(vdir)
    expected = {}
    for one in [*FULL, *hostile()[20:]]:
        if one.person.row.name:
            expected[uid(one)] = _as_khard_tells(one, version)
    assert found == expected


def _as_khard_tells(one: Entry, version: str) -> tuple[Any, ...]:
    row = one.person.row
    company, position, email = (one_line(text).strip() for text in (row.company, row.position, row.email))
    url = web_address(row.url.strip())
    tags = [tag for tag in (one_line(tag).strip() for tag in one.person.tags) if tag]
    return (
        one_line(row.name).strip(),
        [[company]] if company else None,
        [position] if position else None,
        {"3.0": {"INTERNET": [email]}, "4.0": {"internet": [email]}}[version] if email else None,
        [url] if url else None,
        [many_lines(card_note(one))],
        tags or None,
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_khard_shows_a_card(vdir: Path) -> None:
    """By hand, so that a fault in how notes and names are made here and there alike is seen."""
    from ruamel.yaml import YAML

    found = YAML(typ="safe").load(khard(vdir, "show", "--format", "yaml", f"uid:{uid(FULL[0])}"))
    told = {name: value for name, value in found.items() if value and name not in ("Phone", "Impp", "Address", "Email")}
    assert {**told, "Email": [*found["Email"].values()]} == {
        "Formatted name": "Ada; the, 1st Example\\Sample",
        "Kind": "individual",
        "First name": "Ada; the, 1st",
        "Last name": "Example\\Sample",
        "Organisation": "Example; Works, Ltd",
        "Title": "Engineer, Sr; \\o/",
        "Email": ["ada@example.com"],
        "Categories": ["customer", "ghent"],
        "Webpage": "https://www.linkedin.com/in/ada-example",
        "Note": "met in Ghent; by chance, \\once\\\ntwo\nlines: and 100 %\nConnected on LinkedIn: 2019-06-05\n"
        "Formerly: Ada Sample, Ada, Esq.",
    }


# the second import


def identified(vault: Path) -> dict[str, str]:
    """Every card of everybody ever known, by its UID."""
    chosen = EXPORTERS["vcard"]
    assert chosen.pages is not None
    with Vault.open(vault) as opened, History.open(opened) as history:
        entries = history.entries(history.people(PeopleFilter(states=EVERYBODY)))
        kept, _ = chosen.takes(entries)
        pages = dict(chosen.pages(Selection(kept, max(history.lists(), default=""), history, opened), Options()))
    assert len(pages) == len(kept)
    return pages


def rev(card: str) -> str:
    return card[card.index("\r\nREV:") + 6 :].partition("\r\n")[0]


def without_rev(card: str) -> str:
    return card[: card.index("\r\nREV:")]


def test_after_more_archives_cards_are_the_same_but_for_who_changed(family: Path, empty: Path) -> None:
    """UIDs last, and REV turns when the card does, and only then."""
    before: dict[str, str] = {}
    turned = 0
    for archive in archives.FAMILY[:-1]:
        assert run("import", family / archive.path, vault=empty).status in (0, 3, 9)
        after = identified(empty)
        assert set(before) <= set(after)
        for name, card in before.items():
            changed = without_rev(card) != without_rev(after[name])
            assert (rev(after[name]) > rev(card)) == changed, after[name]
            turned += changed
        before = after
    assert turned > 20


def test_a_note_and_a_tag_turn_the_card_of_one(two: Path) -> None:
    before = identified(two)
    assert run("mark", "Carla Ejemplo", "note", "met in Ghent", vault=two).status == 0
    assert run("mark", "Carla Ejemplo", "tag", "road", vault=two).status == 0
    after = identified(two)
    (name,) = [name for name in after if after[name] != before[name]]
    assert "\r\nNOTE:met in Ghent\\n" in after[name]
    assert "\r\nCATEGORIES:road\r\n" in after[name]
    assert rev(after[name]) > rev(before[name])


def test_a_tag_taken_back_turns_the_card_too(two: Path) -> None:
    """Not back to what it was, which an address book would take for older than what it has."""
    from time_machine import travel

    untagged = identified(two)
    with travel("2026-04-01T08:00:00Z", tick=False):
        assert run("mark", "Carla Ejemplo", "tag", "road", vault=two).status == 0
    tagged = identified(two)
    with travel("2026-04-02T08:00:00Z", tick=False):
        (one,) = run("mark", "list", "--json", vault=two).json["marks"]
        assert run("mark", "undo", one["id"], vault=two).status == 0
        assert run("mark", "Carla Ejemplo", "known", vault=two).status == 0
    after = identified(two)
    (name,) = [name for name in after if after[name] != tagged[name]]
    assert without_rev(after[name]) == without_rev(untagged[name])
    assert [rev(cards[name]) for cards in (tagged, after)] == ["2026-04-01T08:00:00Z", "2026-04-02T08:00:00Z"]
    with travel("2026-04-03T08:00:00Z", tick=False):
        assert run("mark", "Carla Ejemplo", "removed-by-me", vault=two).status == 0
    assert identified(two) == after
