"""The first line of `linkbak`: how the backup stands and what to do, the most pressing matter alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.automation import reminders
from linkbak.automation.downloads import NotKept
from linkbak.automation.reminders import Nudge, Request
from linkbak.automation.status import Elsewhere, Held, Space, Status, Trouble
from linkbak.errors import Exit, MachineProblem, VaultDamaged
from linkbak.report.status import verdict
from linkbak.schedule import Timer
from linkbak.settings import Cadence
from linkbak.state import Done, Record
from tests.automation.reminders.days import START, at, snapshot

COPY = Elsewhere("usb", "remote", "2026-03-05T00:00:00Z", whole=True)
FAILED = Record(Done("2026-03-05T00:00:00Z", passed=False, what=""), None)
TIMER = Timer("cron", "day", True, "", "crontab", command_ok=True)


def nudge(day: float, request: Request | None = None, account: str = "linkedin-me") -> Nudge:
    return reminders.nudge(account, [snapshot(START)], request, Cadence(), at(day), START)


WELL = Status("/v", at(5), nudges=(nudge(5),), copies=(COPY,), space=Space(9_000_000_000, little=False, vault=1))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (WELL, "Up to date: your newest archive is 5 days old, the next is due on 31 Mar 2026"),
        (
            WELL._replace(troubles=(Trouble("the vault", VaultDamaged("x")),), held=(Held("a", "b", "2026", 3),)),
            "The vault is damaged: `linkbak verify` says what is wrong",
        ),
        (
            WELL._replace(troubles=(Trouble("the timer", MachineProblem("x")),)),
            "linkbak cannot read the timer; see below",
        ),
        (WELL._replace(verify=FAILED), "The last check of the vault failed: run `linkbak verify`"),
        (WELL._replace(copies=(COPY._replace(failed=15),)), "The last push to usb failed: `linkbak push` says why"),
        (
            WELL._replace(copies=(Elsewhere("/media/stick", "seal", "", whole=False, failed=15),)),
            "The last seal to /media/stick failed: `linkbak seal` says why",
        ),
        (
            WELL._replace(not_kept=(NotKept(Path("/d/x.zip"), Exit.REFUSED),)),
            "An archive could not be kept: `linkbak import --again` says why",
        ),
        (
            WELL._replace(nudges=(reminders.nudge("", [], None, Cadence(), START, START),)),
            "Nothing is kept yet: ask LinkedIn for your archive",
        ),
        (WELL._replace(nudges=(nudge(31),)), "Your newest archive is 31 days old: ask LinkedIn for the next one"),
        (
            WELL._replace(nudges=(nudge(5), nudge(70, account="linkedin-boris"))),
            "linkedin-boris: the newest archive is 70 days old: ask LinkedIn for the next one",
        ),
        (
            WELL._replace(now=at(32), nudges=(nudge(32, Request(at(31.5))),)),
            "You asked LinkedIn for your archive: import it when the mail comes",
        ),
        (
            WELL._replace(now=at(33), nudges=(nudge(33, Request(at(31.5))),)),
            "Your archive should be ready: download it, then `linkbak import`",
        ),
        (
            WELL._replace(held=(Held("linkedin-me", "x", "2026-03-04T00:00:00Z", 35),)),
            "35 losses are not believed yet: the next archive settles them",
        ),
        (
            WELL._replace(held=(Held("linkedin-me", "x", "2026-03-04T00:00:00Z", 0),)),
            "Losses are not believed yet: the next archive settles them",
        ),
        (WELL._replace(nudges=()), "Your address book is kept"),
        (
            WELL._replace(copies=(COPY._replace(trouble="is not there"),)),
            "The backup is fresh, but the copy usb is not there: see `linkbak remote`",
        ),
        (
            WELL._replace(nudges=(nudge(5, account="linkedin-boris"), nudge(33, Request(at(31.5)))), now=at(33)),
            "linkedin-me: the archive should be ready: download it, then `linkbak import`",
        ),
        (
            WELL._replace(space=Space(9, little=True, vault=None)),
            "The backup is fresh, but there is little room on this disk",
        ),
        (WELL._replace(copies=()), "The backup is fresh, but there is no copy elsewhere: `linkbak remote add`"),
        (
            WELL._replace(copies=(COPY._replace(at="", whole=False),)),
            "The backup is fresh, but the copy usb was never made: `linkbak push`",
        ),
        (
            WELL._replace(now=at(30), nudges=(nudge(29),), copies=(COPY._replace(whole=False),)),
            "The backup is fresh, but the copy usb lacks what came since: `linkbak push`",
        ),
        (
            WELL._replace(timers=(TIMER._replace(active=False),)),
            "The backup is fresh, but its timer does not run: see `linkbak schedule`",
        ),
    ],
)
def test_the_first_line_is_the_most_pressing_matter(status: Status, said: str) -> None:
    assert verdict(status, 14).text == said
