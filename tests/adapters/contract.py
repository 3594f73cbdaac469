"""What every network's adapter must do; a test class subclasses it and names an export."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from linkbak.adapters import Adapter, by_network, choose, every
from linkbak.model import Files
from tests.adapters.given import EXPORTS, Given, export
from tests.conftest import Golden

SECRET = "Xyzzy"


class AdapterContract:
    """Subclasses set `adapter`, and the name of an `export` in ``exports/``."""

    adapter: Adapter
    export: str

    def test_is_the_only_one_to_recognise_its_export(self) -> None:
        files = export(self.export)

        assert [adapter for adapter in every() if adapter.recognises(files)] == [by_network(self.adapter.network)]
        assert choose(files).network == self.adapter.network

    def test_reads_what_the_golden_says(self, golden: Golden) -> None:
        golden(EXPORTS / f"{self.export}.json", json.dumps(told(self.adapter, export(self.export)), indent=1) + "\n")

    def test_reads_the_same_twice(self) -> None:
        files = export(self.export)

        assert told(self.adapter, files) == told(self.adapter, files)

    def test_tells_of_every_file_once_in_order(self) -> None:
        files = export(self.export)

        assert [facts.path for facts in self.adapter.read(files).files] == list(files.paths)

    def test_reports_a_file_it_does_not_know(self) -> None:
        reading = self.adapter.read(export(self.export, Unheard_Of="a,b\n1,2\n"))

        assert ("Unheard_Of.csv", False) in {(issue.file, issue.loss) for issue in reading.issues}
        assert next(facts.table for facts in reading.files if facts.path == "Unheard_Of.csv") == ""

    def test_tells_no_more_of_a_kind_than_was_counted_and_nothing_twice(self) -> None:
        """An archive that lacks the kind tells nothing of it."""
        files = export(self.export)
        coverage, given = self.adapter.read(files).coverage, told(self.adapter, files)

        for kind in ("endorsements", "recommendations", "notes"):
            counted = coverage[kind].rows if kind in coverage else 0
            assert bool(given[kind]) == bool(counted)
            assert len(given[kind]) <= counted
            assert len({json.dumps(row) for row in given[kind]}) == len(given[kind])

    def test_issues_never_say_what_is_written_in_a_cell(self) -> None:
        """They end up in terminals, logs and bug reports."""
        for files in (in_every_cell(export(self.export)), in_rows_of_their_own(export(self.export))):
            reading = self.adapter.read(files)

            assert reading.issues
            assert not [issue for issue in reading.issues if SECRET in issue.reason or SECRET in issue.file]
            assert not [reason for c in reading.coverage.values() for reason in c.reasons if SECRET in reason]


class ListContract(AdapterContract):
    """What a network's adapter must do beside: its archives hold a list of connections, in the table `people`."""

    people: str

    def test_listing_and_reading_agree(self) -> None:
        files = export(self.export)
        listing, covered = self.adapter.connections(files), self.adapter.read(files).coverage["connections"]

        assert listing is not None
        assert (listing.total, listing.hidden, listing.newest_first) == (
            covered.rows,
            covered.hidden,
            covered.newest_first,
        )
        assert list(listing.positions) == list(range(listing.total))
        assert len(listing.rows) == listing.total

    def test_a_kind_the_archive_lacks_is_absent_not_empty(self) -> None:
        files = export(self.export, **{self.people.removesuffix(".csv"): None})

        assert self.adapter.connections(files) is None
        assert [*self.adapter.pairs([(files, None), (export(self.export), None)])] == [None]
        assert "connections" not in self.adapter.read(files).coverage


def in_every_cell(files: Given) -> Given:
    """The same files with a secret word in every cell, headers included, and an open quote at the end."""
    changed = {}
    for path in files.paths:
        rows = csv.reader(io.StringIO(files[path].decode("utf-8", errors="replace"), newline=""))
        out = io.StringIO(newline="")
        csv.writer(out).writerows([f"{SECRET}{cell}" for cell in row] for row in rows)
        changed[path] = out.getvalue() + f'{SECRET},"{SECRET}'
    return Given(changed)


def in_rows_of_their_own(files: Given) -> Given:
    """The same files with wrong rows of secret words below, of too few and too many cells."""
    rows = f"\n{SECRET},{SECRET}\n" + ",".join([SECRET] * 40) + f"\n{SECRET}\n,,,{SECRET},,,\n"
    return Given({path: files[path] + rows.encode() for path in files.paths})


def told(adapter: Adapter, files: Files) -> dict[str, Any]:
    """All an adapter tells of an archive, as JSON."""
    reading = adapter.read(files)
    listing = adapter.connections(files)
    cards = [list(card) for card in adapter.cards(files)]
    return json.loads(  # type: ignore[no-any-return]
        json.dumps(
            ({"cards": cards} if cards else {})
            | {
                "owner": adapter.owner(files)._asdict(),
                "coverage": {kind: coverage._asdict() for kind, coverage in reading.coverage.items()},
                "files": [
                    {k: v for k, v in facts._asdict().items() if v not in (0, "", ())} for facts in reading.files
                ],
                "issues": [issue._asdict() for issue in reading.issues],
                "columns": sorted(listing.columns) if listing else None,
                "connections": [list(row) for row in listing.rows] if listing else None,
                "messages": [list(message) for message in adapter.messages(files)],
                "invitations": [list(invitation) for invitation in adapter.invitations(files)],
                "endorsements": [list(endorsement) for endorsement in adapter.endorsements(files)],
                "recommendations": [list(recommendation) for recommendation in adapter.recommendations(files)],
                "notes": [list(note) for note in adapter.notes(files)],
            },
            default=str,
        )
    )
