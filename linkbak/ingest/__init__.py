"""From an archive to a kept snapshot and its receipt.

Everything that could refuse the archive happens before anything of it reaches the vault: its structure is checked while
it is opened, its bytes while they are staged, and what git makes of them meanwhile lies apart until they are kept. What
then fails to be understood is counted and reported, but kept: the raw bytes are the truth, and a later linkbak may read
them better.

The module `workflow` does it; a scan that finds nothing new loads no more than the types here.
"""

from __future__ import annotations

from linkbak.ingest.receipt import Options, Progress, Receipt, exit_code_of

__all__ = ["Options", "Progress", "Receipt", "exit_code_of", "owners", "workflow"]
