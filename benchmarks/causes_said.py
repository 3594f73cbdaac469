"""What linkbak says of everybody in a simulated account, asked after each of its archives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple, get_args

from benchmarks.causes_files import write_archive
from benchmarks.causes_truth import Member, Month
from linkbak.causes import known_incidents
from linkbak.causes.judgement import judge_lost
from linkbak.index import LOST, PeopleFilter, State
from linkbak.index.history import History
from linkbak.ingest import Options
from linkbak.ingest.workflow import ingest
from linkbak.vault import Vault
from linkbak.vault.writer import create_vault, write_transaction

ACCOUNT = "linkedin-me"
STATES: frozenset[State] = frozenset(get_args(State))


class Said(NamedTuple):
    """How linkbak says someone stands, and why; the cause and its band are "" for those who are not lost."""

    state: State
    after: str
    before: str
    cause: str
    band: str


Answers = Mapping[str, Said]
"""By the last known address."""


def month_by_month(folder: Path, months: Sequence[Month]) -> Iterator[tuple[Month, Answers]]:
    """Import the archives of an account in order into a vault under the folder, asking after each."""
    with create_vault(folder / "vault") as vault:
        for month in months:
            bring(vault, folder, month)
            yield month, ask(vault)


def bring(vault: Vault, folder: Path, month: Month) -> None:
    """Import the archive of one month, and what the user had to say then."""
    ingest(write_archive(folder, month), vault, Options())
    if month.told:
        with write_transaction(vault) as writer:
            writer.add_marks([_mark(one, month) for one in month.told], "Mark those removed")


def ask(vault: Vault) -> Answers:
    """What is said of everybody ever listed."""
    with History.open(vault) as history:
        people = history.people(PeopleFilter(states=STATES))
        lost = [person for person in people if person.state in LOST]
        judged = judge_lost(history, lost, known_incidents())
    verdicts = {person.number: loss.verdict for person, loss in zip(lost, judged, strict=True)}
    said = {}
    for person in people:
        window, verdict = person.window, verdicts.get(person.number)
        said[person.row.url] = Said(
            person.state,
            window.after if window else "",
            window.before if window else "",
            verdict.cause if verdict else "",
            verdict.band if verdict else "",
        )
    return said


def _mark(one: Member, month: Month) -> dict[str, object]:
    person = {"name": one.name, "url": one.url, "connected_on": f"{one.connected:%Y-%m-%d}"}
    at = f"{month.taken + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    return {"fact": "removed-by-me", "account": ACCOUNT, "person": person, "value": "", "at": at}
