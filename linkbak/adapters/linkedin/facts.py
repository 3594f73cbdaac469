"""What an archive says of the account itself: since when there is one, logins, challenges, payments, verifications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from linkbak.adapters.linkedin.csv import told_moment
from linkbak.adapters.linkedin.files import claims
from linkbak.adapters.linkedin.messages import rows_of
from linkbak.model import AccountFact, Files


class _Source(NamedTuple):
    """A table and what a row of it is; the columns are named by their folded names, one of `when` holds the moment."""

    table: str
    what: str
    when: tuple[str, ...]
    text: tuple[str, ...]
    private: tuple[str, ...]


_RECEIPT = ("description", "totalamount", "currencycode", "invoicenumber")
_PAYER = ("firstname", "lastname", "billingcountry", "postalcode", "paymentmethodtype")
_SOURCES = (
    _Source(
        "Registration.csv",
        "registered",
        ("registeredat", "registrationdate"),
        ("subscriptiontypes", "subscriptiontype"),
        ("registrationip", "registrationipaddress"),
    ),
    _Source("Account Status History.csv", "status", ("time",), ("event",), ()),
    _Source("Logins.csv", "login", ("logindate",), ("logintype", "useragent"), ("ipaddress",)),
    _Source(
        "Security Challenges.csv",
        "challenge",
        ("challengedate",),
        ("challengetype", "country", "useragent"),
        ("ipaddress",),
    ),
    _Source(
        "Verifications.csv",
        "verified",
        ("verifieddate",),
        ("verificationtype", "organizationname", "documenttype", "issuingauthority", "verificationserviceprovider"),
        ("firstname", "middlename", "lastname", "emailaddress", "yearofbirth", "country", "state", "city"),
    ),
    _Source("Receipts.csv", "paid", ("transactionmadeat",), _RECEIPT, _PAYER),
    _Source("Receipts_v2.csv", "paid", ("transactionmadeat",), _RECEIPT, _PAYER),
)


def account_facts(files: Files) -> Iterator[AccountFact]:
    """Every row of every such table, in the order of the files."""
    found = claims(files)
    for source in _SOURCES:
        for named in found.of(source.table):
            for when in source.when:
                with files.open(named.path) as stream:
                    for line, row in rows_of(stream, frozenset({when})):
                        yield _fact(row, source, when, named.path, line)


def _fact(row: Mapping[str, str], source: _Source, when: str, path: str, line: int) -> AccountFact:
    at, zoned = told_moment(row[when])
    return AccountFact(source.what, at, zoned, _told(row, source.text), _told(row, source.private), path, line)


def _told(row: Mapping[str, str], columns: tuple[str, ...]) -> str:
    """What stands in these columns; ``N/A`` is nothing."""
    cells = (row.get(column, "").strip() for column in columns)
    return ", ".join(cell for cell in cells if cell and cell != "N/A")
