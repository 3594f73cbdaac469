"""Git through GitPython, for all off the hot path: making repositories, fetch, push, bundle, packing.

GitPython copies the user's environment and only adds to it, so every command it runs is taken over here and started by
`Git`, whose `flags`, `surroundings` and `held` hold for it: the same fixed environment and settings, private files,
the lock's descriptor handed on, killed when interrupted.

    with open_repository(Git(vault.path)) as repo:
        repo.git.bundle("create", "--quiet", str(path), "HEAD")

Importing GitPython takes about as long as a whole `diff`, so it is imported inside these functions, and nothing that is
used every day calls them. Never use ``repo.index`` or ``repo.is_dirty()``: they fail on a sparse index. GitPython reads
objects with sha1 names alone; `Objects` reads them all.

The second part says what a repository's own configuration must and must not say, the third whether a vault may be
written to, the fourth how much it stores.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from linkbak.errors import MachineProblem, VaultDamaged
from linkbak.model import NamedTuple
from linkbak.texts import tr
from linkbak.vault.git import CONFIG, Git, check_git_version, printable
from linkbak.vault.layout import (
    ATTRIBUTES,
    ATTRIBUTES_TEXT,
    BRANCH,
    MARKS,
    README,
    SETTINGS,
    SNAPSHOTS,
    Layout,
    chown,
    on_this_machine,
    private_folder,
    user_name,
    write_whole,
)

if TYPE_CHECKING:
    from subprocess import Popen

    from git import Repo

Progress = Callable[[int, int], None]
"""Called with the number of objects transferred so far, and of all."""

_STATUS_LINE = re.compile(
    r"(?:remote: )?(?:Enumerating|Counting|Compressing|Receiving|Writing|Unpacking|Resolving|Checking|Total|Delta)\b"
    r"|(?:From|To) |(?:remote: )?$"
)
"""Lines that git prints as progress, and that are no errors."""


@contextmanager
def open_repository(git: Git) -> Iterator[Repo]:
    """Yields the repository that `git` runs in, as GitPython's `Repo`; at its end no command still runs.

    ``repo.git`` takes the keywords of `_execute`, and `istream` (a file, or an `io.BytesIO` whose bytes are fed); bytes
    that are not UTF-8 never fail. ``repo.git.execute(["git", ...])`` runs what GitPython calls unsafe.
    Raises what `Git.judge` raises for a command that fails, VaultDamaged if there is no repository.
    """
    children: list[Popen[bytes]] = []
    with _without_git_variables():
        import git as gitpython

        class Commands(gitpython.Git):
            """Runs GitPython's commands the way our own `Git` does."""

            def execute(self, command: Any, istream: Any = None, **options: Any) -> Any:  # type: ignore[override]
                return _execute(git, self, children, [str(word) for word in command[1:]], istream, **options)

        class Repository(gitpython.Repo):
            GitCommandWrapperType = Commands

        try:
            repo = Repository(git.git_dir, expand_vars=False)
        except (gitpython.InvalidGitRepositoryError, gitpython.NoSuchPathError):
            raise VaultDamaged(tr("there is no git repository where one should be")) from None
    try:
        yield repo
    except gitpython.GitCommandError as error:  # of a process that the caller waited for through GitPython
        status = error.status if isinstance(error.status, int) else 1
        complaint = str(error.stderr).strip().removeprefix("stderr: '").removesuffix("'")
        git.judge(status or 1, _verb([str(word) for word in error.command[1:]]), complaint.encode())
    except (gitpython.GitError, gitpython.ODBError):
        raise VaultDamaged(tr("git cannot read an object of the vault")) from None
    finally:
        repo.close()
        for child in children:
            git.end(child)


@contextmanager
def new_repository(git: Git, *, sha256: bool = False) -> Iterator[Repo]:
    """As `open_repository`, once `git init` has made it in a folder that is there, with our branch and no template.

    Objects are named by sha1, or by `sha256`. Raises MachineProblem too, where git is too old or missing.
    """
    check_git_version(git.run("version"))
    named = ("--object-format=sha256",) if sha256 else ()
    git.run("init", "--quiet", "--template=", f"--initial-branch={BRANCH}", *named)
    with open_repository(git) as repo:
        yield repo


