"""The catalogue of an export's tables, and the check of headers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from linkbak.model import NamedTuple

# --- the catalogue: every file name LinkedIn has used, its kind and the headers seen ----------------------------------
# A header in angle brackets lists columns that must exist, in any order, because the rest is not known. A table
# without headers is known only by name, so any header is accepted.

_ENDORSER = "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name"
_ENDORSEE = "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name"
_RECOMMENDATION = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status"
_CONVERSATION = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO"
_CONVERSATION_10 = f"{_CONVERSATION},RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
_INVITATION = "From,To,Sent At,Message,Direction"
_PERSON = "First Name,Last Name,Email Address,Company,Position,Connected On"
_SHARE = "Date,ShareLink,ShareCommentary,SharedURL,MediaURL,Visibility"
_PROJECT = "Title,Description,Url"
_JOB_WISHES = (
    "Locations,Industries,Company Employee Count,Preferred Job Types,Job Titles,Open To Recruiters,Dream Companies,"
    "Profile Shared With Job Poster,Job Title For Searching Fast Growing Companies,Introduction Statement,"
    "Phone Number,Job Seeker Activity Level,Preferred Start Time Range,Commute Preference Starting Address,"
    "Commute Preference Starting Time,Mode Of Transportation,Maximum Commute Duration"
)
_JOB_WISHES_19 = f"{_JOB_WISHES},Open Candidate Visibility,Job Seeking Urgency Level"
_RECEIPT = (
    "First Name,Last Name,Billing Country,Postal Code,Transaction Made At,Payment Method Type,Invoice Number,"
    "Description,Tax Amount,Sub Total,Total Amount,Currency Code"
)
_ANSWER = "Question,Answer"

KINDS: dict[str, Mapping[str, tuple[str, ...]]] = {
    "connections": {
        "Connections.csv": (
            "First Name,Last Name,Address,Email Address,Company,Position,Connected On,Websites,Instant Messengers",
            _PERSON,
            "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
        ),
        "linkedin_connections_export_microsoft_outlook.csv": (
            "<First Name,Last Name,E-mail Address,Company,Job Title>",
        ),
        "linkedin_connections_export_outlook_express.csv": ("<First Name,Last Name,E-mail Address,Company,Job Title>",),
        "linkedin_connections_export_yahoo.csv": ("<First>",),
    },
    "messages": {
        "messages.csv": (
            "From,To,Date,Subject,Content,Direction,Folder",
            f"{_CONVERSATION},DATE,SUBJECT,CONTENT,FOLDER",
            _CONVERSATION_10,
            f"{_CONVERSATION_10},IS MESSAGE DRAFT,IS CONVERSATION DRAFT",
            f"{_CONVERSATION_10},ATTACHMENTS",
            f"{_CONVERSATION_10},ATTACHMENTS,IS MESSAGE DRAFT",
            f"{_CONVERSATION_10},ATTACHMENTS,IS MESSAGE DRAFT,IS CONVERSATION DRAFT",
        )
    },
    "invitations": {
        "Invitations.csv": (
            _INVITATION,
            f"{_INVITATION},inviterProfileUrn,inviteeProfileUrn",
            f"{_INVITATION},inviterProfileUrl,inviteeProfileUrl",
        )
    },
    "contacts": {
        "Imported Contacts.csv": (
            "First Name,Last Name,Companies,Title,Email Address,Phone Numbers,Created At,Instant Message Handles,"
            "Addresses,Sites,Full Name,Birthday,Location,Bookmarked At,Profiles",
        ),
        "Contacts.csv": (
            "Source,FirstName,LastName,Companies,Title,Emails,PhoneNumbers,CreatedAt,Addresses,Sites,"
            "InstantMessageHandles,FullName,Birthday,Location,BookmarkedAt,Profiles",
        ),
        "ImportedContacts.csv": (
            "FirstName,MiddleName,LastName,MaidenName,NickName,NamePrefix,NameSuffix,Title,Emails,PhoneNumbers,"
            "CreatedAt,UpdatedAt,CountryCode,RegionCode,ThirdPartyVerified,Location",
        ),
    },
    "follows": {
        "Company Follows.csv": ("Organization,Followed On",),
        "Company_Follows.csv": ("Organization,Followed On",),
        "Member_Follows.csv": ("Date,Status,FullName",),
        "Hashtag_Follows.csv": ("HashTag,CreatedTime,LastModifiedTime,State",),
        "Member Hashtags.csv": ("Member Posts About Hashtags",),
    },
    "endorsements": {
        "Endorsement Received Info.csv": (f"{_ENDORSER},Endorsement Status,Display Status",),
        "Endorsement_Received_Info.csv": (
            f"{_ENDORSER},Endorsement Status",
            f"{_ENDORSER},Endorser Public Url,Endorsement Status",
        ),
        "Endorsement_Given_Info.csv": (f"{_ENDORSEE},Endorsee Public Url,Endorsement Status",),
    },
    "recommendations": {
        "Recommendations_Given.csv": (_RECOMMENDATION,),
        "Recommendations_Received.csv": (_RECOMMENDATION,),
        "Recommendations Given.csv": (_RECOMMENDATION,),
        "Recommendations Received.csv": (_RECOMMENDATION,),
    },
    "notes": {
        "Notes.csv": ("Connection First Name,Connection Last Name,Connection Profile URL,Note,Created On,Edited On",)
    },
    "coaching": {
        "guide_messages.csv": (_CONVERSATION_10,),
        "coach_messages.csv": (_CONVERSATION_10,),
        "learning_coach_messages.csv": (_CONVERSATION_10,),
        "learning_role_play_messages.csv": (_CONVERSATION_10,),
        "LearningCoachMessages.csv": ("No conversations found", _CONVERSATION_10),
    },
    "profile": {
        "Profile.csv": (
            "First Name,Last Name,Maiden Name,Created Date,Address,Birth Date,Contact Instructions,Marital Status,"
            "Headline,Summary,Industry,Association",
            "First Name,Last Name,Maiden Name,Address,Birth Date,Contact Instructions,Headline,Summary,Industry,"
            "Country,Zip Code,Geo Location,Twitter Handles,Websites,Instant Messengers",
            "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
            "Twitter Handles,Websites,Instant Messengers",
        ),
        "Profile Summary.csv": ("Profile Summary",),
        "Positions.csv": ("Company Name,Title,Description,Location,Started On,Finished On",),
        "Education.csv": ("School Name,Start Date,End Date,Notes,Degree Name,Activities",),
        "Skills.csv": ("Name",),
        "Languages.csv": ("Name,Proficiency",),
        "Certifications.csv": ("Name,Url,Authority,Started On,Finished On,License Number",),
        "Courses.csv": ("Name,Number",),
        "Projects.csv": (f"{_PROJECT},Start Date,End Date", f"{_PROJECT},Started On,Finished On"),
        "Publications.csv": ("Name,Published On,Description,Publisher,Url",),
        "Honors.csv": ("Title,Description,Issuer,Issue Date", "Title,Description,Issued On"),
        "Organizations.csv": ("Name,Description,Position,Started On,Finished On",),
        "Volunteering.csv": ("Company Name,Role,Cause,Started On,Finished On,Description",),
        "Causes You Care About.csv": ("Supported Cause",),
        "Duolingo.csv": ("Language,Score,Proficiency Level",),
        "Verifications.csv": (
            "First name,Middle name,Last name,Verification type,Organization name,Email address,Country,State,City,"
            "Year of birth,Issuing authority,Document type,Verification service provider,Verified date,Expiry date",
        ),
        "Private_identity_asset.csv": ("Private Identity Asset Name,Private Identity Asset Raw Text",),
        "Videos.csv": ("Description,Link",),
        "Rich Media.csv": ("Type,Link",),
        "Rich_Media.csv": ("Date/Time,Media Description,Media Link",),
        "Interests.csv": (),
        "TestScores.csv": (),
        "Patents.csv": (),
        "Groups.csv": (),
        "VerifiedExternalCapability.csv": (),
    },
    "activity": {
        "Comments.csv": ("Date,Link,Message",),
        "Reactions.csv": ("Date,Type,Link",),
        "Likes.csv": (),
        "Shares.csv": (
            "Date,Share Title,Share Description,Share Link,Share Commentary,Shared URL,Media URL,Type,Visibility",
            _SHARE,
        ),
        "Votes.csv": ("Date,Link,OptionText",),
        "InstantReposts.csv": ("Date,Link",),
        "Saved_Items.csv": ("savedItem,createdTime",),
        "Search Queries.csv": ("Time,Search Query",),
        "SearchQueries.csv": ("Time,Search Query",),
        "saved_articles.csv": ("Saved At,Link,Name",),
        "Reviews.csv": (
            "Reviewee,Review Type,Review Section,Creation Date,Rating,Review Text,Review Tags",
            "Reviewee,Review Type,Review Section,Creation Date,Rating,Review Text,Reviewer,Review Tags",
        ),
        "Events.csv": ("Event Name,Event Time,Status,External Url",),
    },
    "account": {
        "Email Addresses.csv": (
            "Email Address,Confirmed,Primary,Updated On",
            "Email Address,Confirmed,Is primary,Status Updated On",
        ),
        "Phone Numbers.csv": ("Extension,Number,Type", "Number,Extension,Type"),
        "PhoneNumbers.csv": ("Extension,Number,Type", "Number,Extension,Type"),
        "Whatsapp Phone Numbers.csv": ("Number,Extension,Is_WhatsApp_Number",),
        "Registration.csv": (
            "Registration Date,Registration IP Address,Invited by (First Name),Invited by (Last Name),"
            "Subscription Types",
            "Registered At,Registration Ip,Subscription Types",
            "Registration Date,Registration IP,Subscription Type,Inviter First Name,Inviter Last Name",
        ),
        "Calendar.csv": ("Owner,Source,LastSyncedAt",),
        "Logins.csv": ("Login Date,IP Address,User Agent,Login Type",),
        "Login Attempts.csv": (),
        "Mobile Applications.csv": (),
        "Security Challenges.csv": ("Challenge Date,IP Address,User Agent,Country,Challenge Type",),
        "Account Status History.csv": ("Time,Event",),
        "Receipts.csv": (_RECEIPT,),
        "Receipts_v2.csv": (_RECEIPT,),
    },
    "ads": {
        "Ads Clicked.csv": ("Ad clicked Date,Ad Title/Id",),
        "Ad Targeting.csv": (
            "Age Group,Country,Company Sizes,Companies,Followed Companies,Functions,Gender,Industries,"
            "Followed Industries,Partner Opt Out Advertising,Seniorities,State,Postal Code,Schools,Graduation Year,"
            "Groups,Interface Language,Degree Classes,Skills",
        ),
        "Ad_Targeting.csv": ("<Company Names,Job Titles>",),
        "LAN Ads Engagement.csv": ("Action,Date,Ad Title/Id,Page/App",),
        "Inferences_about_you.csv": ("Category,Type of inference,Description,Inference",),
    },
    "learning": {
        "Learning.csv": (
            "Content Title,Content Description,Content Type,Content Last Watched Date (if viewed),"
            "Content Completed At (if completed),Content Saved,Notes taken on videos (if taken)",
        )
    },
    "jobs": {
        "Job Applications.csv": (
            "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,"
            "Question And Answers",
        ),
        "Saved Jobs.csv": ("Saved Date,Job Url,Job Title,Company Name",),
        "Job Seeker Preferences.csv": (_JOB_WISHES, _JOB_WISHES_19, f"{_JOB_WISHES_19},Semantic Preferences"),
        "Online Job Postings.csv": (
            "Company Name,Title,Employment Status,Company Description,Job Description,Location Description,"
            "Job Functions,Company Industries,Seniority Level,Required Skills,Education Levels,Onsite Apply,"
            "Contact Email,Company Apply Url,Base Salary,Additional Compensation,Job State,Create Date,List Date,"
            "Close Date,Expiration Date",
        ),
        "Job Applicant Saved Answers.csv": (_ANSWER,),
        "Job Applicant Saved Screening Question Responses.csv": (_ANSWER,),
        "SavedJobAlerts.csv": ("Saved Search Date,Jobs Search Url", "ALERT_PARAMETERS,QUERY_CONTEXT,SAVED_SEARCH_ID"),
    },
    "services": {
        "Providers.csv": ("<Creation Time,Marketplace Type,ProFinder Service Category,Media>",),
        "Engagements.csv": (
            "<Creation Time,Marketplace Type,Body,Currency Code,Currency Amount,Billing Time Unit,"
            "Free Consultation included>",
        ),
        "Opprtunities.csv": (
            "<Creation Time,Marketplace Type,Service Category,Location,Questions and Answers,Preferred Providers,"
            "Status>",
        ),
    },
}


# --- headers ----------------------------------------------------------------------------------------------------------


class Table(NamedTuple):
    """One file of LinkedIn's: its name as LinkedIn writes it, its kind and the headers seen."""

    name: str
    kind: str
    headers: tuple[str, ...]


