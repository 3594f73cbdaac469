"""A vault with many years of an account, a second account, and marks; and what is exported of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from linkbak.exporters import Selection
from linkbak.index import PeopleFilter, State
from linkbak.index.history import History
from linkbak.vault import Vault
from linkbak.vault.create import create_vault
from tests.cli.running import run

EVERYBODY: frozenset[State] = frozenset({"listed", "hidden", "suspected", "confirmed", "held", "unclear"})


@pytest.fixture(scope="session")
def years(tmp_path_factory: pytest.TempPathFactory, family: Path) -> Path:
    """Only to read from."""
    vault = tmp_path_factory.mktemp("years") / "vault"
    create_vault(vault).close()
    assert run("import", *sorted((family / "ada").iterdir()), vault=vault).status == 0
    assert run("import", *(family / "boris").iterdir(), "--account", "boris", vault=vault).status == 0
    for fact in (("tag", "customer"), ("tag", "2026"), ("note", "Met in Ghent; likes #cheese")):
        assert run("mark", "Alba Mostra", *fact, "--account", "me", vault=vault).status == 0
    return vault


@contextmanager
def everybody(vault: Path) -> Iterator[Selection]:
    """All people of a vault, lost ones too."""
    with Vault.open(vault) as opened, History.open(opened) as history:
        entries = history.entries(history.people(PeopleFilter(states=EVERYBODY)))
        yield Selection(entries, history.lists().newest, history, opened)
