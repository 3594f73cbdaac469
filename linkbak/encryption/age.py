"""The age format, through pyrage; its errors are said in words."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from linkbak.errors import LinkbakError, MachineProblem, UsageProblem, VaultDamaged, WrongKey, how_to_add
from linkbak.model import NamedTuple
from linkbak.texts import tr
from linkbak.vault import create_private

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_BEGINNING = b"age-encryption.org/v1\n"
_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_PASSPHRASE = b"-> scrypt "
IN_MEMORY = 1 << 30
"""The most bytes that are sealed with a passphrase, since all of them must be in memory."""

_TRY_AGAIN = tr("Try again; upper and lower case count.")
_OTHER_COPY = tr("Take another copy of the file; if there is none, an older sealed copy may do.")

OnRead = Callable[[int], None]
"""Called with how many bytes have been read so far."""


class ForKeys(NamedTuple):
    """Opened by the secret key of any of the recipients."""

    recipients: Sequence[Any]


class ForPassphrase(NamedTuple):
    """Opened by the passphrase."""

    passphrase: str


Lock = ForKeys | ForPassphrase


class Keys(NamedTuple):
    """The means to open a sealed file: secret keys, and a function that asks for a passphrase."""

    identities: Sequence[Any] = ()
    passphrase: Callable[[], str] | None = None


class Source(Protocol):
    """A source of bytes."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; b"" at the end."""


def library() -> Any:
    """The module for the format; raises MachineProblem that says how to install it."""
    try:
        import cryptography  # noqa: F401  # for a file sealed with a passphrase
        import pyrage
    except ImportError:
        raise MachineProblem(
            tr("sealed copies need the extra `age`, which is not installed"),
            hint=tr("Install it: {how}", how=how_to_add("age", "pyrage cryptography")),
        ) from None
    return pyrage


def encrypt(source: Source, target: IO[bytes], lock: Lock, on_read: OnRead | None = None) -> None:
    """Seals what a source gives."""
    pyrage = library()
    streams = _Streams(source, target, on_read)
    try:
        if isinstance(lock, ForKeys):
            pyrage.encrypt_io(streams, streams, list(lock.recipients))
        else:
            for piece in _sealed(_whole(streams), lock.passphrase, USUAL):
                streams.write(piece)
    except (pyrage.EncryptError, OSError) as error:
        streams.reraise(error)
        raise MachineProblem(tr("the copy could not be encrypted")) from None


def decrypt(file: Path, stream: IO[bytes], target: IO[bytes], keys: Keys, on_read: OnRead | None = None) -> None:
    """Opens a sealed file, from its beginning. Raises WrongKey; VaultDamaged if any byte has changed since."""
    pyrage = library()
    streams = _Streams(stream, target, on_read)
    by_passphrase = wants_passphrase(file, stream)
    try:
        if by_passphrase:
            if keys.passphrase is None:
                raise UsageProblem(
                    tr("{file} is sealed with a passphrase", file=file), hint=tr("--passphrase asks for it.")
                )
            passphrase = keys.passphrase()
            streams.write(pyrage.passphrase.decrypt(_cheap(_whole(streams), passphrase), passphrase))
        else:
            if not keys.identities:
                raise UsageProblem(
                    tr("{file} is sealed for a key", file=file),
                    hint=tr("Say where the secret key is: --identity FILE (as in age -i)."),
                )
            pyrage.decrypt_io(streams, streams, list(keys.identities))
    except WrongPassphrase:
        raise WrongKey(tr("the passphrase does not open {file}", file=file), hint=_TRY_AGAIN) from None
    except (pyrage.DecryptError, OSError) as error:
        streams.reraise(error)
        raise _refusal(file, str(error), by_passphrase=by_passphrase) from None


def wants_passphrase(file: Path, stream: IO[bytes]) -> bool:
    """Whether a passphrase, not a key, opens a sealed file; raises UsageProblem if it is not sealed."""
    start = _without_armour(stream.read(4096), 5)
    stream.seek(0)
    if not start.startswith(_BEGINNING):
        raise UsageProblem(
            tr("{file} is no sealed copy: it is not in the age format", file=file),
            hint=tr("`linkbak seal -o FILE` makes one."),
        )
    return start.startswith(_BEGINNING + _PASSPHRASE)


