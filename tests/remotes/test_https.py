"""https is spoken with what the user's own git knows of certificates and passwords."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkbak.errors import MachineProblem
from linkbak.remotes import add_remote
from linkbak.remotes.pull import clone, fetch
from linkbak.remotes.push import inspect, push
from tests.programs import needs
from tests.remotes.copies import bare, head, refusal
from tests.remotes.web import SECRET, certificate, served

pytestmark = needs("openssl", "LINKBAK_REQUIRE_SSH")


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate") / "server.pem")


@pytest.fixture
def port(one: Path, tmp_path: Path, proof: Path) -> Iterator[int]:
    """A server with an empty place, which the vault knows as its remote `web`."""
    bare(tmp_path / "there/vault.git")
    with served(tmp_path / "there", proof) as found:
        add_remote(one, "web", f"https://localhost:{found}/vault.git")
        yield found


def configure(path: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    path.write_text("\n".join([*lines, ""]))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(path))


def test_a_copy_behind_https_is_pushed_to_fetched_checked_and_cloned(
    one: Path, port: int, tmp_path: Path, proof: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = f"\"!f() {{ echo username=ada; echo 'password={SECRET}'; }}; f\""
    configure(
        tmp_path / "gitconfig", monkeypatch, "[http]", f"sslCAInfo = {proof}", "[credential]", f"helper = {helper}"
    )

    assert [found.state for found in push(one)] == ["sent"]

    assert head(tmp_path / "there/vault.git") == head(one)
    assert [(found.state, found.whole) for found in inspect(one)] == [("current", None)]
    assert fetch(one, "web") == head(one)
    assert clone(f"https://localhost:{port}/vault.git", tmp_path / "clone").snapshots == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(one: Path, port: int) -> None:
    found = refusal(push(one))

    assert isinstance(found, MachineProblem)
    assert str(found) == "the certificate of localhost is not to be trusted, or https failed"


def test_a_password_that_is_wanted_is_not_waited_for(
    one: Path, port: int, tmp_path: Path, proof: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path / "gitconfig", monkeypatch, "[http]", f"sslCAInfo = {proof}")
    monkeypatch.setenv("SSH_ASKPASS", "/bin/false")

    assert str(refusal(push(one))) == "localhost does not let us in"


def test_a_server_that_is_gone_is_told(one: Path, port: int, tmp_path: Path) -> None:
    add_remote(one, "gone", "https://localhost:1/vault.git")

    (found,) = push(one, ["gone"])

    assert str(found.error) == "localhost cannot be reached, or the connection broke off"
