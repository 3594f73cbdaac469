"""How much work it takes to try a passphrase on a sealed file, made the same whatever machine seals or opens it.

The library takes what its own machine does in a second, and refuses to open what takes sixteen times that. So the head
of a file is written anew, with the file's key in it wrapped at another cost; what the key seals stays as it is.

The format is https://age-encryption.org/v1: the passphrase, through scrypt (RFC 7914, hashlib's), gives the key that
wraps the file's key by ChaCha20-Poly1305 (RFC 8439, that of `cryptography`).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

USUAL = 18
"""That of `age`: 2 to this power, a second of a machine of today and 256 MB."""
LEAST = 10
"""What costs next to nothing, for a file that is opened at once."""
MOST = 20
"""More than this, four seconds and 1 GB, is left to the library to refuse."""

_HEAD = re.compile(
    rb"(age-encryption\.org/v1\n-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n---) "
    rb"([A-Za-z0-9+/]{43})\n"
)
"""What the proof behind the dashes is of, with salt, work and the wrapped key in it; and the proof."""
_LABEL = b"age-encryption.org/v1/scrypt"
_NONCE = bytes(12)
"""As the format has it: each key wraps one key."""


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
        key = _wrapping(passphrase, _bytes(head[2]), int(head[3])).decrypt(_NONCE, _bytes(head[4]), None)
    except InvalidTag:
        raise WrongPassphrase from None
    if _proof(key, head[1]) != head[5]:
        return sealed
    salt = os.urandom(16)
    wrapped = _wrapping(passphrase, salt, work).encrypt(_NONCE, key, None)
    lines = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (_text(salt), work, _text(wrapped))
    return b"".join([lines, b" ", _proof(key, lines), b"\n", memoryview(sealed)[head.end() :]])


def _proof(key: bytes, lines: bytes) -> bytes:
    """That whoever wrote these lines had the file's key."""
    header_key = hmac.digest(hmac.digest(bytes(32), key, "sha256"), b"header\x01", "sha256")  # HKDF, RFC 5869
    return _text(hmac.digest(header_key, lines, "sha256"))


def _wrapping(passphrase: str, salt: bytes, work: int) -> ChaCha20Poly1305:
    """What wraps a file's key."""
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    key = hashlib.scrypt(passphrase.encode(), salt=_LABEL + salt, n=1 << work, r=8, p=1, maxmem=2**31 - 1, dklen=32)
    return ChaCha20Poly1305(key)


def _bytes(text: bytes) -> bytes:
    return b64decode(text + b"==="[: -len(text) % 4])


def _text(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")
