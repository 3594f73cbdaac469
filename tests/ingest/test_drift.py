"""New, missing and renamed columns are told."""

from __future__ import annotations

import pytest

from linkbak.ingest import drift
from linkbak.model import FileFacts


def facts(table: str, *columns: str) -> FileFacts:
    return FileFacts(table, 0, "", table=table, columns=columns)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (("Date", "Link"), ("Date", "Link"), ()),
        (("Date", "SharedURL"), ("Date", "SharedUrl"), ("Shares.csv: renamed 'SharedURL' to 'SharedUrl'",)),
        (("Date",), ("Date", "Link"), ("Shares.csv: new 'Link'",)),
        (("Date", "Link"), ("Date",), ("Shares.csv: missing 'Link'",)),
        (("Date", "Link"), ("Date", "Address"), ("Shares.csv: renamed 'Link' to 'Address'",)),
        (("Date", "Link"), ("Address", "Date"), ("Shares.csv: new 'Address'; missing 'Link'",)),
        ((), ("Date",), ()),
        (("Date",), (), ()),
    ],
)
def test_drift(before: tuple[str, ...], after: tuple[str, ...], told: tuple[str, ...]) -> None:
    assert drift([facts("Shares.csv", *before)], [facts("Shares.csv", *after)]) == told


def test_a_table_that_one_side_lacks_is_no_drift() -> None:
    assert drift([facts("Shares.csv", "Date")], [facts("Votes.csv", "Date", "Link")]) == ()
