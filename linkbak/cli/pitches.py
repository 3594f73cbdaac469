"""``linkbak pitches`` and ``audit``: what came unasked; and whom the owner knows, removes or still has to answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from linkbak.cli import mark, people_options
from linkbak.cli.app import not_taken
from linkbak.cli.session import Session, compact_if_due
from linkbak.cli.terminal import key_pressed, on_terminal
from linkbak.errors import NoSuchPerson, NoSuchSnapshot, UsageProblem
from linkbak.index import PeopleFilter, Person
from linkbak.index.correspondence import conversations, invitations
from linkbak.index.history import History
from linkbak.marks import CULL, Mark, checked, line_of, new_mark, subject_of, undo_line
from linkbak.report import FOLD, Line
from linkbak.report import audit as audit_view
from linkbak.report import pitches as view
from linkbak.talk.addresses import Owner
from linkbak.talk.audit import (
    SITTING,
    Evidence,
    Reply,
    evidence_of,
    reply_of,
    same_words,
    strangers,
    to_look_at,
    to_remove,
    waiting,
)
from linkbak.talk.templates import SENDERS
from linkbak.talk.unasked import SameWords, Unasked, groups_of, unasked
from linkbak.texts import tr, tr_count
from linkbak.vault import Vault
from linkbak.vault.writer import write_transaction

_SOON = "soon"
_WAYS = ("company", "month")


def pitches(
    session: Session,
    words: Annotated[
        list[str] | None, Argument(metavar="[show N | show soon]", help="Show one text with its senders.")
    ] = None,
    since: Annotated[str | None, Option("--since", metavar="DATE", help="Only what came on that day or later.")] = None,
    by: Annotated[str | None, Option("--by", metavar="WHAT", help="Count by company or month.")] = None,
    least: Annotated[
        int, Option("--least", metavar="N", min=SENDERS, help="Only texts from N people or more.")
    ] = SENDERS,
    ads: Annotated[bool, Option("--ads", help="List the adverts.")] = False,
    everyone: Annotated[bool, Option("--all", help="Show every text, and those of people you talk with.")] = False,
    tag: Annotated[tuple[int, str] | None, Option("--tag", metavar="N TAG", help="Tag all who sent text N.")] = None,
    as_csv: Annotated[bool, Option("--csv", help="One row for each sender of each text.")] = False,
) -> None:
    """Show what came unasked, and the same words from several people

    \b
    Examples:
      linkbak pitches --since 2026
      linkbak pitches show 1
      linkbak pitches --tag 1 cull

    linkbak finds texts that 3 or more people sent you unasked, even with other names, numbers and some other words; […]
    stands where they differ.
    """
    one = _asked(words or [])
    if by is not None and by not in _WAYS:
        raise UsageProblem(tr("--by takes company or month"), hint=tr("`linkbak pitches --by month` counts by month."))
    if sum((one is not None, by is not None, ads, tag is not None)) > 1:
        raise UsageProblem(tr("show, --by, --ads and --tag cannot be combined"), hint=tr("Ask for one at a time."))
    if as_csv and (session.as_json or by is not None or tag is not None or one == 0):
        raise UsageProblem(tr("--csv goes with show N and --ads alone"), hint=tr("--json has everything."))
    if session.as_json and one is not None:
        raise UsageProblem(tr("--json gives all texts"), hint=tr("`linkbak pitches --json` has their numbers."))
    begin = people_options.first_day(since)
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault), books=False)
        session.holding(kept, {"messages": "messages"})
        with session.reading(vault) as history:
            every = unasked(history, kept[-1].key.account, Owner.of(kept).names)
        if tag is not None:
            _tag_senders(session, _numbered(every, tag[0]), tag[1])
            return
    found = every.since(begin, least)
    if session.as_json:
        session.print_json(view.document(found, begin))
    elif as_csv and ads:
        session.print_csv(view.ADVERTS_HEADER, view.advert_rows(found.adverts))
    elif as_csv:
        groups = found.groups if one is None else [_numbered(every, one)]
        session.print_csv(view.CSV_HEADER, view.csv_rows(groups))
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


def _numbered(found: Unasked, number: int) -> SameWords:
    """The group of a number; raises NoSuchPerson."""
    for one in found.groups:
        if one.number == number:
            return one
    if found.groups:
        known = tr("`linkbak pitches --all` lists them: they are numbered 1 to {last}.", last=len(found.groups))
    else:
        known = tr("`linkbak pitches --all` lists them: no text came from 3 or more people.")
    raise NoSuchPerson(tr("there is no text {number}", number=number), hint=known)


def _tag_senders(session: Session, group: SameWords, tag: str) -> None:
    """Tag all senders of a group who are in a list; one mark each."""
    value = checked("tag", tag)
    people = [one.person for one in group.members if one.person is not None]
    if not people:
        raise NoSuchPerson(
            tr("nobody who sent this text is in your lists"), hint=tr("Only people of a list can be tagged.")
        )
    with session.open_vault() as vault:
        with session.reading(vault) as history:
            fresh = mark.unsaid(history, people, "tag", value)
        mark.keep(session, vault, people, fresh, "tag", value)
    if not session.as_json:
        session.show(view.untagged_text(len(group.members) - len(people)))
    compact_if_due(session)


ACTIONS = ("cull", "unanswered", "draft")
_SOME = 10
_SAID = {"k": ("known", ""), "u": ("unknown", ""), "c": ("tag", CULL)}


def audit(
    session: Session,
    words: Annotated[
        list[str] | None,
        Argument(metavar="[cull|unanswered|draft PERSON]"),
    ] = None,
    as_list: Annotated[bool, Option("--list", help="List whom it would ask about, and ask nothing.")] = False,
    everyone: Annotated[bool, Option("--all", help="Show every row.")] = False,
    template: Annotated[str | None, Option("--template", metavar="FILE", help="Your own text for replies.")] = None,
) -> None:
    """Go through your connections, and say whom you know

    \b
    Examples:
      linkbak audit
      linkbak audit cull
      linkbak audit unanswered --template reply.txt

    One key answers: k known, u unknown, c the tag cull, s later, z undo. A sitting asks about 20 people, the newest
    first, and nobody twice. `cull` lists whom to remove by hand. `unanswered` lists open invitations and messages that
    came unasked. `draft` prints a reply from your own template, with {first_name}, {last_name}, {name}, {company},
    {position}. Nothing is sent.
    """
    action, *rest = words or [""]
    if action not in ("", *ACTIONS) or bool(rest) is not (action == "draft"):
        raise not_taken("audit", words or (), "cull, linkbak audit draft PERSON")
    if action and as_list:
        raise UsageProblem(
            tr("--list goes with nothing else"), hint=tr("`linkbak audit --list` lists whom it would ask about.")
        )
    reply = _reply(session, template)
    if action == "cull":
        _cull(session)
    elif action == "unanswered":
        _unanswered(session, reply, everyone=everyone or not on_terminal())
    elif action == "draft":
        _draft(session, " ".join(rest), reply)
    elif as_list or session.as_json:
        _list(session, everyone=everyone or session.as_json)
    else:
        _sitting(session, reply)


def _reply(session: Session, named: str | None) -> Reply | None:
    """What the owner's template makes; None if there is none. Raises UsageProblem."""
    place = Path(named).expanduser() if named is not None else session.settings().audit.template
    if place is None:
        return None
    try:
        return reply_of(place.read_text("utf-8-sig"))
    except OSError as error:
        raise UsageProblem(
            tr("cannot read {file}: {why}", file=place, why=error.strerror),
            hint=tr("Look at the spelling of its path."),
        ) from None
    except UnicodeDecodeError:
        raise UsageProblem(
            tr("{file} is not UTF-8 text", file=place), hint=tr("Save it as UTF-8 and try again.")
        ) from None


