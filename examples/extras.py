"""What came and went: jobs, verifications, articles, contacts, and a file nobody has seen before."""

from __future__ import annotations

from examples import tables

APPLICATIONS = (
    "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,Job Url,Resume Name,"
    "Question And Answers"
)
TEN = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"


def imported_contacts() -> dict[str, bytes]:
    """The address book of 2018."""
    header = (
        "First Name,Last Name,Companies,Title,Email Address,Phone Numbers,Created At,Instant Message Handles,Addresses,"
        "Sites,Full Name,Birthday,Location,Bookmarked At,Profiles"
    )
    row = ("Carla", "Ejemplo", "", "", "carla.ejemplo@example.com", "", "7/9/18, 10:01 AM", *[""] * 8)
    return {"Imported Contacts.csv": tables.plain(header, [row])}


def contacts() -> dict[str, bytes]:
    """The address book of 2022 to 2024."""
    header = (
        "Source,FirstName,LastName,Companies,Title,Emails,PhoneNumbers,CreatedAt,Addresses,Sites,InstantMessageHandles,"
        "FullName,Birthday,Location,BookmarkedAt,Profiles"
    )
    row = ("GOOGLE_CONTACTS", "Niall", "Sampla", "", "", "niall.sampla@example.com", "", "7/9/18, 10:01 AM", *[""] * 8)
    return {"Contacts.csv": tables.plain(header, [row])}


def article_of_2018() -> dict[str, bytes]:
    """Named by its time, with colons that some file systems cannot hold."""
    return {"Articles/2017-12-09 04:54:08.html": _article("On lists")}


def complete_of_2026() -> dict[str, bytes]:
    """What the complete archive of March 2026 holds besides."""
    return {
        "Articles/Articles/on-lists-ada-example-x1y2z.html": _article("On lists"),
        "Articles/Articles/über-größe-und-список-ada-example-a9b8c.html": _article("Über Größe"),
        "Articles/Articles/2026-01-26 23_56_48.0-Entwurf für später.html": _article("Entwurf"),
        "Jobs/Job Applications.csv": tables.plain(
            APPLICATIONS, [("2/3/26, 4:05 PM", "", "", "Muster GmbH", "Keeper", "", "cv.pdf", "Why:Because | When:Now")]
        ),
        "Jobs/Job Applications_1.csv": tables.plain(
            APPLICATIONS, [("1/2/25, 3:04 PM", "", "", "Prov AB", "Keeper, senior", "", "cv.pdf", "")]
        ),
        "Jobs/Saved Jobs.csv": tables.plain(
            "Saved Date,Job Url,Job Title,Company Name", [("1/1/26, 1:01 PM", "", "Keeper", "Exemple & Fils")]
        ),
        "Verifications/Verifications.csv": tables.plain(
            "First name,Middle name,Last name,Verification type,Organization name,Email address,Country,State,City,"
            "Year of birth,Issuing authority,Document type,Verification service provider,Verified date,Expiry date",
            [("Ada", "", "Example", "Workplace", "Example Works", *["N/A"] * 8, "2025-01-31", "N/A")],
        ),
        "Duolingo.csv": tables.plain("Language,Score,Proficiency Level", [("Spanish", "42", "A2")]),
        "Rich_Media.csv": tables.plain(
            "Date/Time,Media Description,Media Link",
            [("You uploaded a feed photo on April 12, 2025 at 8:03 AM (GMT)", "??????", "https://example.com/1")],
        ),
        "Receipts_v2.csv": tables.plain(
            "First Name,Last Name,Billing Country,Postal Code,Transaction Made At,Payment Method Type,Invoice Number,"
            "Description,Tax Amount,Sub Total,Total Amount,Currency Code",
            [("Ada", "Example", "XX", "0", "12/01/24 01:00 PM UTC", "Card", "1", "Premium", "0", "9", "9", "EUR")],
        ),
        "guide_messages.csv": tables.plain(TEN, []),
        "learning_role_play_messages.csv": tables.plain(TEN, []),
        "LearningCoachMessages.csv": b"No conversations found",
    }


def nobody_knows() -> dict[str, bytes]:
    """A file of a kind not seen before: kept, and reported."""
    return {"Time_Capsule.csv": tables.plain("Buried On,Contents", [("2025-11-01", "A letter")])}


def _article(title: str) -> bytes:
    link = "https://www.linkedin.com/pulse/on-lists-ada-example-x1y2z"
    return (
        f"<html><head><title>{title}</title></head>\n"
        f'<body><h1><a href="{link}">{title}</a></h1><p>Lists, and more lists.</p></body></html>\n'
    ).encode()
