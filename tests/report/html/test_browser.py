"""The page in a real browser: quiet, harmless, and within reach of everybody."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

import linkbak
from linkbak.report.escape import terminal
from tests import catalogue
from tests.cli.running import run
from tests.five_exports import CLOSED, FAKES, FRIEND, MINE, QUIET
from tests.hostile_text import HOSTILE_TEXT
from tests.report.html import invented
from tests.report.html.browser import Browser

NAMES = "return [...document.querySelectorAll('#listed tbody th')].map((cell) => cell.innerText)"
SOME = 25
FOUND = "return document.getElementById('found').textContent"


def names(browser: Browser) -> list[str]:
    found: list[str] = browser.run(NAMES)
    return found


def bare(shown: str) -> str:
    """The name alone, of somebody who hides too."""
    return re.sub(" (hidden|gone.*)$", "", shown)


def said(browser: Browser) -> str:
    """The count that a screen reader is told, once it has been."""
    return str(browser.until("return document.getElementById('found').textContent"))


def focus(browser: Browser) -> str:
    """What has the focus, as its owner would call it."""
    return str(browser.run("return document.activeElement.id || document.activeElement.innerText"))


@pytest.mark.parametrize("name", ["page", "large", "hostile"])
def test_it_opens_without_a_word_and_asks_for_nothing(
    name: str, browser: Browser, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(name)
    browser.open(path)

    assert browser.logged() == []
    assert browser.requests() == [path.as_uri()]
    assert browser.run("return performance.getEntriesByType('resource').length") == 0


def test_the_policy_stops_what_is_not_ours(browser: Browser, page: Path) -> None:
    """Were something to slip through all escapes, it would still neither run nor be fetched."""
    browser.open(page)
    browser.run(
        "const script = document.createElement('script'); script.textContent = 'window.ran = true';"
        "const image = new Image(); image.src = 'https://example.com/seen.png'; document.body.append(script, image);"
        "document.body.insertAdjacentHTML('beforeend', '<p onclick=\"window.ran = true\" id=\"trap\">x</p>');"
        "document.getElementById('trap').click();"
    )

    assert browser.run("return window.ran === undefined")
    assert [one for one in browser.requests() if one.startswith("http")] == []
    assert len([one for one in browser.logged() if "Content Security Policy" in one]) >= 3


def test_hostile_text_is_shown_and_nothing_else(browser: Browser, hostile: Path) -> None:
    browser.open(hostile)
    rows = (
        "return [...document.querySelectorAll('#listed tbody tr')]"
        ".map((row) => [...row.cells].map((one) => one.innerText))"
    )

    assert (
        browser.run("return document.querySelector('h1').innerText") == 'The network of <script>alert("owner")</script>'
    )
    while browser.run("return !document.getElementById('more').hidden"):
        browser.run("document.getElementById('more').click()")
    shown = {tuple(" ".join(cell.split()) for cell in row[:3]) for row in browser.run(rows)}
    lines = {" ".join(terminal(text.strip()).split()) for text in HOSTILE_TEXT}
    assert shown == {(line or "(hidden)", line, line) for line in lines}
    assert browser.run("return document.querySelectorAll('main script, main img, main style, main iframe').length") == 0
    assert set(browser.run("return [...document.links].map((one) => one.protocol)")) == {"file:"}
    assert browser.logged() == []


def test_searching_sorting_and_filtering(browser: Browser, page: Path) -> None:
    people, gone = invented.crowd(1_400), [one.case.person for one in invented.losses()]
    browser.open(page)
    assert said(browser) == "1,404 people"
    assert len(names(browser)) == SOME
    away = "return [...document.links].filter((one) => one.protocol === 'https:').map((one) => one.rel)"
    assert set(browser.run(away)) == {"noopener noreferrer"}

    browser.type("words", "zoe  MUSTER gmbh")
    wanted = [one for one in people if one.row.name == "Zoë Muster" and one.row.company == "Muster GmbH"]
    wanted += [
        one for one in people if one.row.first_name == "Zoë" and one.row.company == "Muster GmbH" and one not in wanted
    ]
    assert browser.until(f"return /^{len(wanted)} of/.test(document.getElementById('found').textContent)")
    assert said(browser) == f"{len(wanted)} of 1,404 people"

    browser.run("document.getElementById('with-email').click()")
    assert len(names(browser)) == sum(bool(one.row.email) for one in wanted)
    browser.run("document.getElementById('with-email').click()")
    browser.type("words", "")
    everybody = sorted([*people, *gone], key=lambda one: one.row.connected_on or date.min, reverse=True)
    place = {id(one): number for number, one in enumerate(everybody)}
    for column, key in (
        (0, lambda one: (one.row.name.translate(PLAIN).lower(), place[id(one)])),
        (3, lambda one: place[id(one)]),
        (5, lambda one: (-one.messages, place[id(one)])),
    ):
        browser.run("document.querySelectorAll('#listed th button')[arguments[0]].click()", column)
        expected = sorted([one for one in everybody if column != 5 or one.messages], key=key)
        assert [bare(one) for one in names(browser)] == [one.row.name for one in expected[:SOME]]


PLAIN = str.maketrans("éğçëø", "egceø")


def test_sorting_is_told_to_screen_readers(browser: Browser, page: Path) -> None:
    browser.open(page)
    told = "return [...document.querySelectorAll('#listed thead th')].map((one) => one.getAttribute('aria-sort'))"

    assert browser.run(told) == [None, None, None, "descending", None, None]
    browser.run("document.querySelectorAll('#listed th button')[2].click()")
    assert browser.run(told) == [None, None, "ascending", None, None, None]
    browser.run("document.querySelectorAll('#listed th button')[2].click()")
    assert browser.run(told) == [None, None, "descending", None, None, None]


def test_the_whole_way_by_keyboard(browser: Browser, page: Path) -> None:
    """Skip link, search, filters, columns, a person, more people: nothing needs a mouse, and focus is always seen."""
    browser.open(page)
    browser.press(Keys.TAB)
    assert focus(browser) == "Skip to the page"
    assert browser.run("return document.activeElement.getBoundingClientRect().top >= 0")
    browser.press(Keys.ENTER)
    assert focus(browser) == "main"

    browser.run("document.getElementById('words').focus()")
    browser.press("muster", Keys.ENTER)
    assert browser.until("return / of 1,404 people/.test(document.getElementById('found').textContent)")
    for box in ("with-email", "with-messages", "with-gone", "with-note"):
        browser.press(Keys.TAB)
        assert focus(browser) == box
        assert browser.run("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press(Keys.TAB)
    assert focus(browser) == "Name"
    browser.press(Keys.ENTER)
    assert browser.run("return document.activeElement.parentElement.ariaSort") == "ascending"
    browser.press(*[Keys.TAB] * 6)
    assert focus(browser) == names(browser)[0]
    browser.run("document.getElementById('more').focus()")
    browser.press(Keys.ENTER)
    assert focus(browser) == bare(names(browser)[SOME])


def test_names_that_a_screen_reader_hears(browser: Browser, page: Path) -> None:
    browser.open(page)
    heard = browser.accessible()

    assert ("searchbox", "Search names, companies, positions, e-mails") in heard
    assert ("checkbox", "with an e-mail") in heard
    assert any(role == "image" and name.startswith("Gained and lost between lists 1,057") for role, name in heard)
    assert {("banner", ""), ("main", ""), ("navigation", "On this page"), ("search", "Everybody")} <= heard
    assert {("region", "Everybody"), ("region", "Who is gone"), ("region", "How the backup stands")} <= heard
    assert ("columnheader", "Connected") in heard
    assert [role for role, name in heard if role in ("button", "link", "checkbox", "image", "table") and not name] == []


def test_without_script_everybody_is_there(browser: Browser, page: Path) -> None:
    browser.open(page, script=False)
    count = browser.evaluate(
        "[document.querySelectorAll('noscript tbody tr').length, document.getElementById('tools').offsetHeight, "
        "document.getElementById('list').offsetHeight, document.querySelector('noscript table').offsetHeight > 30000]"
    )

    assert count == [1404, 0, 0, True]
    assert browser.logged() == []
    browser.print_look()
    folded = "[...document.querySelectorAll('details table')].filter((one) => !one.checkVisibility()).length"
    assert browser.evaluate(folded) == 0


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("name", ["page", "hostile"])
def test_nothing_sticks_out_at_any_width(
    name: str, width: int, browser: Browser, request: pytest.FixtureRequest
) -> None:
    browser.open(request.getfixturevalue(name), width=width)
    wide = (
        "const room = document.documentElement.clientWidth; return [...document.querySelectorAll('main *:not(.away)')]"
        ".filter((one) => !one.closest('.wide, svg, .away, [hidden], .plain thead'))"
        ".filter((one) => one.getBoundingClientRect().right > room + 1)"
        ".map((one) => one.outerHTML.slice(0, 80))"
    )

    assert browser.run("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert browser.run(wide) == []


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_what_is_behind_it(dark: bool, browser: Browser, page: Path) -> None:
    """WCAG AA: 4.5 to 1 for text, in both schemes; 3 to 1 for bars and lines."""
    browser.open(page, dark=dark)
    colours = {
        name: luminance(
            browser.run("return getComputedStyle(document.documentElement).getPropertyValue(arguments[0])", f"--{name}")
        )
        for name in ("paper", "sheet", "ink", "soft", "accent", "focus")
    }

    assert (colours["paper"] < colours["ink"]) is dark
    for name in ("ink", "soft", "accent"):
        for behind in ("paper", "sheet"):
            assert contrast(colours[name], colours[behind]) >= 4.5, (name, behind)
    assert contrast(colours["focus"], colours["paper"]) >= 3


def luminance(colour: str) -> float:
    parts = [int(colour.strip()[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def test_on_paper_nothing_is_folded_away(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.run(
        "addEventListener('beforeprint', () => { window.printed = ["
        "document.querySelectorAll('details:not([open])').length,"
        "document.getElementById('listed').tBodies[0].rows.length] })"
    )
    paper = browser.pdf()

    assert paper.startswith(b"%PDF")
    assert 10 < len(re.findall(rb"/Type /Page\b", paper)) < 60
    assert browser.run("return window.printed") == [0, 1000]
    assert browser.run("return document.querySelectorAll('details[open]').length") == 0
    assert len(names(browser)) == SOME


def test_on_paper_the_titles_of_the_columns_stand_on_every_page(browser: Browser, page: Path) -> None:
    """Chromium repeats no row of titles in which a button has a box of its own."""
    browser.open(page)
    browser.print_look()

    told = "const one = getComputedStyle(document.querySelector(arguments[0])); return [one.display, one.breakInside]"
    assert browser.run(told, "#listed thead") == ["table-header-group", "avoid"]
    assert browser.run(told, "#listed thead button")[0] == "contents"


def test_on_a_phone_the_newest_days_of_the_calendar_are_seen_first(browser: Browser, story: Path) -> None:
    browser.open(story, width=390)

    side = "const one = document.querySelector(arguments[0]).getBoundingClientRect(); return Math.round(one.right)"
    assert browser.run(side, ".calendar") == browser.run(side, ".latest")


def test_thirty_thousand_people_are_searched_from_the_first_letter_on(browser: Browser, large: Path) -> None:
    browser.open(large)
    assert said(browser) == "30,004 people"
    browser.type("words", "zz")
    assert browser.until("return document.getElementById('found').textContent === '0 of 30,004 people'")
    assert browser.run("return document.getElementById('more').offsetHeight") == 0
    browser.type("words", "pia health designer")
    people = [
        one
        for one in invented.crowd(30_000)
        if one.row.first_name == "Pia" and "Health" in one.row.company and one.row.position == "Designer"
    ]
    assert [bare(one) for one in names(browser)] == [one.row.name for one in people[:SOME]] != []
    nodes: Any = browser.run("return document.getElementsByTagName('*').length")
    assert nodes < 8_000, "only what is shown is in the tree"


# --- the page of an account of 410 people -----------------------------------------------------------------------------


@pytest.fixture
def story(five: Path, tmp_path: Path) -> Path:
    """The page of five exports in whose last month three left for real."""
    path = tmp_path / "page.html"
    assert run("report", "-o", path, vault=five).status == 0
    return path


@pytest.mark.parametrize(("width", "most"), [(1280, 6_000), (390, 9_000)])
def test_it_is_short_and_begins_with_what_changed(width: int, most: int, browser: Browser, story: Path) -> None:
    browser.open(story, width=width)
    said(browser)

    assert browser.run("return document.documentElement.scrollHeight") < most
    assert browser.run("return document.querySelector('.words').innerText") == (
        "3 people left (you talk with 2 of them), 20 swept away together, 9 came."
    )
    assert browser.run("return document.querySelector('.words').getBoundingClientRect().bottom") < 450
    assert browser.run("return [...document.querySelectorAll('h2')].map((one) => one.innerText)") == [
        *("Since 20 Feb 2026", "The network over time", "Who is gone", "People you would miss"),
        *("Messages over the years", "Whom you can reach", "How the backup stands", "What you did", "Everybody"),
    ]


def test_everybody_who_was_lost_is_found_on_it(browser: Browser, story: Path) -> None:
    browser.open(story)
    said(browser)
    cards = browser.run("return [...document.querySelectorAll('#lost ~ ol h3')].map((one) => one.innerText)")
    assert cards == [FRIEND, MINE, CLOSED, QUIET]

    for name in (FRIEND, MINE, CLOSED, QUIET, *(f"Fay Fake{number:02}" for number in range(FAKES))):
        browser.type("words", name)
        assert [bare(one) for one in names(browser)] == [name]
    browser.type("words", "")
    browser.run("document.getElementById('with-gone').click()")
    assert len(names(browser)) == FAKES + 4
    browser.run("document.getElementById('with-note').click()")
    assert len(names(browser)) == FAKES + 4


# --- in another language ----------------------------------------------------------------------------------------------


def test_it_searches_sorts_and_filters_in_any_language(
    browser: Browser, five: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The script knows no word and no month of English; Esperanto is English with accents here."""
    path, package = tmp_path / "page.html", Path(linkbak.__file__).parent
    catalogue.pseudo(package, tmp_path / "locale")
    monkeypatch.setenv("TEXTDOMAINDIR", str(tmp_path / "locale"))
    monkeypatch.setenv("LANGUAGE", "eo")
    words = [sys.executable, "-m", "linkbak", "report", "-o", str(path), "--vault", str(five)]
    subprocess.run(words, check=True, capture_output=True, cwd=package.parent)

    browser.open(path)
    assert said(browser) == "433 péóplé"
    assert browser.logged() == []
    assert browser.run("return document.documentElement.lang") == "eo"
    assert browser.run("return [...document.querySelectorAll('h2')].map((one) => one.innerText)") == [
        *("Šíñčé 20 Féb 2026", "Thé ñétwóŕk óvéŕ tímé", "Whó íš ğóñé", "Péóplé yóú wóúld míšš"),
        *("Méššáğéš óvéŕ thé yéáŕš", "Whóm yóú čáñ ŕéáčh", "Hów thé báčkúp štáñdš", "Whát yóú díd", "Évéŕybódy"),
    ]
    assert browser.run("return document.querySelector('nav').getAttribute('aria-label')") == "Óñ thíš páğé"

    newest = names(browser)
    browser.run("document.querySelectorAll('#listed th button')[3].click()")
    oldest = browser.run("return document.querySelector('#listed tbody tr').cells[3].innerText")
    browser.run("document.querySelectorAll('#listed th button')[3].click()")
    assert names(browser) == newest
    assert int(oldest[-4:]) < int(
        browser.run("return document.querySelector('#listed tbody tr').cells[3].innerText")[-4:]
    )
    browser.run("document.getElementById('with-gone').click()")
    assert browser.until("return /óf/.test(document.getElementById('found').textContent)")
    assert said(browser) == f"{FAKES + 4} óf 433 péóplé"
