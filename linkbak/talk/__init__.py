"""What was written between the owner and others, read for what it tells; see `linkbak.index.correspondence`."""

__all__ = ["activity", "acts", "addresses", "audit", "book", "reach", "sketches", "templates", "unanswered", "unasked"]
