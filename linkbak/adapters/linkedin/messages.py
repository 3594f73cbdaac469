"""Reads messages, invitations, endorsements, recommendations and notes; and finds the archive's owner.

messages.csv and Invitations.csv are tables whose every row has a moment, whatever columns they have in which order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime, time
from itertools import chain, islice
from typing import IO, TypeVar

from linkbak.adapters.linkedin.csv import (
    CLOCKS,
    DAYS,
    MESSAGE_LIMIT,
    TAILS,
    Issues,
    Record,
    Records,
    Text,
    none_understood,
    read_moment,
)
from linkbak.adapters.linkedin.files import Claims, claims
from linkbak.adapters.linkedin.tables import TABLES, Table, folded, folded_header, knows
from linkbak.model import (
    Contact,
    Endorsement,
    Files,
    Invitation,
    Message,
    NamedTuple,
    Note,
    Owner,
    Recommendation,
    rfc3339,
)
from linkbak.texts import tr_later

HEAD = 20


_Row = TypeVar("_Row", bound=Hashable)


class Layout(NamedTuple):
    """The requirements of a log: the table, the columns it needs, the one with the moment."""

    table: Table
    needed: frozenset[str]
    moment: str


class Log:
    """The rows of one log, once; rows not understood are counted and go to `issues`.

    `at` has the place of each column, by its folded name; it is empty if there is no header. `header` is the header
    as written. `skipped` and `cut` are known once the rows have been read.
    """

    def __init__(self, stream: IO[bytes], layout: Layout, issues: Issues) -> None:
        self.records = Records(stream, MESSAGE_LIMIT)
        self.skipped = 0
        self.at: Mapping[str, int] = {}
        self.header: tuple[str, ...] = ()
        self.layout, self._issues = layout, issues
        self._rows: Iterator[Record] = iter(())
        if self.records.text.workbook:
            issues.lost(0, tr_later("a workbook, not a CSV file: save it as CSV and import that"))
        else:
            self._find_header()

    @property
    def cut(self) -> bool:
        """Whether the file ended inside a quoted cell."""
        return self.records.cut

    def __iter__(self) -> Iterator[list[str]]:
        """Every row that is understood, with at least as many cells as the header has columns."""
        if not self.at:
            return
        width, when, days, clocks, tails = len(self.header), self.at[self.layout.moment], DAYS, CLOCKS, TAILS
        for line, row in self._rows:
            if row and len(row) == width:
                text = row[when]
                if days[text[:10]] is not None and clocks[text[10:16]] is not None and tails[text[16:]] is not None:
                    yield row
                    continue
            if row != [] and (odd := self._odd_row(line, row)) is not None:
                yield odd
        self.skipped += self.records.tell_end(self._issues)

    def _find_header(self) -> None:
        rows = iter(self.records)
        head = list(islice(rows, HEAD))
        for number, (line, row) in enumerate(head):
            names = folded_header(row or ())
            if self.layout.needed.issubset(names):
                self.at = {name: at for at, name in reversed(list(enumerate(names)))}
                self.header = tuple(row or ())[: len(names)]
                self._rows = chain(head[number + 1 :], rows)
                if not knows(self.layout.table, self.header):
                    self._issues.remark(line, tr_later("the columns differ from those linkbak knows"))
                return
        why = tr_later("no header linkbak understands: nothing in this file was read")
        self.skipped = none_understood(chain(head, rows), why, self._issues)

    def _odd_row(self, line: int, row: list[str] | None) -> list[str] | None:
        reason = self._why_odd(row)
        if row is None or reason:
            self.skipped += 1
            self._issues.lost(line, reason)
            return None
        if not any(cell.strip() for cell in row):
            self._issues.remark(line, tr_later("a row of empty cells"))
            return None
        return row

    def _why_odd(self, row: Sequence[str] | None) -> str:
        """Why a row is not understood, "" if it is: extra empty cells are fine, and a draft has no moment yet."""
        width = len(self.header)
        if row is None:
            return tr_later("a cell is larger than linkbak reads")
        if not any(cell.strip() for cell in row):
            return ""
        if len(row) < width:
            return tr_later("fewer cells than the header has columns")
        if any(cell.strip() for cell in row[width:]):
            return tr_later("more cells than the header has columns")
        moment = row[self.at[self.layout.moment]]
        return "" if not moment.strip() or read_moment(moment) else tr_later("the date is none linkbak can read")


# --- messages ---------------------------------------------------------------------------------------------------------

MESSAGES = Layout(TABLES["messages.csv"], frozenset({"from", "to", "date", "content"}), "date")


def read_messages(stream: IO[bytes], issues: Issues) -> Iterator[Message]:
    """Every message of one file in its order, newest first inside a conversation.

    Before 2021 a row has no conversation and no addresses; times that name no zone are taken as UTC.
    """
    log = Log(stream, MESSAGES, issues)
    conversation, title = log.at.get("conversationid", -1), log.at.get("conversationtitle", -1)
    url, urls = log.at.get("senderprofileurl", -1), log.at.get("recipientprofileurls", -1)
    subject, folder = log.at.get("subject", -1), log.at.get("folder", -1)
    attachments = log.at.get("attachments", -1)
    drafts = [log.at[name] for name in ("ismessagedraft", "isconversationdraft") if name in log.at]
    for cells in log:
        row = [*cells, ""]  # what a missing column, -1, gives
        yield Message(
            row[conversation],
            row[title],
            row[log.at["from"]],
            row[url].strip(),
            row[log.at["to"]],
            tuple(part for address in row[urls].split(",") if (part := address.strip())),
            read_moment(row[log.at["date"]]),
            row[subject],
            row[log.at["content"]],
            row[folder],
            any(row[at].strip().casefold() == "yes" for at in drafts),
            _links(row[attachments]) if row[attachments] else (),
        )


_BETWEEN_LINKS = re.compile(r"[,\s]\s*(?=[A-Za-z][A-Za-z0-9+.-]*://)")


def _links(cell: str) -> tuple[str, ...]:
    """The links of a cell, separated by commas; a link may contain commas too.

    Precondition: each link names its scheme. A part without one belongs to the link before.
    """
    return tuple(link for part in _BETWEEN_LINKS.split(cell) if (link := part.strip().rstrip(",")))


def messages(files: Files, naming: Collection[str] = ()) -> Iterator[Message]:
    """Every message, in the order of the file; rows not understood are left out, as `read` reports.

    With `naming`, only of files that contain one of these texts, by a quick search.
    """
    return _of_log(files, claims(files), "messages.csv", read_messages, naming)


def _of_log(
    files: Files,
    found: Claims,
    name: str,
    read: Callable[[IO[bytes], Issues], Iterator[_Row]],
    naming: Collection[str] = (),
) -> Iterator[_Row]:
    wanted = re.compile("|".join(map(re.escape, naming)))
    for named in found.of(name):
        if naming:
            with files.open(named.path) as stream:
                if not any(map(wanted.search, Text(stream).blocks())):
                    continue
        with files.open(named.path) as stream:
            yield from read(stream, Issues(named.path))


# --- invitations ------------------------------------------------------------------------------------------------------
# Invitations.csv, with member numbers in 2023 and profile addresses since.

INVITATIONS = Layout(TABLES["invitations.csv"], frozenset({"from", "to", "sentat", "direction"}), "sentat")
LOGS = {layout.table.kind: layout for layout in (MESSAGES, INVITATIONS)}


def read_invitations(stream: IO[bytes], issues: Issues) -> Iterator[Invitation]:
    """Every invitation of one file in its order; times name no zone and are taken as UTC."""
    log = Log(stream, INVITATIONS, issues)
    at = log.at
    inviter = at.get("inviterprofileurl", at.get("inviterprofileurn", -1))
    invitee = at.get("inviteeprofileurl", at.get("inviteeprofileurn", -1))
    message = at.get("message", -1)
    for cells in log:
        row = [*cells, ""]  # what a missing column, -1, gives
        yield Invitation(
            row[at["from"]],
            row[at["to"]],
            read_moment(row[at["sentat"]]),
            row[message],
            row[at["direction"]].strip(),
            row[inviter].strip(),
            row[invitee].strip(),
        )


def invitations(files: Files) -> Iterator[Invitation]:
    """Every invitation, in the order of the file; rows not understood are left out, as `read` reports."""
    return _of_log(files, claims(files), "Invitations.csv", read_invitations)


# --- endorsements -----------------------------------------------------------------------------------------------------
# Endorsements and recommendations, received and given, and the member's own notes on connections.
# Importing only counts these tables. Here a row is given if it has a cell for each column; a date that cannot be read
# is left out of it, since the rest still names somebody.

ENDORSEMENTS = {
    "Endorsement_Received_Info.csv": "endorser",
    "Endorsement Received Info.csv": "endorser",
    "Endorsement_Given_Info.csv": "endorsee",
}
"""The tables, and the prefix of the other person's columns; the one that may have addresses comes first."""

