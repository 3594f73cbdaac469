"""Vaults to export from, and what was exported of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run


@pytest.fixture(scope="session")
def database(accounts_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of everybody of the account linkedin-me."""
    return _exported("sqlite", accounts_once, tmp_path_factory.mktemp("external") / "network.sqlite", "--account", "me")


@pytest.fixture(scope="session")
def parquet(accounts_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of tables of all accounts."""
    return _exported("parquet", accounts_once, tmp_path_factory.mktemp("external") / "out")


def _exported(format: str, vault: Path, place: Path, *more: str) -> Path:
    ran = run("export", format, "-o", place, *more, vault=vault)
    assert ran.status == 0, ran.err
    return place
