"""How far fetching has come: the calls of today, and the answers that came, which lie privately beside the vault.

They are there so that the next command goes on where this one ended, and are removed once they are imported.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from linkbak import paths, state
from linkbak.api.client import Paused, tomorrow
from linkbak.api.tables import Row
from linkbak.errors import MachineProblem, VaultLocked
from linkbak.model import NamedTuple

# --- calls ------------------------------------------------------------------------------------------------------------


def calls_today(vault: Path) -> int:
    """How many calls were made since midnight UTC."""
    day, made = _calls(state.read(vault, "api"))
    return made if day == _today() else 0


def count_call(vault: Path, most: int) -> None:
    """Count a call before it is made; raises Paused if the day has none left, or LinkedIn asked to wait."""
    note, now = state.read(vault, "api"), datetime.now(UTC)
    until = paused_until(vault)
    if until is not None and until > now:
        raise Paused(until)
    made = calls_today(vault)
    if made >= most:
        raise Paused(tomorrow(now))
    if not state.write(vault, "api", {**note, "calls": {"day": _today(), "made": made + 1}}):
        raise MachineProblem(
            "linkbak cannot count the calls of LinkedIn's API, since its notes cannot be written",
            hint="`linkbak doctor` says what is wrong with their folder.",
        )


def pause(vault: Path, until: datetime) -> None:
    """Note that no call is to be made before then."""
    state.write(vault, "api", {**state.read(vault, "api"), "paused": f"{until:%Y-%m-%dT%H:%M:%SZ}"})


def paused_until(vault: Path) -> datetime | None:
    """Before when no call is to be made; None if one may be made now."""
    try:
        until = datetime.fromisoformat(state.read(vault, "api")["paused"]).astimezone(UTC)
    except (ValueError, TypeError, KeyError):
        return None
    return until if until > datetime.now(UTC) else None


def _calls(note: dict[str, Any]) -> tuple[str, int]:
    try:
        return str(note["calls"]["day"]), int(note["calls"]["made"])
    except (ValueError, TypeError, KeyError):
        return "", 0


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


# --- answers ----------------------------------------------------------------------------------------------------------

Standing = Literal["open", "whole", "absent", "failed"]
"""Of a domain: not asked for to its end; there to its end; none at LinkedIn; not to be had, with a reason."""


class Domain(NamedTuple):
    """How one domain stands: how many answers are here, when the last one came (RFC 3339 UTC), why it failed."""

    standing: Standing = "open"
    pages: int = 0
    following: int = 0
    at: str = ""
    why: str = ""


class Fetching(NamedTuple):
    """A fetch that was begun and not imported yet: when, and how each of its domains stands."""

    begun: datetime
    domains: dict[str, Domain]

    def having(self, standing: Standing) -> list[str]:
        """The domains that stand so."""
        return [name for name, one in self.domains.items() if one.standing == standing]


def begun(vault: Path) -> Fetching | None:
    """The fetch that is going on; None if there is none, or its notes cannot be read."""
    try:
        note = json.loads((folder_of(vault) / "progress.json").read_bytes())
        domains = {str(name): Domain(*one) for name, one in note["domains"].items()}
        return Fetching(datetime.fromisoformat(note["begun"]).astimezone(UTC), domains)
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, AttributeError):
        return None


def note(vault: Path, fetching: Fetching) -> None:
    """Write down how far it has come. Raises MachineProblem if that cannot be kept."""
    said = {"begun": f"{fetching.begun:%Y-%m-%dT%H:%M:%SZ}", "domains": fetching.domains}
    _write(folder_of(vault) / "progress.json", json.dumps(said).encode())


def keep_page(vault: Path, domain: str, number: int, rows: Sequence[Row]) -> None:
    """Keep one answer, in place of the one that had that number."""
    _write(_page(vault, domain, number), json.dumps(rows).encode())


def pages(vault: Path, domain: str, how_many: int) -> Iterator[list[Row]]:
    """The answers of a domain in their order, one at a time. Raises MachineProblem if one is not there any more."""
    for number in range(how_many):
        try:
            found: list[Row] = json.loads(_page(vault, domain, number).read_bytes())
        except (OSError, ValueError):
            raise MachineProblem(
                "what was fetched from LinkedIn's API cannot be read any more",
                hint="`linkbak api fetch --anew` begins from the beginning.",
            ) from None
        yield found


def forget(vault: Path) -> None:
    """Remove what was fetched."""
    with suppress(OSError, RuntimeError):
        shutil.rmtree(folder_of(vault))


def folder_of(vault: Path) -> Path:
    """Where the answers lie, readable by nobody else."""
    return paths.state_folder(vault) / "api"


@contextmanager
def alone(vault: Path) -> Iterator[None]:
    """Holds the lock of those who fetch for one vault; raises VaultLocked at once if another does."""
    try:
        file = paths.state_folder(vault) / "api.lock"
        paths.make_folder(file.parent)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except (OSError, RuntimeError) as error:
        raise _unwritten(error) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VaultLocked(
                "another linkbak is fetching from LinkedIn's API for this vault", hint="Let it finish."
            ) from None
        yield
    finally:
        os.close(descriptor)


def _page(vault: Path, domain: str, number: int) -> Path:
    return folder_of(vault) / f"{domain}-{number}.json"


def _write(file: Path, data: bytes) -> None:
    try:
        paths.write_whole(file, data)
    except (OSError, RuntimeError) as error:
        raise _unwritten(error) from None


def _unwritten(error: Exception) -> MachineProblem:
    why = (getattr(error, "strerror", "") or type(error).__name__).lower()
    return MachineProblem(f"what comes from LinkedIn's API cannot be kept beside the vault: {why}")


LONGEST = timedelta(hours=48)
"""So long a fetch waits for what is missing; then it is imported without."""
TOO_OLD = timedelta(days=7)
"""What was begun so long ago is thrown away: a list of two ages is none."""
