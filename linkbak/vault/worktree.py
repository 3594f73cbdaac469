"""Which snapshots lie open as folders: git's index and sparse checkout follow what has been committed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from linkbak.errors import UsageProblem

from .disk import on_this_machine, write_whole
from .git import Git, GitFailed, words_of
from .layout import SETTINGS, SNAPSHOTS, Layout
from .summary import SnapshotKey

if TYPE_CHECKING:
    from subprocess import Popen

Visible = int | Literal["all"]
_SPARE = 8  # so many more than asked for may lie open until the end of a command that keeps many


class WorkTree:
    """The index and the sparse checkout of one vault while it is written to."""

    def __init__(self, layout: Layout, git: Git, visible: Visible, open_now: Sequence[SnapshotKey]) -> None:
        self._layout = layout
        self._git = git
        self.visible = visible
        self._open = list(open_now)
        self._adding: tuple[Popen[bytes], bytes] | None = None
        self.stale = not self._written(self._open)

    def enter(self, key: SnapshotKey, paths: Sequence[str]) -> None:
        """Begins to tell the index about a snapshot just committed that lies in the work tree."""
        self.wait()
        self._open.append(key)
        self._write(self._open)
        process = self._git.start("update-index", "--add", "-z", "--stdin")
        self._adding = process, words_of([f"{key.folder}/{path}" for path in paths])
        assert process.stdin is not None
        if len(self._adding[1]) < 60_000:  # fits into the pipe: git can work while we do something else
            process.stdin.write(self._adding[1])
            process.stdin.flush()
            self._adding = process, b""

    def wait(self) -> None:
        """Waits until the index knows."""
        if self._adding is not None:
            (process, feed), self._adding = self._adding, None
            self._git.finish(process, "update-index", feed)

    def relieve(self, keys: Sequence[SnapshotKey]) -> None:
        """As `settle`, but only once many more lie open than should."""
        if len(self._open) > len(newest(keys, self.visible)) + _SPARE:
            self.settle(keys)

    def settle(self, keys: Sequence[SnapshotKey]) -> None:
        """Leaves only the newest of `keys` (sorted oldest first) open; folders that somebody edited stay."""
        self.wait()
        wanted = newest(keys, self.visible)
        if self.stale or set(wanted) != set(self._open):
            self._write(wanted)
            self._git.run("sparse-checkout", "reapply")
            if self._still_open() - {key.folder for key in wanted}:
                self._look_again()
        self._open, self.stale = wanted, False

    def _still_open(self) -> set[str]:
        top = self._layout.top
        return {folder.relative_to(top).as_posix() for folder in top.glob(f"{SNAPSHOTS}/*/*/*")}

    def _look_again(self) -> None:
        """In a vault that was copied, files look altered to git until it has compared their bytes."""
        with suppress(GitFailed):  # which is how it says that some are altered
            self._git.run("update-index", "-q", "--refresh")
        self._git.failed.discard("update-index")
        self._git.run("sparse-checkout", "reapply")

    def _write(self, keys: Iterable[SnapshotKey]) -> None:
        with on_this_machine(self._layout.top):
            write_whole(self._layout.cone, self._cone(keys))

    def _written(self, keys: Iterable[SnapshotKey]) -> bool:
        try:
            return self._layout.cone.read_bytes() == self._cone(keys)
        except FileNotFoundError:
            return False

    def _cone(self, keys: Iterable[SnapshotKey]) -> bytes:
        return cone(None if self.visible == "all" else keys)


def newest(keys: Sequence[SnapshotKey], visible: Visible) -> list[SnapshotKey]:
    """The newest `visible` of each account, in the order given."""
    if visible == "all":
        return list(keys)
    left: dict[str, int] = {}
    found = []
    for key in reversed(keys):
        left[key.account] = left.get(key.account, visible) - 1
        if left[key.account] >= 0:
            found.append(key)
    return found[::-1]


def cone(keys: Iterable[SnapshotKey] | None) -> bytes:
    """The patterns of a sparse checkout (cone mode) with just these snapshots; None for all there are."""
    lines = ["/*", "!/*/"]
    if keys is None:
        lines.append(f"/{SNAPSHOTS}/")
        return "\n".join([*lines, ""]).encode()
    folders = sorted({key.folder for key in keys})
    above: dict[str, None] = {}
    for folder in folders:
        parts = folder.split("/")[:-1]
        above.update(dict.fromkeys("/".join(parts[:end]) for end in range(1, len(parts) + 1)))
    for folder in sorted(above):
        lines += [f"/{folder}/", f"!/{folder}/*/"]
    return "\n".join([*lines, *(f"/{folder}/" for folder in folders), ""]).encode()


def visible_setting(layout: Layout) -> Visible:
    """How many snapshots of each account the vault's settings want open."""
    return visible_in((layout.top / SETTINGS).read_bytes())


def visible_in(settings: bytes) -> Visible:
    """The same, out of the settings' text."""
    import tomllib

    from .layout import VISIBLE

    try:
        value = tomllib.loads(settings.decode("utf-8")).get("visible", VISIBLE)
    except (ValueError, RecursionError):
        raise UsageProblem(f"{SETTINGS} in the vault is not TOML", hint="Correct the file.") from None
    if value == "all" or (type(value) is int and value >= 0):
        return value  # type: ignore[no-any-return]
    raise UsageProblem(f'{SETTINGS} in the vault: visible must be a number or "all"')
