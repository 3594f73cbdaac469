"""A table's lines that are not known yet, so that only these have to be understood.

A record that was understood once means the same wherever it stands below the same header.
"""

from __future__ import annotations

import io
from collections.abc import Container, Iterator, Sequence
from hashlib import blake2b
from typing import IO, NamedTuple

from linkbak.model import Files

_LONGEST = 10_000
_MOST = 16 << 20


class Excerpt:
    """One file of an archive, with some of its records only."""

    def __init__(self, path: str, content: bytes) -> None:
        self._path, self._content = path, content

    @property
    def paths(self) -> Sequence[str]:
        """The file's path."""
        return (self._path,)

    def open(self, path: str) -> IO[bytes]:
        """The header and the records."""
        return io.BytesIO(self._content)


class News(NamedTuple):
    """What a file has that was not known: the digests of all its records, and those not known as a file."""

    digests: list[int]
    unknown: list[int]
    excerpt: Excerpt


def news(files: Files, path: str, known: Container[int]) -> News | None:
    """A file's digests, and what is not known of it; None if that is too much to be an excerpt."""
    digests: list[int] = []
    unknown: list[int] = []
    size, found = 0, []
    with files.open(path) as stream:
        records = _records(stream)
        header = next(records, b"")
        for digest, record in _digests(header, records):
            digests.append(digest)
            if digest not in known:
                unknown.append(digest)
                found.append(record)
                size += len(record)
                if size > _MOST:
                    return None
    if found and not found[-1].endswith(b"\n"):
        found[-1] += b"\n"
    return News(digests, unknown, Excerpt(path, header + b"".join(found)))


def line_digests(files: Files, path: str) -> list[int]:
    """The digests of a file's records below the header."""
    with files.open(path) as stream:
        records = _records(stream)
        return [digest for digest, _ in _digests(next(records, b""), records)]


def _digests(header: bytes, records: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each record with a digest that no other record below another header has; none where lines are not bytes."""
    if b"\0" in header:
        return
    salt = blake2b(header.rstrip(b"\r\n"), digest_size=16).digest()
    for record in records:
        digest = blake2b(record.rstrip(b"\r\n"), digest_size=8, salt=salt).digest()
        yield int.from_bytes(digest, "little"), record


def _records(stream: IO[bytes]) -> Iterator[bytes]:
    """The records of a table: a line, or more while a quote is open. Ends early where one seems never to close."""
    held: list[bytes] = []
    for line in stream:
        closed = line.count(b'"') % 2 == 0
        if not held and closed:
            yield line
        elif held and not closed:
            yield b"".join((*held, line))
            held.clear()
        else:
            held.append(line)
            if len(held) > _LONGEST:
                return
    if held:
        yield b"".join(held)
