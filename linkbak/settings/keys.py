"""The one table of all settings; the file, the environment, the help and the docs follow from it."""

from __future__ import annotations

import os
import string
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from linkbak.model import NamedTuple
from linkbak.texts import tr

# --- kinds ------------------------------------------------------------------------------------------------------------
# The kinds of values: how each is read from TOML and from words, and what is allowed.

LONGEST = 36_500
"""The most days of a span: a hundred years."""
_MOST = 2**63 - 1
_WORD = frozenset(string.ascii_letters + string.digits + "_-")
REGIONS = ("eu", "uk", "other")
"""The regions for which the kit cites different laws."""


Read = TypeVar("Read")


class Unfit(ValueError):
    """A value of the wrong kind; the message says what is allowed, and never quotes the value."""


class Kind(NamedTuple):
    """One kind of value.

    `read` makes the value from TOML's; `words` makes TOML's value from the words of a command line. The
    text of an environment variable is one word, or several with `between` between them.
    """

    name: str
    must: str
    read: Callable[[Any], Any]
    words: Callable[[Sequence[str]], Any]
    between: str = ""

    def split(self, text: str) -> Any:
        """TOML's value for the text of an environment variable."""
        return self.words(text.split(self.between) if self.between else [text])


def share(text: str) -> float:
    """A share of the whole, ``5%`` or ``0.05``, as a number from 0 to 1; raises Unfit."""
    bare = text.strip()
    try:
        found = float(bare.removesuffix("%")) / (100 if bare.endswith("%") else 1)
    except ValueError:
        raise Unfit from None
    return _fit(found, 0 <= found <= 1)


def _fit(value: Read, fits: object) -> Read:
    """The value if it fits; else raises Unfit."""
    if not fits:
        raise Unfit
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise Unfit
    return value


def _texts(value: Any) -> list[str]:
    """A list of texts; one text alone is a list of one."""
    texts = [value] if isinstance(value, str) else value
    return [_text(one) for one in _fit(texts, isinstance(texts, list)) if one != ""]


def _one(words: Sequence[str]) -> str:
    if len(words) != 1:
        raise Unfit
    return words[0]


def _folder(value: Any) -> Path:
    """An absolute path; an empty one is none."""
    text = _text(value)
    try:
        place = Path(text).expanduser()
    except RuntimeError:
        raise Unfit from None
    return _fit(place, text and place.is_absolute())


def _from_here(text: str) -> str:
    """A typed path, made absolute from the working directory."""
    try:
        return str(Path(_text(text)).expanduser().absolute()) if text else ""
    except RuntimeError:
        raise Unfit from None


def _whole(value: Any, least: int, most: int) -> int:
    _fit(value, isinstance(value, int | str) and not isinstance(value, bool))
    try:
        number = int(value.replace("_", "")) if isinstance(value, str) else value
    except ValueError:
        raise Unfit from None
    return _fit(number, least <= number <= most)


def _number(name: str, must: str, least: int, most: int) -> Kind:
    return Kind(name, must, lambda value: _whole(value, least, most), _one)


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit
    return value


def _said_yes(text: str) -> bool | str:
    known = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    return known.get(text.strip().lower(), text)


def _address(value: Any) -> str:
    """A web address, or nothing."""
    from urllib.parse import urlsplit

    text = _text(value)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    return _fit(text, sound and text.isprintable() and " " not in text)


def _command(value: Any) -> tuple[str, ...]:
    """The words of a command; a text is split as a shell would, but no shell runs it."""
    if isinstance(value, str):
        import shlex

        try:
            value = shlex.split(_text(value))
        except ValueError:
            raise Unfit from None
    words = [_text(one) for one in _fit(value, isinstance(value, list))]
    if words and words[0].startswith("~"):
        words[0] = str(_folder(words[0]))
    return _fit(tuple(words), not words or words[0])


def _command_words(words: Sequence[str]) -> Any:
    """Typed words of a command; in braces only fields of a message are allowed, since no others are filled in."""
    import re

    fields = {*re.findall(r"(?<!\$)\{(\w+)\}", " ".join(words))}
    return _fit(words[0] if len(words) == 1 else list(words), fields <= {"subject", "kind"})


