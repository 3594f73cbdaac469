"""Sets of row numbers as bytes: a bit each, so that a file that shows 40,000 rows costs 5 kB."""

from __future__ import annotations

from collections.abc import Iterable


def bitmap(numbers: Iterable[int]) -> bytes:
    """The set of these numbers."""
    numbers = set(numbers)
    bits = bytearray(max(numbers) // 8 + 1 if numbers else 0)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


def holds(bits: bytes, number: int) -> bool:
    """Whether the number is in the set."""
    at = number >> 3
    return at < len(bits) and bool(bits[at] >> (number & 7) & 1)
