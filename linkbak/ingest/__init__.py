"""The one workflow: from an archive to a kept snapshot and its receipt.

Everything that could refuse the archive happens before anything of it reaches the vault: its structure is checked while
it is opened, its bytes while they are staged, and what git makes of them meanwhile lies apart until they are kept. What
then fails to be understood is counted and told, but kept: the raw bytes are the truth, and a later linkbak may read
them better.
"""

from __future__ import annotations

from linkbak.ingest.receipt import Receipt
from linkbak.ingest.workflow import Options, check, ingest, order

__all__ = ["Options", "Receipt", "check", "ingest", "order"]
