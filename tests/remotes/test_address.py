"""Which addresses a copy may have, and which hosts are known as public."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.errors import UsageProblem
from linkbak.remotes import Address, PublicHost, public_host, read_address
from linkbak.remotes.address import printable
from linkbak.remotes.git import refuse_public
from tests.programs import needs
from tests.remotes.copies import program


@pytest.mark.parametrize(
    ("text", "kind", "host"),
    [
        ("ssh://me@server.example.com:2222/srv/vault.git", "ssh", "server.example.com"),
        ("git+ssh://server.example.com/vault.git", "ssh", "server.example.com"),
        ("me@server.example.com:vault.git", "ssh", "server.example.com"),
        ("server:vault.git", "ssh", "server"),
        ("me@[2001:db8::1]:vault.git", "ssh", "2001:db8::1"),
        ("ssh://me@[2001:db8::1]:22/vault.git", "ssh", "2001:db8::1"),
        ("https://git.example.com/me/vault.git", "https", "git.example.com"),
        ("https://me@git.example.com:8443/me/vault.git", "https", "git.example.com"),
    ],
)
def test_hosts_are_read_out_of_addresses(text: str, kind: str, host: str) -> None:
    assert read_address(text) == Address(text, kind, host)  # type: ignore[arg-type]


def test_a_folder_is_told_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ada")
    whole = tmp_path / "a:b c.git"

    assert read_address("./a:b c.git") == read_address(f"file://{tmp_path}/a:b%20c.git") == read_address(str(whole))
    assert read_address(str(whole)) == Address(str(whole), "file", "", whole)
    assert read_address("~/copy.git").text == "/home/ada/copy.git"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("/media/usb\n/x", "characters"),
        ("-oProxyCommand=touch x", "cannot begin with -"),
        ("--upload-pack=touch x", "cannot begin with -"),
        ("ext::sh -c touch% x", "run a program"),
        ("fd::17", "run a program"),
        ("ssh://-oProxyCommand=x/vault", "the host"),
        ("-oProxyCommand=x:vault", "cannot begin with -"),
        ("me@-oProxyCommand=x:vault", "the host"),
        ("-me@host:vault", "cannot begin with -"),
        ("ssh://-me@host/vault", "before the @"),
        ("git://git.example.com/vault.git", "anybody on the way can read"),
        ("http://git.example.com/vault.git", "anybody on the way can read"),
        ("HTTP://git.example.com/vault.git", "anybody on the way can read"),
        ("ftp://git.example.com/vault.git", "anybody on the way can read"),
        ("s3://bucket/vault", "sends nothing to s3://"),
        ("https://ada:secret@git.example.com/vault.git", "holds a password"),
        ("https://:secret@git.example.com/vault.git", "holds a password"),
        ("ssh://ada:@git.example.com/vault.git", "holds a password"),
        ("https://git.example.com/vault.git?token=secret", "has no ?"),
        ("https://git.example.com", "no repository there"),
        ("https://git.example.com:port/x", "no address"),
        ("https://g%69thub.com/x/y", "the host"),
        ("https://ｇithub.com/x/y", "the host"),  # noqa: RUF001 - curl would make plain letters of it
        ("file://server/share/vault.git", "another machine"),
        ("host:-x", "cannot begin with -"),
        ("me@host:--upload-pack=touch", "cannot begin with -"),
    ],
)
def test_what_runs_programs_is_readable_or_holds_a_password_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        read_address(text)

    assert why in str(refused.value)
    assert "secret" not in f"{refused.value}{refused.value.hint}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("git@github.com:ada/vault.git", "github.com"),
        ("github.com:ada/vault.git", "github.com"),
        ("ssh://git@ssh.github.com:443/ada/vault.git", "github.com"),
        ("https://www.GitHub.com./ada/vault.git", "github.com"),
        ("https://ada@gitlab.com/ada/vault", "gitlab.com"),
        ("git@altssh.bitbucket.org:ada/vault", "bitbucket.org"),
        ("https://codeberg.org/ada/vault", "codeberg.org"),
        ("git@git.sr.ht:~ada/vault", "sr.ht"),
        ("git@ssh.dev.azure.com:v3/ada/x/vault", "dev.azure.com"),
        ("https://ada.visualstudio.com/x/_git/vault", "visualstudio.com"),
        ("git@hf.co:ada/vault", "hf.co"),
        ("https://git.code.sf.net/p/ada/vault", "sf.net"),
        ("git+ssh://git.launchpad.net/~ada/vault", "launchpad.net"),
        ("git@140.82.121.3:ada/vault.git", "140.82.121.3"),
        ("https://2354215171/ada/vault.git", "2354215171"),
        ("https://0x8c527903/ada/vault.git", "0x8c527903"),
        ("ssh://git@[2606:50c0:8000::153]/ada/vault", "2606:50c0:8000::153"),
    ],
)
def test_public_hosts_are_known_however_they_are_written(text: str, name: str) -> None:
    assert public_host(read_address(text)) == name
    with pytest.raises(PublicHost, match="other people's names"):
        refuse_public(read_address(text), private=False)
    refuse_public(read_address(text), private=True)


@pytest.mark.parametrize(
    "text",
    [
        *("https://github.com.example.com/x", "me@notgithub.com:x", "me@vm.cloudapp.azure.com:x", "/srv/github.com"),
        *("me@192.168.1.20:x", "ssh://me@10.0.0.4/x", "me@100.100.1.2:x", "ssh://me@[fd00::1]/x", "https://[::1]/x"),
    ],
)
def test_other_hosts_are_not_taken_for_public_ones(text: str) -> None:
    assert public_host(read_address(text)) == ""


@needs("ssh", "LINKBAK_REQUIRE_SSH")
def test_a_short_name_of_ssh_does_not_hide_a_public_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In ~/.ssh/config, `Host gh` may say `HostName github.com`."""
    (tmp_path / "config").write_text("Host gh\n  HostName github.com\n")
    monkeypatch.setenv("GIT_SSH_COMMAND", f"ssh -F '{tmp_path}/config'")

    assert public_host(read_address("git@gh:ada/vault.git")) == "github.com"
    assert public_host(read_address("git@server.example.com:ada/vault.git")) == ""


def test_an_ssh_that_cannot_be_asked_is_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", str(program(tmp_path / "ssh", "exit 1")))

    assert public_host(read_address("git@gh:ada/vault.git")) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ada:secret@git.example.com/x", "https://ada:***@git.example.com/x"),
        ("https://:secret@git.example.com/x", "https://:***@git.example.com/x"),
        ("a\x1b[31m", "a?[31m"),
    ],
)
def test_what_somebody_else_wrote_is_shown_without_secrets(text: str, shown: str) -> None:
    assert printable(text) == shown
