"""Servers that a message may reach, and a machine without proxies."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.automation.notify import servers


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture
def web() -> Iterator[servers.Web]:
    with servers.web() as running:
        yield running
