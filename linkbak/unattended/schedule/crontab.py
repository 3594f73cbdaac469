"""A crontab as bytes: our three lines go in and out, and every other byte stays where it is.

# linkbak: begin 0123456789abcdef ...
17 10 * * * /usr/bin/env ...
# linkbak: end 0123456789abcdef
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from linkbak.errors import MachineProblem

from .intervals import Interval, parsed

LONGEST = 990
"""A line of a crontab may have 998 signs at most (crontab(5) of Debian)."""
_MADE = "made by `linkbak schedule install`; `linkbak schedule remove` takes it out"
_BROUGHT = b", with the line break before it"
_PERCENT = "\"$(printf '\\045')\""


def block(key: str, interval: Interval, words: Sequence[str]) -> str:
    """Our lines; raises MachineProblem if they would be too long for cron."""
    line = f"{times(interval)} {' '.join(_quoted(word) for word in words)}"
    if len(line.encode()) > LONGEST:
        raise MachineProblem(
            f"the line for the crontab would have more than {LONGEST} signs, which cron does not read",
            hint="Move the vault to a place with a shorter path.",
        )
    return f"# linkbak: begin {key}, {_MADE}\n{line}\n# linkbak: end {key}\n"


def put_in(text: bytes, key: str, lines: str) -> bytes:
    """The crontab with our lines in the place of the former ones, or else at its end."""
    found = _ours(text, key)
    if found is not None:
        brought = _BROUGHT if _BROUGHT in found[0].split(b"\n")[0] else b""
        return text[: found.start()] + _marked(lines, brought) + text[found.end() :]
    if text and not text.endswith(b"\n"):
        return text + b"\n" + _marked(lines, _BROUGHT)
    return text + _marked(lines, b"")


def take_out(text: bytes, key: str) -> bytes:
    """The crontab without our lines, as it was before they went in."""
    found = _ours(text, key)
    if found is None:
        return text
    before, after = text[: found.start()], text[found.end() :]
    if _BROUGHT in found[0].split(b"\n")[0] and not after:
        before = before.removesuffix(b"\n")
    return before + after


def lines(text: bytes, key: str) -> str:
    """Our lines as they are there; "" if there are none. If somebody changed them, the first two of what is there."""
    try:
        found = _ours(text, key)
    except MachineProblem:
        found = re.search(rb"^[ \t]*# linkbak: (?:begin|end) %b\b[^\n]*\n?[^\n]*" % key.encode(), text, re.MULTILINE)
    return found[0].replace(_BROUGHT, b"", 1).decode("utf-8", "replace") if found is not None else ""


def interval(lines: str) -> Interval | None:
    """When our lines run, if it is a time of a kind that linkbak sets; a line that is commented out never runs."""
    entry = lines.split("\n")[1] if "\n" in lines else ""
    found = re.match(r"(\d+) (\d+|\*) (\d+|\*) \* (\d|\*) /", entry)
    if found is None:
        return None
    hour, day, weekday = (int(text) if text != "*" else None for text in found.groups()[1:])
    return parsed(int(found[1]), hour, weekday, day)


def words(lines: str) -> list[str]:
    """The command of our lines, in words; none if the line is commented out."""
    entry = lines.split("\n")[1].strip() if "\n" in lines else ""
    try:
        return shlex.split(entry.replace(_PERCENT, "%"))[5:] if not entry.startswith("#") else []
    except ValueError:
        return []


def times(interval: Interval) -> str:
    """The first five fields."""
    hour = "*" if interval.every == "hour" else interval.hour
    day = interval.day if interval.every == "month" else "*"
    weekday = interval.weekday if interval.every == "week" else "*"
    return f"{interval.minute} {hour} {day} * {weekday}"


def _ours(text: bytes, key: str) -> re.Match[bytes] | None:
    """Our lines; raises MachineProblem if somebody changed them so that their end cannot be told for certain."""
    mark = re.escape(key.encode())
    found = list(
        re.finditer(
            rb"^# linkbak: begin %b\b[^\n]*\n(?!# linkbak: )[^\n]*\n# linkbak: end %b[^\n]*(?:\n|\Z)" % (mark, mark),
            text,
            re.MULTILINE,
        )
    )
    marks = re.findall(rb"^[ \t]*# linkbak: (?:begin|end) %b\b" % mark, text, re.MULTILINE)
    if len(marks) != 2 * len(found) or len(found) > 1:
        raise MachineProblem(
            "linkbak's lines in your crontab were changed by hand, so that it cannot tell where they end",
            hint=f"`crontab -e`, take out what stands between the two lines with {key}, and them, and try again.",
        )
    return found[0] if found else None


def _marked(lines: str, brought: bytes) -> bytes:
    first, _, rest = lines.encode().partition(b"\n")
    return first + brought + b"\n" + rest


def _quoted(word: str) -> str:
    r"""A word for a shell, without a single % in it, which some crons take for a line break and others do not.

    Nor does a backslash stand before another, of which some crons would swallow one.
    """
    if re.fullmatch(r"[\w@+=:,./-]+", word, re.ASCII):
        return word
    written = {"\\": "\\''", "'": "'\"'\"'", "%": f"'{_PERCENT}'"}
    return f"'{''.join(written.get(sign, sign) for sign in word)}'"
