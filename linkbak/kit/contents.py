"""The content of one account's kit, from the vault: facts, people, profile, recommendations, posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from linkbak.adapters import by_network
from linkbak.index.posts import account_facts, posts
from linkbak.marks import CULL
from linkbak.model import NamedTuple
from linkbak.report import count, day, reach, work
from linkbak.report.escape import readable_address
from linkbak.talk.addresses import Owner as Known
from linkbak.talk.book import Contact, own_contacts
from linkbak.talk.reach import Way, reach_of
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.adapters import Adapter
    from linkbak.index import Person
    from linkbak.index.history import History
    from linkbak.index.posts import MadePost, ToldFact
    from linkbak.model import ProfileEntry, Recommendation
    from linkbak.vault import Summary, Vault

CLOSEST = 50
"""How many of the closest people are on the page, without those to be culled; `people.vcf` has everybody."""
_POSTS = 20
_ROWS = 5
"""How many facts of one kind are on the page; the archive has all."""
_FAR = 24
"""How many archives with a profile are searched for tables that newer ones lack."""

FACTS = {
    "registered": tr("member since"),
    "status": tr("account status"),
    "verified": tr("verified"),
    "paid": tr("receipt"),
    "challenge": tr("security check"),
    "login": tr("login"),
}
"""The names of the kinds of facts, in the order of the page."""


class Asked(NamedTuple):
    """The options of a kit: its regions, the first day of its deadlines, with private facts or without."""

    regions: tuple[str, ...]
    locked_out_on: date | None = None
    all_facts: bool = False


class Owner(NamedTuple):
    """The account's owner, from the newest archive that says so; "" for what none says."""

    name: str
    profile: str
    email: str


class Fact(NamedTuple):
    """One fact of the account: its kind, its day in words, its text; and where it stands."""

    what: str
    at: str
    text: str
    file: str
    line: int
    archive: str


class Close(NamedTuple):
    """Somebody close to the owner: how they can be reached, and how well they know each other."""

    name: str
    work: str
    url: str
    ways: tuple[str, ...]
    known: str


class Section(NamedTuple):
    """A part of the profile, and the day of its archive."""

    title: str
    taken: str
    entries: tuple[ProfileEntry, ...]


class Contents(NamedTuple):
    """The content of the page and the letters; `more_facts` are those left out of `facts`, by kind.

    `newest` is when the newest archive was taken, `listed` how many connections the newest list has, None without one.
    `member_since`, `receipts` and `verified` are for the letters, in English: the day, how many there are
    from when to when, and what with the day.
    """

    account: str
    asked: Asked
    owner: Owner
    newest: str
    listed: int | None
    facts: tuple[Fact, ...]
    more_facts: tuple[tuple[str, int], ...]
    member_since: str
    receipts: str
    verified: tuple[str, ...]
    people: tuple[Close, ...]
    everybody: int
    recommendations: tuple[Recommendation, ...]
    cv: tuple[Section, ...]
    posts: tuple[MadePost, ...]
    more_posts: int


def gather(vault: Vault, history: History, account: str, asked: Asked) -> tuple[Contents, list[Person]]:
    """Everything for the kit of an account, given its full name; a kind that no archive holds stays empty.

    Also the people for the kit: everybody listed who has a name, the closest first.
    """
    kept = vault.summaries(account)
    known = reach_of(history, account, Known.of(kept), own_contacts(vault))
    people, ways = [one for one in known.people if one.row.name], known.ways
    to_tell = [one for one in people if CULL not in one.tags]
    adapter = by_network(kept[-1].network)
    found = account_facts(history, account)
    kinds = Counter(one.what for one in found)
    facts = [_fact(one, asked) for one in _chosen(found, asked)]
    paid = sorted(day_ for one in found if one.what == "paid" and (day_ := one.at))
    written = posts(history, account)
    shown = [one for one in written if one.kind in ("share", "article")][:_POSTS]
    contents = Contents(
        account,
        asked,
        _owner(kept),
        kept[-1].taken,
        next((one.connections for one in reversed(kept) if one.connections is not None), None),
        tuple(facts),
        ()
        if asked.all_facts
        else tuple((name, left) for what, name in FACTS.items() if (left := kinds[what] - _ROWS) > 0),
        min((english_day(one.at) for one in found if one.what == "registered" and one.at), default=""),
        _receipts(paid),
        tuple(
            dict.fromkeys(f"{one.text}, {english_day(one.at)}" for one in found if one.what == "verified" and one.at)
        ),
        tuple(_close(one, ways.get(one.number, ()), known.joined.get(one.number, ())) for one in to_tell[:CLOSEST]),
        len(people),
        _recommendations(vault, adapter, kept),
        _cv(vault, adapter, kept),
        tuple(shown),
        len(written) - len(shown),
    )
    return contents, people


