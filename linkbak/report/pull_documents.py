"""The JSON document of `pull`, as types; as in `linkbak.report.documents`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.documents import ErrorDocument


class PulledSnapshotDocument(TypedDict):
    """One snapshot by name."""

    account: str
    snapshot: str


class RenamedDocument(TypedDict):
    """A snapshot that is called otherwise now, since there was another archive of that moment."""

    account: str
    before: str
    after: str


class PulledDocument(TypedDict):
    """What came of one remote.

    `state` is `empty` (nothing is there yet), `same`, `ahead` (the vault has all that is there, and more), `forwarded`
    (only the remote had something new), `merged` (both had) or `failed`, with `error`. `snapshots` came, and so many
    lines of `marks`; `chained_anew` is how many manifests name another one before them now. `imported_on_both` are
    archives that both had, `changed_on_both` other files of which the one with the later commit stays; `unrelated` says
    that the two vaults had nothing in common before.
    """

    name: str
    state: Literal["empty", "same", "ahead", "forwarded", "merged", "failed"]
    snapshots: list[PulledSnapshotDocument]
    marks: int
    chained_anew: int
    renamed: list[RenamedDocument]
    imported_on_both: list[PulledSnapshotDocument]
    changed_on_both: list[str]
    unrelated: bool
    error: ErrorDocument | None


class PullDocument(TypedDict):
    """What `linkbak pull --json` prints."""

    schema: Literal["linkbak.pull/1"]
    vault: str
    remotes: list[PulledDocument]


DOCUMENTS: dict[str, type] = {"pull": PullDocument}
"""Each verb's document; the names of the schema files."""
