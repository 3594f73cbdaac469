"""E-mail addresses and telephone numbers that people wrote to the owner in messages, and whose they are.

An address in a message is often somebody else's: a colleague's, a quoted writer's, the owner's own. So it counts as
the sender's only where the words around it say so:

- **likely**: it looks like the sender's name, and its sentence speaks of nobody else;
- **possible**: its sentence says that it is the writer's ("my mail is..."), or it stands in a signature under the
  writer's full name; it looks like nobody else's name.

Quoted and forwarded text is not read. An address is nobody's if it is the owner's, if two people wrote it, if
the owner wrote it first and it does not look like the name, or if it belongs to an office (`ROLES`). An address
spelled out, ``ada (at) example dot com``, is not read: its end is uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from unicodedata import combining, normalize

from linkbak.matching import name_key
from linkbak.model import NamedTuple
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.index.correspondence import SentMessage
    from linkbak.vault import Summary

Band = Literal["likely", "possible", ""]


class Written(NamedTuple):
    """An address in messages of one person, casefolded.

    `band` is "" if it does not count as theirs, and `why` says why not. `sent_at` is when the newest message that says
    so was sent, `last_seen` when the newest archive that has it was taken; both RFC 3339 UTC.
    """

    person: int
    email: str
    band: Band
    why: str
    sent_at: str
    last_seen: str


class SeenNumber(NamedTuple):
    """A telephone number in a message of somebody's; whose it is remains unknown."""

    person: int
    number: str
    sent_at: str
    last_seen: str


class Owner(NamedTuple):
    """The owner's own addresses, in any spelling, and names."""

    emails: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, snapshots: Iterable[Summary]) -> Owner:
        """The owner, from the archives of these snapshots."""
        told = [one.owner for one in snapshots]
        emails = frozenset(email for one in told for email in one.emails)
        return cls(emails, frozenset(name for one in told for name in one.names))


# --- addresses --------------------------------------------------------------------------------------------------------

_LONGEST = 100_000
"""The most characters of a message that are read."""
_ADDRESS = (
    r"(?<![\w.+%@/=&-])[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@"
    r"[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){1,8}(?![\w@-])"
)
_FILES = frozenset(("png", "jpg", "jpeg", "gif", "svg", "webp", "pdf", "js", "css", "htm", "html", "txt", "zip"))
"""Endings of file names, and of domains that are not on the public internet."""

ROLES: tuple[tuple[str, str], ...] = (
    (
        tr("no machine reads it for anybody"),
        "noreply donotreply nepasrepondre bounce bounces mailerdaemon daemon postmaster "
        "notification notifications notify alert alerts automated auto autoreply git",
    ),
    (
        tr("an office reads it"),
        "info information contact contacts contactus hello hi hallo bonjour office kontakt reception "
        "team mail mailbox email enquiries enquiry inquiries inquiry ask general secretary sekretariat frontdesk admin "
        "administrator administration root webmaster hostmaster abuse security",
    ),
    (
        tr("a department reads it"),
        "sales vertrieb ventas ventes marketing support help helpdesk service services "
        "servicedesk customerservice customercare care success billing invoice invoices accounts accounting finance "
        "payments orders "
        "order purchasing procurement legal privacy dpo gdpr compliance press presse media pr events event webinar "
        "webinars newsletter news subscribe unsubscribe feedback community partners partnerships business bd biz demo "
        "booking bookings reservations training academy editor editorial redaktion everyone all staff",
    ),
    (
        tr("a personnel department reads it"),
        "jobs job career careers karriere hr humanresources people recruiting recruiter "
        "recruitment recruiters talent hiring apply applications application bewerbung bewerbungen rh empleo cv cvs "
        "resume resumes",
    ),
)
"""Local parts that are nobody's own, by the reason why; RFC 2142 names many of them."""
_ROLE_OF = {word: reason for reason, words in ROLES for word in words.split()}


def emails_in(text: str) -> list[str]:
    """Every e-mail address in a text, casefolded, in order; web addresses and file names are none."""
    return [email for email, _ in _placed(text)]


