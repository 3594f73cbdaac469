"""Neighbouring lists of a long series as pairs, each list fetched and split into lines once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from linkbak.adapters.linkedin.claims import Claims, claims
from linkbak.adapters.linkedin.pairs import LARGEST, Side, join, side
from linkbak.model import Coverage, Files, Listing, Pair

Reader = Callable[[Files, Claims], Listing]


class _Given:
    """One list of the series, as lines if it is plain enough, parsed in full only if it is not."""

    def __init__(self, files: Files, known: Coverage, read: Reader) -> None:
        self._files = files
        self._read = read
        self._claims = claims(files)
        self._listing: Listing | None = None
        self.side: Side | None = None
        if len(self._claims.connections) == 1:
            with files.open(self._claims.connections[0].path) as stream:
                self.side = side(stream.read(LARGEST + 1), known)

    @property
    def there(self) -> bool:
        """Whether the archive has a list at all."""
        return bool(self._claims.connections)

    def listing(self) -> Listing:
        """The whole list, parsed once."""
        if self._listing is None:
            self._listing = self._read(self._files, self._claims)
        return self._listing


def series(lists: Iterable[tuple[Files, Coverage]], read: Reader) -> Iterator[Pair | None]:
    """Each list after the first, paired with the one before it; None where one of the two is missing."""
    before: _Given | None = None
    for files, known in lists:
        after = _Given(files, known, read)
        if before is not None:
            yield _pair(before, after) if before.there and after.there else None
        before = after


def _pair(before: _Given, after: _Given) -> Pair:
    if before.side and after.side and (found := join(before.side, after.side)):
        return found
    return Pair(before.listing(), after.listing())
