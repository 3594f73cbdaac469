"""The texts that people read, in their language.

English stands in the code. A translation is a catalogue of GNU gettext, ``linkbak/locale/LANGUAGE/LC_MESSAGES/
linkbak.mo``; where it lacks a text, the English one is shown. What programs read is never translated: keys and codes of
JSON, headings of CSV, file names, what is kept in the vault.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where the reader's language is said, the first that is set counts (gettext(3))."""

_ENGLISH = ("", "C", "POSIX", "en")


def tr(text: str, /, **values: object) -> str:
    """The text in the reader's language, with the values in place of their names in braces.

    `text` stands literally in the call, so that the catalogue can be made from the code. Not called ``_``, which this
    code uses for what it throws away.
    """
    catalogue = _catalogue()
    found = catalogue.gettext(text) if catalogue else text
    return found.format_map(values) if values else found


def tr_count(one: str, many: str, number: int, /, **values: object) -> str:
    """As `tr`, for a text that depends on a number: the language's own form for it, in English `one` or `many`."""
    catalogue = _catalogue()
    found = catalogue.ngettext(one, many, number) if catalogue else one if number == 1 else many
    return found.format_map(values) if values else found


@cache
def _catalogue() -> NullTranslations | None:
    """The catalogue of the reader's language; None for English, and where there is no translation.

    TEXTDOMAINDIR names another folder of translations, as for gettext(1): a translator tries a catalogue there.
    """
    spoken = next((value for name in _VARIABLES if (value := os.environ.get(name))), "")
    if spoken.partition(":")[0].partition(".")[0].partition("_")[0] in _ENGLISH:
        return None
    from gettext import NullTranslations, translation  # not for English: it takes as long as a small verb's own work

    folder = os.environ.get("TEXTDOMAINDIR") or Path(__file__).with_name("locale")
    found = translation("linkbak", folder, fallback=True)
    return None if type(found) is NullTranslations else found
