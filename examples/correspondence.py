"""messages.csv and Invitations.csv in each form they have had."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from examples import tables
from examples.connection_lists import profile_url
from examples.people import ADA, MEMBER_IDS, Person
from examples.story import Standing, everybody
from examples.talk import ADVERTS, ASKED_AGAIN, CONVERSATIONS, DRAFTS, STRANGERS, Conversation, Said

NINE = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER"
TEN = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
ELEVEN = f"{TEN},ATTACHMENTS"
TWELVE = f"{ELEVEN},IS MESSAGE DRAFT"
NOBODY = "LinkedIn Member"
PEOPLE_OF_INVITATIONS = 180  # days that an accepted invitation stays in the file


class Written(NamedTuple):
    """One row of messages, whatever the form."""

    conversation: str
    title: str
    sender: str
    sender_url: str
    to: str
    to_url: str
    at: datetime | None
    said: Said
    folder: str
    draft: str = "No"


def messages_of_2018(taken: datetime) -> bytes:
    """Messages.csv with a capital M, and no addresses."""
    rows = [
        (
            *(row.sender, row.to, tables.short_time(row.at) if row.at else "", row.said.subject, _flat(row)),
            *("OUTGOING" if row.said.mine else "INCOMING", "SENT" if row.said.mine else "INBOX"),
        )
        for row in _rows(taken)
    ]
    return tables.plain("From,To,Date,Subject,Content,Direction,Folder", rows)


def messages_of_2020(taken: datetime) -> bytes:
    """The same columns in capitals, ISO times."""
    rows = [
        (
            *(row.sender, row.to, f"{row.at:%Y-%m-%dT%H:%M:%S}" if row.at else "", row.said.subject, _flat(row)),
            *("OUTGOING" if row.said.mine else "INCOMING", row.folder),
        )
        for row in _rows(taken)
    ]
    return tables.plain("FROM,TO,DATE,SUBJECT,CONTENT,DIRECTION,FOLDER", rows)


def messages(taken: datetime, header: str) -> bytes:
    """The forms since 2021: line breaks are flattened to two blanks; drafts only where there is a column for them."""
    rows = [_cells(row, header, _flat(row)) for row in _rows(taken, drafts=header == TWELVE)]
    return tables.plain(header, rows)


def messages_all_quoted(taken: datetime) -> bytes:
    """The form of March 2026: every field quoted, line breaks as they were typed."""
    rows = [_cells(row, ELEVEN, row.said.content) for row in _rows(taken)]
    return tables.text(ELEVEN.split(","), rows, quote_all=True).encode()


def invitations(taken: datetime, identify: str = "") -> bytes:
    """Those of the last half year, sent and received, accepted or not; `identify` is "", "Urn" or "Url"."""
    header = "From,To,Sent At,Message,Direction"
    if identify:
        header += f",inviterProfile{identify},inviteeProfile{identify}"
    rows = [row[: header.count(",") + 1] for _, row in sorted(_asked(taken, identify), reverse=True)]
    return tables.plain(header, rows)


def _rows(taken: datetime, *, drafts: bool = False) -> Iterator[Written]:
    known = everybody(taken)
    for talk in CONVERSATIONS:
        if talk.slug in known:
            yield from _conversation(talk, known[talk.slug], taken)
    for advert in ADVERTS:
        said = Said(advert.at, False, advert.content, advert.subject)
        if (at := datetime.fromisoformat(advert.at)) < taken:
            yield Written(
                _id(advert.subject), "Sponsored Conversation", NOBODY, "", name(ADA), _address(ADA), at, said, "INBOX"
            )
    for content in DRAFTS if drafts else ():
        yield Written("", "", name(ADA), _address(ADA), "", "", None, Said("", True, content), "", "Yes")


def _conversation(talk: Conversation, other: Standing, taken: datetime) -> Iterator[Written]:
    them = (NOBODY, "") if other.hidden or other.closed else (name(other.person), _address(other.person))
    me = (name(ADA), _address(ADA))
    for said in reversed(talk.said):
        if (at := datetime.fromisoformat(said.at)) < taken:
            both = (*me, *them) if said.mine else (*them, *me)
            yield Written(_id(talk.slug), "", *both, at, said, talk.folder)


def _cells(row: Written, header: str, content: str) -> Sequence[str]:
    values = {
        "CONVERSATION ID": row.conversation,
        "CONVERSATION TITLE": row.title,
        "FROM": row.sender,
        "SENDER PROFILE URL": row.sender_url,
        "TO": row.to,
        "RECIPIENT PROFILE URLS": row.to_url,
        "DATE": f"{row.at:%Y-%m-%d %H:%M:%S} UTC" if row.at else "",
        "SUBJECT": row.said.subject,
        "CONTENT": content,
        "FOLDER": row.folder,
        "ATTACHMENTS": "",
        "IS MESSAGE DRAFT": row.draft,
    }
    return [values[column] for column in header.split(",")]


def _flat(row: Written) -> str:
    return row.said.content.replace("\n", "  ")


def name(person: Person) -> str:
    """As shown beside a picture."""
    return f"{person.first.strip()} {person.last.strip()}"


def _address(person: Person) -> str:
    return profile_url(person.slug)


def _id(topic: str) -> str:
    """``2-`` and the base64 of a uuid and three digits, as LinkedIn's are."""
    made = uuid.uuid5(uuid.NAMESPACE_URL, f"https://example.com/{topic}")
    return "2-" + base64.b64encode(f"{made}_000".encode()).decode()


def _asked(taken: datetime, identify: str) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    since = taken - timedelta(days=PEOPLE_OF_INVITATIONS)
    me = (name(ADA), _identity(ADA.slug, ADA.slug, identify))
    for place, (slug, one) in enumerate(everybody(taken).items()):
        at = one.person.connected - timedelta(days=place % 5, minutes=7)
        if since < at < taken and not one.hidden and not one.closed:
            them = (name(one.person), _identity(one.person.slug, slug, identify))
            yield at, _asking(me, them, at, "") if place % 2 else _asking(them, me, at, "", incoming=True)
        if slug in ASKED_AGAIN and since < (again := datetime.fromisoformat(ASKED_AGAIN[slug])) < taken:
            them = (name(one.person), _identity(one.person.slug, slug, identify))
            yield again, _asking(me, them, again, "Shall we connect again?")
    for one_more in STRANGERS:
        if since < (at := datetime.fromisoformat(one_more.at)) < taken:
            url = f"urn:li:member:{one_more.member_id}" if identify == "Urn" else profile_url(one_more.slug)
            yield at, _asking((one_more.name, url), me, at, one_more.message, incoming=True)


def _asking(
    asker: tuple[str, str], asked: tuple[str, str], at: datetime, message: str, *, incoming: bool = False
) -> tuple[str, ...]:
    direction = "INCOMING" if incoming else "OUTGOING"
    return (asker[0], asked[0], tables.short_time(at), message, direction, asker[1], asked[1])


def _identity(slug: str, joined: str, identify: str) -> str:
    if identify == "Urn":
        return f"urn:li:member:{MEMBER_IDS.get(joined, 300000000 + sum(joined.encode()) * 7919)}"
    return profile_url(slug)
