"""Everything linkbak refuses to do, with the exit status and what to do next.

Messages name files and places, never what people wrote or who they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from linkbak.texts import tr


class Exit(IntEnum):
    """The exit statuses that linkbak promises; code defines them only here."""

    FINE = 0
    BUG = 1
    USAGE = 2
    INCOMPLETE = 3
    REFUSED = 4
    UNKNOWN_ARCHIVE = 5
    DIFFERENT = 6
    STALE = 7
    OTHER_ACCOUNT = 8
    HELD = 9
    NO_VAULT = 10
    LOCKED = 11
    DAMAGED = 12
    NOT_FOUND = 13
    WRONG_KEY = 14
    MACHINE = 15
    INTERRUPTED = 130


class LinkbakError(Exception):
    """A refusal: one sentence says what is wrong, one what to do about it."""

    exit_code: Exit = Exit.BUG

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageProblem(LinkbakError):
    """The words of the command contradict each other or lack something."""

    exit_code = Exit.USAGE


class ArchiveRefused(LinkbakError):
    """The archive cannot be kept; the vault is as it was."""

    exit_code = Exit.REFUSED


class ArchiveUnreadable(ArchiveRefused):
    """Not an archive, a broken one, or nothing at that place."""


class ArchiveUnsafe(ArchiveRefused):
    """Names or a structure that no honest archive has."""


class ArchiveEncrypted(ArchiveRefused):
    """A password would be needed to read it."""


class ArchiveTooLarge(ArchiveRefused):
    """Beyond the limits on entries, sizes or compression ratio."""


class ArchiveUnfinished(ArchiveRefused):
    """Still being downloaded, or cut off on the way."""


class ArchiveElsewhere(ArchiveUnfinished):
    """Only a placeholder is here: the bytes are in a cloud, and not on this machine."""


class ArchiveAhead(ArchiveRefused):
    """Written later than this machine's clock allows: the archive's date is wrong, or the clock is."""


class UnknownArchive(LinkbakError):
    """No adapter recognises the archive."""

    exit_code = Exit.UNKNOWN_ARCHIVE


class OtherAccount(LinkbakError):
    """The archive says it belongs to somebody other than the account it would go to."""

    exit_code = Exit.OTHER_ACCOUNT


class NoVault(LinkbakError):
    """There is no vault at that place."""

    exit_code = Exit.NO_VAULT


class VaultLocked(LinkbakError):
    """Another process is writing to the vault."""

    exit_code = Exit.LOCKED


class VaultDamaged(LinkbakError):
    """The vault's content or its git configuration is not what linkbak wrote."""

    exit_code = Exit.DAMAGED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        verify = tr("`linkbak verify` says what is damaged and what to do.")
        super().__init__(message, hint=verify if hint is None else hint)


class NoSuchSnapshot(LinkbakError):
    """No snapshot, or more than one, answers to a name; or it holds no such file."""

    exit_code = Exit.NOT_FOUND


class NoSuchPerson(LinkbakError):
    """The user's words match nobody in the vault, or more than one person."""

    exit_code = Exit.NOT_FOUND


class WrongKey(LinkbakError):
    """None of the given keys opens a sealed copy, or the passphrase is wrong."""

    exit_code = Exit.WRONG_KEY


class MachineProblem(LinkbakError):
    """The machine cannot do it: git missing or too old, disk full, no permission."""

    exit_code = Exit.MACHINE


class Bug(LinkbakError):
    """An error that linkbak's authors did not foresee; only its type and place are shown, since its text may quote."""

    exit_code = Exit.BUG

    def __init__(self, cause: BaseException) -> None:
        last = cause.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        known = last is not None and f"{last.tb_frame.f_globals.get('__name__')}:{last.tb_lineno}"
        place = known or tr("unknown place")
        super().__init__(
            tr("this is a bug in linkbak: {error} at {place}", error=type(cause).__name__, place=place),
            hint=tr("please report it; LINKBAK_DEBUG=1 shows the whole traceback (look it over, it may quote names)."),
        )


_BY_URGENCY = (Exit.USAGE, Exit.MACHINE, Exit.LOCKED, Exit.NO_VAULT, Exit.DIFFERENT, Exit.OTHER_ACCOUNT, Exit.DAMAGED)
"""From problems that resolve themselves, or with a word, to those that need somebody soon."""


def exit_code_of(errors: Iterable[LinkbakError | None]) -> Exit | None:
    """The exit status of several attempts: that of the most urgent failure, None if all went well."""
    found = [error.exit_code for error in errors if error is not None]
    return max(
        found, key=lambda code: _BY_URGENCY.index(code) if code in _BY_URGENCY else len(_BY_URGENCY), default=None
    )


def how_to_add(extra: str, packages: str) -> str:
    """How to install an extra; never by linkbak's name, which another program might have in a package index."""
    return tr(
        "`pipx inject linkbak {packages}`, or in linkbak's checkout `pip install '.[{extra}]'`.",
        packages=packages,
        extra=extra,
    )
