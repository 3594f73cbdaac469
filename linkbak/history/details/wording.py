"""How the network writes of those it does not show, of adverts, and of several people at once."""

from __future__ import annotations

from functools import lru_cache

from linkbak import identity

_NOBODY = frozenset({"linkedin member"})
_SPONSORED = "sponsored conversation"
_SPUN = 'class="spinmail'

url_key = lru_cache(maxsize=1 << 14)(identity.url_key)
"""`linkbak.identity.url_key`, remembered: a person's messages stand together."""


@lru_cache(maxsize=1 << 14)
def name_key(name: str) -> str:
    """The key of a whole name."""
    return identity.name_key(name, "")


def address(url: str) -> str:
    """The key of a profile's address; "" for none, and for a member's number, which is none."""
    return "" if not url or url.lower().startswith("urn:") else url_key(url)


def unshown(name: str) -> bool:
    """Whether this is what the network writes for somebody whose profile it does not show."""
    return name.strip().casefold() in _NOBODY


def is_advert(title: str, content: str) -> bool:
    """Whether a message was paid for."""
    return _SPUN in content or (bool(title) and title.strip().casefold() == _SPONSORED)


def names(text: str) -> tuple[str, ...]:
    """The names in a list joined by commas, as far as anybody can tell.

    Names hold commas too, but what stands behind them is mostly one word: such a part belongs to the name before.
    """
    found: list[str] = []
    for part in text.split(","):
        part = part.strip()
        if found and len(part.split()) < 2:
            found[-1] += f", {part}"
        elif part:
            found.append(part)
    return tuple(found)


@lru_cache(maxsize=1 << 10)
def written_to(text: str, urls: int) -> int:
    """How many recipients a row names, of whom so many have an address; those not shown never have one."""
    if not urls:
        return len(names(text))
    return urls + sum(map(unshown, names(text)))
