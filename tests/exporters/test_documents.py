"""JSON, checked against its schema in docs/schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import Golden
from tests.exporters.contract import Contract
from tests.exporters.given import ADA, FULL, HIDDEN, NAMELESS, NEWEST, crowd, entry, hostile, text_of
from tests.hostile_text import HOSTILE_TEXT

HERE = Path(__file__).parent
SCHEMA = json.loads((HERE.parents[1] / "docs/schemas/export.json").read_text("utf-8"))


def people_in(text: str) -> list[dict[str, Any]]:
    """The people of either form."""
    found: list[dict[str, Any]]
    if text.startswith('{"schema"'):
        found = json.loads(text)["people"]
    else:
        found = [json.loads(line) for line in text.splitlines()]
    return found


class TestJson(Contract):
    """One document."""

    format = "json"

    def names(self, written: Path) -> list[str]:
        return [one["name"] or "" for one in people_in(written.read_text("utf-8"))]


class TestJsonLines(TestJson):
    """A line each."""

    format = "jsonl"


def test_the_document_as_it_is(golden: Golden) -> None:
    golden(HERE / "goldens/people.json", text_of("json", [*FULL, HIDDEN]))


@pytest.mark.parametrize("people", [[], [*FULL, NAMELESS, HIDDEN, *hostile()]], ids=["nobody", "everybody"])
def test_it_fits_its_schema(people: list[Any]) -> None:
    document = json.loads(text_of("json", people))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert (document["schema"], document["newest"]) == ("linkbak.export/1", NEWEST)
    assert len(document["people"]) == len(people)


def test_both_forms_tell_the_same() -> None:
    people = [*FULL, NAMELESS, HIDDEN, *hostile()]
    assert people_in(text_of("json", people)) == people_in(text_of("jsonl", people))


def test_all_that_is_known_of_somebody() -> None:
    ada = people_in(text_of("jsonl", FULL))[0]
    assert ada == {
        "id": "000000000001",
        "account": "linkedin-me",
        "name": "Ada; the, 1st Example\\Sample",
        "first_name": "Ada; the, 1st",
        "last_name": "Example\\Sample",
        "url": "https://www.linkedin.com/in/ada-example",
        "email": "ada@example.com",
        "company": "Example; Works, Ltd",
        "position": "Engineer, Sr; \\o/",
        "connected_on": "2019-06-05",
        "state": "listed",
        "first_seen": "2020-01-05T08:00:00Z",
        "last_seen": NEWEST,
        "window": None,
        "messages": 0,
        "messages_known": True,
        "last_message": None,
        "tags": ["customer", "ghent"],
        "notes": ["met in Ghent; by chance, \\once\\", "two\nlines: and 100 %"],
        "former_names": ["Ada Sample", "Ada, Esq."],
        "revised": NEWEST,
    }


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_hostile_text_comes_back_and_acts_on_nothing(format: str) -> None:
    """Programs get the truth; escapes keep it from terminals, and from readers that know more line ends than one."""
    people = [entry(number, ADA._replace(company=text), notes=(text,)) for number, text in enumerate(HOSTILE_TEXT)]
    text = text_of(format, people)
    assert [(one["company"] or "", *one["notes"]) for one in people_in(text)] == [(told, told) for told in HOSTILE_TEXT]
    assert [char for char in text if char != "\n" and (char < " " or "\x7f" <= char <= "\x9f")] == []
    assert not set(text) & set("\u2028\u2029\u202e\u2066\u200f")


def test_a_surrogate_is_told_as_what_it_is() -> None:
    """What a broken archive in UTF-16 may hold; no UTF-8 can, but JSON's escapes can."""
    text = text_of("jsonl", [entry(1, ADA._replace(company="a\ud800b"))])
    assert '"a\\ud800b"' in text
    assert people_in(text)[0]["company"] == "a\ud800b"


def test_one_person_more_is_one_line_more() -> None:
    """So that programs that compare lines show who came."""
    before, after = text_of("json", crowd(3)), text_of("json", crowd(4))
    assert len(set(after.splitlines()) - set(before.splitlines())) == 2  # the one before it now ends in a comma
