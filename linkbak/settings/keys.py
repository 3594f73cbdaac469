"""The one table of everything that can be set: the file, the environment, the help and the documents follow it."""

from __future__ import annotations

from typing import Any, NamedTuple

from linkbak.settings.kinds import (
    ABOVE_ZERO,
    ADDRESS,
    COMMAND,
    DAYS,
    DAYS_OR_NONE,
    FOLDER,
    FOLDER_OR_NONE,
    FOLDERS,
    SERVICES,
    SHARE,
    YES_OR_NO,
    Kind,
)


class Key(NamedTuple):
    """One thing to set: its name with its table, what may stand there, what holds if nobody says, what it is for."""

    name: str
    kind: Kind
    default: Any
    purpose: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "LINKBAK_" + self.name.upper().replace(".", "_")

    @property
    def table(self) -> str:
        """The table of the file it stands in; none for what stands at the top."""
        return self.name.rpartition(".")[0]

    @property
    def bare(self) -> str:
        """Its name inside its table."""
        return self.name.rpartition(".")[2]


_MIB = 1024 * 1024

KEYS = (
    Key("vault", FOLDER, None, "Where the vault is. `linkbak init` writes it here."),
    Key(
        "scan.folders",
        FOLDERS,
        (),
        "Folders where `linkbak scan` looks for archives. None: your Downloads folder, and `inbox` beside the vault.",
    ),
    Key(
        "scan.move_to",
        FOLDER_OR_NONE,
        None,
        "Folder to which `linkbak scan` moves an archive once it is kept. None: archives stay where they are.",
    ),
    Key("cadence.days", DAYS, 30, "After how many days the next archive is due."),
    Key("cadence.warn", DAYS, 35, "After how many days it is late. Not said: in proportion to cadence.days."),
    Key("cadence.stale", DAYS, 60, "After how many days the backup is stale. Not said: twice cadence.days."),
    Key("notify.ping", ADDRESS, "", "Address that is pinged when `linkbak run` starts, succeeds and fails.", True),
    Key(
        "notify.command",
        COMMAND,
        (),
        "Command that is run without a shell, with the message on its input. {subject} in it stands for the subject.",
        True,
    ),
    Key("notify.apprise", SERVICES, (), "Services that are told, as apprise addresses (extra: linkbak[notify]).", True),
    Key("notify.names", YES_OR_NO, False, "Whether messages may name people. Else they hold numbers only."),
    Key("run.push", YES_OR_NO, True, "Whether `linkbak run` pushes to the remotes."),
    Key("run.verify", SHARE, "5%", "What share of the files `linkbak run` verifies. Empty: none."),
    Key("run.verify_days", DAYS_OR_NONE, 7, "How many days lie between two verifications by `linkbak run`. 0: each."),
    Key("copies.warn", DAYS, 14, "After how many days a copy elsewhere that lags behind is worth a word."),
    Key("limits.entries", ABOVE_ZERO, 100_000, "How many files an archive may hold."),
    Key("limits.file_bytes", ABOVE_ZERO, 2048 * _MIB, "How many bytes one file of an archive may have."),
    Key("limits.total_bytes", ABOVE_ZERO, 8192 * _MIB, "How many bytes all files of an archive may have together."),
    Key("limits.ratio", ABOVE_ZERO, 200, "How many bytes may come out of one packed byte before it is a zip bomb."),
)

BY_NAME = {key.name: key for key in KEYS}
TABLES = tuple(dict.fromkeys(key.table for key in KEYS if key.table))

OTHER_VARIABLES = {
    "LINKBAK_LOCK_WAIT": "How many seconds to wait while another linkbak writes to the vault: 60 if not said.",
    "LINKBAK_COMPACT": "`never` keeps linkbak from making the vault smaller by itself.",
    "LINKBAK_SEAL_PASSPHRASE": "The passphrase for `linkbak seal` and `linkbak unseal`, if nobody is to type it.",
    "LINKBAK_DEBUG": "`1` prints the traceback of a bug. It may quote names.",
}
"""Variables that no key of the file stands for."""
GIVEN = ("LINKBAK_SUBJECT", "LINKBAK_KIND")
"""Variables that the command of notify.command finds; linkbak itself reads none of them."""
