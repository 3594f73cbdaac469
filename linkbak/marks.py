"""Marks: facts about people that the user states, such as notes, tags and causes; kept in marks.jsonl."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

from linkbak.errors import UsageProblem, VaultDamaged
from linkbak.matching import name_key, url_key
from linkbak.model import Connection, NamedTuple
from linkbak.texts import tr


class Subject(NamedTuple):
    """Whom a mark is about, as they were listed when it was made; `connected_on` is an ISO date or ""."""

    name: str
    url: str
    connected_on: str


class Mark(NamedTuple):
    """One fact the user stated: `fact` is one of FACTS; `value` is the text of a note, a tag, a cause, else "".

    `undone_at` is when it was undone, "" if it was not or that is unknown.
    """

    id: str
    fact: str
    value: str
    account: str
    subject: Subject
    at: str
    undone: bool = False
    undone_at: str = ""


FACTS = {
    "removed-by-me": tr("you ended the connection yourself"),
    "known": tr("you know this person"),
    "unknown": tr("you do not know this person"),
    "note": tr("a text of your own, on one line"),
    "tag": tr("a word of your own, without blanks and commas"),
    "cause": tr("why they are gone, if you know it"),
}
"""Each fact a user may state about a person, and what it means."""

CAUSES = {
    "removed-by-me": tr("you ended the connection"),
    "removed-by-them": tr("they ended the connection"),
    "closed": tr("they closed their account"),
    "blocked": tr("one of you blocked the other"),
    "purge": tr("the network closed their account"),
    "fault": tr("a fault of the network"),
    "incomplete": tr("the export was not whole"),
    "other": tr("something else"),
}
"""Each cause a user may give for somebody being gone, and what it means."""

CULL = "cull"
"""The tag of those whom the owner wants to disconnect from, by hand."""

LINKED, NOT_LINKED = "link", "no-link"
"""The facts of marks by which the owner says that somebody is, or is not, a contact of their own address book.

Their value names the card; `linkbak link` makes them.
"""

VALUED = frozenset({"note", "tag", "cause", LINKED, NOT_LINKED})
"""The facts that say nothing without a value."""
_KNOWN = frozenset({*FACTS, LINKED, NOT_LINKED})
"""Every fact of a line that is about a person."""

LONGEST = 2000
"""The most characters of a value."""

_WHY = frozenset({"removed-by-me", "cause"})
_EXCLUSIVE = (frozenset({"known", "unknown"}), _WHY)
"""Facts that a person has only one of: the last stated."""


def value_shown(mark: Mark) -> str:
    """The value in words: of a contact the first address, number or name by which it is known."""
    if mark.fact not in (LINKED, NOT_LINKED):
        return mark.value
    keys = dict(reversed([key.partition(":")[::2] for key in mark.value.split()]))
    return unquote(keys.get("mailto") or keys.get("tel") or keys.get("name") or keys.get("uid") or "")


def subject_of(row: Connection) -> Subject:
    """Somebody as a mark names them."""
    return Subject(row.name, row.url, row.day)


def checked(fact: str, value: str) -> str:
    """The value as it is kept; raises UsageProblem if `fact` is none, or cannot be said with that value."""
    if fact not in FACTS:
        raise UsageProblem(
            tr("{fact!r} is not a fact about a person", fact=fact),
            hint=tr("The facts are {facts}.", facts=", ".join(FACTS)),
        )
    value = value.strip()
    if fact in VALUED:
        _check_text(fact, value)
    elif value:
        raise UsageProblem(tr("{fact} takes nothing behind it", fact=fact), hint=tr("Your own words go into a note."))
    if fact == "tag":
        tag = normalize("NFC", value)
        if "," in tag or tag.split() != [tag]:
            raise UsageProblem(tr("a tag has no blanks and no commas"), hint=tr("Set several tags one by one."))
        return tag
    if fact == "cause" and value not in CAUSES:
        raise UsageProblem(
            tr("{value!r} is not a cause", value=value), hint=tr("The causes are {causes}.", causes=", ".join(CAUSES))
        )
    return value


def _check_text(fact: str, value: str) -> None:
    if not value:
        raise UsageProblem(tr("what {fact}? It needs a word behind it", fact=fact), hint=f"{fact}: {FACTS[fact]}.")
    if len(value.splitlines()) > 1:
        raise UsageProblem(tr("a {fact} is one line, this has several", fact=fact))
    if len(value) > LONGEST:
        raise UsageProblem(
            tr(
                "a {fact} has at most {most:,} characters, this has {length:,}",
                fact=fact,
                most=LONGEST,
                length=len(value),
            )
        )
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UsageProblem(tr("the {fact} is not UTF-8 text", fact=fact)) from None


def last_word(marks: Iterable[Mark], connected_on: str) -> Mark | None:
    """The latest mark of one person that says why they are gone; None if none does.

    One from before `connected_on` (ISO date or "") is about another loss.
    """
    said = [mark for mark in marks if mark.fact in _WHY and not mark.undone and mark.at[:10] >= connected_on]
    return max(enumerate(said), key=lambda numbered: (numbered[1].at, numbered[0]))[1] if said else None


def in_force(marks: Iterable[Mark]) -> list[Mark]:
    """The marks of one person, given in the vault's order, that are neither undone nor replaced by a later one.

    A later "known" replaces "unknown", and only the last cause given counts, `removed-by-me` being one.
    """
    kept: list[Mark] = []
    for mark in marks:
        if not mark.undone:
            excluded = next((group for group in _EXCLUSIVE if mark.fact in group), frozenset())
            kept = [one for one in kept if one.fact not in excluded]
            kept.append(mark)
    return kept


def says(marks: Iterable[Mark], fact: str, value: str) -> bool:
    """Whether the marks of one person, in the vault's order, say this already."""
    return any((mark.fact, mark.value) == (fact, value) for mark in in_force(marks))