def _without_armour(sealed: bytes, last: int) -> bytes:
    """The bytes in the lines of an armoured file up to the `last`; what is not armoured, or damaged, as it is."""
    if sealed.lstrip().startswith(_ARMOUR):
        with suppress(BinasciiError):
            return b64decode(b"".join(sealed.strip().split(b"\n")[1:last]))
    return sealed


def _cheap(sealed: bytes, passphrase: str) -> bytes:
    """The file in a form that the library opens on any machine; raises WrongPassphrase."""
    sealed = _without_armour(sealed, -1)
    with suppress(OverflowError):
        return with_work(sealed, passphrase, LEAST)
    return sealed


def _whole(source: Source) -> bytes:
    """All bytes of a source: with a passphrase, the library takes everything at once."""
    pieces, total = [], 0
    while piece := source.read(1 << 20):
        pieces.append(piece)
        total += len(piece)
        if total > IN_MEMORY:
            raise MachineProblem(
                tr("that is too large for a passphrase, which needs all of it in memory"),
                hint=tr("Seal it for a key: `linkbak seal --new-key KEYFILE -o FILE`; `age` itself opens the largest."),
            )
    return b"".join(pieces)


def _refusal(file: Path, complaint: str, *, by_passphrase: bool) -> LinkbakError:
    if "work parameter" in complaint:
        return MachineProblem(
            tr("{file} was sealed to withstand a machine much faster than this one", file=file),
            hint=tr("`age -d {file}` may open it.", file=file),
        )
    if "No matching keys" in complaint:
        return WrongKey(
            tr("no key that was given opens {file}", file=file),
            hint=tr(
                "Name the secret key of one of those it was sealed for: --identity FILE. If you did, its "
                "beginning is damaged."
            ),
        )
    if by_passphrase and "Decryption failed" in complaint:
        return WrongKey(tr("the passphrase does not open {file}", file=file), hint=_TRY_AGAIN)
    if "truncated" in complaint or "fill whole buffer" in complaint or "Incomplete" in complaint:
        return VaultDamaged(tr("{file} is not whole: its end is missing", file=file), hint=_OTHER_COPY)
    return VaultDamaged(tr("{file} is damaged: not every byte is as it was sealed", file=file), hint=_OTHER_COPY)


