"""``linkbak status``."""

from __future__ import annotations

from linkbak.cli.session import Session


def status(session: Session) -> None:
    """Show how the backup stands

    \b
    Examples:
      linkbak status
      linkbak status --json

    What is kept of each account and how old the newest snapshot is; when every byte was last compared, and when a
    restore was last tried out.
    """
    from datetime import UTC, datetime

    from linkbak import upkeep
    from linkbak.report.status_view import Status, document, page

    with session.open_vault() as vault:
        place = vault.path
        found = Status(
            str(place),
            session.summaries(vault),
            upkeep.last(place, "verify"),
            upkeep.last(place, "drill"),
            datetime.now(UTC),
        )
    if session.as_json:
        session.print_json(document(found))
    else:
        session.show(page(found))
