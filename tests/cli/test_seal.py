"""`linkbak seal` makes an encrypted copy, and says what is needed to open it."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from linkbak.errors import Exit
from tests.cli.running import Ran, run, state
from tests.cli.terminal import on_terminal
from tests.encryption.given import Pair, around, pair
from tests.encryption.programs import age_typing, needs_age, typing
from tests.remotes.copies import head

NOW = datetime(2026, 3, 21, 9, 0, 0, tzinfo=UTC)


@pytest.fixture
def key(tmp_path: Path) -> Pair:
    return pair(tmp_path / "keys")


@pytest.fixture
def cloud(tmp_path: Path) -> Path:
    (tmp_path / "cloud").mkdir()
    return tmp_path / "cloud"


@pytest.fixture(autouse=True)
def clock() -> object:
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def test_a_new_key_and_the_first_copy(two: Path, cloud: Path, tmp_path: Path) -> None:
    ran = run("seal", "--new-key", tmp_path / "key.txt", "-o", cloud, vault=two)

    public = (tmp_path / "key.txt").read_text().splitlines()[1].removeprefix("# public key: ")
    size = (cloud / "linkbak-2026-03-21T090000Z-whole.bundle.age").stat().st_size
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "made a pair of keys\n"
        f"  public: {public}\n"
        f"  secret: in {tmp_path / 'key.txt'}, which you alone can read\n"
        "  Seal every further copy with --to and the public key; the secret one is needed only to open them.\n"
        "  Keep a copy of that file apart from this machine and from the sealed copies, on paper if you like: who has"
        " lost it can open none of them, and nobody can help.\n"
        "sealed the whole vault: 2 snapshots, "
        f"{size / 1000:.1f} kB, in {cloud}/linkbak-2026-03-21T090000Z-whole.bundle.age\n"
    )


def test_a_key_alone(tmp_path: Path) -> None:
    """There need be no vault yet."""
    ran = run("seal", "--new-key", tmp_path / "key.txt")

    assert ran.status == 0
    assert ran.out.startswith("made a pair of keys\n  public: age1")


def test_copies_that_go_on_from_each_other(two: Path, cloud: Path, key: Pair, family: Path, clock: object) -> None:
    def ran() -> Ran:
        return run("seal", "-o", cloud, "--to", key.public, "--since-last", vault=two)

    assert ran().out.startswith("sealed the whole vault, since no earlier copy in that folder is known: 2 snapshots, ")
    assert ran().out == "nothing has come since the copy of 21 Mar 2026; nothing was written\n"
    assert run("mark", "Niall Sampla", "note", "met in Ghent", vault=two).status == 0
    clock.move_to(datetime(2026, 3, 22, 9, 0, 0, tzinfo=UTC))  # type: ignore[attr-defined]
    first = "linkbak-2026-03-21T090000Z-whole.bundle.age"
    assert re.fullmatch(
        r"sealed what came since 21 Mar 2026: marks or settings alone, \S+ k?B, in .*/"
        r"linkbak-2026-03-22T090000Z-since-2026-03-21T090000Z\.bundle\.age\n"
        rf"  It goes on from {first}; to open it, that copy is needed, too\.\n",
        ran().out,
    )
    for file in cloud.iterdir():
        file.unlink()
    assert run("import", family / "ada/Basic_LinkedInDataExport_01-15-2026.zip", vault=two).status == 0
    said = ran().out.splitlines()
    assert said[0].startswith("sealed what came since 22 Mar 2026: 1 snapshot, ")
    assert said[2].endswith(" is not in that folder any more: make sure that you have it elsewhere.")


def test_the_document(two: Path, cloud: Path, key: Pair) -> None:
    whole = run("seal", "-o", cloud / "1.age", "--to", key.public, "--json", vault=two).json
    nothing = run("seal", "-o", cloud / "2.age", "--to", key.public, "--since-last", "--json", vault=two).json

    assert whole == {
        "schema": "linkbak.seal/1",
        "vault": str(two),
        "file": str(cloud / "1.age"),
        "at": "2026-03-21T09:00:00Z",
        "commit": head(two),
        "bytes": (cloud / "1.age").stat().st_size,
        "snapshots": 2,
        "follows": None,
        "key": None,
    }
    follows = {"file": "1.age", "at": whole["at"], "commit": whole["commit"], "there": True}
    assert nothing == {**whole, "file": None, "bytes": 0, "snapshots": 0, "follows": follows}
    alone = run("seal", "--new-key", cloud / "key", "--json").json
    assert (alone["file"], alone["commit"], alone["key"]["file"]) == (None, None, str(cloud / "key"))
    assert alone["key"]["public"] in (cloud / "key").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "where should the copy go?"),
        (["--to", "PUBLIC"], "where should the copy go?"),
        (["--new-key", "TMP/key", "--to", "PUBLIC"], "--new-key alone seals nothing"),
        (["-o", "CLOUD"], "who should be able to open the copy?"),
        (["-o", "CLOUD", "--passphrase", "--to", "PUBLIC"], "with a passphrase or for keys, not both"),
        (["-o", "CLOUD", "--passphrase", "--new-key", "TMP/key"], "with a passphrase or for keys, not both"),
        (["-o", "CLOUD", "--new-key", "CLOUD/key"], "the key would lie beside the copy that it opens"),
        (["-o", "CLOUD/x.age", "--new-key", "CLOUD/key"], "the key would lie beside the copy that it opens"),
        (["-o", "CLOUD", "--to", "nonsense"], "--to, number 1: that is no public key"),
        (["-o", "CLOUD", "--to-file", "SECRET"], "that is a secret key, which nobody but you should see"),
        (["-o", "CLOUD", "--passphrase"], "there is no terminal on which to ask for the passphrase"),
        (["-o", "CLOUD", "--passphrase-file", "CLOUD/no"], "cannot read"),
        (["-o", "VAULT/x.age", "--new-key", "TMP/key"], "is in the vault itself"),
    ],
)
def test_words_that_do_not_go_together(
    two: Path, cloud: Path, key: Pair, tmp_path: Path, words: list[str], said: str
) -> None:
    meant = {
        "PUBLIC": key.public,
        "CLOUD": str(cloud),
        "TMP": str(tmp_path),
        "SECRET": str(key.file),
        "VAULT": str(two),
    }
    for name, value in meant.items():
        words = [word.replace(name, value) for word in words]
    before = state(two)

    ran = run("seal", *words, vault=two)

    assert (ran.status, ran.out) == (Exit.USAGE, "")
    assert said in ran.err
    assert "SECRET-KEY" not in ran.err
    assert around(cloud) == []
    assert not (tmp_path / "key").exists()
    assert state(two) == before


def test_a_passphrase_is_not_taken_if_it_is_empty(two: Path, cloud: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\nsecond line\n")

    ran = run("seal", "-o", cloud, "--passphrase-file", tmp_path / "empty", vault=two)

    assert ran.status == Exit.USAGE
    assert "the passphrase is empty" in ran.err


def test_without_a_vault(tmp_path: Path, cloud: Path, key: Pair) -> None:
    assert run("seal", "-o", cloud, "--to", key.public, vault=tmp_path / "no").status == Exit.NO_VAULT


def test_without_the_extra(two: Path, cloud: Path, key: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)

    ran = run("seal", "-o", cloud, "--to", key.public, vault=two)

    assert ran.status == Exit.MACHINE
    assert "pip install '.[age]'" in ran.err


@needs_age
def test_a_passphrase_is_asked_for_twice_and_opens_the_copy(two: Path, cloud: Path, tmp_path: Path) -> None:
    words = (sys.executable, "-m", "linkbak", "seal", "-o", cloud / "x.age", "--passphrase", "--vault", two)

    status, shown = typing(["short one", "another one"], *words)
    assert (status, around(cloud)) == (Exit.USAGE, [])
    assert "the two passphrases differ" in shown

    status, shown = typing(["short one"], *words)
    assert (status, around(cloud)) == (0, ["x.age"])
    assert "so short a passphrase can be guessed" in shown
    assert "short one" not in shown.replace("so short", "")

    age_typing("short one", "-d", "-o", tmp_path / "x.bundle", cloud / "x.age")
    assert head(two) in (tmp_path / "x.bundle").read_bytes()[:100].decode("utf-8", "replace")


def test_the_end_of_the_input_where_nothing_typed_is_shown_is_an_interruption(two: Path, cloud: Path) -> None:
    """Ctrl-D, which is no bug of linkbak's."""
    words = ("seal", "-o", str(cloud), "--passphrase")
    shown = on_terminal(*words, vault=two, typed=["\x04"], asks=b": ", status=Exit.INTERRUPTED)
    assert shown == ["Passphrase for the sealed copy: ", "interrupted; the vault is as the last finished step left it"]


def test_a_passphrase_that_is_wrong_or_nobody_knows(
    cloud: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a copy that takes a thousandth of the usual work to open, or to find that it does not."""
    stanza = f"-> scrypt {'A' * 22} 10\n{'A' * 43}\n--- {'A' * 43}\n"
    (cloud / "x.age").write_bytes(b"age-encryption.org/v1\n" + stanza.encode() + bytes(32))

    asked = run("unseal", cloud / "x.age", tmp_path / "other")
    assert (asked.status, asked.out) == (Exit.USAGE, "")
    assert "there is no terminal on which to ask for the passphrase" in asked.err
    monkeypatch.setenv("LINKBAK_SEAL_PASSPHRASE", "Short one")
    wrong = run("unseal", cloud / "x.age", tmp_path / "other")
    assert wrong.status == Exit.WRONG_KEY
    assert wrong.err.startswith(f"error: the passphrase does not open {cloud / 'x.age'}\n")
    assert not (tmp_path / "other").exists()
