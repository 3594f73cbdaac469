"""Keys are read as age reads them; what is none is refused with the place, and never shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from linkbak.encryption import identities, new_key, recipients
from linkbak.errors import MachineProblem, UsageProblem
from tests.encryption.given import Pair, around
from tests.encryption.programs import needs_ssh_keygen, public, ssh_key

SECRET = "AGE-SECRET-KEY-1" + 58 * "Q"  # nobody's


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "keys"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@time_machine.travel(datetime(2026, 3, 21, 9, 0, 0, tzinfo=UTC), tick=False)
def test_a_new_key_is_written_as_age_keygen_does(tmp_path: Path) -> None:
    public_key = new_key(tmp_path / "key.txt")

    text = (tmp_path / "key.txt").read_text()
    assert re.fullmatch(
        r"# created: 2026-03-21T09:00:00Z\n# public key: (age1[0-9a-z]{58})\nAGE-SECRET-KEY-1[0-9A-Z]{58}\n", text
    )
    assert f"# public key: {public_key}\n" in text
    assert (tmp_path / "key.txt").stat().st_mode & 0o777 == 0o600


def test_a_new_key_never_takes_the_place_of_another(tmp_path: Path) -> None:
    written(tmp_path, "precious")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")

    for name in ("keys", "link"):
        with pytest.raises(UsageProblem, match="is there already"):
            new_key(tmp_path / name)
    with pytest.raises(MachineProblem, match="cannot write"):
        new_key(tmp_path / "no" / "key.txt")
    assert (tmp_path / "keys").read_text() == "precious"
    assert around(tmp_path) == ["keys", "link"]


@needs_ssh_keygen
def test_a_file_of_public_keys(tmp_path: Path, key: Pair) -> None:
    line = public(ssh_key(tmp_path, "ed25519")).read_text().strip()
    file = written(tmp_path, f"\ufeff# Ada's\r\n\r\n  {key.public}  \r\n{line}\n#{SECRET}\n")

    assert len(recipients([f" {key.public}\n"], [file])) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SECRET, "line 2: that is a secret key, which nobody but you should see"),
        (SECRET.lower(), "line 2: that is a secret key, which nobody but you should see"),
        ("AGE-PLUGIN-YUBIKEY-1Q", "line 2: that is a secret key, which nobody but you should see"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "line 2: that is a secret key, which nobody but you should see"),
        ("age1secret", "line 2: that public key is not whole, or of a kind linkbak does not know"),
        ("age1yubikey1secret", "line 2: that public key is not whole, or of a kind linkbak does not know"),
        ("ssh-ed25519 AAAAsecret", "line 2: that public key is not whole, or of a kind linkbak does not know"),
        ("ssh-rsa", "line 2: that public key is not whole, or of a kind linkbak does not know"),
        ("ecdsa-sha2-nistp256 AAAAsecret", "line 2: nothing can be sealed for a key of ssh of this kind"),
        ("sk-ssh-ed25519@openssh.com secret", "line 2: nothing can be sealed for a key of ssh of this kind"),
        ("ssh-dss secret", "line 2: nothing can be sealed for a key of ssh of this kind"),
        ("secret", "line 2: that is no public key"),
    ],
)
def test_what_is_no_public_key_is_named_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    file = written(tmp_path, f"# mine\n{text}\n")

    with pytest.raises(UsageProblem) as refused:
        recipients([], [file])
    assert str(refused.value) == f"{file}, {said}"
    with pytest.raises(UsageProblem) as refused:
        recipients(["age1" + 58 * "q", text] if text == "?" else [text], [])
    assert str(refused.value).startswith("--to, number 1: ")
    assert text not in str(refused.value) + refused.value.hint or text in ("ssh-rsa",)


def test_a_file_named_where_a_key_should_stand_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as refused:
        recipients(["~/.ssh/id_ed25519.pub"], [])
    assert "--to-file" in refused.value.hint


def test_files_without_keys(tmp_path: Path) -> None:
    empty = written(tmp_path, "# nothing\n")

    with pytest.raises(UsageProblem, match="holds no public key"):
        recipients([], [empty])
    with pytest.raises(UsageProblem, match="holds no secret key"):
        identities([empty])
    with pytest.raises(UsageProblem, match=r"cannot read .*: no such file"):
        recipients([], [tmp_path / "no"])
    with pytest.raises(UsageProblem, match=r"cannot read .*: is a directory"):
        identities([tmp_path])
    with pytest.raises(UsageProblem, match="is not UTF-8 text"):
        identities([written(tmp_path, b"\xff\xfe\0")])


def test_a_file_of_secret_keys(tmp_path: Path, key: Pair) -> None:
    other = new_key(tmp_path / "other")
    file = written(tmp_path, (tmp_path / "other").read_text() + "\r\n" + key.file.read_text())

    assert [str(one.to_public()) for one in identities([file])] == [other, key.public]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SECRET, "{}, line 1: that is no secret key"),
        ("# x\nsecret", "{}, line 2: that is no secret key"),
        ("age1secret", "{}, line 1: that is no secret key"),
        ("AGE-PLUGIN-YUBIKEY-1Q", "{}, line 1: linkbak runs no plugins of age"),
        ("age-encryption.org/v1\n-> scrypt", "{} is itself sealed with a passphrase"),
        ("-----BEGIN AGE ENCRYPTED FILE-----\n", "{} is itself sealed with a passphrase"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n", "{} holds no key of ssh that opens anything"),
    ],
)
def test_what_is_no_secret_key_is_named_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    file = written(tmp_path, text)

    with pytest.raises(UsageProblem) as refused:
        identities([file])
    assert str(refused.value) == said.format(file)
    assert "secret\n" not in refused.value.hint
    assert SECRET not in str(refused.value) + refused.value.hint


@needs_ssh_keygen
def test_a_key_of_ssh_with_a_passphrase_is_left_to_age(tmp_path: Path) -> None:
    secret = ssh_key(tmp_path, "ed25519", "-N", "secret")

    with pytest.raises(UsageProblem, match="protected by a passphrase") as refused:
        identities([secret])
    assert f"age -d -i {secret}" in refused.value.hint
