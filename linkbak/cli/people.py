"""``linkbak people``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from linkbak.cli.people_options import Choose
from linkbak.cli.people_options import wanted as chosen
from linkbak.cli.session import Session, day_of
from linkbak.errors import NoSuchPerson, NoSuchSnapshot, UsageProblem

if TYPE_CHECKING:
    from linkbak.causes import Verdict
    from linkbak.index import History, PeopleFilter, Person, State, Timeline
    from linkbak.report.lost import Lost


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
    tag: Choose.tag = None,
    as_of: Choose.as_of = None,
    sort: Choose.sort = None,
    reverse: Choose.reverse = False,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Only the first N.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a person.")] = False,
    ids: Annotated[bool, typer.Option("--ids", help="The ids alone, one a line.")] = False,
) -> None:
    """List the people you are connected to, or were

    \b
    Examples:
      linkbak people --company "example works" --sort name
      linkbak people --since 2025 --never-talked
      linkbak people --lost --csv > lost.csv
      linkbak people --company "example works" --ids | linkbak mark - tag work
      linkbak people --as-of 2024-01-01

    A year or a month is a date too: its first day. Every filter given must hold. In a pipe each person is a line: id,
    name, work, connected on, state, messages, account, with tabs between.
    """
    if sum((session.as_json, as_csv, ids)) > 1:
        raise UsageProblem("--json, --csv and --ids exclude each other")
    wanted = chosen(
        company=company,
        position=position,
        since=since,
        before=before,
        email=email,
        lost=lost,
        hidden=hidden,
        never_talked=never_talked,
        tag=tag,
        as_of=as_of,
        sort=sort,
        reverse=reverse,
    )
    found, wanted = _found(session, wanted)
    _print(session, found, wanted, limit, everyone=everyone, as_csv=as_csv, ids=ids)


def _found(session: Session, wanted: PeopleFilter) -> tuple[Sequence[Person], PeopleFilter]:
    from linkbak.cli import people_options
    from linkbak.cli.session import progress
    from linkbak.index import History

    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault, History.open(vault, bar) as history, history.read_transaction():
        wanted = wanted._replace(account=people_options.whom_account(session, history))
        return history.people(wanted), wanted


def _print(
    session: Session,
    found: Sequence[Person],
    wanted: PeopleFilter,
    limit: int | None,
    *,
    everyone: bool,
    as_csv: bool,
    ids: bool,
) -> None:
    """As asked; else a table on a terminal, and lines in a pipe."""
    shown = found[:limit]
    if session.as_json:
        from linkbak.report import people as people_view

        session.print_json(people_view.document(shown, wanted, len(found)))
    elif as_csv or ids:
        from linkbak.report.people import to_csv, to_ids

        session.print_text(to_csv(shown) if as_csv else to_ids(shown))
    elif on_terminal():
        from linkbak.report import people as people_view

        session.show(people_view.text(shown, wanted, everyone=everyone or limit is not None))
    else:
        _lines(session, shown, len(found))


def on_terminal() -> bool:
    """Whether somebody looks at standard output, rather than another program."""
    return sys.stdout.isatty()


def _lines(session: Session, shown: Sequence[Person], matching: int) -> None:
    """Lines for other programs on standard output, how many there are on standard error."""
    from linkbak.report import count, number, say
    from linkbak.report.people import to_lines

    session.print_text(to_lines(shown))
    if not session.quiet:
        of = f" of {number(matching)}" if len(shown) < matching else ""
        say(f"{count(len(shown), 'person', 'people')}{of}" if matching else "no match")


# --- show -------------------------------------------------------------------------------------------------------------
# ``linkbak show``.


def show(
    session: Session,
    person: Annotated[list[str], typer.Argument(metavar="PERSON...", help="A name, part of one, address, e-mail, id.")],
) -> None:
    """Show everything the vault knows of one person

    \b
    Examples:
      linkbak show Ada Example
      linkbak show ada@example.com
      linkbak show https://www.linkedin.com/in/ada-example
      linkbak show exam --json

    Several words make one name. If it fits several people, they are listed with their ids to choose from.
    """
    from linkbak.cli import people_options
    from linkbak.cli.session import progress
    from linkbak.index import History

    words = " ".join(person)
    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault, History.open(vault, bar) as history, history.read_transaction():
        found = history.find(words, people_options.whom_account(session, history))
        if not found:
            raise _nobody(words, history)
        line = history.timeline(found[0]) if len(found) == 1 else None
        verdict = _verdict(history, line) if line else None
        several = len(history.accounts()) > 1
    _show_print(session, found, line, verdict, tell_account=several)


def _nobody(words: str, history: History) -> NoSuchPerson:
    if not history.accounts():
        return NoSuchPerson("the vault knows nobody yet", hint="Keep an archive first: linkbak import ARCHIVE")
    return NoSuchPerson(
        f"nobody in the vault answers to {words!r}",
        hint="Try a part of the name, an address or an e-mail; `linkbak people` lists everyone.",
    )


def _verdict(history: History, line: Timeline) -> Verdict | None:
    """Why they are gone, if they are."""
    from linkbak.index import LOST

    if line.person.state not in LOST:
        return None
    from linkbak.causes import incidents
    from linkbak.causes.fates import judged

    losses = judged(history, [line.person], incidents())
    return losses[0].verdict if losses else None


def _show_print(
    session: Session, found: Sequence[Person], line: Timeline | None, verdict: Verdict | None, *, tell_account: bool
) -> None:
    if session.as_json:
        from linkbak.report import show as show_view

        session.print_json(show_view.document(found, line, verdict))
    elif line is None:
        from linkbak.report.people import choices

        session.show(choices(found, everyone=not sys.stdout.isatty()))
    else:
        from linkbak.report import show as show_view

        session.show(show_view.text(line, verdict, tell_account=tell_account))


# --- search -----------------------------------------------------------------------------------------------------------
# ``linkbak search``.

_PLACES = ("people", "messages")


def search(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What to look for; in quotes, as a phrase.")],
    place: Annotated[str, typer.Option("--in", metavar="PLACE", help="people or messages.")] = "people",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most N of them.")] = 20,
) -> None:
    """Find people by anything known of them, or messages

    \b
    Examples:
      linkbak search ghent
      linkbak search ada "example works"
      linkbak search --in messages contract --limit 5

    People are found by name, company, position, e-mail, address, by your notes and tags, and by what these were before.
    Accents and case do not matter, the beginning of a word will do, and a slip of the fingers is forgiven.
    """
    from linkbak.index import terms

    if place not in _PLACES:
        raise UsageProblem(f"there is nothing to search called {place!r}", hint=f"Search in {' or '.join(_PLACES)}.")
    query = _query(words)
    if not terms(query):
        raise UsageProblem("there is no word to look for", hint="Words have letters or digits: linkbak search ghent")
    if place == "messages":
        _messages(session, query, limit)
    else:
        _people(session, query, limit)


def _query(words: Sequence[str]) -> str:
    """What was typed as one text; what the shell took as one word although it holds blanks is a phrase."""
    return " ".join(f'"{word}"' if " " in word.strip() and '"' not in word else word for word in words)


def _people(session: Session, query: str, limit: int) -> None:
    from linkbak.cli import people_options
    from linkbak.cli.session import progress
    from linkbak.index import History

    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        found = history.search(query, people_options.whom_account(session, history), limit)
    if session.as_json:
        from linkbak.report import search as search_view

        session.print_json(search_view.people_document(query, found))
    else:
        from linkbak.report import search as search_view

        session.show(search_view.people_text(query, found, limit))


def _messages(session: Session, query: str, limit: int) -> None:
    from linkbak.cli import people_options
    from linkbak.cli.session import progress
    from linkbak.index import History

    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        found = history.search_messages(query, people_options.whom_account(session, history), limit)
    if session.as_json:
        from linkbak.report import search as search_view

        session.print_json(search_view.messages_document(query, found))
    else:
        from linkbak.report import search as search_view

        session.show(search_view.messages_text(query, found, limit))


# --- lost -------------------------------------------------------------------------------------------------------------
# ``linkbak lost``.

CONFIRMED: frozenset[State] = frozenset({"confirmed"})


def lost(
    session: Session,
    person: Annotated[
        list[str] | None, typer.Argument(metavar="[PERSON]...", help="Only this one: name, address, e-mail or id.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Show the evidence for and against.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Only who was missed then or later.")
    ] = None,
    confirmed: Annotated[bool, typer.Option("--confirmed", help="Only who is lost for certain.")] = False,
    everyone: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a person.")] = False,
) -> None:
    """Show everyone ever lost and not back, and why

    \b
    Examples:
      linkbak lost
      linkbak lost --why
      linkbak lost --why Ada Example
      linkbak lost --since 2026-01-01 --confirmed --csv

    Those who came back come first, then those lost, the closest first: most messages, then longest connected. Suspected
    means that only the newest list lacks them, confirmed that a list of a later day does too.
    """
    from linkbak.cli import people_options
    from linkbak.cli.session import progress
    from linkbak.index import LOST, History, PeopleFilter
    from linkbak.report.lost import FOLD

    if session.as_json and as_csv:
        raise UsageProblem("--json and --csv exclude each other")
    whole = everyone or session.as_json or as_csv
    bar = progress(quiet=session.quiet)
    with session.open_vault() as vault, History.open(vault, bar) as history, history.read_transaction():
        wanted = PeopleFilter(
            account=people_options.whom_account(session, history),
            states=CONFIRMED if confirmed else LOST,
            gone_since=day_of(since).isoformat() if since is not None else "",
            sort="closest",
        )
        found = shown(history, wanted, words=" ".join(person or ()), most=None if whole else FOLD)
    _lost_print(session, found, why=why, everyone=whole, as_csv=as_csv)


def shown(history: History, wanted: PeopleFilter, *, words: str, most: int | None) -> Lost:
    """Those wanted, or only whom of them the words mean; only `most` of the lost are judged."""
    from linkbak.causes import incidents
    from linkbak.causes.fates import judged
    from linkbak.report.lost import Lost, doubts

    looks = history.lists(wanted.account)
    if not looks.lists:
        raise NoSuchSnapshot(
            "no snapshot here holds connections; that says nothing about who is connected",
            hint="Keep one: linkbak import ARCHIVE; `linkbak log` lists them.",
        )
    confirmed = wanted.states == CONFIRMED
    counts = Counter(history.lost_counts(wanted.account, wanted.gone_since))
    if confirmed:
        counts = Counter({"confirmed": counts["confirmed"]})
    few = 0 if words or most is None else most
    lost = history.people(wanted._replace(limit=few))
    unsure = [] if confirmed else history.unclear(wanted.account, wanted.gone_since, few)
    back = history.came_back(wanted.account, wanted.gone_since)
    unclear = doubts(unsure)
    standing: list[Person] = []
    if words:
        meant = _meant(history, words, wanted.account)
        lost = [one for one in lost if one.number in meant]
        unsure = [(one, others) for one, others in unsure if one.number in meant]
        back = [(one, absence) for one, absence in back if one.number in meant]
        unclear = [doubt for doubt in unclear if any(one.number in meant for one in doubt.people)]
        counts = Counter([*(one.state for one in lost), *(one.state for one, _ in unsure)])
        if not lost and not unsure and not back:
            standing = [one for one in meant.values() if one.state in ("listed", "hidden")]
    return Lost(
        account=_one(history.accounts()) if wanted.account is None else wanted.account,
        lists=looks.lists,
        first=looks.first,
        newest=looks.newest,
        counts=counts,
        losses=judged(history, lost[:most], incidents() if lost else ()),
        back=back,
        doubts=unclear,
        standing=standing,
        since=wanted.gone_since,
        confirmed=confirmed,
        named=bool(words),
    )


def _meant(history: History, words: str, account: str | None) -> dict[int, Person]:
    """Those whom the words may mean, by number; raises NoSuchPerson if nobody answers to them."""
    found = history.find(words, account)
    if not found:
        raise NoSuchPerson(
            f"nobody in the vault answers to {words!r}",
            hint="Try a part of the name, an address or an e-mail; `linkbak people` lists everyone.",
        )
    return {one.number: one for one in found}


def _one(accounts: Sequence[str]) -> str:
    return accounts[0] if len(accounts) == 1 else ""


def _lost_print(session: Session, found: Lost, *, why: bool, everyone: bool, as_csv: bool) -> None:
    if session.as_json:
        from linkbak.report import lost as lost_view

        session.print_json(lost_view.document(found))
    elif as_csv:
        from linkbak.report.lost import to_csv

        session.print_text(to_csv(found))
    else:
        from linkbak.report import lost as lost_view

        session.show(lost_view.text(found, evidence=why, everyone=everyone))
