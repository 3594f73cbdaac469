"""How much work it takes to try a passphrase on a sealed file, made the same whatever machine seals or opens it.

The library takes what its own machine does in a second, and refuses to open what takes sixteen times that. So the head
of a file is written anew, with the file's key in it wrapped at another cost; what the key seals stays as it is.

The format is https://age-encryption.org/v1, scrypt that of RFC 7914 (hashlib's), ChaCha20-Poly1305 that of RFC 8439.
The standard library lacks the last; here it is for one block of 16 bytes and nothing beside it: a file's key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import struct
from base64 import b64decode, b64encode

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


class WrongPassphrase(ValueError):
    """The passphrase does not open the head of the file."""


def with_work(sealed: bytes, passphrase: str, work: int) -> bytes:
    """A file sealed with a passphrase, so that trying it costs 2 to the power of `work`.

    Raises WrongPassphrase. What is no such file or is damaged, costs more than `MOST`, or costs so much already, is
    given back as it is.
    """
    head = _HEAD.match(sealed)
    if head is None or int(head[3]) > MOST or int(head[3]) == work:
        return sealed
    key = _opened(_wrapping(passphrase, _bytes(head[2]), int(head[3])), _bytes(head[4]))
    if _proof(key, head[1]) != head[5]:
        return sealed
    salt = os.urandom(16)
    wrapped = _sealed(_wrapping(passphrase, salt, work), key)
    lines = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (_text(salt), work, _text(wrapped))
    return b"".join([lines, b" ", _proof(key, lines), b"\n", memoryview(sealed)[head.end() :]])


def _proof(key: bytes, lines: bytes) -> bytes:
    """That whoever wrote these lines had the file's key."""
    header_key = hmac.digest(hmac.digest(bytes(32), key, "sha256"), b"header\x01", "sha256")  # HKDF, RFC 5869
    return _text(hmac.digest(header_key, lines, "sha256"))


def _wrapping(passphrase: str, salt: bytes, work: int) -> bytes:
    """The key that wraps a file's key."""
    return hashlib.scrypt(passphrase.encode(), salt=_LABEL + salt, n=1 << work, r=8, p=1, maxmem=2**31 - 1, dklen=32)


def _bytes(text: bytes) -> bytes:
    return b64decode(text + b"==="[: -len(text) % 4])


def _text(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


# --- ChaCha20-Poly1305 of one block, with a nonce of zeros (RFC 8439, 2.3, 2.5, 2.8) ---


_QUARTERS = (
    *((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)),
    *((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)),
)
"""The columns of the square of words, then its diagonals."""


def _opened(key: bytes, sealed: bytes) -> bytes:
    if not hmac.compare_digest(_tag(key, sealed[:16]), sealed[16:]):
        raise WrongPassphrase
    return _crossed(key, sealed[:16])


def _sealed(key: bytes, plain: bytes) -> bytes:
    crossed = _crossed(key, plain)
    return crossed + _tag(key, crossed)


def _crossed(key: bytes, block: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(block, _stream(key, 1), strict=False))


def _tag(key: bytes, crossed: bytes) -> bytes:
    """Poly1305 over the block and the lengths of nothing and of it."""
    secret = _stream(key, 0)
    factor = int.from_bytes(secret[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for part in (crossed, struct.pack("<QQ", 0, len(crossed))):
        total = (total + int.from_bytes(part + b"\x01", "little")) * factor % (2**130 - 5)
    return ((total + int.from_bytes(secret[16:32], "little")) % 2**128).to_bytes(16, "little")


def _stream(key: bytes, counter: int) -> bytes:
    """One block of ChaCha20."""
    start = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key), counter, 0, 0, 0]
    words = start.copy()

    def turn(one: int, other: int, third: int, by: int) -> None:
        words[one] = (words[one] + words[other]) & 0xFFFFFFFF
        mixed = words[third] ^ words[one]
        words[third] = (mixed << by | mixed >> 32 - by) & 0xFFFFFFFF

    for _ in range(10):
        for a, b, c, d in _QUARTERS:
            for one, other, third, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                turn(one, other, third, by)
    return struct.pack("<16I", *((one + other) & 0xFFFFFFFF for one, other in zip(words, start, strict=True)))