@contextmanager
def _opened(session: Session, vault: Vault) -> Iterator[tuple[History, str | None]]:
    """The history, and the account that is meant; raises NoSuchSnapshot without a list."""
    with session.reading(vault) as history:
        account = people_options.account_meant(session, history)
        if not history.lists(account):
            raise NoSuchSnapshot(tr("no snapshot here holds connections"), hint=tr("Keep one: linkbak import ARCHIVE"))
        yield history, account


def _to_look_at(session: Session, vault: Vault, most: int | None) -> tuple[list[Evidence], int]:
    """What there is to go by about so many of those whom the owner has not judged, and how many these are in all."""
    with _opened(session, vault) as (history, meant):
        every = to_look_at(history.people(PeopleFilter(account=meant)), mark.standing(history, meant))
        people = every[:most]
        words: dict[int, tuple[int, int]] = {}
        for account in dict.fromkeys(one.account for one in people if one.messages):  # texts, where somebody wrote
            words |= same_words(groups_of(history, account, Owner.of(vault.summaries(account)).names))
        return [evidence_of(history.timeline(one), *words.get(one.number, (0, 0))) for one in people], len(every)


# --- whom the owner knows ---------------------------------------------------------------------------------------------


def _list(session: Session, *, everyone: bool) -> None:
    with session.open_vault() as vault:
        found, many = _to_look_at(session, vault, None if everyone else FOLD)
    session.tell(lambda: audit_view.document(found), lambda: audit_view.listed(found, many))


