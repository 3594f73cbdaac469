"""``linkbak lost``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated

from typer import Argument, Option

from linkbak.causes import Event, known_incidents
from linkbak.causes.judgement import events_of, judge_lost
from linkbak.cli import people_options
from linkbak.cli.app import load
from linkbak.cli.people_options import Choose
from linkbak.cli.session import Session
from linkbak.errors import NoSuchSnapshot, UsageProblem
from linkbak.index import EVER, LOST, PeopleFilter, Person, State, Window
from linkbak.index.history import History
from linkbak.report import FOLD, Block
from linkbak.report import lost as lost_view
from linkbak.report.lost import Lost, doubts
from linkbak.texts import tr
from linkbak.vault import Vault

_FEW = 5
"""How many of the lost are named in the short form."""

CONFIRMED: frozenset[State] = frozenset({"confirmed"})


def lost(
    session: Session,
    person: Annotated[
        list[str] | None, Argument(metavar="[PERSON]...", help="Only this one: name, address, e-mail or id.")
    ] = None,
    why: Annotated[bool, Option("--why", help="Show the evidence, and how to reach them.")] = False,
    since: Annotated[str | None, Option("--since", metavar="DATE", help="Only who left on that day or later.")] = None,
    confirmed: Annotated[bool, Option("--confirmed", help="Only who is lost for certain.")] = False,
    known: Choose.known = None,
    tag: Choose.tag = None,
    everyone: Annotated[bool, Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="One row a person.")] = False,
) -> None:
    """List everybody you lost, and say why where it shows

    \b
    Examples:
      linkbak lost
      linkbak lost --why Ada Example
      linkbak lost --since 2026-01-01 --confirmed --csv

    The closest come first. "Suspected": only the newest list lacks them. "Confirmed": a list of a later day lacks them
    too.
    """
    if session.as_json and as_csv:
        raise UsageProblem(tr("--json and --csv cannot be combined"))
    words = " ".join(person or ())
    if words and (tag or known is not None):
        raise UsageProblem(tr("a name and filters cannot be combined"), hint=tr("Leave out the name, or the filters."))
    whole = everyone or session.as_json or as_csv
    with session.open_vault() as vault:
        if books := session.books(vault):
            refused = {tr("a name"): words, "--why": why, "--since": since, "--confirmed": confirmed, "--tag": tag}
            refused |= {"--known": known is not None, "--csv": as_csv}
            load("linkbak.cli.addressbook.lost")(session, vault, books, refused, everyone=everyone)
            return
        with session.reading(vault) as history:
            wanted = PeopleFilter(
                account=people_options.account_meant(session, history),
                states=CONFIRMED if confirmed else LOST,
                removed_by_me=False,
                gone_since=people_options.first_day(since),
                known=known,
                tags=tuple(tag or ()),
                sort="closest",
            )
            meant = people_options.one(session, history, words, wanted.account, nameless=True) if words else None
            found = shown(history, wanted, meant, most=None if whole else FOLD)
    if as_csv:
        session.print_text(lost_view.to_csv(found))
    else:
        session.tell(lambda: lost_view.document(found), lambda: lost_view.text(found, evidence=why, everyone=whole))


def in_short(vault: Vault, accounts: Iterable[str]) -> list[Block]:
    """Of each account whom it lost over all its lists, in two lines: who names several archives to `linkbak import`."""
    blocks: list[Block] = []
    with History.open(vault) as history, history.read_transaction():
        for account in accounts:
            wanted = PeopleFilter(account=account, states=LOST, removed_by_me=False, sort="closest")
            blocks += lost_view.in_short(shown(history, wanted, None, most=_FEW))
    return blocks


def shown(history: History, wanted: PeopleFilter, meant: Person | None, *, most: int | None) -> Lost:
    """Those wanted, or only who of them is meant; only `most` of the lost are judged."""
    looks = history.lists(wanted.account)
    if not looks:
        raise NoSuchSnapshot(
            tr("no snapshot here holds connections; that says nothing about who is connected"),
            hint=tr("Keep one: linkbak import ARCHIVE; `linkbak log` lists them."),
        )
    confirmed = wanted.states == CONFIRMED
    counts = Counter(history.lost_counts(wanted.account, wanted.gone_since))
    if confirmed:
        counts = Counter({"confirmed": counts["confirmed"]})
    mine = [
        one for one in history.removed_by_me(wanted.account, wanted.gone_since) if one.state in (wanted.states or ())
    ]
    chosen = frozenset({meant.number}) if meant else _chosen(history, wanted)
    few = 0 if chosen is not None or most is None else most
    lost = history.people(wanted)
    incidents = known_incidents() if lost else ()
    windows: dict[str, set[Window]] = {one.account: set() for one in lost}
    for one in lost:
        if one.window:
            windows[one.account].add(one.window)
    # Without a filter all who went in these windows are at hand; else those who are not wanted count, too.
    everybody = wanted._replace(account=None, gone_since="") == PeopleFilter(
        states=LOST, removed_by_me=False, sort="closest"
    )
    found = {
        account: events_of(
            history, account, incidents, some, [one for one in lost if one.account == account] if everybody else None
        )
        for account, some in windows.items()
    }
    events = _among(found, {one.id for one in lost})
    members = {member for event in events for member in event.members}
    lost.sort(key=lambda one: one.id in members)
    unsure = [] if confirmed else history.unclear(wanted.account, wanted.gone_since, few)
    back = history.came_back(wanted.account, wanted.gone_since)
    unclear = doubts(unsure)
    if chosen is not None:
        lost = [one for one in lost if one.number in chosen]
        mine = [one for one in mine if one.number in chosen]
        unsure = [(one, others) for one, others in unsure if one.number in chosen]
        back = [(one, absence) for one, absence in back if one.number in chosen]
        unclear = [doubt for doubt in unclear if any(one.number in chosen for one in doubt.people)]
        counts = Counter([*(one.state for one in lost), *(one.state for one, _ in unsure)])
    stands = meant and meant.state in ("listed", "hidden") and not (lost or unsure or back or mine)
    return Lost(
        account=_account(history) if wanted.account is None else wanted.account,
        lists=len(looks),
        first=looks[0],
        newest=looks[-1],
        counts=counts,
        losses=judge_lost(history, lost[:most], incidents, found),
        events=[] if meant else events,
        talked=sum(one.mutual > 0 and one.state != "held" for one in lost),
        talked_held=sum(one.mutual > 0 and one.state == "held" for one in lost),
        removed=judge_lost(history, mine, ()),
        back=back,
        doubts=unclear,
        standing=[meant] if meant and stands else [],
        since=wanted.gone_since,
        confirmed=confirmed,
        named=meant is not None,
        among=people_options.marked_in_words(wanted.known, wanted.tags),
    )


def _chosen(history: History, wanted: PeopleFilter) -> frozenset[int] | None:
    """The numbers of everybody who has the marks wanted; None if none are."""
    if wanted.known is None and not wanted.tags:
        return None
    marked = PeopleFilter(account=wanted.account, states=EVER, known=wanted.known, tags=wanted.tags)
    return frozenset(one.number for one in history.people(marked))


def _among(found: Mapping[str, Sequence[Event]], wanted: Collection[str]) -> list[Event]:
    """The events with only those of their members who are wanted, the newest first."""
    events = [event for account in found.values() for event in account]
    kept = [one._replace(members=tuple(id for id in one.members if id in wanted)) for one in events]
    return [one for one in kept if one.members]


def _account(history: History) -> str:
    """The only one; "" if there are several."""
    accounts = history.accounts()
    return accounts[0] if len(accounts) == 1 else ""
