"""A line of a long text, around the words that matter."""

from __future__ import annotations

from linkbak.history.searching.records import Spans

_LONGEST = 96
"""So many characters of a text are shown."""
_LEAD = 24
"""So many of them before the first word that matters."""


def excerpt(text: str, spans: Spans) -> tuple[str, Spans]:
    """A part of the text around the first of the words, cut between words, and where in it the words are."""
    start = _start(text, spans)
    end = _end(text, spans, start)
    lead = "\u2026" if start else ""
    line = lead + text[start:end] + ("\u2026" if end < len(text) else "")
    moved = len(lead) - start
    return line, tuple((first + moved, min(last, end) + moved) for first, last in spans if start <= first < end)


def _start(text: str, spans: Spans) -> int:
    if not spans or spans[-1][1] <= _LONGEST or spans[0][0] <= _LEAD:
        return 0
    start = spans[0][0] - _LEAD
    return text.find(" ", start, spans[0][0]) + 1 or start


def _end(text: str, spans: Spans, start: int) -> int:
    end = max(start + _LONGEST, spans[0][1] if spans else 0)
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", start, end)
    inside = max((last for _, last in spans if last <= end), default=0)
    return max(blank if blank > start else end, inside)
