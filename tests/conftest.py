"""What every test stands on: a stranger's machine, and expected outputs kept in files."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests import databases, sampling

# No test asserts how long something takes, hypothesis included; and what CI tries is the same every time.
settings.register_profile(
    "linkbak", deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=sampling.examples(100)
)
settings.load_profile("linkbak")

# Whoever starts the tests with `nohup`, or in the background of a script, hands down signals that are ignored; Python
# then raises no KeyboardInterrupt, and neither do the programs that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
for _ignored in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(_ignored, signal.SIG_DFL)

# Thousands of small vaults are written and thrown away: in memory, where there is plenty, that halves the time.
_MEMORY = Path("/dev/shm")
if os.access(_MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(_MEMORY).free > 8 * 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

# Looking for garbage every 700 objects costs a twentieth of the run, since all modules of all tests stay.
gc.set_threshold(100_000, 50, 100)

pytest_plugins = ["tests.vaults", "tests.hostile_figures"]

Golden = Callable[[Path, str], None]
"""Compares a text with the file it should equal; with ``--rewrite-goldens`` writes the file instead."""


@pytest.fixture(scope="session", autouse=True)
def strangers_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The machine below for what is made once for many tests."""
    with pytest.MonkeyPatch.context() as patch:
        _move_in(patch, tmp_path_factory.mktemp("home"))
        yield


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder after the other; pytest would count for each what is there already, thousands in the end."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def strangers_machine(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home: no settings, no git identity, no vault, nothing of the person who runs the tests."""
    home = next(homes)
    home.mkdir()
    _move_in(monkeypatch, home)
    return home


def _move_in(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("LINKBAK_", "GIT_", "XDG_")):
            patch.delenv(name)
    # The last: else every program that a test starts would compile all it imports.
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "PAGER", "EMAIL", "PYTHONDONTWRITEBYTECODE"):
        patch.delenv(name, raising=False)
    patch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    patch.setenv("XDG_RUNTIME_DIR", str(home / "runtime"))
    patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    patch.setenv("NO_COLOR", "1")
    patch.setenv("COLUMNS", "100")


@pytest.fixture(autouse=True)
def databases_are_closed() -> Iterator[None]:
    """Those that the test opened."""
    before = databases.opened()
    yield
    databases.close(before)


def pytest_unconfigure() -> None:
    """Those that were opened while modules were imported."""
    databases.close()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare with a file that only `make goldens` writes."""
    rewrite = request.config.getoption("--rewrite-goldens")

    def compare(path: Path, text: str) -> None:
        if rewrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.read_text(encoding="utf-8") == text

    return compare


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--rewrite-goldens`` is what `make goldens` and `make schemas` pass."""
    parser.addoption("--rewrite-goldens", action="store_true", help="write the expected outputs anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Rewriting runs only the tests that have an expected output in a file."""
    if config.getoption("--rewrite-goldens"):
        items[:] = [item for item in items if "golden" in getattr(item, "fixturenames", ())]