def _services(value: Any) -> tuple[str, ...]:
    found = tuple(_texts(value))
    return _fit(found, all("://" in one and one.isprintable() for one in found))


def _part(value: Any) -> str:
    text = _text(value).strip()
    return text if text and share(text) else ""


def _word(value: Any) -> str:
    text = _text(value).strip()
    return _fit(text, text and set(text) <= _WORD)


def _words(value: Any) -> tuple[str, ...]:
    return tuple(_word(one) for one in _texts(value))


def _clock(value: Any) -> str:
    """A time of day, or nothing."""
    import re

    text = _text(value).strip()
    return _fit(text, not text or re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text, re.ASCII))


def _zone(value: Any) -> str:
    """The name of a time zone that this machine knows, or nothing."""
    from zoneinfo import ZoneInfo

    text = _text(value).strip()
    try:
        if text:
            ZoneInfo(text)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise Unfit from None
    return text


def _region(value: Any) -> str:
    text = _text(value).strip().lower()
    return _fit(text, text in ("", *REGIONS))


FOLDER = Kind(
    "folder",
    tr("it must be the path of a folder, in quotes, from / or ~"),
    _folder,
    lambda words: _from_here(_one(words)),
)
FOLDER_OR_NONE = FOLDER._replace(
    must=tr('it must be the path of a folder, in quotes, from / or ~, or "" for none'),
    read=lambda value: None if value == "" else _folder(value),
)
FOLDERS = Kind(
    "folders",
    tr('it must be a list of paths of folders, each from / or ~: ["~/Downloads"]'),
    lambda value: tuple(_folder(one) for one in _texts(value)),
    lambda words: [_from_here(one) for one in words if one],
    os.pathsep,
)
ABOVE_ZERO = _number("whole number", tr("it must be a whole number above zero"), 1, _MOST)
DAYS = _number("days", tr("it must be a whole number of days, from 1 to {most}", most=LONGEST), 1, LONGEST)
DAYS_OR_NONE = _number("days", tr("it must be a whole number of days, from 0 to {most}", most=LONGEST), 0, LONGEST)
FILE_OR_NONE = FOLDER_OR_NONE._replace(
    name="file", must=tr('it must be the path of a file, in quotes, from / or ~, or "" for none')
)
DAYS_A_WEEK = _number("days", tr("it must be a whole number of days, from 0 to 7"), 0, 7)
NUMBER_OR_NONE = _number("whole number", tr("it must be a whole number, 0 or more"), 0, _MOST)
CLOCK = Kind("time of day", tr('it must be a time of day such as "22:00", or "" for none'), _clock, _one)
ZONE = Kind("time zone", tr('it must be the name of a time zone such as "Europe/Brussels", or "" for UTC'), _zone, _one)
YES_OR_NO = Kind("yes or no", tr("it must be true or false"), _yes, lambda words: _said_yes(_one(words)))
ADDRESS = Kind("address", tr("it must be an address that begins with http:// or https://"), _address, _one)
COMMAND = Kind(
    "command",
    tr(
        'it must be the words of a command: ["notify-send", "{subject}"]; besides {subject} there '
        "is {kind}, and no other"
    ),
    _command,
    _command_words,
)
SERVICES = Kind(
    "addresses",
    tr('it must be a list of apprise addresses: ["mailto://..."]'),
    _services,
    lambda words: " ".join(words).split(),
)
WORD = Kind("word", tr("it must be one word of letters, digits, _ and -"), _word, _one)
WORDS = Kind("words", tr('it must be a list of words, each of letters, digits, _ and -: ["A", "B"]'), _words, list, ",")
WORD_OR_NONE = WORD._replace(
    must=tr('it must be one word of letters, digits, _ and -, or "" for none'),
    read=lambda value: "" if value == "" else _word(value),
)
PORT = _number("port", tr("it must be a port, from 1024 to 65535"), 1024, 65535)
REGION = Kind("region", tr("it must be eu, uk or other, or empty: not said"), _region, _one)
SHARE = Kind("share", tr('it must be a share such as "5%", or "" for none'), _part, _one)


# --- keys -------------------------------------------------------------------------------------------------------------


