"""The catalogue of all texts, made from the code: what a translator begins with."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import typer
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from jinja2.ext import babel_extract

from linkbak import __version__
from linkbak.cli.app import VERBS, build
from linkbak.cli.session import HELP_TEXTS, SHARED

PLURALS = {"tr": False, "tr_later": False, "tr_count": True, "count": True}
"""The functions whose first texts are translated, and whether these are a singular and a plural.

`count` takes its number first, and adds an s where no plural is given.
"""


class Text(NamedTuple):
    """A text of the catalogue, with its plural if it has one, the file that shows it, and whether it is for later."""

    text: str
    plural: str
    file: str
    context: str | None = None


def texts(package: Path) -> list[Text]:
    """Every text that is marked in the code and the templates of the page, and every one that `--help` shows."""
    found: list[Text] = []
    for path in sorted(package.rglob("*.py")):
        found += _in_code(ast.parse(path.read_text(encoding="utf-8")), _place(path, package))
    for path in sorted(package.rglob("*.j2")):
        found += _in_template(path, _place(path, package))
    return [*found, *(one for verb in VERBS for one in help_of(verb))]


def unreadable(package: Path) -> list[str]:
    """The files in which `tr` is given what no catalogue can be made from: anything but a literal text; once a call."""
    return [
        _place(path, package)
        for path in sorted(package.rglob("*.py"))
        if path.name != "texts.py"
        for call, name in _calls(ast.parse(path.read_text(encoding="utf-8")))
        if name != "count" and _literals(call, name) is None
    ]


def template(package: Path) -> str:
    """The catalogue without translations, in the format of gettext (a .pot file)."""
    day = datetime(2026, 1, 1, tzinfo=UTC)  # the same each time, else making it anew would change it
    catalogue = Catalog(
        project="linkbak", version=__version__, fuzzy=False, creation_date=day, header_comment="# All texts of linkbak."
    )
    for one in texts(package):
        catalogue.add(
            (one.text, one.plural) if one.plural else one.text, locations=[(one.file, 0)], context=one.context
        )
    written = io.BytesIO()
    pofile.write_po(written, catalogue, width=100, include_lineno=False, sort_output=True)
    return re.sub(r'"Generated-By: .*\n', "", written.getvalue().decode(), count=1)


def pseudo(package: Path, folder: Path) -> None:
    """Write a translation of every text, in which each letter has an accent; a language that nobody speaks.

    It is Esperanto as far as gettext knows. What stands between backquotes or braces, options and words in capitals
    stay as they are, as they do in any translation.
    """
    catalogue = Catalog(locale="eo", fuzzy=False)
    for one in texts(package):
        accented = (accent(one.text), accent(one.plural)) if one.plural else accent(one.text)
        catalogue.add((one.text, one.plural) if one.plural else one.text, accented, context=one.context)
    place = folder / "eo/LC_MESSAGES/linkbak.mo"
    place.parent.mkdir(parents=True)
    with place.open("wb") as written:
        mofile.write_mo(written, catalogue)


_LETTERS = str.maketrans("aceginoruszACEGINORUSZ", "áčéğíñóŕúšžÁČÉĞÍÑÓŔÚŠŽ")
_KEPT = re.compile(r"(`[^`]*`|\{[^}]*\}|--?[a-z][\w-]*|^  linkbak .*$|\b[A-Z]{2,}\b)", re.MULTILINE)


def accent(text: str) -> str:
    """The text with accents on its letters, still to be read: ``3 péóplé léft``."""
    parts = _KEPT.split(text)
    return "".join(part if number % 2 else part.translate(_LETTERS) for number, part in enumerate(parts))


def _place(path: Path, package: Path) -> str:
    return path.relative_to(package.parent).as_posix()


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLURALS:
            yield node, node.func.id


def _literals(call: ast.Call, name: str) -> tuple[str, str] | None:
    given = [one.value if isinstance(one, ast.Constant) else None for one in call.args]
    given = given[1:] if name == "count" else given[: 2 if PLURALS[name] else 1]
    if not given or not all(isinstance(one, str) for one in given):
        return None
    one, *more = [str(text) for text in given]
    return one, (more[0] if more else f"{one}s") if PLURALS[name] else ""


def _in_code(tree: ast.AST, file: str) -> Iterator[Text]:
    for call, name in _calls(tree):
        if literal := _literals(call, name):
            yield Text(*literal, file, "kept" if name == "tr_later" else None)


def _in_template(path: Path, file: str) -> Iterator[Text]:
    with path.open("rb") as opened:
        options = {"trim_blocks": "true", "lstrip_blocks": "true"}
        for _, name, given, _ in babel_extract(opened, list(PLURALS), [], options):
            one, *more = [text for text in (given if isinstance(given, tuple) else (given,)) if text]
            yield Text(one, more[0] if more else f"{one}s" if PLURALS[name] else "", file)


def help_of(verb: str) -> Iterator[Text]:
    """Every text that the help of a verb shows, but for what stands in each."""
    group: Any = typer.main.get_command(build([verb]))
    command = group.commands[verb]
    file = f"{VERBS[verb][0].rpartition('.')[0].replace('.', '/')}.py"
    own = [one.help for one in command.params if one.help and not (one.hidden or one.name in SHARED)]
    for help in (command.help, *own):
        yield from (Text(part, "", file) for part in HELP_TEXTS.split(help)[::2] if part)
