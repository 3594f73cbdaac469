"""The texts of the kit: the rules of law from ``rules.toml``, its letters, and the page to print."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from textwrap import wrap
from typing import TYPE_CHECKING

import linkbak
from linkbak import texts
from linkbak.kit.contents import english_day
from linkbak.model import NamedTuple
from linkbak.report import day, html
from linkbak.report.escape import markdown, terminal
from linkbak.texts import tr

if TYPE_CHECKING:
    from jinja2 import Environment

    from linkbak.kit.contents import Contents

REGIONS = {"eu": tr("the European Union"), "uk": tr("the United Kingdom"), "other": tr("another country")}
"""The regions that the kit distinguishes."""
NOTES = {
    "eu": tr(
        "Whether the Digital Services Act applies to you in Iceland, Liechtenstein, Norway or Switzerland was "
        "not checked."
    ),
    "uk": tr("linkbak has checked no rule of the United Kingdom about suspended accounts."),
    "other": tr(
        "linkbak has checked no rule of your country. A consumer advice centre or a lawyer there may know one."
    ),
}
"""The gaps in the rules, by region."""


class Rule(NamedTuple):
    """One rule: the citation of the law, its content, its sources, when they were read, and what is open about it."""

    id: str
    regions: Sequence[str]
    law: str
    says: str
    sources: Sequence[str]
    checked: date
    unclear: str = ""


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the file."""
    import tomllib

    text = files("linkbak.kit").joinpath("rules.toml").read_text("utf-8")
    return {one["id"]: Rule(**one) for one in tomllib.loads(text)["rule"]}


def oldest_check() -> date:
    """The oldest day on which any rule was last read."""
    return min(rule.checked for rule in rules().values())


# --- deadlines --------------------------------------------------------------------------------------------------------


class Deadline(NamedTuple):
    """One deadline: its purpose, its rule, its beginning, and its end (None: unknown)."""

    what: str
    rule: Rule
    counted: str
    until: date | None


def deadlines(regions: Sequence[str], locked_out: date | None) -> list[Deadline]:
    """All deadlines, counted from the day of being locked out, as if everything was known and sent that day.

    Without that day the ends are open.
    """
    known, month = rules(), _after(locked_out, months=1)
    found = [
        Deadline(
            tr("complain to LinkedIn itself: it must be possible until then, perhaps longer"),
            known["dsa-20"],
            tr("the day you were told of the decision"),
            _after(locked_out, months=6),
        ),
        Deadline(tr("LinkedIn answers your access request"), known["gdpr-15"], tr("the day they have it"), month),
        Deadline(
            tr("the out-of-court body decides (180 days at most)"),
            known["dsa-21"],
            tr("the day the body has your complaint"),
            _after(locked_out, days=90),
        ),
        Deadline(tr("LinkedIn answers your access request"), known["uk-access"], tr("the day they have it"), month),
    ]
    return [one for one in found if not set(one.rule.regions).isdisjoint(regions)]


def _after(start: date | None, *, months: int = 0, days: int = 0) -> date | None:
    """The date so much later, or the last day of a month that has no such day; None without a start."""
    if start is None:
        return None
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=min(start.day, last)) + timedelta(days=days)


# --- letters ----------------------------------------------------------------------------------------------------------

_WIDTH = 76


class Letter(NamedTuple):
    """One letter: the name of its file, its title, and by region the rules that it rests on."""

    name: str
    title: str
    rules: dict[str, tuple[str, ...]]


LETTERS = (
    Letter("appeal", tr("the complaint to LinkedIn"), {"eu": ("dsa-20",), "uk": (), "other": ()}),
    Letter("reasons", tr("the request for the reasons"), {"eu": ("dsa-17",), "uk": (), "other": ()}),
    Letter(
        "access",
        tr("the request for your data"),
        {"eu": ("gdpr-15", "controller-eu"), "uk": ("uk-access", "controller-uk"), "other": ()},
    ),
    Letter("out-of-court", tr("the complaint to an out-of-court body"), {"eu": ("dsa-21", "dsa-86")}),
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
    """The same with lines of a width that every mail program shows; items are indented."""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = "  " if line.startswith("- ") else ""
        lines += wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join(lines)


@cache
def _environment(form: str) -> Environment:
    """The templates, which escape every value for text, or for Markdown."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    escape = markdown if form == "md" else terminal
    found = Environment(  # noqa: S701  # no HTML; `finalize` escapes for the format
        loader=PackageLoader("linkbak.kit"),
        undefined=StrictUndefined,
        finalize=lambda value: escape(value) if type(value) is str else value,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"day": english_day}
    return found


# --- page -------------------------------------------------------------------------------------------------------------

_SECTIONS = {
    "profile": tr("profile"),
    "positions": tr("positions"),
    "education": tr("education"),
    "skills": tr("skills"),
    "languages": tr("languages"),
    "certifications": tr("certifications"),
    "courses": tr("courses"),
    "projects": tr("projects"),
    "publications": tr("publications"),
    "honours": tr("honours"),
    "organisations": tr("organisations"),
    "volunteering": tr("volunteering"),
}
"""The parts of a profile."""
_LONGEST = 600
"""The most characters of a post that are shown."""


def page(contents: Contents, made: date) -> Iterator[str]:
    """The page in pieces."""
    from jinja2 import PackageLoader
    from markupsafe import Markup

    asked = contents.asked
    style = files("linkbak.kit").joinpath("page.css").read_text("utf-8")
    template = html.environment().overlay(loader=PackageLoader("linkbak.kit")).get_template("kit.html.j2")
    return template.generate(
        it=contents,
        policy=html.policy(style, ""),
        style=Markup(style),  # noqa: S704  # ours, and not a template
        version=linkbak.__version__,
        made=made,
        several=len(asked.regions) > 1,
        places=REGIONS,
        notes=NOTES,
        deadlines=deadlines(asked.regions, asked.locked_out_on),
        letters=[
            (region, [(one.name, one.title) for one in LETTERS if region in one.rules]) for region in asked.regions
        ],
        rules=[one for one in rules().values() if not set(one.regions).isdisjoint(asked.regions)],
        day=day,
        sections=_SECTIONS,
        language=texts.page_language(),
        shortened=_shortened,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"
