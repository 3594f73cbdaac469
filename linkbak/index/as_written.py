"""Dates of lists that could not be read, as written there."""

from __future__ import annotations

from linkbak import adapters
from linkbak.index import Person
from linkbak.matching import url_key
from linkbak.vault import Vault


def connected_on(vault: Vault, person: Person) -> str:
    """The day of connecting as the last list that shows somebody writes it; "" if it has none."""
    key = url_key(person.row.url) or person.row.name
    for one in vault.summaries(person.account):
        listing = None
        if one.taken == person.last_seen:
            listing = adapters.by_network(one.network).connections(vault.files(one.key))
        if listing is not None:
            undated = [(listing.rows[at], text) for at, text in listing.undated.items()]
            return next((text for row, text in undated if key == (url_key(row.url) or row.name)), "")
    return ""
