"""What was kept stays as it was kept: the chain of manifests, and the history of the folders."""

from __future__ import annotations

from collections.abc import Sequence

from linkbak.errors import LinkbakError
from linkbak.vault.objects import Objects

from .aside import Aside
from .look import Look
from .past import wrongs
from .snapshots import Held


def check_chain(look: Look, held: Sequence[Held]) -> None:
    """Every manifest names the one kept before it by its sha256; a manifest changed since then breaks the chain."""
    known = {one.digest for one in held if one.digest}
    unread = [one for one in held if not one.digest]
    for one in held:
        if one.previous and one.previous not in known and not unread:
            look.damage(
                "chain",
                one.key.folder,
                "the manifest kept before this one is gone or was changed",
                "find the change with `git log --stat -- snapshots` in the vault",
            )
    firsts = [one for one in held if one.digest and not one.previous]
    if len(firsts) > 1:
        look.note("chain", firsts[-1].key.folder, f"{len(firsts)} chains of manifests begin in this vault")


def check_history(look: Look, aside: Aside, tip: str) -> None:
    """No commit but the one that kept a snapshot ever touched its folder, but for merges that chained it anew."""
    objects = Objects(aside)
    try:
        for wrong in wrongs(aside, objects, tip):
            commit = wrong.commit[:12]
            shows = f"`git show --stat -m {commit}` in the vault shows how"
            look.damage("chain", wrong.folder, f"{wrong.what}, in commit {commit}", shows)
    except LinkbakError:
        return  # what git cannot read is told elsewhere
    finally:
        objects.close()
