"""A long list of which most is made only when somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class Later(Sequence[T]):
    """`size` rows: the first are there, all of them come from `make` once others are wanted.

    A page shows twenty of thousands, and their number. Equal to a tuple of the same rows.
    """

    __slots__ = ("_make", "_rows", "_size")

    def __init__(self, first: tuple[T, ...], size: int, make: Callable[[], tuple[T, ...]]) -> None:
        self._rows = first
        self._size = size
        self._make = make

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._size)
            if step > 0 and stop <= len(self._rows):
                return self._rows[start:stop:step]
        return self._all()[index]

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, Later) else other)

    __hash__ = None  # type: ignore[assignment]  # as good as any other list

    def _all(self) -> tuple[T, ...]:
        if len(self._rows) != self._size:
            self._rows = self._make()
        return self._rows
