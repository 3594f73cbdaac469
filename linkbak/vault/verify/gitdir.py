"""Where the branch stands, and what else in ``.git`` names commits: references and their logs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from linkbak.errors import LinkbakError, VaultDamaged
from linkbak.vault.configuration import CONFIG, check_configuration
from linkbak.vault.layout import ATTRIBUTES_TEXT, BRANCH
from linkbak.vault.snapshots import SnapshotKey
from linkbak.vault.verify.context import VerifyContext
from linkbak.vault.verify.objects import Storage, checksum
from linkbak.vault.verify.snapshots import FETCH, rescue
from linkbak.vault.worktree import cone, newest, visible_setting

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
_DROPPED = re.compile(r"\.DS_Store|\._.*|desktop\.ini|Thumbs\.db|Icon\r", re.IGNORECASE)
"""What Finder, Explorer and sync programs put into any folder they show."""
_NO_COMMIT = "names no commit that is there"


class References:
    """What the vault's references say; read once, so that it stays the same whatever others do meanwhile."""

    def __init__(self, context: VerifyContext) -> None:
        self._context = context
        self.main = _text(context, MAIN)
        self.packed = _text(context, PACKED)
        self.shallow = _text(context, SHALLOW)

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
            yield from (new for _, new in reversed(_moves(_text(self._context, log) or "")[0]))
        yield from (name for name, _ in _packed(self.packed or ""))

    def others(self) -> list[str]:
        """What other references name, as far as they can be read."""
        loose = [_text(self._context, path) or "" for path in self._context.census.below(".git/refs/")]
        named = [text.strip() for text in loose] + [name for name, _ in _packed(self.packed or "")]
        return [name for name in dict.fromkeys(named) if re.fullmatch(_ID, name)]


def check_references(context: VerifyContext, said: References, found: Storage, tip: str, snapshots: int) -> None:
    """Compares HEAD, the branch and everything else that names commits with what is there.

    `tip` is the newest commit that can be read, which holds so many snapshots.
    """
    head = context.read(HEAD)
    if head != f"ref: refs/heads/{BRANCH}\n".encode():
        context.damage(
            "control",
            HEAD,
            f"does not name the branch {BRANCH}",
            f"this mends it:\necho 'ref: refs/heads/{BRANCH}' > {HEAD}",
        )
    context.account([MAIN])
    place = PACKED if said.main is None else MAIN
    if said.tip != tip and (said.tip in found.there or not tip):
        context.damage("git", place, "names a commit that is damaged", rescue(tip, snapshots) if tip else FETCH)
    elif said.tip != tip or said.main not in (None, f"{tip}\n"):
        again = f"its log tells which it was:\necho {tip} > {MAIN}"
        context.damage("control", place, _NO_COMMIT, again)
    for path in [path for path in context.census.below(".git/refs/") if path != MAIN]:
        _check_other(context, path, found)
    for path in [path for path in context.census.files if _OTHER_HEADS.fullmatch(path)]:
        text = _text(context, path) or ""
        if not re.fullmatch(_ID, text[:-1]) or text[-1:] != "\n" or found.lacks(text[:-1]):
            context.note("control", path, _NO_COMMIT, "nothing needs it; remove the file")
    _check_packed(context, said, found)
    _check_shallow(context, said)
    context.account([*context.census.below(LOGS)])
    if said.tip == tip:  # else the log is what tells where the branch was
        _check_logs(context, found, tip)


def _check_other(context: VerifyContext, path: str, found: Storage) -> None:
    """A branch, a tag or a note of where another repository stood; only a copy's, last fetched, is linkbak's own."""
    text = _text(context, path) or ""
    if path.endswith(".lock"):
        _lock(context, path)
        return
    if _DROPPED.fullmatch(path.rpartition("/")[2]):
        context.note("foreign", path, "left by a file manager or a sync program, not by linkbak or git")
        return
    named = re.fullmatch(rf"({_ID})\n", text)
    pointed = re.fullmatch(r"ref: (refs/[!-~]+)\n", text)
    there = not found.lacks(named[1]) if named else bool(pointed) and _is_ref(context, pointed[1] if pointed else "")
    if there and named and _FETCHED.fullmatch(path):
        return
    if there:
        context.note("foreign", path, "a reference that linkbak did not make")
    else:
        context.damage("control", path, _NO_COMMIT, "nothing of linkbak's needs it; remove the file, or fetch again")


def _is_ref(context: VerifyContext, ref: str) -> bool:
    return f".git/{ref}" in context.census.files or f" {ref}\n" in (_text(context, PACKED) or "")


