"""Places for copies are written down, looked at first, and forgotten again."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from linkbak import state as notes
from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, VaultDamaged, VaultLocked
from linkbak.remotes import (
    NoCopyYet,
    PublicHost,
    Remote,
    UnknownRemote,
    add_remote,
    copies,
    list_remotes,
    remove_remote,
)
from linkbak.remotes.push import push
from linkbak.vault import Vault
from linkbak.vault.writer import write_transaction
from tests.cli.running import state
from tests.remotes.copies import bare, filled_remote
from tests.vault.snapshots import git, sound


def refused(vault: Path, name: str, address: str, *, create: bool = False) -> LinkbakError:
    """Why a place was refused; the vault and the place's surroundings are as before."""
    before = state(vault.parent)
    with pytest.raises(LinkbakError) as found:
        add_remote(vault, name, address, create=create)
    assert {name: data for name, data in state(vault.parent).items() if "/.git/linkbak/" not in name} == {
        name: data for name, data in before.items() if "/.git/linkbak/" not in name
    }
    return found.value


def test_a_copy_is_made_on_a_disk_for_its_owner_alone(one: Path, tmp_path: Path) -> None:
    made = add_remote(one, "usb", str(tmp_path / "usb.git"), create=True)

    assert made == Remote("usb", str(tmp_path / "usb.git"))
    assert list_remotes(one) == (made,)
    assert stat.S_IMODE((tmp_path / "usb.git").stat().st_mode) == 0o700
    assert git(tmp_path / "usb.git", "rev-parse", "--is-bare-repository") == "true\n"
    assert (tmp_path / "usb.git/HEAD").read_text() == "ref: refs/heads/main\n"
    for key in ("denyNonFastForwards", "denyDeletes", "fsckObjects"):
        assert git(tmp_path / "usb.git", "config", f"receive.{key}") == "true\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["usb.git", "vault"]
    assert sound(one)