class Key(NamedTuple):
    """One setting: its name with its table, its kind, its default, its purpose."""

    name: str
    kind: Kind
    default: Any
    purpose: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "LINKBAK_" + self.name.upper().replace(".", "_")

    @property
    def table(self) -> str:
        """Its table in the file; "" at the top."""
        return self.name.rpartition(".")[0]

    @property
    def bare(self) -> str:
        """Its name inside its table."""
        return self.name.rpartition(".")[2]


_MIB = 1024 * 1024

KEYS = (
    Key("vault", FOLDER, None, tr("Where the vault is. `linkbak init` writes it here.")),
    Key(
        "scan.folders",
        FOLDERS,
        (),
        tr(
            "Folders where `linkbak import` looks for archives. None: your Downloads folder, and "
            "`inbox` beside the vault."
        ),
    ),
    Key(
        "scan.move_to",
        FOLDER_OR_NONE,
        None,
        tr("Folder to which `linkbak import` moves an archive once it is kept. None: archives stay where they are."),
    ),
    Key("cadence.days", DAYS, 30, tr("After how many days the next archive is due.")),
    Key("cadence.warn", DAYS, 35, tr("After how many days it is late. Not said: in proportion to cadence.days.")),
    Key("cadence.stale", DAYS, 60, tr("After how many days the backup is stale. Not said: twice cadence.days.")),
    Key("notify.ping", ADDRESS, "", tr("Address that is pinged when `linkbak run` starts, succeeds and fails."), True),
    Key(
        "notify.command",
        COMMAND,
        (),
        tr(
            "Command that is run without a shell, with the message on its input. {subject} in it "
            "stands for the subject."
        ),
        True,
    ),
    Key("notify.apprise", SERVICES, (), tr("Services that are told, as apprise addresses (extra: notify)."), True),
    Key("notify.names", YES_OR_NO, False, tr("Whether messages may name people. Else they hold numbers only.")),
    Key("run.push", YES_OR_NO, True, tr("Whether `linkbak run` pushes to the remotes.")),
    Key("run.verify", SHARE, "5%", tr("What share of the files `linkbak run` verifies. Empty: none.")),
    Key(
        "run.verify_days", DAYS_OR_NONE, 7, tr("How many days lie between two verifications by `linkbak run`. 0: each.")
    ),
    Key("run.api", YES_OR_NO, True, tr("Whether `linkbak run` fetches from LinkedIn's API when you are logged in.")),
    Key(
        "run.kit",
        YES_OR_NO,
        True,
        tr("Whether `linkbak run` makes the kit for a lock-out anew after each new archive."),
    ),
    Key("kit.region", REGION, "", tr("Where you live, for the kit: eu, uk or other. Empty: the kit asks.")),
    Key("audit.template", FILE_OR_NONE, None, tr("File with your own text for the reply drafts of `linkbak audit`.")),
    Key("activity.days_per_week", DAYS_A_WEEK, 0, tr("On how many days a week you want to act at most. 0: not said.")),
    Key("activity.acts_per_day", NUMBER_OR_NONE, 0, tr("How many acts a day you want at most. 0: not said.")),
    Key("activity.quiet_after", CLOCK, "", tr("From what time on you want to do nothing, until 5 in the morning.")),
    Key("activity.zone", ZONE, "", tr("Your time zone, for `linkbak activity`. Empty: UTC.")),
    Key("copies.warn", DAYS, 14, tr("After how many days a copy elsewhere that lags behind is worth a word.")),
    Key("api.scope", WORD, "r_dma_portability_self_serve", tr("What a token for LinkedIn's API must allow.")),
    Key("api.version", WORD, "202312", tr("Which version of LinkedIn's API is asked for.")),
    Key("api.calls", ABOVE_ZERO, 200, tr("How many calls of LinkedIn's API a day may have, from midnight UTC on.")),
    Key("api.domains", WORDS, (), tr("Parts of your data that linkbak does not know and LinkedIn's API may have.")),
    Key(
        "api.client", WORD_OR_NONE, "", tr("The client ID of your app at LinkedIn, for `linkbak api login --browser`.")
    ),
    Key("api.port", PORT, 48317, tr("On which port of this machine your browser comes back from LinkedIn then.")),
    Key("limits.entries", ABOVE_ZERO, 100_000, tr("How many files an archive may hold.")),
    Key("limits.file_bytes", ABOVE_ZERO, 2048 * _MIB, tr("How many bytes one file of an archive may have.")),
    Key("limits.total_bytes", ABOVE_ZERO, 8192 * _MIB, tr("How many bytes all files of an archive may have together.")),
    Key("limits.ratio", ABOVE_ZERO, 200, tr("How many bytes may come out of one packed byte before it is a zip bomb.")),
)

