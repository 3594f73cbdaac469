"""Moments as texts."""

from __future__ import annotations

from datetime import datetime


def text_of(when: datetime | None) -> str:
    """RFC 3339 UTC in whole seconds, "" for none."""
    return f"{when.isoformat()[:19]}Z" if when else ""
