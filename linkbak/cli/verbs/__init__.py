"""The verbs, one file each, in the order in which help lists them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from linkbak.errors import Exit

VERBS = {
    "import": ("import_", "Keep archives as snapshots"),
    "log": ("log", "List the snapshots, newest first"),
    "diff": ("diff", "Show who vanished, came, hid and changed"),
    "lost": ("lost", "Show everyone ever lost and not back, and why"),
    "people": ("people", "List the people you are connected to, or were"),
    "show": ("show", "Show everything the vault knows of one person"),
    "search": ("search", "Find people by anything known of them, or messages"),
    "stats": ("stats", "Draw what the vault comes to, in numbers"),
    "digest": ("digest", "Print what the vault comes to, in 30 lines for a mail"),
    "report": ("report", "Make a page to look at: one HTML file that needs nothing else"),
    "export": ("export", "Write people down for other programs"),
    "files": ("files", "List what a snapshot holds"),
    "cat": ("cat", "Print one file of a snapshot, byte for byte"),
    "restore": ("restore", "Give an archive's files back, byte for byte"),
    "mark": ("mark", "Tell what you know of people"),
    "status": ("status", "Show how the backup stands"),
    "verify": ("verify", "Compare every byte of the vault with what was imported"),
    "drill": ("drill", "Try out a restore"),
    "init": ("init", "Make a vault and remember its place"),
    "index": ("index", "Check the index of people, make it anew, or say where it lies"),
    "compact": ("compact", "Make the vault smaller on disk"),
    "scan": ("scan", "Find archives in your downloads and keep what is new"),
    "watch": ("watch", "Scan again and again, until you end it"),
    "run": ("run", "Do all that needs nobody: what a timer calls"),
    "schedule": ("schedule", "Have linkbak run by itself, or say what is set up"),
    "nudge": ("nudge", "Show where the request for your next archive stands, and what to do"),
    "notify": ("notify", "Send a test message the way `linkbak run` would"),
    "remote": ("remote", "Say where copies of the vault are kept"),
    "push": ("push", "Send the vault to its copies elsewhere"),
    "pull": ("pull", "Take in what copies elsewhere have and the vault has not"),
    "clone": ("clone", "Make a vault of a copy, on this machine"),
    "seal": ("seal", "Make an encrypted copy of the vault for a place you do not trust"),
    "unseal": ("unseal", "Open sealed copies: as a new vault, or into the one that is there"),
    "config": ("config", "Show, check and change the settings"),
    "doctor": ("doctor", "Look whether all that linkbak needs is in order"),
    "demo": ("demo", "Show on invented archives what linkbak does"),
}
"""Each verb: the name of both its module here and its function there, and what it is for.

That is the first line of the docstring too, and stands here since listing the verbs should load none of them.
"""


def load(verb: str) -> Callable[..., Exit | None]:
    """The function behind a verb; its module is imported only now, since every command pays for what is imported."""
    module = VERBS[verb][0]
    function: Callable[..., Exit | None] = getattr(import_module(f"{__name__}.{module}"), module)
    return function