def _check_packed(context: VerifyContext, said: References, found: Storage) -> None:
    if said.packed is None:
        return
    lines = said.packed.split("\n")
    if lines.pop() != "":
        context.damage("control", PACKED, "is cut off", "`git pack-refs --all` writes it anew")
    for number, line in enumerate(lines, start=1):
        named = _PACKED_LINE.fullmatch(line)
        if line.startswith("#") and number == 1 and _PACKED_FIRST.fullmatch(line):
            continue
        if not named:
            context.damage(
                "control", f"{PACKED}, line {number}", "is not a reference", "`git pack-refs --all` writes it anew"
            )
        elif found.lacks(named["id"] or named["peeled"]):
            context.damage("control", f"{PACKED}, line {number}", _NO_COMMIT, "`git pack-refs --all` writes it anew")
        elif named["ref"] and named["ref"] != f"refs/heads/{BRANCH}" and not _FETCHED.fullmatch(named["ref"]):
            context.note("foreign", PACKED, f"names {named['ref']}, a reference that linkbak did not make")


def _check_shallow(context: VerifyContext, said: References) -> None:
    if said.shallow is None:
        return
    if not re.fullmatch(rf"(?:{_ID}\n)+", said.shallow):
        context.damage("control", SHALLOW, "names no commit", "clone the vault anew")
    else:
        context.note(
            "git", SHALLOW, "a clone without its history: what lies before was not copied", "`git fetch --unshallow`"
        )


def _check_logs(context: VerifyContext, found: Storage, tip: str) -> None:
    logs = {path: _text(context, path) or "" for path in context.census.below(LOGS)}
    remedy = "nothing needs it; remove the file"
    for path, text in logs.items():
        moves, wrong = _moves(text)
        if wrong:
            context.note("control", f"{path}, line {wrong}", "is not as git writes it", remedy)
        elif any(old != new for (_, new), (old, _) in pairwise(moves)):
            context.note("control", path, "does not follow from line to line", remedy)
        elif lost := next((n for n, (_, new) in enumerate(moves, 1) if set(new) != {"0"} and found.lacks(new)), 0):
            context.note("control", f"{path}, line {lost}", _NO_COMMIT, remedy)
    _compare_logs(context, logs, tip, remedy)


def _compare_logs(context: VerifyContext, logs: dict[str, str], tip: str, remedy: str) -> None:
    """The branch's log and HEAD's tell the same, unless somebody switched branches."""
    ours, heads = f"{LOGS}refs/heads/{BRANCH}", f"{LOGS}HEAD"
    if ours not in logs or heads not in logs or context.writing():
        return
    lines, all_lines = logs[ours].split("\n"), logs[heads].split("\n")
    switched = any("\tcheckout: " in line for line in all_lines)
    if (lines != all_lines) if not switched else bool(set(lines) - set(all_lines)):
        context.note("control", heads, f"and {ours} do not tell the same", remedy)
    moves = _moves(logs[ours])[0]
    if moves and tip and moves[-1][1] != tip:
        context.note("control", ours, "does not end where the branch is", remedy)


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


def _lock(context: VerifyContext, path: str) -> None:
    if not context.writing():
        context.note("leftovers", path, "a lock of a git program", "if none is running, remove it")


def _text(context: VerifyContext, path: str) -> str | None:
    data = context.read(path)
    return None if data is None else data.decode("utf-8", "replace")


# --- control ----------------------------------------------------------------------------------------------------------
# The other files that linkbak and git keep in ``.git``: what each should hold is known, or it carries a digest.

OWN = ".git/linkbak/"
INDEX = ".git/index"
CONE = ".git/info/sparse-checkout"
ATTRIBUTES = ".git/info/attributes"
PACKS = ".git/objects/info/packs"
REFS = ".git/info/refs"
_EMPTY = ("lock", "children", "compact.lock", "fetch.lock")
_BY_ITSELF = "the next command that writes sets it right"
_SERVER = "nothing needs it; `git update-server-info` writes it anew"
_WORK = re.compile(r"\.git/linkbak/((?:incoming|packing|fetching|unsealing)-[^/]+|\.marks\.jsonl-[^/]+)(?:/.*)?")
_DRAFTS = re.compile(
    r"\.git/(info/\.(sparse-checkout|attributes)-\w+|fast_import_crash_\d+|index\.lock\..*|[\w./-]+\.lock)"
)


def check_control(context: VerifyContext, found: Storage, keys: Sequence[SnapshotKey] | None) -> None:
    """Looks at everything in ``.git`` that is neither an object nor a reference; `keys` is None if not known."""
    _check_index(context, long=found.long)
    _check_attributes(context)
    context.account([CONE])
    if keys is not None:
        _check_cone(context, keys)
    _check_server_info(context, found)
    _check_own(context)
    _check_drafts(context)
    _check_hooks(context)


