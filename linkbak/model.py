"""The types that all of linkbak shares.

All are named tuples: a list of 30,000 is built in a hundredth of a second. `linkbak.vault.manifest` writes and checks
what a manifest keeps. Text that an archive leaves out is ``""`` inside and ``null`` in JSON.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import FunctionType, MappingProxyType
from typing import IO, TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from linkbak.texts import tr, tr_later

# --- named tuples -----------------------------------------------------------------------------------------------------
# A command defines more than a hundred before it does anything. Those of `typing` compile every annotation, and a
# constructor for each; here all of one length share their code, which takes a tenth of the time.

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _Named:
        """What a named tuple does by the names of its own fields."""

        __slots__ = ()

        def _replace(self, /, **values: Any) -> _Named:
            made = self._make(map(values.pop, self._fields, self))
            if values:
                raise ValueError(f"Got unexpected field names: {list(values)!r}")
            return made

        def __repr__(self) -> str:
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

    @cache
    def _plain(length: int) -> type[tuple[Any, ...]]:
        """A named tuple of that many fields, whose names nobody sees."""
        return namedtuple("_plain", [f"f{at}" for at in range(length)])  # typing's is what is slow

    class _Maker(type):
        def __new__(cls, name: str, _: tuple[type, ...], space: dict[str, Any]) -> type:
            names = tuple(space.get("__annotations__", ()))
            plain = _plain(len(names))
            new = plain.__new__
            defaults = {name: space[name] for name in names if name in space}
            code = new.__code__.replace(co_varnames=("_cls", *names))
            space["__new__"] = FunctionType(code, new.__globals__, "__new__", tuple(defaults.values()))
            space.update((name, vars(plain)[field]) for name, field in zip(names, plain._fields, strict=True))
            space.update(__slots__=(), _fields=names, __match_args__=names, _field_defaults=defaults)
            return type(name, (_Named, plain), space)

    NamedTuple = type.__new__(_Maker, "NamedTuple", (), {})


# --- words ------------------------------------------------------------------------------------------------------------

Kind = str
"""A kind of data an archive may cover: ``connections``, ``messages``, ``invitations``, ``profile``..."""

KIND_NAMES: Mapping[Kind, str] = {
    "connections": tr("connections"),
    "messages": tr("messages"),
    "invitations": tr("invitations"),
    "contacts": tr("contacts"),
    "follows": tr("follows"),
    "endorsements": tr("endorsements"),
    "recommendations": tr("recommendations"),
    "notes": tr("notes"),
    "coaching": tr("coaching"),
    "profile": tr("profile"),
    "activity": tr("activity"),
    "account": tr("account"),
    "ads": tr("ads"),
    "learning": tr("learning"),
    "jobs": tr("jobs"),
    "services": tr("services"),
    "articles": tr("articles"),
    "media": tr("media"),
    "analytics": tr("analytics"),
    "cards": tr("cards"),
}
"""The kinds of data in archives; a kind that is not here has its own name."""

POST_KINDS: Mapping[str, str] = {
    "share": tr("share"),
    "comment": tr("comment"),
    "article": tr("article"),
    "reaction": tr("reaction"),
    "repost": tr("repost"),
    "vote": tr("vote"),
}
"""The kinds of posts, and their names."""

Completeness = Literal["complete", "unknown", "partial"]
TakenSource = Literal["archive", "name", "file", "told"]

Progress = Callable[[str, int, int], None]
"""Called with a name for the work, how much of it (bytes, or things of one kind) is done, and how much there is."""


def silent(what: str, done: int, total: int) -> None:
    """The `Progress` of callers that show none."""


class Files(Protocol):
    """Files by path: what an archive, a folder being kept and a kept snapshot have in common."""

    @property
    def paths(self) -> Sequence[str]:
        """Every file's path inside the archive, with forward slashes, in a stable order."""

    def open(self, path: str) -> IO[bytes]:
        """The file's bytes from the start; raises a LinkbakError if they are not what they should be."""


class Connection(NamedTuple):
    """One row of the network's list of people."""

    first_name: str = ""
    last_name: str = ""
    url: str = ""
    email: str = ""
    company: str = ""
    position: str = ""
    connected_on: date | None = None

    @property
    def name(self) -> str:
        """First and last name as shown, blanks around them removed."""
        return f"{self.first_name.strip()} {self.last_name.strip()}".strip()

    @property
    def day(self) -> str:
        """The day of connecting as an ISO date, "" for none."""
        return self.connected_on.isoformat() if self.connected_on else ""

    @property
    def hidden(self) -> bool:
        """Whether the row shows only its date: hibernated, restricted or closing; still a connection."""
        return not any(self[:6])


class Message(NamedTuple):
    """One row of messages.csv; `attachments` are links, the files themselves are in no archive."""

    conversation: str = ""
    title: str = ""
    sender: str = ""
    sender_url: str = ""
    recipients: str = ""
    recipient_urls: tuple[str, ...] = ()
    sent_at: datetime | None = None
    subject: str = ""
    content: str = ""
    folder: str = ""
    draft: bool = False
    attachments: tuple[str, ...] = ()


