"""Questions to a person at a terminal."""

from __future__ import annotations

import typer


def confirmed(question: str) -> bool:
    """Whether the answer is yes; raises KeyboardInterrupt for Ctrl-C and Ctrl-D, as everywhere in the program."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        raise KeyboardInterrupt from None
