"""Pages and the index, their front matter read by a YAML reader and the rest by a Markdown parser."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from ruamel.yaml import YAML

from linkbak.exporters import Options
from linkbak.exporters.formats import EXPORTERS
from linkbak.index import Entry, Window
from linkbak.model import Connection
from linkbak.report.escape import terminal
from tests.cli.running import run
from tests.conftest import Golden
from tests.exporters.contract import Contract
from tests.exporters.everybody import everybody
from tests.exporters.given import ADA, NEWEST, entry, hostile

HERE = Path(__file__).parent
PARSER = MarkdownIt("gfm-like", {"linkify": False})
HARMLESS = re.compile(r"[\w' -]+\.md")
ACTING = re.compile(r"(?<!\\)(\{\{|\{%|<%|==|%%|\[\[|::|\$|#\w|\^\w|:\w+:|\bwww\.|@\w)|(?<![<(])https?://")
"""What means something to Obsidian, to its plugins, or to programs that fill in templates."""


def pages_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix == ".md" and path.name != "index.md")


def parts(page: Path) -> tuple[dict[str, Any], str]:
    """Front matter and the rest."""
    start, front, body = page.read_text("utf-8").split("---\n", 2)
    assert start == ""
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(front)
    return loaded, body


def tokens(body: str) -> Iterator[Token]:
    for token in PARSER.parse(body):
        yield from token.children or [token]


def shown(inline: Token) -> str:
    """The text of a line as a reader sees it."""
    return "".join(child.content for child in inline.children or () if child.type in ("text", "text_special"))


def heading(body: str) -> str:
    found = PARSER.parse(body)
    place = next(number for number, token in enumerate(found) if token.type == "heading_open")
    assert found[place].tag == "h1"
    return shown(found[place + 1])


def links(body: str) -> list[tuple[str, str]]:
    """The text and address of each link."""
    found, address = [], ""
    for token in tokens(body):
        if token.type == "link_open":
            address = str(token.attrGet("href"))
            found.append(("", address))
        elif token.type == "link_close":
            address = ""
        elif address:
            found[-1] = (found[-1][0] + token.content, address)
    return found


class TestMarkdown(Contract):
    format = "markdown"
    pages = True

    def write(self, entries: Sequence[Entry], vault: Path, place: Path) -> tuple[Path, list[str]]:
        return super().write([unknown(one) for one in entries], vault, place)

    def names(self, written: Path) -> list[str]:
        return [heading(page.read_text("utf-8").split("---\n", 2)[2]) for page in pages_of(written)]

    def test_the_index_leads_to_everybody(self, hostile_pages: Path) -> None:
        place, people = hostile_pages, hostile()
        found = links((place / "index.md").read_text("utf-8"))
        assert sorted(unquote(address) for _, address in found) == sorted(page.name for page in pages_of(place))
        assert {text for text, _ in found} == {terminal(name).strip() for name in self.expected(people)}

    def test_hostile_text_is_but_text(self, hostile_pages: Path) -> None:
        place, people = hostile_pages, hostile()
        by_id = {one.person.id: one for one in people}
        for page in pages_of(place):
            front, body = parts(page)
            told = by_id[front["id"]]
            assert harmless(body) == ["heading", "list"] or told.notes
            row = told.person.row
            assert heading(body) == terminal(row.name).strip()
            assert front["name"] == no_link(row.name)
            assert front["aliases"] == [no_link(row.name), *map(no_link, told.former)]
            assert front.get("company", "") == no_link(row.company)
            assert front.get("email", "") == no_link(row.email)
            assert not ACTING.search(body.replace("https://www.linkedin.com/in/ada-example", "").replace(
                f"<{row.email.strip()}>", ""
            ))  # fmt: skip
            assert {address for _, address in links(body)} <= {
                "https://www.linkedin.com/in/ada-example", f"mailto:{row.email.strip()}"
            }  # fmt: skip
            for text in told.notes:
                if text.strip():
                    assert terminal(text).split()[0] in " ".join(token.content for token in tokens(body))

    def test_hostile_front_matter_has_no_template_and_no_link(self, hostile_pages: Path) -> None:
        place = hostile_pages
        for page in pages_of(place):
            front = page.read_text("utf-8").split("---\n", 2)[1]
            assert not re.search(r"\{|<|\[\[|^(?!\w+: ).", front, re.MULTILINE)

    def test_file_names_suit_every_file_system(self, hostile_pages: Path) -> None:
        place = hostile_pages
        for page in pages_of(place):
            assert HARMLESS.fullmatch("".join(char for char in page.name if not unicodedata.combining(char))), page.name
            assert len(page.name.encode()) <= 96
            assert not re.match(r"(?i)(con|prn|aux|nul|com\d|lpt\d)\.", page.name)
            assert page.name[0] not in " .-"
        names = [page.name.casefold() for page in pages_of(place)]
        assert len(set(names)) == len(names)


def unknown(given: Entry) -> Entry:
    """The same with a number that nobody in the vault has: pages tell of the past, too."""
    return given._replace(person=given.person._replace(number=given.person.number + 1_000_000))


def no_link(text: str) -> str:
    return re.sub(r"\[(?=\[)", "[ ", terminal(text).strip())


def harmless(body: str) -> list[str]:
    """The sorts of blocks in a page, but for paragraphs; there is no HTML, code or picture anywhere."""
    every = list(tokens(body))
    kinds = {token.type for token in every}
    assert kinds.isdisjoint({"html_block", "html_inline", "code_inline", "code_block", "fence", "image", "em_open"})
    assert kinds.isdisjoint({"strong_open", "s_open", "blockquote_open", "ordered_list_open", "hr"})
    found = {token.type.partition("_open")[0] for token in every if token.nesting == 1}
    assert sum(token.type == "heading_open" for token in every) <= 2
    return sorted(name.replace("bullet_", "") for name in found - {"paragraph", "list_item", "link"})


@pytest.fixture(scope="module")
def hostile_pages(two_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pages of people whose every field is hostile."""
    place, _ = TestMarkdown().write(hostile(), two_once, tmp_path_factory.mktemp("pages") / "out")
    return place


