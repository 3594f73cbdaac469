"""Sealed copies: the vault, or what came since the last one, as a git bundle encrypted in the age format.

A cloud that keeps such a file learns its size and nothing else. Nothing but `age` and `git` is needed to open one.
"""

from linkbak.encryption.age import ForKeys, ForPassphrase, Keys, Lock, encrypt, identities, library, new_key, recipients
from linkbak.encryption.sealing import Sealed, Unsealed, attempt, check_seal, folder_of, seal, unseal

__all__ = [
    "ForKeys", "ForPassphrase", "Keys", "Lock", "Sealed", "Unsealed", "attempt", "check_seal", "encrypt", "folder_of",
    "identities", "library", "new_key", "recipients", "seal", "unseal",
]  # fmt: skip