def transfer(git: Git, verb: str, *words: str, feed: IO[bytes] | None = None, progress: Progress | None = None) -> None:
    """Runs a command that transfers objects (``fetch``, ``push``, ``clone``) or packs them, and reports its progress.

    `feed` is a file that it reads.

    Raises what `Git.judge` raises for its error output; progress lines are no errors.
    """
    with open_repository(git) as repo:
        from git import RemoteProgress

        class Parsed(RemoteProgress):
            """Tells progress lines from all others."""

            known = False

            def update(
                self, op_code: int, cur_count: str | float, max_count: str | float | None = None, message: str = ""
            ) -> None:
                self.known = True
                if progress is not None and max_count and op_code & stages:
                    progress(int(cur_count), int(max_count))

        moving = RemoteProgress.RECEIVING | RemoteProgress.WRITING
        stages = RemoteProgress.COMPRESSING if verb == "pack-objects" else moving
        parsed, complaints = Parsed(), []
        fed: Any = feed
        words = ("git", verb, "--progress", *words)
        running: Any = repo.git.execute(words, istream=fed, as_process=True, with_stdout=False, universal_newlines=True)
        process = running.proc  # which is killed when nobody has `running` any more
        assert process is not None
        assert process.stderr is not None
        take = parsed.new_message_handler()
        for line in process.stderr:
            parsed.known = False
            take(line)
            if not parsed.known and not _STATUS_LINE.match(line):
                complaints.append(line)
        git.judge(process.wait(), verb, "".join(complaints).encode())


def _execute(
    git: Git,
    commands: Any,
    children: list[Popen[bytes]],
    words: list[str],
    istream: int | IO[bytes] | None,
    *,
    as_process: bool = False,
    with_extended_output: bool = False,
    with_exceptions: bool = True,
    output_stream: IO[bytes] | None = None,
    with_stdout: bool = True,
    stdout_as_string: bool = True,
    strip_newline_in_stdout: bool = True,
    universal_newlines: bool = False,
) -> Any:
    """GitPython's ``Git.execute`` on top of `Git.start`: the same results, the same keywords but shells and times."""
    from subprocess import DEVNULL, PIPE

    feed = istream.getvalue() if isinstance(istream, io.BytesIO) and not as_process else b""
    process = git.start(
        *words,
        stdin=PIPE if feed else istream or DEVNULL,
        stdout=output_stream or (PIPE if with_stdout else DEVNULL),
        variables=commands.environment(),
    )
    if as_process:
        children.append(process)
        if universal_newlines:
            for name in ("stdout", "stderr"):
                if stream := getattr(process, name):
                    setattr(process, name, io.TextIOWrapper(stream, encoding="utf-8", errors="replace"))
        return commands.AutoInterrupt(process, ["git", *words])
    printed, complaint = git.communicate(process, feed)
    if with_exceptions:
        git.judge(process.returncode, _verb(words), complaint)
    printed = (printed or b"").removesuffix(b"\n") if strip_newline_in_stdout else printed
    text = printed.decode("utf-8", "surrogateescape") if stdout_as_string or universal_newlines else printed
    return (process.returncode, text, complaint.decode("utf-8", "surrogateescape")) if with_extended_output else text


def _verb(words: Sequence[str]) -> str:
    return next((word for word in words if not word.startswith("-")), "")


