"""Invented archives and vaults made of them, built once: the fixtures that tests of several packages share."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from examples import archives, broken
from linkbak.paths import cache_folder
from linkbak.vault.writer import create_vault
from tests import five_exports
from tests.cli.running import run
from tests.vault.snapshots import git, save

# --- archives ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada's archives of all years, and one of Boris's."""
    folder = tmp_path_factory.mktemp("family")
    archives.write(folder)
    return folder


@pytest.fixture(scope="session")
def ada(family: Path) -> Path:
    """Ada's archives of all years."""
    return family / "ada"


@pytest.fixture(scope="session")
def february(ada: Path) -> Path:
    return ada / "Basic_LinkedInDataExport_02-28-2026.zip"


@pytest.fixture(scope="session")
def march(ada: Path) -> Path:
    return ada / "Complete_LinkedInDataExport_03-20-2026.zip"


@pytest.fixture(scope="session")
def boris(family: Path) -> Path:
    return family / "boris/Basic_LinkedInDataExport_03-21-2026.zip"


@pytest.fixture(scope="session")
def ruins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of March, broken in every way."""
    folder = tmp_path_factory.mktemp("ruins")
    broken.write(folder)
    return folder


# --- vaults that no test may change -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty vault, and one with a snapshot made by hand; a copy is as good as a new one."""
    place = tmp_path_factory.mktemp("made-once")
    create_vault(place / "empty").close()
    shutil.copytree(place / "empty", place / "one", symlinks=True)
    save(place / "one")
    return place


@pytest.fixture(scope="session")
def two_once(tmp_path_factory: pytest.TempPathFactory, february: Path, march: Path) -> Path:
    """A vault with the snapshots of February and March."""
    return _imported(tmp_path_factory.mktemp("two") / "vault", march, february)


@pytest.fixture(scope="session")
def years_once(tmp_path_factory: pytest.TempPathFactory, ada: Path) -> Path:
    """A vault with all of Ada's archives."""
    return _imported(tmp_path_factory.mktemp("years") / "vault", *sorted(ada.iterdir()))


@pytest.fixture(scope="session")
def accounts_once(tmp_path_factory: pytest.TempPathFactory, years_once: Path, boris: Path) -> Path:
    """The same with a second account, and marks."""
    vault = Path(shutil.copytree(years_once, tmp_path_factory.mktemp("accounts") / "vault", symlinks=True))
    assert run("import", boris, "--account", "boris", vault=vault).status == 0
    for fact in (("tag", "customer"), ("tag", "2026"), ("note", "Met in Ghent; likes #cheese")):
        assert run("mark", "Alba Mostra", *fact, "--account", "me", vault=vault).status == 0
    return vault


@pytest.fixture(scope="session")
def five_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with the five exports of `tests.five_exports`, which nobody changes."""
    made = five_exports.write(tmp_path_factory.mktemp("five"))
    return _imported(tmp_path_factory.mktemp("five-vault") / "vault", *made)


def _imported(vault: Path, *given: Path) -> Path:
    create_vault(vault).close()
    assert run("import", *given, vault=vault).status == 0
    return vault


# --- vaults and their index, which every test would make anew ---------------------------------------------------------


@pytest.fixture(scope="session")
def index_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """A copy of what the cache folder holds of a vault that nobody changes."""

    @cache
    def kept(vault: Path) -> Path:
        assert run("doctor", "--index", "rebuild", vault=vault).status == 0
        return Path(shutil.copytree(cache_folder(vault), tmp_path_factory.mktemp("index") / "cache"))

    return kept


def with_index(vault: Path, index: Path) -> Path:
    """The vault, its index laid into the cache folder of the test that runs."""
    shutil.copytree(index, cache_folder(vault), dirs_exist_ok=True)
    return vault


@pytest.fixture
def years(years_once: Path, index_of: Callable[[Path], Path]) -> Path:
    """A vault with all of Ada's archives, which nobody changes."""
    return with_index(years_once, index_of(years_once))


@pytest.fixture
def accounts(accounts_once: Path, index_of: Callable[[Path], Path]) -> Path:
    """A vault with many years of an account, a second account, and marks, which nobody changes."""
    return with_index(accounts_once, index_of(accounts_once))


@pytest.fixture
def five(five_once: Path, index_of: Callable[[Path], Path]) -> Path:
    """The same with its index."""
    return with_index(five_once, index_of(five_once))


@pytest.fixture
def february_march(two_once: Path, index_of: Callable[[Path], Path]) -> Path:
    """A vault with the snapshots of February and March, which nobody changes."""
    return with_index(two_once, index_of(two_once))


@pytest.fixture
def two(two_once: Path, tmp_path: Path, index_of: Callable[[Path], Path]) -> Path:
    """The same for one test alone."""
    vault = Path(shutil.copytree(two_once, tmp_path / "vault", symlinks=True))
    return with_index(vault, index_of(two_once))


@pytest.fixture
def empty(tmp_path: Path, made_once: Path) -> Path:
    """A vault just made."""
    return _copied(made_once / "empty", tmp_path / "vault")


@pytest.fixture
def one(tmp_path: Path, made_once: Path) -> Path:
    """A vault with the snapshot 2026-03-20T080710Z."""
    return _copied(made_once / "one", tmp_path / "vault")


def _copied(vault: Path, place: Path) -> Path:
    """A copy whose index of git's knows its files."""
    shutil.copytree(vault, place, symlinks=True)
    git(place, "update-index", "-q", "--refresh")
    return place


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("mounting a small disk takes rights that this user lacks")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)
