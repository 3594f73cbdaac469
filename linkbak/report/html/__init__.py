"""What `linkbak report` writes: one HTML file that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

import linkbak
from linkbak.report import count, day, number, sentence, size
from linkbak.report.escape import web_page
from linkbak.report.html import sections
from linkbak.report.html.charts import acts_calendar
from linkbak.report.json import fill
from linkbak.report.stats import connections, since_last
from linkbak.texts import page_language, tr, tr_count

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from linkbak.stats import Overview
    from linkbak.talk.activity import Activity

_WORDS = 5000
"""How many parts of the templates make a piece."""


def pieces(overview: Overview, acts: Activity | None = None) -> Iterator[str]:
    """The page in pieces that are worth a write each, since it holds everybody; `acts` are the owner's, if any."""
    from markupsafe import Markup

    style, script = _shipped("style.css"), _shipped("script.js")
    written = (
        environment()
        .get_template("page.html.j2")
        .generate(
            language=page_language(),
            policy=policy(style, script),
            style=Markup(style),  # noqa: S704  # ours, and not a template
            script=Markup(script),  # noqa: S704
            version=linkbak.__version__,
            owner=overview.owner.strip(),
            account=overview.account,
            made=day(overview.made),
            newest=day(overview.sizes[-1].taken) if overview.sizes else "",
            since=day(overview.flows[-1].window.after) if overview.flows else "",
            words=sentence(since_last(overview)) if overview.flows else "",
            standing=sentence(connections(overview)) + sections.not_believed(overview.health.held),
            network=sections.network(overview.sizes, overview.flows),
            lost=overview.lost,
            missed=sections.missed(overview.losses),
            states=sections.states(overview.losses),
            events=sections.together(overview.events, overview.losses),
            close=[*sections.close(overview.closest)],
            talk=sections.talk_chart(overview.talk),
            reach=[
                *sections.reachable(overview.reached),
                *sections.reach(overview.reach),
                *sections.talk(overview.talk),
            ],
            acts=acts_calendar(acts) if acts and acts.acts else None,
            health=sections.health(overview.health, overview.made),
            everybody=sections.listed((*overview.people, *overview.away)),
            people=overview.reach.people,
            named=bool(overview.people) or not overview.reach.people,
            away=len(overview.away),
        )
    )
    while piece := "".join(islice(written, _WORDS)):
        yield piece


def policy(style: str, script: str) -> str:
    """The page's content policy: show it, and run our one script; load nothing."""
    return (
        f"default-src 'none'; style-src {_hashed(style)}; script-src {_hashed(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _shipped(name: str) -> str:
    return files("linkbak.report.html").joinpath(name).read_text("utf-8")


@cache
def environment() -> Environment:
    """The templates; every value is escaped, and a missing name is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("linkbak.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=web_page,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["number"] = number
    found.globals |= {"tr": _marked_up(tr), "tr_count": _marked_up(tr_count), "count": count}
    return found


def _marked_up(translate: Callable[..., str]) -> Callable[..., Markup]:
    """The function for templates: its text may hold markup, its values are escaped unless they are markup."""
    from markupsafe import Markup

    def text(*given: str | int, **values: object) -> Markup:
        shown = Markup(translate(*given, **{name: f"{{{name}}}" for name in values}))  # noqa: S704  # ours
        return shown.format(**{name: web_page(value) for name, value in values.items()}) if values else shown

    return text


def line(place: Path, octets: int) -> str:
    """The receipt of a page, for people."""
    return tr("the page is {place} ({size}); open it in a browser", place=place, size=size(octets))


class ReportDocument(TypedDict):
    """The page's place, its account, when it was made, and the number of people in it."""

    schema: Literal["linkbak.report/1"]
    place: str
    account: str
    made: str
    people: int
    bytes: int


def document(overview: Overview, place: Path, octets: int) -> ReportDocument:
    """What --json prints."""
    return fill(ReportDocument, overview, place=place, people=len(overview.people), bytes=octets)
