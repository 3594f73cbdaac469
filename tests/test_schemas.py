"""The JSON Schemas in docs/schemas are those of the documents in the code, and what the commands print fits them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from linkbak.report.documents import DOCUMENTS
from tests.conftest import Golden

SCHEMAS = Path(__file__).parents[1] / "docs/schemas"


@pytest.mark.parametrize("verb", DOCUMENTS)
def test_schema(verb: str, golden: Golden) -> None:
    from pydantic import TypeAdapter

    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"linkbak.{verb}/1",
        **TypeAdapter(DOCUMENTS[verb]).json_schema(),
    }
    golden(SCHEMAS / f"{verb}.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n")


def test_no_schema_is_left_over() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(DOCUMENTS)
