"""Another person's list is never merged, and the owner's own is never locked out."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from linkbak.vault.writer import create_vault
from tests.automation.scan.doing import look, passed
from tests.cli.lists import at, lone, rows, text, zipped
from tests.cli.running import run

FEBRUARY, MARCH, MAY = date(2024, 2, 28), date(2024, 3, 20), date(2024, 5, 2)
NO_SLUG = "https://www.linkedin.com/in"


def kept(vault: Path) -> list[tuple[str, str]]:
    return [(one["account"], one["id"][:10]) for one in run("log", "--json", vault=vault).json["snapshots"]]


def mine(folder: Path) -> Path:
    return lone(folder / "Connections_2024-03-01.csv", rows(FEBRUARY, 120), at(2024, 3, 1))


def strangers(folder: Path) -> Path:
    return lone(folder / "Connections_2024-03-21.csv", rows(MARCH, 20, "Other"), at(2024, 3, 21))


def test_a_strangers_list_is_refused_unless_it_is_meant(empty: Path, tmp_path: Path) -> None:
    run("import", mine(tmp_path), vault=empty)

    ran = run("import", strangers(tmp_path), vault=empty)

    assert (ran.status, ran.out) == (8, "")
    said = " ".join(ran.err.split())
    assert "perhaps another person's list: it shares almost nobody with that of the account me" in said
    assert "--account me" in said
    assert kept(empty) == [("me", "2024-03-01")]
    assert run("import", strangers(tmp_path), "--account", "peter", vault=empty).status == 0
    assert kept(empty) == [("peter", "2024-03-21"), ("me", "2024-03-01")]
    # now the lists themselves tell whose the next one is
    later = lone(tmp_path / "Connections_2024-05-03.csv", rows(MAY, 63, "Other"), at(2024, 5, 3))
    assert run("import", later, vault=empty).status == 0
    assert kept(empty)[0] == ("peter", "2024-05-03")


def test_it_is_refused_in_any_order(empty: Path, tmp_path: Path) -> None:
    """An older archive has no earlier list to be compared with; the nearest in time is a later one."""
    run("import", mine(tmp_path), vault=empty)
    older = lone(tmp_path / "Connections_2023-05-01.csv", rows(date(2023, 4, 1), 20, "Other"), at(2023, 5, 1))
    assert run("import", older, vault=empty).status == 8
    assert run("import", older, "--dry-run", vault=empty).status == 8
    assert kept(empty) == [("me", "2024-03-01")]


def test_it_is_refused_unattended_too(tmp_path: Path) -> None:
    downloads, vault = tmp_path / "downloads", tmp_path / "vault"
    create_vault(vault).close()
    run("import", mine(tmp_path), vault=vault)
    list_ = {"Connections.csv": text(rows(MARCH, 20, "Other"))}
    archive = zipped(downloads / "Basic_LinkedInDataExport_03-21-2024.zip", list_, (2024, 3, 21))
    os.utime(archive, (0, 0))

    (receipt,) = look(vault, downloads).receipts

    assert (receipt.status, int(receipt.exit_code)) == ("refused", 8)
    assert passed(look(vault, downloads)) == {archive.name: "refused"}
    assert kept(vault) == [("me", "2024-03-01")]


def test_a_pull_refuses_it_too(tmp_path: Path) -> None:
    vaults = [tmp_path / "mine", tmp_path / "theirs"]
    for vault, archive in zip(vaults, (mine(tmp_path), strangers(tmp_path)), strict=True):
        create_vault(vault).close()
        run("import", archive, vault=vault)
    run("remote", "add", "usb", str(tmp_path / "usb.git"), "--create", vault=vaults[1])
    assert run("push", vault=vaults[1]).status == 0
    run("remote", "add", "usb", str(tmp_path / "usb.git"), vault=vaults[0])

    ran = run("pull", vault=vaults[0])

    assert ran.status == 8
    assert "the account linkedin-me of the copy is another person's" in ran.err
    assert kept(vaults[0]) == [("me", "2024-03-01")]


def invitations(me: str, url: str) -> str:
    head = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
    return head + "".join(f'{me},Some{n} Body,"11/20/23, 9:05 AM",,OUTGOING,{url},{url}\n' for n in range(5))


def test_addresses_without_a_slug_are_nobodys(empty: Path, tmp_path: Path) -> None:
    """The address columns of late 2023 hold the same in every row of everybody's archive; two short lists."""
    for name, word in (("Olive Owner", "Invented"), ("Peter Other", "Other")):
        files = {
            "Connections.csv": text(rows(FEBRUARY, 5, word)),
            "Invitations.csv": invitations(name, NO_SLUG),
            "Profile.csv": "First Name,Last Name\n" + name.replace(" ", ",") + "\n",
        }
        zipped(tmp_path / f"{word}.zip", files, (2024, 3, 1))
    assert run("import", tmp_path / "Invented.zip", vault=empty).status == 0
    assert run("import", tmp_path / "Other.zip", vault=empty).status == 8
    assert kept(empty) == [("me", "2024-03-01")]


def test_the_owners_own_new_name_and_address_lock_nobody_out(empty: Path, tmp_path: Path) -> None:
    people = rows(FEBRUARY, 120)
    for number, name in ((1, "Olive Owner"), (2, "Olive Married")):
        slug = name.lower().replace(" ", "-")
        files = {
            "Connections.csv": text([*rows(MARCH, 4), *people] if number == 2 else people),
            "Invitations.csv": invitations(name, f"https://www.linkedin.com/in/{slug}"),
            "Profile.csv": "First Name,Last Name\n" + name.replace(" ", ",") + "\n",
        }
        zipped(tmp_path / f"{number}.zip", files, (2024, 2 + number, 25))

    assert run("import", tmp_path / "1.zip", tmp_path / "2.zip", vault=empty).status == 0
    assert kept(empty) == [("me", "2024-04-25"), ("me", "2024-03-25")]


def test_an_owner_known_by_e_mail_may_remove_everybody(empty: Path, tmp_path: Path) -> None:
    for number, people in ((1, rows(FEBRUARY, 60)), (2, rows(MARCH, 12, "New"))):
        files = {"Connections.csv": text(people), "Email Addresses.csv": "Email Address,Confirmed\no@example.com,Yes\n"}
        zipped(tmp_path / f"{number}.zip", files, (2024, 2 + number, 25))
    run("import", tmp_path / "1.zip", vault=empty)
    assert run("import", tmp_path / "2.zip", vault=empty).status == 9
    assert kept(empty) == [("me", "2024-04-25"), ("me", "2024-03-25")]
