"""``linkbak messages`` and ``invitations``: what was written, as lists and as files."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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


class _Wanted(NamedTuple):
    """Which conversations, and which of their messages, as in `Chosen`."""

    waiting: str | None
    ads: bool
    since: str
    outgoing: bool | None
    folder: str


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
    since: Annotated[
        str | None, Option("--since", metavar="DATE", help="Only what was written on that day or later.")
    ] = None,
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
    wanted = _wanted(unanswered, since, ads=ads, sent=sent, received=received)._replace(folder=(folder or "").strip())
    name, given = _message_format(words or [])
    among = people_options.marked_in_words(known, tag or ())
    if given and among:
        raise UsageProblem(tr("a name and filters cannot be combined"), hint=tr("Leave out the name, or the filters."))
    if name is None and (place is not None or force):
        raise UsageProblem(tr("-o and --force go with export"), hint="linkbak messages export mbox -o messages.mbox")
    if as_csv and (session.as_json or name):
        raise UsageProblem(tr("--csv goes with neither --json nor export"))
    with _opened(session) as history:
        account = people_options.account_meant(session, history)
        whom = _meant(session, history, given) if given else None
        found = whom.conversations if whom else every_conversation(history, account)
        if among:
            marked = PeopleFilter(account=account, states=EVER, known=known, tags=tuple(tag or ()))
            numbers = {one.number for one in history.people(marked)}
            found = [one for one in found if one.person in numbers]
        chosen_of: type[Chosen] = load("linkbak.exporters.conversations.Chosen")
        chosen = chosen_of(history, _filtered(found, wanted), Counter(), wanted.since, wanted.outgoing, wanted.folder)
        if name is not None:
            _export_messages(session, name, chosen, place, force=force)
        elif session.as_json or as_csv:
            _print(session, chosen, last, as_csv=as_csv)
        elif whom is not None:
            session.show(view.reading_text(_reading(chosen, whom, last)))
        else:
            _list(session, chosen.conversations, found, wanted, last, among, everyone=everyone)


def _wanted(waiting: str | None, since: str | None, *, ads: bool, sent: bool, received: bool) -> _Wanted:
    if waiting is not None and waiting not in _WAITING:
        raise UsageProblem(
            tr("--unanswered takes me or them"), hint=tr("`--unanswered me` lists who waits for your answer.")
        )
    if sent and received:
        raise UsageProblem(tr("--sent and --received cannot be combined"), hint=tr("Without either you see both."))
    return _Wanted(waiting, ads, people_options.first_day(since), True if sent else False if received else None, "")


def _message_format(words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The format after ``export``, None without; and the words that name somebody."""
    if words[:1] != ["export"]:
        return None, words
    return format_meant(load("linkbak.exporters.conversations.MESSAGE_EXPORTERS"), words[1:2]), words[2:]


@contextmanager
def _opened(session: Session) -> Iterator[History]:
    """The history of a vault with messages; raises NoSuchSnapshot if no archive of those meant holds any."""
    with session.open_vault() as vault:
        session.holding(session.summaries(vault), {"messages": "messages"})
        with session.reading(vault) as history:
            yield history


def _filtered(found: Sequence[Conversation], wanted: _Wanted) -> list[Conversation]:
    if wanted.waiting:
        apart: Unanswered = load("linkbak.talk.activity.unanswered")(found)
        found = apart.by_me if wanted.waiting == "me" else apart.by_them
    return [
        one
        for one in found
        if (one.advert or not wanted.ads)
        and (not wanted.since or one.last[:10] >= wanted.since)
        and (wanted.outgoing is None or (one.sent if wanted.outgoing else one.received))
        and (not wanted.folder or wanted.folder.casefold() in map(str.casefold, one.folders))
    ]


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
    named = _named(text, every_conversation(history, account))
    if len(named) == 1:
        name, theirs = named.popitem()
        return _Whom(name, None, theirs)
    for name in sorted(named)[:_SOME] if not session.as_json else ():
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


def _named(text: str, found: Sequence[Conversation]) -> dict[str, list[Conversation]]:
    """Conversations by the names that a text means."""
    names = people_options.names_meant(text, {one.name for one in found})
    return {name: [one for one in found if one.name == name] for name in names}


# --- answers ----------------------------------------------------------------------------------------------------------


def _list(
    session: Session,
    chosen: Sequence[Conversation],
    found: Sequence[Conversation],
    wanted: _Wanted,
    last: int | None,
    among: str,
    *,
    everyone: bool,
) -> None:
    """The conversations; adverts are only counted, unless asked for."""
    shown = [one for one in chosen if wanted.ads or not one.advert]
    listed = view.Listed(
        " ".join(
            filter(None, (among and tr("with those {marks}", marks=among), _WAITING.get(wanted.waiting or "", "")))
        ),
        adverts=0 if wanted.waiting else len(chosen) - len(shown),
        untold=len(load("linkbak.talk.activity.unanswered")(found).untold) if wanted.waiting else 0,
    )
    whole = everyone or last is not None or not on_terminal()
    session.show(view.conversations_text(shown[:last], listed, everyone=whole))


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


def _print(session: Session, chosen: Chosen, last: int | None, *, as_csv: bool) -> None:
    found: Iterable[SentMessage] = chosen.every()
    if last is not None:
        found = deque(found, maxlen=last)
    pieces = load("linkbak.exporters.conversations.csv_pieces")(found) if as_csv else view.json_pieces(found)
    _put(session, chosen.history, pieces)


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
    told = view.ExportedMessages(name, len(chosen.conversations), 0)
    if place is None or place == "-":
        if session.as_json:
            raise UsageProblem(tr("--json needs -o"), hint=tr("`linkbak messages --json` gives the messages."))
        _put(session, chosen.history, format.text(chosen))
    else:
        target = Path(place).expanduser()
        written: Written
        if format.pages is not None and target.suffix.casefold() not in format.suffixes:
            written = write_pages(format.pages(chosen), target, force=force)
        else:
            written = write_text(format.text(chosen), target)
        told = told._replace(**{**written._asdict(), "place": str(written.place)})
    told = told._replace(messages=chosen.tally["messages"], drafts=chosen.tally["drafts"])
    session.tell_aside(view.exported_document(told), view.exported_text(told))


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
    if sent and received:
        raise UsageProblem(tr("--sent and --received cannot be combined"), hint=tr("Without either you see both."))
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
                and (one.outgoing if sent else not one.outgoing if received else True)
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
