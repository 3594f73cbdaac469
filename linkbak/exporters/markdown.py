"""One Markdown page a person with front matter, as Obsidian and static sites read them, and an index.

A page is named after the first name known of the person, and their id. Neither changes when they marry or take a title,
so a further export writes the same page again, and links to it hold. The present name is its heading and an alias, and
is what the index goes by.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from linkbak.exporters import Format, Options, Selection, name_lacks
from linkbak.exporters.contacts import network_name
from linkbak.report import count, day, window, work
from linkbak.report.escape import front_matter, mail_address, note, web_address
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.index import Entry, Job, PastValues, Person
    from linkbak.index.correspondence import BookContact

INDEX = "index.md"
"""The page that lists all others."""

_LENGTH = 80
"""The most octets of a name in a file name; with the id, and in a deep folder, that stays below every limit."""
_NO_TAG = re.compile(r"[\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\]+")
"""Characters not allowed in a tag of Obsidian."""
_SPOKEN = str.maketrans({"+": "-plus", "#": "-sharp"})
"""Words for signs that distinguish some tags, as C, C++ and C#."""

_STANDING = {
    "hidden": tr(" (hidden)"),
    "suspected": tr(" (gone, it seems)"),
    "confirmed": tr(" (gone)"),
    "held": tr(" (missing in a list that is not believed)"),
    "unclear": tr(" (perhaps gone)"),
}
"""Remarks in the index about those who are not simply connected."""


def pages(selection: Selection, options: Options) -> Iterator[tuple[str, str]]:
    """A page each, and the index in the end."""
    pasts = selection.history.bulk_history([entry.person for entry in selection.entries])
    listed = []
    for entry, past in zip(selection.entries, pasts, strict=True):
        name = file_name(entry, past)
        listed.append((*_place(entry), _item(entry, name)))
        yield name, "".join(f"{line}\n" for line in (*_front(entry), "", *_body(entry, past, selection.book_of(entry))))
    yield INDEX, "".join(f"{line}\n" for line in _index(selection.newest, sorted(listed)))


def file_name(entry: Entry, past: PastValues) -> str:
    """The permanent name of a person's page, which every file system can hold."""
    return page_name(past.names[0].value if past.names else entry.person.row.name, entry.person.id, ".md")


def page_name(name: str, id: str, suffix: str) -> str:
    """A file's name made of somebody's and an id, which every file system can hold."""
    words = " ".join(_plain(name).split()).encode()[:_LENGTH].decode(errors="ignore").strip(" -'")
    return f"{words} {id}{suffix}" if words else f"{id}{suffix}"


def _plain(text: str) -> str:
    """The text with blanks for all but letters with their accents, digits, dashes and apostrophes."""
    kept = ""
    for char in unicodedata.normalize("NFKC", text):
        if unicodedata.category(char)[0] == "M":
            kept += char if kept[-1:].strip() else ""
        else:
            kept += char if char.isalpha() or char.isdecimal() or char in "-'" else " "
    return kept


def _front(entry: Entry) -> Iterator[str]:
    person = entry.person
    row = person.row
    yield "---"
    yield f"id: {front_matter(person.id)}"
    yield f"name: {front_matter(row.name)}"
    yield f"aliases: {_sequence([row.name, *entry.former])}"
    for key, text in (("company", row.company), ("position", row.position), ("email", row.email)):
        if text.strip():
            yield f"{key}: {front_matter(text)}"
    if url := web_address(row.url.strip()):
        yield f"url: {front_matter(url)}"
    if row.connected_on:
        yield f"connected: {row.connected_on.isoformat()}"
    yield f"state: {person.state}"
    yield f"account: {front_matter(person.account)}"
    if not person.untold:
        yield f"messages: {person.messages}"
    if person.last_message:
        yield f"last_message: {person.last_message[:10]}"
    yield f"tags: {_sequence(dict.fromkeys(tag for text in person.tags if (tag := _tag(text))))}"
    yield "---"


def _sequence(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(front_matter, texts))}]"


def _tag(text: str) -> str:
    """The tag as Obsidian allows it: no blanks, hardly any signs, not digits alone; "" if nothing is left."""
    spoken = text.strip().lstrip("#").translate(_SPOKEN)
    tag = "".join(char if char.isprintable() else "-" for char in _NO_TAG.sub("-", spoken)).strip("-/")
    return f"_{tag}" if re.fullmatch(r"\d+", tag) else tag


