"""What the user sees: text for people, documents for programs.

Each subject is a public module: its `text` gives lines for people, its `document` JSON, its `to_csv` rows.
"""

from linkbak.report.text import Block, Column, Line, Table, count, day, number, render, say

__all__ = [
    "Block",
    "Column",
    "Line",
    "Table",
    "config",
    "count",
    "day",
    "diff",
    "escape",
    "html",
    "imports",
    "json",
    "lost",
    "maintenance",
    "number",
    "people",
    "reminders",
    "remotes",
    "render",
    "say",
    "schedule",
    "search",
    "show",
    "snapshots",
    "stats",
    "status",
    "text",
]
