"""Address books: vCards of every version, contacts as CSV of every program, and hostile ones."""

from __future__ import annotations

import io
from itertools import chain, repeat

import pytest
import vobject

from linkbak.adapters import by_network, choose
from linkbak.adapters.addressbook.csv import columns_of
from linkbak.adapters.addressbook.vcard import read_cards
from linkbak.adapters.linkedin.csv import Issues
from linkbak.errors import UnknownArchive
from linkbak.model import BOOK, Card, Issue
from tests.adapters.contract import AdapterContract
from tests.adapters.given import Given, alone, export

BOOKS = by_network(BOOK)


class TestBook(AdapterContract):
    """Apple's, a phone's of 2.1 with quoted-printable, 4.0; Google's old and new columns, Outlook's, and plain ones."""

    adapter = BOOKS
    export = "addressbook"


def cards_in(text: str | bytes) -> tuple[list[Card], list[tuple[int, str, bool]]]:
    """The cards of one file, and its issues: line, reason, loss."""
    issues = Issues("contacts.vcf")
    data = text if isinstance(text, bytes) else text.encode()
    found = read_cards(io.BytesIO(data), issues).cards
    return found, [(issue.line, issue.reason, issue.loss) for issue in issues.all()]


def card(*lines: str) -> str:
    return "\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""])


ADA = card("FN:Ada Example", "EMAIL:ada@example.com")
AS_READ = Card("Ada Example", ("ada@example.com",))


# --- whose file it is ---


def test_the_network_s_own_tables_are_no_address_books() -> None:
    for name in ("2018", "2021", "2023", "2026", "2017-outlook"):
        files = export(name)
        assert not BOOKS.recognises(files)
        for path in files.paths:
            if path.endswith(".csv"):
                assert not BOOKS.recognises(alone(files[path], "renamed.csv")) or "outlook" in path, path


@pytest.mark.parametrize(
    ("file", "account"),
    [
        ("apple.vcf", "apple"), ("phone.vcf", "vcard"), ("four.vcf", "vcard"), ("google-new.csv", "google"),
        ("google-old.csv", "google"), ("outlook.csv", "outlook"), ("mac.csv", "csv"),
    ],
)  # fmt: skip
def test_a_book_is_kept_under_the_name_of_the_program_that_wrote_it(file: str, account: str) -> None:
    files = alone(export("addressbook")[file], file)

    assert choose(files).network == BOOK
    assert BOOKS.book(files) == account


@pytest.mark.parametrize(
    "header",
    [
        "Vorname,Nachname,Firma,Position,E-Mail-Adresse",  # German, but no column that only Outlook has
        "Imię,Nazwisko,Firma,Stanowisko,Telefon służbowy,Adres e-mail",  # Outlook's in a language that is not known
        "Name,Phone",
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
        "Source,FirstName,LastName,Companies,Title,Emails,PhoneNumbers",
        "Order,E-mail",
    ],
)
def test_other_lists_are_no_address_books(header: str) -> None:
    assert columns_of(header.split(",")) is None
    assert not BOOKS.recognises(alone(f"{header}\n", "people.csv"))


OUTLOOKS = {
    "de": "Vorname|Weitere Vornamen|Nachname|Firma|Position|Telefon geschäftlich|Mobiltelefon|E-Mail-Adresse|"
    "E-Mail-Typ|E-Mail 2: Adresse|Webseite",
    "fr": "Prénom|Deuxième prénom|Nom|Société|Titre|Téléphone (bureau)|Tél. mobile|Adresse de messagerie|"
    "Type de messagerie|Adresse de messagerie 2|Page Web",
    "es": "Nombre|Segundo nombre|Apellidos|Organización|Puesto|Teléfono del trabajo|Mobile Phone|E-mail Address|"
    "E-mail Type|Dirección de correo electrónico 2|Página web",
    "it": "Nome|Secondo nome|Cognome|Società|Posizione|Ufficio|Cellulare|Indirizzo posta elettronica|"
    "Tipo posta elettronica|Indirizzo posta elettronica 2|Pagina Web",
    "nl": "Voornaam|Middelste naam|Achternaam|Bedrijf|Functie|Telefoon op werk|Mobiele telefoon|E-mailadres|E-mailtype|"
    "E-mailadres 2|Webpagina|Werkadres, straat",
    "pt-br": "Primeiro nome|Segundo nome|Sobrenome|Empresa|Cargo|Telefone comercial|Telefone celular|E-mail Address|"
    "Tipo de email|Endereço de email 2|Página da Web",
    "pt": "Primeiro nome|Outros nomes/apelidos|Apelido|Empresa|Cargo|Telefone da empresa|Telemóvel|"
    "Endereço de correio electrónico|Tipo de correio electrónico|Endereço do correio electrónico 2|Página na Web",
}