def _placed(text: str) -> Iterator[tuple[str, int]]:
    if "@" not in text:
        return
    for found in re.finditer(_ADDRESS, text[:_LONGEST].replace("mailto:", "mailto ")):
        email = found[0].casefold()
        local, _, domain = email.partition("@")
        top = domain.rpartition(".")[2]
        if not local.endswith(".") and ".." not in local and top not in _FILES and top.isalpha() and len(top) > 1:
            yield email, found.start()


def role_of(email: str) -> str:
    """Why an address is nobody's own, "" if it may be a person's."""
    local = email.partition("@")[0].casefold().partition("+")[0]
    words = re.findall("[a-z]+", local)
    return _ROLE_OF.get("".join(words)) or _ROLE_OF.get(words[0] if words else "", "")


def looks_like(email: str, name: str) -> bool:
    """Whether the local part is made of a name: both names, one with the initial of the other, or the first alone.

    Precondition: the name is written in Latin letters. Any other gives False, like a family name alone, which
    a whole family shares.
    """
    tokens = re.findall("[a-z]+", _plain(email.partition("@")[0].partition("+")[0]))
    if not tokens:
        return False
    for words in _spellings(name):
        first, last = words[0], words[-1]
        if len(first) >= 3 and tokens == [first]:
            return True
        if len(words) < 2:
            continue
        ways = {(first, last), (first, last[0])} if len(first) >= 3 else {(first, last)}
        if len(last) >= 3:
            ways.add((first[0], last))
        for one, other in ways:
            if "".join(tokens) in (one + other, other + one) or {one, other} <= set(tokens):
                return True
    return False


