"""docs/configuration.md lists the keys that there are."""

from __future__ import annotations

import pytest

from linkbak.settings.edit import plain
from linkbak.settings.keys import KEYS, OTHER_VARIABLES, Key
from tests.conftest import Golden
from tests.test_docs import ROOT, block


def markdown() -> str:
    """Every key and variable as tables of Markdown."""
    rows = [
        f"| `{key.name}` | {key.kind.name} | {_default(key)} | {_cell(key.purpose)} | `{key.variable}` |"
        for key in KEYS
    ]
    head = "| key | what it is | if not said | what it is for | environment |\n|---|---|---|---|---|\n"
    others = "".join(f"| `{name}` | {_cell(purpose)} |\n" for name, purpose in OTHER_VARIABLES.items())
    return f"{head}{chr(10).join(rows)}\n\n| other variable | what it is for |\n|---|---|\n{others}"


def _default(key: Key) -> str:
    if key.name == "vault":
        return "the usual place"
    bare = plain(key.default)
    if bare in (None, "", []):
        return "none"
    return f"{bare:,}" if isinstance(bare, int) and not isinstance(bare, bool) else f"`{str(bare).lower()}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def test_the_page_lists_every_key(request: pytest.FixtureRequest, golden: Golden) -> None:
    rewrite = bool(request.config.getoption("--rewrite-goldens"))
    block("keys", f"\n{markdown()}\n", rewrite=rewrite, page=ROOT / "docs/configuration.md")
