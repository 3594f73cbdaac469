"""``linkbak pitches``: what came unasked, and the same words from several people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from linkbak.cli import mark, people_options
from linkbak.cli.import_ import compact_if_due
from linkbak.cli.people import on_terminal
from linkbak.cli.session import Session, progress
from linkbak.cli.usage import not_taken
from linkbak.errors import NoSuchPerson, UsageProblem
from linkbak.exporters.rows import csv_text
from linkbak.index.history import History
from linkbak.marks import checked
from linkbak.report import pitches as view
from linkbak.talk.addresses import Owner
from linkbak.talk.templates import SENDERS
from linkbak.talk.unasked import SameWords, Unasked, unasked

_SOON = "soon"
_WAYS = ("company", "month")


def pitches(
    session: Session,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[show N | show soon]", help="Show one text with its senders.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Only what came on that day or later.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WHAT", help="Count by company or month.")] = None,
    least: Annotated[
        int, typer.Option("--least", metavar="N", min=SENDERS, help="Only texts from N people or more.")
    ] = SENDERS,
    ads: Annotated[bool, typer.Option("--ads", help="List the adverts.")] = False,
    everyone: Annotated[
        bool, typer.Option("--all", help="Show every text, and those of people you talk with.")
    ] = False,
    tag: Annotated[
        tuple[int, str] | None, typer.Option("--tag", metavar="N TAG", help="Tag all who sent text N.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row for each sender of each text.")] = False,
) -> None:
    """Show what came unasked, and the same words from several people

    \b
    Examples:
      linkbak pitches --since 2026
      linkbak pitches show 1
      linkbak pitches --tag 1 cull

    linkbak counts adverts, messages with a subject line, and people who wrote 16 words or more within 7 days of
    connecting. It finds texts that 3 or more people sent before you wrote to them, also where names, companies and
    numbers were changed, and some words; […] stands where the texts differ. Friends who forward one text are found too.

    Numbers of texts hold until the next import; the ids in --json until an older copy is found. Texts are compared on
    this machine alone. Times are UTC.
    """
    one = _asked(words or [])
    _check(session, one, by, tag, ads=ads, as_csv=as_csv)
    begin = people_options.first_day(since)
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault), books=False)
        session.holding(kept, {"messages": "messages"})
        with History.open(vault, progress(quiet=session.quiet)) as history, history.read_transaction():
            every = unasked(history, kept[-1].key.account, Owner.of(kept).names)
        if tag is not None:
            _tag(session, _numbered(every, tag[0]), tag[1])
            return
    found = every.since(begin, least)
    if session.as_json:
        session.print_json(view.document(found, begin))
    elif as_csv and ads:
        session.print_text("".join(csv_text(view.ADVERTS_HEADER, view.advert_rows(found.adverts), mark=False)))
    elif as_csv:
        groups = found.groups if one is None else [_numbered(every, one)]
        session.print_text("".join(csv_text(view.CSV_HEADER, view.csv_rows(groups), mark=False)))
    elif one == 0:
        session.show(view.soon_text(found))
    elif one is not None:
        session.show(view.group_text(_numbered(every, one)))
    elif ads:
        session.show(view.adverts_text(found.adverts, everyone=everyone or not on_terminal()))
    elif by == "month":
        session.show(view.months_text(found))
    elif by == "company":
        session.show(view.companies_text(found, least=least, everyone=everyone or not on_terminal()))
    else:
        session.show(view.text(found, since=begin, least=least, everyone=everyone))


def _asked(words: Sequence[str]) -> int | None:
    """The number after ``show``, 0 for ``soon``, None without words; raises UsageProblem for others."""
    if not words:
        return None
    if len(words) == 2 and words[0] == "show":
        if words[1] == _SOON:
            return 0
        if words[1].isascii() and words[1].isdecimal() and int(words[1]):
            return int(words[1])
    raise not_taken("pitches", words, "show 1, linkbak pitches show soon")


def _check(
    session: Session, one: int | None, by: str | None, tag: tuple[int, str] | None, *, ads: bool, as_csv: bool
) -> None:
    """Refuse what cannot be combined."""
    if by is not None and by not in _WAYS:
        raise UsageProblem("--by takes company or month", hint="`linkbak pitches --by month` counts by month.")
    if sum((one is not None, by is not None, ads, tag is not None)) > 1:
        raise UsageProblem("show, --by, --ads and --tag cannot be combined", hint="Ask for one at a time.")
    if as_csv and (session.as_json or by is not None or tag is not None or one == 0):
        raise UsageProblem("--csv goes with show N and --ads alone", hint="--json has everything.")
    if session.as_json and one is not None:
        raise UsageProblem("--json gives all texts", hint="`linkbak pitches --json` has their numbers.")


def _numbered(found: Unasked, number: int) -> SameWords:
    """The group of a number; raises NoSuchPerson."""
    for one in found.groups:
        if one.number == number:
            return one
    known = f"they are numbered 1 to {len(found.groups)}" if found.groups else "no text came from 3 or more people"
    raise NoSuchPerson(f"there is no text {number}", hint=f"`linkbak pitches --all` lists them: {known}.")


def _tag(session: Session, group: SameWords, tag: str) -> None:
    """Tag all senders of a group who are in a list; one mark each."""
    value = checked("tag", tag)
    people = [one.person for one in group.members if one.person is not None]
    if not people:
        raise NoSuchPerson("nobody who sent this text is in your lists", hint="Only people of a list can be tagged.")
    with session.open_vault() as vault:
        with History.open(vault, progress(quiet=session.quiet)) as history:
            fresh = mark.unsaid(history, people, "tag", value)
        made = mark.keep(vault, fresh, "tag", value)
    unsaid = {one.number for one in fresh}
    mark.print_made(session, "tag", value, made, [one for one in people if one.number not in unsaid])
    if not session.as_json:
        session.show(view.untagged_text(len(group.members) - len(people)))
    compact_if_due(session)
