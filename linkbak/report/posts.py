"""What the owner wrote for others to see, as a list, as rows and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, TypedDict

from linkbak.index.posts import MadePost
from linkbak.model import NamedTuple
from linkbak.report import Block, Line, cells, count, day, more, number, size
from linkbak.report.escape import terminal
from linkbak.report.json import fill
from linkbak.report.people import FOLD, one_line

KINDS = ("share", "comment", "article", "reaction", "repost", "vote")
MENTIONED = 300
"""So many characters of a text stand in the list."""


def posts_text(found: Sequence[MadePost], *, everyone: bool = False) -> list[Block]:
    """Each with its link below it; long lists folded, and then without reactions, unless `everyone`."""
    if not found:
        return [Line("no post", "strong")]
    many = Counter(one.kind for one in found)
    kinds = ", ".join(count(many[kind], kind) for kind in KINDS if many[kind])
    fold = not everyone and len(found) > FOLD
    aside = fold and 0 < many["reaction"] < len(found)
    shown = [one for one in found if not aside or one.kind != "reaction"][: FOLD if fold else None]
    blocks: list[Block] = [Line(f"{kinds}; newest first", "strong")]
    blocks += [Line("for the reactions: linkbak posts --kind reactions", "dim")] if aside else []
    width = max(cells(_head(one)) for one in shown)
    for one in shown:
        blocks += _post(one, width)
    left = len(found) - len(shown) - (many["reaction"] if aside else 0)
    return [*blocks, *more(left, "see all with --all")]


def _head(one: MadePost) -> str:
    return f"{day(one.at) or 'undated':>11}  {one.kind}"


def _post(one: MadePost, width: int) -> list[Block]:
    head = _head(one)
    text = one_line(words_of(one)[: 4 * MENTIONED])
    said = f"{text[:MENTIONED]}{'…' if len(text) > MENTIONED else ''}" or "(no words)"
    blocks: list[Block] = [Line(f"{head}{' ' * (width - cells(head))}  {said}", "plain", 2, hang=width + 2)]
    if not one.current:
        blocks.append(Line(standing(one), "odd", width + 4))
    # A link of today has 78 characters: further in, it would break on a terminal of 80.
    blocks += [Line(terminal(link), "dim", 2, verbatim=True) for link in links_of(one)]
    return blocks


def words_of(one: MadePost) -> str:
    """Title and text; of a reaction what LinkedIn calls it."""
    return ": ".join(part for part in (one.title.strip(), one.text.strip()) if part)


def links_of(one: MadePost) -> list[str]:
    """Where it leads to, what it shares and what it shows, each once."""
    return list(dict.fromkeys(link for link in (one.link, one.shared, one.media) if link))


def standing(one: MadePost) -> str:
    """What to say of one that the newest archive lacks, else ""."""
    if one.current:
        return ""
    return f"deleted, or left out of newer archives: last seen in the archive of {day(one.last_seen)}"


# --- for other programs -----------------------------------------------------------------------------------------------


class PostDocument(TypedDict):
    """One post. `at` is null where no archive tells; without `zoned` no archive says of which time zone it is.

    `current` is false of what was deleted, or left out of newer archives.
    """

    account: str
    kind: str
    at: str | None
    zoned: bool
    link: str | None
    title: str | None
    text: str
    shared: str | None
    media: str | None
    last_seen: str
    current: bool


class PostsDocument(TypedDict):
    """What `linkbak posts --json` prints, and `linkbak posts export json` writes, newest first."""

    schema: Literal["linkbak.posts/1"]
    posts: list[PostDocument]


def document(found: Sequence[MadePost]) -> PostsDocument:
    """What --json prints."""
    return {"schema": "linkbak.posts/1", "posts": [fill(PostDocument, one, text=one.text) for one in found]}


CSV_HEADER = ("account", "kind", "at", "link", "title", "text", "shared", "media", "last_seen", "current")
"""The header of the CSV; it only grows at its end."""


def csv_row(one: MadePost) -> list[str]:
    """What stands under each of CSV_HEADER."""
    told = [one.account, one.kind, one.at, one.link, one.title, one.text, one.shared, one.media, one.last_seen]
    return [*told, "yes" if one.current else ""]


class ExportedPosts(NamedTuple):
    """One export into a file."""

    format: str
    place: str
    posts: int
    bytes: int


class ExportedPostsDocument(TypedDict):
    """What `linkbak posts export FORMAT -o FILE --json` prints."""

    schema: Literal["linkbak.posts-exported/1"]
    format: str
    place: str
    posts: int
    bytes: int


def exported_document(export: ExportedPosts) -> ExportedPostsDocument:
    """What --json prints."""
    return fill(ExportedPostsDocument, export, schema="linkbak.posts-exported/1")


def exported_text(export: ExportedPosts) -> str:
    """What was written, and where."""
    posts = f"{number(export.posts)} {'post' if export.posts == 1 else 'posts'}"
    return f"{posts} to {terminal(export.place)} ({size(export.bytes)})"