BY_NAME = {key.name: key for key in KEYS}
TABLES = tuple(dict.fromkeys(key.table for key in KEYS if key.table))

OTHER_VARIABLES = {
    "LINKBAK_LOCK_WAIT": tr("How many seconds to wait while another linkbak writes to the vault: 60 if not said."),
    "LINKBAK_COMPACT": tr("`never` keeps linkbak from making the vault smaller by itself."),
    "LINKBAK_SEAL_PASSPHRASE": tr("The passphrase for `linkbak seal` and `linkbak unseal`, if nobody is to type it."),
    "LINKBAK_PAGER": tr(
        "What shows a page that is longer than the screen; empty, or `cat`: nothing does. Else `PAGER`."
    ),
    "LINKBAK_DEBUG": tr("`1` prints the traceback of a bug. It may quote names."),
}
"""Variables without a key in the file."""
GIVEN = ("LINKBAK_SUBJECT", "LINKBAK_KIND")
"""Variables that the command of notify.command gets; linkbak itself reads none of them."""


# --- sections ---------------------------------------------------------------------------------------------------------
# The settings as read, one class a table of the file.
# Named tuples, since every command reads settings and making frozen dataclasses takes 4 ms.


class Scan(NamedTuple):
    """The folders to scan for archives (none: the usual ones), and where kept ones are moved to."""

    folders: tuple[Path, ...] = ()
    move_to: Path | None = None


class Cadence(NamedTuple):
    """The age of the newest snapshot, in days, at which the next is due, late, and the vault is stale."""

    days: int = 30
    warn: int = 35
    stale: int = 60


class Notify(NamedTuple):
    """Notifications: an address to ping, a command to run, services of apprise; names only if wanted."""

    ping: str = ""
    command: tuple[str, ...] = ()
    apprise: tuple[str, ...] = ()
    names: bool = False


class Run(NamedTuple):
    """The steps of `linkbak run` besides scanning: push, verify a share of the bytes, make the kit, fetch."""

    push: bool = True
    verify: str = "5%"
    verify_days: int = 7
    kit: bool = True
    api: bool = True


class Kit(NamedTuple):
    """Where the user lives, for the law that the kit cites; "" if not set."""

    region: str = ""


class Api(NamedTuple):
    """Settings of LinkedIn's API: the scopes of a token, the version, calls a day, parts unknown to linkbak.

    `client` is the owner's app there, "" if not set, and `port` the one that the browser is redirected to.
    """

    scope: str = "r_dma_portability_self_serve"
    version: str = "202312"
    calls: int = 200
    domains: tuple[str, ...] = ()
    client: str = ""
    port: int = 48317


class Copies(NamedTuple):
    """The days that a copy elsewhere may lag behind the vault before it is reported."""

    warn: int = 14


class Audit(NamedTuple):
    """The file of the user's own text for replies, if there is one."""

    template: Path | None = None


class Activity(NamedTuple):
    """The user's budget: days a week, acts a day (0: not set), and the time of day to stop at ("": not set).

    `zone` is the name of the user's time zone, "" for UTC.
    """

    days_per_week: int = 0
    acts_per_day: int = 0
    quiet_after: str = ""
    zone: str = ""

    def __bool__(self) -> bool:
        """Whether any limit is set."""
        return any(self[:3])


class Settings(NamedTuple):
    """The settings from the config file and the environment; the command line handles flags."""

    vault: Path | None = None
    limits: Mapping[str, int] = MappingProxyType({})
    scan: Scan = Scan()
    cadence: Cadence = Cadence()
    notify: Notify = Notify()
    run: Run = Run()
    copies: Copies = Copies()
    kit: Kit = Kit()
    api: Api = Api()
    audit: Audit = Audit()
    activity: Activity = Activity()