def _owner(kept: Sequence[Summary]) -> Owner:
    def told(part: str) -> str:
        """The values in the newest archive that has any; e-mails may be several, all else must be one."""
        texts: tuple[str, ...] = next((found for one in reversed(kept) if (found := getattr(one.owner, part))), ())
        return ", ".join(texts) if part == "emails" or len(texts) == 1 else ""

    return Owner(told("names"), told("urls"), told("emails"))


def _chosen(found: Sequence[ToldFact], asked: Asked) -> Iterator[ToldFact]:
    """By kind, the newest first; the first few of each kind, unless all were asked for."""
    for what in FACTS:
        some = sorted((one for one in found if one.what == what), key=lambda one: (one.at or "", one.line))
        yield from some[::-1][: None if asked.all_facts else _ROWS]


def _fact(one: ToldFact, asked: Asked) -> Fact:
    text = ", ".join(filter(None, (one.text, one.private if asked.all_facts else "")))
    return Fact(FACTS[one.what], day(one.at), text, one.file, one.line, day(one.last_seen))


def _receipts(paid: Sequence[str]) -> str:
    """``12 receipts, from 1 Dec 2020 to 1 Dec 2024``; "" for none."""
    if not paid:
        return ""
    first, last = english_day(paid[0]), english_day(paid[-1])
    days = f"of {first}" if first == last else f"from {first} to {last}"
    return f"{len(paid):,} receipt{'s' * (len(paid) != 1)} {days}"


def english_day(moment: str | date | None) -> str:
    """``4 Mar 2026``: the day in a letter, which is English whatever the reader's language is."""
    return f"{(when := date.fromisoformat(str(moment)[:10])).day} {when:%b %Y}" if moment else ""


def _close(person: Person, ways: Sequence[Way], contacts: Sequence[Contact]) -> Close:
    """With the numbers of the owner's own address book, which `linkbak reach` never counts."""
    emails = [
        f"{way.email} ({reach.whence(way)})" for way in {one.email.casefold(): one for one in ways[::-1]}.values()
    ]
    numbers = dict.fromkeys(
        tr("{phone} (number in your own address book)", phone=phone) for one in contacts for phone in one.phones
    )
    known = count(person.messages, "message") if person.messages else ""
    if known and person.last_message:
        known = tr("{messages}, last {day}", messages=known, day=day(person.last_message))
    since = tr("connected {day}", day=day(person.row.connected_on)) if person.row.connected_on else ""
    return Close(
        person.row.name,
        work(person.row),
        readable_address(person.row.url),
        (*emails[::-1], *numbers),
        "; ".join(filter(None, (known, since))),
    )


# --- from the newest archives -----------------------------------------------------------------------------------------


def _recommendations(vault: Vault, adapter: Adapter, kept: Sequence[Summary]) -> tuple[Recommendation, ...]:
    """Recommendations received, from the newest archive with any."""
    newest = next((one for one in reversed(kept) if "recommendations" in one.kinds), None)
    if newest is None:
        return ()
    return tuple(one for one in adapter.recommendations(vault.files(newest.key)) if not one.given)


def _cv(vault: Vault, adapter: Adapter, kept: Sequence[Summary]) -> tuple[Section, ...]:
    """Each part of the profile from the newest archive that has it, since an archive lacks what was not ticked."""
    found: dict[str, Section] = {}
    for summary in [one for one in reversed(kept) if "profile" in one.kinds][:_FAR]:
        parts: dict[str, list[ProfileEntry]] = {}
        for entry in adapter.profile(vault.files(summary.key)):
            parts.setdefault(entry.section, []).append(entry)
        for name, entries in parts.items():
            found.setdefault(name, Section(name, day(summary.taken), tuple(entries)))
        if {"profile", "positions", "education", "skills"} <= found.keys():
            break
    first = [found.pop(name) for name in ("profile", "positions", "education") if name in found]
    return (*first, *found.values())
