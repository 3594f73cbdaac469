"""What the vault says of itself, read without writing a byte anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linkbak.vault import Summary


def summaries(place: Path) -> Sequence[Summary]:
    """Every snapshot, oldest first. The list that commands keep of them is read, but never written."""
    from linkbak.vault import Vault
    from linkbak.vault.catalogue import Catalogue
    from linkbak.vault.git import Git
    from linkbak.vault.layout import Layout
    from linkbak.vault.objects import Objects

    Vault.open(place).close()
    objects = Objects(Git(place))
    try:
        catalogue = Catalogue(Layout(place), objects)
        catalogue.refresh()
        return catalogue.summaries()
    finally:
        objects.close()
