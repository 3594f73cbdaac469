"""What belongs on a card: notes, former names, and when any of it last changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkbak.index import Entry, PeopleFilter, State
from linkbak.index.history import History
from linkbak.vault import Vault
from tests.cli.running import run

EVERYBODY: frozenset[State] = frozenset({"listed", "hidden", "suspected", "confirmed", "held", "unclear"})


@pytest.fixture
def history(years: Path) -> Iterator[History]:
    with Vault.open(years) as vault, History.open(vault) as found:
        yield found


def all_of(history: History) -> dict[str, Entry]:
    return {one.person.id: one for one in history.entries(history.people(PeopleFilter(states=EVERYBODY)))}


def test_each_says_what_the_line_of_that_person_says(history: History) -> None:
    found = all_of(history)
    assert len(found) > 40
    for entry in found.values():
        line = history.timeline(entry.person)
        changes = [line.tenures[0].began.before]
        for spans in (line.names, line.jobs, line.emails, line.addresses, line.tenures):
            changes += [span.began.before for span in spans] + [span.ended.before for span in spans if span.ended]
        changes += [one.went.before for one in line.absences] + [one.back.before for one in line.absences if one.back]
        changes += [note.edited or note.created for note in line.notes] + [mark.at for mark in line.marks]
        assert entry.revised >= max(changes), entry.person.id
        assert entry.notes == tuple(note.text for note in line.notes)
        assert set(entry.former) >= {span.value for span in line.names} - {entry.person.row.name}
    assert any(entry.former for entry in found.values())
    assert any(entry.notes for entry in found.values())
    assert len({entry.revised for entry in found.values()}) > 3


def test_a_mark_is_a_change(years: Path, tmp_path: Path) -> None:
    import shutil

    vault = Path(shutil.copytree(years, tmp_path / "vault", symlinks=True))
    with Vault.open(vault) as opened, History.open(opened) as before:
        old = all_of(before)
    who = min(old)
    assert run("mark", who, "note", "met in Ghent", vault=vault).status == 0
    with Vault.open(vault) as opened, History.open(opened) as after:
        new = all_of(after)
    assert new[who].notes == ("met in Ghent", *old[who].notes)
    assert new[who].revised > old[who].revised
    assert {id_: entry for id_, entry in new.items() if id_ != who} == {
        id_: entry for id_, entry in old.items() if id_ != who
    }


def test_nobody(history: History) -> None:
    assert history.entries([]) == []
