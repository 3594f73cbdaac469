"""``linkbak posts``: read on the screen, and read back from every file by another reader."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.cli.running import run
from tests.cli.terminal import on_terminal
from tests.diff.people import person
from tests.eras import render
from tests.hostile_text import HOSTILE_TEXT

LINK = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7"
TEXTS = [text for text in HOSTILE_TEXT if text.strip()]


def table(header: str, rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([header.split(","), *rows])
    return out.getvalue().encode("utf-8", "replace")


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two archives; the second lacks one comment and all reactions."""
    folder = tmp_path_factory.mktemp("posts")
    said = [[f"2024-03-17 10:{number:02}:00", f"{LINK}{number:02}", text] for number, text in enumerate(TEXTS[:59])]
    lists = {
        "first": {
            "Comments.csv": table("Date,Link,Message", [["2024-03-19 10:00:00", f"{LINK}-8", "Gone later"], *said]),
            "Reactions.csv": table("Date,Type,Link", [["2024-03-18 09:00:00", "LIKE", f"{LINK}-9"]]),
        },
        "second": {
            "Comments.csv": table("Date,Link,Message", said),
            "Shares.csv": table(
                "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility",
                [["2024-06-02 12:00:00", f"{LINK}-1", "Hello, world", "https://example.com/page", "", "MEMBER"]],
            ),
        },
    }
    vault = folder / "vault"
    assert run("init", vault).status == 0
    for day, (name, files) in zip(("2024-04-01", "2024-07-01"), lists.items(), strict=True):
        (folder / name).mkdir()
        (folder / name / "Connections.csv").write_bytes(render([person("Boris Sample")], "C5"))
        for path, data in files.items():
            (folder / name / path).write_bytes(data)
        assert run("import", folder / name, "--taken", day, vault=vault).status in (0, 3)
    return vault


def test_the_list_says_what_it_is_where_it_leads_and_what_is_deleted(vault: Path) -> None:
    ran = run("posts", "--last", "2", vault=vault)

    assert ran.out.splitlines() == [
        "1 share, 1 comment; newest first",
        "   2 Jun 2024  share    Hello, world",
        f"  {LINK}-1",
        "  https://example.com/page",
        "  19 Mar 2024  comment  Gone later",
        "                        deleted, or left out of newer archives: last seen in the archive of 1 Apr 2024",
        f"  {LINK}-8",
    ]
    assert run("posts", "list", "--kind", "reactions", vault=vault).out.splitlines()[:2] == [
        "1 reaction; newest first",
        "  18 Mar 2024  reaction  LIKE",
    ]


def test_a_folded_list_leaves_out_reactions_and_says_how_to_see_them(vault: Path) -> None:
    shown = on_terminal("posts", vault=vault)
    every = on_terminal("posts", "--all", vault=vault)

    assert shown[1] == "for the reactions: linkbak posts --kind reactions"
    assert not any("LIKE" in line for line in shown)
    assert sum(line.startswith(("  17 Mar 2024  ", "  19 Mar 2024  ", "   2 Jun 2024  ")) for line in shown) == 20
    assert shown[-1] == f"  and {2 + len(TEXTS[:59]) - 20} more; see all with --all"
    assert "  18 Mar 2024  reaction  LIKE" in every
    assert every[1] != shown[1]


def test_words_to_look_for_are_sent_to_search(vault: Path) -> None:
    assert "`linkbak search --in posts WORDS`" in run("posts", "patience", vault=vault).err.replace("\n  ", " ")


def test_every_post_comes_out_once_as_json_and_as_rows(vault: Path) -> None:
    found = run("posts", "--json", vault=vault).json
    rows = list(csv.DictReader(io.StringIO(run("posts", "--csv", vault=vault).out)))

    assert found["schema"] == "linkbak.posts/1"
    assert len(found["posts"]) == len(rows) == 3 + len(TEXTS[:59])
    gone = {one["link"] for one in found["posts"] if not one["current"]}
    assert gone == {f"{LINK}-8"}
    assert run("posts", "--since", "2024-06", "--json", vault=vault).json["posts"] == found["posts"][:1]


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.articles = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.articles += tag == "article"


@pytest.mark.parametrize("format", ["markdown", "html", "json"])
def test_an_export_is_read_back_by_another_reader_and_is_always_the_same(
    vault: Path, tmp_path: Path, format: str
) -> None:
    for name in ("a", "b"):
        assert run("posts", "export", format, "-o", tmp_path / name, vault=vault).status == 0
    text = (tmp_path / "a").read_text(encoding="utf-8")
    everything = run("posts", "--json", vault=vault).json["posts"]

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    if format == "json":
        assert json.loads(text)["posts"] == everything
    elif format == "html":
        page = Words()
        page.feed(text)
        assert page.articles == len(everything)
        assert page.tags <= {
            *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "article", "header", "strong", "a")
        }
    else:
        tokens = MarkdownIt("commonmark").parse(text)
        assert sum(one.type == "heading_open" and one.tag == "h2" for one in tokens) == len(everything)
        assert not [one for one in tokens if one.type in ("html_block", "fence", "code_block")]


def test_without_posts_it_says_so_and_wrong_words_are_told(vault: Path, empty: Path, tmp_path: Path) -> None:
    (tmp_path / "Connections.csv").write_bytes(render([person("Boris Sample")], "C5"))
    assert run("import", tmp_path / "Connections.csv", "--taken", "2024-04-01", vault=empty).status in (0, 3)

    ran = run("posts", vault=empty)
    assert (ran.status, ran.err.splitlines()[0]) == (13, "error: your archives hold no posts")
    assert run("posts", "export", "pdf", vault=vault).status == 2
    assert run("posts", "--kind", "cartoons", vault=vault).status == 2
    assert run("posts", "Kofi", vault=vault).status == 2


def test_a_long_list_goes_to_a_pager_on_a_terminal(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKBAK_PAGER", "sed s/^/paged:/")
    shown = on_terminal("posts", "--all", vault=vault)
    assert len(shown) > 60
    assert all(line.startswith("paged:") for line in shown)