class _Streams:
    """A source and a target in the form that the library takes.

    The library passes on only the text of an error on our side, so the error itself is kept here.
    """

    def __init__(self, source: Source, target: IO[bytes], on_read: OnRead | None) -> None:
        self._source = source
        self._target = target
        self._on_read = on_read
        self._done = 0
        self._raised: BaseException | None = None

    def read(self, size: int = 1 << 20) -> bytes:
        with self._remembered():
            data = self._source.read(size)
            self._done += len(data)
            if self._on_read is not None:
                self._on_read(self._done)
            return data

    def write(self, data: bytes) -> int:
        with self._remembered():
            return self._target.write(data)

    def flush(self) -> None:
        with self._remembered():
            self._target.flush()

    @contextmanager
    def _remembered(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self._raised = error
            raise

    def reraise(self, error: Exception) -> None:
        """Raises again what was raised on our side, if that is why the library failed."""
        if self._raised is not None:
            raise self._raised from None
        if str(error).startswith("KeyboardInterrupt"):
            raise KeyboardInterrupt from None


# --- keys -------------------------------------------------------------------------------------------------------------
# Public ones that copies are sealed for, secret ones that open them, and a new pair.

_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105  # the beginning of a secret key
_PLUGIN = "AGE-PLUGIN-"
_LARGEST = 1 << 20
_PUBLIC_KINDS = tr("A public key begins with age1, ssh-ed25519 or ssh-rsa.")


def recipients(texts: Sequence[str], files: Sequence[Path]) -> list[Any]:
    """The public keys given as such, and those in files as ``age -R`` reads them. Raises UsageProblem."""
    found = [
        _recipient(text.strip(), tr("--to, number {number}", number=place)) for place, text in enumerate(texts, start=1)
    ]
    for file in files:
        lines = _lines(file)
        if not lines:
            raise UsageProblem(tr("{file} holds no public key", file=file), hint=_PUBLIC_KINDS)
        found += [_recipient(line, tr("{file}, line {number}", file=file, number=place)) for place, line in lines]
    return found


def identities(files: Sequence[Path]) -> list[Any]:
    """The secret keys in files as ``age -i`` reads them: of age, or one of ssh. Raises UsageProblem."""
    found: list[Any] = []
    for file in files:
        there = [*_secret(file)]
        if not there:
            raise UsageProblem(
                tr("{file} holds no secret key", file=file),
                hint=tr("A line that begins with {secret}, or a key of ssh.", secret=_SECRET),
            )
        found += there
    return found


def new_key(file: Path) -> str:
    """Makes a pair of keys, writes the secret one into a new private file as age-keygen does; gives the public one."""
    secret = library().x25519.Identity.generate()
    public = str(secret.to_public())
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"# created: {now}\n# public key: {public}\n{secret}\n"
    try:
        with os.fdopen(create_private(file), "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise UsageProblem(
            tr("{file} is there already", file=file),
            hint=tr("Name a new file; a key that is lost opens nothing any more."),
        ) from None
    except OSError as error:
        raise MachineProblem(tr("cannot write {file}: {reason}", file=file, reason=error.strerror)) from None
    return public


def _recipient(text: str, where: str) -> Any:
    pyrage = library()
    kind = text.split(maxsplit=1)[0] if text.split() else ""
    if kind.upper().startswith((_SECRET, _PLUGIN)) or "PRIVATE KEY" in text:
        raise UsageProblem(
            tr("{where}: that is a secret key, which nobody but you should see", where=where),
            hint=tr("Give the public one; in a file of age-keygen it stands behind `# public key:`."),
        )
    try:
        if kind.startswith("age1"):
            return pyrage.x25519.Recipient.from_str(text)
        if kind in ("ssh-ed25519", "ssh-rsa"):
            return pyrage.ssh.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise UsageProblem(
            tr("{where}: that public key is not whole, or of a kind linkbak does not know", where=where)
        ) from None
    if kind.startswith(("ecdsa-", "sk-", "ssh-")):
        raise UsageProblem(
            tr("{where}: nothing can be sealed for a key of ssh of this kind", where=where), hint=_PUBLIC_KINDS
        )
    more = tr(" A file of keys goes with --to-file.") if "/" in text or text.endswith(".pub") else ""
    raise UsageProblem(tr("{where}: that is no public key", where=where), hint=_PUBLIC_KINDS + more)


def _secret(file: Path) -> Iterator[Any]:
    """The secret keys in one file."""
    pyrage = library()
    data = _bytes(file)
    if data.startswith((b"age-encryption.org/", b"-----BEGIN AGE")):
        raise UsageProblem(
            tr("{file} is itself sealed with a passphrase", file=file),
            hint=tr("`age -d {file}` opens it; name the file you get.", file=file),
        )
    if data.lstrip().startswith(b"-----BEGIN"):
        yield _ssh_identity(pyrage, file, data)
        return
    for place, line in _lines(file):
        if line.startswith(_PLUGIN):
            raise UsageProblem(
                tr("{file}, line {number}: linkbak runs no plugins of age", file=file, number=place),
                hint=tr("Use `age -d` itself."),
            )
        try:
            yield pyrage.x25519.Identity.from_str(line)
        except pyrage.IdentityError:
            public = line.startswith(("age1", "ssh-"))
            raise UsageProblem(
                tr("{file}, line {number}: that is no secret key", file=file, number=place),
                hint=tr("It looks like a public key; the secret one is wanted.") if public else "",
            ) from None


def _ssh_identity(pyrage: Any, file: Path, data: bytes) -> Any:
    try:
        return pyrage.ssh.Identity.from_buffer(data)
    except pyrage.IdentityError as error:
        if "decrypted first" in str(error):
            raise UsageProblem(
                tr("{file} is protected by a passphrase, which linkbak does not ask for", file=file),
                hint=tr(
                    "`age -d -i {file} SEALED > vault.bundle` does, and `linkbak unseal vault.bundle` reads that.",
                    file=file,
                ),
            ) from None
        raise UsageProblem(
            tr("{file} holds no key of ssh that opens anything", file=file), hint=tr("ed25519 and rsa do.")
        ) from None


def _lines(file: Path) -> list[tuple[int, str]]:
    """The lines of a file of keys that hold one, with their numbers."""
    try:
        text = _bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(tr("{file} is not UTF-8 text", file=file)) from None
    lines = enumerate(map(str.strip, text.splitlines()), start=1)
    return [(place, line) for place, line in lines if line and not line.startswith("#")]


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST)
    except OSError as error:
        raise UsageProblem(
            tr("cannot read {file}: {reason}", file=file, reason=(error.strerror or "").lower())
        ) from None


