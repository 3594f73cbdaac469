"""Invented archives for `linkbak demo`: three exports of one member, with one of each class of change.

Two people vanish in March, and the messages with them show why, as far as can be known. Three who came in February send
the same pitch.

Nobody in them exists. The zips look as LinkedIn's do: files at the root, each with the time at which it was written.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from linkbak.model import Connection
from linkbak.report.escape import csv_table

_PROFILES = "https://www.linkedin.com/in/"
OWNER = f"{_PROFILES}ada-example"

NOTES = (
    "Notes:\n"
    '"When exporting your connection data, you may notice that some of the email addresses are missing. '
    "You will only see email addresses for connections who have allowed their connections to see or download their "
    'email address."\n\n'
)
HEADER = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
INVITATIONS = ("From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl")

PROFILE = (
    *("First Name", "Last Name", "Maiden Name", "Address", "Birth Date", "Headline", "Summary", "Industry"),
    *("Zip Code", "Geo Location", "Twitter Handles", "Websites", "Instant Messengers"),
)

MESSAGES = (
    *("CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS", "DATE"),
    *("SUBJECT", "CONTENT", "FOLDER"),
)
STAYED, CLOSED = "Kofi", "Chloé"
"""Two who vanish in March: one whose account lives on, and one whose conversation then says "LinkedIn Member"."""

_PITCH = (
    "Hi Ada, I came across your profile and was impressed by your work at {}. We help teams like yours find {} new "
    "customers every month without cold calls. Would you have ten minutes for a quick call next week?"
)

_CAME = date(2026, 2, 18)

_FIRST = ("Amara", "Boris", "Chloé", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Ivo", "Jun", "Kofi", "Lena")
_LAST = ("Sample", "Muster", "Invented", "Placeholder", "Nobody")
_COMPANIES = ("Example GmbH", "Sample & Sons", "Acme Placeholder Ltd", "Invented SA")
_POSITIONS = ("Buyer", "Founder", "Recruiter", "Head of Examples", "Consultant")


def write_archives(folder: Path) -> list[Path]:
    """Write the three zips into `folder`; gives their paths, oldest first."""
    november = _people()
    february = _february(november)
    march = _march(february)
    moments = (datetime(2025, 11, 20, 8, 7, 10), datetime(2026, 2, 20, 7, 30, 2), datetime(2026, 3, 20, 8, 7, 10))  # noqa: DTZ001  # zip times carry no zone
    return [_write(folder, moment, people) for moment, people in zip(moments, (november, february, march), strict=True)]


def _people() -> list[Connection]:
    """Forty people and two of one name, newest first, as an export lists them."""
    people = []
    when = date(2025, 11, 14)
    for number in range(40):
        first, last = _FIRST[number % len(_FIRST)], _LAST[(number * 3 + number // 12) % len(_LAST)]
        slug = f"{first}-{last}-{number:02d}".casefold().replace("é", "%C3%A9")
        email = f"{first.casefold()}@example.com".replace("é", "e") if number % 9 == 0 else ""
        work = _COMPANIES[number % len(_COMPANIES)], _POSITIONS[number % len(_POSITIONS)]
        people.append(Connection(first, last, f"{_PROFILES}{slug}", email, *work, when))
        when -= timedelta(days=(number % 5) * 11 + 3)
    twins = [
        Connection("Alex", "Twin", f"{_PROFILES}alex-twin-{tail}", connected_on=when)
        for tail in ("1a2b3c4d", "5e6f7a8b")
    ]
    return people + twins


def _february(people: Sequence[Connection]) -> list[Connection]:
    """Somebody hides, three arrive on one day."""
    later = list(people)
    later[20] = Connection(connected_on=people[20].connected_on)
    return [*_arrivals(_CAME, "Maya", "Noor", "Oskar"), *later]


def _march(people: Sequence[Connection]) -> list[Connection]:
    """One of each: vanished, uncertain, hidden, returned, reconnected, renamed, added, changed."""
    later = list(people)
    was_hidden = next(i for i, person in enumerate(later) if person.hidden)
    later[was_hidden] = _people()[20]
    later[6] = Connection(connected_on=later[6].connected_on)
    later[9] = later[9]._replace(last_name="Muster-Sample", url=f"{_PROFILES}muster-sample")
    later[12] = later[12]._replace(company="Brand New Examples Ltd", position="Founder")
    later[15] = later[15]._replace(email="write.me@example.com")
    again = later[30]._replace(connected_on=date(2026, 3, 11))
    gone = {17, 25, 30}
    kept = [person for number, person in enumerate(later) if number not in gone]
    # Of two people with one name and one day, neither with a job, one is left, under a third address. Which?
    twins = [number for number, person in enumerate(kept) if person.first_name == "Alex"]
    kept[twins[0]] = kept[twins[0]]._replace(url=f"{_PROFILES}alex-again")
    del kept[twins[1]]
    return [*_arrivals(date(2026, 3, 19), "Pia", "Rosa"), again, *kept]


def _arrivals(day: date, *names: str) -> list[Connection]:
    work = "Example GmbH", "Buyer"
    return [Connection(name, "Newcomer", f"{_PROFILES}{name.casefold()}-newcomer", "", *work, day) for name in names]


def _write(folder: Path, moment: datetime, people: Sequence[Connection]) -> Path:
    path = folder / f"Basic_LinkedInDataExport_{moment:%m-%d-%Y}.zip"
    rows = [[*person[:6], f"{person.connected_on:%d %b %Y}"] for person in people]
    invitations = [
        ("Ada Example", person.name, "3/9/24, 2:05 PM", "", "OUTGOING", OWNER, person.url) for person in people[3:8]
    ]
    files = {
        "Connections.csv": NOTES + csv_table(HEADER, rows).rstrip("\n"),
        "Invitations.csv": csv_table(INVITATIONS, invitations),
        "messages.csv": csv_table(MESSAGES, [*_pitches(moment, people), *_messages(closed=moment.month == 3)]),
        "Profile.csv": csv_table(PROFILE, [("Ada", "Example", *[""] * 11)]),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), text, zipfile.ZIP_DEFLATED)
    return path


def _pitches(moment: datetime, people: Sequence[Connection]) -> Iterator[Sequence[str]]:
    """What the arrivals of February write before March's archive, newest first."""
    came = [one for one in people if one.connected_on == _CAME and moment.month == 3]
    for number, person in enumerate(came):
        text = _PITCH.format(("the Example GmbH", "Example", "your company")[number], 30 + 5 * number)
        ends = (person.name, person.url, "Ada Example", OWNER)
        day = ("2026-03-09", "2026-03-03", "2026-02-24")[number]
        yield f"2-cGl0Y2g{number}_100", "", *ends, f"{day} 08:15:00 UTC", "", text, "INBOX"


def _messages(*, closed: bool) -> Iterator[Sequence[str]]:
    """Ada's messages with the two who vanish, newest first; in March one of them is no longer shown."""
    february = _february(_people())
    said = {
        STAYED: ("Shall we say Thursday?", "Thursday is fine, thank you!"),
        CLOSED: ("Congratulations on the new shop.", "Thanks, Ada. Come and see it."),
    }
    for number, (first, (question, answer)) in enumerate(said.items()):
        person = next(one for at in (17, 25) if (one := february[at]).first_name == first)
        shown = ("LinkedIn Member", "") if closed and first == CLOSED else (person.name, person.url)
        ada, conversation = ("Ada Example", OWNER), f"2-ZGVtbw{number}_100"
        for frm, to, minute, text in ((shown, ada, 40, answer), (ada, shown, 5, question)):
            yield conversation, "", *frm, *to, f"2025-10-0{number + 1} 09:{minute:02}:00 UTC", "", text, "INBOX"
