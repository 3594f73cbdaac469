"""Every screen in a language in which each letter has an accent: a word without one was not marked for translation."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile, is_zipfile

import pytest

from linkbak.cli.app import VERBS
from tests import catalogue
from tests.vaults import with_index

PACKAGE = Path(__file__).parent.parent / "linkbak"

SCREENS = """
--help
help all
help exit-statuses
status
log
log latest
diff
lost
lost --why
lost --all
show Niall
search sampla
posts
invitations
messages
messages Niall
pitches
pitches show 1
audit --list
audit cull
activity
activity --by year
stats
stats --mail
reach
link
kit --region eu -o {here}/kit
export vcard -o {here}/people.vcf
export markdown -o {here}/notes
export parquet -o {here}/tables
report -o {here}/page.html
mark Niall note hello
mark list
forget 2024
verify
verify --restore
doctor
config
config keys
compact
remote
remote add disk {here}/disk
push
remote check
pull
seal -o {here}/sealed.age --passphrase-file {here}/words
unseal {here}/sealed.age -o {here}/opened --passphrase-file {here}/words
schedule
schedule show
request
request sent
api
import {here}/nowhere.zip
restore latest -o {here}/files
nonsense
show
show nobody-at-all
show Sampla
log --last x
diff a b c
diff --nonsense
export nonsense
people --sort nonsense
search
unseal {here}/words
restore nonsense
clone {here}/nowhere {here}/new
"""
"""A line of words for each screen; later ones see what earlier ones did."""

PAGES = ("page.html",)
"""What these write for a browser; of the kit the rules of law stay in English."""

QUOTING = frozenset({"messages", "invitations", "posts", "search", "pitches", "show", "mark"})
"""The verbs that show what people wrote."""

SAID = frozenset(
    re.findall(
        r"\w+",
        """
        linkbak cron csv vcard google outlook json jsonl markdown sqlite parquet ics closest company connected name show
        set unset generate validate path true false vault python git permissions lock index clock disk folders timer
        nonsense note hello fun
        """,
    )
)
"""Words that stand in every language: names of programs, formats, settings and checks, and what these lines type."""

PROGRAM = """
import json, sys
from pathlib import Path
from tests.cli.running import run
lines, vault = json.load(sys.stdin)
ran = [run(*line.split(), vault=Path(vault)) for line in lines]
json.dump([one.out + one.err for one in ran], sys.stdout)
"""


class Data(NamedTuple):
    """The words of archives: of lists of connections and with a capital letter anywhere, and those people wrote."""

    names: frozenset[str]
    written: frozenset[str]


@pytest.fixture(scope="module")
def data(family: Path) -> Data:
    """The words of all archives that the vault is made of."""
    names, written = set[str](), set[str]()
    for name, text in _texts(family):
        words = set(re.findall(r"[A-Za-z]+", f"{name} {text}"))
        written |= words
        names |= words if name == "Connections.csv" else {word for word in words if word[0].isupper()}
    return Data(frozenset(names), frozenset(written))


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if is_zipfile(path):
            with ZipFile(path) as archive:
                yield from ((one, archive.read(one).decode(errors="replace")) for one in archive.namelist())
        elif path.is_file():
            yield path.name, path.read_text(encoding="utf-8", errors="replace")


def _read(page: Path) -> str:
    """What a page shows, a line for each piece of text."""
    text = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page.read_text(encoding="utf-8"))
    return html.unescape(re.sub(r"<[^>]*>", "\n", text))


NO_TEXT = re.compile(
    r"linkbak [a-z].*|`[^`]*`|(?<!\w)--?[a-z][\w-]*|\S*[/@_=*]\S*|\S+\.[a-z]\w+|'[^']*'|\b\d\S*|# linkbak:.*"
)
"""Commands, options, addresses, paths, settings, what somebody typed, numbers, lines of a crontab."""


def unmarked(verb: str, shown: str, data: Data) -> Iterator[str]:
    """The lines of a screen with a word that nobody translated."""
    known = SAID | {*VERBS} | data.names | (data.written if verb in QUOTING else frozenset())
    for line in shown.splitlines():
        words = set(re.findall(r"(?<![\w-])[A-Za-z]+(?![\w-])", NO_TEXT.sub(" ", line))) - known
        if wrong := {word for word in words if len(word) > 1 and re.search("[aeiou]", word)}:
            yield f"{', '.join(sorted(wrong))}: {line}"


def test_every_screen_is_translated(
    years_once: Path, index_of: Callable[[Path], Path], data: Data, tmp_path: Path
) -> None:
    """But for words that no language has: a word that is marked has accents on all its vowels."""
    vault = with_index(Path(shutil.copytree(years_once, tmp_path / "vault", symlinks=True)), index_of(years_once))
    catalogue.pseudo(PACKAGE, tmp_path / "locale")
    (tmp_path / "words").write_text("correct horse battery staple\n")
    lines = [line.format(here=tmp_path) for line in SCREENS.strip().splitlines()]
    spoken = {name: value for name, value in os.environ.items() if name != "LANGUAGE"}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps([lines, str(vault)]), capture_output=True, encoding="utf-8",
        env=spoken | {"LC_ALL": "eo", "TEXTDOMAINDIR": str(tmp_path / "locale"), "PYTHONUTF8": "1"}, check=False,
        cwd=PACKAGE.parent,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    screens = dict(zip(lines, json.loads(ran.stdout), strict=True))
    assert [line for line, shown in screens.items() if len(shown) < 20] == []
    screens |= {f"show {name}": _read(tmp_path / name) for name in PAGES}
    found = {line: [*unmarked(line.split()[0], shown, data)] for line, shown in screens.items()}
    assert {line: wrong for line, wrong in found.items() if wrong} == {}
