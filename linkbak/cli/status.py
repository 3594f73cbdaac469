"""``linkbak status``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from typer import Option

from linkbak.automation.status import status_of
from linkbak.cli.app import later
from linkbak.cli.session import Session
from linkbak.errors import Exit
from linkbak.report import Line
from linkbak.report import status as status_view
from linkbak.texts import tr

WELCOME = tr("""\
You have no vault yet. To begin:

  1. Ask LinkedIn for your archive, the larger one, on a computer:
     https://www.linkedin.com/mypreferences/d/download-my-data
  2. Download it when LinkedIn's mail comes. Its link works for 72 hours.
  3. linkbak import              finds it in your Downloads and makes a vault

Do this again in a month; then `linkbak diff` shows who left and who came.
`linkbak demo` shows it with invented people; `linkbak --help` lists all verbs.""")


def status(
    session: Session, begin: Annotated[bool, Option("--begin", hidden=True, help="For linkbak alone.")] = False
) -> Exit:
    """Show how the backup stands, and what to do next

    \b
    Examples:
      linkbak
      linkbak status
      linkbak status -q || echo "time for a new archive"

    linkbak exits with 7 if an account's newest snapshot is stale. That is 60 days old, unless you set another number,
    and half of that for an empty vault. It exits with 12 if the vault is damaged, with 15 if it may not be read, with 3
    as long as the newest list of connections cannot be read, and with 4 or 5 while an archive that was refused lies in
    your downloads. After a push that failed, it exits with the status of that push.
    """
    place, named = session.vault_path()
    if begin and not named and not session.as_json and not (place / ".git").exists():
        session.show([Line(line) for line in WELCOME.splitlines()])
        return Exit.FINE
    settings = session.settings()
    found = status_of(
        place,
        settings,
        datetime.now(UTC),
        later("linkbak.diff.compare.count_changes"),
        later("linkbak.index.store.judged"),
        session.account,
        later("linkbak.cli.reach.reached_now"),
    )
    if session.as_json:
        session.print_json(status_view.document(found))
    else:
        more = tr("`linkbak diff` shows what changed last; `linkbak --help` lists all verbs.")
        session.show([*status_view.text(found, settings.copies.warn), *([Line(), Line(more)] if begin else ())])
    return found.status
