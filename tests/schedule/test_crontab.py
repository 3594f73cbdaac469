"""The text of a crontab: our lines go in and out, and no other byte moves."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkbak.errors import MachineProblem
from linkbak.schedule import cron, timer
from linkbak.schedule.timer import Interval
from tests.schedule.orders import DAILY, HOSTILE, order

KEY, OTHER = "0123456789abcdef", "fedcba9876543210"
MINE = cron.block(KEY, DAILY, ["/usr/bin/env", "/opt/python", "-m", "linkbak"])
LATER = cron.block(KEY, Interval("week", 1, 2, 3), ["/usr/bin/env", "/opt/python", "-m", "linkbak"])
THEIRS = cron.block(OTHER, DAILY, ["/usr/bin/env", "/opt/python", "-m", "linkbak"])

CRONTABS = [
    b"",
    b"MAILTO=ada@example.com\n5 4 * * * true\n",
    b"5 4 * * * true",
    b"\n\n5 4 * * * true\r\n# caf\xe9\r\n\t \n",
    b"# linkbak: begin the day with a backup\n5 4 * * * true\n",
    THEIRS.encode(),
]


def test_what_is_written() -> None:
    assert (
        f"# linkbak: begin {KEY}, made by `linkbak schedule install`; `linkbak schedule remove` takes it out\n"
        "17 10 * * * /usr/bin/env /opt/python -m linkbak\n"
        f"# linkbak: end {KEY}\n"
    ) == MINE


@given(st.binary().filter(lambda text: b"linkbak" not in text) | st.sampled_from(CRONTABS))
@example(b"5 4 * * * true")
def test_what_went_in_comes_out_and_leaves_every_byte_as_it_was(before: bytes) -> None:
    with_mine = cron.put_in(before, KEY, MINE)
    assert with_mine.startswith(before)
    assert with_mine.endswith(f"\n# linkbak: end {KEY}\n".encode())
    assert cron.crontab_lines(with_mine, KEY) == MINE
    assert cron.put_in(with_mine, KEY, MINE) == with_mine
    assert cron.take_out(with_mine, KEY) == before


@pytest.mark.parametrize("before", CRONTABS)
@pytest.mark.parametrize("after", [b"", b"0 0 * * * false\n", b"0 0 * * * caf\xe9"])
def test_lines_in_the_middle_are_replaced_where_they_stand(before: bytes, after: bytes) -> None:
    stood = cron.put_in(before, KEY, MINE)
    changed = cron.put_in(stood + after, KEY, LATER)
    assert changed == cron.put_in(before, KEY, LATER) + after
    assert cron.crontab_lines(changed, KEY) == LATER


def test_lines_that_somebody_put_behind_ours_are_never_joined_to_those_before() -> None:
    """The line break that had to be added stays, once there is something after it."""
    stood = cron.put_in(b"5 4 * * * true", KEY, MINE)
    assert cron.take_out(stood + b"0 0 * * * false\n", KEY) == b"5 4 * * * true\n0 0 * * * false\n"


def test_the_lines_of_another_vault_stay() -> None:
    both = cron.put_in(THEIRS.encode(), KEY, MINE)
    assert both == (THEIRS + MINE).encode()
    assert cron.take_out(both, OTHER) == MINE.encode()


@pytest.mark.parametrize(
    "text",
    [
        MINE.replace("17 10", "0 1 * * * true\n17 10"),
        MINE.rpartition("# linkbak")[0],
        MINE + MINE,
        MINE.partition("\n")[2],
    ],
    ids=["a line put between", "no end", "twice", "no beginning"],
)
def test_lines_that_somebody_changed_are_not_guessed_at(text: str) -> None:
    """Where they end cannot be told, and what stands there may be somebody's own."""
    with pytest.raises(MachineProblem, match="were changed by hand") as refused:
        cron.put_in(text.encode(), KEY, MINE)
    assert KEY in refused.value.hint
    with pytest.raises(MachineProblem, match="were changed by hand"):
        cron.take_out(text.encode(), KEY)
    assert cron.crontab_lines(text.encode(), KEY) not in ("", MINE)


def test_other_times_are_nobodys_interval_and_a_commented_line_is_no_command() -> None:
    assert cron.crontab_interval(MINE.replace("17 10", "*/5 10")) is None
    off = MINE.replace("17 10", "#17 10")
    assert (cron.crontab_interval(off), cron.crontab_words(off)) == (None, [])


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=30))
@example(HOSTILE)
@example("%\\%'%")
@example("ends with \\")
def test_words_are_quoted_so_that_no_cron_changes_them(word: str) -> None:
    """No % is left, which some crons take for a line break, and no two backslashes, of which some swallow one."""
    lines = cron.block(KEY, DAILY, ["/usr/bin/env", word])
    assert "%" not in lines
    assert "\\\\" not in lines
    assert cron.crontab_words(lines) == ["/usr/bin/env", word]


def test_a_shell_reads_hostile_words_as_they_were() -> None:
    words = ["/usr/bin/printf", "%s\\n", HOSTILE, "%\\%'%", "ends with \\"]
    line = cron.block(KEY, DAILY, words).split("\n")[1].split(" ", 5)[5]
    ran = subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=True, env={"PATH": "/usr/bin:/bin"})
    assert ran.stdout.decode() == "".join(f"{word}\n" for word in words[2:])


def test_a_line_that_cron_would_not_read_is_refused() -> None:
    with pytest.raises(MachineProblem, match="more than 990 signs"):
        cron.block(KEY, DAILY, timer.plain(order("/" + "v" * 990).command))
