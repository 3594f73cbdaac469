"""What the kit says about the law, as ``rules.toml`` beside this file has it: each rule with its sources and day."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from linkbak.model import NamedTuple

REGIONS = {"eu": "the European Union", "uk": "the United Kingdom", "other": "another country"}
"""Where somebody may live, as far as the kit tells places apart."""
NOTES = {
    "eu": "Whether the Digital Services Act applies to you in Iceland, Liechtenstein, Norway or Switzerland was not "
    "checked.",
    "uk": "linkbak has checked no rule of the United Kingdom about suspended accounts.",
    "other": "linkbak has checked no rule of your country. A consumer advice centre or a lawyer there may know one.",
}
"""What the rules leave open, by region."""


class Rule(NamedTuple):
    """One rule: the law as it is cited, what it says, what about it is open; its sources, and when they were read."""

    id: str
    regions: tuple[str, ...]
    law: str
    says: str
    unclear: str
    sources: tuple[str, ...]
    checked: date


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, in the order of the file."""
    import tomllib

    text = files("linkbak.kit").joinpath("rules.toml").read_text("utf-8")
    found = {}
    for one in tomllib.loads(text)["rule"]:
        regions, sources = tuple(one["regions"]), tuple(one["sources"])
        found[one["id"]] = Rule(
            one["id"], regions, one["law"], one["says"], one.get("unclear", ""), sources, one["checked"]
        )
    return found


def oldest_check() -> date:
    """The day on which the rule that was not read for longest was read."""
    return min(rule.checked for rule in rules().values())


# --- deadlines --------------------------------------------------------------------------------------------------------


class Deadline(NamedTuple):
    """One span of time: what it is for, the rule it comes from, from when it counts, and its end (None: not known)."""

    what: str
    rule: Rule
    counted: str
    until: date | None


def deadlines(regions: Sequence[str], locked_out: date | None) -> list[Deadline]:
    """What has to happen by when, counted from the day of being locked out, as if all was known and sent that day.

    Without that day the ends are open.
    """
    known, month = rules(), _after(locked_out, months=1)
    found = [
        Deadline(
            "complain to LinkedIn itself: it must be possible until then, perhaps longer",
            known["dsa-20"],
            "the day you were told of the decision",
            _after(locked_out, months=6),
        ),
        Deadline("LinkedIn answers your access request", known["gdpr-15"], "the day they have it", month),
        Deadline(
            "the out-of-court body decides (180 days at most)",
            known["dsa-21"],
            "the day the body has your complaint",
            _after(locked_out, days=90),
        ),
        Deadline("LinkedIn answers your access request", known["uk-access"], "the day they have it", month),
    ]
    return [one for one in found if not set(one.rule.regions).isdisjoint(regions)]


def _after(start: date | None, *, months: int = 0, days: int = 0) -> date | None:
    """So much later, on the last day of a month that has no such day; None without a start."""
    if start is None:
        return None
    years, month = divmod(start.month - 1 + months, 12)
    first = date(start.year + years, month + 1, 1)
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=min(start.day, last)) + timedelta(days=days)
