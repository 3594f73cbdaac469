"""What was not understood in one file, without drowning the user in it."""

from __future__ import annotations

from linkbak.model import Issue

MOST = 20


class Issues:
    """Collects the issues of one file; losses push out mere remarks, and what is too much is only counted."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._losses: list[Issue] = []
        self._remarks: list[Issue] = []
        self._more_losses = 0
        self._more_remarks = 0

    def lost(self, line: int, reason: str) -> None:
        """Something that should have been understood was not."""
        if len(self._losses) < MOST:
            self._losses.append(Issue(self.file, line, reason, loss=True))
        else:
            self._more_losses += 1

    def remark(self, line: int, reason: str) -> None:
        """Something the user may want to know; nothing was lost."""
        if len(self._remarks) < MOST:
            self._remarks.append(Issue(self.file, line, reason, loss=False))
        else:
            self._more_remarks += 1

    def all(self) -> tuple[Issue, ...]:
        """At most `MOST` issues in the order of their lines, and one that says how many more there are."""
        kept = self._remarks[: MOST - len(self._losses)]
        more = self._more_losses + self._more_remarks + len(self._remarks) - len(kept)
        issues = sorted([*self._losses, *kept], key=lambda issue: issue.line)
        if more:
            issues.append(Issue(self.file, 0, f"and {more:,} more", loss=bool(self._more_losses)))
        return tuple(issues)
