"""How those whom a list lacks stand today: cases judged, and people looked up by the row they had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from linkbak.causes.judgement import judge_all
from linkbak.causes.verdict import Incident, Verdict
from linkbak.index import LOST, Case, Person, State, Window
from linkbak.index.history import History
from linkbak.model import Connection


class Outcome(NamedTuple):
    """How someone who vanished in a comparison stands today.

    `window` tells when they went; of someone listed again, when they came back, "" on both sides if no list that is
    believed ever lacked them. `verdict` is None for those who are listed, hidden, or only perhaps gone.
    """

    id: str
    state: State
    verdict: Verdict | None
    window: Window


class Loss(NamedTuple):
    """Someone lost, all that bears on why, and what it comes to."""

    case: Case
    verdict: Verdict


def judge_lost(history: History, people: Sequence[Person], incidents: Sequence[Incident]) -> list[Loss]:
    """The cases of people who are lost, in their order, each with its verdict."""
    cases = history.cases(people) if people else []
    found: dict[int, Loss] = {}
    for account in {person.account for person in people}:
        theirs = [case for case in cases if case.person.account == account]
        verdicts = judge_all(theirs, history.intervals(account), incidents)
        found |= {case.person.number: Loss(case, verdict) for case, verdict in zip(theirs, verdicts, strict=True)}
    return [found[case.person.number] for case in cases]


def outcomes_of(
    history: History, account: str, rows: Sequence[Connection], incidents: Sequence[Incident]
) -> tuple[Outcome | None, ...]:
    """The outcome of each row's person, in the order of the rows; None where nobody can say whose row it is."""
    people = history.of_rows(account, rows)
    known = [person for person in people if person is not None]
    verdicts = {
        loss.case.person.number: loss.verdict
        for loss in judge_lost(history, [one for one in known if one.state in LOST], incidents)
    }
    returns = _returns(history, account, known)
    return tuple(_outcome(person, verdicts, returns) if person is not None else None for person in people)


def _outcome(person: Person, verdicts: dict[int, Verdict], returns: dict[int, Window]) -> Outcome:
    if person.state in ("listed", "hidden"):
        return Outcome(person.id, person.state, None, returns.get(person.number, Window("", "")))
    return Outcome(person.id, person.state, verdicts.get(person.number), person.window or Window("", ""))


def _returns(history: History, account: str, people: Iterable[Person]) -> dict[int, Window]:
    """When those of the people who are listed came back the last time."""
    listed = {person.number for person in people if person.state in ("listed", "hidden")}
    found: dict[int, Window] = {}
    for person, absence in history.came_back(account) if listed else ():
        if person.number in listed and absence.back is not None:
            found.setdefault(person.number, absence.back)
    return found
