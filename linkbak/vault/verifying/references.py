"""Where the branch stands, and what else in ``.git`` names commits: references and their logs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from linkbak.vault.layout import BRANCH

from .judging import FETCH, rescue
from .look import Look
from .storage import Storage

HEAD = ".git/HEAD"
MAIN = f".git/refs/heads/{BRANCH}"
PACKED = ".git/packed-refs"
SHALLOW = ".git/shallow"
LOGS = ".git/logs/"
_ID = r"(?:[0-9a-f]{40}|[0-9a-f]{64})"
_PACKED_FIRST = re.compile(r"# pack-refs with:(?: (?:peeled|fully-peeled|sorted))* ?")
_PACKED_LINE = re.compile(rf"(?P<id>{_ID}) (?P<ref>refs/[!-~]+)|\^(?P<peeled>{_ID})")
_LOG_LINE = re.compile(rf"(?P<old>{_ID}) (?P<new>{_ID}) [^\n<>]*<[^\n<>]*> \d+ [+-]\d{{4}}(?:\t[^\n]*)?")
_OTHER_HEADS = re.compile(r"\.git/(ORIG_HEAD|MERGE_HEAD|CHERRY_PICK_HEAD|REVERT_HEAD|REBASE_HEAD|AUTO_MERGE)")
_FETCHED = re.compile(r"(?:\.git/)?refs/linkbak/fetched/(?:[A-Za-z0-9][A-Za-z0-9_-]{0,39}|_file)")
"""Where copies elsewhere stood when they were last fetched from: linkbak's own references."""
_NO_COMMIT = "names no commit that is there"


