"""The profile's small tables: what they say hardly changes, how they are headed does."""

from __future__ import annotations

from datetime import datetime

from examples import tables
from examples.people import Person

HEADLINE, SUMMARY = "Keeper of examples", "I keep examples, and now and then a sample.\nAsk me for either."


def profile(owner: Person, taken: datetime) -> dict[str, bytes]:
    """What every archive holds of the member, in the form of its year."""
    files = {**_always(owner), **(_of_2018(owner) if taken.year < 2020 else _since_2020(owner))}
    if taken.year >= 2024:
        files["Profile Summary.csv"] = b"Profile Summary\n\n"
    return files


def _always(owner: Person) -> dict[str, bytes]:
    return {
        "Positions.csv": tables.plain(
            "Company Name,Title,Description,Location,Started On,Finished On",
            [
                (owner.company, owner.position, "Everything, in order; twice", "Sampletown", "Jan 2015", ""),
                ("Specimen Labs", "Assistant", "", "Sampletown", "2011", "Dec 2014"),
            ],
        ),
        "Education.csv": tables.plain(
            "School Name,Start Date,End Date,Notes,Degree Name,Activities",
            [("University of Examples", "2007", "Sep 2011", "", "MA, Archives", "Choir")],
        ),
        "Skills.csv": tables.plain("Name", [("Archiving",), ("Patience",), ("Labelling, by hand",)]),
        "Languages.csv": tables.plain(
            "Name,Proficiency", [("English", "Native or bilingual proficiency"), ("Deutsch", "Limited working")]
        ),
        "Email Addresses.csv": tables.plain(
            "Email Address,Confirmed,Primary,Updated On",
            [(owner.email, "Yes", "Yes", "3/1/17, 5:02 PM")],
            last_end=False,
        ),
    }


def _of_2018(owner: Person) -> dict[str, bytes]:
    header = (
        "First Name,Last Name,Maiden Name,Address,Birth Date,Contact Instructions,Headline,Summary,Industry,Country,"
        "Zip Code,Geo Location,Twitter Handles,Websites,Instant Messengers"
    )
    row = (owner.first, owner.last, "", "1 Example Street", "Jan 02, 1990", "", HEADLINE, SUMMARY, "Libraries")
    return {
        "Profile.csv": tables.plain(header, [(*row, "Nowhere", "00000", "Sampletown", "", "", "")]),
        "Projects.csv": tables.plain(
            "Title,Description,Url,Start Date,End Date", [("Big List", "A list, and big", "", "Jan 2016", "")]
        ),
        "Honors.csv": tables.plain(
            "Title,Description,Issuer,Issue Date", [("Best Example", "", "Society of Samples", "May 2016")]
        ),
        "Phone Numbers.csv": tables.plain("Extension,Number,Type", [("", "", "")]),
        "Registration.csv": tables.plain(
            "Registration Date,Registration IP Address,Invited by (First Name),Invited by (Last Name),"
            "Subscription Types",
            [("5/2/13, 10:00 AM", "192.0.2.1", "", "", "")],
        ),
        "Videos.csv": tables.plain("Description,Link", [("How I file", "https://example.com/video")]),
    }


def _since_2020(owner: Person) -> dict[str, bytes]:
    header = (
        "First Name,Last Name,Maiden Name,Address,Birth Date,Headline,Summary,Industry,Zip Code,Geo Location,"
        "Twitter Handles,Websites,Instant Messengers"
    )
    row = (owner.first, owner.last, "", "1 Example Street", "Jan 02, 1990", HEADLINE, SUMMARY, "Libraries", "00000")
    return {
        "Profile.csv": tables.plain(
            header, [(*row, "Sampletown", "[exampleada]", "[PORTFOLIO:https://example.com/]", "")]
        ),
        "Projects.csv": tables.plain(
            "Title,Description,Url,Started On,Finished On", [("Big List", "A list, and big", "", "Jan 2016", "")]
        ),
        "Honors.csv": tables.plain("Title,Description,Issued On", [("Best Example", "Society of Samples", "May 2016")]),
        "Certifications.csv": tables.plain(
            "Name,Url,Authority,Started On,Finished On,License Number",
            [("Certified Filer", "https://example.com/filer", "Society of Samples", "Jan 2023", "", "EX-1")],
        ),
        "PhoneNumbers.csv": tables.plain("Extension,Number,Type", [("", "", ""), ("", "", "")]),
        "Registration.csv": tables.plain(
            "Registered At,Registration Ip,Subscription Types", [("5/2/13, 10:00 AM", "192.0.2.1", "")]
        ),
        "Company Follows.csv": tables.plain(
            "Organization,Followed On",
            [("Specimen Labs", "Tue Mar 05 10:22:33 UTC 2019"), ("Muster GmbH", "Mon Jan 13 08:00:00 UTC 2020")],
            last_end=False,
        ),
    }