@pytest.mark.parametrize(("encoding", "mark"), [("cp1252", ";"), ("utf-8-sig", ",")])
@pytest.mark.parametrize("language", OUTLOOKS)
def test_outlook_writes_its_columns_in_its_own_language(language: str, encoding: str, mark: str) -> None:
    greta = ("Greta", "", "Sample", "Example GmbH", "Buyer", "+49 555 1", "+49 555 2", "greta@example.com", "SMTP")
    rows = (OUTLOOKS[language].split("|"), (*greta, "greta@example.org", "https://example.com"))
    text = "".join(mark.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    book = Given({"contacts.csv": text.encode(encoding)})

    assert BOOKS.recognises(book)
    assert BOOKS.book(book) == "outlook"
    emails, links = ("greta@example.com", "greta@example.org"), ("https://example.com",)
    assert list(BOOKS.cards(book)) == [
        Card("Greta Sample", emails, ("+49 555 1", "+49 555 2"), "Example GmbH", "Buyer", links)
    ]


def test_a_calendar_called_as_a_vcard_is_none() -> None:
    with pytest.raises(UnknownArchive):
        choose(alone("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "contacts.vcf"))


def test_nobody_s_book_is_kept_because_it_lies_in_downloads() -> None:
    files = alone(ADA, "contacts.vcf")

    assert not BOOKS.is_archive_name("contacts.vcf")
    assert not BOOKS.may_be_archive(files.paths)
    assert not BOOKS.is_surely_archive(files)


def test_who_stands_in_several_of_google_s_folders_is_told_once() -> None:
    files = Given({"All Contacts/All Contacts.vcf": ADA, "Friends/Friends.vcf": ADA, "Friends/Ada.jpg": b"\xff\xd8"})

    assert list(BOOKS.cards(files)) == [AS_READ]
    assert BOOKS.read(files).coverage["cards"].rows == 1
    assert not BOOKS.read(files).issues


# --- tolerance ---


@pytest.mark.parametrize("end", ["\r\n", "\r", "\r\r\n", "\n\n"])
def test_any_line_ends_will_do(end: str) -> None:
    text = card("FN:Ada Exam", " ple", "EMAIL:ada@example.com").replace("\n", end)

    assert cards_in(text) == ([AS_READ], [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_byte_order_mark_will_do(encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith("e") else ""

    assert cards_in((mark + ADA).encode(encoding)) == ([AS_READ], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lines_are_counted_in_any_encoding(encoding: str) -> None:
    for text in (ADA, ADA.strip()):
        assert [facts.lines for facts in BOOKS.read(alone(text.encode(encoding), "book.vcf")).files] == [5]


def test_a_line_feed_at_the_border_of_two_blocks_is_one_end() -> None:
    filler = "NOTE:" + "x" * ((1 << 18) - len("BEGIN:VCARD\r\nNOTE:") - 1)

    assert cards_in(f"BEGIN:VCARD\r\n{filler}\r\nFN:Ada\r\nBROKEN\r\nEND:VCARD\r\n")[0] == [Card("Ada")]


def test_without_fn_a_card_is_called_by_what_it_has() -> None:
    found, issues = cards_in(
        card("N:Example;Ada;M.;;") + card("ORG:Acme;Sales") + card("EMAIL:mailto:x@example.com") + card("TEL:tel:1")
    )

    assert [one.name for one in found] == ["Ada M. Example", "Acme", "x@example.com", ""]
    assert not issues


def test_letters_of_no_known_encoding_cost_nothing_but_themselves() -> None:
    broken = b"BEGIN:VCARD\nFN;CHARSET=klingon:Ada Ex\xe4mple\nEND:VCARD\n"

    found, issues = cards_in(broken + ADA.encode())

    assert found == [Card("Ada Ex\u00e4mple"), AS_READ]
    assert [(line, loss) for line, _, loss in issues] == [(2, False)]


def test_what_another_library_writes_is_read() -> None:
    """Khard and vdirsyncer write by it."""
    made = vobject.vCard()
    made.add("n").value = vobject.vcard.Name(family="Ex\u00e4mple", given="Ada")
    made.add("fn").value = 'Ada Ex\u00e4mple; the "first", of \\ all'
    made.add("email").value = "ada@example.com"
    made.email.type_param = "INTERNET"
    made.add("org").value = ["Acme, Inc", "R;D"]
    made.add("note").value = "x" * 300 + "\nEMAIL:evil@example.com"
    name = 'Ada Ex\u00e4mple; the "first", of \\ all'

    assert cards_in(made.serialize()) == ([Card(name, ("ada@example.com",), company="Acme, Inc")], [])


# --- hostile cards: the others are read, and nothing acts ---


@pytest.mark.parametrize(
    ("lines", "line"), [(["FN:"], 1), (["EMAIL;ENCODING=BASE64:!!!!=", "FN:"], 1), (["NOTE:only a note"], 1)]
)
def test_a_card_of_nothing_is_an_issue_and_the_others_are_kept(lines: list[str], line: int) -> None:
    found, issues = cards_in(card(*lines) + ADA)

    assert found == [AS_READ]
    assert line in [at for at, _, loss in issues if loss]


def test_a_card_without_end_is_kept_and_told() -> None:
    found, issues = cards_in("BEGIN:VCARD\nFN:Boris\n" + ADA + "BEGIN:VCARD\nFN:Cut")

    assert found == [Card("Boris"), AS_READ, Card("Cut")]
    assert [(at, loss) for at, _, loss in issues] == [(1, True), (8, True)]


def test_what_stands_inside_a_value_is_no_line_of_its_own() -> None:
    """Soft line ends of a note, a photo's folds, encoded line ends, another card inside."""
    found, issues = cards_in(
        card(
            "FN:Ada Example",
            "EMAIL:ada@example.com",
            "NOTE;ENCODING=QUOTED-PRINTABLE:write to=",
            "EMAIL:mother@example.com",
            "PHOTO;ENCODING=b:AAAA",
            " EMAIL:photo@example.com",
            "AGENT:",
            "BEGIN:VCARD",
            "EMAIL:agent@example.com",
            "BEGIN:VCARD",
            "EMAIL:inner@example.com",
            "END:VCARD",
            "END:VCARD",
            "TITLE;ENCODING=QUOTED-PRINTABLE:Boss=0D=0AEMAIL:title@example.com",
            r"ROLE:a\nEMAIL:role@example.com",
        )
    )

    assert found == [AS_READ._replace(position="Boss EMAIL:title@example.com")]
    assert not issues


def test_a_quoted_printable_value_goes_on_over_lines() -> None:
    found, _ = cards_in("BEGIN:VCARD\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=81d=\na Ex=\nample\nEND:VCARD\n")

    assert [one.name for one in found] == ["Áda Example"]


def test_controls_are_no_part_of_a_name() -> None:
    found, _ = cards_in("BEGIN:VCARD\nFN:Ada\x00\x1b[31m Example\x9b\nEMAIL:a\x00@example.com\nEND:VCARD\n")

    assert found == [Card("Ada [31m Example", ("a @example.com",))]


@pytest.mark.parametrize(
    "bomb",
    [
        chain([b"FN:a\n"], repeat(b" " + b"b" * 70 + b"\n", 20_000)),
        [b"FN:", b"b" * 2_000_000, b"\n"],
        [b"PHOTO:", b"b" * 2_000_000, b"\n"],
        [b"TEL;TYPE=", b"," * 100_000, b'":1\n'],
        [b"TEL;", b'X="' * 100_000, b":1\n"],
        [b"BEGIN:VCARD\n" * 20_000],
        [b"AGENT:\nBEGIN:VCARD\n" * 20_000, b"END:VCARD\n" * 20_000],
        repeat(b"EMAIL:x@example.com\n", 20_000),
        [b"N:", b";" * 60_000, b"\n"],
        [b"FN:", b"\\" * 60_000, b"\n"],
    ],
)
def test_a_bomb_costs_its_own_card_alone(bomb: object) -> None:
    """Reading takes time in proportion to the file: one such line keeps vobject busy for hours."""
    assert isinstance(bomb, chain | list | repeat)
    data = b"".join([b"BEGIN:VCARD\n", *bomb, b"END:VCARD\n", ADA.encode()])

    assert AS_READ in cards_in(data)[0]


def test_a_value_beyond_the_limit_is_an_issue() -> None:
    found, issues = cards_in(card("FN:Ada", "ORG:" + "x" * 70_000, "TITLE:" + "\n ".join(["y" * 1_000] * 70)) + ADA)

    assert found[0].company == ""
    assert found[1] == AS_READ
    assert [(at, loss) for at, _, loss in issues] == [(4, True), (5, True)]


# --- sheets ---


def test_a_row_of_too_many_cells_is_an_issue_and_the_others_are_kept() -> None:
    files = alone('First name,Email\nAda,ada@example.com\nBoris,b@example.com,,x\n,\n,""\nKofi,nothing\n', "a.csv")
    reading = BOOKS.read(files)

    assert list(BOOKS.cards(files)) == [Card("Ada", ("ada@example.com",)), Card("Kofi")]
    assert reading.issues == (Issue("a.csv", 3, "more cells than the header has columns"),)
    assert (reading.coverage["cards"].rows, reading.coverage["cards"].completeness) == (2, "partial")
    assert reading.coverage["cards"].reasons == ("a.csv could not be read whole",)


def test_an_address_of_exchange_s_own_is_none() -> None:
    files = alone(export("addressbook")["outlook.csv"], "outlook.csv")

    assert [one.emails for one in BOOKS.cards(files)] == [("greta@example.com",)]
