"""The file itself: well formed, closed to the world, complete, and harmless whoever wrote what is in it."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest

from linkbak.index import Person
from linkbak.report.escape import mail_address, terminal
from linkbak.report.html import environment, pieces
from linkbak.state import Record
from linkbak.stats import Changes, Health, Overview, Reach
from tests.hostile_text import HOSTILE_TEXT
from tests.report.html import invented
from tests.report.html.reading import Element, read

TEMPLATES = ("page", "draw")


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def attributes(root: Element) -> list[tuple[str, str, str]]:
    return [(one.tag, name, value) for one in everything(root) for name, value in one.attributes.items()]


def everything(root: Element) -> list[Element]:
    return [root, *(found for child in root.children for found in everything(child))]


@pytest.mark.parametrize("name", ["page", "hostile"])
def test_the_policy_allows_our_two_blocks_and_nothing_else(name: str, request: pytest.FixtureRequest) -> None:
    text = request.getfixturevalue(name).read_text("utf-8")
    (style,), (script,) = (re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL) for tag in ("style", "script"))
    metas = [one.attributes for one in read(text).all("meta")]

    assert [one["content"] for one in metas if one.get("http-equiv") == "Content-Security-Policy"] == [
        f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ]
    assert text.index("Content-Security-Policy") < text.index("<style>")


@pytest.mark.parametrize("name", ["page", "hostile"])
def test_nothing_in_it_runs_or_is_fetched(name: str, request: pytest.FixtureRequest) -> None:
    """No handlers, no styles beside ours, and addresses only where one follows them by hand."""
    root = read(request.getfixturevalue(name).read_text("utf-8"))
    found = attributes(root)

    assert [one for one in found if one[1].startswith("on") or one[1] in ("style", "src", "srcset", "action")] == []
    assert {tag for tag, name, _ in found if name == "href"} == {"a", "link"}
    assert [value[:18] for tag, name, value in found if tag == "link" and name == "href"] == ["data:image/svg+xml"]
    outside = {value for tag, name, value in found if tag == "a" and name == "href" and not value.startswith("#")}
    assert [one for one in outside if not re.match(r"https://www\.linkedin\.com/in/|mailto:[a-z]", one)] == []
    leading = [one for one in everything(root) if one.attributes.get("href", "").startswith("https:")]
    assert {one.attributes["rel"] for one in leading} <= {"noopener noreferrer"}
    assert len(root.all("script")) == len(root.all("style")) == 1


def test_every_hostile_text_stands_where_it_belongs_as_text(hostile: Path) -> None:
    root = read(hostile.read_text("utf-8"))
    (table,) = root.all("noscript")[0].all("table")
    shown = [" ".join(cell.text.split()) for row in table.all("tbody")[0].all("tr") for cell in row.all("th", "td")]

    expected = []
    for text in HOSTILE_TEXT:
        line = " ".join(terminal(text.strip()).split())
        expected += [line or "(hidden)", line, line, "1 Jan 2020", line, "3"]
    assert shown == expected


def test_templates_escape_and_miss_nothing() -> None:
    from jinja2 import StrictUndefined

    found = environment()

    assert found.autoescape is True
    assert found.undefined is StrictUndefined
    assert sorted(found.list_templates()) == sorted(f"{name}.html.j2" for name in TEMPLATES)
    sources = [found.loader.get_source(found, f"{name}.html.j2")[0] for name in TEMPLATES]  # type: ignore[union-attr]
    assert [source for source in sources if re.search(r"\|\s*safe\b|autoescape|Markup", source)] == []


def test_everybody_is_in_the_page_without_script(page: Path) -> None:
    people = invented.crowd(1_400)
    rows = read(page.read_text("utf-8")).all("noscript")[0].all("tbody")[0].all("tr")

    assert len(rows) == 1_400 + len(invented.losses())
    assert [cell.text.strip() for cell in rows[3].all("th", "td")] == [
        *(people[3].row.name, people[3].row.position, people[3].row.company, "15 Mar 2026"),
        *(people[3].row.email, ""),
    ]


def test_headings_descend_one_level_at_a_time_and_landmarks_have_names(page: Path) -> None:
    root = read(page.read_text("utf-8"))
    levels = [int(one.tag[1]) for one in root.all("h1", "h2", "h3", "h4")]
    ids = [one.attributes["id"] for one in everything(root) if "id" in one.attributes]

    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(set(ids)) == len(ids)
    assert [len(root.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    labels = [one.attributes["aria-labelledby"] for one in root.all("section", "svg") if "role" in one.attributes]
    labels += [one.attributes["aria-labelledby"] for one in root.all("section")]
    assert [label for label in " ".join(labels).split() if label not in ids] == []
    assert [
        one.attributes["href"] for one in root.all("nav")[0].all("a") if one.attributes["href"][1:] not in ids
    ] == []


def test_every_table_has_a_caption_and_says_what_its_heads_are_about(page: Path) -> None:
    for table in read(page.read_text("utf-8")).all("table"):
        assert table.children[0].tag == "caption"
        assert table.children[0].text.strip()
        heads = table.all("th")
        assert {one.attributes.get("scope") for one in heads} <= {"col", "row"}
        for row in table.all("tbody")[0].all("tr")[:50]:
            assert row.children[0].attributes["scope"] == "row"


def test_every_chart_says_in_words_what_it_shows() -> None:
    root = read("".join(pieces(invented.overview(invented.crowd(20), lists=520, days=7))))
    drawings = [one for one in root.all("svg") if one.attributes.get("role") == "img"]

    assert [one.children[0].text for one in drawings] == [*("Connections", "Gained and lost a quarter")]
    assert all(one.children[1].tag == "desc" and one.children[1].text for one in drawings)


def test_thirty_thousand_people_are_a_file_that_a_mail_can_hold(large: Path) -> None:
    assert 4_000_000 < large.stat().st_size < 8_000_000


def test_the_same_numbers_make_the_same_page() -> None:
    people = invented.crowd(50)

    assert "".join(pieces(invented.overview(people))) == "".join(pieces(invented.overview(people)))


def nothing(people: tuple[Person, ...] = ()) -> Overview:
    none = Changes("", (), ())
    health = Health(0, "", "", 0, 0, 0, (), Record(), Record())
    return Overview(
        *("linkedin-ada", invented.MADE, "", (), (), (), none, none, (), 0, 0, (), Reach(0, 0, 0, 0), health, people)
    )


def test_a_vault_without_a_list_makes_a_page_that_says_so() -> None:
    root = read("".join(pieces(nothing())))
    said = [" ".join(one.text.split()) for one in root.all("main")[0].all("p")]

    assert said[:3] == [
        "No list of connections yet.",
        "No archive here holds a list of connections yet.",
        "It is too early to tell who left.",
    ]
    assert root.all("h1")[0].text == "My network"
    assert [one.text for one in root.all("dl")[1].all("dt")] == ["Snapshots"]
    assert root.all("title")[0].text == "My network, 24 Mar 2026"


@pytest.mark.parametrize("plain", ["ada@example.com", " ada.e+x@mail.example.co.uk ", "A-1_b@x-y.example"])
def test_a_plain_address_may_be_written_to(plain: str) -> None:
    assert mail_address(plain) == f"mailto:{plain.strip()}"


@pytest.mark.parametrize(
    "other",
    [
        *HOSTILE_TEXT,
        *("ada@example.com,boris@example.com", "ada@example.com?bcc=boris@example.com", "ada%40x@example.com"),
        *("ada@example", "ada@@example.com", "ada@example.com\nBCC: x", "ad\u0430@example.com", "a b@example.com"),
    ],
)
def test_any_other_address_is_no_link(other: str) -> None:
    assert mail_address(other) == ""
