"""Posts, comments, reactions and articles out of files whose quoting is LinkedIn's own, and facts of the account."""

from __future__ import annotations

import codecs
import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.adapters import LinkedIn
from linkbak.model import AccountFact, Post
from tests.adapters.given import Given, alone

LINKEDIN = LinkedIn()
AT = datetime(2024, 3, 17, 10, tzinfo=UTC)
LINK = "https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7"

_LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12).filter(
    lambda line: not line[:1].isdecimal() and not line[:1].isupper()
)
_TEXTS = st.lists(_LINES, min_size=1, max_size=5).map("\n".join).map(lambda text: text.strip("\n"))


def texts(content: str, path: str) -> list[str]:
    return [post.text for post in LINKEDIN.posts(alone(content, path))]


def as_linkedin_quotes(text: str) -> str:
    """Only for a comma or a quote."""
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"') else text


# --- comments ---


@given(st.lists(_TEXTS, min_size=1, max_size=4))
def test_comments_come_back_whatever_lines_they_have(written: list[str]) -> None:
    rows = [f"2024-03-{day:02} 10:00:00,{LINK},{as_linkedin_quotes(text)}" for day, text in enumerate(written, start=1)]

    assert texts("\r\n".join(["Date,Link,Message", *rows, ""]), "Comments.csv") == written


def test_a_line_that_begins_with_a_date_goes_on_with_the_comment() -> None:
    content = f"Date,Link,Message\r\n2024-03-17 10:00:00,{LINK},Dates\r\n2024-03-18\r\n2024-03-19, a feast\r\n"

    assert texts(content, "Comments.csv") == ["Dates\n2024-03-18\n2024-03-19, a feast"]


def test_a_line_that_looks_like_a_whole_row_is_taken_for_one() -> None:
    """Where the precondition fails: nobody can tell, and no word of it is lost."""
    content = f"Date,Link,Message\r\n2024-03-17 10:00:00,{LINK},Dates\r\n2024-03-18,none,a feast\r\n"

    assert texts(content, "Comments.csv") == ["Dates", "a feast"]


def test_what_is_counted_at_import_is_what_is_read() -> None:
    files = alone(
        f"Date,Link,Message\r\n2024-03-17 10:00:00,{LINK},a\r\nb\r\n\r\nc\r\n2024-03-18 10:00:00,u,d", "Comments.csv"
    )

    assert LINKEDIN.read(files).files[0].rows == len(list(LINKEDIN.posts(files))) == 2


def test_text_before_the_first_date_is_a_loss_with_its_line() -> None:
    reading = LINKEDIN.read(alone(f"Date,Link,Message\r\nlost\r\n2024-03-17 10:00:00,{LINK},a\r\n", "Comments.csv"))

    assert [(issue.line, issue.loss) for issue in reading.issues] == [(2, True)]


# --- shares ---

SHARES = "Date,ShareLink,ShareCommentary,SharedURL,MediaURL,Visibility"


def shares(text: str, header: str = SHARES) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([header.split(","), ["2024-03-17 10:00:00", LINK, text, "https://example.com", "", "PUBLIC"]])
    return out.getvalue()


@given(_TEXTS)
def test_a_share_whose_every_line_is_wrapped_comes_back(text: str) -> None:
    assert texts(shares(text.replace("\n", '"\r\n"')), "Shares.csv") == [text]


@pytest.mark.parametrize("text", ['He said "yes"\n"no" said she\nthen', 'a\n"b"', "a\n\nb"])
def test_a_share_that_is_not_wrapped_keeps_its_quotes(text: str) -> None:
    assert texts(shares(text), "Shares.csv") == [text]


def test_a_share_whose_only_breaks_stand_between_quotes_loses_these() -> None:
    """Where the precondition fails: a text that was not wrapped but looks as if it were."""
    assert texts(shares('He said "yes"\n"no" said she'), "Shares.csv") == ['He said "yes\nno" said she']


@pytest.mark.parametrize("header", [SHARES, SHARES.replace("URL", "Url")])
def test_shares_of_all_years_are_read_alike(header: str) -> None:
    one = Post("share", AT, False, LINK, "Hello", "", "https://example.com", "")

    assert list(LINKEDIN.posts(alone(shares("Hello", header), "Shares_123456789.csv"))) == [one]


