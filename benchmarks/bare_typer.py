"""A program of one command that does nothing: what every program that typer parses the words of costs at least."""

from __future__ import annotations

import typer

app = typer.Typer(add_completion=False)


@app.command()
def nothing(path: str = "", quiet: bool = False) -> None:
    """Do nothing."""


if __name__ == "__main__":
    app()
