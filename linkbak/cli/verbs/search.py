"""``linkbak search``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from linkbak.cli.session import Session
from linkbak.errors import UsageProblem

_PLACES = ("people", "messages")


def search(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What to look for; in quotes, as a phrase.")],
    place: Annotated[str, typer.Option("--in", metavar="PLACE", help="people or messages.")] = "people",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most N of them.")] = 20,
) -> None:
    """Find people by anything known of them, or messages

    \b
    Examples:
      linkbak search ghent
      linkbak search ada "example works"
      linkbak search --in messages contract --limit 5

    People are found by name, company, position, e-mail, address, by your notes and tags, and by what these were before.
    Accents and case do not matter, the beginning of a word will do, and a slip of the fingers is forgiven.
    """
    from linkbak.history.searching.queries import terms

    if place not in _PLACES:
        raise UsageProblem(f"there is nothing to search called {place!r}", hint=f"Search in {' or '.join(_PLACES)}.")
    query = _query(words)
    if not terms(query):
        raise UsageProblem("there is no word to look for", hint="Words have letters or digits: linkbak search ghent")
    if place == "messages":
        _messages(session, query, limit)
    else:
        _people(session, query, limit)


def _query(words: Sequence[str]) -> str:
    """What was typed as one text; what the shell took as one word although it holds blanks is a phrase."""
    return " ".join(f'"{word}"' if " " in word.strip() and '"' not in word else word for word in words)


def _people(session: Session, query: str, limit: int) -> None:
    from linkbak.cli import whom
    from linkbak.cli.progress import progress
    from linkbak.history import History

    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        found = history.search(query, whom.account(session, history), limit)
    if session.as_json:
        from linkbak.report import search_documents

        session.print_json(search_documents.of_people(query, found))
    else:
        from linkbak.report.search_view import people_page

        session.show(people_page(query, found, limit))


def _messages(session: Session, query: str, limit: int) -> None:
    from linkbak.cli import whom
    from linkbak.cli.progress import progress
    from linkbak.history import History

    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        found = history.search_messages(query, whom.account(session, history), limit)
    if session.as_json:
        from linkbak.report import search_documents

        session.print_json(search_documents.of_messages(query, found))
    else:
        from linkbak.report.search_view import messages_page

        session.show(messages_page(query, found, limit))
