"""A sample of what tests/external/test_fuzz.py tries, and everything that was ever found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from linkbak.model import Connection
from tests import fuzzing


def few(cases: int) -> settings:
    return settings(max_examples=cases, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("found", sorted(fuzzing.CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_was_found_once_holds(found: Path) -> None:
    """Files are called by what is odd about them; of a table its own name stands behind two dashes."""
    if found.suffix == ".zip":
        fuzzing.try_zip(found)
    else:
        fuzzing.try_table(found.name.partition("--")[2], found.read_bytes())


@few(8)
@given(fuzzing.zips())
def test_zips(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.zip"
    path.write_bytes(data)
    fuzzing.try_zip(path)


@few(25)
@given(fuzzing.tables())
def test_tables(table: tuple[str, bytes]) -> None:
    fuzzing.try_table(*table)


@few(15)
@given(fuzzing.lists())
def test_lists(known: tuple[list[Connection], dict[str, bytes]]) -> None:
    fuzzing.try_list(*known)
