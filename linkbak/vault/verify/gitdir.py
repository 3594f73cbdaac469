"""Everything in ``.git`` beside the objects: references, their logs, the configuration, files of linkbak and of git.

The right content of each is known, or it carries a digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise

from linkbak.errors import LinkbakError, VaultDamaged
from linkbak.texts import tr
from linkbak.vault.git import CONFIG
from linkbak.vault.layout import ATTRIBUTES_TEXT, BRANCH, SNAPSHOTS, age
from linkbak.vault.repository import check_configuration
from linkbak.vault.snapshots import SnapshotKey
from linkbak.vault.verify.context import CONE, INDEX, VerifyContext
from linkbak.vault.verify.objects import Storage, checksum
from linkbak.vault.verify.snapshots import FETCH, rescue
from linkbak.vault.worktree import cone, folders_above, newest, visible_setting

HEAD = ".git/HEAD"
MAIN = f".git/refs/heads/{BRANCH}"
PACKED = ".git/packed-refs"
SHALLOW = ".git/shallow"
LOGS = ".git/logs/"
ATTRIBUTES = ".git/info/attributes"
OWN = ".git/linkbak/"
_ID = r"(?:[0-9a-f]{40}|[0-9a-f]{64})"
_PACKED_FIRST = re.compile(r"# pack-refs with:(?: (?:peeled|fully-peeled|sorted))* ?")
_PACKED_LINE = re.compile(rf"(?P<id>{_ID}) (?P<ref>refs/[!-~]+)|\^(?P<peeled>{_ID})")
_LOG_LINE = re.compile(rf"(?P<old>{_ID}) (?P<new>{_ID}) [^\n<>]*<[^\n<>]*> \d+ [+-]\d{{4}}(?:\t[^\n]*)?")
_OTHER_HEADS = re.compile(r"\.git/(ORIG_HEAD|MERGE_HEAD|CHERRY_PICK_HEAD|REVERT_HEAD|REBASE_HEAD|AUTO_MERGE)")
_OURS = re.compile(
    r"(?:\.git/)?refs/linkbak/(?:fetched/(?:[A-Za-z0-9][A-Za-z0-9_-]{0,39}|_file)|repaired/\d{4}-\d\d-\d\dT\d{6}Z)"
)
"""linkbak's own references: remote copies as last fetched, and HEAD before a repair."""
_WORK = re.compile(r"\.git/linkbak/((?:incoming|packing|fetching|\.linkbak)-[^/]+|\.marks\.jsonl-[^/]+)(?:/.*)?")
_DRAFTS = re.compile(
    r"\.git/(info/\.(sparse-checkout|attributes)-\w+|fast_import_crash_\d+|index\.lock\..*|gc\.pid|[\w./-]+\.lock)"
)
_NO_COMMIT = tr("names no commit that is there")
_NOT_NEEDED = tr("nothing needs it; remove the file")
_NO_GIT = tr("if no git is running, remove it")
_BY_ITSELF = tr("the next command that writes sets it right")
REPAIR = tr("`linkbak verify --repair` sets it right, and keeps what it says now")
REPAIRED = ".git/linkbak/repaired/"
"""The folder for old values of HEAD and the branch, one folder for each repair."""


# --- references -------------------------------------------------------------------------------------------------------


