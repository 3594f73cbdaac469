"""The parts of a member's data as LinkedIn's API names them, and which file of an export each one is."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from linkbak.adapters import LinkedIn
from linkbak.model import NamedTuple

_CONTACTS = ("Contacts.csv", "ImportedContacts.csv", "Imported Contacts.csv")
_ENDORSEMENTS = ("Endorsement_Received_Info.csv", "Endorsement_Given_Info.csv")

CONNECTIONS = "CONNECTIONS"
"""The one without which an archive says nothing of who came and went."""

DOMAINS: Mapping[str, tuple[str, ...]] = {
    CONNECTIONS: ("Connections.csv",),
    "PROFILE": ("Profile.csv",),
    "INVITATIONS": ("Invitations.csv",),
    "INBOX": ("messages.csv",),
    "EMAIL_ADDRESSES": ("Email Addresses.csv",),
    "CONTACTS": _CONTACTS,
    "MEMBER_FOLLOWING": ("Member_Follows.csv",),
    "COMPANY_FOLLOWS": ("Company Follows.csv",),
    "ENDORSEMENTS": _ENDORSEMENTS,
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
"""Every domain known, the most wanted first, with the files of an export that it may be.

A domain without one becomes a file of its own, which an import keeps and says that it does not know. So do
recommendations: nothing shows whether a row was given or received.
"""


class Layout(NamedTuple):
    """A file as an export has it: its path, and its columns in order."""

    path: str
    columns: tuple[str, ...]


def layout(domain: str, columns: Collection[str]) -> Layout:
    """Which file the rows of a domain are, and with which header, by the columns that they have.

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
    """A column's name as it is compared with that of an export, which may differ in case, blanks and underscores."""
    return "".join(column.replace("_", " ").split()).casefold()
