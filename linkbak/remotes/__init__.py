"""Copies of a vault elsewhere: where they are, and what goes there and comes from there.

Addresses and the vault's remotes stand here. What only some commands need is in modules of its own:

- `push` sends, `pull` takes in what a copy has, `clone` makes a vault of one, `inspect` looks at them;
- `bundle` is the vault as one file.
"""

from linkbak.remotes.address import Address, read_address
from linkbak.remotes.git import PublicHost, is_interactive, public_host
from linkbak.remotes.local import NoCopyYet
from linkbak.remotes.registry import (
    Copy,
    Remote,
    UnknownRemote,
    add_remote,
    copies,
    list_remotes,
    note_copy,
    remove_remote,
)

__all__ = [
    "Address",
    "Copy",
    "NoCopyYet",
    "PublicHost",
    "Remote",
    "UnknownRemote",
    "add_remote",
    "bundle",
    "clone",
    "copies",
    "inspect",
    "is_interactive",
    "list_remotes",
    "note_copy",
    "public_host",
    "pull",
    "push",
    "read_address",
    "remove_remote",
]