class References:
    """The vault's references; read once, so that they stay the same whatever others do meanwhile."""

    def __init__(self, context: VerifyContext) -> None:
        self._context = context
        self.main = _text(context, MAIN)
        self.packed = _text(context, PACKED)
        self.shallow = _text(context, SHALLOW)

    @property
    def cut_at(self) -> str:
        """The file of a clone without its history that names where it ends; "" without one, or if it is damaged."""
        return self.shallow if self.shallow and re.fullmatch(rf"(?:{_ID}\n)+", self.shallow) else ""

    @property
    def tip(self) -> str:
        """The commit that the branch names, "" if it names none."""
        if self.main is not None:
            line = self.main.removesuffix("\n")
            return line if re.fullmatch(_ID, line) else ""
        return next((name for name, ref in self.listed() if ref == f"refs/heads/{BRANCH}"), "")

    def candidates(self) -> Iterator[str]:
        """Commits that the branch pointed to, newest first; for when it names none that exists."""
        yield self.tip
        for log in (f"{LOGS}refs/heads/{BRANCH}", f"{LOGS}HEAD"):
            yield from (new for _, new in reversed(_moves(_text(self._context, log) or "")[0]))
        yield from (name for name, _ in self.listed())

    def others(self) -> list[str]:
        """The commits of other references, as far as they can be read."""
        paths = (path for path in self._context.census.below(".git/refs/") if not path.endswith(".lock"))
        loose = [_text(self._context, path) or "" for path in paths]
        named = [text.strip() for text in loose] + [name for name, _ in self.listed()]
        return [name for name in dict.fromkeys(named) if re.fullmatch(_ID, name)]

    def listed(self) -> Iterator[tuple[str, str]]:
        """Commit and reference of each line of packed-refs."""
        for line in (self.packed or "").split("\n"):
            if (named := _PACKED_LINE.fullmatch(line)) and named["ref"]:
                yield named["id"], named["ref"]


def check_references(context: VerifyContext, references: References, found: Storage, tip: str, snapshots: int) -> None:
    """Compares HEAD, the branch and everything else that names commits with the existing commits.

    `tip` is the newest commit that can be read, with that many `snapshots`.
    """
    if context.read(HEAD) != f"ref: refs/heads/{BRANCH}\n".encode():
        context.damage("control", HEAD, tr("does not name the branch {branch}", branch=BRANCH), REPAIR)
    context.account([MAIN, *(path for path in context.census.below(LOGS) if not path.endswith(".lock"))])
    place = PACKED if references.main is None else MAIN
    if references.tip != tip and (references.tip in found.there or not tip):
        context.damage("git", place, tr("names a commit that is damaged"), rescue(tip, snapshots) if tip else FETCH)
    elif references.tip != tip or references.main not in (None, f"{tip}\n"):
        context.damage("control", place, _NO_COMMIT, _put_right(references, tip))
    for path in context.census.below(".git/refs/"):
        if path != MAIN and not path.endswith(".lock"):
            _check_other(context, path, found)
    for path in filter(_OTHER_HEADS.fullmatch, context.census.files):
        text = _text(context, path) or ""
        if not re.fullmatch(f"{_ID}\n", text) or found.lacks(text[:-1]):
            context.note("control", path, _NO_COMMIT, _NOT_NEEDED)
    if references.packed is not None:
        _check_packed(context, references.packed, found)
    if references.cut_at:
        what = tr("a clone without its history: what lies before was not copied")
        context.note("git", SHALLOW, what, "`git fetch --unshallow`")
    elif references.shallow is not None:
        context.damage("control", SHALLOW, tr("names no commit"), tr("clone the vault anew"))
    if references.tip == tip:  # else only the log says where the branch was
        _check_logs(context, found, tip)


def _put_right(references: References, tip: str) -> str:
    """How to make the branch name its commit again; linkbak finds that itself where the file names none."""
    found = tr("its log and all commits tell that it was {commit}", commit=tip[:12])
    if not references.tip:
        return f"{found}; {_BY_ITSELF}"
    return f"{found}; {REPAIR}"


def _check_other(context: VerifyContext, path: str, found: Storage) -> None:
    """Checks a branch, a tag or a remote-tracking reference; only those of copies last fetched are linkbak's own."""
    text = _text(context, path) or ""
    named = re.fullmatch(rf"({_ID})\n", text)
    pointed = re.fullmatch(r"ref: (refs/[!-~]+)\n", text)
    if named and not found.lacks(named[1]) and _OURS.fullmatch(path):
        return
    if (named and not found.lacks(named[1])) or (pointed and _is_reference(context, pointed[1])):
        context.note("foreign", path, tr("a reference that linkbak did not make"))
    else:
        context.damage(
            "control", path, _NO_COMMIT, tr("nothing of linkbak's needs it; remove the file, or fetch again")
        )


def _is_reference(context: VerifyContext, ref: str) -> bool:
    return f".git/{ref}" in context.census.files or f" {ref}\n" in (_text(context, PACKED) or "")


