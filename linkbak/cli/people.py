"""``linkbak people``, ``lost``, ``show`` and ``search``: everybody ever connected, who left, one of them, a word."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated

from typer import Argument, Option

from linkbak.causes import Event, known_incidents
from linkbak.causes.judgement import events_of, judge_lost
from linkbak.cli import people_options
from linkbak.cli.app import load
from linkbak.cli.people_options import Choose
from linkbak.cli.people_options import wanted as chosen
from linkbak.cli.session import Session, progress
from linkbak.cli.terminal import on_terminal
from linkbak.errors import Exit, NoSuchPerson, NoSuchSnapshot, UsageProblem
from linkbak.index import EVER, LOST, PeopleFilter, Person, State, Window
from linkbak.index.history import History
from linkbak.index.query import terms
from linkbak.report import FOLD, Block, count, number
from linkbak.report import lost as lost_view
from linkbak.report import people as people_view
from linkbak.report.lost import Lost, doubts
from linkbak.report.people import choices, to_lines
from linkbak.texts import tr
from linkbak.vault import Vault


def people(
    session: Session,
    company: Choose.company = None,
    position: Choose.position = None,
    since: Choose.since = None,
    before: Choose.before = None,
    email: Choose.email = None,
    lost: Choose.lost = False,
    hidden: Choose.hidden = False,
    never_talked: Choose.never_talked = False,
    ever: Choose.ever = False,
    known: Choose.known = None,
    tag: Choose.tag = None,
    as_of: Choose.as_of = None,
    sort: Choose.sort = None,
    reverse: Choose.reverse = False,
    limit: Annotated[int | None, Option("--limit", metavar="N", min=1, help="Only the first N.")] = None,
    everyone: Annotated[bool, Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="One row a person.")] = False,
    ids: Annotated[bool, Option("--ids", help="The ids alone, one a line.")] = False,
) -> None:
    """List your connections, past and present

    \b
    Examples:
      linkbak people --company "example works" --sort name
      linkbak people --lost --csv > lost.csv
      linkbak people --since 2025 --ids | linkbak mark - tag new

    A person must match every filter. A date may be a month or a year. In a pipe, each line has id, name, work,
    connected on, state, messages and account, with tabs between.
    """
    if sum((session.as_json, as_csv, ids)) > 1:
        raise UsageProblem(tr("--json, --csv and --ids cannot be combined"))
    wanted = chosen(
        company=company, position=position, since=since, before=before, email=email, lost=lost, hidden=hidden,
        never_talked=never_talked, ever=ever, known=known, tag=tag, as_of=as_of, sort=sort, reverse=reverse,
    )  # fmt: skip
    with session.open_vault() as vault:
        if books := session.books(vault):
            refused = {
                "--since": since, "--before": before, "--lost": lost, "--hidden": hidden, "--ids": ids,
                "--never-talked": never_talked, "--ever": ever, "--known": known is not None, "--tag": tag,
                "--as-of": as_of, "--sort": sort not in (None, "name"),
            }  # fmt: skip
            whole = everyone or not on_terminal()
            told = load("linkbak.cli.addressbook.people")
            told(session, vault, books, refused, wanted, limit=limit, everyone=whole, as_csv=as_csv)
            return
        with session.reading(vault) as history:
            wanted = wanted._replace(account=people_options.account_meant(session, history))
            found = history.people(wanted)
    shown = found[:limit]
    if session.as_json:
        session.print_json(people_view.document(shown, wanted, len(found)))
    elif as_csv or ids:
        session.print_text(people_view.to_csv(shown) if as_csv else people_view.to_ids(shown))
    elif on_terminal():
        session.show(people_view.text(shown, wanted, everyone=everyone or limit is not None))
    else:  # lines for other programs; how many there are on standard error
        session.print_text(to_lines(shown, email=bool(wanted.email)))
        told = count(len(shown), "person", "people")
        if len(shown) < len(found):
            told = tr("{people} of {matching}", people=told, matching=number(len(found)))
        session.remark([told if found else tr("no match")])


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
            found = losses_of(history, wanted, meant, most=None if whole else FOLD)
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
            blocks += lost_view.in_short(losses_of(history, wanted, None, most=_FEW))
    return blocks


def losses_of(history: History, wanted: PeopleFilter, meant: Person | None, *, most: int | None) -> Lost:
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


def show(
    session: Session,
    person: Annotated[list[str], Argument(metavar="PERSON...", help="A name, part of one, address, e-mail, id.")],
) -> Exit | None:
    """Show everything known about one person

    \b
    Examples:
      linkbak show Ada Example
      linkbak show ada@example.com
      linkbak show https://www.linkedin.com/in/ada-example

    Several words make one name. If several people have it, linkbak lists them with their ids and exits with 13.
    """
    words = " ".join(person)
    with session.open_vault() as vault, session.reading(vault) as history:
        books = session.books(vault)
        found = [] if books else history.find(words, people_options.account_meant(session, history))
        if not found:
            books = session.books(vault, beside=True)
            told: Exit | None = load("linkbak.cli.addressbook.show")(session, vault, books, words) if books else None
            if told is not None:
                return told
            if not history.accounts() and not books:
                raise NoSuchPerson(
                    tr("there is nobody in the vault yet"), hint=tr("Keep an archive first: linkbak import ARCHIVE")
                )
            raise NoSuchPerson(
                tr("nobody in the vault matches {name!r}", name=words),
                hint=tr("Try a part of the name, an address or an e-mail; `linkbak people` lists everyone."),
            )
        line = history.timeline(found[0]) if len(found) == 1 else None
        gone = [line.person] if line and line.person.state in LOST else []
        losses = judge_lost(history, gone, known_incidents() if gone else ())
        verdict = losses[0].verdict if losses else None
        several = len(history.accounts()) > 1
    if session.as_json:
        session.print_json(load("linkbak.report.show.document")(found, line, verdict))
    elif line is None:
        session.show(choices(found, everyone=not sys.stdout.isatty()))
    else:
        session.show(load("linkbak.report.show.text")(line, verdict, tell_account=several))
    return None if line else Exit.NOT_FOUND


def search(
    session: Session,
    words: Annotated[list[str], Argument(metavar="WORDS...", help="What to look for; in quotes, as a phrase.")],
    place: Annotated[
        str | None, Option("--in", metavar="PLACE", help="Only one of people, contacts, messages, invitations, posts.")
    ] = None,
    limit: Annotated[int, Option("--limit", metavar="N", min=1, help="At most N hits.")] = 20,
) -> None:
    """Search people, messages, invitations and posts

    \b
    Examples:
      linkbak search ghent
      linkbak search ada "example works"
      linkbak search --in messages contract --limit 5

    linkbak finds people by name, work, address, notes and tags, now or before; people in no list, by name in messages
    and invitations; messages, invitations and posts, by their words and by who wrote or got them; and contacts of your
    address book. The best matches come first: names, then what else is known of people, then texts. The beginning of a
    word is enough, and small misspellings are forgiven.
    """
    every: tuple[str, ...] = load("linkbak.index.search.PLACES")
    if place not in (None, *every):
        raise UsageProblem(
            tr("linkbak cannot search in {place!r}", place=place),
            hint=tr("The places are {places}.", places=", ".join(every)),
        )
    # What the shell took as one word although it holds blanks is a phrase.
    query = " ".join(f'"{word}"' if " " in word.strip() and '"' not in word else word for word in words)
    if not terms(query):
        raise UsageProblem(
            tr("there is no word to look for"), hint=tr("Words have letters or digits: linkbak search ghent")
        )
    places = (place,) if place else every
    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        books = session.books(vault, beside=True)
        cards = load("linkbak.cli.addressbook.cards")(vault, books) if books else {}
        if books and session.account is not None:
            if place not in (None, "contacts"):
                raise session.no_connections(books[0].key.account)
            account, places = None, ("contacts",)
        else:
            account = people_options.account_meant(session, history)
        found = load("linkbak.index.search.everything_found")(history, query, account, limit, places, cards)
    if session.as_json:
        session.print_json(load("linkbak.report.search.document")(query, found))
    else:
        session.show(load("linkbak.report.search.text")(query, found, limit, places))
