"""What changed between two lists of connections, and whether its losses are to be believed."""

from linkbak.diff.changes import Change, Diff, Doubt
from linkbak.diff.compare import compare
from linkbak.diff.hold import held

__all__ = ["Change", "Diff", "Doubt", "compare", "held"]