@contextmanager
def _without_git_variables() -> Iterator[None]:
    """Hides the user's GIT_ variables, of which GitPython reads some when it is imported or opens a repository."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GIT_")}
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"  # the first command reports a missing git
    try:
        yield
    finally:
        with suppress(KeyError):
            del os.environ["GIT_PYTHON_REFRESH"]
        os.environ.update(hidden)


# --- configuration ----------------------------------------------------------------------------------------------------
# What the vault's own must say, and what it must not. It lies inside the vault, so whoever can write there (a shared
# folder, a copied vault) could plant a command in it. What linkbak runs is safe from it anyway; the refusal is so that
# it is noticed.

_FORBIDDEN = re.compile(
    r"(alias|include|includeif|credential|gpg|url|filter|pager|hook|protocol|mergetool|difftool|browser|man|guitool"
    r"|sendemail|instaweb|submodule|trailer|promisor|bundle)\..*"
    r"|core\.(sshcommand|fsmonitor|hookspath|editor|pager|askpass|gitproxy|worktree|alternaterefscommand"
    r"|alternaterefsprefixes|attributesfile|excludesfile|sparsecheckoutcone)"
    r"|sequence\.editor|interactive\.difffilter|web\.browser"
    r"|diff\.external|diff\..*\.(command|textconv)|merge\..*\.driver"
    r"|remote\..*\.(uploadpack|receivepack|vcs|proxy|promisor|partialclonefilter)|http\.(.*\.)?proxy"
    r"|uploadpack\.packobjectshook|gc\.recentobjectshook|receive\.procreceiverefs|uploadarchive\..*|tar\..*"
    r"|extensions\.(partialclone|worktreeconfig)|fetch\.bundleuri|transfer\.bundleuri",
    re.DOTALL,
)
_HELPER = re.compile(r"[a-z0-9][a-z0-9+.-]*::")
_HARMLESS = {"core.sparsecheckoutcone": "true", "core.fsmonitor": "false", "extensions.worktreeconfig": "true"}
LIST_CONFIGURATION = ("config", "--list", "--no-includes", "--show-scope", "-z")


def check_configuration(printed: bytes) -> frozenset[str]:
    """The names (lower case) of all that the vault configures, out of what LIST_CONFIGURATION printed.

    Refuses what runs programs or redirects.
    """
    names = set()
    for name, value in configured(printed):
        lowered = name.lower()
        names.add(lowered)
        if runs_or_redirects(lowered, value):
            raise VaultDamaged(
                tr("the vault's git configuration sets {name}, which linkbak never does", name=printable(name, 80)),
                hint=tr("Find out who did; `git config --unset NAME` in the vault removes it."),
            )
    return frozenset(names)


def runs_or_redirects(name: str, value: str) -> bool:
    """Whether a setting (its name in lower case) can make git run a program or look elsewhere."""
    if _HARMLESS.get(name) == value.lower():
        return False
    return bool(_FORBIDDEN.fullmatch(name) or (name.startswith("remote.") and _HELPER.match(value.lower())))


def complete_configuration(
    layout: Layout, configure: Callable[[str, str], object], names: frozenset[str] = frozenset()
) -> None:
    """Adds to a vault's configuration, which has these `names`, what it lacks: if it is new, or git has cloned it.

    `configure` sets one setting.
    """
    with on_this_machine(layout.top):
        private_folder(layout.git / "info")
        if not layout.attributes.exists() or layout.attributes.read_bytes() != ATTRIBUTES_TEXT:
            write_whole(layout.attributes, ATTRIBUTES_TEXT)
    for name in CONFIG:
        if name.lower() not in names:
            configure(name, CONFIG[name])


def configured(printed: bytes) -> Iterator[tuple[str, str]]:
    """Name and value of every setting of the repository; those of our own command line are left out."""
    words = printed.decode("utf-8", "replace").split("\0")
    for scope, setting in zip(words[::2], words[1::2], strict=False):
        if scope != "command":
            name, _, value = setting.partition("\n")
            yield name, value


# --- trust ------------------------------------------------------------------------------------------------------------
# Whether a vault may be written to at all: it is this user's own, and nothing in it points elsewhere.

REDIRECTS = ("objects/info/alternates", "objects/info/http-alternates", "info/grafts", "commondir")
"""Files by which git takes objects or history from elsewhere."""
OURS = frozenset({README, SETTINGS, ATTRIBUTES, MARKS, SNAPSHOTS})
"""The names at the top of a vault that are linkbak's; all others there are the user's."""


def refuse_untrusted(layout: Layout) -> None:
    """Raises MachineProblem for somebody else's vault, VaultDamaged for one that points elsewhere; before any write."""
    with on_this_machine(layout.top):
        _refuse_stranger(layout)
    refuse_redirects(layout)


def refuse_redirects(layout: Layout) -> None:
    """Refuses links where linkbak or git writes, objects or history from elsewhere, attributes that change bytes."""
    with on_this_machine(layout.top):
        if link := next(_links_of(layout), ""):
            raise VaultDamaged(
                tr("the vault's {file} is a link, through which a command would write elsewhere", file=link),
                hint=tr("Find out who put it there, and put what it names in its place."),
            )
        for name in REDIRECTS:
            if os.path.lexists(layout.git / name):
                raise VaultDamaged(
                    tr("the vault's .git/{file} sends git elsewhere", file=name), hint=tr("Find out who put it there.")
                )
        if layout.attributes.exists() and layout.attributes.read_bytes().strip() not in (b"", ATTRIBUTES_TEXT.strip()):
            raise VaultDamaged(
                tr("the vault's .git/info/attributes could change what is kept"),
                hint=tr("Move the file away and try again."),
            )


def links_in(git_dir: Path) -> Iterator[str]:
    """Links where git writes in a repository, by their path there."""
    for folder in ("", "objects", "info", "linkbak"):
        yield from (f"{folder}/{one.name}".lstrip("/") for one in _entries(git_dir / folder) if one.is_symlink())
    for name in ("refs", "logs"):
        yield from (os.path.relpath(path, git_dir) for path in _links_below(git_dir / name))


def _links_of(layout: Layout) -> Iterator[str]:
    if layout.git.is_symlink():
        yield ".git"
    yield from (f".git/{path}" for path in links_in(layout.git))
    yield from (one.name for one in _entries(layout.top) if one.name in OURS and one.is_symlink())
    if not (layout.top / SNAPSHOTS).is_symlink():
        yield from (os.path.relpath(path, layout.top) for path in _links_below(layout.top / SNAPSHOTS))


