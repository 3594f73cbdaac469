"""A poisoned vault, a poisoned environment and a hostile archive: nothing of theirs ever runs or changes a byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from linkbak.errors import VaultDamaged
from linkbak.vault import Layout, SnapshotKey, Vault
from linkbak.vault.compact import compact
from linkbak.vault.repository import refuse_untrusted
from linkbak.vault.writer import create_vault, write_transaction
from tests.vault.snapshots import LIST, contents, git, save, sound

KEY = SnapshotKey("linkedin-me", "2026-03-20T080710Z")
HOOKS = ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-index-change", "post-checkout")


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a trace when it runs."""
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    program.chmod(0o755)
    return program


def sprung(trap: Path) -> bool:
    return (trap.parent / "sprung").exists()


def test_planted_hooks_do_not_run(one: Path, trap: Path) -> None:
    (one / ".git/hooks").mkdir(exist_ok=True)
    for name in HOOKS:
        (one / ".git/hooks" / name).symlink_to(trap)
    with Vault.open(one) as vault, write_transaction(vault) as writer:
        writer.add_marks([{"x": 1}], "Mark")
    save(one, "2026-04-01T00:00:00Z")

    assert not sprung(trap)


@pytest.mark.parametrize(
    "setting",
    [
        "core.hooksPath=hooks",
        "core.fsmonitor=TRAP",
        "core.sshCommand=TRAP",
        "core.editor=TRAP",
        "core.pager=TRAP",
        "core.askPass=TRAP",
        "core.gitProxy=TRAP",
        "core.worktree=/tmp",
        "core.alternateRefsCommand=TRAP",
        "core.attributesFile=/tmp/a",
        "filter.x.clean=TRAP",
        "filter.x.process=TRAP",
        "diff.x.textconv=TRAP",
        "diff.x.command=TRAP",
        "diff.external=TRAP",
        "merge.x.driver=TRAP",
        "alias.fast-import=!TRAP",
        "include.path=/tmp/config",
        "includeIf.gitdir:/.path=/tmp/config",
        "credential.helper=TRAP",
        "gpg.program=TRAP",
        "pager.log=TRAP",
        "url.ssh://x/.insteadOf=https://y/",
        "remote.o.uploadpack=TRAP",
        "remote.o.receivepack=TRAP",
        "remote.o.vcs=TRAP",
        "remote.o.url=ext::TRAP",
        "protocol.ext.allow=always",
        "extensions.partialClone=o",
        "hook.x.command=TRAP",
    ],
)
def test_configuration_that_runs_or_redirects_is_refused_by_name(one: Path, trap: Path, setting: str) -> None:
    name, _, value = setting.partition("=")
    git(one, "config", name, value.replace("TRAP", str(trap)))
    with pytest.raises(VaultDamaged) as refused:
        save(one, "2026-04-01T00:00:00Z")
    git(one, "config", "--unset", name)

    assert str(refused.value).lower() == (
        f"the vault's git configuration sets {name.lower()}, which linkbak never does"
    )
    assert not sprung(trap)
    assert save(one, "2026-04-01T00:00:00Z").id == "2026-04-01T000000Z"


def test_reading_a_poisoned_vault_runs_nothing(one: Path, trap: Path) -> None:
    git(one, "sparse-checkout", "set", "--cone", "snapshots/none")
    for name in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "filter.x.smudge",
        "diff.external",
        "alias.cat-file",
    ):
        git(one, "config", name, str(trap))

    with Vault.open(one) as vault:
        assert contents(vault, vault.summaries()[0].key) == LIST
    assert not sprung(trap)


@pytest.mark.parametrize(
    "setting",
    ["remote.origin.url=https://example.com/x.git", "user.name=Ada", "branch.main.remote=origin", "color.ui=on"],
)
def test_configuration_that_does_no_harm_is_left_alone(one: Path, setting: str) -> None:
    name, _, value = setting.partition("=")
    git(one, "config", name, value)

    assert save(one, "2026-04-01T00:00:00Z").id == "2026-04-01T000000Z"
    assert git(one, "config", name) == value + "\n"


