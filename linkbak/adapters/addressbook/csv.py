"""Contacts as CSV: Google's old and new columns, Outlook's in several languages, and those of programs that use plain
words.

Columns are recognised by name, in any order: Google writes as many as its fullest contact needs, and so do
others. Outlook writes its columns in the language of the program: the known ones are below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO

from linkbak.adapters.addressbook.vcard import Book
from linkbak.adapters.linkedin.coverage import MOST_COLUMNS
from linkbak.adapters.linkedin.csv import Issues, Records
from linkbak.model import Card, NamedTuple
from linkbak.texts import tr_later

_HEAD = 5
"""The header must be among so many records."""
_WHOLE = ("name", "full name", "display name", "file as")
_GIVEN = ("first name", "given name", "firstname")
_MIDDLE = ("middle name", "additional name")
_FAMILY = ("last name", "family name", "lastname", "surname")
_COMPANY = ("organization name", "organization 1 - name", "company", "company name", "organization", "organisation")
_POSITION = ("organization title", "organization 1 - title", "job title", "jobtitle", "position")
_EMAIL = re.compile(
    r"(?:(?:home|work|other|primary|secondary|personal|business)[ -])?e-?mail"
    r"(?: address| \d+ address| \d+ - value| \d+)?"
)
_PHONE = re.compile(
    r"phone \d+ - value|(?:phone|telephone|mobile|cell)(?: number| phone| \d+)?"
    r"|(?:business|home|mobile|other|primary|car|radio|work|company main|cell) (?:tele)?phone(?: number)?(?: \d+)?"
)
_LINK = re.compile(r"website \d+ - value|web ?(?:page|site)(?: \d+)?|personal web page|url")
_NOT_A_BOOK = frozenset({"connected on", "connectedon", "connected_on", "source", "verification type"})
"""Columns of the network's own tables, and of the one that linkbak exports."""
_SEVERAL = " ::: "
"""The separator of several values in one cell of Google's."""
_AN_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class Columns(NamedTuple):
    """The places of the columns for each field; `program` is google or outlook, "csv" for any other."""

    names: tuple[int, ...]
    parts: tuple[int, ...]
    emails: tuple[int, ...]
    phones: tuple[int, ...]
    companies: tuple[int, ...]
    positions: tuple[int, ...]
    links: tuple[int, ...]
    program: str


class Sheet(NamedTuple):
    """The records of a file after its header: the header's line, its text, and the meaning of its columns."""

    records: Records
    rows: Iterator[tuple[int, list[str] | None]]
    header: Sequence[str]
    columns: Columns


def sheet_of(stream: IO[bytes]) -> Sheet | None:
    """The file as a list of contacts; None if its header is not one."""
    records = Records(stream)
    if records.text.workbook:
        return None
    rows = iter(records)
    for _, row in islice(rows, _HEAD):
        if row and any(cell.strip() for cell in row):
            columns = columns_of(row)
            return Sheet(records, rows, tuple(row), columns) if columns else None
    return None


def columns_of(header: Sequence[str]) -> Columns | None:
    """The meaning of a header's columns; None unless they name people and hold their addresses.

    For Google's and Outlook's a column of numbers is enough.
    """
    folded = [" ".join(cell.split()).casefold() for cell in header]

    def of(*names: str) -> tuple[int, ...]:
        return tuple(folded.index(name) for name in names if name in folded)

    def like(pattern: re.Pattern[str]) -> tuple[int, ...]:
        return tuple(at for at, cell in enumerate(folded) if pattern.fullmatch(cell))

    emails, phones = like(_EMAIL), like(_PHONE)
    words = next((one for one in LANGUAGES if one.are_of(frozenset(folded))), None)
    if words is not None:
        return Columns(
            (),
            of(words.given, words.middle, words.family),
            tuple(sorted({*emails, *of(*words.emails)})),
            tuple(sorted({*phones, *of(*words.phones)})),
            of(words.company),
            of(words.position),
            of(words.link),
            "outlook",
        )
    parts = tuple(at[0] for names in (_GIVEN, _MIDDLE, _FAMILY) if (at := of(*names)))
    if not _NOT_A_BOOK.isdisjoint(folded) or not (of(*_WHOLE) or parts) or not (emails or phones):
        return None
    google = any(re.fullmatch(r"(?:e-mail|phone) \d+ - (?:value|type|label)", cell) for cell in folded) or (
        {"group membership", "yomi name"} <= {*folded} or {"file as", "labels", "phonetic first name"} <= {*folded}
    )
    outlook = {"e-mail address", "business phone", "job title"} <= {*folded}
    program = "google" if google else "outlook" if outlook else "csv"
    if program == "csv" and not emails:
        return None
    return Columns(of(*_WHOLE), parts, emails, phones, of(*_COMPANY), of(*_POSITION), like(_LINK), program)


def read_sheet(stream: IO[bytes], issues: Issues) -> Book:
    """Each row's card in order; a row that cannot be read is an issue, one of empty cells is none."""
    sheet = sheet_of(stream)
    assert sheet is not None, "the file was found to be a list of contacts before"
    width = len(sheet.header)
    cards, skipped = list[Card](), 0
    for line, row in sheet.rows:
        if row is None:
            problem = tr_later("a row too large to be read")
        elif not any(cell.strip() for cell in row):
            continue
        elif any(cell.strip() for cell in row[width:]):
            problem = tr_later("more cells than the header has columns")
        else:
            card = _card([*row, *[""] * (width - len(row))], sheet.columns)
            if any(card[:4]):
                cards.append(card)
                continue
            problem = tr_later("a row without a name, an address or a number")
        issues.lost(line, problem)
        skipped += 1
    sheet.records.tell_end(issues)
    return Book(cards, skipped, sheet.records.text.lines, tuple(sheet.header[:MOST_COLUMNS]), sheet.columns.program)


