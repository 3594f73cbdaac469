"""``linkbak search``."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from linkbak.cli import people_options
from linkbak.cli.app import load
from linkbak.cli.session import Session, progress
from linkbak.errors import UsageProblem
from linkbak.index.history import History
from linkbak.index.query import terms
from linkbak.index.search import PLACES, everything_found
from linkbak.report import search as view


def search(
    session: Session,
    words: Annotated[list[str], Argument(metavar="WORDS...", help="What to look for; in quotes, as a phrase.")],
    place: Annotated[str | None, Option("--in", metavar="PLACE", help=f"Only one of {', '.join(PLACES)}.")] = None,
    limit: Annotated[int, Option("--limit", metavar="N", min=1, help="At most N hits.")] = 20,
) -> None:
    """Search people, messages, invitations and posts

    \b
    Examples:
      linkbak search ghent
      linkbak search ada "example works"
      linkbak search --in messages contract --limit 5

    linkbak finds people by name, work, address, notes and tags, now or before; people in no list, by name in messages
    and invitations; messages, invitations and posts, by their words and by who wrote or got them; and contacts of your
    address book. The best matches come first: names, then what else is known of people, then texts. The beginning of a
    word is enough, and small misspellings are forgiven.
    """
    if place not in (None, *PLACES):
        raise UsageProblem(f"linkbak cannot search in {place!r}", hint=f"The places are {', '.join(PLACES)}.")
    # What the shell took as one word although it holds blanks is a phrase.
    query = " ".join(f'"{word}"' if " " in word.strip() and '"' not in word else word for word in words)
    if not terms(query):
        raise UsageProblem("there is no word to look for", hint="Words have letters or digits: linkbak search ghent")
    places = (place,) if place else PLACES
    with session.open_vault() as vault, History.open(vault, progress(quiet=session.quiet)) as history:
        books = session.books(vault, beside=True)
        cards = load("linkbak.cli.addressbook.cards")(vault, books) if books else {}
        if books and session.account is not None:
            if place not in (None, "contacts"):
                raise session.no_connections(books[0].key.account)
            account, places = None, ("contacts",)
        else:
            account = people_options.account_meant(session, history)
        found = everything_found(history, query, account, limit, places, cards)
    session.tell(lambda: view.document(query, found), lambda: view.text(query, found, limit, places))
