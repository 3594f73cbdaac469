"""Which two snapshots are meant, and which classes of what differs between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from linkbak.cli.session import Session
from linkbak.errors import NoSuchSnapshot, UsageProblem

if TYPE_CHECKING:
    from linkbak.vault import Summary, Vault


def classes(only: str | None) -> tuple[str, ...]:
    """The classes of a diff that a list with commas names, none for None; raises UsageProblem."""
    from linkbak.report.words import CLASSES

    if only is None:
        return ()
    names = tuple(name.strip() for name in only.split(",") if name.strip())
    for name in names:
        if name not in CLASSES:
            raise UsageProblem(f"there is no class {name!r}", hint=f"The classes are {', '.join(CLASSES)}.")
    return names


def two(session: Session, vault: Vault, old: str | None, new: str | None, as_of: str | None) -> tuple[Summary, Summary]:
    """The two snapshots meant; raises NoSuchSnapshot."""
    from linkbak.comparison import listings

    found = session.one_account(session.summaries(vault, as_of))
    after = _named(found, new or "latest")
    if old is not None:
        return _named(found, old), after
    before = listings(vault, found, after.key.account).before(after.taken)
    if before is None:
        raise NoSuchSnapshot(
            f"{after.key.id} is the only snapshot, so there is nothing to compare it with yet",
            hint="Ask LinkedIn for a new archive, or import an older one if you still have it.",
        )
    return before, after


def _named(found: Sequence[Summary], name: str) -> Summary:
    """The snapshot of that name; who counts back from the latest means those that hold connections."""
    from linkbak.vault import resolve

    if not name.startswith(("latest", "previous")):
        return resolve(found, name)
    covering = [one for one in found if one.connections is not None]
    if found and not covering:
        raise NoSuchSnapshot(
            "no snapshot here holds connections", hint="Keep one: linkbak import ARCHIVE; `linkbak log` lists them."
        )
    return resolve(covering, name)
