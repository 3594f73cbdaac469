"""What the story of the examples says happened is what a diff of its lists finds."""

from __future__ import annotations

import pytest

from examples.archives import FAMILY
from examples.story import connections
from linkbak.diff import Diff
from linkbak.diff.compare import compare
from linkbak.model import Connection, Listing, Pair
from tests.test_examples import table


def listing(path: str) -> Listing:
    """The list of one archive of the family, as its parsing should give it."""
    archive = next(one for one in FAMILY if one.path == path)
    rows = [
        Connection(connected_on=one.person.connected.date())
        if one.hidden
        else Connection(
            first_name=one.person.first,
            last_name=one.person.last,
            url=f"https://www.linkedin.com/in/{one.person.slug}",
            email=one.person.email if one.person.shares_email else "",
            company=one.person.company,
            position=one.person.position,
            connected_on=one.person.connected.date(),
        )
        for one in connections(archive.taken)
    ]
    hidden = sum(row.hidden for row in rows)
    return Listing(
        rows,
        range(len(rows)),
        len(rows),
        hidden,
        True,
        frozenset(Connection._fields),
        max(row.connected_on for row in rows if row.connected_on),
    )


@pytest.fixture(scope="module")
def found() -> Diff:
    """February 2026 against March 2026."""
    before, after = "ada/Basic_LinkedInDataExport_02-28-2026.zip", "ada/Complete_LinkedInDataExport_03-20-2026.zip"
    return compare(Pair(listing(before), listing(after)))


@pytest.mark.parametrize(
    "kind", ["vanished", "hidden", "returned", "added", "reconnected", "renamed", "changed", "uncertain"]
)
def test_each_class_has_as_many_as_the_readme_says(found: Diff, kind: str) -> None:
    said = {row[0]: int(row[1].split()[0]) for row in table("| class | how many")}
    classes = {"uncertain": [row for doubt in found.uncertain for row in (*doubt.before, *doubt.after)]}

    assert len(classes.get(kind) or getattr(found, kind)) == said[kind]


def test_the_right_people_vanished(found: Diff) -> None:
    assert [one.name for one in found.vanished] == ["Hugo Provbit", "Goran Primjer", "Niall Sampla"]


def test_a_new_name_and_address_and_job_at_once_is_still_the_same_person(found: Diff) -> None:
    renamed = {(one.before.name, one.after.name): one.fields for one in found.renamed}

    assert renamed["Dov Mashal", "David Mashal"] == ("name", "url", "company", "position")
    assert renamed["Sam Twin", "Sam Twin"] == ("url",)


def test_nobody_says_which_alex_is_left(found: Diff) -> None:
    (doubt,) = found.uncertain

    assert [[one.name for one in side] for side in (doubt.before, doubt.after)] == [
        ["Alex Doppel"] * 2,
        ["Alex Doppel"],
    ]