RECOMMENDATIONS = {
    "Recommendations_Received.csv": False,
    "Recommendations Received.csv": False,
    "Recommendations_Given.csv": True,
    "Recommendations Given.csv": True,
}
"""The tables, and whether the member wrote what is in them."""


def endorsements(files: Files) -> Iterator[Endorsement]:
    """Those received, then those given; one in both files of those received counts once.

    The two files write the status in other letters, and only one may have addresses.
    """
    seen: dict[Endorsement, set[str]] = {}
    found = claims(files)
    for name, other in ENDORSEMENTS.items():
        for row in rows_in(files, found, name, f"{other}firstname", "skillname"):
            one = _endorsement(row, other)
            urls = seen.setdefault(one._replace(url="", status=one.status.casefold()), set())
            if one.url not in urls and (one.url or not urls):
                urls.add(one.url)
                yield one


def _endorsement(row: Mapping[str, str], other: str) -> Endorsement:
    return Endorsement(
        other == "endorsee",
        row[f"{other}firstname"],
        row.get(f"{other}lastname", ""),
        row.get(f"{other}publicurl", "").strip(),
        row["skillname"],
        _moment(row.get("endorsementdate", "")),
        row.get("endorsementstatus", "").strip(),
    )


def recommendations(files: Files) -> Iterator[Recommendation]:
    """Those received, then those given, under the names of before and after 2018; each once."""
    found = claims(files)
    return once(
        Recommendation(
            given,
            row["firstname"],
            row["lastname"],
            row.get("company", ""),
            row.get("jobtitle", ""),
            row["text"],
            _moment(row.get("creationdate", "")),
            row.get("status", "").strip(),
        )
        for name, given in RECOMMENDATIONS.items()
        for row in rows_in(files, found, name, "firstname", "lastname", "text")
    )


