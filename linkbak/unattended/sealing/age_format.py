"""The age format, by way of pyrage; what goes wrong there is told in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, VaultDamaged, WrongKey

_BEGINNING = b"age-encryption.org/v1\n"
_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_PASSPHRASE = b"-> scrypt "
IN_MEMORY = 1 << 30
"""So many bytes are sealed with a passphrase at most, since all of them must be in memory."""

_ELSE = "Take another copy of the file; if there is none, an older sealed copy may do."


Tell = Callable[[int], None]
"""Told how many bytes have been read so far."""


class ForKeys(NamedTuple):
    """To be opened by whoever has the secret key of one of the recipients."""

    recipients: Sequence[Any]


class ForPassphrase(NamedTuple):
    """To be opened by whoever knows the passphrase."""

    passphrase: str


Lock = ForKeys | ForPassphrase


class Keys(NamedTuple):
    """What a sealed file may be opened with: secret keys, and what gives a passphrase if one is wanted."""

    identities: Sequence[Any] = ()
    passphrase: Callable[[], str] | None = None


class Source(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; b"" at the end."""


class Target(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Takes all of them."""

    def flush(self) -> None:
        """Passes on what it took."""


def library() -> Any:
    """The module that knows the format; raises MachineProblem with the way to get it."""
    try:
        import pyrage
    except ImportError:
        raise MachineProblem(
            "sealed copies need the extra `age`, which is not installed",
            hint="Install it: `pip install 'linkbak[age]'`, `pipx inject linkbak pyrage`, or"
            " `uv tool install 'linkbak[age]'`.",
        ) from None
    return pyrage


def encrypt(source: Source, target: Target, lock: Lock, tell: Tell | None = None) -> None:
    """Seals what a source gives."""
    pyrage = library()
    passing = _Passing(source, target, tell)
    try:
        if isinstance(lock, ForKeys):
            pyrage.encrypt_io(passing, passing, list(lock.recipients))
        else:
            passing.write(pyrage.passphrase.encrypt(_whole(passing), lock.passphrase))
    except (pyrage.EncryptError, OSError) as error:
        passing.reraise(error)
        raise MachineProblem("the copy could not be encrypted") from None


def decrypt(file: Path, stream: IO[bytes], target: Target, keys: Keys, tell: Tell | None = None) -> None:
    """Opens a sealed file, from its beginning. Raises WrongKey; VaultDamaged if not every byte is as it was sealed."""
    pyrage = library()
    passing = _Passing(stream, target, tell)
    by_passphrase = wants_passphrase(file, stream)
    try:
        if by_passphrase:
            passphrase = _passphrase(file, keys)
            passing.write(pyrage.passphrase.decrypt(_whole(passing), passphrase))
        else:
            if not keys.identities:
                raise UsageProblem(
                    f"{file} is sealed for a key", hint="Say where the secret key is: --identity FILE (as in age -i)."
                )
            pyrage.decrypt_io(passing, passing, list(keys.identities))
    except (pyrage.DecryptError, OSError) as error:
        passing.reraise(error)
        raise _unopened(file, str(error), by_passphrase=by_passphrase) from None


def wants_passphrase(file: Path, stream: IO[bytes]) -> bool:
    """Whether a sealed file is opened by a passphrase rather than a key; raises UsageProblem if it is not sealed."""
    start = stream.read(4096)
    stream.seek(0)
    if start.lstrip().startswith(_ARMOUR):
        start = _unarmoured(start)
    if not start.startswith(_BEGINNING):
        raise UsageProblem(
            f"{file} is no sealed copy: it is not in the age format", hint="`linkbak seal -o FILE` makes one."
        )
    return start[len(_BEGINNING) :].startswith(_PASSPHRASE)


def _unarmoured(start: bytes) -> bytes:
    from base64 import b64decode
    from binascii import Error

    lines = start.strip().split(b"\n")[1:5]
    try:
        return b64decode(b"".join(line.strip() for line in lines))
    except Error:
        return b""


def _passphrase(file: Path, keys: Keys) -> str:
    if keys.passphrase is None:
        raise UsageProblem(f"{file} is sealed with a passphrase", hint="--passphrase asks for it.")
    return keys.passphrase()


def _whole(source: Source) -> bytes:
    """All that a source gives: with a passphrase, the library takes everything at once."""
    pieces, total = [], 0
    while piece := source.read(1 << 20):
        pieces.append(piece)
        total += len(piece)
        if total > IN_MEMORY:
            raise MachineProblem(
                "that is too large for a passphrase, which needs all of it in memory",
                hint="Seal it for a key: `linkbak seal --new-key KEYFILE -o FILE`; `age` itself opens the largest.",
            )
    return b"".join(pieces)


def _unopened(file: Path, said: str, *, by_passphrase: bool) -> LinkbakError:
    if "work parameter" in said:
        return MachineProblem(
            f"{file} was sealed to withstand a machine much faster than this one", hint=f"`age -d {file}` may open it."
        )
    if "No matching keys" in said:
        return WrongKey(
            f"no key that was given opens {file}",
            hint="Name the secret key of one of those it was sealed for: --identity FILE. If you did, its beginning is"
            " damaged.",
        )
    if by_passphrase and "Decryption failed" in said:
        return WrongKey(f"the passphrase does not open {file}", hint="Try again; upper and lower case count.")
    if "truncated" in said or "fill whole buffer" in said or "Incomplete" in said:
        return VaultDamaged(f"{file} is not whole: its end is missing", hint=_ELSE)
    return VaultDamaged(f"{file} is damaged: not every byte is as it was sealed", hint=_ELSE)


class _Passing:
    """Stands between the library and ours, and keeps what was raised on our side, of which it tells the text alone."""

    def __init__(self, source: Source, target: Target, tell: Tell | None) -> None:
        self._source = source
        self._target = target
        self._tell = tell
        self._done = 0
        self._raised: BaseException | None = None

    def read(self, size: int = 1 << 20) -> bytes:
        try:
            data = self._source.read(size)
            self._done += len(data)
            if self._tell is not None:
                self._tell(self._done)
            return data
        except BaseException as error:
            self._raised = error
            raise

    def write(self, data: bytes) -> int:
        try:
            return self._target.write(data)
        except BaseException as error:
            self._raised = error
            raise

    def flush(self) -> None:
        try:
            self._target.flush()
        except BaseException as error:
            self._raised = error
            raise

    def reraise(self, told: Exception) -> None:
        """Raises again what was raised on our side, if that is why the library failed."""
        if self._raised is not None:
            raise self._raised from None
        if str(told).startswith("KeyboardInterrupt"):
            raise KeyboardInterrupt from None