@pytest.mark.parametrize(
    "name", ["objects/info/alternates", "objects/info/http-alternates", "info/grafts", "commondir"]
)
def test_objects_and_history_from_elsewhere_are_refused(one: Path, name: str, tmp_path: Path) -> None:
    (one / ".git/objects/info").mkdir(exist_ok=True)
    (one / ".git" / name).write_text("")

    with pytest.raises(VaultDamaged, match=f"the vault's .git/{name} sends git elsewhere"):
        save(one, "2026-04-01T00:00:00Z")


def test_attributes_that_could_change_bytes_are_refused(one: Path) -> None:
    (one / ".git/info/attributes").write_text("*.csv text eol=crlf\n")

    with pytest.raises(VaultDamaged, match="info/attributes could change what is kept"):
        save(one, "2026-04-01T00:00:00Z")


def test_attributes_in_the_work_tree_change_no_byte(one: Path) -> None:
    """Whoever can commit to the vault could add some; and a clone has none of its own that overrule them."""
    (one / ".gitattributes").write_text("* text=auto eol=crlf ident working-tree-encoding=UTF-16\n")
    (one / "snapshots/.gitattributes").write_text("* text eol=crlf filter=x\n")
    git(one, "add", "--sparse", ".")
    git(one, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "By hand")
    (one / ".git/info/attributes").unlink()
    files = {"a.csv": b"one\r\ntwo\n$Id$\n", "b.csv": "ä".encode("utf-16")}

    key = save(one, "2026-04-01T00:00:00Z", files)

    with Vault.open(one) as vault:
        assert contents(vault, key) == files
        assert {path.name: path.read_bytes() for path in (one / key.folder / "archive").iterdir()} == files
        git(one, "sparse-checkout", "set", "--cone")
        assert contents(vault, key) == files


def test_an_archive_brings_no_attributes_ignores_or_modules(one: Path) -> None:
    files = {
        ".gitattributes": b"* text eol=crlf filter=x\n",
        "x/.gitignore": b"*\n",
        ".gitmodules": b'[submodule "x"]\n\tpath = x\n\turl = -u./trap\n',
        ".git/config": b"[core]\n\tfsmonitor = ./trap\n",
        "a.csv": b"one\r\ntwo\n",
    }

    key = save(one, "2026-04-01T00:00:00Z", files)

    with Vault.open(one) as vault:
        assert contents(vault, key) == files
    assert sound(one)
    assert [path.name for path in one.rglob(".git*")] == [".gitattributes", ".git"] or sorted(
        path.name for path in one.rglob(".git*")
    ) == [".git", ".gitattributes"]


