"""Overviews made by hand for the digest and the statistics."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from linkbak.causes import PHRASES
from linkbak.index import Window
from linkbak.state import Done, Record
from linkbak.stats import Because, Changes, Flow, Health, Overview, Reach, Size, Talked, Tenured
from tests.report.html import invented
from tests.report.invented_lives import MARCH, NOVEMBER

MADE = "2026-03-24T09:00:00Z"
NOTHING = Changes("", (), ())
MANY = 1_234_567
HEALTH = Health(
    snapshots=26,
    first="2022-02-09T08:07:10Z",
    newest=MARCH,
    age=4,
    bytes=48_300_000,
    held=0,
    missing=("endorsements",),
    verified=Record(Done("2026-03-21T03:00:00Z", True), Done("2026-03-21T03:00:00Z", True)),
    restored=Record(),
)


def usual(lists: int = 26, days: int = 60) -> Overview:
    """So many lists, so many days apart, from the first on of which seven come and two go, one of them for ever."""
    end = datetime.fromisoformat(MARCH)
    times = [f"{end - timedelta(days=days * back):%Y-%m-%dT%H:%M:%SZ}" for back in reversed(range(lists))]
    because = (Because("closed", "likely", 1),)
    return invented.overview()._replace(
        account="linkedin-ada",
        made=MADE,
        owner="Ada Example",
        sizes=[Size(when, 600 + 5 * number, 6, number) for number, when in enumerate(times)],
        flows=[Flow(Window(*ends), 7, 2, 1, because) for ends in pairwise(times)],
        tenure=(Tenured(0, 1, 14), Tenured(1, 2, 9), Tenured(2, 5, 2), Tenured(5, 10, 0), Tenured(10, 0, 0)),
        lost=lists - 1,
        unclear=0,
        reach=Reach(1_400, 276, 426, 77),
        health=HEALTH,
    )


def one_list() -> Overview:
    """It is too early to tell who left."""
    return usual(lists=1)._replace(
        lost=0, tenure=(), recent=[], losses=[], away=[], companies=NOTHING, positions=NOTHING
    )


def no_list() -> Overview:
    """Snapshots of messages alone."""
    return one_list()._replace(sizes=[], flows=[], closest=[], reach=Reach(0, 0, 0, 0))


def quiet() -> Overview:
    """Two lists between which nobody came or went; in the end all are hidden."""
    return no_list()._replace(
        sizes=[Size(NOVEMBER, 2, 0, 0), Size(MARCH, 2, 2, 0)],
        flows=[Flow(Window(NOVEMBER, MARCH), 0, 0, 0, ())],
        reach=Reach(2, 0, 0, 0),
    )


def longest() -> Overview:
    """Everything there can be to say, in numbers larger than any network."""
    base = usual()
    because = tuple(Because(cause, "likely", MANY) for cause in PHRASES)
    return base._replace(
        sizes=[Size(one.taken, MANY, MANY, MANY) for one in base.sizes],
        flows=[Flow(one.window, MANY, MANY, MANY, because, MANY, MANY) for one in base.flows],
        lost=MANY,
        unclear=MANY,
        talk=Talked((), MANY, MANY, MANY, MANY, MANY, MANY),
        health=HEALTH._replace(
            held=MANY, missing=("ads", "contacts", "messages", "notes"), restored=Record(Done(NOVEMBER, False))
        ),
    )


def renamed(text: str) -> Overview:
    """Everybody is called so, works there and as that."""
    base = usual()
    closest = [one._replace(row=one.row._replace(first_name=text, last_name="")) for one in base.closest]
    recent = []
    for one in base.recent:
        row = one.case.person.row._replace(first_name=text, last_name="", company=text, position=text)
        recent.append(one._replace(case=one.case._replace(person=one.case.person._replace(row=row))))
    changes = Changes(NOVEMBER, *(tuple(one._replace(name=text) for one in side) for side in base.companies[1:]))
    return base._replace(closest=closest, recent=recent, losses=recent, companies=changes, positions=changes)
