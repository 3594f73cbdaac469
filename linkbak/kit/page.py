"""The page of the kit: one file to print, without a script, which loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING

import linkbak
from linkbak.kit.letters import LETTERS
from linkbak.kit.rules import NOTES, REGIONS, deadlines, rules
from linkbak.report import day, html

if TYPE_CHECKING:
    from linkbak.kit.contents import Contents

_LONGEST = 600
"""So many characters of a post are shown."""


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
        shortened=_shortened,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …"