def test_a_message_of_an_archive_cannot_speak_to_git(one: Path) -> None:
    """fast-import reads a stream of commands; text stays text."""
    evil = "Keep\nfrom refs/heads/main\nM 100644 inline README.md\ndata 4\nevil\n\0"
    with Vault.open(one) as vault, write_transaction(vault) as writer:
        writer.add_marks([{"x": 1}], evil)

    assert git(one, "log", "-1", "--format=%B").strip() == evil.strip("\n\0")
    assert git(one, "diff", "--name-only", "HEAD~1") == "marks.jsonl\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "/nowhere"),
        ("GIT_WORK_TREE", "/nowhere"),
        ("GIT_INDEX_FILE", "/nowhere"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_EXEC_PATH", "/nowhere"),
        ("GIT_TEMPLATE_DIR", "/nowhere"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_PARAMETERS", "'core.fsmonitor=/nowhere'"),
        ("GIT_TRACE", "/nowhere/trace"),
        ("GIT_NAMESPACE", "x"),
        ("GIT_AUTHOR_NAME", "Mallory"),
        ("GIT_COMMITTER_DATE", "yesterday"),
        ("GIT_DEFAULT_HASH", "sha256"),
    ],
)
def test_the_environment_does_not_reach_git(
    tmp_path: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv(name, value)
        create_vault(tmp_path / "vault").close()
        key = save(tmp_path / "vault")
        with Vault.open(tmp_path / "vault") as vault:
            assert contents(vault, key) == LIST

    assert git(tmp_path / "vault", "log", "--format=%an %cn") == "linkbak linkbak\n" * 2
    assert git(tmp_path / "vault", "rev-parse", "--show-object-format") == "sha1\n"


def test_without_home_or_identity_everything_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    create_vault(Path("vault")).close()
    key = save(Path("vault"))

    with Vault.open(Path("vault")) as vault:
        assert contents(vault, key) == LIST
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault"]


LINKED = (
    *(
        "README.md",
        "linkbak.toml",
        "marks.jsonl",
        ".gitattributes",
        ".git/info/attributes",
        ".git/info/sparse-checkout",
    ),
    *(".git", ".git/HEAD", ".git/config", ".git/index", ".git/info", ".git/linkbak", ".git/linkbak/lock"),
    *(".git/objects", ".git/objects/pack", ".git/objects/75", ".git/packed-refs"),
    *(".git/refs", ".git/refs/heads", ".git/refs/heads/main", ".git/logs", ".git/logs/HEAD", ".git/logs/refs/heads"),
    *("snapshots", "snapshots/linkedin-me", "snapshots/linkedin-me/2026", f"snapshots/linkedin-me/2026/{KEY.id}"),
    *(f"snapshots/linkedin-me/2026/{KEY.id}/{name}" for name in ("archive", "archive/Profile.csv", "manifest.json")),
)


def test_nothing_of_a_vault_may_be_a_link(one: Path, tmp_path: Path) -> None:
    """Each could lead a command out of the vault, git's own files and folders too."""
    for place in LINKED:
        with linked(one, place, tmp_path / "outside"):
            with pytest.raises(VaultDamaged) as refused:
                refuse_untrusted(Layout(one))
            assert str(refused.value) == f"the vault's {place} is a link, through which a command would write elsewhere"
    refuse_untrusted(Layout(one))


@pytest.mark.parametrize(
    "place",
    [
        *("snapshots", "snapshots/linkedin-me", f"snapshots/linkedin-me/2026/{KEY.id}/archive", ".git/logs"),
        *(".git/info/sparse-checkout", "linkbak.toml", "marks.jsonl"),
    ],
)
def test_a_link_in_place_of_a_folder_is_not_followed(one: Path, tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside"
    with linked(one, place, outside):
        before = {path: path.read_bytes() if path.is_file() else b"" for path in (outside, *outside.rglob("*"))}

        for change in (lambda: save(one, "2026-04-01T00:00:00Z"), lambda: marked(one), lambda: compact(one)):
            with pytest.raises(VaultDamaged, match=f"the vault's {place} is a link"):
                change()

        assert {path: path.read_bytes() if path.is_file() else b"" for path in (outside, *outside.rglob("*"))} == before


@contextmanager
def linked(vault: Path, place: str, outside: Path) -> Iterator[None]:
    """With one of its files or folders elsewhere, and a link in its place."""
    there = (vault / place).exists()
    if there:
        (vault / place).rename(outside)
    (vault / place).symlink_to(outside)
    yield
    (vault / place).unlink()
    if there:
        outside.rename(vault / place)


def marked(vault: Path) -> None:
    with Vault.open(vault) as opened, write_transaction(opened) as writer:
        writer.add_marks([{"x": 1}], "Mark")


def test_a_vault_whose_path_is_awkward(tmp_path: Path) -> None:
    """Colons, quotes, blanks and line breaks mean something to git in lists of paths."""
    place = tmp_path / 'a:b "c"\n\\x ünd' / "my vault"
    create_vault(place).close()
    key = save(place)

    with Vault.open(place) as vault:
        assert contents(vault, key) == LIST
    assert sound(place)
