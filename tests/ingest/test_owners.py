"""Whose archive it is."""

from __future__ import annotations

import pytest

from linkbak.errors import OtherAccount, UsageProblem
from linkbak.ingest.owners import Verdict, choose_account, same_owner
from linkbak.model import Owner
from linkbak.vault import SnapshotKey, Summary

ADA = Owner(("https://www.linkedin.com/in/ada-example",), ("123456789",), ("Ada Example",))
BORIS = Owner(("https://www.linkedin.com/in/boris-sample",), ("987654321",), ("Boris Sample",))


def summary(account: str, owner: Owner, network: str = "linkedin") -> Summary:
    return Summary(
        key=SnapshotKey(f"{network}-{account}", "2026-03-20T080710Z"),
        taken="2026-03-20T08:07:10Z",
        imported="2026-03-21T08:07:10Z",
        network=network,
        account=account,
        archive_kind="zip",
        archive_sha256="",
        content="",
        connections=1,
        hidden=0,
        files=1,
        bytes=1,
        held=False,
        kinds=("connections",),
        digest="",
        previous="",
        owner=owner,
    )


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (ADA, ADA, Verdict.SAME),
        (ADA, BORIS, Verdict.OTHER),
        (ADA, Owner(), Verdict.UNKNOWN),
        # the address is written in several ways
        (Owner(("www.linkedin.com/in/zo%C3%AB",)), Owner(("https://www.linkedin.com/in/zoë/",)), Verdict.SAME),
        # a new address under the old name
        (
            ADA._replace(member_ids=()),
            ADA._replace(member_ids=(), urls=("https://www.linkedin.com/in/ada",)),
            Verdict.SAME,
        ),
        # a new name under the old address
        (ADA, ADA._replace(names=("Ada Lovely",)), Verdict.SAME),
        # two people of one name
        (ADA, Owner(("https://www.linkedin.com/in/ada-2",), ("5555555",), ("Ada Example",)), Verdict.OTHER),
        # name against address alone
        (Owner(names=("Ada Example",)), Owner(urls=ADA.urls), Verdict.UNKNOWN),
        (Owner(names=("Ada Example",)), Owner(names=("Boris Sample",)), Verdict.OTHER),
        (Owner(names=("Dr. Ada Example",)), Owner(names=("ada example",)), Verdict.SAME),
    ],
)
def test_same_owner(one: Owner, other: Owner, verdict: Verdict) -> None:
    assert same_owner(one, other) is verdict
    assert same_owner(other, one) is verdict


def test_the_first_archive_makes_the_first_account() -> None:
    assert choose_account((), "linkedin", ADA, None) == "me"


def test_an_archive_finds_its_account_among_several() -> None:
    kept = (summary("me", ADA), summary("boris", BORIS))
    assert choose_account(kept, "linkedin", BORIS, None) == "boris"


def test_connections_alone_go_to_the_only_account() -> None:
    assert choose_account((summary("me", ADA),), "linkedin", Owner(), None) == "me"


def test_connections_alone_cannot_choose_between_two() -> None:
    with pytest.raises(UsageProblem, match="boris, me") as caught:
        choose_account((summary("me", ADA), summary("boris", BORIS)), "linkedin", Owner(), None)
    assert "--account" in caught.value.hint


def test_somebody_elses_archive_is_refused_unless_it_is_meant() -> None:
    kept = (summary("me", ADA),)
    with pytest.raises(OtherAccount) as caught:
        choose_account(kept, "linkedin", BORIS, None)
    assert int(caught.value.exit_code) == 8
    assert "Boris" not in str(caught.value)
    assert choose_account(kept, "linkedin", BORIS, "boris") == "boris"
    assert choose_account(kept, "linkedin", BORIS, "me") == "me"


def test_evidence_adds_up_over_snapshots() -> None:
    """The id came with one archive, the name with another; either is enough."""
    kept = (summary("me", Owner(member_ids=("123456789",))), summary("me", Owner(names=("Ada Example",))))
    assert choose_account(kept, "linkedin", Owner(member_ids=("123456789",)), None) == "me"
    assert choose_account(kept, "linkedin", Owner(names=("Ada Example",)), None) == "me"


def test_another_networks_account_is_no_candidate() -> None:
    assert choose_account((summary("me", BORIS, "other"),), "linkedin", ADA, None) == "me"
