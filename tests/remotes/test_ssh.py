"""ssh is run as the user has it, and never waits for somebody who is not there."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from linkbak.errors import MachineProblem
from linkbak.remotes import PublicHost, add_remote
from linkbak.remotes.pull import clone, fetch
from linkbak.remotes.push import Missing, inspect, push
from tests.programs import needs
from tests.remotes.copies import bare, head, program, refusal
from tests.vault.snapshots import git, save

SERVER = """
case "$*" in *-G*) exit 1;; esac
echo "$@" >> {log}
for words; do :; done
cd {home} && exec sh -c "$words"
"""


@pytest.fixture
def server(one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault's remote on another machine: an ssh that runs here what it is to run there."""
    place = bare(tmp_path / "there/vault.git")
    ssh = program(tmp_path / "bin/ssh", SERVER.format(log=tmp_path / "asked", home=tmp_path / "there"))
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    add_remote(one, "server", "me@server.example.com:vault.git")
    return place


def test_a_copy_at_another_machine_is_pushed_to_fetched_checked_and_cloned(
    one: Path, server: Path, tmp_path: Path
) -> None:
    assert [found.state for found in push(one)] == ["sent"]
    assert head(server) == head(one)
    save(one, "2026-04-01T00:00:00Z")
    (found,) = inspect(one)
    assert (found.state, found.behind.snapshots, found.whole) == ("behind", 1, None)
    assert fetch(one, "server") == head(server)
    assert clone("me@server.example.com:vault.git", tmp_path / "clone").snapshots == 1


def test_nobody_is_asked_and_nothing_is_waited_for_for_ever(one: Path, server: Path, tmp_path: Path) -> None:
    push(one)

    for line in (tmp_path / "asked").read_text().splitlines():
        assert "-o ConnectTimeout=30 -o ServerAliveInterval=15 -o ServerAliveCountMax=4 -o BatchMode=yes" in line


def test_another_program_than_openssh_is_given_no_words_that_it_may_not_know(
    one: Path, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = (tmp_path / "bin/ssh").rename(tmp_path / "bin/tunnel")
    monkeypatch.setenv("GIT_SSH_COMMAND", str(other))

    assert [found.state for found in push(one)] == ["sent"]

    assert "BatchMode" not in (tmp_path / "asked").read_text()


def test_the_user_s_own_configuration_says_which_ssh_and_the_vault_s_does_not(
    one: Path, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GIT_SSH_COMMAND")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text(f"[core]\n\tsshCommand = {tmp_path}/bin/ssh -F x\n")

    assert [found.state for found in push(one)] == ["sent"]

    assert (tmp_path / "asked").read_text().startswith("-F x ")


@needs("ssh", "LINKBAK_REQUIRE_SSH")
def test_its_short_names_are_looked_up_in_the_user_s_own_configuration_too(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text(f"[core]\n\tsshCommand = ssh -F {tmp_path}/ssh_config\n")
    (tmp_path / "ssh_config").write_text("Host gh\n  HostName github.com\n")

    with pytest.raises(PublicHost):
        add_remote(one, "gh", "git@gh:ada/vault.git")


def test_a_server_with_rules_of_its_own_is_told(one: Path, server: Path) -> None:
    program(server / "hooks/pre-receive", "echo no; exit 1")

    assert str(refusal(push(one))) == "server.example.com did not take it: it has rules of its own"


@pytest.mark.parametrize("refuses", ["true", "false"])
def test_a_copy_that_holds_the_same_by_another_way_moves_if_its_rules_let_it(
    one: Path, server: Path, refuses: str
) -> None:
    save(one, "2026-04-01T00:00:00Z")
    commit = ("-c", "user.name=x", "-c", "user.email=x", "commit-tree", "-p", "HEAD~", "HEAD^{tree}")
    made = (git(one, *commit, "-m", f"{n}").strip() for n in count())
    ours = head(one)  # a digest: once in a hundred times a hundred others are all less
    other = next(name for name in made if name > ours)
    git(one, "push", "-q", str(server), f"{other}:refs/heads/main")
    git(server, "config", "receive.denyNonFastForwards", refuses)
    assert [found.state for found in push(one, dry=True)] == ["current"]
    assert head(server) == other

    (pushed,) = push(one)

    assert (pushed.state, pushed.sent, pushed.error) == ("current", Missing(), None)
    assert head(server) == (other if refuses == "true" else head(one))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "ssh: Could not resolve hostname server.example.com: Name or service not known",
            "is not known in the network",
        ),
        ("ssh: connect to host server.example.com port 22: Connection refused", "cannot be reached"),
        ("ssh: connect to host server.example.com port 22: Connection timed out", "cannot be reached"),
        ("me@server.example.com: Permission denied (publickey,password).", "does not let us in"),
        ("Host key verification failed.", "does not know the key of"),
        ("fatal: 'vault.git' does not appear to be a git repository", "there is no git repository at"),
        ("fatal: detected dubious ownership in repository at '/srv/vault.git'", "belongs to somebody else"),
        ("error: unable to write file: No space left on device", "the disk is full"),
        ("error: insufficient permission for adding an object", "server.example.com cannot be written to"),
        ("fatal: cannot open vault.git: Read-only file system", "server.example.com cannot be written to"),
        ("weird \x1b[31m words", "server.example.com: git ls-remote failed: weird ?[31m words"),
    ],
)
def test_what_went_wrong_is_told_in_words(one: Path, server: Path, tmp_path: Path, said: str, told: str) -> None:
    program(tmp_path / "bin/ssh", f"cat >&2 <<'E'\n{said}\nE\nexit 255")

    found = refusal(push(one))

    assert isinstance(found, MachineProblem)
    assert told in str(found)
    assert found.hint
