"""What LinkedIn would send of a simulated account: the files of one month, in the form of today.

Where an account is closed, hidden or has blocked the user, conversations show "LinkedIn Member" without an address, and
endorsements and invitations are gone. Who removed somebody is shown nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from benchmarks.account import HEADER, MESSAGES, NOTES, OWNER, csv_text, write_zip
from benchmarks.causes_plots import BASIC, LISTLESS
from benchmarks.causes_truth import Member, Month, taken

NOBODY = ("LinkedIn Member", "")
ME = ("Ada Example", OWNER)
PROFILE = "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location"
PROFILE += ",Twitter Handles,Websites,Instant Messengers\n"
ENDORSED = "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,Endorsement Status\n"
INVITED = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
KEPT_DAYS = 180
"""So long an invitation stays in its file."""

Row = Sequence[str]


def write_archive(folder: Path, month: Month) -> Path:
    """The zip of one month."""
    name = "Basic" if month.number in BASIC else "Complete"
    path = folder / f"{name}_LinkedInDataExport_{month.taken:%m-%d-%Y}.zip"
    return write_zip(path, files(month), month.taken)


def files(month: Month) -> dict[str, bytes]:
    """Every file of one month by its name."""
    found = {"Profile.csv": _table(PROFILE, [["Ada", "Example", *[""] * 11]])}
    if month.number != LISTLESS:
        found["Connections.csv"] = _table(NOTES + HEADER, _connections(month))
    if month.number not in BASIC:
        found["messages.csv"] = _table(MESSAGES, _messages(month))
        found["Endorsement_Received_Info.csv"] = _table(ENDORSED, _endorsements(month))
    found["Invitations.csv"] = _table(INVITED, _invitations(month))
    return found


def _table(header: str, rows: Iterator[Row] | Sequence[Row]) -> bytes:
    return (header + csv_text(rows)).encode()


def _connections(month: Month) -> Iterator[Row]:
    """Newest first; a hidden one is a date alone."""
    shown = zip(month.members, month.standings, strict=True)
    for one, standing in sorted(shown, key=lambda pair: pair[0].connected, reverse=True):
        day = f"{one.connected:%d %b %Y}"
        if standing.shown == "listed":
            yield [one.first, one.last, one.url, "", one.company, one.position, day]
        elif standing.shown == "hidden":
            yield ["", "", "", "", "", "", day]


def _messages(month: Month) -> Iterator[Row]:
    for one in month.members:
        if one.talks and one.connected < month.taken:
            yield from _conversation(one, month.taken)
    yield from _group(month)
    for past in range(month.number + 1):
        at = taken(past) - timedelta(days=2)
        yield _message(f"advert {past}", NOBODY, ME, at, "A course for you", "Sponsored Conversation")


def _conversation(one: Member, until: datetime) -> Iterator[Row]:
    """A few messages in the weeks after connecting, or before the first archive for those of long ago."""
    them = NOBODY if one.closed or one.hidden else (one.name, one.url)
    first = max(one.connected, taken(0) - timedelta(days=20 + one.number % 9))
    for turn in reversed(range(2 + one.number % 4)):
        at = first + timedelta(days=turn, minutes=one.number)
        if at < until:
            ends = (ME, them) if turn % 2 else (them, ME)
            yield _message(f"talk {one.number}", *ends, at, f"Word {turn} of talk {one.number}")


def _group(month: Month) -> Iterator[Row]:
    """One conversation of many: everybody in it is a recipient of all, whoever is closed or hidden has no address."""
    members = [one for one in month.members if one.grouped]
    if not members:
        return
    ends = [NOBODY if one.closed or one.hidden else (one.name, one.url) for one in members]
    stranger = ("Nils Stranger", "https://www.linkedin.com/in/nils-stranger")
    everybody = [*ends, stranger]
    names, urls = ",".join(name for name, _ in everybody), ",".join(url for _, url in everybody if url)
    for turn in range(3):
        yield _message(
            "group", ME, (names, urls), taken(0) + timedelta(days=turn), f"Word {turn} for all", "The circle"
        )


def _message(topic: str, sender: Row, to: Row, at: datetime, text: str, title: str = "") -> Row:
    conversation = f"2-{sha256(topic.encode()).hexdigest()[:32]}"
    return [conversation, title, *sender, *to, f"{at:%Y-%m-%d %H:%M:%S} UTC", "", text, "INBOX"]


def _endorsements(month: Month) -> Iterator[Row]:
    """Of every second who parted the endorsement is left, since nobody has seen what becomes of them."""
    for one in month.members:
        left = one.listed or one.number % 2 or one.plot.endswith("endorsement left")
        if one.endorses and left and not one.closed and not one.hidden and one.connected < month.taken:
            url = one.url.removeprefix("https://")
            yield [f"{taken(0):%Y/%m/%d} 09:00:00 UTC", "Knots", one.first, one.last, url, "ACCEPTED"]


def _invitations(month: Month) -> Iterator[Row]:
    since = month.taken - timedelta(days=KEPT_DAYS)
    for one in month.members:
        if one.invited and since < one.invited < month.taken and not one.closed and not one.hidden:
            ends, outgoing = ((*ME, one.name, one.url), True) if _mine(one) else ((one.name, one.url, *ME), False)
            at = one.invited
            stamp = f"{at.month}/{at.day}/{at:%y}, {at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"
            yield [ends[0], ends[2], stamp, "", "OUTGOING" if outgoing else "INCOMING", ends[1], ends[3]]


def _mine(one: Member) -> bool:
    """Whether the user asked: always of somebody who had left, else every second time."""
    return not one.listed or one.number % 2 == 0
