"""What happened to the connections over the years, and how the list looks at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from examples.people import PEOPLE, Person


class Event(NamedTuple):
    """From `at` on, the person who joined under `slug` differs in `fields` of Person, or in how they are listed."""

    at: str
    slug: str
    fields: Mapping[str, str | bool] = MappingProxyType({})
    listed: bool | None = None
    hidden: bool | None = None
    closed: bool | None = None


class Standing(NamedTuple):
    """One person at one moment; `joined` is the address they joined under, which never changes here."""

    joined: str
    person: Person
    listed: bool = True
    hidden: bool = False
    closed: bool = False


def moved(at: str, slug: str, company: str, position: str) -> Event:
    """Somebody changes jobs."""
    return Event(at, slug, {"company": company, "position": position})


EARLIER = (
    moved("2016-05-01", "carla-ejemplo", "Example Works", "Senior Engineer"),
    Event("2017-06-20", "oskar-probe-c2d84f61", listed=False),
    moved("2018-01-10", "jonas-eksempel-09e5b1f4", "Eksempel Boats", "Shipwright"),
    moved("2019-02-02", "priya-specimen", "Specimen Labs", "Head of Chemistry"),
    Event("2019-06-11", "victor-modelo-3f6b9d02", listed=False),
    Event("2019-09-09", "zoë-van-voorbeeld", hidden=True),
    moved("2020-08-08", "ruth-placeholder", "", ""),
    Event("2021-02-14", "hélène-modèle", {"last": "Modèle-Exemple"}),
    Event("2021-04-04", "gijs-voorbeeld-71c03d5e", hidden=True, closed=True),
    Event("2021-06-30", "ben-filler-12ab34cd", listed=False),
    moved("2022-04-01", "carla-ejemplo", "Ejemplo Automata", "Chief Engineer"),
    Event("2022-12-12", "lars-mønster-5a7d2e10", {"slug": "lars-mønster"}),
    Event("2023-03-03", "zoë-van-voorbeeld", hidden=False),
    Event("2023-05-05", "ola-dot-3c4d5e6f", hidden=True),
    Event("2023-09-01", "dieter-beispiel-4b1a92c7", {"slug": "dieter-beispiel"}),
    Event("2024-06-06", "francesca-esempio", listed=False),
    Event("2024-07-15", "xenia-deigma-d4c3b2a1", {"first": "Xenia Maria"}),
    moved("2025-02-02", "kofi-nhwɛso", "Kofi's Pipes", "Owner"),
    Event("2025-04-20", "tove-prov", hidden=True),
    Event("2025-09-20", "sven-påhitt-8e10c7a3", hidden=True),
    Event("2025-12-20", "ivo-näidis", listed=False),  # listed again in March, see below
    moved("2026-02-01", "pia-modell", "Modell und Tochter", "Founder"),
)

BETWEEN_FEBRUARY_AND_MARCH = (
    # vanished: one whose account lives, one who closed it, one of whom nothing is known
    Event("2026-03-03", "niall-sampla", listed=False),
    Event("2026-03-06", "goran-primjer-a1b2c3d4", listed=False, closed=True),
    Event("2026-03-10", "hugo-provbit-ccdd0011", listed=False),
    # hidden, and shown again
    Event("2026-03-04", "zita-minta-0f9e8d7c", hidden=True),
    Event("2026-03-12", "mia-näyte-ee44ff55", hidden=True),
    Event("2026-03-05", "tove-prov", hidden=False),
    # gone since December, listed again with the old date
    Event("2026-03-08", "ivo-näidis", listed=True),
    # removed and added again: the same person with a new date
    Event("2026-03-07", "yusuf-örnek", {"since": "2026-03-07 18:00"}),
    # renamed: the name, the address (twice), both, and both with a new job
    Event("2026-03-02", "luz-ejemplar", {"last": "Ejemplar de Muestra"}),
    Event("2026-03-02", "finn-eksempel-88aa99bb", {"slug": "finn-eksempel"}),
    Event("2026-03-11", "hana-rei", {"slug": "hana-rei-通訳"}),
    Event("2026-03-13", "ingrid-probe", {"first": "Inga", "last": "Beispiel", "slug": "inga-beispiel"}),
    Event(
        "2026-03-14",
        "dov-mashal-66ee77ff",
        {"first": "David", "last": "Mashal", "slug": "david-mashal", "company": "Mashal's", "position": "Chef"},
    ),
    # changed: job, company, position, e-mail now shared
    moved("2026-03-05", "carla-ejemplo", "Sample & Sons", "Partner"),
    moved("2026-03-06", "bram-staal-44cc55dd", "Staal Glas", "Glazier"),
    moved("2026-03-09", "edda-dæmi", "Dæmi hf.", "Chief Geologist"),
    moved("2026-03-15", "tess-trial-decade01", "", ""),
    Event("2026-03-16", "wei-shili-2b3c4d5e", {"shares_email": True}),
    # twins of one name and day: one changes address, both stay
    Event("2026-03-10", "sam-twin-33334444", {"slug": "captain-sam-twin"}),
    # twins of one name and day without a job: one goes, the other changes address, and nobody can tell which
    Event("2026-03-11", "alex-doppel-aaaa1111", listed=False),
    Event("2026-03-12", "alex-doppel-bbbb2222", {"slug": "alex-doppel"}),
)

EVENTS = (*EARLIER, *BETWEEN_FEBRUARY_AND_MARCH)


def everybody(at: datetime) -> dict[str, Standing]:
    """All people who ever connected before a moment, by the address they joined under."""
    known = {one.slug: Standing(one.slug, one) for one in PEOPLE if one.connected < at}
    for event in sorted(EVENTS, key=lambda event: event.at):
        if datetime.fromisoformat(event.at) < at and event.slug in known:
            known[event.slug] = _after(known[event.slug], event)
    return known


def connections(at: datetime) -> list[Standing]:
    """The list as LinkedIn would show it at a moment, newest first."""
    return _newest_first(one for one in everybody(at).values() if one.listed)


def _newest_first(standings: Iterable[Standing]) -> list[Standing]:
    return sorted(standings, key=lambda one: one.person.connected, reverse=True)


def _after(standing: Standing, event: Event) -> Standing:
    person = Person(**{**standing.person._asdict(), **event.fields})
    listed = standing.listed if event.listed is None else event.listed
    hidden = standing.hidden if event.hidden is None else event.hidden
    closed = standing.closed if event.closed is None else event.closed
    return Standing(standing.joined, person, listed, hidden, closed)