def test_an_empty_folder_is_made_a_copy_and_a_repository_of_git_is_one_already(one: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    add_remote(one, "empty", str(tmp_path / "empty"), create=True)
    add_remote(one, "bare", str(bare(tmp_path / "bare.git")))
    add_remote(one, "server", "me@[2001:db8::1]:vault.git")

    assert [remote.name for remote in list_remotes(one)] == ["bare", "empty", "server"]


def test_nothing_is_made_unless_it_is_asked_for(one: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert isinstance(refused(one, "usb", str(tmp_path / "usb.git")), NoCopyYet)
    assert isinstance(refused(one, "usb", str(tmp_path / "empty")), NoCopyYet)


def test_while_another_linkbak_writes_nothing_is_made(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINKBAK_LOCK_WAIT", "0")
    with Vault.open(one) as vault, write_transaction(vault), pytest.raises(VaultLocked):
        add_remote(one, "usb", str(tmp_path / "usb.git"), create=True)

    assert not (tmp_path / "usb.git").exists()
    assert list_remotes(one) == ()


def test_a_disk_that_is_not_plugged_in_is_not_made_up(one: Path, tmp_path: Path) -> None:
    """Else the copy would go to the machine's own disk."""
    found = refused(one, "usb", str(tmp_path / "media/usb/vault.git"), create=True)

    assert isinstance(found, MachineProblem)
    assert str(found) == f"{tmp_path}/media/usb is not there"


def test_a_folder_that_cannot_hold_a_copy_is_refused(one: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter").write_text("a letter")
    (tmp_path / "link").symlink_to(one)
    git(tmp_path, "init", "-q", "open")

    assert "is in the vault itself" in str(refused(one, "usb", str(one)))
    assert "is in the vault itself" in str(refused(one, "usb", str(one / "copy.git"), create=True))
    assert "is in the vault itself" in str(refused(one, "usb", str(one / ".git")))
    assert "is in the vault itself" in str(refused(one, "usb", str(tmp_path / "link/x"), create=True))
    assert "is a file" in str(refused(one, "usb", str(tmp_path / "file")))
    assert "is not empty" in str(refused(one, "usb", str(tmp_path / "full"), create=True))
    assert "is no git repository" in str(refused(one, "usb", str(tmp_path / "full")))
    assert "files lie open" in str(refused(one, "usb", str(tmp_path / "open")))
    assert "is not empty" in str(refused(one, "usb", str(tmp_path / "open"), create=True))
    assert "--create makes a folder" in str(refused(one, "usb", "me@server.example.com:x", create=True))


def test_a_public_host_is_refused_unless_one_is_sure(one: Path) -> None:
    assert isinstance(refused(one, "hub", "git@github.com:ada/vault.git"), PublicHost)

    made = add_remote(one, "hub", "git@github.com:ada/vault.git", private=True)

    assert list_remotes(one) == (made,) == (Remote("hub", "git@github.com:ada/vault.git", private=True),)
    assert git(one, "config", "remote.hub.linkbakPrivate") == "true\n"


@pytest.mark.parametrize("name", ["", "-x", "a b", "a.b", "ä", "x" * 41, "a/b", "a\n[core]"])
def test_a_name_is_plain(one: Path, tmp_path: Path, name: str) -> None:
    assert "cannot be a remote's name" in str(refused(one, name, str(tmp_path / "x.git"), create=True))


def test_neither_a_name_nor_an_address_is_given_twice(one: Path, tmp_path: Path) -> None:
    place = str(bare(tmp_path / "bare.git"))
    add_remote(one, "usb", place)

    assert "there is a remote usb already" in str(refused(one, "USB", str(tmp_path / "x.git"), create=True))
    assert "that address is there already, as usb" in str(refused(one, "again", place))


def test_a_place_is_forgotten_and_its_copy_stays(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    before = state(place)
    assert list(copies(one)) == ["usb"]

    remove_remote(one, "usb")

    assert (list_remotes(one), copies(one), state(place)) == ((), {}, before)
    with pytest.raises(UnknownRemote, match="no remote usb"):
        remove_remote(one, "usb")
    assert sound(one)


def test_what_somebody_wrote_into_the_configuration_leads_nowhere_else(one: Path, tmp_path: Path) -> None:
    """A second address would be pushed to by git, unseen."""
    filled_remote(one, tmp_path / "usb.git")
    elsewhere = bare(tmp_path / "elsewhere.git")
    git(one, "config", "remote.usb.pushurl", str(elsewhere))

    (found,) = push(one)
    assert isinstance(found.error, UsageProblem)
    assert "sets pushurl" in str(found.error)
    git(one, "config", "--unset", "remote.usb.pushurl")
    git(one, "config", "--add", "remote.usb.url", str(elsewhere))
    (found,) = push(one)
    assert "has 2 addresses" in str(found.error)

    assert git(elsewhere, "for-each-ref") == ""


def test_an_address_written_over_another_is_refused_with_the_whole_configuration(one: Path, tmp_path: Path) -> None:
    filled_remote(one, tmp_path / "usb.git")
    git(one, "config", "url.https://github.com/.insteadOf", str(tmp_path))

    with pytest.raises(VaultDamaged, match="url"):
        push(one)


def test_an_address_edited_into_the_configuration_is_looked_at_as_when_added(one: Path, tmp_path: Path) -> None:
    git(one, "config", "remote.hub.url", "git@github.com:ada/vault.git")
    git(one, "config", "remote.secret.url", "https://ada:secret@git.example.com/x")
    git(one, "config", "remote.un named.url", str(tmp_path))

    found = {one.name: one for one in push(one)}

    assert isinstance(found["hub"].error, PublicHost)
    assert "holds a password" in str(found["secret"].error)
    assert found["secret"].shown == "https://ada:***@git.example.com/x"
    assert "a name that linkbak does not use" in str(found["un named"].error)
    remove_remote(one, "un named")
    assert len(list_remotes(one)) == 2


def test_a_vault_cloned_by_git_has_its_origin(one: Path, tmp_path: Path) -> None:
    place = filled_remote(one, tmp_path / "usb.git")
    git(tmp_path, "clone", "-q", str(place), "clone")

    assert [(remote.name, remote.url, remote.trouble) for remote in list_remotes(tmp_path / "clone")] == [
        ("origin", str(place), "")
    ]


def test_notes_about_copies_that_cannot_be_read_are_none(one: Path, tmp_path: Path) -> None:
    filled_remote(one, tmp_path / "usb.git")
    wrong: object
    for wrong in ([], {"at": "yesterday", "commit": "x", "kind": "remote"}, {"at": 3}, {"at": "2026-01-01T00:00:00"}):
        notes.write(one, "copies", {"usb": wrong})
        assert copies(one) == {}
    shutil.rmtree(notes.file_of(one).parent)
    assert copies(one) == {}