def _links_below(folder: Path) -> Iterator[str]:
    """All links anywhere in a folder, none of them followed; called at every write, so it has to be quick."""
    folders = [str(folder)]
    for one in folders:
        for entry in _entries(one):
            if entry.is_symlink():
                yield entry.path
            elif entry.is_dir():
                folders.append(entry.path)


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _refuse_stranger(layout: Layout) -> None:
    """Refuses somebody else's vault: root could write to it, but its files would lock the owner out."""
    owner = layout.git.lstat().st_uid
    if owner == os.geteuid() or _gives_what_is_new_to(owner, layout.top):
        return
    whose, me = user_name(owner), user_name(os.geteuid())
    raise MachineProblem(
        tr(
            "the vault at {place} belongs to {whose}, and this is {me}: nothing was written",
            place=layout.top,
            whose=whose,
            me=me,
        ),
        hint=tr(
            "Run it as {whose}; if the vault is to be yours: {command}", whose=whose, command=chown(layout.top, me)
        ),
    )


def _gives_what_is_new_to(owner: int, folder: Path) -> bool:
    """Whether new files belong to that owner whoever writes them, as on a USB stick or a share without owners."""
    from tempfile import TemporaryFile

    try:
        with TemporaryFile(dir=folder) as probe:
            return os.fstat(probe.fileno()).st_uid == owner
    except OSError:
        return False


# --- what is stored ---------------------------------------------------------------------------------------------------
# How much of it is loose, and whether that is worth packing, which `compact` does.

MANY = 2_000
"""The number of loose objects worth compacting: some four years of weekly lists."""
MUCH = 100_000_000
"""The bytes of loose objects worth compacting: a few archives with messages."""
SOON = 8_000_000
"""After so many new bytes, counting all objects adds nothing noticeable to the command's time."""
FAILED = "compact-failed"
"""The file that says why the last compaction in the background failed."""
PREFIX = "packing-"
"""The names of folders in which new packs are made."""
PACK = re.compile(r"pack-(?:[0-9a-f]{40}|[0-9a-f]{64})", re.ASCII)
_SAMPLE = "17"
_FOLDERS = tuple(f"{number:02x}" for number in range(256))


class Stored(NamedTuple):
    """How much of what is stored, in objects, packs and bytes on disk."""

    loose: int
    loose_bytes: int
    packs: int
    pack_bytes: int

    @property
    def bytes(self) -> int:
        """Everything together."""
        return self.loose_bytes + self.pack_bytes


def stored(vault: Path) -> Stored:
    """What the vault at `vault` stores."""
    objects = Layout(vault).git / "objects"
    loose, packed = loose_objects(objects), packs(objects)
    return Stored(len(loose), sum(one.st_size for one in loose.values()), len(packed), sum(packed.values()))


def due(vault: Path, brought: int = 0) -> bool:
    """Whether enough is loose to be worth compacting; `brought` is how many bytes of files were just kept.

    As git does, looks into one folder of 256, unless much was just kept.
    """
    objects = Layout(vault).git / "objects"
    if brought < SOON:
        return len(_names(objects / _SAMPLE)) * len(_FOLDERS) > MANY
    loose = loose_objects(objects)
    return len(loose) > MANY or sum(one.st_size for one in loose.values()) > MUCH


def wanted(vault: Path, brought: int) -> bool:
    """Whether a compaction should begin; `brought` is how many bytes of files the command before it kept."""
    left = any(Layout(vault).own.glob(f"{PREFIX}*"))  # by one that goes on, or was killed
    return (left or due(vault, brought)) and not _switched_off(vault)


def _switched_off(vault: Path) -> bool:
    if asked := os.environ.get("LINKBAK_COMPACT"):
        return asked == "never"
    import tomllib

    try:
        return tomllib.loads((Layout(vault).top / SETTINGS).read_text("utf-8")).get("compact") == "never"
    except (OSError, ValueError):
        return False


def failure(vault: Path) -> str:
    """Why the last compaction in the background failed, "" if it did not."""
    try:
        return (Layout(vault).own / FAILED).read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def loose_objects(objects: Path) -> dict[str, os.stat_result]:
    """What the file system says of the file of every loose object in a folder of objects, by the object's id."""
    found = {}
    for folder in _FOLDERS:
        for name in _names(objects / folder):
            if len(name) in (38, 62):
                with suppress(OSError):  # another git has just packed it
                    found[folder + name] = (objects / folder / name).stat()
    return found


def packs(objects: Path) -> dict[str, int]:
    """Every pack that has its index, by name, with the bytes of both; packs that git is to keep are left out."""
    names = set(_names(objects / "pack"))
    whole = {name[:-4] for name in names if name.endswith(".idx") and PACK.fullmatch(name[:-4])}
    found = {}
    for name in sorted(whole):
        if f"{name}.pack" in names and f"{name}.keep" not in names:
            files = (objects / "pack" / f"{name}{ending}" for ending in (".pack", ".idx"))
            found[name] = sum(file.stat().st_size for file in files)
    return found


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  # a path for each of thousands of names would cost more than all else
    except OSError:
        return []