WINDOW = Window("2026-02-01T00:00:00Z", NEWEST)


def page(given: Entry, vault: Path) -> tuple[str, str]:
    """The name and text of somebody's page."""
    chosen = EXPORTERS["markdown"]
    assert chosen.pages is not None
    with everybody(vault) as selection:
        first, *_ = chosen.pages(selection._replace(entries=[given]), Options())
    return first


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("hidden", "Hidden after 1 Feb 2026, before 20 Mar 2026: still connected, but only a date is shown"),
        ("suspected", "No longer connected: gone after 1 Feb 2026, before 20 Mar 2026; only the newest list says so"),
        ("confirmed", "No longer connected: gone after 1 Feb 2026, before 20 Mar 2026"),
        ("held", "Missing after 1 Feb 2026, before 20 Mar 2026 in a list that is not believed"),
        ("unclear", "Perhaps gone after 1 Feb 2026, before 20 Mar 2026: the lists allow two readings"),
    ],
)
def test_how_somebody_stands(february_march: Path, state: Any, line: str) -> None:
    _, text = page(entry(1_000_000, state=state, window=WINDOW), february_march)
    assert f"\n- {line}\n" in text
    assert f"\nstate: {state}\n" in text


def test_a_page_in_full(february_march: Path, golden: Golden) -> None:
    full = entry(
        1_000_000,
        Connection(
            "Ada", "Example, PhD", "https://www.linkedin.com/in/ada-example", "ada@example.com", "Example & Co",
            "Engineer #1", date(2019, 6, 5),
        ),
        tags=("customer", "2026", "met in Ghent, once", "work/Example & Co.", "!!"),
        notes=("Met in Ghent:\n- once\n\n1. by chance\n# twice", "likes [[cheese]]"),
        former=("Ada Sample",),
    )  # fmt: skip
    full = full._replace(person=full.person._replace(messages=2, last_message="2026-01-02T03:04:05Z"))
    name, text = page(full, february_march)
    assert name == f"Ada Example PhD {1_000_000:012x}.md"
    golden(HERE / "goldens/markdown_page.md", text)