class Invitation(NamedTuple):
    """One row of Invitations.csv; urls are ``urn:li:member:<id>`` in exports of 2023."""

    sender: str = ""
    recipient: str = ""
    sent_at: datetime | None = None
    message: str = ""
    direction: str = ""
    inviter_url: str = ""
    invitee_url: str = ""


class Endorsement(NamedTuple):
    """A skill one person vouches for; `given` is whether the member did, and the names are the other person's.

    Addresses are as written, without ``https://`` in LinkedIn's files; before 2023 there are none.
    """

    given: bool = False
    first_name: str = ""
    last_name: str = ""
    url: str = ""
    skill: str = ""
    at: datetime | None = None
    status: str = ""


class Recommendation(NamedTuple):
    """What one person wrote about another; `given` is whether the member did, and the names are the other person's."""

    given: bool = False
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    position: str = ""
    text: str = ""
    at: datetime | None = None
    status: str = ""


class Note(NamedTuple):
    """The member's private note about a connection."""

    first_name: str = ""
    last_name: str = ""
    url: str = ""
    text: str = ""
    created: datetime | None = None
    edited: datetime | None = None


class Contact(NamedTuple):
    """One row of the address book that the member once gave the network; several values stand side by side."""

    name: str = ""
    emails: str = ""
    phones: str = ""
    birthday: str = ""
    addresses: str = ""


BOOK = "contacts"
"""The network of address books: the owner's own, out of a phone or a mail program, and nobody's connections."""
CARDS: Kind = "cards"
"""The kind of data that an address book is."""


class Card(NamedTuple):
    """One card of an address book, as far as it is read; `uid` is the card's own lasting name, "" for none."""

    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str = ""
    position: str = ""
    urls: tuple[str, ...] = ()
    uid: str = ""


class Post(NamedTuple):
    """Something the member wrote or did for others to see.

    `kind` is ``share``, ``comment``, ``reaction``, ``repost``, ``vote`` or ``article``. `zoned` is whether the archive
    says in which zone `at` is; if not, it is as written, taken as UTC. `link` leads to the post or the article, for all
    else to what it answers; `shared` and `media` to what a share shows. `title` is that of an article or of a shared
    page. `text` is plain; of a reaction it is what LinkedIn calls it (``LIKE``), of a vote the option.
    """

    kind: str
    at: datetime | None = None
    zoned: bool = False
    link: str = ""
    text: str = ""
    title: str = ""
    shared: str = ""
    media: str = ""


class AccountFact(NamedTuple):
    """A fact about the account itself in an archive, with its file and line.

    `what` is ``registered``, ``login``, ``challenge``, ``status``, ``verified`` or ``paid``; `at` and `zoned` as in
    `Post`. `text` may be shown to anybody nearby; `private` (IP addresses, an e-mail address, a year
    of birth) only on request.
    """

    what: str
    at: datetime | None
    zoned: bool
    text: str
    private: str
    file: str
    line: int


class ProfileEntry(NamedTuple):
    """One entry of the member's own profile; all texts as written, "" for what is not there.

    `section` is ``profile``, ``positions``, ``education``, ``skills``, ``languages``, ``certifications``, ``courses``,
    ``projects``, ``publications``, ``honours``, ``organisations`` or ``volunteering``. `title` is its subject,
    `place` the company, school or whoever stands behind it; `file` the name of the table.
    """

    section: str
    title: str = ""
    place: str = ""
    began: str = ""
    ended: str = ""
    text: str = ""
    url: str = ""
    file: str = ""


class Issue(NamedTuple):
    """Something in an archive that was not understood: where, and why; never what was written there.

    `line` is the physical line in the file, from 1; 0 when the whole file is meant. `loss` is whether a row or a
    file that should have been understood was not (the import then ends with status 3); otherwise the
    issue is only for the user's information.
    """

    file: str
    line: int
    reason: str
    loss: bool = True


def more_issues(file: str, number: int, loss: bool) -> Issue:
    """An issue that stands for the many more of a file that are not listed one by one."""
    return Issue(file, 0, tr_later("and {number} more", number=f"{number:,}"), loss)


def issues_meant(issue: Issue) -> int:
    """How many issues one stands for: one, unless it says itself how many more there are."""
    found = issue.reason.removeprefix("and ").removesuffix(" more").replace(",", "")
    return int(found) if not issue.line and found.isascii() and found.isdigit() else 1


class Owner(NamedTuple):
    """Evidence of whose data an archive is; any part may be empty. `registered` are RFC 3339 times, UTC."""

    urls: tuple[str, ...] = ()
    member_ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()


class Taken(NamedTuple):
    """When the network wrote the archive (UTC, whole seconds), and how that is known."""

    at: datetime
    source: TakenSource


EARLIEST = datetime(2003, 1, 1, tzinfo=UTC)
"""No archive is older: LinkedIn began in 2003."""
_AHEAD = timedelta(days=1)
"""Times in a zip carry no zone, so an honest one may lie some hours ahead of UTC."""