def _check_index(context: VerifyContext, *, long: bool) -> None:
    context.account([INDEX])
    found = checksum(context.layout.top / INDEX, 32 if long else 20)
    anew = "remove the file, then `git reset -q` in the vault"
    if found is None:
        context.note("control", INDEX, "is not there", "`git reset -q` in the vault makes it")
    elif not found.whole and found.left_out:
        context.note("control", INDEX, "carries no digest: git was told to leave it away", anew)
    elif not found.whole:
        context.damage("control", INDEX, "has a byte that was changed, or is cut off", anew)


def _check_attributes(context: VerifyContext) -> None:
    if ATTRIBUTES in context.census.files and context.read(ATTRIBUTES) != ATTRIBUTES_TEXT:
        context.damage("control", ATTRIBUTES, "is not what linkbak wrote", "remove the file; " + _BY_ITSELF)


def _check_cone(context: VerifyContext, keys: Sequence[SnapshotKey]) -> None:
    """Which snapshots lie open; linkbak's choice, or somebody's own with ``git sparse-checkout``."""
    text = context.read(CONE)
    if text is None:
        return
    try:
        visible = visible_setting(context.layout)
    except (LinkbakError, OSError):
        visible = "all"
    if text in (cone(None if visible == "all" else newest(keys, visible)), cone(())):
        return
    if context.writing():
        return
    folders = {key.folder: key for key in keys}
    named = {line[1:-1] for line in text.decode("utf-8", "replace").split("\n") if line.startswith("/snapshots/")}
    if text in (cone(None), cone([key for folder, key in folders.items() if folder in named])):
        context.note("control", CONE, "lays other snapshots open than linkbak.toml says", _BY_ITSELF)
    else:
        context.damage("control", CONE, "is not what linkbak or git writes", _BY_ITSELF)


def _check_server_info(context: VerifyContext, found: Storage) -> None:
    """Two lists that ``git gc`` leaves for web servers; old ones may name what is gone."""
    text = context.read(PACKS)
    there = {path.rpartition("/")[2] for path in context.census.below(".git/objects/pack/")}
    if text is not None:
        lines = text.decode("ascii", "replace").split("\n")
        named = [line[2:] for line in lines if line.startswith("P ")]
        if text != "".join(f"P {name}\n" for name in named).encode() + b"\n" or not there.issuperset(named):
            context.note("leftovers", PACKS, "names packs that are not there", _SERVER)
    refs = context.read(REFS)
    if refs is not None:
        lines = refs.decode("utf-8", "replace").split("\n")
        said = [line.partition("\t") for line in lines[:-1]]
        if lines[-1] or any(found.lacks(name) or not _a_ref(context, ref) for name, _, ref in said):
            context.note("leftovers", REFS, "names what is not there", _SERVER)


def _a_ref(context: VerifyContext, ref: str) -> bool:
    ref = ref.removesuffix("^{}")
    return f".git/{ref}" in context.census.files or f" {ref}\n".encode() in (context.read(".git/packed-refs") or b"")


def _check_own(context: VerifyContext) -> None:
    busy = context.writing() or context.compacting() or context.fetching()
    for name in _EMPTY:
        if context.read(OWN + name):
            context.note("control", OWN + name, "should be empty", "remove the file while no linkbak is running")
    if context.read(OWN + "busy") is not None and not busy:
        context.note(
            "leftovers",
            OWN + "busy",
            "an import or another command was interrupted",
            "the next command that writes clears up",
        )
    if context.read(OWN + "compact-failed") is not None:
        context.note(
            "leftovers", OWN + "compact-failed", "compacting in the background failed", "`linkbak compact` tries again"
        )
    work: dict[str, None] = {}
    for path in context.census.below(OWN):
        if named := _WORK.fullmatch(path):
            context.account([path])
            work[named[1]] = None
    for folder in work if not busy else ():
        context.note(
            "leftovers",
            OWN + folder,
            "left by a command that was interrupted",
            "the next command that writes clears it",
        )


def _check_drafts(context: VerifyContext) -> None:
    busy = context.writing() or context.compacting() or context.fetching()
    for path in [path for path in context.left() if _DRAFTS.fullmatch(path)]:
        context.account([path])
        if not busy:
            context.note("leftovers", path, "left by a program that was interrupted", "if no git is running, remove it")


def _check_hooks(context: VerifyContext) -> None:
    for path in context.census.below(".git/hooks/"):
        if not path.endswith(".sample"):
            context.account([path])
            context.note("foreign", path, "a hook: a program that git starts in the vault; linkbak never does")