def test_shares_of_2018_are_utf_16_with_tabs() -> None:
    header = "Date,Share Title,Share Description,Share Link,Share Commentary,Shared URL,Media URL,Type,Visibility"
    row = [
        "2018/03/04 05:06:07 UTC",
        "A page",
        "",
        LINK,
        "Lists, and\r\nmore",
        "https://example.com",
        "",
        "TEXT",
        "PUBLIC",
    ]
    text = "\r\n".join("\t".join(f'"{cell}"' for cell in cells) for cells in (header.split(","), row, ()))
    files = alone(codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "Shares.csv")

    at = datetime(2018, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert list(LINKEDIN.posts(files)) == [
        Post("share", at, True, LINK, "Lists, and\nmore", "A page", "https://example.com", "")
    ]


# --- the rest ---


def test_reactions_reposts_and_votes() -> None:
    day = "2024-03-17 10:00:00"
    files = Given(
        {
            "Reactions_123456789.csv": "Date,Type,Link" + f"\r\n{day},PRAISE,{LINK}" * 2 + f"\r\nnever,LIKE,{LINK}",
            "InstantReposts.csv": f"Date,Link\r\n{day},{LINK}\r\n",
            "Votes.csv": f'Date,Link,OptionText\r\n{day},{LINK},"Yes, please"\r\n',
        }
    )

    assert list(LINKEDIN.posts(files)) == [
        Post("reaction", AT, False, LINK, "PRAISE"),
        Post("reaction", None, False, LINK, "LIKE"),
        Post("repost", AT, False, LINK),
        Post("vote", AT, False, LINK, "Yes, please"),
    ]


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("Articles/2017-12-09 04:54:08.html", datetime(2017, 12, 9, 4, 54, 8, tzinfo=UTC)),
        ("Articles/Articles/2024-11-26 23_56_48.0-Título.html", datetime(2024, 11, 26, 23, 56, 48, tzinfo=UTC)),
        ("Articles/Articles/on-lists-x1y2z.html", None),
    ],
)
def test_an_article(path: str, at: datetime | None) -> None:
    page = (
        "<html><head><title>x</title><style>p {}</style></head><body><h1><a href='https://www.linkedin.com/pulse/a'>"
        "On &amp; on</a></h1><p>One <b>bold</b>\nword</p><script>alert(1)</script><ul><li>a<li>b</ul>&lt;i&gt;</body>"
    )

    assert list(LINKEDIN.posts(alone(page, path))) == [
        Post("article", at, False, "https://www.linkedin.com/pulse/a", "One bold word\na\nb\n<i>", "On & on")
    ]


@given(st.text())
def test_any_page_is_read(page: str) -> None:
    files = alone(page.encode("utf-8", "replace"), "Articles/a.html")

    assert [post.kind for post in LINKEDIN.posts(files)] == ["article"]


@pytest.mark.parametrize(
    ("path", "content", "fact"),
    [
        ("Registration.csv", 'Registered At,Registration Ip,Subscription Types\n"3/17/24, 10:00 AM",192.0.2.1,Free\n',
         ("registered", AT, False, "Free", "192.0.2.1")),
        ("Registration.csv", "Registration Date,Registration IP Address,Invited by (First Name),Invited by (Last Name),"
         'Subscription Types\n"3/17/24, 10:00 AM",192.0.2.1,,,\n', ("registered", AT, False, "", "192.0.2.1")),
        ("Logins.csv", "Login Date,IP Address,User Agent,Login Type\nSun Mar 17 10:00:00 UTC 2024,192.0.2.9,Any,WEB\n",
         ("login", AT, True, "WEB, Any", "192.0.2.9")),
        ("Account Status History.csv", "Time,Event\n2024/03/17 10:00:00 UTC,Restricted\n",
         ("status", AT, True, "Restricted", "")),
        ("Logins.csv", "Login Date,IP Address,User Agent,Login Type\nSun Mar 17 10:00:00 PDT 2024,,,WEB\n",
         ("login", None, False, "WEB", "")),
    ],
)  # fmt: skip
def test_a_fact_of_the_account(path: str, content: str, fact: tuple[str, datetime | None, bool, str, str]) -> None:
    assert list(LINKEDIN.account_facts(alone(content, path))) == [AccountFact(*fact, path, 2)]
