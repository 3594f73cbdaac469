"""Of several failures, the one that the exit status tells."""

from __future__ import annotations

from collections.abc import Iterable

from linkbak.errors import Exit, LinkbakError

_ORDER = (Exit.USAGE, Exit.MACHINE, Exit.LOCKED, Exit.NO_VAULT, Exit.DIFFERENT, Exit.OTHER_ACCOUNT, Exit.DAMAGED)
"""From what mends itself, or with a word, to what needs somebody soon."""


def worst(errors: Iterable[LinkbakError | None]) -> Exit | None:
    """The exit status of the worst, None if all went well."""
    found = [error.exit_code for error in errors if error is not None]
    return max(found, key=lambda code: _ORDER.index(code) if code in _ORDER else len(_ORDER), default=None)