# --- configuration ----------------------------------------------------------------------------------------------------
# The vault's own git configuration, letter by letter.

PLACE = ".git/config"
_SECTION = re.compile(r'\[(?P<section>[A-Za-z0-9.-]+)(?: "(?P<sub>(?:[^"\\]|\\.)*)")?\]')
_SETTING = re.compile(r"\t(?P<name>[A-Za-z][A-Za-z0-9-]*) = (?P<value>.*)")
_EITHER = frozenset({"true", "false"})
_GITS_OWN: dict[str, frozenset[str]] = {
    "core.repositoryformatversion": frozenset({"0", "1"}),
    "core.filemode": _EITHER,
    "core.bare": frozenset({"false"}),
    "core.logallrefupdates": frozenset({"true"}),
    "core.ignorecase": _EITHER,
    "core.precomposeunicode": _EITHER,
    "core.symlinks": _EITHER,
    "extensions.objectformat": frozenset({"sha1", "sha256"}),
}
"""What `git init` writes by itself, and what it may say."""
_OF_COPIES = re.compile(r"remote\.[A-Za-z0-9][A-Za-z0-9_-]{0,39}\.(?:url=.+|linkbakPrivate=true)")
"""What `linkbak remote` and `linkbak clone` write; which address is the user's own matter."""
_NEEDED = ("core.repositoryformatversion", "core.bare")
_ANEW = "`git config {name} {value}` in the vault"


class Setting(NamedTuple):
    """One setting as it is written."""

    name: str
    value: str


def check_config(context: VerifyContext) -> None:
    """Compares the configuration with what linkbak writes; what others added is told, and refused if it is harmful."""
    text = context.read(PLACE)
    if text is None:
        context.damage("control", PLACE, "is not there", "copy it from another vault; it names nothing of yours")
        return
    try:
        settings = list(_settings(text.decode("utf-8")))
    except ValueError as error:
        context.damage("control", PLACE, str(error), "copy the file from another vault; it names nothing of yours")
        return
    if _forbidden(context, settings):
        return
    found = {one.name.lower(): one for one in settings}
    version = "1" if any(name.startswith("extensions.") for name in found) else "0"
    if "core.repositoryformatversion" in found and found["core.repositoryformatversion"].value != version:
        _wrong(context, "core.repositoryformatversion", version)
    for name in _NEEDED:
        if name not in found:
            context.damage("control", PLACE, f"does not set {name}", "copy the file from another vault")
    for one in settings:
        _judge(context, one)
    missing = [name for name in CONFIG if name.lower() not in found]
    if missing:
        context.note("control", PLACE, f"does not set {', '.join(missing)}", "the next command that writes sets it")


def _judge(context: VerifyContext, one: Setting) -> None:
    written = {name.lower(): name for name in (*CONFIG, *_GITS_OWN)}
    expected = written.get(one.name.lower())
    if _OF_COPIES.fullmatch(f"{one.name}={one.value}"):
        return
    if expected is None:
        context.note("foreign", PLACE, f"sets {one.name}, which linkbak never does")
    elif expected in CONFIG and one.value != CONFIG[expected]:
        _wrong(context, expected, CONFIG[expected])
    elif expected in _GITS_OWN and one.value not in _GITS_OWN[expected]:
        _wrong(context, expected, " or ".join(sorted(_GITS_OWN[expected])))
    elif expected != one.name and not (expected in CONFIG and one.name == expected.lower()):
        context.note("control", PLACE, f"spells {expected} in another way")


def _wrong(context: VerifyContext, name: str, value: str) -> None:
    context.damage("control", PLACE, f"{name} should be {value}", _ANEW.format(name=name, value=value))


def _forbidden(context: VerifyContext, settings: list[Setting]) -> bool:
    listed = b"".join(f"local\0{one.name}\n{one.value}\0".encode() for one in settings)
    try:
        check_configuration(listed)
    except VaultDamaged as error:
        context.damage("control", PLACE, str(error), error.hint)
        return True
    return False


def _settings(text: str) -> Iterator[Setting]:
    """Every setting; raises ValueError at a line that neither linkbak nor git writes like that."""
    if not text.endswith("\n"):
        raise ValueError("does not end with a line feed")
    section = ""
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        if not line.isprintable() and not line[1:].isprintable():
            raise ValueError(f"line {number}: characters that do not belong there")
        if found := _SECTION.fullmatch(line):
            section = found["section"] + (f".{found['sub']}" if found["sub"] is not None else "")
        elif (found := _SETTING.fullmatch(line)) and section:
            yield Setting(f"{section}.{found['name']}", found["value"])
        else:
            raise ValueError(f"line {number} is not a setting as git writes it")