class References:
    """What the vault's references say; read once, so that it stays the same whatever others do meanwhile."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.main = _text(look, MAIN)
        self.packed = _text(look, PACKED)
        self.shallow = _text(look, SHALLOW)

    @property
    def tip(self) -> str:
        """The commit that the branch names, "" if it names none."""
        if self.main is not None:
            line = self.main.removesuffix("\n")
            return line if re.fullmatch(_ID, line) else ""
        return next((name for name, ref in _packed(self.packed or "") if ref == f"refs/heads/{BRANCH}"), "")

    def candidates(self) -> Iterator[str]:
        """Commits that the branch stood at, the newest first; for when it names none that is there."""
        yield self.tip
        for log in (f"{LOGS}refs/heads/{BRANCH}", f"{LOGS}HEAD"):
            yield from (new for _, new in reversed(_moves(_text(self._look, log) or "")[0]))
        yield from (name for name, _ in _packed(self.packed or ""))

    def others(self) -> list[str]:
        """What other references name, as far as they can be read."""
        loose = [_text(self._look, path) or "" for path in self._look.census.below(".git/refs/")]
        named = [text.strip() for text in loose] + [name for name, _ in _packed(self.packed or "")]
        return [name for name in dict.fromkeys(named) if re.fullmatch(_ID, name)]


def check_references(look: Look, said: References, found: Storage, tip: str, snapshots: int) -> None:
    """Compares HEAD, the branch and everything else that names commits with what is there.

    `tip` is the newest commit that can be read, which holds so many snapshots.
    """
    head = look.read(HEAD)
    if head != f"ref: refs/heads/{BRANCH}\n".encode():
        look.damage(
            "control", HEAD, f"does not name the branch {BRANCH}", f"write this line into it: ref: refs/heads/{BRANCH}"
        )
    look.account([MAIN])
    place = PACKED if said.main is None else MAIN
    if said.tip != tip and (said.tip in found.there or not tip):
        look.damage("git", place, "names a commit that is damaged", rescue(tip, snapshots) if tip else FETCH)
    elif said.tip != tip or said.main not in (None, f"{tip}\n"):
        look.damage("control", place, _NO_COMMIT, f"write this line into {MAIN}, which its log tells last: {tip}")
    for path in [path for path in look.census.below(".git/refs/") if path != MAIN]:
        _check_other(look, path, found)
    for path in [path for path in look.census.files if _OTHER_HEADS.fullmatch(path)]:
        text = _text(look, path) or ""
        if not re.fullmatch(_ID, text[:-1]) or text[-1:] != "\n" or found.lacks(text[:-1]):
            look.note("control", path, _NO_COMMIT, "nothing needs it; remove the file")
    _check_packed(look, said, found)
    _check_shallow(look, said)
    look.account([*look.census.below(LOGS)])
    if said.tip == tip:  # else the log is what tells where the branch was
        _check_logs(look, found, tip)


def _check_other(look: Look, path: str, found: Storage) -> None:
    """A branch, a tag or a note of where another repository stood; only a copy's, last fetched, is linkbak's own."""
    text = _text(look, path) or ""
    if path.endswith(".lock"):
        _lock(look, path)
        return
    named = re.fullmatch(rf"({_ID})\n", text)
    pointed = re.fullmatch(r"ref: (refs/[!-~]+)\n", text)
    there = not found.lacks(named[1]) if named else bool(pointed) and _is_ref(look, pointed[1] if pointed else "")
    if there and named and _FETCHED.fullmatch(path):
        return
    if there:
        look.note("foreign", path, "a reference that linkbak did not make")
    else:
        look.damage("control", path, _NO_COMMIT, "nothing of linkbak's needs it; remove the file, or fetch again")


def _is_ref(look: Look, ref: str) -> bool:
    return f".git/{ref}" in look.census.files or f" {ref}\n" in (_text(look, PACKED) or "")


def _check_packed(look: Look, said: References, found: Storage) -> None:
    if said.packed is None:
        return
    lines = said.packed.split("\n")
    if lines.pop() != "":
        look.damage("control", PACKED, "is cut off", "`git pack-refs --all` writes it anew")
    for number, line in enumerate(lines, start=1):
        named = _PACKED_LINE.fullmatch(line)
        if line.startswith("#") and number == 1 and _PACKED_FIRST.fullmatch(line):
            continue
        if not named:
            look.damage(
                "control", f"{PACKED}, line {number}", "is not a reference", "`git pack-refs --all` writes it anew"
            )
        elif found.lacks(named["id"] or named["peeled"]):
            look.damage("control", f"{PACKED}, line {number}", _NO_COMMIT, "`git pack-refs --all` writes it anew")
        elif named["ref"] and named["ref"] != f"refs/heads/{BRANCH}" and not _FETCHED.fullmatch(named["ref"]):
            look.note("foreign", PACKED, f"names {named['ref']}, a reference that linkbak did not make")


def _check_shallow(look: Look, said: References) -> None:
    if said.shallow is None:
        return
    if not re.fullmatch(rf"(?:{_ID}\n)+", said.shallow):
        look.damage("control", SHALLOW, "names no commit", "clone the vault anew")
    else:
        look.note(
            "git", SHALLOW, "a clone without its history: what lies before was not copied", "`git fetch --unshallow`"
        )


def _check_logs(look: Look, found: Storage, tip: str) -> None:
    logs = {path: _text(look, path) or "" for path in look.census.below(LOGS)}
    remedy = "nothing needs it; remove the file"
    for path, text in logs.items():
        moves, wrong = _moves(text)
        if wrong:
            look.note("control", f"{path}, line {wrong}", "is not as git writes it", remedy)
        elif any(old != new for (_, new), (old, _) in pairwise(moves)):
            look.note("control", path, "does not follow from line to line", remedy)
        elif lost := next((n for n, (_, new) in enumerate(moves, 1) if set(new) != {"0"} and found.lacks(new)), 0):
            look.note("control", f"{path}, line {lost}", _NO_COMMIT, remedy)
    _compare_logs(look, logs, tip, remedy)


def _compare_logs(look: Look, logs: dict[str, str], tip: str, remedy: str) -> None:
    """The branch's log and HEAD's tell the same, unless somebody switched branches."""
    ours, heads = f"{LOGS}refs/heads/{BRANCH}", f"{LOGS}HEAD"
    if ours not in logs or heads not in logs or look.writing():
        return
    lines, all_lines = logs[ours].split("\n"), logs[heads].split("\n")
    switched = any("\tcheckout: " in line for line in all_lines)
    if (lines != all_lines) if not switched else bool(set(lines) - set(all_lines)):
        look.note("control", heads, f"and {ours} do not tell the same", remedy)
    moves = _moves(logs[ours])[0]
    if moves and tip and moves[-1][1] != tip:
        look.note("control", ours, "does not end where the branch is", remedy)


def _moves(text: str) -> tuple[list[tuple[str, str]], int]:
    """From where to where the branch went, and the first line that does not tell, 0 if all do."""
    found, wrong = [], 0
    lines = text.split("\n")
    if lines.pop() != "":
        wrong = len(lines) + 1
    for number, line in enumerate(lines, start=1):
        if move := _LOG_LINE.fullmatch(line):
            found.append((move["old"], move["new"]))
        else:
            wrong = wrong or number
    return found, wrong


def _packed(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        if (named := _PACKED_LINE.fullmatch(line)) and named["ref"]:
            yield named["id"], named["ref"]


def _lock(look: Look, path: str) -> None:
    if not look.writing():
        look.note("leftovers", path, "a lock of a git program", "if none is running, remove it")


def _text(look: Look, path: str) -> str | None:
    data = look.read(path)
    return None if data is None else data.decode("utf-8", "replace")
