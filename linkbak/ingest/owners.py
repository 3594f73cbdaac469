"""Whose archive it is, and so which account of the vault it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from linkbak.errors import OtherAccount, UsageProblem
from linkbak.matching import name_key, url_key
from linkbak.model import Owner
from linkbak.vault import Summary

FIRST_ACCOUNT = "me"


class Verdict(Enum):
    """What the evidence of two archives says about their owners."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


def same_owner(one: Owner, other: Owner) -> Verdict:
    """Compare two owners: a shared address or member id settles it, then ids, names and addresses that differ do.

    A member may change the address and the name, but hardly both at once between two archives, and never the member id.
    """
    if _keys(one.urls) & _keys(other.urls) or set(one.member_ids) & set(other.member_ids):
        return Verdict.SAME
    if one.member_ids and other.member_ids:
        return Verdict.OTHER
    if _names(one) & _names(other):
        return Verdict.SAME
    if (one.urls and other.urls) or (one.names and other.names):
        return Verdict.OTHER
    return Verdict.UNKNOWN


def choose_account(kept: Sequence[Summary], network: str, owner: Owner, asked: str | None) -> str:
    """The account's name an archive goes to: the one asked for, else the one whose owner it shows, else the only one.

    Raises OtherAccount if the archive is somebody else's, UsageProblem if several accounts could be meant.
    """
    if asked is not None:
        return asked
    known: dict[str, Owner] = {}
    for summary in kept:
        if summary.network == network:
            known[summary.account] = _joined(known.get(summary.account, Owner()), summary.owner)
    if not known:
        return FIRST_ACCOUNT
    verdicts = {account: same_owner(owner, evidence) for account, evidence in known.items()}
    for wanted in (Verdict.SAME, Verdict.UNKNOWN):
        fitting = [account for account, verdict in verdicts.items() if verdict is wanted]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise UsageProblem(
                f"the archive could belong to any of these accounts: {', '.join(sorted(fitting))}",
                hint="Say which with --account NAME.",
            )
    raise OtherAccount(
        f"the archive belongs to somebody else than the account {' or '.join(sorted(known))}; nothing was kept",
        hint="If you mean to keep it here too, name an account of its own: --account NAME.",
    )


def refuse_strangers(here: Sequence[Summary], there: Sequence[Summary]) -> None:
    """Refuse snapshots from another vault if one of its accounts is somebody else's than ours of that name.

    Raises OtherAccount. Where nothing tells whose an account is, nothing speaks against it.
    """
    owners = [_owners(here), _owners(there)]
    for account in sorted(owners[0].keys() & owners[1].keys()):
        if same_owner(owners[0][account], owners[1][account]) is Verdict.OTHER:
            raise OtherAccount(
                f"the account {account} of the copy is another person's than that of this vault; nothing was taken",
                hint="Keep the two vaults apart: `linkbak remote remove` forgets the address.",
            )


def _owners(summaries: Sequence[Summary]) -> dict[str, Owner]:
    found: dict[str, Owner] = {}
    for one in summaries:
        found[one.key.account] = _joined(found.get(one.key.account, Owner()), one.owner)
    return found


def _joined(one: Owner, other: Owner) -> Owner:
    return Owner(
        tuple(dict.fromkeys(one.urls + other.urls)),
        tuple(dict.fromkeys(one.member_ids + other.member_ids)),
        tuple(dict.fromkeys(one.names + other.names)),
    )


def _keys(urls: Iterable[str]) -> set[str]:
    return {key for key in map(url_key, urls) if key}


def _names(owner: Owner) -> set[str]:
    return {key for name in owner.names if (key := name_key(name, ""))}
