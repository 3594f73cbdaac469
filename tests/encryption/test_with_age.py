"""What linkbak seals, `age` and `git` open; what they sealed, linkbak opens."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from linkbak.encryption import ForKeys, Keys, identities, recipients, unseal
from linkbak.errors import UsageProblem
from tests.encryption.given import Pair, sealed
from tests.encryption.programs import age, age_typing, needs_age, needs_ssh_keygen, public, ssh_key
from tests.remotes.copies import head
from tests.vault.snapshots import git

PASSPHRASE = "korrekt Pferd Batterie Heftklammer ü"  # invented


def cloned(bundle: Path, place: Path) -> Path:
    """What `git clone` alone makes of a bundle."""
    done = subprocess.run(["git", "clone", "-q", bundle, place], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return place


def same(vault: Path, other: Path) -> bool:
    """Whether all is there, down to the last object."""
    git(other, "fsck", "--full", "--strict")
    return head(vault) == head(other) == git(other, "rev-parse", "HEAD").strip()


@needs_age
def test_age_and_git_clone_give_the_vault_back(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    file = sealed(two, cloud / "vault.age", key.lock)

    age("-d", "-i", key.file, "-o", tmp_path / "vault.bundle", file)
    clone = cloned(tmp_path / "vault.bundle", tmp_path / "clone")

    assert same(two, clone)
    folders = sorted((two / "snapshots").rglob("archive"))
    assert len(folders) == 2
    for folder in folders:
        for path in (path for path in folder.rglob("*") if path.is_file()):
            assert (clone / path.relative_to(two)).read_bytes() == path.read_bytes()


@needs_age
def test_a_chain_of_copies_is_opened_by_age_and_git_alone(
    two: Path, cloud: Path, tmp_path: Path, key: Pair, older: Path
) -> None:
    from tests.cli.running import run

    first = sealed(two, cloud / "1.age", key.lock)
    assert run("import", older, vault=two).status == 0
    second = sealed(two, cloud / "2.age", key.lock, since_last=True)

    age("-d", "-i", key.file, "-o", tmp_path / "1.bundle", first)
    age("-d", "-i", key.file, "-o", tmp_path / "2.bundle", second)
    clone = cloned(tmp_path / "1.bundle", tmp_path / "clone")
    git(clone, "pull", "-q", str(tmp_path / "2.bundle"), "main")

    assert same(two, clone)


@needs_age
@pytest.mark.parametrize("options", [[], ["-a"]], ids=["binary", "armoured"])
def test_a_bundle_that_age_sealed_is_opened(
    two: Path, cloud: Path, tmp_path: Path, key: Pair, options: list[str]
) -> None:
    git(two, "bundle", "create", "-q", str(tmp_path / "by-hand.bundle"), "HEAD", "main")
    age("-r", key.public, *options, "-o", cloud / "by-hand.age", tmp_path / "by-hand.bundle")

    made = unseal([cloud / "by-hand.age"], tmp_path / "other", key.keys)

    assert (made.created, made.snapshots) == (True, 2)
    assert same(two, tmp_path / "other")


@needs_age
@needs_ssh_keygen
@pytest.mark.parametrize(("kind", "options"), [("ed25519", ()), ("rsa", ("-b", "2048", "-N", ""))])
def test_keys_of_ssh(two: Path, cloud: Path, tmp_path: Path, kind: str, options: tuple[str, ...]) -> None:
    secret = ssh_key(tmp_path, kind, *options)
    file = sealed(two, cloud / "vault.age", ForKeys(recipients([], [public(secret)])))

    age("-d", "-i", secret, "-o", tmp_path / "vault.bundle", file)
    assert same(two, cloned(tmp_path / "vault.bundle", tmp_path / "clone"))
    unseal([file], tmp_path / "other", Keys(identities([secret])))
    assert same(two, tmp_path / "other")


def test_each_of_several_keys_opens_a_copy(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    from tests.encryption.given import pair

    other = pair(tmp_path / "keys")
    file = sealed(two, cloud / "vault.age", ForKeys(recipients([key.public, other.public], [])))

    for number, one in enumerate((key, other)):
        unseal([file], tmp_path / f"other-{number}", one.keys)
        assert head(tmp_path / f"other-{number}") == head(two)


@needs_age
def test_a_passphrase_that_was_given_to_age(two: Path, cloud: Path, tmp_path: Path) -> None:
    """The other way round is tried in tests/cli/test_seal.py: each costs a second."""
    git(two, "bundle", "create", "-q", str(tmp_path / "by-hand.bundle"), "HEAD", "main")
    age_typing(PASSPHRASE, "-p", "-o", cloud / "by-hand.age", tmp_path / "by-hand.bundle")

    with pytest.raises(UsageProblem, match="sealed with a passphrase"):
        unseal([cloud / "by-hand.age"], tmp_path / "other", Keys())
    unseal([cloud / "by-hand.age"], tmp_path / "other", Keys((), lambda: PASSPHRASE))
    assert same(two, tmp_path / "other")


@needs_age
def test_what_age_has_opened_is_taken_as_it_is(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    file = sealed(two, cloud / "vault.age", key.lock)
    age("-d", "-i", key.file, "-o", tmp_path / "vault.bundle", file)

    assert unseal([tmp_path / "vault.bundle"], tmp_path / "other", Keys()).snapshots == 2
    assert same(two, tmp_path / "other")
