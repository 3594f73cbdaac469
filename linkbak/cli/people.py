"""``linkbak people``, ``show`` and ``search``: everybody ever connected, one of them, and who or what has a word."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from linkbak.cli import people_options
from linkbak.cli.app import load
from linkbak.cli.people_options import Choose
from linkbak.cli.people_options import wanted as chosen
from linkbak.cli.session import Session, progress
from linkbak.cli.terminal import on_terminal
from linkbak.errors import Exit, NoSuchPerson, UsageProblem
from linkbak.index import LOST, Timeline
from linkbak.index.history import History
from linkbak.index.query import terms
from linkbak.report import count, number
from linkbak.report import people as people_view
from linkbak.report.people import choices, to_lines
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.causes import Verdict


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
        verdict = _verdict(history, line) if line else None
        several = len(history.accounts()) > 1
    if session.as_json:
        session.print_json(load("linkbak.report.show.document")(found, line, verdict))
    elif line is None:
        session.show(choices(found, everyone=not sys.stdout.isatty()))
    else:
        session.show(load("linkbak.report.show.text")(line, verdict, tell_account=several))
    return None if line else Exit.NOT_FOUND


def _verdict(history: History, line: Timeline) -> Verdict | None:
    """Why they are gone, if they are."""
    if line.person.state not in LOST:
        return None
    incidents = load("linkbak.causes.known_incidents")()
    losses = load("linkbak.causes.judgement.judge_lost")(history, [line.person], incidents)
    return losses[0].verdict if losses else None


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