def _body(entry: Entry, past: PastValues, synced: Sequence[BookContact]) -> Iterator[str]:
    yield f"# {note(entry.person.row.name)}"
    yield ""
    if job := work(entry.person.row):
        yield note(job)
        yield ""
    yield from (f"- {fact}" for fact in _facts(entry))
    if len(past.jobs) > 1:
        yield from _jobs(past.jobs)
    if synced:
        yield from ("", tr("## In the address book you gave {network}", network=network_name(entry)), "")
        for one in synced:
            born = tr("born {day}", day=one.birthday) if one.birthday else ""
            told = [*one.emails, *one.phones, born, one.addresses]
            facts = ", ".join(note(" ".join(text.split())) for text in told if text.strip())
            yield "- " + (
                tr("{facts} (by the email)", facts=facts)
                if one.how == "email"
                else tr("{facts} (by the name)", facts=facts)
            )
    if notes := [text for text in entry.notes if text.strip()]:
        yield from ("", tr("## Notes"))
        for text in notes:
            yield ""
            yield from paragraph(text)


def _facts(entry: Entry) -> Iterator[str]:
    person = entry.person
    row = person.row
    if row.email.strip():
        email = f"<{row.email.strip()}>" if mail_address(row.email) else note(row.email)
        yield tr("E-mail: {email}", email=email)
    if row.url.strip():
        url = web_address(row.url.strip())
        yield tr("Profile: {address}", address=f"<{url}>" if url else note(row.url))
    if row.connected_on:
        on = day(row.connected_on)
        still = person.state in ("listed", "hidden")
        yield tr("Connected since {day}", day=on) if still else tr("Connected on {day}", day=on)
    if person.state != "listed":
        yield _standing(person)
    if entry.former:
        yield tr("Formerly {names}", names=", ".join(note(name) for name in entry.former))
    if person.messages:
        yield tr("{messages}, last on {day}", messages=count(person.messages, "message"), day=day(person.last_message))
    yield tr("In the lists from {first} to {last}", first=day(person.first_seen), last=day(person.last_seen))


def _standing(person: Person) -> str:
    when = f" {window(*person.window)}" if person.window and person.window.after else ""
    return {
        "hidden": tr("Hidden{when}: still connected, but only a date is shown", when=when),
        "suspected": tr("No longer connected: gone{when}; only the newest list says so", when=when),
        "confirmed": tr("No longer connected: gone{when}", when=when),
        "held": tr("Missing{when} in a list that is not believed", when=when),
        "unclear": tr("Perhaps gone{when}: the lists allow two readings", when=when),
    }[person.state]


def _jobs(jobs: tuple[Job, ...]) -> Iterator[str]:
    heading = tr("| Position | Company | First shown | No longer shown |")
    yield from ("", tr("## Jobs"), "", heading, "|---|---|---|---|")
    for job in reversed(jobs):
        ended = day(job.ended.before) if job.ended else ""
        yield f"| {note(job.position)} | {note(job.company)} | {day(job.began.before)} | {ended} |"


def paragraph(text: str) -> Iterator[str]:
    """A quoted text with its line breaks."""
    lines = [note(line) for line in text.strip().splitlines()]
    for place, line in enumerate(lines, start=1):
        yield f"{line}\\" if line and any(lines[place : place + 1]) else line


def _place(entry: Entry) -> tuple[bool, str, str, str]:
    """The sort key of somebody in the index; its second part is the letter."""
    folded = unicodedata.normalize("NFKD", entry.person.row.name.casefold())
    sorting = "".join(char for char in folded if char.isalnum() or char == " ").strip()
    letter = sorting[:1].upper() if sorting[:1].isalpha() else ""
    return not letter, letter, sorting, entry.person.id


def _item(entry: Entry, name: str) -> str:
    row = entry.person.row
    job = f", {note(work(row))}" if work(row) else ""
    return f"- [{note(row.name)}]({quote(name, safe='')}){job}{_STANDING.get(entry.person.state, '')}"


def _index(newest: str, listed: list[tuple[bool, str, str, str, str]]) -> Iterator[str]:
    yield from (tr("# People"), "")
    people = count(len(listed), "person", "people")
    yield tr("{people} as of {day}.", people=people, day=day(newest)) if newest else f"{people}."
    last = None
    for _, letter, _, _, item in listed:
        if letter != last:
            last = letter
            yield from ("", f"## {letter or tr('Others')}", "")
        yield item


MARKDOWN = Format(suffix="", lacks=name_lacks, pages=pages, all_fields=True)
