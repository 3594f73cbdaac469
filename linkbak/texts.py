"""The texts that people read, in their language.

English stands in the code. A translation is a catalogue of GNU gettext, ``linkbak/locale/LANGUAGE/LC_MESSAGES/
linkbak.mo``; where it lacks a text, the English one is shown. What programs read is never translated: keys and codes of
JSON, headings of CSV, file names, what is kept in the vault.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from gettext import NullTranslations

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where the locale is said, the first that is set counts; LANGUAGE goes before its language (gettext(3))."""

_ENGLISH = ("", "C", "POSIX", "en")


def tr(text: str, /, **values: object) -> str:
    """The text in the reader's language, with the values in place of their names in braces.

    `text` stands literally in the call, so that the catalogue can be made from the code. Not called ``_``, which this
    code uses for what it throws away.
    """
    catalogue = _catalogue()
    found = _filled(catalogue.gettext(text), values) if catalogue else ""
    return found or (text.format_map(values) if values else text)


def tr_count(one: str, many: str, number: int, /, **values: object) -> str:
    """As `tr`, for a text that depends on a number: the language's own form for it, in English `one` or `many`."""
    catalogue = _catalogue()
    english = one if number == 1 else many
    found = _filled(catalogue.ngettext(one, many, number), values) if catalogue else ""
    return found or (english.format_map(values) if values else english)


def _filled(translated: str, values: Mapping[str, object]) -> str:
    """The translated text with its values; "" where it names values that are not there: then the English one serves."""
    try:
        return translated.format_map(values) if values else translated
    except (LookupError, ValueError, AttributeError):
        return ""


def tr_later(text: str, /, **values: object) -> str:
    """The text in English, to be kept in the vault or the index, which are the same in every language; see `tr_kept`.

    As in `tr`, it stands literally in the call.
    """
    return text.format_map(values) if values else text


def tr_kept(text: str) -> str:
    """A text that `tr_later` made, in the reader's language; any other as it is."""
    for pattern, translated in _kept_texts() if _catalogue() else ():
        if found := pattern.fullmatch(text):
            return _filled(translated, found.groupdict()) or text
    return text


@cache
def _kept_texts() -> list[tuple[re.Pattern[str], str]]:
    """What the texts of `tr_later` look like once their values are in, the most telling first, and their translations.

    They stand in the catalogue under the context "kept".
    """
    texts = vars(_catalogue()).get("_catalog", {})
    found = {text[5:]: translated for text, translated in texts.items() if str(text).startswith("kept\x04")}
    parts = {text: re.split(r"\{(\w+)\}", text) for text in found}  # what stands between the names, and the names
    telling = sorted(found, key=lambda text: -sum(map(len, parts[text][::2])))
    patterns = ["".join(_part(*one) for one in enumerate(parts[text])) for text in telling]
    return [(re.compile(one, re.DOTALL), found[text]) for one, text in zip(patterns, telling, strict=True)]


def _part(number: int, text: str) -> str:
    return f"(?P<{text}>.*)" if number % 2 else re.escape(text)


def language() -> str:
    """The reader's language, as LANGUAGE says it; "" for English, and where there is no translation."""
    return _spoken() if _catalogue() else ""


def page_language() -> str:
    """The language of a web page, as its translation names itself: ``pl``, ``pt-BR``; ``en`` for English."""
    catalogue = _catalogue()
    return catalogue.info().get("language", "").replace("_", "-") if catalogue else "en"


def _spoken() -> str:
    """What the environment says; "" for the locales C and POSIX, by which scripts ask for English."""
    locale = next((value for name in _VARIABLES if (value := os.environ.get(name))), "")
    return "" if locale in ("C", "POSIX") else os.environ.get("LANGUAGE") or locale


@cache
def _catalogue() -> NullTranslations | None:
    """The catalogue of the reader's language; None for English, and where there is no translation.

    TEXTDOMAINDIR names another folder of translations, as for gettext(1): a translator tries a catalogue there.
    """
    if _spoken().partition(":")[0].partition(".")[0].partition("_")[0] in _ENGLISH:
        return None
    from gettext import NullTranslations, translation  # not for English: it takes as long as a small verb's own work

    folder = os.environ.get("TEXTDOMAINDIR") or Path(__file__).with_name("locale")
    found = translation("linkbak", folder, fallback=True)
    return None if type(found) is NullTranslations else found


# --- days -------------------------------------------------------------------------------------------------------------

MONTHS = (
    tr("Jan"), tr("Feb"), tr("Mar"), tr("Apr"), tr("May"), tr("Jun"),
    tr("Jul"), tr("Aug"), tr("Sep"), tr("Oct"), tr("Nov"), tr("Dec"),
)  # fmt: skip


def day(moment: str | date | None) -> str:
    """``4 Mar 2026`` for a date, or for an ISO date or time as text; "" for None."""
    if not moment:
        return ""
    year, month, number = str(moment)[:10].split("-")
    return _day(int(number), MONTHS[int(month) - 1], year)


@cache  # thousands of rows show the same days
def _day(day: int, month: str, year: str) -> str:
    return tr("{day} {month} {year}", day=day, month=month, year=year)