def notes(files: Files) -> Iterator[Note]:
    """The member's private notes on connections, in the order of the file; each once."""
    return once(
        Note(
            row["connectionfirstname"],
            row.get("connectionlastname", ""),
            row.get("connectionprofileurl", "").strip(),
            row["note"],
            _moment(row.get("createdon", "")),
            _moment(row.get("editedon", "")),
        )
        for row in rows_in(files, claims(files), "Notes.csv", "connectionfirstname", "note")
    )


ADDRESS_BOOKS = {
    "Contacts.csv": ("firstname", "lastname", "emails", "phonenumbers"),
    "ImportedContacts.csv": ("firstname", "lastname", "emails", "phonenumbers"),
    "Imported Contacts.csv": ("firstname", "lastname", "emailaddress", "phonenumbers"),
}
"""The files of the address book in all their forms, and the columns of names, e-mails and phones in each."""


def contacts(files: Files) -> Iterator[Contact]:
    """The address book the member once gave LinkedIn, in the order of the files; each row once."""
    found = claims(files)
    return once(
        Contact(
            f"{row[first]} {row[last]}".strip() or row.get("fullname", "").strip(),
            row[emails].strip(),
            row[phones].strip(),
            row.get("birthday", "").strip(),
            row.get("addresses", "").strip(),
        )
        for name, (first, last, emails, phones) in ADDRESS_BOOKS.items()
        for row in rows_in(files, found, name, first, last, emails, phones)
    )


def rows_in(files: Files, found: Claims, name: str, *needed: str) -> Iterator[Mapping[str, str]]:
    """The rows of all parts of a table, each cell by its column's folded name."""
    for named in found.of(name):
        with files.open(named.path) as stream:
            for _, row in rows_of(stream, frozenset(needed)):
                yield row


