"""Whether a file lying about may be an archive of LinkedIn's, told before much of it is read.

For those who look for archives among other files, where recognising too much would keep what nobody meant to keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from linkbak.adapters.linkedin.claims import claims
from linkbak.adapters.linkedin.names import name_of
from linkbak.adapters.linkedin.recognition import ENOUGH, LOOKED_AT, known_columns
from linkbak.adapters.linkedin.tables import IMAGES
from linkbak.adapters.linkedin.taken import NAME
from linkbak.model import Files, Listing

_ENDING = re.compile(r"(?:[ _-]?\([0-9]{1,3}\)| ?-? ?copy(?: [0-9]{1,3})?|[_-][0-9]{1,3}|\.zip)*", re.IGNORECASE)
_LIST = "connections.csv"


def expected(name: str) -> bool:
    """Whether LinkedIn gives its archives such a name, whatever browsers add to that of a second copy."""
    found = NAME.match(name)
    return found is not None and _ENDING.fullmatch(name, found.end()) is not None


def likely(paths: Iterable[str]) -> bool:
    """Whether files of these names alone may be an archive: most of them called as LinkedIn's are, or archives."""
    from linkbak.archive import is_dropping

    real = [path for path in paths if not path.endswith("/") and not is_dropping(path)]
    if len(real) == 1 and expected(real[0].rpartition("/")[2]):
        return True
    known = {named.path for path in real if (named := name_of(path)) is not None and named.table is not IMAGES}
    listed = any(path.rpartition("/")[2].casefold() == _LIST for path in known)
    return (listed or len(known) >= ENOUGH) and len(known) * 2 > len(real)


def surely(files: Files) -> bool:
    """Whether LinkedIn's columns are found in files of LinkedIn's names; a name alone proves nothing."""
    chosen = claims(files).chosen
    parts = [chosen[key] for key in sorted(chosen, key=lambda key: key != _LIST)]
    columns = 0
    for named, *_ in islice(parts, LOOKED_AT):
        columns += known_columns(files, named)
        if columns >= ENOUGH:
            return True
    return False


def edited(files: Files, listing: Listing) -> bool:
    """Whether a lone list went through somebody's hands: who was taken out of it would seem to have vanished.

    Lists with profile addresses always came under a remark and newest first; spreadsheets fill up the remark's line.
    """
    if "url" not in listing.columns:
        return False  # lists of before 2021 came in several forms
    with files.open(files.paths[0]) as stream:
        first = stream.read(64).partition(b"\n")[0]
    return not listing.newest_first or b"," in first
