"""docs/formats.md names every table and limit there is."""

from __future__ import annotations

import re
from pathlib import Path

from linkbak.adapters.linkedin.connections import MOST_PEOPLE
from linkbak.adapters.linkedin.csv import FIELD_LIMIT, MESSAGE_LIMIT
from linkbak.adapters.linkedin.tables import TABLES
from linkbak.archive import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def test_every_table_stands_in_the_row_of_its_kind() -> None:
    rows = dict(re.findall(r"^\| (\w+) \| (`.*) \|$", PAGE, flags=re.MULTILINE))

    assert {(kind, name) for kind, row in rows.items() for name in re.findall(r"`([^`]+\.csv)`", row)} == {
        *((table.kind, table.name) for table in TABLES.values()),
        ("messages", "Messages.csv"),
    }


def test_the_limits_are_those_of_the_code() -> None:
    limits = Limits()

    assert dict(re.findall(r"^\| ([a-z][^|]*) \| ([0-9][^|]*) \|$", PAGE, flags=re.MULTILINE)) == {
        "files in an archive": f"{limits.entries:,}",
        "one file, unpacked": f"{limits.file_bytes >> 30} GiB",
        "the whole archive, unpacked": f"{limits.total_bytes >> 30} GiB",
        "unpacked bytes for one packed byte": f"{limits.ratio}",
        "one cell": f"{FIELD_LIMIT >> 20} MiB",
        "one message": f"{MESSAGE_LIMIT >> 20} MiB",
        "people in a list": f"{MOST_PEOPLE:,}",
    }