def _spellings(name: str) -> Iterator[list[str]]:
    """The words of a name in plain letters; German umlauts both ways."""
    key = name_key(name, "").replace("'", "").replace("-", " ")
    if key.isascii():  # has neither marks nor umlauts
        yield from _in_words(key)
        return
    for text in {key, key.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")}:
        yield from _in_words(_plain(text))


def _in_words(text: str) -> Iterator[list[str]]:
    """Its words of plain letters; of more than two words also the first joined with the last."""
    words = [word for word in text.split() if word.isascii() and word.isalpha()]
    if words:
        yield words
        if len(words) > 2:
            yield [words[0], words[-1]]


def _plain(text: str) -> str:
    """Lower case without accents."""
    found = "".join(char for char in normalize("NFKD", text.casefold()) if not combining(char))
    return found.replace("ø", "o").replace("ł", "l").replace("æ", "ae")


# --- the writer's own words -------------------------------------------------------------------------------------------

_WROTE = r"(?:wrote|writes|schrieb|a\s+[eé]crit|escribi[oó]|ha\s+scritto|schreef|escreveu|skrev|napisał\w*)"
_QUOTES = re.compile(
    rf"""
      ^[ \t]*-{{2,}}[ \t]*(?:original|forwarded|urspr|weitergel|message|mensaje|messaggio|mensagem|oorspr|doorgest)
    | \b(?:begin\s+)?forwarded\s+(?:message|mail|e-?mail)\b | \b(?:weitergeleitete|urspr[uü]ngliche)\s+nachricht\b
    | ^[ \t>*]*(?:from|von|de|da|van|fr[aå]n|od|to|an|[aà]|para|aan|cc|sent|gesendet|envoy[eé]|enviado)[ \t]*:
    | \b(?:on|am|le|el|il|op|em|den)\b[^\n@]{{0,120}}(?:\n[^\n]{{0,120}})?(?:<?[^\s<>]+@[^\s<>]+>?)?[^\n]{{0,40}}
      \b{_WROTE}\b[^\n]{{0,60}}:
    | <[^<>\s]+@[^<>\s]+>\s*(?:\([^)\n]*\)\s*)?(?:{_WROTE})?\s*:
    | ^[ \t]*(?:fwd?|wg|tr|rv|enc|i)[ \t]*:[ \t]
    | \b(?:forward(?:ing|ed|s)?|weiterleit\w*|leite\b|see\s+below|below\s+is|pasted?\s+(?:below|here)
      |he\s+wrote|she\s+wrote|they\s+wrote|quoting|zitat|transf[eé]r\w*|reenv[ií]\w*|inoltr\w*|doorgestuurd)\b
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
"""Where the writer's own words end: quoted mail, its headers, and words that announce somebody else's."""
_QUOTED_LINE = re.compile(r"^[ \t]*[>|»].*$", re.MULTILINE)


def own_words(text: str) -> str:
    """The writer's own words: up to the first quotation or forwarded text, without quoted lines."""
    text = _QUOTED_LINE.sub("", text[:_LONGEST])
    end = _QUOTES.search(text)
    if end is None:
        return text
    before = text[: end.start()]  # the sentence that begins the quotation is not the writer's either
    return before[: max(before.rfind(sign) for sign in ("\n", ". ", "! ", "? ")) + 1]


def _word(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


_OTHERS = _word(
    # he, she, they; who belongs to somebody; who is to be written to
    "he|she|they|him|her|hers|his|their|theirs|them|who|whose|whom|someone|somebody|colleagues?|co-?workers?",
    "teammates?|assistants?|secretary|boss|supervisor|wife|husband|partner|spouse|fianc[eé]e?|son|daughter",
    "brother|sister|friends?|mother|father|mom|mum|dad|cousin|uncle|aunt|neighbou?r|recruiter|client|customer",
    "copy|cc|bcc|via|introduce|intro|referr?al|instead|mr|mrs|ms",
    "ask for", "on behalf", "hiring manager", "looping in", "loop in", "put .{0,20} in touch", "belongs to",
    "(?:ask|contact|meet|call|e-?mail|write|try|ping|message)(?: to)? (?-i:[A-Z][a-z]+)",
    "kolleg\\w+|chef\\w*|mitarbeiter\\w*|assistent\\w*|freund\\w*|bruder|schwester|frau|mann|herr|sein\\w*",
    "ihr\\w*|ihm|ihn|statt",
    "coll[eè]gue|son|sa|ses|lui|leurs?|ami\\w*|femme|mari|fr[eè]re|s[oœ]ur|madame|monsieur",
    "colegas?|compa[nñ]er[oa]s?|sus?|jef[ea]|amig[oa]s?|esposa?|marido|hermano|hermana",
    "collega|suo|sua|amic[oa]|moglie|marito|fratello|sorella",
    "zijn|haar|hun|vriend\\w*|broer|zus|dele|dela|seu|irm[aã]o",
)  # fmt: skip
"""Words that speak of somebody else."""

_SHARED = _word(
    "we|us|our|ours|team|department|office|company|manager|director|headquarters|hq|group",
    "wir|uns|unser\\w*|abteilung|nous|notre|nos|nosotros|nuestr[oa]s?|noi|nostr[oa]|wij|ons|onze|n[oó]s|nosso",
)
"""Words that speak of more than the writer."""

_STALE = _word(
    "no longer", "not any ?more", "any ?more", "do(?:es)? ?n[o']t (?:use|work|exist)", "never", "old", "former\\w*",
    "previous", "used to", "bounce[sd]?", "dead", "closed", "wrong", "hacked", "spam", "fake", "scam",
    "phishing", "ignore", "is not", "isn['\u2019]t", "not my", "nicht", "alte[rsn]?", "falsch\\w*", "plus",
    "ancien\\w*",
    "ya no", "antigu[oa]", "vecchi[oa]", "niet", "oude?",
)  # fmt: skip
"""Words that say an address is not, or no longer, in use."""

_MINE = _word(
    r"my (?:own |new |private |personal |work |direct |current |other |primary |main |business |company |home )*"
    r"(?:e-?mail|mail|gmail|email id|mail id|address|inbox)(?: address)?(?! (?:book|to |server|was|got))",
    r"(?:reach|write|e-?mail|mail|contact|ping|message|find|get)(?: to)? me (?:\w+ ){0,3}(?:at|on|via|under|by|here)",
    r"(?:reach|write|e-?mail|mail|contact|ping|message)(?: to)? me(?=\s*[:,-])",
    r"i(?: am|['\u2019]m) (?:\w+ )?(?:at|on|reachable)", r"send (?:it |them |that |this )?to me (?:at|on)",
    r"meine (?:\w+ )?(?:e-?mail-?adresse|mailadresse|e-?mail|mail|adresse)(?!-)", r"schreib\w* mir", r"erreich\w* mich",
    r"(?:mich|bin ich) (?:\w+ )?(?:unter|per)",
    r"mon (?:adresse|e-?mail|mail|courriel)(?: perso\w*)?", r"m['\u2019][eé]cri\w+",
    r"me (?:joindre|contacter|trouver)",
    r"mi (?:correo|e-?mail|mail|direcci[oó]n)", r"escr[ií]b[ea]me", r"cont[aá]ct[ae]me",
    r"(?:la )?mia (?:e-?mail|mail)", r"il mio (?:indirizzo|contatto)", r"scrivimi",
    r"mijn (?:e-?mail|mail|mailadres|e-?mailadres|adres)", r"mail me", r"meu (?:e-?mail|mail|endere[cç]o)",
)  # fmt: skip
"""Words by which the writer claims an address as their own; it must follow soon."""
_BETWEEN = re.compile(r"(?!.*\b(?:and|or|but|so|if|use|und|oder|aber|et|ou|mais|y|o|e|en|of|maar)\b)[^,;()A-Z]{0,40}")
"""The text allowed between those words and the address: nothing that begins another thought or names anybody."""
_LABEL = re.compile(r"[\W_]*(?:e-?mail|mail|e|m)?[\W_]*", re.IGNORECASE)
_BELOW = 5
"""The most lines of a signature below the name."""


class _Reader(NamedTuple):
    """Reads the messages of one person with these names; `known` are the names of everybody else."""

    names: Collection[str]
    known: _Known

    def verdicts(self, text: str) -> Iterator[tuple[str, Band, str]]:
        """Each address in the writer's own words, with its band, or why it is not theirs."""
        own = own_words(text)
        lines = own.split("\n")
        seen = set[str]()
        for number, line in enumerate(lines):
            for sentence in re.split(r"\n+|(?<=[.!?;])\s+", line):
                found = list(_placed(sentence))
                for email, at in found:
                    seen.add(email)
                    band, why = self._verdict(sentence, email, at, alone=len({one for one, _ in found}) == 1)
                    if not band and why == _UNSAID and self._signed(lines, number, email):
                        band, why = "possible", ""
                    yield email, band, why
        for email in emails_in(text):
            if email not in seen:
                yield email, "", tr("it stands in quoted or forwarded words")

    def _verdict(self, sentence: str, email: str, at: int, *, alone: bool) -> tuple[Band, str]:
        bare = re.sub(_ADDRESS, " ", sentence)
        if _STALE.search(bare):
            return "", tr("its sentence says that it is not in use")
        if _OTHERS.search(bare) or self._possessive(bare):
            return "", tr("its sentence speaks of somebody else")
        if any(looks_like(email, name) for name in self.names):
            return "likely", ""
        if self.known.has(email):
            return "", tr("it looks like the name of somebody else")
        said = [one.end() for one in _MINE.finditer(sentence[:at])]
        if not said or not _BETWEEN.fullmatch(sentence[said[-1] : at]):
            return "", _UNSAID
        if not alone or _SHARED.search(bare) or self._named(bare, email):
            return "", tr("its sentence may speak of somebody else")
        return "possible", ""

    def _possessive(self, bare: str) -> bool:
        mine = {word for name in self.names for words in _spellings(name) for word in words}
        return any(_plain(one[1]) not in mine for one in re.finditer(r"(?<!\w)([A-Z]\w+)['\u2019]s(?!\w)", bare))

    def _named(self, bare: str, email: str) -> bool:
        """Whether a capitalised word is part of the address, and so the name of its owner."""
        local = set(re.findall("[a-z]{3,}", _plain(email.partition("@")[0])))
        return any(_plain(word) in local for word in re.findall(r"(?<!\w)[A-Z]\w+", bare))

    def _signed(self, lines: list[str], number: int, email: str) -> bool:
        """Whether the line is only the address, in a signature under the writer's full name."""
        rest = re.sub(_ADDRESS, "", lines[number])
        if len(emails_in(lines[number])) != 1 or _LABEL.fullmatch(rest) is None:
            return False
        mine = {name_key(name, "") for name in self.names if " " in name.strip()}
        above = lines[max(0, number - _BELOW) : number]
        at = next((at for at, line in enumerate(above) if name_key(line.strip(" ,.-\u2013|"), "") in mine), None)
        if at is None:
            return False
        block = " ".join(above[at + 1 :])
        return not (_OTHERS.search(block) or self._named(block, email))


_UNSAID = tr("nothing says that it is theirs")


class _Known:
    """Everybody's names, to tell whether an address is made of somebody's first and last name."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = names

    @cached_property
    def _pairs(self) -> set[frozenset[str]]:
        """First and last names, made on demand: all take a second, and few vaults have an address to compare."""
        return {
            frozenset((words[0], words[-1])) for name in self._names for words in _spellings(name) if len(words) > 1
        }

    def has(self, email: str) -> bool:
        """Whether two parts of it are one person's names."""
        tokens = re.findall("[a-z]+", _plain(email.partition("@")[0]))
        return len(tokens) == 2 and frozenset(tokens) in self._pairs


# --- all messages -----------------------------------------------------------------------------------------------------

_BETTER: dict[Band, int] = {"": 0, "possible": 1, "likely": 2}


def written(messages: Iterable[SentMessage], names: Mapping[int, Collection[str]], owner: Owner) -> list[Written]:
    """Every address in messages of people whose `names` are given by their number, each once a person, by person.

    Pure: uses only the messages, names and the owner's own addresses. A message whose writer is unknown,
    an advert, and a message of somebody in no list make an address shared, never anybody's.
    """
    known = _Known(name for theirs in names.values() for name in theirs)
    mine = {email.strip().casefold() for email in owner.emails}
    said_by_me: dict[str, str] = {}
    writers: dict[str, set[object]] = {}
    found: dict[tuple[int, str], Written] = {}
    for one in messages:
        emails = emails_in(f"{one.subject}\n{one.text}")
        if one.outgoing or one.draft:
            for email in emails:
                said_by_me.setdefault(email, one.sent_at)
            continue
        writer: object = one.person if one.person is not None else one.sender_url or one.sender
        for email in emails:
            writers.setdefault(email, set()).add(None if one.outgoing is None else writer)
        if one.person is None or one.outgoing is None or one.advert or one.person not in names or not emails:
            continue
        theirs = names[one.person]
        for email, band, why in _Reader(theirs, known).verdicts(
            f"{one.subject}\n{one.text}" if one.subject else one.text
        ):
            row = Written(one.person, email, band, why, one.sent_at, one.last_seen)
            before = found.get((one.person, email))
            if before is None or (_BETTER[band], one.sent_at) >= (_BETTER[before.band], before.sent_at):
                found[one.person, email] = row

    def refusal(row: Written) -> str:
        """Why an address does not count, whatever the words around it say; "" if nothing speaks against it."""
        like = any(looks_like(row.email, name) for name in names[row.person])
        if row.email in mine:
            return tr("it is your own")
        if not like and any(looks_like(row.email, name) for name in owner.names):
            return tr("it looks like your own name")
        if reason := role_of(row.email):
            return reason
        if len(writers[row.email]) > 1:
            return tr("more than one person wrote it")
        if not like and said_by_me.get(row.email, "~") <= row.sent_at:
            return tr("you wrote it first")
        return row.why

    return [row._replace(band="", why=why) if (why := refusal(row)) else row for _, row in sorted(found.items())]


# --- telephone numbers ------------------------------------------------------------------------------------------------

_PHONE = r"(?<![\w@.,/=+-])(?:\+|00)[1-9][\d ()./-]{6,20}\d(?![\w@])"
"""Only numbers with a country's prefix: other digits may be a price, a date, or the number of an order."""
_DIGITS = range(8, 16)


def numbers(messages: Iterable[SentMessage]) -> list[SeenNumber]:
    """Telephone numbers in people's own words, each once a person as last seen, by person.

    They are shown only as seen: a number does not look like a name, so it never counts as a way to reach somebody.
    """
    found: dict[tuple[int, str], SeenNumber] = {}
    for one in messages:
        if one.person is None or one.outgoing is not False or one.advert or one.draft:
            continue
        for text in re.findall(_PHONE, own_words(one.text)):
            digits = re.sub(r"\D", "", text)
            if len(digits) in _DIGITS:
                found[one.person, digits] = SeenNumber(one.person, " ".join(text.split()), one.sent_at, one.last_seen)
    return [row for _, row in sorted(found.items())]
