"""``linkbak messages`` and ``invitations``: what was written, as lists and as files."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from linkbak.cli import people_options
from linkbak.cli.app import format_meant, load
from linkbak.cli.people_options import Choose
from linkbak.cli.session import Session
from linkbak.cli.terminal import on_terminal
from linkbak.errors import NoSuchPerson, UsageProblem
from linkbak.exporters import Written, write_pages, write_text
from linkbak.index import EVER, PeopleFilter, Person
from linkbak.index.correspondence import Conversation, SentInvitation, SentMessage, conversation_of
from linkbak.index.correspondence import conversations as every_conversation
from linkbak.index.correspondence import invitations as every_invitation
from linkbak.index.correspondence import messages as every_message
from linkbak.index.history import History
from linkbak.model import NamedTuple
from linkbak.report import messages as view
from linkbak.report import say
from linkbak.texts import tr, tr_count

if TYPE_CHECKING:
    from linkbak.exporters.conversations import Chosen, MessageFormat
    from linkbak.talk.activity import Unanswered

_WAITING = {"me": tr("that you have not answered"), "them": tr("that they have not answered")}
_PIECE = 1 << 16
_SOME = 20


def messages(
    session: Session,
    words: Annotated[
        list[str] | None,
        Argument(metavar="[PERSON]... | export FORMAT [PERSON]..."),
    ] = None,
    unanswered: Annotated[
        str | None, Option("--unanswered", metavar="WHO", help="What WHO has not answered: me, or them.")
    ] = None,
    ads: Annotated[bool, Option("--ads", help="Only adverts.")] = False,
    since: Choose.written_since = None,
    sent: Annotated[bool, Option("--sent", help="Only what you sent.")] = False,
    received: Annotated[bool, Option("--received", help="Only what others wrote.")] = False,
    folder: Annotated[
        str | None, Option("--folder", metavar="NAME", help="Only what is in a folder: inbox, archive, spam.")
    ] = None,
    known: Choose.known = None,
    tag: Choose.tag = None,
    last: Annotated[int | None, Option("--last", "--limit", metavar="N", min=1, help="Only the newest N.")] = None,
    everyone: Annotated[bool, Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="One row a message.")] = False,
    place: Annotated[
        str | None, Option("--output", "-o", metavar="PLACE", help="With export: the file or folder to write.")
    ] = None,
    force: Annotated[bool, Option("--force", help="With export: replace pages that you changed.")] = False,
) -> None:
    """Read your messages, or export them

    \b
    Examples:
      linkbak messages Kofi --last 3
      linkbak messages --unanswered me
      linkbak messages export mbox -o messages.mbox

    Without PERSON, linkbak lists your conversations. PERSON is a name, a part of one, an address, an id or the title of
    a conversation. FORMAT is mbox, json, markdown or html: the last two write one file if it ends in .md or .html, else
    a folder. Times are UTC. Archives hold links to attachments only. Exported mails cannot be answered: their addresses
    end in .invalid.
    """
    if unanswered is not None and unanswered not in _WAITING:
        raise UsageProblem(
            tr("--unanswered takes me or them"), hint=tr("`--unanswered me` lists who waits for your answer.")
        )
    outgoing = _outgoing(sent=sent, received=received)
    begin, box = people_options.first_day(since), (folder or "").strip()
    name, given = None, words or []
    if given[:1] == ["export"]:
        name, given = format_meant(load("linkbak.exporters.conversations.MESSAGE_EXPORTERS"), given[1:2]), given[2:]
    among = people_options.marked_in_words(known, tag or ())
    if given and among:
        raise UsageProblem(tr("a name and filters cannot be combined"), hint=tr("Leave out the name, or the filters."))
    if name is None and (place is not None or force):
        raise UsageProblem(tr("-o and --force go with export"), hint="linkbak messages export mbox -o messages.mbox")
    if as_csv and (session.as_json or name):
        raise UsageProblem(tr("--csv goes with neither --json nor export"))
    with session.open_vault() as vault:
        session.holding(session.summaries(vault), {"messages": "messages"})
        with session.reading(vault) as history:
            account = people_options.account_meant(session, history)
            whom = _meant(session, history, given) if given else None
            found = whom.conversations if whom else every_conversation(history, account)
            if among:
                marked = PeopleFilter(account=account, states=EVER, known=known, tags=tuple(tag or ()))
                numbers = {one.number for one in history.people(marked)}
                found = [one for one in found if one.person in numbers]
            apart: Unanswered | None = load("linkbak.talk.activity.unanswered")(found) if unanswered else None
            some = [
                one
                for one in (found if apart is None else apart.by_me if unanswered == "me" else apart.by_them)
                if (one.advert or not ads)
                and (not begin or one.last[:10] >= begin)
                and (outgoing is None or (one.sent if outgoing else one.received))
                and (not box or box.casefold() in map(str.casefold, one.folders))
            ]
            chosen_of: type[Chosen] = load("linkbak.exporters.conversations.Chosen")
            chosen = chosen_of(history, some, Counter(), begin, outgoing, box)
            if name is not None:
                _export_messages(session, name, chosen, place, force=force)
            elif session.as_json or as_csv:
                pieces = load("linkbak.exporters.conversations.csv_pieces") if as_csv else view.json_pieces
                _put(session, history, pieces(deque(chosen.every(), last) if last is not None else chosen.every()))
            elif whom is not None:
                session.show(view.reading_text(_reading(chosen, whom, last)))
            else:
                shown = [one for one in some if ads or not one.advert]  # adverts are only counted, unless asked for
                whose = [tr("with those {marks}", marks=among)] if among else []
                whose += [_WAITING[unanswered]] if unanswered else []
                page = view.conversations_text(
                    shown[:last],
                    " ".join(whose),
                    adverts=0 if unanswered else len(some) - len(shown),
                    untold=0 if apart is None else len(apart.untold),
                    everyone=everyone or last is not None or not on_terminal(),
                )
                session.show(page)


def _outgoing(*, sent: bool, received: bool) -> bool | None:
    """Whether what the owner sent is meant, None for both directions."""
    if sent and received:
        raise UsageProblem(tr("--sent and --received cannot be combined"), hint=tr("Without either you see both."))
    return sent if sent or received else None


# --- whom the user means ----------------------------------------------------------------------------------------------


class _Whom(NamedTuple):
    """Somebody's name, who they are if they are in a list, and their conversations of two; or one larger one.

    `crowds` are the larger ones they took part in.
    """

    name: str
    person: Person | None
    conversations: Sequence[Conversation]
    crowds: Sequence[Conversation] = ()


def _meant(session: Session, history: History, words: Sequence[str]) -> _Whom:
    """The person that the words mean; raises NoSuchPerson for nobody, or more than one."""
    text = " ".join(words)
    account = people_options.account_meant(session, history)
    if ids := every_conversation(history, account, id_=text):
        return _Whom(ids[0].name, None, ids)
    if history.find(text, account):
        person = people_options.one(session, history, text, account, nameless=True)
        all_theirs = every_conversation(history, person.account, person=person.number)
        theirs = [one for one in all_theirs if one.person == person.number]
        return _Whom(person.row.name or "(hidden)", person, theirs, [one for one in all_theirs if one.crowd])
    every = every_conversation(history, account)
    named = people_options.names_meant(text, {one.name for one in every})
    if len(named) == 1:
        return _Whom(named[0], None, [one for one in every if one.name == named[0]])
    for name in named[:_SOME] if not session.as_json else ():
        say(name)
    wrong = tr("nobody in the vault matches {name!r}", name=text)
    if named:
        wrong = tr_count(
            "{name!r} may mean {number:,} person or conversation",
            "{name!r} may mean {number:,} people or conversations",
            len(named),
            name=text,
            number=len(named),
        )
    raise NoSuchPerson(wrong, hint=tr("`linkbak messages` lists your conversations; `linkbak search WORDS` searches."))


def _reading(chosen: Chosen, whom: _Whom, last: int | None) -> view.Reading:
    kept: deque[SentMessage] = deque(maxlen=last)
    drafts = adverts = 0
    first = newest = ""
    addressed = False
    for one in chosen.every():
        kept.append(one)
        drafts, adverts = drafts + one.draft, adverts + (one.advert and not one.draft)
        addressed |= bool(one.recipient_urls if one.outgoing else one.sender_url)
        if one.sent_at and not one.draft:
            first, newest = first or one.sent_at, max(newest, one.sent_at)
    counted = chosen.tally["messages"]
    gone = bool(chosen.conversations) and not any(one.current for one in chosen.conversations)
    return view.Reading(
        whom.name,
        kept,
        counted,
        drafts,
        adverts,
        first,
        newest,
        last_seen=max(one.last_seen for one in chosen.conversations) if gone else "",
        by_name=bool(counted and whom.person and not addressed),
        untold=bool(whom.person and whom.person.untold),
        elsewhere=_elsewhere(chosen.history, whom.person, whom.crowds) if whom.person else (),
    )


def _elsewhere(history: History, person: Person, larger: Sequence[Conversation]) -> list[tuple[str, int]]:
    """How many messages somebody wrote in each larger conversation, by its name."""
    crowds = {one.id: one.name for one in larger}
    wrote = Counter(
        conversation_of(one)
        for one in (every_message(history, person.account, person=person.number) if crowds else ())
        if not one.outgoing
    )
    return [(crowds[id_], many) for id_, many in sorted(wrote.items()) if id_ in crowds]


def _put(session: Session, history: History, pieces: Iterable[str]) -> None:
    """Print data after reading it to its end, since the reader of a pipe may take all day."""
    from tempfile import TemporaryFile

    with TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="") as held:
        held.writelines(pieces)
        history.end_read_transaction()
        held.seek(0)
        while part := held.read(_PIECE):
            session.print_text(part)


def _export_messages(session: Session, name: str, chosen: Chosen, place: str | None, *, force: bool) -> None:
    format: MessageFormat = load("linkbak.exporters.conversations.MESSAGE_EXPORTERS")[name]
    written: Written | None = None
    if place is None or place == "-":
        if session.as_json:
            raise UsageProblem(tr("--json needs -o"), hint=tr("`linkbak messages --json` gives the messages."))
        _put(session, chosen.history, format.text(chosen))
    else:
        target = Path(place).expanduser()
        if format.pages is not None and target.suffix.casefold() not in format.suffixes:
            written = write_pages(format.pages(chosen), target, force=force)
        else:
            written = write_text(format.text(chosen), target)
    told = view.exported_document(name, len(chosen.conversations), chosen.tally, written)
    session.tell_aside(told, view.exported_text(told))


def invitations(
    session: Session,
    still_open: Annotated[bool, Option("--open", help="Only those that nobody accepted.")] = False,
    sent: Annotated[bool, Option("--sent", help="Only those you sent.")] = False,
    received: Annotated[bool, Option("--received", help="Only those you received.")] = False,
    since: Annotated[
        str | None, Option("--since", metavar="DATE", help="Only those sent on that day or later.")
    ] = None,
    everyone: Annotated[bool, Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="One row an invitation.")] = False,
) -> None:
    """List invitations to connect, sent and received

    \b
    Examples:
      linkbak invitations --open --sent
      linkbak invitations --since 2025 --csv > invitations.csv

    linkbak tells who asked whom, when, with what note, and whether a list shows the two as connected since; else it is
    open, for so many days as the newest archive with it shows. Invitations that you declined or ignored are in no
    export. Times are UTC.
    """
    outgoing = _outgoing(sent=sent, received=received)
    if as_csv and session.as_json:
        raise UsageProblem(tr("--json and --csv cannot be combined"))
    begin = people_options.first_day(since)
    with session.open_vault() as vault:
        session.holding(session.summaries(vault), {"invitations": "invitations"})
        with session.reading(vault) as history:
            found = [
                one
                for one in every_invitation(history, people_options.account_meant(session, history))
                if (not still_open or one.state == "open")
                and outgoing in (None, one.outgoing)
                and one.sent_at[:10] >= begin
            ]
            asked = [view.Asked(one, view.open_days(one), _in_messages(history, one)) for one in found]
    if session.as_json:
        session.print_json(view.invitations_document(asked))
    elif as_csv:
        session.print_csv(view.INVITATIONS_HEADER, map(view.invitation_row, asked))
    else:
        session.show(view.invitations_text(asked, everyone=everyone or not on_terminal()))


def _in_messages(history: History, one: SentInvitation) -> bool:
    """Whether the note is a message to or from the same person too, however it is broken into lines."""
    note = one.note.split()
    if not note or one.person is None:
        return False
    theirs = every_message(history, one.account, person=one.person)
    return any(not said.draft and said.outgoing is one.outgoing and said.text.split() == note for said in theirs)
