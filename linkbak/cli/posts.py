"""``linkbak posts``: what the owner wrote for others to see, as a list and as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linkbak.cli import people_options
from linkbak.cli.people import on_terminal
from linkbak.cli.session import Session, progress
from linkbak.errors import UsageProblem
from linkbak.exporters import write_text
from linkbak.exporters.conversations import POST_EXPORTERS
from linkbak.exporters.rows import csv_text
from linkbak.index.history import History
from linkbak.index.posts import MadePost
from linkbak.index.posts import posts as every_post
from linkbak.report import posts as view
from linkbak.report import say

_HOLD_POSTS = {"activity": "posts", "articles": "posts"}
"""The kinds of an archive that hold posts."""


def posts(
    session: Session,
    words: Annotated[list[str] | None, typer.Argument(metavar="[export FORMAT]")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Only shares, comments, articles, reactions, reposts or votes."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Only what was written on that day or later.")
    ] = None,
    last: Annotated[
        int | None, typer.Option("--last", "--limit", metavar="N", min=1, help="Only the newest N.")
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a post.")] = False,
    place: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="With export: the file to write.")
    ] = None,
) -> None:
    """List what you posted, or export it

    \b
    Examples:
      linkbak posts --kind comments --since 2025
      linkbak posts export markdown -o posts.md

    \b
    Formats of export:
      markdown  for reading and for Obsidian
      html      a page for a browser and for paper; no script in it
      json      one document, the same as --json

    linkbak lists your shares, comments, articles, reactions, reposts and votes with their links, the newest first.
    What newer archives lack stays here. Pictures are in no archive, only links to them. LinkedIn does not write of
    which time zone its times of posts are.
    """
    name = _format(words or [])
    if name is None and place is not None:
        raise UsageProblem("-o goes with export", hint="linkbak posts export markdown -o posts.md")
    if as_csv and (session.as_json or name):
        raise UsageProblem("--csv goes with neither --json nor export")
    kinds, begin = _kinds(kind or []), people_options.first_day(since)
    with session.open_vault() as vault:
        session.holding(session.summaries(vault), _HOLD_POSTS)
        with History.open(vault, progress(quiet=session.quiet)) as history, history.read_transaction():
            found = [
                one
                for one in every_post(history, people_options.account_meant(session, history))
                if (not kinds or one.kind in kinds) and one.at[:10] >= begin
            ][:last]
    if name is not None:
        _export(session, name, found, place)
    elif session.as_json:
        session.print_json(view.document(found))
    elif as_csv:
        session.print_text("".join(csv_text(view.CSV_HEADER, map(view.csv_row, found), mark=False)))
    else:
        session.show(view.posts_text(found, everyone=everyone or last is not None or not on_terminal()))


def _kinds(given: list[str]) -> set[str]:
    """Kinds by their names, in the plural or not; raises UsageProblem for another."""
    found = set()
    for word in ",".join(given).casefold().split(","):
        kind = word.strip().removesuffix("s")
        if kind and kind not in view.KINDS:
            raise UsageProblem(f"there is no kind of post {word!r}", hint=f"The kinds are {', '.join(view.KINDS)}.")
        found |= {kind} - {""}
    return found


def _format(words: list[str]) -> str | None:
    """The format after ``export``, None without words; ``list`` may stand for what is done anyway."""
    if words in ([], ["list"]):
        return None
    if words[0] != "export":
        raise UsageProblem(
            f"posts has no {words[0]!r}",
            hint="`linkbak posts` lists, `posts export` writes a file, `linkbak search --in posts WORDS` searches.",
        )
    if len(words) != 2 or words[1] not in POST_EXPORTERS:
        raise UsageProblem("export takes a format", hint=f"The formats are {', '.join(POST_EXPORTERS)}.")
    return words[1]


def _export(session: Session, name: str, found: list[MadePost], place: str | None) -> None:
    pieces = POST_EXPORTERS[name].text(found)
    if place is None or place == "-":
        if session.as_json:
            raise UsageProblem("--json needs -o", hint="`linkbak posts --json` gives the posts.")
        for piece in pieces:
            session.print_text(piece)
        return
    written = write_text(pieces, Path(place).expanduser())
    told = view.ExportedPosts(name, str(written.place), len(found), written.bytes)
    if session.as_json:
        session.print_json(view.exported_document(told))
    elif not session.quiet:
        say(view.exported_text(told))
