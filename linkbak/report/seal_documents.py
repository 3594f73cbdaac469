"""The JSON documents of `linkbak seal` and `linkbak unseal`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict


class KeyDocument(TypedDict):
    """A pair of keys made anew: the file that holds the secret one, and the public one."""

    file: str
    public: str


class FollowsDocument(TypedDict):
    """The copy that another goes on from, and whether it still lies in the same folder."""

    file: str
    at: str
    commit: str
    there: bool


class SealDocument(TypedDict):
    """A sealed copy; `file` is null if nothing was new, or if a key is all that was wanted (then `commit` is, too).

    `follows` is null if the copy holds the whole vault. `snapshots` are those that it brings.
    """

    schema: Literal["linkbak.seal/1"]
    vault: str
    file: str | None
    at: str | None
    commit: str | None
    bytes: int
    snapshots: int
    follows: FollowsDocument | None
    key: KeyDocument | None


class CopyDocument(TypedDict):
    """A sealed copy that was opened: its newest commit, and whether it holds a whole vault."""

    file: str
    commit: str
    whole: bool


class UnsealDocument(TypedDict):
    """What came of sealed copies: a new vault, or more in one that was there; `new` are the snapshots that came."""

    schema: Literal["linkbak.unseal/1"]
    vault: str
    created: bool
    commit: str
    snapshots: int
    new: int
    marks: int
    copies: list[CopyDocument]


DOCUMENTS = {"seal": SealDocument, "unseal": UnsealDocument}
