"""10,000 archives, tables and lists out of the fuzzer; what it finds belongs into tests/corpus/, for every run."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from linkbak.model import Connection
from tests import fuzzing

ZIPS, TABLES, LISTS = 3_000, 5_000, 2_000
SHARE = int(os.environ.get("LINKBAK_FUZZ_SHARE", "1"))
"""One in so many, for whoever has less patience."""


pytestmark = pytest.mark.timeout(0)  # minutes, and more where something is found


def many(cases: int) -> settings:
    return settings(max_examples=cases // SHARE, deadline=None, suppress_health_check=list(HealthCheck))


def test_zips(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Among them are enough of either kind: those that are read to the end, and those refused."""
    path = tmp_path_factory.mktemp("fuzz") / "fuzz.zip"
    came = Counter[bool]()

    @many(ZIPS)
    @given(fuzzing.zips())
    def tried(data: bytes) -> None:
        path.write_bytes(data)
        came[not fuzzing.try_zip(path)] += 1

    tried()
    assert min(came[True], came[False]) * 10 > came.total()


@many(TABLES)
@given(fuzzing.tables())
def test_tables(table: tuple[str, bytes]) -> None:
    fuzzing.try_table(*table)


@many(LISTS)
@given(fuzzing.lists())
def test_lists(known: tuple[list[Connection], dict[str, bytes]]) -> None:
    fuzzing.try_list(*known)
