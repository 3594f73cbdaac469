"""How people stand, and when things happened to them, in words."""

from __future__ import annotations

from linkbak.history.records import Person, State, Window
from linkbak.report.blocks import Tone
from linkbak.report.words import day, window

STATES: dict[State, tuple[str, Tone]] = {
    "listed": ("in the list of {last}", "good"),
    "hidden": ("still connected, but now shown only as a date; hid {when}", "odd"),
    "suspected": ("no longer listed: went {when}; so far one list says so", "bad"),
    "confirmed": ("no longer listed: went {when}; a list of a later day agrees", "bad"),
    "held": ("missing {when}, from a list whose losses are not believed yet", "odd"),
    "unclear": ("perhaps gone {when}; the rows allow two readings", "odd"),
}
"""Each state as a sentence, and how it is meant; `when` is its window, `last` the day of the last list with them."""


def when(span: Window) -> str:
    """``after 4 Mar 2026, before 24 Mar 2026``; ``before 24 Mar 2026`` if nobody can say after what."""
    return window(span.after, span.before) if span.after else f"before {day(span.before)}"


def standing(person: Person) -> tuple[str, Tone]:
    """How they stand as a sentence, and how it is meant."""
    sentence, tone = STATES[person.state]
    window_text = when(person.window) if person.window else ""
    return sentence.format(when=window_text, last=day(person.last_seen)), tone


def between(first: str, last: str) -> str:
    """``first 4 Mar 2026, last 24 Mar 2026``, or the one day that there is."""
    if not first:
        return ""
    return f"on {day(first)}" if first[:10] == last[:10] else f"first {day(first)}, last {day(last)}"


def one_line(text: str) -> str:
    """A text of several lines on one, the blanks between words squeezed."""
    return " ".join(text.split())
