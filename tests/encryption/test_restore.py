"""A sealed copy becomes a vault, or nothing does: whatever is wrong with it is noticed before anything lies there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from linkbak.encryption import unseal
from linkbak.encryption.age import Keys, encrypt
from linkbak.errors import Exit, LinkbakError, NoVault, UsageProblem, VaultDamaged, WrongKey
from linkbak.paths import part_name
from linkbak.remotes import list_remotes
from linkbak.remotes.pull import scratch_folder
from linkbak.vault.verify import verify
from tests import sampling
from tests.cli.running import run, state
from tests.encryption.given import Pair, around, pair, sealed
from tests.remotes.copies import head
from tests.vault.processes import ended, forked, killed_at
from tests.vault.snapshots import git


class Chain(NamedTuple):
    """A whole copy of a vault, one of a later import, one of a mark after that, and the vault they are of."""

    vault: Path
    files: list[Path]


@pytest.fixture(scope="module")
def made_chain(tmp_path_factory: pytest.TempPathFactory, two_once: Path, key: Pair, ada: Path) -> Chain:
    folder = tmp_path_factory.mktemp("chain")
    vault = Path(shutil.copytree(two_once, folder / "vault", symlinks=True))
    files = [sealed(vault, folder / "1.age", key.lock)]
    assert run("import", ada / "Basic_LinkedInDataExport_01-15-2026.zip", vault=vault).status == 0
    files.append(sealed(vault, folder / "2.age", key.lock, since_last=True))
    assert run("mark", "Niall Sampla", "note", "met in Ghent", vault=vault).status == 0
    files.append(sealed(vault, folder / "3.age", key.lock, since_last=True))
    return Chain(vault, files)


@pytest.fixture
def chain(made_chain: Chain, cloud: Path) -> Chain:
    """The same with files of its own."""
    return Chain(made_chain.vault, [Path(shutil.copy2(file, cloud)) for file in made_chain.files])


def encrypted(data: bytes, file: Path, key: Pair) -> Path:
    """Whatever it is, sealed as a copy would be."""
    import io

    with file.open("wb") as target:
        encrypt(io.BytesIO(data), target, key.lock)
    return file


def refused(files: Sequence[Path], place: Path, given: Keys) -> LinkbakError:
    """Why there is no vault now, and not the least trace of one."""
    before = around(place.parent)
    with pytest.raises(LinkbakError) as caught:
        unseal(files, place, given)
    assert around(place.parent) == before
    return caught.value


def test_a_new_vault_is_a_vault_like_any_other(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    made = unseal([sealed(two, cloud / "vault.age", key.lock)], tmp_path / "deep/other", key.keys)

    assert (made.place, made.created, made.snapshots) == (tmp_path / "deep/other", True, 2)
    assert made.commit == head(two) == head(made.place)
    assert around(tmp_path / "deep") == ["other"]
    assert made.place.stat().st_mode & 0o777 == 0o700
    assert verify(made.place).findings == ()
    assert list_remotes(made.place) == ()


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 0, 2, 1, 1]], ids=str)
def test_a_chain_of_copies_may_come_in_any_order(chain: Chain, tmp_path: Path, key: Pair, order: list[int]) -> None:
    made = unseal([chain.files[place] for place in order], tmp_path / "other", key.keys)

    assert (made.snapshots, made.commit) == (3, head(chain.vault))
    assert verify(made.place).findings == ()


@pytest.mark.parametrize("given", [[1], [2], [1, 2], [0, 2]], ids=str)
def test_a_gap_in_the_chain_is_noticed(chain: Chain, tmp_path: Path, key: Pair, given: list[int]) -> None:
    error = refused([chain.files[place] for place in given], tmp_path / "other", key.keys)

    assert isinstance(error, UsageProblem)
    assert "goes on from an earlier sealed copy, which is not here" in str(error)
    assert str(chain.files[given[-1]]) in str(error)


def test_a_later_whole_copy_and_what_went_before_agree(chain: Chain, cloud: Path, tmp_path: Path, key: Pair) -> None:
    whole = sealed(chain.vault, cloud / "whole.age", key.lock)

    made = unseal([chain.files[1], whole, chain.files[0]], tmp_path / "other", key.keys)

    assert made.commit == head(chain.vault)


def test_copies_that_went_separate_ways_are_not_mixed(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    twin = Path(shutil.copytree(two, tmp_path / "twin", symlinks=True))
    for place, word in ((two, "one"), (twin, "two")):
        assert run("mark", "Niall Sampla", "note", word, vault=place).status == 0
    files = [sealed(place, cloud / f"{place.name}.age", key.lock) for place in (two, twin)]

    error = refused(files, tmp_path / "other", key.keys)

    assert "gone separate ways" in str(error)


def test_another_key_opens_nothing(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    file = sealed(two, cloud / "vault.age", key.lock)
    other = pair(tmp_path / "keys")

    error = refused([file], tmp_path / "other", other.keys)

    assert isinstance(error, WrongKey)
    assert (error.exit_code, str(error)) == (Exit.WRONG_KEY, f"no key that was given opens {file}")


def test_without_a_key_it_says_that_one_is_wanted(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    error = refused([sealed(two, cloud / "vault.age", key.lock)], tmp_path / "other", Keys())

    assert isinstance(error, UsageProblem)
    assert "--identity FILE" in error.hint


@pytest.mark.parametrize("end", ["cut", "flipped", "longer"])
def test_a_copy_that_is_not_as_it_was_sealed_is_refused(
    two: Path, cloud: Path, tmp_path: Path, key: Pair, end: str
) -> None:
    """At some hundred places: cut off there, or one bit changed. Nothing comes of it, ever."""
    file = sealed(two, cloud / "vault.age", key.lock)
    whole = file.read_bytes()
    places = [*range(0, 240, 7), *range(240, len(whole), 997), len(whole) - 17, len(whole) - 1]
    for place in places if end != "longer" else [len(whole)]:
        changed = bytes([whole[place] ^ 4]) + whole[place + 1 :] if end == "flipped" else b""
        file.write_bytes(whole[:place] + (changed if end != "longer" else b"\0"))
        error = refused([file], tmp_path / "other", key.keys)
        assert error.exit_code in (Exit.USAGE, Exit.DAMAGED, Exit.WRONG_KEY)
        assert place < 240 or isinstance(error, VaultDamaged)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it holds no git bundle"),
        (b"PK\x03\x04 an archive", "it holds no git bundle"),
        (b"# v2 git bundle\n" + 40 * b"0" + b" refs/heads/other\n\nPACK", "not one of a whole branch main"),
        (
            b"# v3 git bundle\n@filter=blob:none\n" + 40 * b"0" + b" refs/heads/main\n\nPACK",
            "not one of a whole branch",
        ),
        (b"# v2 git bundle\n" + 40 * b"0" + b" refs/heads/main\n", "not one of a whole branch main"),
    ],
    ids=["nothing", "a zip", "another branch", "a part", "a stump"],
)
def test_what_was_sealed_must_be_a_vault(cloud: Path, tmp_path: Path, key: Pair, data: bytes, said: str) -> None:
    error = refused([encrypted(data, cloud / "x.age", key)], tmp_path / "other", key.keys)

    assert isinstance(error, VaultDamaged)
    assert said in str(error)


def test_a_repository_that_is_no_vault_becomes_none(cloud: Path, tmp_path: Path, key: Pair) -> None:
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", "-b", "main", repository], check=True)
    (repository / "x").write_text("x")
    git(repository, "add", "x")
    git(repository, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "x")
    git(repository, "bundle", "create", "-q", str(cloud / "x.bundle"), "HEAD", "main")
    file = encrypted((cloud / "x.bundle").read_bytes(), cloud / "x.age", key)

    assert refused([file], tmp_path / "other", key.keys).exit_code in (Exit.NO_VAULT, Exit.DAMAGED)


def test_a_pack_that_is_damaged_within_becomes_nothing(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    """Sealed as it is, so that only git can notice."""
    git(two, "bundle", "create", "-q", str(cloud / "x.bundle"), "HEAD", "main")
    data = (cloud / "x.bundle").read_bytes()
    half = len(data) // 2
    file = encrypted(data[:half] + bytes([data[half] ^ 1]) + data[half + 1 :], cloud / "x.age", key)

    assert isinstance(refused([file], tmp_path / "other", key.keys), VaultDamaged)


def test_what_is_no_sealed_copy(cloud: Path, tmp_path: Path, key: Pair, ada: Path) -> None:
    archive = ada / "Complete_LinkedInDataExport_03-20-2026.zip"
    said = {
        archive: f"{archive} is no sealed copy: it is not in the age format",
        cloud: f"{cloud} is a folder",
        cloud / "no.age": f"{cloud / 'no.age'} is not there",
    }
    for file, words in said.items():
        error = refused([file], tmp_path / "other", key.keys)
        assert isinstance(error, UsageProblem)
        assert str(error) == words


def test_a_place_where_something_lies_is_left_alone(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    file = sealed(two, cloud / "vault.age", key.lock)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/mine.txt").write_text("mine")

    assert isinstance(refused([file], tmp_path / "other", key.keys), NoVault)
    assert around(tmp_path / "other") == ["mine.txt"]


def test_a_killed_run_leaves_a_whole_vault_or_none(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    """What it left beside the place, decrypted as it may be, is gone after the next run."""
    file = sealed(two, cloud / "vault.age", key.lock)
    home = tmp_path / "home"
    home.mkdir()
    given, step = key.keys, 0
    while killed_at(
        step := 1 + step + step // (3 if sampling.EVERYTHING else 1),
        home,
        lambda: unseal([file], home / "other", given),
    ):
        if (home / "other").exists():
            assert head(home / "other") == head(two)
            shutil.rmtree(home / "other")
    assert step > 20
    shutil.rmtree(home / "other")
    assert ended(forked(lambda: (home / part_name()).mkdir())) == 0

    unseal([file], home / "other", given)

    assert around(home) == ["other"]


def test_a_folder_in_which_somebody_is_at_work_is_left_to_them(
    two: Path, cloud: Path, tmp_path: Path, key: Pair
) -> None:
    file = sealed(two, cloud / "vault.age", key.lock)
    home = tmp_path / "home"

    with scratch_folder(home) as busy:
        (busy / "x").write_bytes(b"x")
        unseal([file], home / "other", key.keys)
        assert (busy / "x").read_bytes() == b"x"
        assert busy.stat().st_mode & 0o777 == 0o700
    assert around(home) == ["other"]


def test_it_tells_how_far_it_is(two: Path, cloud: Path, tmp_path: Path, key: Pair) -> None:
    told: list[tuple[str, int, int]] = []
    file = sealed(two, cloud / "vault.age", key.lock)

    unseal([file], tmp_path / "other", key.keys, lambda *what: told.append(what))

    size = file.stat().st_size
    assert [one for one in told if one[0] == "opening"][-1] == ("opening", size, size)


def test_onto_a_vault_comes_what_it_has_not(chain: Chain, tmp_path: Path, key: Pair, two_once: Path) -> None:
    behind = Path(shutil.copytree(two_once, tmp_path / "behind", symlinks=True))

    made = unseal([chain.files[2], chain.files[1]], behind, key.keys)

    assert (made.created, made.snapshots, made.commit) == (False, 3, head(chain.vault))
    assert [(len(one.new), one.marks) for one in made.pulled] == [(1, 0), (0, 1)]
    assert verify(behind).findings == ()
    again = unseal(chain.files, behind, key.keys)
    assert again.pulled == ()
    assert head(behind) == head(chain.vault)


def test_onto_a_vault_that_went_its_own_way_both_are_kept(
    chain: Chain, tmp_path: Path, key: Pair, two_once: Path, ada: Path
) -> None:
    other = Path(shutil.copytree(two_once, tmp_path / "behind", symlinks=True))
    assert run("import", ada / "Basic_LinkedInDataExport_07-11-2023.zip", vault=other).status == 0

    made = unseal(chain.files, other, key.keys)

    assert made.snapshots == 4
    assert verify(other).findings == ()


def test_what_a_killed_run_left_in_a_vault_is_a_note_to_verify_until_the_next(
    chain: Chain, tmp_path: Path, key: Pair, two_once: Path
) -> None:
    behind = Path(shutil.copytree(two_once, tmp_path / "behind", symlinks=True))
    name = part_name()  # of a process that is gone
    name = name.replace(str(os.getpid()), str(2**22 + 1))
    left = behind / ".git/linkbak" / name
    left.mkdir()
    (left / "0.bundle").write_bytes(b"x")

    assert [(one.part, one.place) for one in verify(behind).findings] == [("leftovers", f".git/linkbak/{name}")]
    unseal(chain.files[1:], behind, key.keys)
    assert verify(behind).findings == ()


@pytest.mark.parametrize("what", ["wrong key", "damaged", "gap"])
def test_a_vault_stays_as_it_was_if_a_copy_is_refused(
    chain: Chain, tmp_path: Path, key: Pair, two_once: Path, what: str
) -> None:
    behind = Path(shutil.copytree(two_once, tmp_path / "behind", symlinks=True))
    before = state(behind)
    if what == "damaged":
        chain.files[2].write_bytes(chain.files[2].read_bytes()[:-1])
    given = pair(tmp_path / "keys").keys if what == "wrong key" else key.keys

    with pytest.raises(LinkbakError):
        unseal(chain.files[2:] if what == "gap" else chain.files, behind, given)

    assert state(behind) == before
