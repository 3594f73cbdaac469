"""What the network writes as markup is text in the index; what people write stays as it is."""

from __future__ import annotations

import pytest

from linkbak.index.messages import text_of
from tests.hostile_text import HOSTILE_TEXT

SPUN = '<p class="spinmail-quill-editor__spin-break">'


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            f"{SPUN}Hi %FIRSTNAME%,</p><p>archives, but better &amp; bluer.</p>",
            "Hi %FIRSTNAME%,\narchives, but better & bluer.",
        ),
        (f"{SPUN}one<br>two<br/>three</p><p><br></p><p>four</p>", "one\ntwo\nthree\n\nfour"),
        (f"{SPUN}a\n  <b>bold</b> and\u00a0<i>so</i></p>", "a bold and\u00a0so"),
        (f"{SPUN}<ul><li>x</li><li>y</li></ul></p>after", "x\ny\nafter"),
        (
            f"{SPUN}<a href='https://example.com/?a=1&amp;b=2'>Book</a> now</p>",
            "Book (https://example.com/?a=1&b=2) now",
        ),
        (f"{SPUN}<a href=https://example.com>https://example.com</a></p>", "https://example.com"),
        (f"{SPUN}3 &lt; 4, a < b and <3, &lt;b&gt;</p>", "3 < 4, a < b and <3, <b>"),
        (f"{SPUN}Dear <Name>, <unknown x=1>you</p>", "Dear <Name>, <unknown x=1>you"),
        (f"{SPUN}a<script>alert(1)</p><p></script>b<style>p {{}}</style><!-- c <p> -->d</p>", "abd"),
        (f"{SPUN}a<script>never closed", "anever closed"),
        (f"{SPUN}a<!-- never closed", "a<!-- never closed"),
        (f'{SPUN}<img src="x" onerror="alert(1)" alt="A chart"></p>', "A chart"),
        (f"{SPUN}&amp;lt;script&amp;gt;</p>", "&lt;script&gt;"),
    ],
)
def test_markup_is_read_as_text(written: str, text: str) -> None:
    assert text_of(written) == text


@pytest.mark.parametrize(
    "written",
    [
        *(
            "a < b > c",
            "<3 <3",
            "use <p>hello</p> & &amp; so",
            "<a href='x'>y</a>",
            'class="spinmail',
            "<p>a\n\n  b</p>",
        ),
        *HOSTILE_TEXT,
    ],
)
def test_what_people_write_stays_as_it_is(written: str) -> None:
    assert text_of(written) == written


def test_a_sponsored_page_is_read_whatever_editor_wrote_it_and_its_plain_text_keeps_its_lines() -> None:
    assert text_of("<div>Win &amp; win</div><p>now", sponsored=True) == "Win & win\nnow"
    assert text_of("Win &amp; win\n\n  now: a < b", sponsored=True) == "Win & win\n\n  now: a < b"


def test_somebody_who_shows_the_markup_itself_loses_the_tags() -> None:
    """The precondition fails: they wrote it as words. The words stay, the archive has the tags."""
    assert text_of(f"Look: {SPUN}hello</p>") == "Look:\nhello"
