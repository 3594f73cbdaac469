"""What an import does for the index: all of it where that is quick, else no more than to keep what it compared."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from linkbak import paths
from linkbak.index import list_deltas
from linkbak.ingest import Options, Receipt, workflow
from linkbak.ingest.workflow import ingest
from linkbak.vault import Vault
from tests.cli.running import index_findings, run

JANUARY, FEBRUARY, MARCH = (
    "Basic_LinkedInDataExport_01-15-2026.zip",
    "Basic_LinkedInDataExport_02-28-2026.zip",
    "Complete_LinkedInDataExport_03-20-2026.zip",
)


def kept(vault: Path, archive: Path) -> Receipt:
    with Vault.open(vault) as opened:
        return ingest(archive, opened, Options())


def deltas(vault: Path) -> tuple[int, int]:
    """How many deltas the index has, and how many snapshots are replayed."""
    db = sqlite3.connect(paths.cache_folder(vault) / "index.sqlite")
    found = db.execute("SELECT (SELECT count(*) FROM delta), (SELECT count(*) FROM snapshot)").fetchone()
    db.close()
    return int(found[0]), int(found[1])


def test_a_short_list_is_replayed_and_its_losses_are_explained(empty: Path, ada: Path) -> None:
    kept(empty, ada / FEBRUARY)
    receipt = kept(empty, ada / MARCH)
    assert [outcome and (outcome.state, outcome.verdict and outcome.verdict.cause) for outcome in receipt.outcomes] == [
        ("suspected", "unknown"),
        ("suspected", "closed"),
        ("suspected", "account-lives"),
    ]
    assert deltas(empty) == (2, 2)


def test_of_a_long_list_with_too_many_messages_only_the_delta_is_kept(
    empty: Path, ada: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next command that asks threads it without opening an archive's list again."""
    kept(empty, ada / FEBRUARY)
    monkeypatch.setattr(workflow, "FEW", 10)
    monkeypatch.setattr(workflow, "LARGEST", 10)
    receipt = kept(empty, ada / MARCH)
    assert receipt.outcomes == ()
    assert deltas(empty) == (2, 1)
    monkeypatch.setattr(list_deltas, "_stretch", None)
    assert "Niall Sampla" in run("lost", vault=empty).out
    assert deltas(empty) == (2, 2)


def test_a_long_list_with_other_data_is_explained(empty: Path, ada: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(empty, ada / FEBRUARY)
    monkeypatch.setattr(workflow, "FEW", 10)
    assert len(kept(empty, ada / MARCH).outcomes) == 3


def test_a_broken_calendar_of_incidents_refuses_no_archive(empty: Path, ada: Path) -> None:
    kept(empty, ada / FEBRUARY)
    mine = paths.config_file().parent / "incidents.toml"
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("[[incident]]\nid = 3\n")
    receipt = kept(empty, ada / MARCH)
    assert (receipt.status, receipt.outcomes) == ("kept", ())
    assert run("lost", vault=empty).status == 2


def test_a_kept_delta_that_nobody_needs_goes(empty: Path, ada: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late archive comes between two lists whose delta was kept."""
    kept(empty, ada / JANUARY)
    monkeypatch.setattr(workflow, "FEW", 10)
    monkeypatch.setattr(workflow, "LARGEST", 10)
    kept(empty, ada / MARCH)
    kept(empty, ada / FEBRUARY)
    assert index_findings(empty) == []
    assert deltas(empty) == (3, 3)