# --- work -------------------------------------------------------------------------------------------------------------
# How much work it takes to try a passphrase on a sealed file, the same whatever machine seals or opens it. The library
# chooses a work factor that takes its machine a second, with the memory for it, and refuses to open what takes sixteen
# times that. So a file is sealed here; to open one, its head is written anew with the file's key wrapped at almost
# no cost, and the sealed rest stays as it is.
# The format is https://age-encryption.org/v1: the passphrase, through scrypt (RFC 7914, hashlib's), gives the key that
# wraps the file's key by ChaCha20-Poly1305 (RFC 8439, that of `cryptography`); that key seals what follows.


USUAL = 18
"""The work factor of `age`: 2 to this power; it takes a second on a machine of today, and 256 MB."""
LEAST = 10
"""A work factor that costs almost nothing, for a file that is opened at once."""
MOST = 20
"""The most that is tried here, four seconds and 1 GB; the library refuses more."""

_HEAD = re.compile(
    rb"(age-encryption\.org/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n---) "
    rb"([A-Za-z0-9+/]{43})\n"
)
"""What the proof behind the dashes is of, with salt, work and the wrapped key in it; and the proof."""
_LABEL = b"age-encryption.org/v1/scrypt"
_PIECE = 1 << 16
"""How many bytes are sealed at a time, with a counter and a flag for the last ones."""
_NONCE = bytes(12)
"""The nonce of the format: each key wraps only one key."""


class WrongPassphrase(ValueError):
    """The passphrase does not open the head of the file."""


def with_work(sealed: bytes, passphrase: str, work: int) -> bytes:
    """A file sealed with a passphrase, so that trying it costs 2 to the power of `work`.

    Raises WrongPassphrase. What is no such file or is damaged, costs more than `MOST`, or costs so much already, is
    given back as it is.
    """
    from cryptography.exceptions import InvalidTag

    head = _HEAD.match(sealed)
    if head is None or int(head[3]) > MOST or int(head[3]) == work:
        return sealed
    try:
        key = _wrapping(passphrase, _decoded(head[2]), int(head[3])).decrypt(_NONCE, _decoded(head[4]), None)
    except InvalidTag:
        raise WrongPassphrase from None
    if _proof(key, head[1]) != head[5]:
        return sealed
    return b"".join([_head(key, passphrase, work), memoryview(sealed)[head.end() :]])


def _sealed(data: bytes, passphrase: str, work: int) -> Iterator[bytes]:
    """A file sealed with a passphrase, so that trying it costs 2 to the power of `work`; in pieces.

    Raises MemoryError where that is more than there is.
    """
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    key, nonce = os.urandom(16), os.urandom(16)
    yield _head(key, passphrase, work) + nonce
    cipher = ChaCha20Poly1305(_derived(key, nonce, b"payload"))
    starts = range(0, len(data), _PIECE) or range(1)
    for number, start in enumerate(starts):
        last = start == starts[-1]
        yield cipher.encrypt(number.to_bytes(11, "big") + bytes([last]), data[start : start + _PIECE], None)


def _head(key: bytes, passphrase: str, work: int) -> bytes:
    salt = os.urandom(16)
    wrapped = _wrapping(passphrase, salt, work).encrypt(_NONCE, key, None)
    lines = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (_encoded(salt), work, _encoded(wrapped))
    return b"%s %s\n" % (lines, _proof(key, lines))


def _proof(key: bytes, lines: bytes) -> bytes:
    """The proof that the writer of these lines had the file's key."""
    return _encoded(hmac.digest(_derived(key, bytes(32), b"header"), lines, "sha256"))


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    """Another key from the file's, by HKDF (RFC 5869)."""
    return hmac.digest(hmac.digest(salt, key, "sha256"), purpose + b"\x01", "sha256")


def _wrapping(passphrase: str, salt: bytes, work: int) -> ChaCha20Poly1305:
    """The cipher that wraps a file's key."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    words, numbers = passphrase.encode(), {"n": 1 << work, "r": 8, "p": 1, "maxmem": 2**31 - 1, "dklen": 32}
    try:
        key = hashlib.scrypt(words, salt=_LABEL + salt, **numbers)
    except ValueError:  # with these arguments it can only mean too little memory
        raise MemoryError from None
    return ChaCha20Poly1305(key)


def _decoded(text: bytes) -> bytes:
    return b64decode(text + b"==="[: -len(text) % 4])


def _encoded(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")