def test_tags_that_differ_in_a_sign_stay_apart(february_march: Path) -> None:
    _, text = page(entry(1_000_000, tags=("C", "C++", "C#", "#C")), february_march)

    assert 'tags: ["C", "C-plus-plus", "C-sharp"]' in text


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("CON", "CON "),
        ("J. R. Example", "J R Example "),
        ("O'Example", "O'Example "),
        ("山田 太郎", "山田 太郎 "),
        ("Zoe\u0308", "Zoë "),
        ("../../etc", "etc "),
        ("<[#^|:]>", ""),
        ("x" * 300, "x" * 80 + " "),
        ("\U00020000" * 300, "\U00020000" * 20 + " "),
        ("\U0001d400\U0001d41d\U0001d41a", "Ada "),
        ("\U0001f469", ""),
    ],
)
def test_names_of_pages(february_march: Path, name: str, stem: str) -> None:
    found, _ = page(entry(1_000_000, ADA._replace(first_name=name, last_name="")), february_march)
    assert found == f"{stem}{1_000_000:012x}.md"


def test_who_takes_another_name_keeps_the_page(accounts: Path) -> None:
    with everybody(accounts) as selection:
        renamed = next(one for one in selection.entries if one.former and one.person.row.name)
        first = selection.history.timeline(renamed.person).names[0].value
    name, text = page(renamed, accounts)
    present = renamed.person.row.name
    assert present != first
    assert name == f"{first} {renamed.person.id}.md"
    assert heading(text.split("---\n", 2)[2]) == present


def test_jobs_are_told_where_there_were_several(accounts: Path) -> None:
    with everybody(accounts) as selection:
        several = next(one for one in selection.entries if one.person.row.name == "Bram Staal")
    _, text = page(several, accounts)
    assert text.endswith(
        "\n## Jobs\n\n"
        "| Position | Company | First shown | No longer shown |\n"
        "|---|---|---|---|\n"
        "| Glazier | Staal Glas | 20 Mar 2026 |  |\n"
        "| Glazier | Voorbeeld BV | 11 Jul 2023 | 20 Mar 2026 |\n"
    )


def test_a_second_export_updates_and_spares_what_the_user_changed(accounts: Path, tmp_path: Path) -> None:
    words = ("export", "markdown", "--account", "me", "-o", tmp_path / "people", "--json")
    first = run(*words, vault=accounts)
    assert first.status == 0, first.err
    count = len(list((tmp_path / "people").glob("*.md")))
    mine = next(path for path in pages_of(tmp_path / "people") if path.name.startswith("Alba"))
    mine.write_text(mine.read_text("utf-8") + "\nMy own words.\n", "utf-8")
    own = tmp_path / "people/own.md"
    own.write_text("# My own page\n", "utf-8")
    again = run(*words, vault=accounts)
    assert again.status == 0, again.err
    assert (again.json["files"], again.json["unchanged"], again.json["spared"]) == (0, count - 1, [mine.name])
    assert "My own words." in mine.read_text("utf-8")
    assert own.read_text("utf-8") == "# My own page\n"


def test_the_index(february_march: Path, golden: Golden) -> None:
    names = ("Boris", "ada", "Ängelika", "山田", "3M Example", "*** Zoë")
    people = [entry(1_000_000 + number, ADA._replace(first_name=name)) for number, name in enumerate(names)]
    people.append(entry(1_000_099, ADA._replace(first_name="Gone"), state="confirmed", window=WINDOW))
    chosen = EXPORTERS["markdown"]
    assert chosen.pages is not None
    with everybody(february_march) as selection:
        *_, (name, text) = chosen.pages(selection._replace(entries=people, newest=NEWEST), Options())
    assert name == "index.md"
    golden(HERE / "goldens/markdown_index.md", text)