def may_be_taken(at: datetime) -> bool:
    """Whether an archive can have been written at that time: the one rule for zips, names, people and manifests."""
    return EARLIEST <= at <= datetime.now(UTC) + _AHEAD


def rfc3339(moment: datetime) -> str:
    """A time as written in manifests, notes and JSON, in UTC: ``2026-03-20T08:07:10Z``."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class FileFacts(NamedTuple):
    """One file of a snapshot.

    `stored` is its path under the snapshot's archive folder where a file system cannot hold `path`, else "". `table` is
    the canonical file name it was recognised as ("Connections.csv"), "" for a file nobody knows. `rows` counts
    the rows understood (hidden ones included), `skipped` those that were not; `lines` counts line
    feeds plus an unterminated last line. `columns` is the header as written.
    """

    path: str
    bytes: int
    sha256: str
    stored: str = ""
    modified: str = ""
    table: str = ""
    kind: Kind = ""
    rows: int = 0
    hidden: int = 0
    skipped: int = 0
    lines: int = 0
    columns: tuple[str, ...] = ()


class Coverage(NamedTuple):
    """What an archive says about one kind; a kind it lacks has no Coverage at all (absent is not empty).

    `oldest`, `newest` (ISO dates) and `newest_first` are set for connections only.
    """

    rows: int = 0
    hidden: int = 0
    skipped: int = 0
    completeness: Completeness = "complete"
    reasons: tuple[str, ...] = ()
    oldest: str = ""
    newest: str = ""
    newest_first: bool = True

    @property
    def unread(self) -> bool:
        """Whether the table is there, but nothing of it could be read; then it says nothing about anybody."""
        return not self.rows and self.completeness == "partial"


def listed(coverage: Mapping[Kind, Coverage]) -> Coverage | None:
    """What an archive says about the list of connections; None if it has none, or none that could be read."""
    found = coverage.get("connections")
    return None if found is None or found.unread else found


class ArchiveFacts(NamedTuple):
    """The archive as the user gave it; `sha256` is "" for a folder, which has no bytes of its own."""

    name: str
    kind: Literal["zip", "folder", "file"]
    bytes: int
    sha256: str


OLDER = "older-list:"
"""The first word of the reason to hold the losses of a list that is older than its date says."""


class Manifest(NamedTuple):
    """What a snapshot holds and where it came from; ``manifest.json``, format 1.

    Times are RFC 3339 UTC. `content` is the digest of all paths and bytes, by which the same archive is known
    again in another wrapping. `previous` is the sha256 of the manifest kept just before in the vault, "" for the first.
    """

    id: str
    network: str
    account: str
    taken: str
    taken_source: TakenSource
    imported_at: str
    linkbak: str
    archive: ArchiveFacts
    content: str
    files: tuple[FileFacts, ...]
    coverage: dict[Kind, Coverage]
    issues: tuple[Issue, ...] = ()
    owner: Owner = Owner()
    held: tuple[str, ...] = ()
    previous: str = ""
    format: int = 1


Rows: TypeAlias = Sequence[Connection] | Mapping[int, Connection]
"""Rows by their position in the list: the list itself, or a mapping where rows were left out."""


class Listing(NamedTuple):
    """Rows of one connection list, with where each stands in it.

    `rows[k]` stands at `positions[k]` (from 0, newest first in LinkedIn's files) of a list of `total` rows, `hidden` of
    them date-only. `rows` may leave out rows that are known to stand unchanged in the other list of a pair.
    `columns` names the Connection fields the file has a column for; `newest` is the newest date of the whole list.
    `undated` are the dates that nobody could read, as written, by their place in `rows`.
    """

    rows: Sequence[Connection]
    positions: Sequence[int]
    total: int
    hidden: int
    newest_first: bool
    columns: frozenset[str]
    newest: date | None = None
    undated: Mapping[int, str] = MappingProxyType({})

    def by_position(self) -> Rows:
        """The rows by their position in the list."""
        if len(self.rows) == self.total:
            return self.rows
        return dict(zip(self.positions, self.rows, strict=True))


Run: TypeAlias = "tuple[int, int, int]"
"""Neighbours in both lists: where they begin before and after, and how many they are."""


class Pair(NamedTuple):
    """Two lists of connections to compare; `anchors` are runs of rows left out of both as identical.

    In lists that are newest first a run may hold date-only rows, between two of the same rows in both. That they stayed
    is known unless rows changed places; `whole` then gives the pair in which such rows are not left out.
    """

    before: Listing
    after: Listing
    anchors: Sequence[Run] = ()
    whole: Callable[[], Pair | None] | None = None


class Reading(NamedTuple):
    """What an adapter understood of an archive; see `linkbak.adapters`.

    `pair` are its list of connections and that of the archive that it was read beside, if both were read as a pair.
    """

    files: tuple[FileFacts, ...]
    coverage: dict[Kind, Coverage]
    issues: tuple[Issue, ...]
    pair: Pair | None = None
