"""The invented people: whom Ada Example is connected to, as they were on the day they connected.

Their names say "example" in many languages. Nobody here exists; the domain example.com belongs to nobody.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Person(NamedTuple):
    """A connection on its first day; `slug` is the profile address's last part, not yet percent-encoded."""

    since: str
    first: str
    last: str
    slug: str
    company: str = ""
    position: str = ""
    shares_email: bool = False

    @property
    def email(self) -> str:
        """The address in exports old enough to show everybody's."""
        return f"{self.slug.replace('-', '.')}@example.com" if self.slug.isascii() else ""

    @property
    def connected(self) -> datetime:
        """The minute of the connection."""
        return datetime.fromisoformat(self.since)


ADA = Person("2013-05-02 10:00", "Ada", "Example", "ada-example", "Example Works", "Archivist", True)
BORIS = Person("2014-02-03 09:15", "Boris", "Sample", "boris-sample", "Sample & Sons", "Partner", True)
MEMBER_IDS = {"ada-example": 123456789, "boris-sample": 987654321}

PEOPLE = (
    BORIS,
    Person("2014-02-21 17:40", "Carla", "Ejemplo", "carla-ejemplo", "Example Works", "Engineer"),
    Person("2014-03-11 08:05", "Dieter", "Beispiel", "dieter-beispiel-4b1a92c7", "Muster GmbH", "Werkleiter"),
    Person("2014-03-11 08:30", "Émile", "Exemple", "émile-exemple", "Exemple & Fils", "Directeur général"),
    Person("2014-06-30 22:10", "Francesca", "Esempio", "francesca-esempio", "Campione SpA", "Designer"),
    Person("2014-09-05 12:00", "Gijs", "Voorbeeld", "gijs-voorbeeld-71c03d5e", "Voorbeeld BV", "Planner"),
    Person("2014-11-18 15:25", "Hélène", "Modèle", "hélène-modèle", "Exemple & Fils", "Comptable"),
    Person("2015-01-09 09:55", "Ines", "Exemplo", "ines-exemplo", "Amostra Lda", "Editora"),
    Person("2015-02-14 19:20", "Jonas", "Eksempel", "jonas-eksempel-09e5b1f4", "Prøve A/S", "Carpenter"),
    Person("2015-02-14 19:45", "Karin", "Exempel", "karin-exempel", "Prov AB", "Förskollärare"),
    Person("2015-05-20 07:30", "Lars", "Mønster", "lars-mønster-5a7d2e10", "Prøve A/S", "Fisherman"),
    Person("2015-07-07 13:13", "María José", "Muestra", "maría-josé-muestra", "Muestra SA", "Arquitecta"),
    Person("2015-10-01 10:10", "Niall", "Sampla", "niall-sampla", "Sampla Teoranta", "Teacher", True),
    Person("2015-12-24 16:00", "Oskar", "Probe", "oskar-probe-c2d84f61", "Muster GmbH", "Lehrling"),
    Person("2016-02-29 11:11", "Priya", "Specimen", "priya-specimen", "Specimen Labs", "Chemist"),
    Person("2016-04-12 14:50", "Quentin", "Spécimen", "quentin-spécimen", "Exemple & Fils", "Vendeur"),
    Person("2016-06-06 06:06", "Ruth", "Placeholder", "ruth-placeholder", "Northwind Placeholder, Inc.", "Buyer"),
    Person("2016-08-19 18:35", "Sven", "Påhitt", "sven-påhitt-8e10c7a3", "Prov AB", "Snickare"),
    Person("2016-11-03 09:00", "Tom", "Twin", "tom-twin", "Gemini Example Ltd", "Baker"),
    Person("2016-12-21 10:15", "Ursula", "Muster", "ursula-muster", "Muster GmbH", "Meisterin"),
    Person("2017-01-17 12:45", "Victor", "Modelo", "victor-modelo-3f6b9d02", "Muestra SA", "Abogado"),
    Person("2017-03-08 20:20", "Paweł", "Przykład", "paweł-przykład", "Próbka sp. z o.o.", "Elektryk"),
    Person("2017-05-15 09:30", "Tomáš", "Příklad", "tomáš-příklad-6d21e8b5", "Vzorek s.r.o.", "Truhlář"),
    Person("2017-07-21 11:00", "Wei", "Shili", "wei-shili", "Lizi Example Co.", "Analyst"),
    Person("2017-09-13 13:30", "Ольга", "Пример", "ольга-пример", "Образец", "Редактор"),
    Person("2017-12-01 17:05", "Yannis", "Παράδειγμα", "yannis-paradeigma-e7b40c19", "Δείγμα", "Librarian"),
    Person("2018-02-02 08:20", "Zoë", "van Voorbeeld", "zoë-van-voorbeeld", "Voorbeeld BV", "Nurse"),
    Person("2018-04-26 16:16", "Anaïs", "Exemple, PhD", "anaïs-exemple", "Specimen Labs", "Head of Samples"),
    Person("2018-07-04 04:04", "Ben", "Filler, PMP, MBA", "ben-filler-12ab34cd", "Filler Consulting", "Consultant"),
    Person("2018-10-18 09:05", "Chipo", "Muenzaniso", "chipo-muenzaniso", "Example Works", "Welder"),
    Person("2018-10-18 21:45", "DAGMAR", "VZOREK", "dagmar-vzorek-f0e1d2c3", "Vzorek s.r.o.", "OWNER"),
    Person("2019-01-30 10:40", "Eeva", "Esimerkki", "eeva-esimerkki", "Malli Oy", "Nurse"),
    Person("2019-03-19 12:12", "فاطمة", "مثال", "فاطمة-مثال", "نموذج", "مهندسة"),
    Person("2019-05-14 14:14", "Goran", "Primjer", "goran-primjer-a1b2c3d4", "Uzorak d.o.o.", "Driver"),
    Person("2019-05-14 15:00", "Hana", "Rei", "hana-rei", "見本株式会社", "通訳"),
    Person("2019-08-08 08:08", "Ivo", "Näidis", "ivo-näidis", "Näidis OÜ", "Ship's cook"),
    Person("2019-11-11 11:11", "Jae", "Yesi", "jae-yesi-5566ee77", "보기 주식회사", "Barista"),
    Person("2020-01-06 09:09", "Kofi", "Nhwɛso", "kofi-nhwɛso", "Example Works", "Plumber"),
    Person("2020-02-10 19:00", " Lina", "Pavyzdys ", "lina-pavyzdys", " Pavyzdys UAB", "Tailor "),
    Person("2020-06-17 13:20", "Mikko", "Malli", "mikko-malli-90ab12cd", "Malli Oy", "Forester"),
    Person("2020-09-23 15:45", "Nour", "Numune", "nour-numune", "Numune AŞ", "Pharmacist", True),
    Person("2020-12-31 23:50", "Ola", ".", "ola-dot-3c4d5e6f", "", ""),
    Person("2021-03-03 03:30", "Petra (she/her)", "Vzor", "petra-vzor", "Vzor a.s.", "Judge"),
    Person("2021-05-05 05:55", "Rosa 🌱", "Amostra", "rosa-amostra", "Amostra Lda", "Gardener 🌻"),
    Person("2021-08-12 10:30", "Sam", "Twin", "sam-twin-11112222", "Gemini Example Ltd", "Pilot"),
    Person("2021-08-12 10:31", "Sam", "Twin", "sam-twin-33334444", "Gemini Example Ltd", "Pilot"),
    Person("2021-10-27 12:34", "Tove", "Prov", "tove-prov", "Prov AB", "Vet"),
    Person("2022-01-19 14:00", "Uri", "Dugma", "uri-dugma-7788aa99", "=Equal Labs", "+1 Engineer"),
    Person("2022-03-05 16:20", "Vera", "Образец", "vera-obrazec", "Образец", "Diver"),
    Person("2022-05-23 18:18", "Wei", "Shili", "wei-shili-2b3c4d5e", "Sample & Sons", "Translator"),
    Person("2022-06-14 11:05", "Xenia", "Deigma", "xenia-deigma-d4c3b2a1", "Δείγμα", "Surveyor"),
    Person("2022-09-01 09:40", "Yusuf", "Örnek", "yusuf-örnek", "Numune AŞ", "Journalist"),
    Person("2022-11-29 20:00", "Zita", "Minta", "zita-minta-0f9e8d7c", "Minta Kft.", "Conductor"),
    Person("2023-02-08 08:45", "Alba", "Mostra", "alba-mostra", "Mostra SL", "Potter"),
    Person("2023-04-17 10:25", "Bram", "Staal", "bram-staal-44cc55dd", "Voorbeeld BV", "Glazier"),
    Person("2023-06-07 17:30", "Alex", "Doppel", "alex-doppel-aaaa1111"),
    Person("2023-06-07 17:31", "Alex", "Doppel", "alex-doppel-bbbb2222"),
    Person("2023-07-03 12:50", "Cleo", "Echantillon", "cleo-echantillon", "Exemple & Fils", "Optician"),
    Person("2023-10-10 10:10", "Dov", "Mashal", "dov-mashal-66ee77ff", "@Home Example", "Cook"),
    Person("2024-01-15 13:00", "Edda", "Dæmi", "edda-dæmi", "Dæmi hf.", "Geologist", True),
    Person("2024-02-22 15:15", "Finn", "Eksempel", "finn-eksempel-88aa99bb", "Prøve A/S", "Actor"),
    Person("2024-03-05 09:30", "Gita", "Udaharan", "gita-udaharan", "Specimen Labs", "Physicist"),
    Person("2024-05-28 11:45", "Hugo", "Provbit", "hugo-provbit-ccdd0011", "Prov AB", "Farmer"),
    Person("2024-08-13 14:40", "Ingrid", "Probe", "ingrid-probe", "Muster GmbH", "Clockmaker"),
    Person("2024-10-30 16:55", "Jiří", "Ukázka", "jiří-ukázka", "Vzorek s.r.o.", "Brewer"),
    Person("2025-01-21 08:15", "Kim", "Patroon", "kim-patroon-2233ddee", "Voorbeeld BV", "Sailor"),
    Person("2025-03-14 15:09", "Luz", "Ejemplar", "luz-ejemplar", "Muestra SA", "Violinist"),
    Person("2025-05-19 10:50", "Mia", "Näyte", "mia-näyte-ee44ff55", "Malli Oy", "Miller"),
    Person("2025-07-24 19:35", "Nils", "Utkast", "nils-utkast", "Prov AB", "Blacksmith"),
    Person("2025-09-02 07:25", "Oona", "Sampla", "oona-sampla-6677a8b9", "Sampla Teoranta", "Poet"),
    Person("2025-10-16 13:45", "Pia", "Modell", "pia-modell", "Muster GmbH", "Founder"),
    Person("2025-12-09 17:20", "Rafi", "Naksha", "rafi-naksha-c0ffee12", "Specimen Labs", "Cartographer"),
    Person("2026-01-07 09:05", "Sol", "Muestra", "sol-muestra", "Muestra SA", "Astronomer"),
    Person("2026-02-11 12:30", "Tess", "Trial", "tess-trial-decade01", "Trial and Error plc", "Tester"),
    Person("2026-02-11 14:45", "Udo", "Versuch", "udo-versuch", "Muster GmbH", "Student"),
    Person("2026-03-02 10:20", "Vilma", "Bandymas", "vilma-bandymas-0badf00d", "Pavyzdys UAB", "Diplomat"),
    Person("2026-03-09 15:35", "Wanda", "Próbka", "wanda-próbka", "Próbka sp. z o.o.", "Sculptor", True),
    Person("2026-03-18 08:50", "Yara", "Exemplar", "yara-exemplar", "Northwind Placeholder, Inc.", "Economist"),
)
"""Oldest first; LinkedIn's own list is newest first."""
