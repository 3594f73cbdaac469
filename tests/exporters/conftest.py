"""Vaults to export from."""

from __future__ import annotations

from tests.cli.conftest import _two, family, february, march, two

__all__ = ["_two", "family", "february", "march", "two"]
