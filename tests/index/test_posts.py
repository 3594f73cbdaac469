"""Posts and facts of the account over several archives: each once, whatever order the archives come in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from linkbak.index import posts
from linkbak.index.history import History
from linkbak.vault import Vault
from tests.cli.running import run
from tests.diff.people import person
from tests.eras import render

LINK = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7"
LOGINS = "Login Date,IP Address,User Agent,Login Type\n"
LOGIN = "Sun Mar 17 10:00:00 UTC 2024,192.0.2.9,Any,WEB\n"
NEWER = "Sat Jun 01 10:00:00 UTC 2024,192.0.2.9,Any,WEB\n"
ARCHIVES: dict[str, dict[str, str]] = {
    "2024-04-01": {
        "Comments.csv": f"Date,Link,Message\n2024-03-17 10:00:00,{LINK},Helo\n2024-03-18 10:00:00,{LINK}8,Gone later\n",
        "Articles/2024-01-02 03:04:05.html": "<h1><a href='https://example.com/a'>On lists</a></h1><p>Lists.",
        "Logins.csv": LOGINS + LOGIN,
    },
    "2024-07-01": {
        "Comments_12345678.csv": f"Date,Link,Message\n2024-03-17 10:00:00,{LINK},Hello\n",
        "Articles/Articles/on-lists-x1y2z.html": "<h1><a href='https://example.com/a'>On lists</a></h1><p>Lists!",
        "Logins.csv": LOGINS + NEWER + LOGIN,
    },
    "2024-08-01": {},
}


@pytest.mark.parametrize("order", [list(order) for order in permutations(ARCHIVES)])
def test_each_is_told_once_as_the_newest_archive_that_has_it_shows_it(
    order: Sequence[str], tmp_path: Path, empty: Path
) -> None:
    for day in order:
        archive = tmp_path / day
        for path, data in {
            "Connections.csv": render([person("Ada Example")], "C5"),
            **{path: text.encode() for path, text in ARCHIVES[day].items()},
        }.items():
            (archive / path).parent.mkdir(parents=True, exist_ok=True)
            (archive / path).write_bytes(data)
        assert run("import", archive, "--taken", day, vault=empty).status == 0
        run("people", vault=empty)  # the index grows archive by archive

    with Vault.open(empty) as vault, History.open(vault) as history:
        found = posts.posts(history)
        facts = posts.account_facts(history)

    assert [(one.kind, one.at, one.text, one.last_seen[:10], one.current) for one in found] == [
        ("comment", "2024-03-18T10:00:00Z", "Gone later", "2024-04-01", False),
        ("comment", "2024-03-17T10:00:00Z", "Hello", "2024-07-01", True),
        ("article", "2024-01-02T03:04:05Z", "Lists!", "2024-07-01", True),
    ]
    assert [(one.what, one.at[:10], one.file, one.line, one.last_seen[:10]) for one in facts] == [
        ("login", "2024-03-17", "Logins.csv", 3, "2024-07-01"),
        ("login", "2024-06-01", "Logins.csv", 2, "2024-07-01"),
    ]
    assert {one.archive for one in facts} == {"2024-07-01T000000Z"}


def test_what_an_account_posted_goes_with_its_last_archive(tmp_path: Path, empty: Path) -> None:
    """Though nobody else is named in any of its files."""
    for account in ("me", "other"):
        archive = tmp_path / account
        archive.mkdir()
        (archive / "Connections.csv").write_bytes(render([person(f"Ada {account}")], "C5"))
        (archive / "Comments.csv").write_text(f"Date,Link,Message\n2024-03-17 10:00:00,{LINK},Hello from {account}\n")
        (archive / "Logins.csv").write_text(LOGINS + LOGIN)
        assert run("import", archive, "--taken", "2024-04-01", "--account", account, vault=empty).status == 0
    with Vault.open(empty) as vault, History.open(vault) as history:
        assert {one.account for one in posts.posts(history)} == {"linkedin-me", "linkedin-other"}

    assert run("forget", "2024-04-01T000000Z", "--account", "other", vault=empty).status == 0

    with Vault.open(empty) as vault, History.open(vault) as history:
        assert {one.account for one in posts.posts(history)} == {"linkedin-me"}
        assert {one.account for one in posts.account_facts(history)} == {"linkedin-me"}
