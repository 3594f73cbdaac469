"""``linkbak search``."""

from __future__ import annotations

from typing import Annotated

import typer

from linkbak.cli import people_options
from linkbak.cli.session import Session, progress
from linkbak.errors import UsageProblem
from linkbak.index.history import History
from linkbak.index.query import terms
from linkbak.index.search import messages_found, people_found, strangers_found
from linkbak.report import search as search_view

_PLACES = ("people", "messages")


def search(
    session: Session,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help="What to look for; in quotes, as a phrase.")],
    place: Annotated[str, typer.Option("--in", metavar="PLACE", help="people or messages.")] = "people",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most N of them.")] = 20,
) -> None:
    """Search people or messages

    \b
    Examples:
      linkbak search ghent
      linkbak search ada "example works"
      linkbak search --in messages contract --limit 5

    People are found by name, company, position, e-mail, address, your notes and tags, and by what these were before;
    people who are in no list, by name in messages and invitations. Messages are found by their words, and by who sent
    or received them. Case and accents do not matter, the beginning of a word is enough, and small misspellings are
    forgiven.
    """
    if place not in _PLACES:
        raise UsageProblem(f"linkbak cannot search in {place!r}", hint=f"Search in {' or '.join(_PLACES)}.")
    # What the shell took as one word although it holds blanks is a phrase.
    query = " ".join(f'"{word}"' if " " in word.strip() and '"' not in word else word for word in words)
    if not terms(query):
        raise UsageProblem("there is no word to look for", hint="Words have letters or digits: linkbak search ghent")
    if place == "messages":
        _messages(session, query, limit)
    else:
        _people(session, query, limit)


def _people(session: Session, query: str, limit: int) -> None:
    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        account = people_options.account_meant(session, history)
        found = people_found(history, query, account, limit)
        strangers = strangers_found(history, query, account, limit)
    if session.as_json:
        session.print_json(search_view.people_document(query, found, strangers))
    else:
        session.show(search_view.people_text(query, found, limit, strangers))


def _messages(session: Session, query: str, limit: int) -> None:
    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        found = messages_found(history, query, people_options.account_meant(session, history), limit)
    if session.as_json:
        session.print_json(search_view.messages_document(query, found))
    else:
        session.show(search_view.messages_text(query, found, limit))
