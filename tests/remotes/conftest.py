"""The vaults and the small disk that copies are made of and on."""

from tests.vault.conftest import empty, made_once, one, small_disk

__all__ = ["empty", "made_once", "one", "small_disk"]
