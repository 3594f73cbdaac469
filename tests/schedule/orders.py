"""Orders for schedules: hostile paths, and every interval there is."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from linkbak.schedule.timer import Command, Interval, Order

HOSTILE = "a b'c\"d$e`f\\g%h\\%i\\\\j;k&l#m*n~o!p=q(r)s é ﬁ"
"""Whatever means something to a shell, to cron, to systemd or to XML."""

_MINUTES, _HOURS = st.integers(0, 59), st.integers(0, 23)
INTERVALS = st.one_of(
    _MINUTES.map(lambda minute: Interval("hour", minute)),
    st.tuples(_MINUTES, _HOURS).map(lambda clock: Interval("day", *clock)),
    st.tuples(_MINUTES, _HOURS, st.integers(1, 7)).map(lambda clock: Interval("week", *clock)),
    st.tuples(_MINUTES, _HOURS, st.just(1), st.integers(1, 28)).map(lambda clock: Interval("month", *clock)),
)

DAILY = Interval("day", 17, 10)


def order(vault: str = "/home/ada/my vault", interval: Interval = DAILY, program: str = "/opt/py/bin/python") -> Order:
    words = (program, "-P", "-m", "linkbak", "run", "--vault", vault)
    return Order(Path(vault), Command(words, (("PATH", "/usr/bin:/bin"),)), interval)