def _check_packed(context: VerifyContext, packed: str, found: Storage) -> None:
    anew = tr("`git pack-refs --all` writes it anew")
    lines = packed.split("\n")
    if lines.pop() != "":
        context.damage("control", PACKED, tr("is cut off"), anew)
    for number, line in enumerate(lines, start=1):
        named = _PACKED_LINE.fullmatch(line)
        if number == 1 and _PACKED_FIRST.fullmatch(line):
            continue
        if not named:
            context.damage(
                "control", tr("{file}, line {number}", file=PACKED, number=number), tr("is not a reference"), anew
            )
        elif found.lacks(named["id"] or named["peeled"]):
            context.damage("control", tr("{file}, line {number}", file=PACKED, number=number), _NO_COMMIT, anew)
        elif named["ref"] and named["ref"] != f"refs/heads/{BRANCH}" and not _OURS.fullmatch(named["ref"]):
            context.note(
                "foreign",
                PACKED,
                tr("names {reference}, a reference that linkbak did not make", reference=named["ref"]),
            )


def _check_logs(context: VerifyContext, found: Storage, tip: str) -> None:
    paths = (path for path in context.census.below(LOGS) if not path.endswith(".lock"))
    logs = {path: _text(context, path) or "" for path in paths}
    for path, text in logs.items():
        moves, wrong = _moves(text)
        if wrong:
            context.note(
                "control",
                tr("{file}, line {number}", file=path, number=wrong),
                tr("is not as git writes it"),
                _NOT_NEEDED,
            )
        elif any(old != new for (_, new), (old, _) in pairwise(moves)):
            context.note("control", path, tr("does not follow from line to line"), _NOT_NEEDED)
        elif lost := next((n for n, (_, new) in enumerate(moves, 1) if set(new) != {"0"} and found.lacks(new)), 0):
            context.note("control", tr("{file}, line {number}", file=path, number=lost), _NO_COMMIT, _NOT_NEEDED)
    ours, heads = f"{LOGS}refs/heads/{BRANCH}", f"{LOGS}HEAD"
    if ours not in logs or heads not in logs or context.writing():
        return
    lines, all_lines = logs[ours].split("\n"), logs[heads].split("\n")
    switched = any("\tcheckout: " in line for line in all_lines)  # between branches: only HEAD's log has this
    if not set(lines) <= set(all_lines) if switched else lines != all_lines:
        context.note("control", heads, tr("and {file} do not tell the same", file=ours), _NOT_NEEDED)
    moves = _moves(logs[ours])[0]
    if moves and tip and moves[-1][1] != tip:
        context.note("control", ours, tr("does not end where the branch is"), _NOT_NEEDED)


def _moves(text: str) -> tuple[list[tuple[str, str]], int]:
    """Each move of the branch, from and to, and the first malformed line, 0 if there is none."""
    lines = text.split("\n")
    last = lines.pop()
    moves = [_LOG_LINE.fullmatch(line) for line in lines]
    wrong = moves.index(None) + 1 if None in moves else len(lines) + 1 if last else 0
    return [(move["old"], move["new"]) for move in moves if move], wrong


def _text(context: VerifyContext, path: str) -> str | None:
    data = context.read(path)
    return None if data is None else data.decode("utf-8", "replace")


# --- files of linkbak's and git's own ---------------------------------------------------------------------------------


