"""Which people are meant: the options that `people` and `export` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.session import day_of
from linkbak.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linkbak.history.records import State, Wanted

_Text = str | None


class Choose:
    """The options, each with the meaning it has everywhere."""

    company = Annotated[_Text, typer.Option("--company", metavar="TEXT", help="Who work there; a part will do.")]
    position = Annotated[_Text, typer.Option("--position", metavar="TEXT", help="Who work as that.")]
    since = Annotated[_Text, typer.Option("--since", metavar="DATE", help="Connected on that day or later.")]
    before = Annotated[_Text, typer.Option("--before", metavar="DATE", help="Connected before that day.")]
    email = Annotated[
        bool | None, typer.Option("--email/--no-email", help="Who show an e-mail, or do not.", show_default=False)
    ]
    lost = Annotated[bool, typer.Option("--lost", help="Those no longer listed.")]
    hidden = Annotated[bool, typer.Option("--hidden", help="Those shown only as a date.")]
    never_talked = Annotated[bool, typer.Option("--never-talked", help="No message in any archive.")]
    tag = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Whom you tagged so.")]
    as_of = Annotated[_Text, typer.Option("--as-of", metavar="DATE", help="As listed then.")]
    sort = Annotated[_Text, typer.Option("--sort", metavar="BY", help="connected, name, company, messages or lost.")]
    reverse = Annotated[bool, typer.Option("--reverse", help="The other way round.")]


def wanted(
    *,
    company: str | None = None,
    position: str | None = None,
    since: str | None = None,
    before: str | None = None,
    email: bool | None = None,
    lost: bool = False,
    hidden: bool = False,
    never_talked: bool = False,
    tag: Sequence[str] | None = None,
    as_of: str | None = None,
    sort: str | None = None,
    reverse: bool = False,
) -> Wanted:
    """The people wanted, as history asks for them; raises UsageProblem."""
    from linkbak.history.records import LOST, Wanted

    states: frozenset[State] = (LOST if lost else frozenset()) | (frozenset(("hidden",)) if hidden else frozenset())
    return Wanted(
        states=states or None,
        company=company or "",
        position=position or "",
        since=first_day(since),
        before=first_day(before),
        email=email,
        never_talked=never_talked,
        tags=tuple(tag or ()),
        as_of=day_of(as_of).isoformat() if as_of else "",
        sort=_order(sort, lost=lost),
        reverse=reverse,
    )


def first_day(text: str | None) -> str:
    """The day meant: ``2025`` and ``2025-01`` mean ``2025-01-01``; "" for None. Raises UsageProblem."""
    if text is None:
        return ""
    rest = {4: "-01-01", 7: "-01"}.get(len(text), "")
    try:
        return str(day_of(text + rest).isoformat())
    except UsageProblem:
        raise UsageProblem(f"{text!r} is not a date", hint="Write it as 2026-03-20, 2026-03 or 2026.") from None


def _order(sort: str | None, *, lost: bool) -> str:
    from linkbak.report.people_view import ORDERS

    if sort is None:
        return "lost" if lost else "connected"
    if sort not in ORDERS:
        raise UsageProblem(f"people cannot be sorted by {sort!r}", hint=f"Sort by {', '.join(ORDERS)}.")
    return sort