def _sitting(session: Session, reply: Reply | None) -> None:
    """One person after the other; nothing of the index is held while the owner thinks."""
    if session.quiet or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageProblem(
            tr("`linkbak audit` asks on a terminal"), hint=tr("See whom it would ask about: --list or --json")
        )
    with session.open_vault() as vault:
        found, many = _to_look_at(session, vault, SITTING)
        if not found:
            session.show(audit_view.listed(found, 0))
            return
        session.show(audit_view.head(len(found), many))

        def ask(at: int) -> str:
            one = found[at].person
            session.show(audit_view.question(found[at], at + 1, len(found)))
            while (key := key_pressed("  ? ", "kucrszq")) == "r":
                if reply:
                    session.print_text(f"\n{reply.to(one.row.name, one.row)}\n")
                else:
                    session.show([Line(audit_view.NO_TEMPLATE, indent=2)])
            return key

        pressed = _answers(session, vault, [one.person for one in found], ask, _SAID)
    session.show(audit_view.ended(pressed, many - sum(key in _SAID for key in pressed)))
    compact_if_due(session)


def _answers(
    session: Session,
    vault: Vault,
    people: Sequence[Person],
    ask: Callable[[int], str],
    said: Mapping[str, tuple[str, str]],
) -> list[str]:
    """The keys that answered, asked for by the place of a person; what each says is kept before the next question.

    The key z takes the newest answer of this sitting back, so that its person is asked about again; q ends it.
    """
    answers = list[tuple[str, Mark | None]]()
    while len(answers) < len(people) and (key := ask(len(answers))) != "q":
        if key != "z":
            mark = None
            if key in said:
                one = people[len(answers)]
                mark = new_mark(*said[key], one.account, subject_of(one.row), datetime.now(UTC))
                _add(vault, line_of(mark), f"Mark 1 person: {mark.fact}")
            answers.append((key, mark))
        elif not answers:
            session.show([Line(audit_view.NOTHING_TO_UNDO, indent=2)])
        elif (mark := answers.pop()[1]) is not None:
            _add(vault, undo_line(mark, datetime.now(UTC)), "Undo 1 mark")
    return [key for key, _ in answers]


def _add(vault: Vault, line: dict[str, Any], message: str) -> None:
    """Add one line to marks.jsonl in its own commit, so that no answer is lost; the message names nobody."""
    with write_transaction(vault, "audit") as writer:
        writer.add_marks([line], message)


# --- whom to remove by hand -------------------------------------------------------------------------------------------


def _cull(session: Session) -> None:
    """Names and links; then of each, on a terminal, whether it is done."""
    with session.open_vault() as vault:
        with _opened(session, vault) as (history, account):
            tagged = history.people(PeopleFilter(account=account, tags=(CULL,)))
            people = to_remove(tagged, mark.standing(history, account))
        if session.as_json:
            session.print_json(audit_view.cull_document(people))
            return
        session.show(audit_view.cull(people))
        if not people or session.quiet or not (sys.stdin.isatty() and sys.stdout.isatty()):
            session.show(audit_view.cull_commands(people))
            return

        def ask(at: int) -> str:
            session.show(audit_view.cull_question(people[at], at + 1, len(people)))
            return key_pressed(f"  {audit_view.CULL_KEYS} ? ", "dszq")

        removed = _answers(session, vault, people, ask, {"d": ("removed-by-me", "")}).count("d")
    session.show(audit_view.cull_ended(removed, len(people) - removed))
    compact_if_due(session)


# --- replies ----------------------------------------------------------------------------------------------------------


def _unanswered(session: Session, reply: Reply | None, *, everyone: bool) -> None:
    with session.open_vault() as vault:
        session.holding(session.summaries(vault), {"messages": "messages", "invitations": "invitations"})
        with _opened(session, vault) as (history, account):
            asked = [one for one in invitations(history, account) if not one.outgoing and one.state == "open"]
            talk = conversations(history, account)
            numbers = {one.person for one in asked} | {one.person for one in talk}
            found = waiting(asked, talk, history.numbered(number for number in numbers if number is not None))
    drafts = [reply.to(one.name, one.row) for one in found] if reply else []
    session.tell(
        lambda: audit_view.unanswered_document(found, drafts),
        lambda: audit_view.unanswered(found, drafts, everyone=everyone),
    )


def _draft(session: Session, name: str, reply: Reply | None) -> None:
    if reply is None:
        raise UsageProblem(
            audit_view.NO_TEMPLATE,
            hint=tr("For example: Hi {first_name}, ... `linkbak config set audit.template FILE` keeps it."),
        )
    if session.as_json:
        raise UsageProblem(tr("draft and --json cannot be combined"))
    with session.open_vault() as vault, _opened(session, vault) as (history, account):
        known = history.find(name, account)
        asked = () if known else strangers(invitations(history, account), conversations(history, account))
        names = people_options.names_meant(name, asked)
        if len(names) > 1:
            which = ", ".join(names[:_SOME])
            wrong = tr_count(
                "{name!r} may mean {number} person who wrote to you",
                "{name!r} may mean {number} people who wrote to you",
                len(names),
                name=name,
                number=len(names),
            )
            raise NoSuchPerson(wrong, hint=tr("Say which: {names}.", names=which))
        person = None if names else people_options.one(session, history, name, account)
    session.print_text(reply.to(person.row.name, person.row) if person else reply.to(names[0], None))