# --- marks.jsonl ------------------------------------------------------------------------------------------------------
# A file that only grows.

UNDO = "undo"
"""The fact of a line that undoes an earlier line."""

_ID = 8
"""How many hex digits of the digest make the id of a mark."""


def new_mark(fact: str, value: str, account: str, subject: Subject, at: datetime) -> Mark:
    """A fact stated now; `value` as `linkbak.marks.checked` gives it."""
    return _identified(Mark("", fact, value, account, subject, _rfc3339(at)))


def line_of(mark: Mark) -> dict[str, Any]:
    """The line that keeps a mark."""
    line = {"fact": mark.fact, "account": mark.account, "person": mark.subject._asdict(), "at": mark.at}
    return line | ({"value": mark.value} if mark.value else {})


def undo_line(mark: Mark, at: datetime) -> dict[str, Any]:
    """The line that undoes a mark."""
    return {"fact": UNDO, "mark": mark.id, "at": _rfc3339(at)}


def read_marks(raw: Sequence[Mapping[str, Any]]) -> tuple[Mark, ...]:
    """The marks about people, in the vault's order, undone ones too.

    A fact or a cause that is unknown here is a later linkbak's, or about snapshots: skipped, never lost. Raises
    VaultDamaged if a line states a fact about a person without saying whom, or when.
    """
    marks: list[Mark] = []
    places: dict[str, list[int]] = {}
    for number, line in enumerate(raw, start=1):
        try:
            if line.get("fact") == UNDO:
                for place in places.pop(_text(line, "mark"), ()):
                    marks[place] = marks[place]._replace(undone=True, undone_at=_when(line))
            elif (mark := _mark(line)) is not None:
                places.setdefault(mark.id, []).append(len(marks))
                marks.append(mark)
        except (ValueError, OverflowError):
            raise VaultDamaged(
                tr("marks.jsonl, line {number} of those not blank: not a whole mark", number=number),
                hint=tr("`git log -p marks.jsonl` in the vault shows what it was."),
            ) from None
    return tuple(marks)


def read_untrusted(lines: Iterable[bytes]) -> tuple[Mark, ...]:
    """The marks in lines of marks.jsonl that came from outside, their types checked by pydantic; as `read_marks`.

    Each must be a JSON object. Raises VaultDamaged.
    """
    from dataclasses import make_dataclass

    from pydantic import TypeAdapter, ValidationError

    # what a line must have whatever its fact and value; more may come from a later linkbak
    optional: Any = str | None
    person = make_dataclass("Person", [(name, optional, None) for name in Subject._fields])
    about = make_dataclass("Line", [("account", str), ("at", str), ("person", person)])
    undo = make_dataclass("Undo", [("mark", optional, None)])

    raw = [json.loads(line) for line in lines]
    checks: dict[str, TypeAdapter[Any]] = {UNDO: TypeAdapter(undo), **dict.fromkeys(_KNOWN, TypeAdapter(about))}
    for line in raw:
        fact = line.get("fact")
        of_later = fact == "cause" and line.get("value") not in (None, "", *CAUSES)
        if isinstance(fact, str) and fact in checks and not of_later:
            # pydantic takes no lone surrogates, which JSON may hold
            text = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace")
            try:
                checks[fact].validate_json(text, strict=True)
            except ValidationError:
                raise VaultDamaged(tr("a line of marks.jsonl is not a whole mark")) from None
    return read_marks(raw)


def _when(line: Mapping[str, Any]) -> str:
    """When an undo was stated; "" if it does not say, which does not matter."""
    try:
        return _rfc3339(datetime.fromisoformat(_text(line, "at")))
    except (ValueError, OverflowError):
        return ""


