"""The letters of the kit, as plain text and as Markdown: they state what the archives show, and leave blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from textwrap import wrap
from typing import TYPE_CHECKING

from linkbak.kit.rules import rules
from linkbak.model import NamedTuple
from linkbak.report import count, day
from linkbak.report.escape import markdown, terminal

if TYPE_CHECKING:
    from jinja2 import Environment

    from linkbak.kit.contents import Contents

_WIDTH = 76


class Letter(NamedTuple):
    """One letter: the name of its file, its title, and by region the rules that it rests on."""

    name: str
    title: str
    rules: dict[str, tuple[str, ...]]


LETTERS = (
    Letter("appeal", "the complaint to LinkedIn", {"eu": ("dsa-20",), "uk": (), "other": ()}),
    Letter("reasons", "the request for the reasons", {"eu": ("dsa-17",), "uk": (), "other": ()}),
    Letter(
        "access",
        "the request for your data",
        {"eu": ("gdpr-15", "controller-eu"), "uk": ("uk-access", "controller-uk"), "other": ()},
    ),
    Letter("out-of-court", "the complaint to an out-of-court body", {"eu": ("dsa-21", "dsa-86")}),
)
"""In the order in which they are sent; the last one only where a law that was checked knows such bodies."""


def letters(contents: Contents) -> Iterator[tuple[str, str]]:
    """Each letter for each region twice, by its path in the kit: ``letters/appeal-eu.txt`` and ``.md``."""
    for region in contents.asked.regions:
        for letter in LETTERS:
            if region in letter.rules:
                path = f"letters/{letter.name}-{region}"
                yield f"{path}.txt", _plain(_rendered(letter, region, contents, "txt"))
                yield f"{path}.md", _rendered(letter, region, contents, "md")


def _rendered(letter: Letter, region: str, contents: Contents, form: str) -> str:
    known = rules()
    text = (
        _environment(form)
        .get_template(f"letters/{letter.name}.j2")
        .render(
            it=contents,
            region=region,
            rules=known,
            used=[known[id_] for id_ in letter.rules[region]],
            mark="# " if form == "md" else "",
        )
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _plain(text: str) -> str:
    """The same with lines of a width that every mail program shows; an item goes on under its first word."""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = "  " if line.startswith("- ") else ""
        lines += wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(lines)


@cache
def _environment(form: str) -> Environment:
    """The templates; whatever they are given is made harmless for text, or for Markdown."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    escape = markdown if form == "md" else terminal
    found = Environment(  # noqa: S701  # no HTML; `finalize` escapes for where it goes
        loader=PackageLoader("linkbak.kit"),
        undefined=StrictUndefined,
        finalize=lambda value: escape(value) if type(value) is str else value,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"day": day, "counted": count}
    return found
