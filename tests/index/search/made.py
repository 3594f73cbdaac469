"""An index made by hand: tables as the core writes them, rows as a test wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linkbak.index.activity import bitmap
from linkbak.index.schema import ACTIVITY_TABLES, TABLES
from linkbak.matching import name_key, url_key
from tests.databases import database

ME = "linkedin-me"
_SEEN = ("first_name", "last_name", "url", "email", "company", "position", "connected_on")


class MadeIndex:
    """A database with people, marks, notes and messages; who is touched is put into ``unsearched``."""

    def __init__(self, place: str = ":memory:") -> None:
        self.db = database(place)
        self.db.executescript(TABLES + ACTIVITY_TABLES)

    def person(self, first: str, last: str, *, former: Sequence[dict[str, str]] = (), **told: str) -> int:
        """Somebody, who was what `former` says before, oldest first."""
        number = self._next("person")
        row = {**dict.fromkeys(_SEEN, ""), "first_name": first, "last_name": last, **told}
        account = row.pop("account", ME)
        keys = {"url_key": url_key(row["url"]), "name_key": name_key(first, last)}
        standing = {"hidden": 0, "status": "listed", "born": 1, "since": 1, "rank": 0, "basis": ""}
        self._insert("person", number=number, account=account, id=f"{number:012x}", **row, **keys, **standing)
        for at, earlier in enumerate([*former, {}], start=1):
            self._insert("seen", person=number, at=at, how="first", hidden=0, **{**row, **earlier})
        self.touch(number)
        return number

    def touch(self, number: int) -> None:
        """Say that somebody changed."""
        self.db.execute("INSERT OR IGNORE INTO unsearched VALUES (?)", (number,))

    def mark(self, person: int, fact: str, value: str, *, undone: int = 0) -> None:
        """Something the user told of somebody."""
        number = self._next("mark")
        told = {"id": f"{number:08x}", "fact": fact, "value": value, "at": "2026-01-01T00:00:00Z", "undone": undone}
        self._insert(
            "mark", number=number, **told, account=ME, name="", url="", connected_on="", undone_at="", person=person
        )
        self.touch(person)

    def participant(self, name: str, person: int | None = None) -> int:
        """Somebody named in messages."""
        number = self._next("participant")
        self._insert(
            "participant", number=number, account=ME, url_key="", name_key="", name=name, person=person, named=1
        )
        return number

    def archive_note(self, participant: int, text: str) -> int:
        """A note the network kept."""
        number = self._next("archive_note")
        self._insert(
            "archive_note", number=number, account=ME, participant=participant, text=text, created="", edited="", at=1
        )
        return number

    def message(self, content: str, sent_at: str = "2026-01-01T00:00:00Z", **told: Any) -> int:
        """A message."""
        number = self._next("message")
        row = {
            "account": ME,
            "participant": None,
            "conversation": "c",
            "outgoing": 0,
            "sender": "",
            "subject": "",
            **told,
        }
        self._insert("message", number=number, sent_at=sent_at, content=content, **row, at=1, envelope=1, likeness=1)
        return number

    def invitation(self, participant: int, message: str, sent_at: str) -> int:
        """An invitation that the owner received."""
        number = self._next("invitation")
        row = {"participant": participant, "outgoing": 0, "sent_at": sent_at, "message": message}
        self._insert("invitation", number=number, account=ME, **row, at=1)
        return number

    def contact(self, participant: int, emails: str, phones: str) -> None:
        """An entry of the address book."""
        row = {"participant": participant, "emails": emails, "phones": phones, "birthday": "", "addresses": ""}
        self._insert("contact", number=self._next("contact"), account=ME, **row, at=1)

    def post(self, kind: str, made: str, text: str, title: str = "") -> None:
        """Something posted, as an archive of its own shows it."""
        number = self._next("post")
        row = {"kind": kind, "made": made, "zoned": 0, "link": "", "text": text, "title": title}
        self._insert("post", number=number, account=ME, **row, shared="", media="", at=number)
        shown = bitmap({number})
        self._insert("read_file", number=number, account=ME, kind="posts", digest=f"{number}", shown=shown)
        self._insert("appearance", account=ME, kind="posts", at=number, file=number)

    def _next(self, table: str) -> int:
        found = self.db.execute(f"SELECT coalesce(max(number), 0) + 1 FROM {table}").fetchone()
        return int(found[0])

    def _insert(self, table: str, **row: Any) -> None:
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        self.db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", [*row.values()])