def check_control(context: VerifyContext, found: Storage, keys: Sequence[SnapshotKey] | None) -> None:
    """Checks everything in ``.git`` that is neither an object nor a reference; `keys` is None if not known."""
    digest = checksum(context.layout.top / INDEX, 32 if found.long else 20)
    anew = tr("remove the file, then `git reset -q` in the vault")
    if digest is None:
        context.note("control", INDEX, tr("is not there"), tr("`git reset -q` in the vault makes it"))
    elif not digest.whole and not any(digest.trailer) and digest.trailer:
        context.note("control", INDEX, tr("carries no digest: git was told to leave it away"), anew)
    elif not digest.whole:
        context.damage("control", INDEX, tr("has a byte that was changed, or is cut off"), anew)
    if ATTRIBUTES in context.census.files and context.read(ATTRIBUTES) != ATTRIBUTES_TEXT:
        context.damage(
            "control",
            ATTRIBUTES,
            tr("is not what linkbak wrote"),
            tr("remove the file; the next command that writes sets it right"),
        )
    context.account([INDEX, CONE])
    if keys is not None:
        _check_cone(context, keys)
    _check_server_info(context, found)
    _check_own(context)
    for path in context.census.below(".git/hooks/"):
        if not path.endswith(".sample"):
            context.account([path])
            context.note("foreign", path, tr("a hook: a program that git starts in the vault; linkbak never does"))


def _check_cone(context: VerifyContext, keys: Sequence[SnapshotKey]) -> None:
    """Checks the choice of snapshots that lie open: linkbak's, or somebody's own with ``git sparse-checkout``."""
    text = context.read(CONE)
    try:
        visible = visible_setting(context.layout)
    except (LinkbakError, OSError):
        visible = "all"
    ours = (cone(()), cone([SNAPSHOTS] if visible == "all" else (key.folder for key in newest(keys, visible))))
    if text is None or text in ours or context.writing():
        return
    lines = text.decode("utf-8", "replace").split("\n")
    known = {folder for key in keys for folder in (*folders_above(key.folder), key.folder)}
    whole = {line[1:-1] for line in lines if f"!{line}*/" not in lines} & known
    if text in (cone([SNAPSHOTS]), cone(whole)):
        context.note("control", CONE, tr("lays other snapshots open than linkbak.toml says"), _BY_ITSELF)
    else:
        context.damage("control", CONE, tr("is not what linkbak or git writes"), _BY_ITSELF)


def _check_server_info(context: VerifyContext, found: Storage) -> None:
    """Two lists that ``git gc`` leaves for web servers; old ones may name what is gone."""
    remedy = tr("nothing needs it; `git update-server-info` writes it anew")
    packs, refs = ".git/objects/info/packs", ".git/info/refs"
    if (text := _text(context, packs)) is not None:
        there = {path.rpartition("/")[2] for path in context.census.below(".git/objects/pack/")}
        named = [line[2:] for line in text.split("\n") if line.startswith("P ")]
        if text != "".join(f"P {name}\n" for name in named) + "\n" or not there.issuperset(named):
            context.note("leftovers", packs, tr("names packs that are not there"), remedy)
    if (text := _text(context, refs)) is not None:
        *lines, last = text.split("\n")
        named_refs = [line.removesuffix("^{}").partition("\t") for line in lines]
        if last or any(found.lacks(name) or not _is_reference(context, ref) for name, _, ref in named_refs):
            context.note("leftovers", refs, tr("names what is not there"), remedy)


def _check_own(context: VerifyContext) -> None:
    """Checks linkbak's locks, its journal, and files left by interrupted commands."""
    busy = context.busy()
    for name in ("lock", "children", "compact.lock", "fetch.lock"):
        if context.read(OWN + name):
            context.note(
                "control", OWN + name, tr("should be empty"), tr("remove the file while no linkbak is running")
            )
    failed, interrupted = tr("compacting in the background failed"), tr("an import or another command was interrupted")
    if context.read(OWN + "busy") is not None and not busy:
        context.note("leftovers", OWN + "busy", interrupted, tr("the next command that writes clears up"))
    if context.read(OWN + "compact-failed") is not None:
        context.note("leftovers", OWN + "compact-failed", failed, tr("`linkbak compact` tries again"))
    work = {path: named[1] for path in context.census.below(OWN) if (named := _WORK.fullmatch(path))}
    context.account([*work, *context.census.below(REPAIRED)])
    for name in dict.fromkeys(work.values()) if not busy else ():
        what = tr("left by a command that was interrupted")
        context.note("leftovers", OWN + name, what, tr("the next command that writes clears it"))
    for path in filter(_DRAFTS.fullmatch, context.left()):
        context.account([path])
        with suppress(OSError):  # its program has just ended
            old = age(context.layout.top / path)
            if not busy:
                context.note("leftovers", path, tr("left by a program that was interrupted, {age}", age=old), _NO_GIT)


