"""``linkbak export``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from linkbak.cli import people_options
from linkbak.cli.app import load
from linkbak.cli.people_options import Choose, classes, first_day, wanted
from linkbak.cli.session import Session
from linkbak.errors import UsageProblem
from linkbak.exporters import (
    Exported,
    Format,
    Options,
    Selection,
    Written,
    exported_document,
    exported_text,
    write_built,
    write_pages,
    write_text,
)
from linkbak.exporters.formats import EXPORTERS
from linkbak.index import Entry
from linkbak.index.correspondence import BookContact
from linkbak.index.correspondence import contacts as synced_contacts
from linkbak.index.history import History
from linkbak.report import say
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.talk.reach import Way

_Text = str | None


def export(
    session: Session,
    format: Annotated[str, Argument(metavar="FORMAT")],
    person: Annotated[
        list[str] | None, Argument(metavar="[PERSON]...", help="Only this person; - reads several.")
    ] = None,
    place: Annotated[_Text, Option("--output", "-o", metavar="PLACE", help="The file or folder to write.")] = None,
    each: Annotated[bool, Option("--each", help="vcard: one file a person, into a folder.")] = False,
    vcard: Annotated[str, Option("--vcard-version", metavar="N", help="3.0 or 4.0.")] = "3.0",
    raw: Annotated[bool, Option("--raw", help="Do not protect spreadsheets against formulas.")] = False,
    force: Annotated[bool, Option("--force", help="Replace pages that you changed.")] = False,
    company: Choose.company = None,
    position: Choose.position = None,
    since: Choose.since = None,
    before: Choose.before = None,
    email: Choose.email = None,
    lost: Choose.lost = False,
    gone_since: Annotated[_Text, Option("--gone-since", metavar="DATE", help="Who left on that day or later.")] = None,
    confirmed: Annotated[bool, Option("--confirmed", help="Only who is lost for certain.")] = False,
    hidden: Choose.hidden = False,
    never_talked: Choose.never_talked = False,
    ever: Choose.ever = False,
    known: Choose.known = None,
    tag: Choose.tag = None,
    added_since: Annotated[_Text, Option("--added-since", metavar="DATE", help="Who came after that day.")] = None,
    reachable: Annotated[bool, Option("--reachable", help="Whom you could write to; see `linkbak reach`.")] = False,
    written: Annotated[
        bool, Option("--written", help="mailing-list: also addresses that people wrote to you.")
    ] = False,
    all_fields: Annotated[
        bool, Option("--all-fields", help="With numbers, birthdays, addresses of the synced address book.")
    ] = False,
    as_of: Choose.as_of = None,
    only: Annotated[_Text, Option("--only", metavar="CLASSES", help="From a comparison: added,renamed...")] = None,
    between: Annotated[
        tuple[str, str] | None, Option("--between", metavar="OLD NEW", help="Which two snapshots to compare.")
    ] = None,
    roll: Annotated[_Text, Option("--from", metavar="FILE", help="Everybody named in this file.")] = None,
    sort: Choose.sort = None,
    reverse: Choose.reverse = False,
) -> None:
    """Export people for other programs

    \b
    Examples:
      linkbak export vcard -o contacts.vcf
      linkbak export google --tag customer -o customers.csv
      linkbak export vcard --ever -o everybody.vcf

    \b
    Formats:
      vcard         contacts for phones, mail programs and Nextcloud
      csv           a plain table
      google        a table for Google Contacts
      outlook       a table for Outlook
      json, jsonl   for programs: one document, or one person a line
      markdown      a folder with a page for each person, for Obsidian
      mailing-list  name and e-mail of everybody who shows one
      sqlite        a database of people, tenures, snapshots and messages
      parquet       a folder of tables for DuckDB and Spark
      ics           a calendar of the days on which you connected

    Without filters, everybody you are connected to is exported, with --ever everybody you ever were. Whoever does not
    fit a format is left out and counted. What --all-fields adds may be another person's of the same name.
    docs/getting-out.md says what a second import does; --added-since exports only who came since.
    """
    chosen = wanted(
        company=company, position=position, since=since, before=before, email=email, lost=lost or confirmed,
        hidden=hidden, never_talked=never_talked, ever=ever, known=known, tag=tag, as_of=as_of, sort=sort,
        reverse=reverse,
    )  # fmt: skip
    if gone_since is not None:
        if not lost and not confirmed:
            raise UsageProblem(tr("--gone-since needs --lost"), hint=tr("As in: --lost --gone-since 2026-01."))
        chosen = chosen._replace(gone_since=first_day(gone_since))
    if confirmed and chosen.states:
        chosen = chosen._replace(states=chosen.states - {"suspected", "held"})
    names = bool(person) or roll is not None
    plain = wanted(as_of=as_of, sort=sort, reverse=reverse)
    filters = chosen != plain or added_since is not None
    if person and roll is not None:
        raise UsageProblem(tr("name people as words or with --from, not both"), hint=tr("Do one or the other."))
    if names and (filters or only is not None):
        raise UsageProblem(tr("a name and filters cannot be combined"), hint=tr("Leave out the name, or the filters."))
    if only is not None and (filters or as_of is not None):
        raise UsageProblem(tr("--only cannot be combined with other filters"))
    if names and as_of is not None:
        raise UsageProblem(tr("--as-of does not apply to people who are named"))
    if between is not None and only is None:
        raise UsageProblem(tr("--between needs --only"), hint=tr("As in: --only added --between 2025-11 latest."))
    if written and (format != "mailing-list" or not reachable):
        raise UsageProblem(
            tr("--written goes with mailing-list and --reachable alone"), hint=tr("A card has it anyway.")
        )
    wanted_classes = _certain(only)
    output = _format(session, format, place, each=each)
    if all_fields and not output.all_fields:
        goes = ", ".join(name for name, one in EXPORTERS.items() if one.all_fields)
        raise UsageProblem(
            tr("--all-fields does not go with {format}", format=format),
            hint=tr("It goes with {formats}.", formats=goes),
        )
    if vcard not in ("3.0", "4.0"):
        raise UsageProblem(
            tr("there is no vCard {vcard!r} here", vcard=vcard), hint=tr("Write --vcard-version 3.0 or 4.0.")
        )
    options = Options(raw=raw, vcard=vcard)
    with session.open_vault() as vault, session.reading(vault, chosen.as_of) as history:
        if names:
            picked = people_options.by_name(session, history, person or (), roll)
        elif wanted_classes:
            picked = load("linkbak.cli.diff.people_by_class")(session, vault, history, wanted_classes, between)
        else:
            meant = chosen._replace(account=people_options.account_meant(session, history), as_of="")
            picked = people_options.by_filter(history, meant, first_day(added_since))
        ways: Mapping[int, Way] = {}
        if reachable:
            # Who wrote somebody an address has not asked for a newsletter.
            consent = written or format != "mailing-list"
            ways = load("linkbak.cli.reach.best_ways")(vault, history, picked.people, written=consent)
            picked = picked._replace(people=[one for one in picked.people if one.number in ways])
        synced = _synced(history) if all_fields else None
        entries = [_addressed(one, ways.get(one.person.number)) for one in history.entries(picked.people)]
        kept, left_out = output.takes(entries)
        selection = Selection(kept, max(history.lists(), default=""), history, vault, synced)
        told = Exported(format, len(kept), left_out, picked.unknown, output.warning)
        if place is None or place == "-":
            assert output.text is not None
            history.end_read_transaction()  # whoever reads the other end of the pipe may take all day
            for part in _parts(output.text(selection, options)):
                session.print_text(part)
        else:
            result = _write(output, selection, options, Path(place).expanduser(), each=each, force=force)
            told = told._replace(**{**result._asdict(), "place": str(result.place)})
        session.tell_aside(exported_document(told), exported_text(told))
    if not picked.people and filters and not names and chosen.states is None and not (session.as_json or session.quiet):
        say(tr("hint: --ever looks among those who left, too"))


def _synced(history: History) -> dict[int, list[BookContact]]:
    """The contacts of the address book that the owner once gave the network, by the number of who they are."""
    found: dict[int, list[BookContact]] = {}
    for one in synced_contacts(history):
        if one.person is not None:
            found.setdefault(one.person, []).append(one)
    return found


def _certain(only: str | None) -> tuple[str, ...]:
    found = classes(only)
    if only is not None and not found:
        raise UsageProblem(tr("--only needs a class"), hint=tr("As in: --only added,renamed."))
    if "uncertain" in found:
        raise UsageProblem(
            tr("uncertain rows cannot be exported: nobody can say who they are"), hint=tr("`linkbak diff` shows them.")
        )
    return found


def _format(session: Session, format: str, place: str | None, *, each: bool) -> Format:
    """The format of that name; refuses, before anything is opened, what cannot be written where it should go."""
    if format not in EXPORTERS:
        raise UsageProblem(
            tr("there is no format {format!r}", format=format),
            hint=tr("The formats are {formats}.", formats=", ".join(EXPORTERS)),
        )
    found = EXPORTERS[format]
    if each and (found.pages is None or found.text is None):
        raise UsageProblem(tr("--each does not go with {format}", format=format))
    to_file = place is not None and place != "-"
    if not to_file and (each or found.text is None):
        raise UsageProblem(
            tr("{format} cannot go to standard output", format=format), hint=tr("Say where to write it with -o.")
        )
    if session.as_json and not to_file:
        raise UsageProblem(tr("--json needs -o"), hint=tr("`linkbak export json` gives the people."))
    return found


def _addressed(entry: Entry, way: Way | None) -> Entry:
    """The same with the address by which they can be reached, if the list shows none."""
    if way is None or entry.person.row.email:
        return entry
    person = entry.person._replace(row=entry.person.row._replace(email=way.email))
    return entry._replace(person=person, revised=max(entry.revised, way.archive, way.at))


def _parts(pieces: Iterator[str]) -> Iterator[str]:
    """The same text in pieces that are worth a write each."""
    while part := "".join(islice(pieces, 500)):
        yield part


def _write(format: Format, selection: Selection, options: Options, place: Path, *, each: bool, force: bool) -> Written:
    """Into a folder if it is to be one; else into a file."""
    pages, text, build = format.pages, format.text, format.build
    if pages is not None and (each or text is None):
        return write_pages(pages(selection, options), place, force=force)
    if text is not None:
        if pages is not None and place.is_dir():
            raise UsageProblem(
                tr("{place} is a folder", place=place), hint=tr("Name a file, or say --each for one file a person.")
            )
        return write_text(text(selection, options), place)
    assert build is not None
    return write_built(lambda half: build(selection, options, half), place)
