"""Writes the config file of the stranger's machine."""

from __future__ import annotations

from pathlib import Path

from linkbak import paths


def configure(text: str) -> Path:
    """The config file, once it holds the text."""
    file = paths.config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8"))
    return file
