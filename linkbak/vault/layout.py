"""Where everything is in a vault, and the texts a new one starts with."""

from __future__ import annotations

from pathlib import Path

FORMAT = 1
BRANCH = "main"
VISIBLE = 12

README = "README.md"
SETTINGS = "linkbak.toml"
ATTRIBUTES = ".gitattributes"
MARKS = "marks.jsonl"
SNAPSHOTS = "snapshots"
MANIFEST = "manifest.json"
ARCHIVE = "archive"

ATTRIBUTES_TEXT = b"* -text -eol -ident -diff -merge -filter -working-tree-encoding\n"
SETTINGS_TEXT = b"""\
# The format of this vault; leave it alone.
format = 1

# How many of the newest snapshots of each account lie open as folders: a number, or "all".
visible = 12
"""
README_TEXT = b"""\
# A vault of linkbak

This folder keeps every archive a network sent of your data, byte for byte. It is private: do not publish it.

    snapshots/<network>-<account>/<year>/<when it was written>/archive/        the archive's files
    snapshots/<network>-<account>/<year>/<when it was written>/manifest.json   what they are, with sizes and sha256
    marks.jsonl                                                                what you told linkbak, one fact a line
    linkbak.toml                                                               settings

The newest snapshots lie open as folders. Every snapshot, old ones included, is in the newest commit of this git
repository, so nothing but git is needed to read one:

    git ls-tree --name-only -r HEAD snapshots/           # everything there is
    git sparse-checkout add snapshots/linkedin-me/2026   # lay a year's snapshots open
    git archive HEAD snapshots/linkedin-me/2026 > year.tar

A file whose name cannot exist on every system is stored under another; `path` and `stored` in the manifest tell. Do
not edit what is below snapshots/: linkbak notices, and reads the kept bytes from git.
"""

CONFIG = {
    "core.sparseCheckout": "true",
    "core.sparseCheckoutCone": "true",
    "index.sparse": "true",
    "core.autocrlf": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "commit.gpgSign": "false",
}
"""What a vault's own git configuration says, so that git run by hand treats it well too."""


class Layout:
    """The places of one vault that are linkbak's own."""

    def __init__(self, top: Path) -> None:
        self.top = top.absolute()
        self.git = self.top / ".git"
        self.own = self.git / "linkbak"
        self.lock = self.own / "lock"
        self.children = self.own / "children"
        self.busy = self.own / "busy"
        self.cone = self.git / "info" / "sparse-checkout"
        self.attributes = self.git / "info" / "attributes"
