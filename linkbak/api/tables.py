"""The parts of a member's data by LinkedIn's API names, and their rows as tables of an export."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import IO, Any

from linkbak.adapters import LinkedIn
from linkbak.model import NamedTuple

CONNECTIONS = "CONNECTIONS"
"""The part without which an archive says nothing about who came and went."""

DOMAINS: Mapping[str, tuple[str, ...]] = {
    CONNECTIONS: ("Connections.csv",),
    "PROFILE": ("Profile.csv",),
    "INVITATIONS": ("Invitations.csv",),
    "INBOX": ("messages.csv",),
    "EMAIL_ADDRESSES": ("Email Addresses.csv",),
    "CONTACTS": ("Contacts.csv", "ImportedContacts.csv", "Imported Contacts.csv"),
    "MEMBER_FOLLOWING": ("Member_Follows.csv",),
    "COMPANY_FOLLOWS": ("Company Follows.csv",),
    "ENDORSEMENTS": ("Endorsement_Received_Info.csv", "Endorsement_Given_Info.csv"),
    "RECOMMENDATIONS": (),
    "PREMIUM_NOTES": (),
    "MEMBER_SHARE_INFO": ("Shares.csv",),
    "ALL_COMMENTS": ("Comments.csv",),
    "ALL_LIKES": ("Reactions.csv",),
    "ALL_VOTES": ("Votes.csv",),
    "INSTANT_REPOSTS": ("InstantReposts.csv",),
    "ARTICLES": (),
    "RICH_MEDIA": ("Rich_Media.csv", "Rich Media.csv"),
    "ACTOR_SAVE_ITEM": ("Saved_Items.csv",),
    "SEARCHES": ("SearchQueries.csv",),
    "REVIEWS": ("Reviews.csv",),
    "Events": ("Events.csv",),
    "GROUPS": ("Groups.csv",),
    "POSITIONS": ("Positions.csv",),
    "EDUCATION": ("Education.csv",),
    "SKILLS": ("Skills.csv",),
    "LANGUAGES": ("Languages.csv",),
    "CERTIFICATIONS": ("Certifications.csv",),
    "COURSES": ("Courses.csv",),
    "PROJECTS": ("Projects.csv",),
    "PUBLICATIONS": ("Publications.csv",),
    "PATENTS": ("Patents.csv",),
    "HONORS": ("Honors.csv",),
    "TEST_SCORES": ("TestScores.csv",),
    "ORGANIZATIONS": ("Organizations.csv",),
    "VOLUNTEERING_EXPERIENCES": ("Volunteering.csv",),
    "CAUSES_YOU_CARE_ABOUT": ("Causes You Care About.csv",),
    "PROFILE_SUMMARY": ("Profile Summary.csv",),
    "TRUSTED_GRAPH": ("Verifications/Verifications.csv",),
    "IDENTITY_CREDENTIALS_AND_ASSETS": ("Private_identity_asset.csv",),
    "REGISTRATION": ("Registration.csv",),
    "PHONE_NUMBERS": ("PhoneNumbers.csv",),
    "WHATSAPP_NUMBERS": ("Whatsapp Phone Numbers.csv",),
    "login": ("Logins.csv",),
    "SECURITY_CHALLENGE_PIPE": ("Security Challenges.csv",),
    "ACCOUNT_HISTORY": ("Account Status History.csv",),
    "RECEIPTS": ("Receipts.csv",),
    "RECEIPTS_LBP": ("Receipts_v2.csv",),
    "CALENDAR": ("Calendar.csv",),
    "ADS_CLICKED": ("Ads Clicked.csv",),
    "AD_TARGETING": ("Ad_Targeting.csv",),
    "ADS_LAN": ("LAN Ads Engagement.csv",),
    "INFERENCE_TAKEOUT": ("Inferences_about_you.csv",),
    "LEARNING": ("Learning.csv",),
    "LEARNING_COACH_AI_TAKEOUT": (),
    "LEARNING_COACH_INBOX": ("learning_coach_messages.csv",),
    "LEARNING_ROLEPLAY_INBOX": ("learning_role_play_messages.csv",),
    "JOB_APPLICATIONS": ("Jobs/Job Applications.csv",),
    "SAVED_JOBS": ("Jobs/Saved Jobs.csv",),
    "JOB_SEEKER_PREFERENCES": ("Jobs/Job Seeker Preferences.csv",),
    "JOB_POSTINGS": ("Jobs/Online Job Postings.csv",),
    "JOB_APPLICANT_SAVED_ANSWERS": ("Jobs/Job Applicant Saved Answers.csv",),
    "TALENT_QUESTION_SAVED_RESPONSE": ("Job Applicant Saved Screening Question Responses.csv",),
    "SAVED_JOB_ALERTS": ("SavedJobAlerts.csv",),
    "easyapply-blocking": (),
    "MARKETPLACE_PROVIDERS": ("Services Marketplace/Providers.csv",),
    "MARKETPLACE_ENGAGEMENTS": ("Services Marketplace/Engagements.csv",),
    "MARKETPLACE_OPPORTUNITIES": ("Services Marketplace/Opprtunities.csv",),
}
"""Every known domain, the most important first, with the files of an export that it may be.

