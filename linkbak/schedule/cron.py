"""cron, wherever there is one: a line in the user's own crontab, whose other lines stay as they are, byte for byte."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from linkbak import paths
from linkbak.errors import MachineProblem
from linkbak.schedule import timer as schedule_timer
from linkbak.schedule.timer import Interval, Order, Piece, State, key_of, parsed
from linkbak.texts import tr

# --- crontab ----------------------------------------------------------------------------------------------------------
# A crontab as bytes: our three lines are added and removed, and every other byte stays where it is.
# # linkbak: begin 0123456789abcdef ...
# 17 10 * * * /usr/bin/env ...
# # linkbak: end 0123456789abcdef

LONGEST = 990
"""The most characters of a line of a crontab (crontab(5) of Debian)."""
_MADE = "made by `linkbak schedule install`; `linkbak schedule remove` takes it out"
_BROUGHT = b", with the line break before it"
_PERCENT = "\"$(printf '\\045')\""


def block(key: str, interval: Interval, words: Sequence[str]) -> str:
    """Our lines; raises MachineProblem if they would be too long for cron."""
    line = f"{times(interval)} {' '.join(_quoted(word) for word in words)}"
    if len(line.encode()) > LONGEST:
        raise MachineProblem(
            tr(
                "the line for the crontab would have more than {most} signs, which cron does not read",
                most=LONGEST,
            ),
            hint=tr("Move the vault to a place with a shorter path."),
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


def crontab_lines(text: bytes, key: str) -> str:
    """Our lines as they stand there; "" if there are none. If somebody changed them, the first two."""
    try:
        found = _ours(text, key)
    except MachineProblem:
        found = re.search(rb"^[ \t]*# linkbak: (?:begin|end) %b\b[^\n]*\n?[^\n]*" % key.encode(), text, re.MULTILINE)
    return found[0].replace(_BROUGHT, b"", 1).decode("utf-8", "replace") if found is not None else ""


def crontab_interval(lines: str) -> Interval | None:
    """When our lines run, if linkbak sets such times; a line that is commented out never runs."""
    entry = lines.split("\n")[1] if "\n" in lines else ""
    found = re.match(r"(\d+) (\d+|\*) (\d+|\*) \* (\d|\*) /", entry)
    if found is None:
        return None
    hour, day, weekday = (int(text) if text != "*" else None for text in found.groups()[1:])
    return parsed(int(found[1]), hour, weekday, day)


def crontab_words(lines: str) -> list[str]:
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
    """Our lines; raises MachineProblem if somebody changed them so that their end is no longer certain."""
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
            tr("linkbak's lines in your crontab were changed by hand, so that it cannot tell where they end"),
            hint=tr(
                "`crontab -e`, take out what stands between the two lines with {key}, and them, and try again.", key=key
            ),
        )
    return found[0] if found else None


def _marked(lines: str, brought: bytes) -> bytes:
    first, _, rest = lines.encode().partition(b"\n")
    return first + brought + b"\n" + rest


def _quoted(word: str) -> str:
    r"""A word quoted for a shell without any %, which some crons take for a line break and others do not.

    There are no two backslashes in a row either, since some crons drop one.
    """
    if re.fullmatch(r"[\w@+=:,./-]+", word, re.ASCII):
        return word
    written = {"\\": "\\''", "'": "'\"'\"'", "%": f"'{_PERCENT}'"}
    return f"'{''.join(written.get(sign, sign) for sign in word)}'"


# --- cron -------------------------------------------------------------------------------------------------------------

KIND = "cron"
WHERE = "crontab"
_DAEMONS = frozenset({"cron", "crond", "fcron", "dcron", "bcron-sched", "busybox"})
_GENERATORS = ("/usr/lib/systemd/system-generators/systemd-crontab-generator",)
_PROC = Path("/proc")


def missing() -> str:
    """Why this machine cannot do it; "" if it can."""
    return "" if schedule_timer.there("crontab") else tr("this machine has no crontab")


def pieces(order: Order) -> list[Piece]:
    """What would be written: three lines of the crontab."""
    return [Piece(WHERE, block(order.key, order.interval, schedule_timer.plain(order.command)))]


def installed(vault: Path) -> list[Piece]:
    """What is installed as text."""
    lines = crontab_lines(_read(), key_of(vault)) if schedule_timer.there("crontab") else ""
    return [Piece(WHERE, lines)] if lines else []


def install(order: Order) -> Sequence[str]:
    """Put our lines into the crontab as it is at this moment, and read it back."""
    before = _read()
    _write(order.vault, before, put_in(before, order.key, pieces(order)[0].text))
    return ["not-running"] if _daemon_runs() is False else ["mail", "no-catching-up"]


def remove(vault: Path) -> None:
    """Take our lines out, and nothing else."""
    before = _read()
    after = take_out(before, key_of(vault))
    if after != before:
        _write(vault, before, after)


def state(vault: Path, there: Sequence[Piece]) -> State:
    """What is installed."""
    words = crontab_words(there[0].text)
    active = _daemon_runs() if words else False
    return crontab_interval(there[0].text), active, WHERE, schedule_timer.program(words)


def _read() -> bytes:
    """The user's crontab; empty if there is none. Raises MachineProblem if it may not be read."""
    answer = schedule_timer.ask("crontab", "-l")
    if answer.fine:
        return answer.out
    complaint = answer.complaint.lower()
    if not answer.out and ("no crontab" in complaint or "no such file" in complaint):
        return b""
    raise MachineProblem(tr("the crontab cannot be read: {why}", why=answer.complaint or answer.status), hint=_OTHERS)


_OTHERS = tr("Another scheduler may do: `linkbak schedule install --with systemd`.")


def _write(vault: Path, before: bytes, after: bytes) -> None:
    """Replace the whole crontab, check that it arrived, and put the former one back if it did not."""
    if take_out(before, key_of(vault)):
        with suppress(OSError):  # a copy of it as it was, beside the notes about the vault
            paths.write_whole(paths.state_folder(vault) / "crontab-before", before)
    answer = schedule_timer.ask("crontab", "-", feed=after) if after else schedule_timer.ask("crontab", "-r")
    if not answer.fine:
        raise MachineProblem(
            tr("the crontab cannot be written: {why}", why=answer.complaint or answer.status), hint=_OTHERS
        )
    if _read() != after:
        schedule_timer.ask("crontab", "-", feed=before) if before else schedule_timer.ask("crontab", "-r")
        raise MachineProblem(tr("the crontab that was written reads differently; the former one was put back"))


def _daemon_runs() -> bool | None:
    """Whether a cron daemon runs; None if that is unknown."""
    if sys.platform != "linux":
        return None
    if any(Path(place).exists() for place in _GENERATORS):
        return None  # systemd acts as cron
    names = [name for name in map(_name, _PROC.glob("[0-9]*")) if name]
    if any(name in _DAEMONS for name in names):
        return True
    return False if _name(_PROC / "1") else None


def _name(process: Path) -> str:
    """A process's name; "" if it is gone, or hidden from us."""
    try:
        return (process / "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return ""
