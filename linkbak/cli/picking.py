"""Whom to export: by filter, by name, by when they came, or by what a comparison says of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from linkbak.cli import whom
from linkbak.cli.session import Session
from linkbak.errors import UsageProblem

if TYPE_CHECKING:
    from linkbak.history import History
    from linkbak.history.records import Person, Wanted
    from linkbak.model import Connection
    from linkbak.vault import Vault


class Picked(NamedTuple):
    """The people, and how many rows of a comparison nobody can say whose they are."""

    people: list[Person]
    unknown: int = 0


def by_filter(history: History, wanted: Wanted, added_since: str) -> Picked:
    """Those wanted; with `added_since`, an ISO day, only whom the lists up to then did not show as connected."""
    if wanted.as_of:
        raise ValueError("the history is to be of that day already")
    people = history.people(wanted)
    if not added_since:
        return Picked(people)
    from linkbak.history.records import Wanted

    with history.then(added_since) as then:
        before = {one.id for one in then.people(Wanted(account=wanted.account))}
    return Picked([one for one in people if one.id not in before])


def by_name(session: Session, history: History, words: Sequence[str], roll: str | None) -> Picked:
    """The one person that words mean, or everybody a file names; raises NoSuchPerson."""
    account = whom.account(session, history)
    if roll is not None or [*words] == [whom.STDIN]:
        named = whom.roll(roll or whom.STDIN)
        return Picked(whom.everybody(history, named, account, "nothing was exported", nameless=True))
    return Picked([whom.one(session, history, " ".join(words), account, nameless=True)])


def by_class(
    session: Session, vault: Vault, history: History, classes: Sequence[str], names: tuple[str, str] | None
) -> Picked:
    """Those a comparison of two snapshots puts into some of its classes, as they stand today."""
    from linkbak.cli.sides import two
    from linkbak.comparison import between

    old, new = names or (None, None)
    before, after = two(session, vault, old, new, None)
    found = between(vault, before, after)
    people: dict[int, Person] = {}
    unknown = 0
    for name in classes:
        rows = [_newest(one) for one in getattr(found.diff, name)]
        for person in history.of_rows(after.key.account, rows):
            if person is None:
                unknown += 1
            else:
                people.setdefault(person.number, person)
    return Picked([*people.values()], unknown)


def _newest(one: Connection | tuple[Connection, Connection]) -> Connection:
    """The row of somebody in a class: of a change, the later one."""
    from linkbak.model import Connection

    return one if isinstance(one, Connection) else one[1]


def check_ways(*, names: bool, filters: bool, classes: bool, as_of: bool) -> None:
    """Refuses to be told in two ways who is meant."""
    if names and (filters or classes):
        raise UsageProblem("people named one by one cannot be filtered as well", hint="Do one or the other.")
    if classes and (filters or as_of):
        raise UsageProblem("--only takes people out of a comparison; other filters do not go with it")
    if names and as_of:
        raise UsageProblem("--as-of does not go with people named one by one")
