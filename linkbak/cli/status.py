"""``linkbak status``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linkbak.automation.status import status_of
from linkbak.cli.app import load
from linkbak.cli.session import Session
from linkbak.errors import Exit
from linkbak.report import status as status_view
from linkbak.vault import Summary, Vault


def status(session: Session) -> Exit:
    """Show how the backup stands

    \b
    Examples:
      linkbak status
      linkbak status --json
      linkbak status -q || echo "time for a new archive"

    What is kept of each account, how old the newest snapshot is and what to do next; when every byte was last compared
    and a restore last tried out; the copies elsewhere, the timer and its last run, and the space left. The status is 7
    once an account's newest snapshot is stale: 60 days old, unless you set another number; or once the vault has been
    empty for half of that. It is 12 if the vault is damaged; whatever else can be told is told all the same. It is 3 as
    long as the newest list of connections cannot be read; while an archive that was refused lies in your downloads, it
    is that of the refusal (4 or 5), and after a push that failed, that of the push.
    """
    from datetime import UTC, datetime

    settings = session.settings()
    found = status_of(session.vault_path()[0], settings, datetime.now(UTC), _count, _judge, session.account)
    if session.as_json:
        session.print_json(status_view.document(found))
    else:
        session.show(status_view.text(found, settings.copies.warn))
    return found.status


def _judge(vault: Vault, summaries: Sequence[Summary]) -> Sequence[Summary]:
    judged: Sequence[Summary] = load("linkbak.index.store.judged")(vault, summaries)
    return judged


def _count(vault: Vault, before: Summary, after: Summary) -> Mapping[str, int]:
    counts: Mapping[str, int] = load("linkbak.diff.compare.count_changes")(vault, before, after)
    return counts
