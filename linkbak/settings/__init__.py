"""The user's settings: flag before environment before config file before default."""

from linkbak.settings.keys import (
    KEYS,
    OTHER_VARIABLES,
    TABLES,
    Cadence,
    Copies,
    Key,
    Notify,
    Run,
    Scan,
    Settings,
)
from linkbak.settings.read import LoadedSettings, Value, known, load, look, stray

__all__ = [
    "KEYS",
    "OTHER_VARIABLES",
    "TABLES",
    "Cadence",
    "Copies",
    "Key",
    "LoadedSettings",
    "Notify",
    "Run",
    "Scan",
    "Settings",
    "Value",
    "edit",
    "known",
    "load",
    "look",
    "stray",
]
