"""What Ada did: comments, reactions, posts, logins; with the quoting LinkedIn gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from examples import tables
from examples.tables import Row

UPDATE = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A"
COMMENTS = (
    ("2021-11-02 08:00:00", "What an example"),
    ("2022-01-05 12:30:00", "First line\nsecond line without any comma"),
    ("2022-08-30 17:45:10", 'A comma, and "quotes"\nso this one is quoted'),
    ("2023-10-01 09:09:09", "Well done\n\nVery well done"),
    ("2026-02-14 14:02:26", "Lovely"),
)
POSTS = (("2021-12-01 10:00:00", "New list.\n\nIt is big, and it is sorted."), ("2025-05-05 05:05:05", "One line only"))


def activity(taken: datetime) -> dict[str, bytes]:
    """The files that only complete archives hold; since 2025 their names carry the member's id."""
    until = f"{taken:%Y-%m-%d %H:%M:%S}"
    rows = [(at, f"{UPDATE}70{place:017}", message) for place, (at, message) in enumerate(COMMENTS) if at < until]
    files = {
        "Comments": _comments(rows),
        "Shares": _shares([row for row in POSTS if row[0] < until], late=taken.year >= 2025),
        "Reactions": tables.activity("Date,Type,Link", [(at, "LIKE", link) for at, link, _ in rows]),
        "Votes": tables.activity("Date,Link,OptionText", [("2022-02-02 02:02:02", f"{UPDATE}71", "Sample, please")]),
        "Member_Follows": tables.activity(
            "Date,Status,FullName", [("2022-02-19 17:32:21", "Active", "Nobody Inparticular")]
        ),
        "Hashtag_Follows": tables.activity(
            "HashTag,CreatedTime,LastModifiedTime,State",
            [("example", "2022-01-05 08:00:00", "2022-01-05 08:00:00", "Follow")],
        ),
        "Saved_Items": tables.activity(
            "savedItem,CreatedTime" if taken.year >= 2025 else "savedItem,createdTime",
            [(f"{UPDATE}72", "2022-03-03 03:03:03")],
        ),
        "InstantReposts": tables.activity("Date,Link", [("2022-04-04 04:04:04", f"{UPDATE}73")]),
    }
    suffix = "_123456789" if taken.year >= 2025 else ""
    return {f"{name}{suffix}.csv": data for name, data in files.items()}


def account_of_2018() -> dict[str, bytes]:
    """What was written as UTF-16 with tabs in 2018."""
    agent = "Mozilla/5.0 (Example; rv:1.0)"
    targeting = (
        "Age Group,Country,Company Sizes,Companies,Followed Companies,Functions,Gender,Industries,Followed Industries,"
        "Partner Opt Out Advertising,Seniorities,State,Postal Code,Schools,Graduation Year,Groups,Interface Language,"
        "Degree Classes,Skills"
    )
    return {
        "Account Status History.csv": tables.utf16("Time,Event", [("2013/05/02 10:00:00 UTC", "Account Created")]),
        "Ad Targeting.csv": tables.utf16(targeting, [["25-34", "xx", *[""] * 14, "en_US", "", "archiving"]]),
        "Logins.csv": tables.utf16(
            "Login Date,IP Address,User Agent,Login Type", [("2018/11/02 10:00:00 UTC", "192.0.2.7", agent, "WEB")]
        ),
        "Search Queries.csv": tables.utf16("Time,Search Query", [("2018/10/22 10:00:00 UTC", "sample, big")]),
        "Security Challenges.csv": tables.utf16(
            "Challenge Date,IP Address,User Agent,Country,Challenge Type",
            [("2018/01/02 10:00:00 UTC", "192.0.2.8", agent, "xx", "CAPTCHA")],
        ),
        "Shares.csv": tables.utf16(
            "Date,Share Title,Share Description,Share Link,Share Commentary,Shared URL,Media URL,Type,Visibility",
            [("2018/03/04 05:06:07 UTC", "", "", f"{UPDATE}60", "Lists are fun", "", "", "TEXT", "PUBLIC")],
        ),
    }


def account() -> dict[str, bytes]:
    """The same since 2022, plain; the targeting table has three columns of one name."""
    agent = "Mozilla/5.0 (Example; rv:2.0)"
    return {
        "Ad_Targeting.csv": tables.plain(
            "Member Age,Company Names,Company Names,Company Names,Job Titles,Job Titles,Interface Locales",
            [("25-34", "Example Works; Specimen Labs", "Example Works", "", "Archivist", "Keeper", "en_US")],
        ),
        "Logins.csv": tables.plain(
            "Login Date,IP Address,User Agent,Login Type", [("Mon Mar 28 10:00:00 UTC 2022", "192.0.2.9", agent, "WEB")]
        ),
        "SearchQueries.csv": tables.plain("Time,Search Query", [("2022/04/22 10:00:00 UTC", "muster gmbh")]),
        "Inferences_about_you.csv": tables.plain(
            "Category,Type of inference,Description,Inference",
            [("Demographics", "Interest", "What you may like, we think", "Lists")],
            last_end=False,
        ),
        "Learning.csv": (
            b"Content Title,Content Description,Content Type,Content Last Watched Date (if viewed),"
            b"Content Completed At (if completed),Content Saved,Notes taken on videos (if taken),\n"
            b'Filing,"All about filing\r\nand finding\nagain",Course,2022-01-05 10:00 UTC,N/A,false,N/A,\n'
        ),
        "Reviews.csv": tables.plain(
            "Reviewee,Review Type,Review Section,Creation Date,Rating,Review Text,Review Tags",
            [("Dagmar", "Service", "", "2021-05-06", "5", "Very tidy, very fast", "")],
        ),
    }


def _comments(rows: Sequence[Row]) -> bytes:
    """Quoted only for a comma or a quote: a bare line break then looks like a new row."""
    lines = ["Date,Link,Message"]
    for at, link, message in rows:
        quoted = '"' + message.replace('"', '""') + '"' if set(message) & set(',"') else message
        lines.append(f"{at},{link},{quoted}")
    return "".join(f"{line}\r\n" for line in lines).encode()


def _shares(posts: Sequence[Row], *, late: bool) -> bytes:
    """Each line of a post in quotes of its own, inside the field's."""
    header = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility"
    rows = [
        (at, f"{UPDATE}80{place}", post.replace("\n", '"\r\n"'), "", "", "MEMBER_NETWORK")
        for place, (at, post) in enumerate(posts)
    ]
    return tables.activity(header if late else header.replace("Url", "URL"), rows)
