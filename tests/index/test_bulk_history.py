"""What was of many people at once, against everybody's own line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from linkbak.index import PastValues, PeopleFilter
from linkbak.index.history import History
from linkbak.vault import Vault
from tests.exporters.everybody import EVERYBODY


def test_many_at_once_say_what_each_line_says(accounts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkbak.index.history._SOME", 7)
    with Vault.open(accounts) as vault, History.open(vault) as history:
        people = history.people(PeopleFilter(states=EVERYBODY, sort="name"))
        assert len({person.account for person in people}) == 2
        lines = [history.timeline(person) for person in people]
        past = [one[:3] for one in history.bulk_history(people)]
        assert past == [(line.tenures, line.names, line.jobs) for line in lines]
        assert any(len(line.tenures) > 1 for line in lines)


def test_messages_are_those_that_are_counted(accounts: Path) -> None:
    with Vault.open(accounts) as vault, History.open(vault) as history:
        people = history.people(PeopleFilter(states=EVERYBODY))
        found = list(history.messages(people))
        some = [person for person in people if person.messages][:2]
        talks = {person.number: history.timeline(person).talk for person in people}
        assert list(history.messages(some)) == [one for one in found if one.person_number in {p.number for p in some}]
    counted = Counter(one.person_number for one in found)
    assert counted == {number: talk.messages for number, talk in talks.items() if talk.messages}
    assert Counter(one.person_number for one in found if one.outgoing) == {
        number: talk.sent for number, talk in talks.items() if talk.sent
    }
    assert len({one.sent_at for one in found}) > 5
    for account in {person.account for person in people}:
        numbers = {person.number for person in people if person.account == account}
        times = [one.sent_at for one in found if one.person_number in numbers]
        assert times == sorted(times)


def test_snapshots_are_those_of_the_vault_or_of_a_day(accounts: Path) -> None:
    with Vault.open(accounts) as vault, History.open(vault) as history:
        every = [one.key for one in sorted(vault.summaries(), key=lambda one: (one.key.account, one.taken))]
        assert history.snapshots() == every
        with history.as_of("2018-12-31") as then:
            assert [key.id for key in then.snapshots()] == ["2017-02-15T120000Z", "2018-11-02T194402Z"]


def test_nobody_gets_what_is_another_accounts(accounts: Path) -> None:
    with Vault.open(accounts) as vault, History.open(vault) as history:
        stranger = history.people(PeopleFilter())[0]._replace(account="linkedin-nobody")
        assert list(history.bulk_history([stranger])) == [PastValues((), (), ())]
        assert list(history.messages([stranger])) == []