def rows_of(stream: IO[bytes], needed: frozenset[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a table that is only counted at import: the line, and each cell by its column's folded name.

    Nothing if no header near the top has all the columns that are needed.
    """
    names, rows = below_header(stream, needed)
    width = len(names)
    for line, row in rows if names else ():
        if row and len(row) >= width and any(map(str.strip, row)) and not any(map(str.strip, row[width:])):
            # Of two columns of a name, the first.
            yield line, dict(zip(reversed(names), reversed(row[:width]), strict=True))


def below_header(stream: IO[bytes], needed: Set[str]) -> tuple[tuple[str, ...], Iterator[Record]]:
    """The folded columns of the first header near the top that has all those needed, () for none; and what follows."""
    records = Records(stream)
    rows = iter(records)
    heads = () if records.text.workbook else (folded_header(row or ()) for _, row in islice(rows, HEAD))
    return next((names for names in heads if needed <= set(names)), ()), rows


def _moment(text: str) -> datetime | None:
    """A moment as in other tables; a day without time means midnight."""
    text = text.strip()
    if (moment := read_moment(text)) is not None:
        return moment
    day = DAYS[text]
    return datetime.combine(day, time(), UTC) if day else None


def once(rows: Iterator[_Row]) -> Iterator[_Row]:
    """Each row once: the portability API serves whole stretches twice."""
    seen = set[_Row]()
    for row in rows:
        if row not in seen:
            seen.add(row)
            yield row


# --- the owner --------------------------------------------------------------------------------------------------------

_MOST_NAMED = 10
_URN = re.compile(r"urn:li:member:([0-9]+)")
_NO_SLUG = ("/in", "/in/")
"""The value of the address columns of late 2023 in every row."""
_TALKS = 400
"""How many messages from the start are searched for the participant of every conversation."""
_FEW = 5
"""The least number of conversations; in fewer the other side may be the same person by chance."""


def owner(files: Files) -> Owner:
    """The owner, from invitations, profile, messages, e-mail addresses, registration and the names of files.

    The owner is the inviter of every outgoing and the invitee of every incoming invitation, and takes part in every
    conversation. The most frequent values come first; those from messages come last.
    """
    found = claims(files)
    urls, ids, names = _invited(files, found)
    profile = [" ".join(row).strip() for row in _cells(files, found, "Profile.csv", ("firstname",), ("lastname",))[:1]]
    emails = [row[0] for row in _cells(files, found, "Email Addresses.csv", ("emailaddress",))]
    began = _cells(files, found, "Registration.csv", ("registeredat", "registrationdate"))[:1]
    moments = [moment for row in began if (moment := read_moment(row[0]))]
    talked_urls, talked_names = _talked(files, found)
    return Owner(
        _first([*_commonest(urls), *talked_urls]),
        _first([*found.members, *_commonest(ids)]),
        _first([*profile, *_commonest(names), *talked_names]),
        _first(emails),
        tuple(map(rfc3339, moments)),
    )


def _invited(files: Files, found: Claims) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How often each profile address, member number and name is the member's side of an invitation."""
    urls, ids, names = Counter[str](), Counter[str](), Counter[str]()
    for row in _of_log(files, found, "Invitations.csv", read_invitations):
        sides = {"OUTGOING": (row.inviter_url, row.sender), "INCOMING": (row.invitee_url, row.recipient)}
        url, name = sides.get(row.direction.upper(), ("", ""))
        names[name.strip()] += 1
        if urn := _URN.fullmatch(url):
            ids[urn[1]] += 1
        elif not url.endswith(_NO_SLUG):
            urls[url] += 1
    return urls, ids, names


def _talked(files: Files, found: Claims) -> tuple[list[str], list[str]]:
    """The address and the name that take part in every conversation of the first messages, if one alone does."""
    urls, names = dict[str, set[str]](), dict[str, set[str]]()
    for row in islice(_of_log(files, found, "messages.csv", read_messages), _TALKS):
        if row.conversation and row.sender and not row.draft:
            for url in (row.sender_url, *row.recipient_urls):
                urls.setdefault(url, set()).add(row.conversation)
            for name in (row.sender, row.recipients):
                names.setdefault(name.strip(), set()).add(row.conversation)
    return _everywhere(urls), _everywhere(names)


def _everywhere(where: dict[str, set[str]]) -> list[str]:
    where.pop("", None)
    every = set[str]().union(*where.values())
    found = [one for one, conversations in where.items() if len(conversations) * 10 > len(every) * 9]
    return found if len(found) == 1 and len(every) >= _FEW else []


def _cells(files: Files, found: Claims, table: str, *columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The cells of a small table's first rows in some columns, each by its names over time; none if one is missing."""
    rows: list[tuple[str, ...]] = []
    for named in found.of(table):
        with files.open(named.path) as stream:
            header, *body = [row for _, row in islice(Records(stream), _MOST_NAMED + 1) if row] or [[]]
        names = [folded(cell) for cell in header]
        at = [next((names.index(name) for name in known if name in names), -1) for known in columns]
        if -1 not in at:
            rows += [tuple(row[cell].strip() if cell < len(row) else "" for cell in at) for row in body]
    return rows


def _commonest(counted: Counter[str]) -> list[str]:
    return [text for text, _ in counted.most_common(_MOST_NAMED + 1)]


def _first(told: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in told if text))[:_MOST_NAMED]
