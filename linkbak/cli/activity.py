"""``linkbak activity`` and ``posts``: what the owner did, and what they wrote for others to see."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from linkbak.cli import people_options
from linkbak.cli.app import format_meant, load
from linkbak.cli.people_options import Choose
from linkbak.cli.session import Session, day_of
from linkbak.cli.terminal import on_terminal
from linkbak.errors import NoSuchSnapshot, UsageProblem
from linkbak.exporters import write_text
from linkbak.index.posts import MadePost
from linkbak.index.posts import posts as every_post
from linkbak.model import POST_KINDS
from linkbak.report import activity as view
from linkbak.talk.activity import read_activity
from linkbak.texts import tr

_HOLD_POSTS = {"activity": "posts", "articles": "posts"}
"""The kinds of an archive that hold posts."""


def activity(
    session: Session,
    since: Annotated[
        str | None, Option("--since", metavar="DATE", help="From that day on; else the newest year.")
    ] = None,
    before: Annotated[str | None, Option("--before", metavar="DATE", help="Up to the day before that.")] = None,
    by: Annotated[str | None, Option("--by", metavar="WHAT", help="A row a month or year; else what fits.")] = None,
    as_csv: Annotated[bool, Option("--csv", help="One row a day.")] = False,
) -> None:
    """Show what you did on LinkedIn, and when

    \b
    Examples:
      linkbak activity
      linkbak activity --since 2024 --csv > acts.csv
      linkbak config set activity.days_per_week 3

    linkbak counts acts: messages and invitations you sent, posts, comments, reactions, and logins that an archive
    names. No export says how long you were there; a stretch of acts less than 30 minutes apart is the least. A month
    that no archive covers is a gap. Hours are in activity.zone, else UTC. A budget (activity.days_per_week,
    activity.acts_per_day, activity.quiet_after) is compared with what you did.
    """
    if as_csv and session.as_json:
        raise UsageProblem(tr("--json and --csv cannot be combined"))
    if by not in (None, "month", "year"):
        raise UsageProblem(
            tr("--by takes month or year"), hint=tr("For example: linkbak activity --since 2016 --by month")
        )
    with session.open_vault() as vault:
        kept = session.one_account(session.summaries(vault), books=False)
        account = kept[-1].key.account if kept else ""
        with session.reading(vault) as history:
            found = account and read_activity(
                history,
                account,
                session.settings().activity,
                day_of(since) if since else None,
                day_of(before) if before else None,
            )
    if not found:
        raise NoSuchSnapshot(view.NOTHING, hint=tr("Ask LinkedIn for a complete archive: `linkbak request` shows how."))
    if session.as_json:
        session.print_json(view.document(found, account))
    elif as_csv:
        session.print_text(view.to_csv(found))
    else:
        session.show(view.text(found, account, by))


def posts(
    session: Session,
    words: Annotated[list[str] | None, Argument(metavar="[export FORMAT]")] = None,
    kind: Annotated[
        list[str] | None,
        Option("--kind", metavar="KIND", help="Only shares, comments, articles, reactions, reposts or votes."),
    ] = None,
    since: Choose.written_since = None,
    last: Annotated[int | None, Option("--last", "--limit", metavar="N", min=1, help="Only the newest N.")] = None,
    everyone: Annotated[bool, Option("--all", help="Show every row.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="One row a post.")] = False,
    place: Annotated[
        str | None, Option("--output", "-o", metavar="FILE", help="With export: the file to write.")
    ] = None,
) -> None:
    """List what you posted, or export it

    \b
    Examples:
      linkbak posts --kind comments --since 2025
      linkbak posts export markdown -o posts.md

    linkbak lists your shares, comments, articles, reactions, reposts and votes with their links. What newer archives
    lack stays here. Pictures are in no archive. FORMAT is markdown, html (a page without script) or json. Times of
    posts come without a time zone.
    """
    name = _post_format(words or [])
    if name is None and place is not None:
        raise UsageProblem(tr("-o goes with export"), hint="linkbak posts export markdown -o posts.md")
    if as_csv and (session.as_json or name):
        raise UsageProblem(tr("--csv goes with neither --json nor export"))
    kinds, begin = _kinds(kind or []), people_options.first_day(since)
    with session.open_vault() as vault:
        session.holding(session.summaries(vault), _HOLD_POSTS)
        with session.reading(vault) as history:
            found = [
                one
                for one in every_post(history, people_options.account_meant(session, history))
                if (not kinds or one.kind in kinds) and one.at[:10] >= begin
            ][:last]
    if name is not None:
        _export_posts(session, name, found, place)
    elif session.as_json:
        session.print_json(view.posts_document(found))
    elif as_csv:
        session.print_csv(view.POSTS_HEADER, map(view.post_row, found))
    else:
        session.show(view.posts_text(found, everyone=everyone or last is not None or not on_terminal()))


def _kinds(given: list[str]) -> set[str]:
    """Kinds by their names, in the plural or not; raises UsageProblem for another."""
    found = set()
    for word in ",".join(given).casefold().split(","):
        kind = word.strip().removesuffix("s")
        if kind and kind not in POST_KINDS:
            raise UsageProblem(
                tr("there is no kind of post {word!r}", word=word),
                hint=tr("The kinds are {kinds}.", kinds=", ".join(POST_KINDS)),
            )
        found |= {kind} - {""}
    return found


def _post_format(words: list[str]) -> str | None:
    """The format after ``export``, None without words; ``list`` may stand for what is done anyway."""
    if words in ([], ["list"]):
        return None
    if words[0] != "export":
        raise UsageProblem(
            tr("posts has no {word!r}", word=words[0]),
            hint=tr("`linkbak posts` lists, `posts export` writes a file, `linkbak search --in posts WORDS` searches."),
        )
    return format_meant(load("linkbak.exporters.conversations.POST_EXPORTERS"), words[1:])


def _export_posts(session: Session, name: str, found: list[MadePost], place: str | None) -> None:
    pieces = load("linkbak.exporters.conversations.POST_EXPORTERS")[name](found)
    if place is None or place == "-":
        if session.as_json:
            raise UsageProblem(tr("--json needs -o"), hint=tr("`linkbak posts --json` gives the posts."))
        for piece in pieces:
            session.print_text(piece)
        return
    written = write_text(pieces, Path(place).expanduser())
    told: view.ExportedPostsDocument = {
        "schema": "linkbak.posts-exported/1",
        "format": name,
        "place": str(written.place),
        "posts": len(found),
        "bytes": written.bytes,
    }
    session.tell_aside(told, [view.exported_text(told)])