TABLES: dict[str, Table] = {
    name.casefold(): Table(name, kind, headers) for kind, files in KINDS.items() for name, headers in files.items()
}
"""Every table by its case-folded file name."""

ARTICLES = Table("Articles/*.html", "articles", ())
IMAGES = Table("Images", "media", ())
ANALYTICS = Table("Content_*.xlsx", "analytics", ())
UNCOUNTED = (ARTICLES, IMAGES, ANALYTICS)
"""Files without rows: each counts as one row, and none proves whose archive it is."""

_FILLING = str.maketrans("", "", " _\t\r\n\ufeff\xa0")


def folded(cell: str) -> str:
    """A column name for comparisons: case-folded, without blanks and underscores."""
    return cell.translate(_FILLING).casefold()


def folded_header(cells: Sequence[str]) -> tuple[str, ...]:
    """A header for comparisons; empty columns at its end do not count."""
    names = [folded(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def knows(table: Table, header: Sequence[str]) -> bool:
    """Whether this is a header the table has been seen with, or the table was never seen at all."""
    if not table.headers:
        return True
    names = folded_header(header)
    return any(_same(known, names) for known in table.headers)


def _same(known: str, names: tuple[str, ...]) -> bool:
    if known.startswith("<"):
        return set(folded_header(known[1:-1].split(","))) <= set(names)
    return folded_header(known.split(",")) == names


def header_for(name: str, columns: Collection[str]) -> tuple[str, ...] | None:
    """The known header of the table of that file name, for rows that have these columns.

    That is the header with exactly these, else the shortest with all of them: a row may leave out empty ones. None if
    none has them all. For a table without a header of known order, the columns as given.
    """
    table, wanted = TABLES[name.casefold()], {folded(one) for one in columns}
    known = [tuple(text.split(",")) for text in table.headers if not text.startswith("<")]
    fitting = [header for header in known if wanted <= set(folded_header(header))]
    if fitting:
        return min(fitting, key=len)
    return tuple(columns) if knows(table, tuple(columns)) else None


# --- names: which table a file is -------------------------------------------------------------------------------------

_SUFFIX = re.compile(r"(?P<stem>.+?)(?:_(?P<member>[0-9]{5,}))?(?:_(?P<part>[0-9]{1,2}))?\.csv")
_COUNTER = re.compile(r"(?:\.csv)?(?: ?\([0-9]{1,3}\)| - copy(?: \([0-9]{1,3}\))?| copy(?: [0-9]{1,3})?)(?=\.csv$)")
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ANALYTICS = re.compile(rf"(?:content_.+|aggregateanalytics_.+|[^\W\d_][^_]*_{_DAY}_{_DAY}(?:_.*)?)\.xlsx")
"""The creator analytics: their first word is in the member's language, two days and a name follow."""
_IMAGE = re.compile(r"-?[0-9]+\.(?:jpe?g|png|gif)")


class Named(NamedTuple):
    """A file recognised by its name: its place, its member number, which part of a split table it is."""

    path: str
    table: Table
    folder: str
    member: str = ""
    part: int = -1


def name_of(path: str, *, bare: bool = False) -> Named | None:
    """The table a path is named after, None for a name LinkedIn does not use.

    The base name must be LinkedIn's, whatever its case: guide_messages.csv is not messages.csv. A member's number
    and a part's number may stand before the ending. For a file that came alone (`bare`), what browsers and file
    managers add to the name of a copy is ignored.
    """
    folder, _, last = path.rpartition("/")
    base = last.casefold()
    if bare:
        base = _COUNTER.sub("", base)
    if (table := TABLES.get(base)) is not None:
        return Named(path, table, folder)
    if (found := _SUFFIX.fullmatch(base)) is not None:
        table = TABLES.get(found["stem"] + ".csv")
        if table is not None:
            part = int(found["part"]) if found["part"] else -1
            return Named(path, table, folder, found["member"] or "", part)
    return _beside_tables(path, folder, base)


def _beside_tables(path: str, folder: str, base: str) -> Named | None:
    if base.endswith((".html", ".htm")) and "articles" in folder.casefold().split("/"):
        return Named(path, ARTICLES, folder)
    if _IMAGE.fullmatch(base):
        return Named(path, IMAGES, folder)
    if _ANALYTICS.fullmatch(base):
        return Named(path, ANALYTICS, folder)
    return None
