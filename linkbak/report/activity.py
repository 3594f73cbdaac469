"""The owner's activity and posts: on a screen, as rows and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Literal, TypedDict

from linkbak.index.posts import MadePost
from linkbak.model import POST_KINDS
from linkbak.report import FOLD, Block, Column, Line, Table, cells, count, day, month, more, number, size
from linkbak.report.escape import csv_table
from linkbak.report.json import builds, fill
from linkbak.report.people import one_line
from linkbak.settings import Activity as Budget
from linkbak.talk.activity import KINDS, Activity, Against, Replies
from linkbak.texts import tr

WEEKDAYS = (tr("Mon"), tr("Tue"), tr("Wed"), tr("Thu"), tr("Fri"), tr("Sat"), tr("Sun"))
KIND_NAMES = {
    "messages": tr("messages"),
    "invitations": tr("invitations"),
    "posts": tr("posts"),
    "comments": tr("comments"),
    "reactions": tr("reactions"),
    "logins": tr("logins"),
}
NOTHING = tr("no archive here shows anything you did")
GAP = "-"
GAPS = tr("- no archive covers all of that month.")
YEAR_GAPS = tr("- no archive covers all of that year; + at least so many.")
READ = tr("What you only read is in no export.")
_BLOCK = 4
_MONTHS = 24
"""So many months get a row each, unless months are asked for; of more, each year does."""


def text(found: Activity, account: str, by: str | None = None) -> list[Block]:
    """One screen: the budget, months or years, weekdays and hours, stretches, answers.

    `by` is "month" or "year"; by itself it is the years where there are many months.
    """
    yearly = by == "year" or (by is None and len(found.months) > _MONTHS)
    columns = [Column(""), *(Column(KIND_NAMES[kind], right=True) for kind in KINDS), Column(tr("days"), right=True)]
    first, last = day(found.first), day(found.last)
    head = tr("{account}: what you did, {first} to {last}", account=account, first=first, last=last)
    blocks: list[Block] = [Line(head, "strong")]
    if budget := against(found):
        over = found.against and (found.against.weeks_over or found.against.days_over or found.against.late)
        blocks.append(Line(tr("budget: {budget}", budget=budget), "odd" if over else "good"))
    blocks.append(Table(columns, years(found) if yearly else rows(found)))
    blocks += [Line(line) for line in sentences(found)]
    gaps = any(value is None for one in found.months for value in one.counts.values())
    blocks.append(Line(f"{YEAR_GAPS if yearly else GAPS} {READ}" if gaps else READ, "dim"))
    if not budget:
        command = "linkbak config set activity.days_per_week 3"
        blocks.append(Line(tr("To set a budget and see it here: {command}", command=command), "dim"))
    return blocks


def rows(found: Activity) -> list[tuple[str, ...]]:
    """A row a month, the oldest first."""
    return [(month(one.first), *(_cell(one.counts[kind]) for kind in KINDS), _cell(one.days)) for one in found.months]


def years(found: Activity) -> list[tuple[str, ...]]:
    """A row a year, the oldest first: the sums of its months, with "+" if no archive covers one of them."""
    found_rows = []
    for year, some in groupby(found.months, key=lambda one: one.first.year):
        months = list(some)
        columns = [[one.counts[kind] for one in months] for kind in KINDS] + [[one.days for one in months]]
        found_rows.append((str(year), *map(_sum, columns)))
    return found_rows


def _sum(values: Sequence[int | None]) -> str:
    known = sum(value or 0 for value in values)
    return number(known) if None not in values else f"{number(known)}+" if known else GAP


def _cell(value: int | None) -> str:
    return GAP if value is None else number(value)


def sentences(found: Activity) -> list[str]:
    """The weekdays and hours of the acts, their stretches and their least time together, and who answered how fast."""
    acts = ", ".join(f"{name} {number(many)}" for name, many in zip(WEEKDAYS, found.weekdays, strict=True))
    lines = [tr("acts by weekday: {acts}", acts=acts)]
    if found.zoned:
        lines.append(_hours(found))
    if found.together:
        stretches, time = count(found.stretches, "stretch", "stretches"), span(found.together)
        lines.append(tr("{stretches} of acts, together at least {time}", stretches=stretches, time=time))
    if answers := _answers(found):
        lines.append(answers)
    if found.people:
        people = count(found.people, "person", "people")
        lines.append(tr("half of your messages went to {some} of {people}", some=number(found.half), people=people))
    return lines


def _hours(found: Activity) -> str:
    """Acts by hours of the day, of those whose file states a zone."""
    acts = ", ".join(
        f"{start}-{start + _BLOCK} {number(sum(found.hours[start : start + _BLOCK]))}" for start in range(0, 24, _BLOCK)
    )
    told = tr("by hour ({zone}): {acts}", zone=found.zone, acts=acts)
    if found.zoned == found.acts:
        return told
    return tr("{told}; of the {acts} whose file states a time zone", told=told, acts=count(found.zoned, "act"))


def _answers(found: Activity) -> str:
    """How often each side answered, and how fast."""
    parts = []
    if found.mine.asked:
        some, times = number(found.mine.answered), count(found.mine.asked, "time")
        parts.append(_fast(tr("you answered them {some} of {times}", some=some, times=times), found.mine))
    if found.theirs.asked:
        some, times = number(found.theirs.answered), count(found.theirs.asked, "time")
        parts.append(_fast(tr("they answered you {some} of {times}", some=some, times=times), found.theirs))
    return "; ".join(parts)


def _fast(told: str, one: Replies) -> str:
    return tr("{told}, half of these within {time}", told=told, time=span(one.median)) if one.answered else told


def span(time: timedelta) -> str:
    """``25 min``, ``6 h 12 min``, ``3 days``."""
    minutes = round(time / timedelta(minutes=1))
    if minutes < 60:
        return tr("{minutes} min", minutes=minutes)
    if minutes < 2 * 24 * 60:
        hours, minutes = divmod(minutes, 60)
        return tr("{hours} h {minutes} min", hours=hours, minutes=minutes) if minutes else tr("{hours} h", hours=hours)
    return count(round(minutes / (24 * 60)), "day")


def against(activity: Activity) -> str:
    """The budget and the acts against it, in one line; "" without one."""
    found, budget = activity.against, activity.budget
    if found is None:
        return ""
    parts = []
    if found.weeks_over is not None:
        days, weeks = count(budget.days_per_week, "day"), count(found.weeks, "week")
        parts.append(tr("over {days} in {some} of {weeks}", days=days, some=number(found.weeks_over), weeks=weeks))
    if found.days_over is not None:
        acts, days = count(budget.acts_per_day, "act"), count(found.days_over, "day")
        parts.append(tr("over {acts} on {days}", acts=acts, days=days))
    if found.late is not None:
        parts.append(tr("{acts} after {time}", acts=count(found.late, "act"), time=budget.quiet_after))
    return ", ".join(parts)


def mail(activity: Activity | None) -> list[str]:
    """Two lines for a mail; none without a budget, or without any archive with acts."""
    if activity is None or not (told := against(activity)):
        return []
    first, last = day(activity.first), day(activity.last)
    return [tr("Against your budget, {first} to {last}:", first=first, last=last), told]


# --- for other programs -----------------------------------------------------------------------------------------------


def to_csv(found: Activity) -> str:
    """A row a day: acts by kind; an empty cell where no archive covers it, which is not 0."""
    days = (found.first + timedelta(days=step) for step in range((found.last - found.first).days + 1))
    return csv_table(("day", *KINDS), ([at.isoformat(), *(_on(found, kind, at) for kind in KINDS)] for at in days))


def _on(found: Activity, kind: str, at: date) -> str:
    done = found.days[at][kind] if at in found.days else 0
    told = done or any(one.kind == kind and one.first <= at <= one.last for one in found.covers)
    return str(done) if told else ""


class MonthDocument(TypedDict):
    """One month, ``2026-03``: acts by kind, null where no archive tells of all of it; and days with any."""

    month: str
    messages: int | None
    invitations: int | None
    posts: int | None
    comments: int | None
    reactions: int | None
    logins: int | None
    days: int | None


class CoverDocument(TypedDict):
    """Days that an archive covers for a kind of acts."""

    kind: str
    first: str
    last: str


class RepliesDocument(TypedDict):
    """Runs of messages of the other side, how many were answered, and half of them within so many seconds."""

    asked: int
    answered: int
    median_seconds: int | None


class BudgetDocument(TypedDict):
    """The budget, and what was done against it; null for what is not in it."""

    days_per_week: int | None
    acts_per_day: int | None
    quiet_after: str | None
    weeks: int
    weeks_over: int | None
    days_over: int | None
    late: int | None


class ActivityDocument(TypedDict):
    """What `linkbak activity --json` prints; what was only read is in no export.

    `hours` (24), `stretches` and `stretch_seconds` are of the `zoned` acts alone, whose files state a zone, told in
    `zone`. `weekdays` (7) begin with Monday. Half of the messages in conversations of two went to `half` of `people`.
    """

    schema: Literal["linkbak.activity/1"]
    account: str
    zone: str
    first: str
    last: str
    acts: int
    zoned: int
    months: list[MonthDocument]
    days: dict[str, int]
    covered: list[CoverDocument]
    weekdays: list[int]
    hours: list[int]
    stretches: int
    stretch_seconds: int
    answered_by_me: RepliesDocument
    answered_by_them: RepliesDocument
    half: int
    people: int
    budget: BudgetDocument | None


def document(found: Activity, account: str) -> ActivityDocument:
    """What --json prints."""
    return fill(
        ActivityDocument,
        found,
        account=account,
        months=[
            {"month": f"{one.first:%Y-%m}", **{kind: one.counts[kind] for kind in KINDS}, "days": one.days}
            for one in found.months
        ],
        days={at.isoformat(): done.total() for at, done in sorted(found.days.items())},
        covered=found.covers,
        stretch_seconds=int(found.together.total_seconds()),
        answered_by_me=found.mine,
        answered_by_them=found.theirs,
        budget=_budget_document(found.against, found.budget) if found.against else None,
    )


@builds(RepliesDocument)
def _replies_document(one: Replies) -> RepliesDocument:
    return fill(RepliesDocument, one, median_seconds=int(one.median.total_seconds()) if one.answered else None)


def _budget_document(found: Against, budget: Budget) -> BudgetDocument:
    days, acts = budget.days_per_week or None, budget.acts_per_day or None
    return fill(BudgetDocument, found, days_per_week=days, acts_per_day=acts, quiet_after=budget.quiet_after)


MENTIONED = 300
"""So many characters of a text stand in the list."""


def posts_text(found: Sequence[MadePost], *, everyone: bool = False) -> list[Block]:
    """Each with its link below it; long lists folded, and then without reactions, unless `everyone`."""
    if not found:
        return [Line(tr("no post"), "strong")]
    many = Counter(one.kind for one in found)
    counted = {
        "share": count(many["share"], "share"),
        "comment": count(many["comment"], "comment"),
        "article": count(many["article"], "article"),
        "reaction": count(many["reaction"], "reaction"),
        "repost": count(many["repost"], "repost"),
        "vote": count(many["vote"], "vote"),
    }
    kinds = ", ".join(words for kind, words in counted.items() if many[kind])
    fold = not everyone and len(found) > FOLD
    aside = fold and 0 < many["reaction"] < len(found)
    shown = [one for one in found if not aside or one.kind != "reaction"][: FOLD if fold else None]
    blocks: list[Block] = [Line(tr("{kinds}; newest first", kinds=kinds), "strong")]
    if aside:
        blocks.append(Line(tr("for the reactions: {command}", command="linkbak posts --kind reactions"), "dim"))
    width = max(cells(_head(one)) for one in shown)
    for one in shown:
        blocks += _post(one, width)
    return [*blocks, *more(len(found) - len(shown) - (many["reaction"] if aside else 0))]


def _head(one: MadePost) -> str:
    when = day(one.at) or tr("undated")
    return f"{' ' * (11 - cells(when))}{when}  {POST_KINDS[one.kind]}"


def _post(one: MadePost, width: int) -> list[Block]:
    head = _head(one)
    # Title and text; for a reaction LinkedIn's name of it.
    text = one_line(": ".join(filter(None, (one.title.strip(), one.text.strip())))[: 4 * MENTIONED])
    said = f"{text[:MENTIONED]}{'…' if len(text) > MENTIONED else ''}" or tr("(no words)")
    blocks: list[Block] = [Line(f"{head}{' ' * (width - cells(head))}  {said}", "plain", 2, hang=width + 2)]
    if told := standing(one):
        blocks.append(Line(told, "odd", width + 4))
    # A link of today has 78 characters: further in, it would break on a terminal of 80.
    return [*blocks, *(Line(link, "dim", 2, verbatim=True) for link in links_of(one))]


def links_of(one: MadePost) -> list[str]:
    """Its link, what it shares and its media, each once."""
    return list(dict.fromkeys(link for link in (one.link, one.shared, one.media) if link))


def standing(one: MadePost) -> str:
    """A remark if the newest archive lacks it, else ""."""
    if one.current:
        return ""
    return tr("deleted, or left out of newer archives: last seen in the archive of {day}", day=day(one.last_seen))


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


def posts_document(found: Sequence[MadePost]) -> PostsDocument:
    """What --json prints."""
    return fill(PostsDocument, posts=found)


POSTS_HEADER = ("account", "kind", "at", "link", "title", "text", "shared", "media", "last_seen", "current")
"""The header of the CSV; it only grows at its end."""


def post_row(one: MadePost) -> list[str]:
    """The cells under POSTS_HEADER."""
    return [*(getattr(one, name) for name in POSTS_HEADER[:-1]), "yes" if one.current else ""]


class ExportedPostsDocument(TypedDict):
    """What `linkbak posts export FORMAT -o FILE --json` prints."""

    schema: Literal["linkbak.posts-exported/1"]
    format: str
    place: str
    posts: int
    bytes: int


def exported_text(export: ExportedPostsDocument) -> str:
    """What was written, and where."""
    posts = count(export["posts"], "post")
    return tr("{posts} to {place} ({size})", posts=posts, place=export["place"], size=size(export["bytes"]))
