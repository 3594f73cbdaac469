"""Checks a whole vault: whether every byte is what it was, and where not, what is left and what to do.

git's own files are read by ``git fsck`` and known by the digests they carry; archives by the sizes and sha256 in their
manifests; manifests by their chain and by what commits did to them; everything else under the vault's folder by what
linkbak or git writes there. `checks` calls one function after another, each with the same `VerifyContext`.
"""

from linkbak.vault.verify.checks import verify
from linkbak.vault.verify.context import Finding, Verified, damage, note
from linkbak.vault.verify.history import Trees, wrongs
from linkbak.vault.verify.objects import contents

__all__ = ["Finding", "Trees", "Verified", "contents", "damage", "note", "verify", "wrongs"]
