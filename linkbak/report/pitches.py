"""Unsolicited messages: adverts, who wrote first, and the same words from several people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal, TypedDict

from linkbak.report import FOLD, Block, Column, Line, Table, cells, count, day, fit, month, more, number
from linkbak.report.json import builds, fill
from linkbak.report.people import iso, one_line
from linkbak.talk.templates import SENDERS, template_of
from linkbak.talk.unasked import Advert, Member, SameWords, Unasked, by_company, by_month, by_year
from linkbak.texts import MONTHS, tr, tr_count

NOT_THERE = tr(
    "Not in any export: invitations you declined or ignored. Texts in wholly other words are not recognised. The same "
    "words may be a text that friends forward."
)
FEW = 3
"""How many groups are shown unless all are asked for."""

_WIDTH = 78
_TEMPLATE = 300
"""How many characters of a template are shown; `show` has all of it."""
_WORDS = 8
"""How many of the varying words are shown for each place."""
_CUT = 60
"""How many characters of each."""


# --- the screen -------------------------------------------------------------------------------------------------------


def text(found: Unasked, *, since: str = "", least: int = SENDERS, everyone: bool = False) -> list[Block]:
    """The counts, the rate, the groups (a few unless `everyone`, and then friends' too), and what exports lack."""
    mine = [one for one in found.groups if not one.friends]
    theirs = [one for one in found.groups if one.friends]
    head = tr("{account}: what came unasked", account=found.account)
    if months := _months(since or found.first, found.last):
        head = tr("{account}: what came unasked, {months}", account=found.account, months=months)
    blocks: list[Block] = [Line(head, "strong")]
    blocks += [*_share(found, mine), Line(), *_counts(found, least), *_rates(found)]
    blocks += [block for one in (mine if everyone else mine[:FEW]) for block in _group(one)]
    if not everyone and len(mine) > FEW:
        blocks += [Line(), *more(len(mine) - FEW, indent=0)]
    if theirs and everyone:
        blocks += [Line(), Line(tr("Also sent by people you talk with"), "strong")]
        blocks += [block for one in theirs for block in _group(one)]
    elif theirs:
        people = count(len({member.sender for one in theirs for member in one.members}), "person", "people")
        texts = count(len(theirs), "text")
        said = tr("Also sent by people you talk with ({texts}, {people}): --all", texts=texts, people=people)
        blocks += [Line(), Line(said)]
    return [*blocks, *_limits(found)]


def _share(found: Unasked, groups: Sequence[SameWords]) -> list[Block]:
    """How many of those who wrote first sent one of these texts."""
    first = {one.sender for one in found.openers}
    same = first & {member.sender for one in groups for member in one.members}
    if not same:
        return []
    said = tr_count(
        "{people} of the {all} who wrote to you first sent the same text",
        "{people} of the {all} who wrote to you first sent one of {texts} texts",
        len(groups),
        people=number(len(same)),
        all=number(len(first)),
        texts=number(len(groups)),
    )
    return [Line(said, "strong")]


def _counts(found: Unasked, least: int) -> list[Block]:
    soon = found.soon()
    adverts, subject = tr("adverts"), tr("with a subject line")
    wide = max(cells(adverts), cells(subject))
    came = tr_count(
        "text came from {least} or more people",
        "texts came from {least} or more people",
        len(found.groups),
        least=least,
    )
    lines = [
        (len(found.adverts), f"{_padded(adverts, wide)}  {tr('sponsored conversations')}"),
        (_with_subject(found), f"{_padded(subject, wide)}  {tr('often InMail')}"),
        (len(soon), tr("wrote within 7 days of connecting; you never answered {silent}", silent=_silent(soon))),
        (len(found.groups), came),
    ]
    width = max(5, *(len(number(many)) for many, _ in lines))
    told: list[Block] = [Line(f"{number(many):>{width}}  {what}", verbatim=True) for many, what in lines]
    return [*told, *([Line(tr("who wrote so soon: linkbak pitches show soon"), "dim", width + 2)] if soon else [])]


def _with_subject(found: Unasked) -> int:
    return sum(bool(one.subject.strip()) for one in found.openers)


def _silent(soon: Sequence[Member]) -> str:
    """How many of them the owner never answered."""
    return number(sum(not one.answered for one in soon))


def _rates(found: Unasked) -> list[Block]:
    """The messages a month for each year, the newest first."""
    years = [one for one in reversed(by_year(by_month(found))) if one.adverts or one.texts][:5]
    if not years:
        return []
    texts = ", ".join(_rate(one.texts, one.months, one.year) for one in years)
    adverts = ", ".join(_rate(one.adverts, one.months, one.year) for one in years)
    told = [tr("First texts of 16 words or more, a month: {rates}", rates=texts)]
    told += [tr("Adverts, a month: {rates}", rates=adverts)] if any(one.adverts for one in years) else []
    return [Line(), *map(Line, told)]


def _rate(many: int, months: int, year: str) -> str:
    return tr("{number} in {year}", number=f"{many / months:.1f}".removesuffix(".0"), year=year)


def _group(one: SameWords) -> list[Block]:
    last = one.members[-1]
    head, answered = _same_words(one), tr("{texts} answered by you", texts=number(one.answered))
    template = fit(one_line(template_of(one.group).text), _TEMPLATE)
    rest = tr("and {left} more: linkbak pitches show {group}", left=number(len(one.members) - 1), group=one.number)
    return [
        Line(),
        Line(_padded(head, max(cells(head) + 2, _WIDTH - cells(answered))) + answered, "strong", verbatim=True),
        Line(f'"{template}"', indent=2, hang=1),
        Line("  ".join(filter(None, (_whom(last), day(last.sent_at), _after(last)))), indent=2),
        Line(rest, "dim", 2),
    ]


def _same_words(one: SameWords) -> str:
    people = count(len(one.members), "person", "people")
    months = _months(one.members[0].sent_at, one.members[-1].sent_at)
    return tr("Same words from {people}, {months}", people=people, months=months)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _whom(one: Member) -> str:
    return one_line(", ".join(filter(None, (one.name.strip() or tr("(nobody named)"), _company(one).strip()))))


def _after(one: Member, *, alone: bool = True) -> str:
    """How long after connecting, in days, or nothing; not `alone` it stands in a column of that title."""
    if one.connected_on is None:
        return ""
    days = (date.fromisoformat(one.sent_at[:10]) - one.connected_on).days
    if days < -1:
        return tr("before connecting")
    if days < 1:
        return tr("on the day of connecting")
    return tr("{days} after connecting", days=count(days, "day")) if alone else count(days, "day")


def _months(first: str, last: str) -> str:
    """``Feb 2025 to Mar 2026``, ``Jan to Mar 2026``, ``Mar 2026``."""
    if not first or not last or first[:7] > last[:7]:
        return ""
    if first[:7] == last[:7]:
        return month(last)
    began = MONTHS[int(first[5:7]) - 1] if first[:4] == last[:4] else month(first)
    return tr("{first} to {last}", first=began, last=month(last))


def _limits(found: Unasked) -> list[Block]:
    """What limits the page, at its end."""
    lines = []
    if found.echoes:
        groups = count(found.echoes, "group")
        lines.append(tr("{groups} left out: half of the words are in a message of your own", groups=groups))
    if found.by_name:
        texts = count(found.by_name, "text")
        lines.append(tr("{texts} came without an address: linkbak knows these senders by name alone", texts=texts))
    if found.untold:
        conversations = count(found.untold, "conversation")
        lines.append(tr("who wrote what is unknown in {conversations}", conversations=conversations))
    return [Line(), *(Line(line, "dim") for line in lines), Line(NOT_THERE, hang=0)]


# --- one group, and lists ---------------------------------------------------------------------------------------------


def group_text(one: SameWords) -> list[Block]:
    """A whole group: its template, the words that vary, and every sender."""
    told = template_of(one.group)
    blocks: list[Block] = [Line(_same_words(one), "strong"), Line(f'"{one_line(told.text)}"', indent=2, hang=1)]
    if told.varying:
        blocks += [Line(), Line(tr("What stands at each […]"), "strong")]
        blocks += [Line(f"{at}. {_varying(words)}", indent=2, hang=3) for at, words in enumerate(told.varying, 1)]
    sent = tr("Who sent it; you answered {answered}", answered=number(one.answered))
    blocks += [Line(), Line(sent, "strong"), _members(one.members)]
    return [*blocks, Line(), Line(tr("tag them all: linkbak pitches --tag {group} TAG", group=one.number), "dim")]


def _varying(words: Sequence[str]) -> str:
    shown = " | ".join(fit(one_line(word), _CUT) for word in words[:_WORDS])
    left = len(words) - _WORDS
    return tr("{words} | and {left} more", words=shown, left=number(left)) if left > 0 else shown


def soon_text(found: Unasked) -> list[Block]:
    """Who wrote within a week of connecting, newest first."""
    soon = [*reversed(found.soon())]
    if not soon:
        return [Line(tr("nobody wrote 16 words or more within 7 days of connecting"))]
    head = tr(
        "{people} wrote within 7 days of connecting, newest first; you never answered {silent}",
        people=count(len(soon), "person", "people"),
        silent=_silent(soon),
    )
    return [Line(head, "strong"), _members(soon)]


def _members(members: Sequence[Member]) -> Table:
    columns = (
        *(Column(tr("sent"), right=True), Column(tr("name"), most=32), Column(tr("company"), most=28)),
        *(Column(tr("after connecting"), most=28), Column(tr("answered"))),
    )
    rows = []
    for one in members:
        name, answered = one_line(one.name) or tr("(nobody named)"), tr("yes") if one.answered else tr("no")
        rows.append((day(one.sent_at), name, one_line(_company(one)), _after(one, alone=False), answered))
    return Table(columns, rows)


def _company(one: Member) -> str:
    return one.person.row.company if one.person else ""


def adverts_text(adverts: Sequence[Advert], *, everyone: bool = False) -> list[Block]:
    """A line an advert, newest first, long lists folded unless `everyone`."""
    newest = [*reversed(adverts)]
    shown = newest if everyone else newest[:FOLD]
    if not newest:
        return [Line(tr("no advert"))]
    columns = (Column(tr("sent"), right=True), Column(tr("from"), most=26), Column(tr("words"), most=60))
    rows = []
    for one in shown:
        words = one_line(one.subject.strip() or one.text[: 4 * _WIDTH])
        rows.append((day(one.sent_at) or tr("undated"), one_line(one.name), words))
    head = Line(tr("{adverts}, newest first", adverts=count(len(newest), "advert")), "strong")
    return [head, Table(columns, rows), *more(len(newest) - len(shown))]


def months_text(found: Unasked) -> list[Block]:
    """A row a month in which anything came, newest first."""
    months = [*reversed(by_month(found))]
    shown = [one for one in months if any(one[1:])]
    titles = (tr("adverts"), tr("subject"), tr("soon after"), tr("16 words"), tr("same words"))
    columns = (Column(tr("month")), *(Column(title, right=True) for title in titles))
    rows = [(one.month, *(number(value) for value in one[1:])) for one in shown]
    head = Line(tr("{account}: what came unasked, by month, newest first", account=found.account), "strong")
    others = count(len(months) - len(shown), "other month")
    empty = [Line(tr("nothing of these came in {months}", months=others), "dim")] if len(shown) < len(months) else []
    return [head, Table(columns, rows), *empty, *_rates(found), *_limits(found)]


def companies_text(found: Unasked, *, least: int = SENDERS, everyone: bool = False) -> list[Block]:
    """The companies of the groups' senders, the most frequent first."""
    companies = by_company(found)
    if not companies:
        return [Line(tr("no text came from {least} or more people", least=least)), *_limits(found)]
    shown = companies if everyone else companies[:FOLD]
    rows = [(one_line(company) or tr("(not known)"), number(people)) for company, people in shown]
    head = Line(tr("{account}: where those work who sent the same words", account=found.account), "strong")
    table = Table((Column(tr("company")), Column(tr("people"), right=True)), rows)
    return [head, table, *more(len(companies) - len(shown)), *_limits(found)]


# --- for other programs -----------------------------------------------------------------------------------------------


class MemberDocument(TypedDict):
    """Somebody's text: `connected_on` is null where no list tells; `answered` is whether you ever wrote to them."""

    name: str
    url: str | None
    company: str | None
    sent_at: str
    connected_on: str | None
    answered: bool


class GroupDocument(TypedDict):
    """The same words from several people; `id` is made of the oldest copy and stays until an
    older one is found, `number` until the next import.

    `varying` has for each […] of the template what stands there.
    """

    id: str
    number: int
    senders: int
    answered: int
    first: str
    last: str
    template: str
    varying: list[list[str]]
    members: list[MemberDocument]


class SoonDocument(TypedDict):
    """Who wrote 16 words or more within 7 days of connecting, and how many of them you never answered."""

    people: int
    unanswered: int
    members: list[MemberDocument]


class MonthDocument(TypedDict):
    """What came in a month; `texts` are first texts of 16 words or more, `same_words` those that are in a group."""

    month: str
    adverts: int
    with_subject: int
    soon_after: int
    texts: int
    same_words: int


class CompanyDocument(TypedDict):
    """How many senders of the groups work at a company; null for those of whom no list tells."""

    company: str | None
    people: int


class PitchesDocument(TypedDict):
    """What `linkbak pitches --json` prints; invitations that you declined or ignored are in no export.

    `also_friends` are groups of which you answered a third of the senders. `echoes` groups are left out: they repeat
    your own words. `by_name` texts came without an address, of `untold` conversations it cannot be told who wrote what.
    """

    schema: Literal["linkbak.pitches/1"]
    account: str
    since: str | None
    adverts: int
    with_subject: int
    soon_after: SoonDocument
    groups: list[GroupDocument]
    also_friends: list[GroupDocument]
    echoes: int
    by_name: int
    untold: int
    months: list[MonthDocument]
    companies: list[CompanyDocument]


def document(found: Unasked, since: str = "") -> PitchesDocument:
    """What --json prints."""
    soon = found.soon()
    return fill(
        PitchesDocument,
        found,
        since=since,
        adverts=len(found.adverts),
        with_subject=_with_subject(found),
        soon_after=fill(SoonDocument, people=len(soon), unanswered=sum(not one.answered for one in soon), members=soon),
        groups=[one for one in found.groups if not one.friends],
        also_friends=[one for one in found.groups if one.friends],
        months=by_month(found),
        companies=[{"company": company or None, "people": people} for company, people in by_company(found)],
    )


@builds(GroupDocument)
def _group_document(one: SameWords) -> GroupDocument:
    told, first, last = template_of(one.group), one.members[0].sent_at, one.members[-1].sent_at
    given = {"id": one.group.id, "senders": len(one.members), "first": first, "last": last}
    return fill(GroupDocument, one, **given, template=told.text, varying=told.varying)


@builds(MemberDocument)
def _member_document(one: Member) -> MemberDocument:
    return fill(MemberDocument, one, company=_company(one))


CSV_HEADER = ("group", "id", "friends", "name", "url", "company", "sent_at", "connected_on", "answered", "text")
"""The header of the CSV, a row a sender of a group; it only grows at its end."""
ADVERTS_HEADER = ("sent_at", "from", "subject", "text")


def csv_rows(groups: Iterable[SameWords]) -> Iterator[list[str]]:
    """The cells under CSV_HEADER."""
    for group in groups:
        for one in group.members:
            told = [str(group.number), group.group.id, "yes" if group.friends else "", one.name, one.url, _company(one)]
            yield [*told, one.sent_at, iso(one.connected_on), "yes" if one.answered else "", one.text]


def advert_rows(adverts: Iterable[Advert]) -> Iterator[list[str]]:
    """The cells under ADVERTS_HEADER."""
    for one in adverts:
        yield [one.sent_at, one.name, one.subject, one.text]


def untagged_text(people: int) -> list[Block]:
    """How many senders are in no list, and so cannot be tagged."""
    if not people:
        return []
    said = tr_count(
        "{senders} sender is in none of your lists and cannot be tagged",
        "{senders} senders are in none of your lists and cannot be tagged",
        people,
        senders=number(people),
    )
    return [Line(said, "dim")]
