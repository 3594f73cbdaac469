"""What was written between the owner and others, read for what it tells; see `linkbak.index.correspondence`."""

__all__ = [
    "activity", "acts", "addresses", "audit", "book", "reach", "remembered", "sketches", "templates", "unanswered",
    "unasked",
]  # fmt: skip
