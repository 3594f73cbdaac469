"""docs/configuration.md lists the keys that there are."""

from __future__ import annotations

import pytest

from linkbak.settings.edit import markdown
from tests.conftest import Golden
from tests.test_docs import ROOT, block


def test_the_page_lists_every_key(request: pytest.FixtureRequest, golden: Golden) -> None:
    rewrite = bool(request.config.getoption("--rewrite-goldens"))
    block("keys", f"\n{markdown()}\n", rewrite=rewrite, page=ROOT / "docs/configuration.md")