# --- configuration ----------------------------------------------------------------------------------------------------
# Read strictly, line by line, since git's own parser ignores much.

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
"""The settings that `git init` writes by itself, and their allowed values."""
_OF_COPIES = re.compile(r"remote\.[A-Za-z0-9][A-Za-z0-9_-]{0,39}\.(?:url=.+|linkbakPrivate=true)")
"""The settings that `linkbak remote` and `linkbak clone` write; the address is the user's own choice."""
_OF_ANY_VERSION = "extensions.worktreeconfig"
"""The settings of `git sparse-checkout`; git honours them in version 0 too (its documentation of `extensions.*`)."""
_NEEDED = ("core.repositoryformatversion", "core.bare")


def check_config(context: VerifyContext) -> None:
    """Compares the configuration with what linkbak writes; additions are notes, or damage if they are harmful."""
    text = context.read(PLACE)
    if text is None:
        context.damage(
            "control", PLACE, tr("is not there"), tr("copy it from another vault; it names nothing of yours")
        )
        return
    try:
        settings = list(_settings(text.decode("utf-8")))
    except ValueError as error:
        context.damage("control", PLACE, str(error), tr("copy the file from another vault; it names nothing of yours"))
        return
    try:
        check_configuration(b"".join(f"local\0{name}\n{value}\0".encode() for name, value in settings))
    except VaultDamaged as error:
        context.damage("control", PLACE, str(error), error.hint)
        return
    found = {name.lower(): value for name, value in settings}
    extensions = {name for name in found if name.startswith("extensions.")}
    version = "1" if extensions - {_OF_ANY_VERSION} else "0"
    if found.get("core.repositoryformatversion", version) != version and extensions != {_OF_ANY_VERSION}:
        _wrong(context, "core.repositoryformatversion", version)
    for name in _NEEDED:
        if name not in found:
            context.damage(
                "control", PLACE, tr("does not set {name}", name=name), tr("copy the file from another vault")
            )
    for name, value in settings:
        _judge(context, name, value)
    missing = [name for name in CONFIG if name.lower() not in found]
    if missing:
        context.note(
            "control",
            PLACE,
            tr("does not set {names}", names=", ".join(missing)),
            tr("the next command that writes sets it"),
        )


def _judge(context: VerifyContext, name: str, value: str) -> None:
    written = {known.lower(): known for known in (*CONFIG, *_GITS_OWN)}
    expected = written.get(name.lower())
    if _OF_COPIES.fullmatch(f"{name}={value}"):
        return
    if expected is None:
        context.note("foreign", PLACE, tr("sets {name}, which linkbak never does", name=name))
    elif expected in CONFIG and value != CONFIG[expected]:
        _wrong(context, expected, CONFIG[expected])
    elif expected in _GITS_OWN and value not in _GITS_OWN[expected]:
        _wrong(context, expected, tr(" or ").join(sorted(_GITS_OWN[expected])))
    elif expected != name and not (expected in CONFIG and name == expected.lower()):
        context.note("control", PLACE, tr("spells {name} in another way", name=expected))


def _wrong(context: VerifyContext, name: str, value: str) -> None:
    context.damage(
        "control",
        PLACE,
        tr("{name} should be {value}", name=name, value=value),
        tr("`git config {name} {value}` in the vault", name=name, value=value),
    )


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """Name and value of every setting; raises ValueError at a line in a form that neither linkbak nor git writes."""
    if not text.endswith("\n"):
        raise ValueError(tr("does not end with a line feed"))
    section = ""
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        if not line.isprintable() and not line[1:].isprintable():
            raise ValueError(tr("line {number}: characters that do not belong there", number=number))
        if found := _SECTION.fullmatch(line):
            section = found["section"] + (f".{found['sub']}" if found["sub"] is not None else "")
        elif (found := _SETTING.fullmatch(line)) and section:
            yield f"{section}.{found['name']}", found["value"]
        else:
            raise ValueError(tr("line {number} is not a setting as git writes it", number=number))