A domain without one becomes a file of its own, which an import keeps and reports as unknown. So do
recommendations, since nothing shows whether a row was given or received.
"""


class Layout(NamedTuple):
    """A file of an export: its path, and its columns in order."""

    path: str
    columns: tuple[str, ...]


def layout(domain: str, columns: Collection[str]) -> Layout:
    """The file and the header for a domain's rows, by the columns that they have.

    The keys of a row come in no order, so where no header is known that has them all, the columns stand by the
    alphabet, under the name of the file that the domain is if it is one alone: an import then says that they are new.
    """
    ordered = sorted(columns)
    files = DOMAINS.get(domain, ())
    distinct = len({key_of(one) for one in ordered}) == len(ordered)
    for path in files if distinct else ():
        if (header := LinkedIn.header_for(path.rpartition("/")[2], ordered)) is not None:
            return Layout(path, header)
    return Layout(files[0] if len(files) == 1 else f"{domain}.csv", (*ordered,))


def key_of(column: str) -> str:
    """A column's name for comparison with an export's, which may differ in case, blanks and underscores."""
    return "".join(column.replace("_", " ").split()).casefold()


# --- rows -------------------------------------------------------------------------------------------------------------
# The API's rows, each kept once, written as the tables of an export.


Row = Mapping[str, Any]
Pages = Callable[[], Iterable[Sequence[Row]]]
"""The answers of one domain in order; read twice, since the header depends on all of them."""


def once(pages: Iterable[Sequence[Row]], width: int) -> Iterator[Row]:
    """The rows in their order, without those that an earlier answer had served already.

    A row that stands once in its answer, and has more than one filled cell, is dropped if an earlier answer held
    exactly the same one. Any other row may be two of the same: two people who hide and connected on one day are equal
    rows. Such a row is dropped only where its nearest unique neighbours in the answer were
    all served before as well. In doubt it is kept: a row too many does no harm, and one too few makes somebody
    vanish. Within one answer nothing is dropped: an export may hold equal rows too.
    """
    seen: set[bytes] = set()
    for page in pages:
        digests = [_digest(row) for row in page]
        times = Counter(digests)
        markers = [
            times[key] == 1 and (width == 1 or sum(1 for value in row.values() if cell(value)) > 1)
            for key, row in zip(digests, page, strict=True)
        ]
        known = [key in seen for key in digests]
        before = _nearest(markers, known)
        after = [*reversed(_nearest(markers[::-1], known[::-1]))]
        for at, row in enumerate(page):
            beside = {side for side in (before[at], after[at]) if side is not None}
            if not (known[at] and (markers[at] or beside == {True})):
                yield row
        seen.update(digests)


def _digest(row: Row) -> bytes:
    filled = sorted((name, text) for name, value in row.items() if (text := cell(value)))
    return blake2b(json.dumps(filled).encode(), digest_size=16).digest()


def _nearest(markers: Sequence[bool], known: Sequence[bool]) -> list[bool | None]:
    """For each row whether the last marker before it was served before; None if there is none."""
    found: list[bool | None] = []
    last: bool | None = None
    for marker, served in zip(markers, known, strict=True):
        found.append(last)
        if marker:
            last = served
    return found


def cell(value: Any) -> str:
    """The cell for a JSON value; a list or an object as JSON again, nothing for null."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()


class Table:
    """The rows of one domain as a file of an export: how many were `served`, and `written` once it is written."""

    def __init__(self, domain: str, pages: Pages) -> None:
        self._pages = pages
        self._columns = set[str]()
        self.served = self.written = 0
        for page in pages():
            self.served += len(page)
            self._columns.update(*page)
        self.layout: Layout = layout(domain, self._columns)

    def write(self, stream: IO[bytes]) -> None:
        """Write it as LinkedIn writes its tables: UTF-8, commas, quotes where they are needed, line feeds."""
        spelled = {key_of(name): name for name in self._columns}
        names = [one if one in self._columns else spelled.get(key_of(one), one) for one in self.layout.columns]
        text = io.TextIOWrapper(stream, "utf-8", newline="", write_through=True)
        table = csv.writer(text, lineterminator="\n")
        table.writerow(self.layout.columns)
        for row in once(self._pages(), len(self.layout.columns)):
            table.writerow([cell(row.get(name)) for name in names])
            self.written += 1
        text.detach()