def _card(row: Sequence[str], columns: Columns) -> Card:
    emails = tuple(one for one in _all(row, columns.emails) if _AN_ADDRESS.fullmatch(one))
    phones = _all(row, columns.phones)
    whole = next(iter(_all(row, columns.names)), "")
    parts = " ".join(_line(row[at]) for at in columns.parts if row[at].strip())
    company = next(iter(_all(row, columns.companies)), "")
    name = parts or whole or company or next(iter(emails), "")
    return Card(name, emails, phones, company, next(iter(_all(row, columns.positions)), ""), _all(row, columns.links))


def _all(row: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
    """The values of some cells, each once."""
    texts = [_line(text) for at in places for text in row[at].split(_SEVERAL)]
    return tuple(dict.fromkeys(filter(None, texts)))


def _line(text: str) -> str:
    """The text on one line, without the prefix that keeps spreadsheets from reading it as a formula."""
    text = re.sub(r"^'(?=[=+@-])", "", text)
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).split())


# --- Outlook ----------------------------------------------------------------------------------------------------------


class Words(NamedTuple):
    """The columns of one language, casefolded; the first of the numbers is that of the office."""

    given: str
    middle: str
    family: str
    company: str
    position: str
    link: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]

    def are_of(self, header: frozenset[str]) -> bool:
        """Whether a header is Outlook's in this language: it has a name, work, an e-mail and an office number."""
        needed = {self.given, self.family, self.company, self.position, self.phones[0]}
        return needed <= header and not header.isdisjoint({*self.emails, "e-mail address"})


LANGUAGES = (
    Words(  # German
        *("vorname", "weitere vornamen", "nachname", "firma", "position", "webseite"),
        ("e-mail-adresse", "e-mail 2: adresse", "e-mail 3: adresse"),
        (
            *("telefon geschäftlich", "telefon geschäftlich 2", "telefon privat", "telefon privat 2", "mobiltelefon"),
            *("mobiltelefon 2", "weiteres telefon", "haupttelefon", "autotelefon", "telefon firma"),
        ),
    ),
    Words(  # French
        *("prénom", "deuxième prénom", "nom", "société", "titre", "page web"),
        ("adresse de messagerie", "adresse de messagerie 2", "adresse de messagerie 3"),
        (
            *("téléphone (bureau)", "téléphone 2 (bureau)", "téléphone (domicile)", "téléphone 2 (domicile)"),
            *("tél. mobile", "téléphone (autre)", "téléphone principal", "téléphone (voiture)", "radio téléphone"),
            "téléphone société",
        ),
    ),
    Words(  # Spanish
        *("nombre", "segundo nombre", "apellidos", "organización", "puesto", "página web"),
        (
            *("dirección de correo electrónico", "dirección de correo electrónico 2"),
            *("dirección de correo electrónico 3", "dirección del correo electrónico 3"),
        ),
        (
            *("teléfono del trabajo", "particular", "otro teléfono", "teléfono principal", "radioteléfono"),
            "número de centralita de la organización",
        ),
    ),
    Words(  # Italian
        *("nome", "secondo nome", "cognome", "società", "posizione", "pagina web"),
        ("indirizzo posta elettronica", "indirizzo posta elettronica 2", "indirizzo posta elettronica 3"),
        (
            *("ufficio", "ufficio 2", "abitazione", "abitazione 2", "cellulare", "altro telefono"),
            *("telefono principale", "telefono auto", "radiotelefono", "telefono principale società"),
        ),
    ),
    Words(  # Dutch
        *("voornaam", "middelste naam", "achternaam", "bedrijf", "functie", "webpagina"),
        ("e-mailadres", "e-mailadres 2", "e-mailadres 3"),
        (
            *("telefoon op werk", "telefoon op werk 2", "telefoon thuis", "telefoon thuis 2", "mobiele telefoon"),
            *("andere telefoon", "hoofdtelefoon", "autotelefoon", "radiotelefoon", "hoofdtelefoon bedrijf"),
        ),
    ),
    Words(  # Portuguese of Brazil
        *("primeiro nome", "segundo nome", "sobrenome", "empresa", "cargo", "página da web"),
        ("endereço de email", "endereço de email 2", "endereço de email 3"),
        (
            *("telefone comercial", "telefone comercial 2", "telefone residencial", "telefone residencial 2"),
            *("telefone celular", "outro telefone", "telefone principal", "telefone do carro", "radiofone"),
            "telefone principal da empresa",
        ),
    ),
    Words(  # Portuguese of Portugal
        *("primeiro nome", "outros nomes/apelidos", "apelido", "empresa", "cargo", "página na web"),
        (
            *("endereço de correio electrónico", "endereço do correio electrónico 2"),
            "endereço do correio electrónico 3",
        ),
        (
            *("telefone da empresa", "2º telefone da empresa", "telefone da residência", "2º telefone da residência"),
            *("telemóvel", "outro telefone", "telefone principal", "telefone do carro", "radiotelefone"),
            "telefone principal da empresa",
        ),
    ),
)
