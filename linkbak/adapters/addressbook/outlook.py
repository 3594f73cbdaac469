"""How Outlook calls the columns of its contacts in languages other than English: it writes them in its own.

As public code that reads such files has them; see docs/formats.md. Some languages mix in English names, so those count
as well.
"""

from __future__ import annotations

from linkbak.model import NamedTuple


class Words(NamedTuple):
    """The columns of one language, casefolded; of the numbers the first is that of the office."""

    given: str
    middle: str
    family: str
    company: str
    position: str
    link: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]

    def are_of(self, header: frozenset[str]) -> bool:
        """Whether a header is Outlook's in this language: it has a name's parts, work, an e-mail and the office's."""
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