def _mark(line: Mapping[str, Any]) -> Mark | None:
    """The mark of a line, None for an unknown fact; raises ValueError, whose text is never shown."""
    fact, person = line.get("fact"), line.get("person")
    if not isinstance(fact, str) or fact not in _KNOWN:
        return None
    value = _text(line, "value") if fact in VALUED else ""
    if fact == "cause" and value and value not in CAUSES:
        return None
    if not isinstance(person, Mapping):
        raise ValueError
    day = _text(person, "connected_on")
    subject = Subject(_text(person, "name"), _text(person, "url"), date.fromisoformat(day).isoformat() if day else "")
    account = _text(line, "account")
    if not account or not (subject.name or subject.url) or (fact in VALUED and not value):
        raise ValueError
    return _identified(Mark("", fact, value, account, subject, _rfc3339(datetime.fromisoformat(_text(line, "at")))))


def _text(line: Mapping[str, Any], key: str) -> str:
    text = line.get(key)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise ValueError
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _identified(mark: Mark) -> Mark:
    """The mark with its id, a digest of its content, so that it is the same wherever and however often it is read."""
    text = json.dumps(line_of(mark), sort_keys=True, separators=(",", ":"))
    return mark._replace(id=hashlib.sha256(text.encode()).hexdigest()[:_ID])


def _rfc3339(at: datetime) -> str:
    at = at if at.tzinfo is None else at.astimezone(UTC)
    return at.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


# --- matching ---------------------------------------------------------------------------------------------------------
# Finds the person of a mark, though names and addresses change after it was made.


class Candidate(NamedTuple):
    """Somebody whom a key may mean: their number, the key of their address now, every ISO date they were connected."""

    person: int
    url_key: str
    connected_on: frozenset[str]


Lookup = Callable[[str, str], Sequence[Candidate]]
"""Gives everybody of an account who ever had a key, of an address or of a name: ``lookup(account, key)``."""


def match(marks: Iterable[Mark], addresses: Lookup, names: Lookup) -> list[int | None]:
    """For each mark the number of the person it means; None for nobody, and for more than one."""
    return [_whom(mark.account, mark.subject, addresses, names) for mark in marks]


def _whom(account: str, subject: Subject, addresses: Lookup, names: Lookup) -> int | None:
    found: Sequence[Candidate] = ()
    if address := url_key(subject.url):
        found = addresses(account, address)
    elif name := name_key(subject.name, ""):
        found = names(account, name)
    # Of several, who was connected on that day; if several had the address, or nobody on that day, who has it now.
    if day := subject.connected_on:
        found = [one for one in found if day in one.connected_on] or found
    if address and len(found) > 1:
        found = [one for one in found if one.url_key == address]
    return found[0].person if len(found) == 1 else None


# --- files of people --------------------------------------------------------------------------------------------------
# People named in a file, one a line, to be marked all at once.

_HEADER = r'(?i)"?id"?\s*(?:([,;\t])|$)'
"""The first line of what `linkbak people --csv` prints, also when a spreadsheet has saved it."""

_SPARED = r"^'(?=[0-9e]{12}$)"
"""Keeps spreadsheets from reading an id as a number."""


class NamedPerson(NamedTuple):
    """Somebody as a file names them, and in which line, from 1."""

    line: int
    text: str


def people_in_file(content: bytes) -> list[NamedPerson]:
    """Everybody a file names: the first column of a CSV whose first header is ``id``, else each line up to a tab.

    Blank lines and those that begin with # are passed over. Raises UsageProblem if it cannot be read.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(
            tr("the list of people is not UTF-8 text"), hint=tr("Save it as UTF-8 and try again.")
        ) from None
    lines = _lines(text)
    named = [NamedPerson(number, line.strip()) for number, line in enumerate(lines, start=1) if _names(line.strip())]
    header = re.match(_HEADER, named[0].text) if named else None
    if header is None:
        return [NamedPerson(one.line, one.text.partition("\t")[0].rstrip()) for one in named]
    return [one for one in _first_column(lines, named[0].line, header[1] or ",") if _names(one.text)]


def _lines(text: str) -> list[str]:
    """The lines; a carriage return ends one only where no line feeds do, else it is part of somebody's odd name."""
    text = text.replace("\r\n", "\n")
    return text.replace("\r", " " if "\n" in text else "\n").split("\n")


def _names(text: str) -> bool:
    return bool(text) and not text.startswith("#")


def _first_column(lines: Sequence[str], header: int, delimiter: str) -> Iterator[NamedPerson]:
    """The first cell of each record behind the header, with the line it begins in."""
    import csv  # only here

    records = csv.reader((f"{line}\n" for line in lines[header:]), delimiter=delimiter)
    while header + records.line_num < len(lines):
        number = header + records.line_num + 1
        try:
            record = next(records)
        except csv.Error:
            raise UsageProblem(tr("line {number} of the list of people is not CSV", number=number)) from None
        cell = next(iter(record), "").strip()
        yield NamedPerson(number, re.sub(_SPARED, "", cell))
