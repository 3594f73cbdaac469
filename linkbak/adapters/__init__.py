"""All networks that linkbak knows, and which of them an archive is from.

An adapter reads what a network sends through `Files`, which a zip, a folder and a kept snapshot all are, and
never writes. To add a network, write a class with the methods of `Adapter` and put an instance into `ADAPTERS`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol

from linkbak.adapters.linkedin import LinkedIn
from linkbak.errors import UnknownArchive, UsageProblem
from linkbak.model import (
    BOOK,
    AccountFact,
    Card,
    Contact,
    Coverage,
    Endorsement,
    Files,
    Invitation,
    Listing,
    Manifest,
    Message,
    Note,
    Owner,
    Pair,
    Post,
    ProfileEntry,
    Reading,
    Recommendation,
    Taken,
)
from linkbak.texts import tr

__all__ = [
    "ADAPTERS", "NETWORKS", "Adapter", "LinkedIn", "by_network", "choose", "every", "is_archive_name",
    "is_surely_archive", "may_be_archive", "versions",
]  # fmt: skip


class Adapter(Protocol):
    """The interface to one network's archives.

    Nothing in them raises, however broken: what is not understood becomes an Issue in `read`. Only the files
    themselves may refuse to be read, with a LinkbakError.
    """

    network: str

    def recognises(self, files: Files) -> bool:
        """Whether the archive is this network's."""

    def is_archive_name(self, name: str) -> bool:
        """Whether the network gives its archives such a name."""

    def may_be_archive(self, paths: Iterable[str]) -> bool:
        """Whether files of these names, none of them opened, may be one of its archives."""

    def is_surely_archive(self, files: Files) -> bool:
        """Whether an archive is certainly this network's, even if nobody named it as one."""

    def taken(self, name: str, entries: Sequence[tuple[str, datetime | None]], kind: str) -> Taken | None:
        """When the network wrote the archive, from its name and the times of its entries; None if unknown."""

    def owner(self, files: Files) -> Owner:
        """The archive's evidence about its owner."""

    def read(self, files: Files, before: tuple[Files, Manifest] | None = None) -> Reading:
        """The files with their rows, the coverage of each kind, and all issues.

        Given an earlier archive `before`, read by this version, parts that are the same in both may be left unread, and
        the lists may come as a pair, as `pairs` gives it; the rest of the result is the same as without.
        """

    def book(self, files: Files) -> str:
        """The account's name, where the archive's form says it, as for an address book; else ""."""

    def cards(self, files: Files) -> Iterator[Card]:
        """Every card of the member's own address book, in the archive's order; none twice."""

    def connections(self, files: Files) -> Listing | None:
        """The whole list of connections, None if the archive has none."""

    def pairs(self, lists: Iterable[tuple[Files, Coverage | None]]) -> Iterator[Pair | None]:
        """Each list of a series with the one before it, None where one of the two is missing; each is fetched once.

        Each comes with what `read` found of it when it was kept: then rows that are the same in both may be left out
        as anchors before anything is parsed. With None it is parsed in full.
        """

    def messages(self, files: Files, naming: Collection[str] = ()) -> Iterator[Message]:
        """Every message in the archive's order; with `naming`, only of files in which one of these texts stands."""

    def invitations(self, files: Files) -> Iterator[Invitation]:
        """Every invitation in the archive's order."""

    def endorsements(self, files: Files) -> Iterator[Endorsement]:
        """Every endorsement, received and given, in the archive's order; none twice."""

    def recommendations(self, files: Files) -> Iterator[Recommendation]:
        """Every recommendation, received and given, in the archive's order; none twice."""

    def contacts(self, files: Files) -> Iterator[Contact]:
        """Every row of the address book the member gave the network, in the archive's order; none twice."""

    def notes(self, files: Files) -> Iterator[Note]:
        """Every note of the member's own on a connection, in the archive's order; none twice."""

    def posts(self, files: Files) -> Iterator[Post]:
        """The member's posts and reactions, in the archive's order; none twice."""

    def account_facts(self, files: Files) -> Iterator[AccountFact]:
        """Facts about the account itself, each with its file and line."""

    def profile(self, files: Files) -> Iterator[ProfileEntry]:
        """Every entry of the member's own profile, in the order of a CV."""


ADAPTERS: tuple[Adapter, ...] = (LinkedIn(),)
"""The networks whose archives are looked for in download folders."""
NETWORKS = frozenset({*(adapter.network for adapter in ADAPTERS), BOOK})
"""Every network there is an adapter for."""


def every() -> Iterator[Adapter]:
    """Every adapter; that of address books comes last, and is loaded only if no other fits."""
    yield from ADAPTERS
    yield _address_book()


@cache
def _address_book() -> Adapter:
    from linkbak.adapters.addressbook import AddressBook

    return AddressBook()


def choose(files: Files) -> Adapter:
    """The adapter that knows the archive; raises UnknownArchive if none does."""
    for adapter in every():
        if adapter.recognises(files):
            return adapter
    raise UnknownArchive(
        tr("neither a LinkedIn archive nor an address book"),
        hint=tr(
            "linkbak reads LinkedIn's archive: the zip as downloaded, its folder, or Connections.csv "
            "alone; and your address book: vCards (.vcf), or the contacts CSV of Google, or of Outlook "
            "in English."
        ),
    )


def is_archive_name(name: str) -> bool:
    """Whether some network gives its archives such a name."""
    return any(adapter.is_archive_name(name) for adapter in ADAPTERS)


def may_be_archive(paths: Iterable[str]) -> bool:
    """Whether files of these names, none of them opened, may be some network's archive."""
    listed = list(paths)
    return any(adapter.may_be_archive(listed) for adapter in ADAPTERS)


def is_surely_archive(files: Files) -> bool:
    """Whether an archive is certainly some network's, even if nobody named it as one."""
    return any(adapter.is_surely_archive(files) for adapter in ADAPTERS)


def by_network(network: str) -> Adapter:
    """The adapter of a network by its name; raises UsageProblem for one that is not known."""
    for adapter in every() if network == BOOK else ADAPTERS:
        if adapter.network == network:
            return adapter
    raise UsageProblem(
        tr("linkbak knows no network of that name; it knows {networks}", networks=", ".join(sorted(NETWORKS)))
    )
