"""The verbs, one file each, in the order in which help lists them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from linkbak.errors import Exit

VERBS = {
    "import": "import_",
    "log": "log",
    "diff": "diff",
    "lost": "lost",
    "people": "people",
    "show": "show",
    "search": "search",
    "stats": "stats",
    "digest": "digest",
    "report": "report",
    "export": "export",
    "files": "files",
    "cat": "cat",
    "restore": "restore",
    "mark": "mark",
    "status": "status",
    "verify": "verify",
    "drill": "drill",
    "init": "init",
    "index": "index",
    "compact": "compact",
    "demo": "demo",
}
"""Each verb, and the name of both its module here and its function there."""


def load(verb: str) -> Callable[..., Exit | None]:
    """The function behind a verb; its module is imported only now, since every command pays for what is imported."""
    function: Callable[..., Exit | None] = getattr(import_module(f"{__name__}.{VERBS[verb]}"), VERBS[verb])
    return function
