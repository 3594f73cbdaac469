"""Opening with the right passphrase does not depend on how fast a machine is, whichever sealed the file."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pyrage
import pytest

from linkbak.encryption import age
from linkbak.encryption.age import ForPassphrase, Keys, WrongPassphrase, decrypt, encrypt, with_work
from linkbak.errors import VaultDamaged, WrongKey
from tests.encryption.programs import age_typing
from tests.programs import needs

PASSPHRASE = "correct horse"


def head(sealed: bytes) -> list[bytes]:
    return sealed.split(b"\n")[1].split(b" ")


@pytest.fixture(scope="module")
def cheap() -> bytes:
    """A small file that takes a thousandth of the usual work."""
    return with_work(pyrage.passphrase.encrypt(b"a bundle", PASSPHRASE), PASSPHRASE, 8)


def test_the_library_opens_what_was_wrapped_anew(cheap: bytes) -> None:
    for cost in (9, 12):
        again = with_work(cheap, PASSPHRASE, cost)
        assert head(again)[3] == str(cost).encode()
        assert pyrage.passphrase.decrypt(again, PASSPHRASE) == b"a bundle"
    with pytest.raises(WrongPassphrase):
        with_work(cheap, PASSPHRASE.upper(), 9)


@needs("age", "LINKBAK_REQUIRE_AGE")
def test_age_opens_what_was_wrapped_anew(cheap: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.age").write_bytes(with_work(cheap, PASSPHRASE, 9))
    age_typing(PASSPHRASE, "-d", "-o", tmp_path / "x", tmp_path / "x.age")
    assert (tmp_path / "x").read_bytes() == b"a bundle"


@pytest.mark.parametrize("size", [0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 3 << 16])
def test_every_machine_seals_at_the_usual_cost(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library, which would take what its own machine does in a second, is not asked; it opens what comes out."""
    assert age.USUAL == 18
    monkeypatch.delattr(pyrage.passphrase, "encrypt")
    monkeypatch.setattr(age, "USUAL", 9)
    bundle = random.Random(size).randbytes(size)
    sealed = io.BytesIO()
    encrypt(io.BytesIO(bundle), sealed, ForPassphrase(PASSPHRASE))

    assert head(sealed.getvalue())[3] == b"9"
    assert pyrage.passphrase.decrypt(sealed.getvalue(), PASSPHRASE) == bundle


@pytest.mark.parametrize("armoured", [False, True])
def test_every_machine_opens_what_a_faster_one_sealed(
    cheap: bytes, armoured: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library, which would refuse, is asked only what costs next to nothing."""
    from base64 import encodebytes

    sealed = with_work(cheap, PASSPHRASE, 14)
    if armoured:
        sealed = b"-----BEGIN AGE ENCRYPTED FILE-----\n%s-----END AGE ENCRYPTED FILE-----\n" % encodebytes(sealed)
    opens = pyrage.passphrase.decrypt

    def slow(given: bytes, passphrase: str) -> bytes:
        if int(head(given)[3]) > 10:
            raise pyrage.DecryptError("Excessive work parameter for passphrase.")
        return bytes(opens(given, passphrase))

    monkeypatch.setattr(pyrage.passphrase, "decrypt", slow)
    file = tmp_path / "x.age"
    file.write_bytes(sealed)
    with file.open("rb") as source, (tmp_path / "x").open("wb") as target:
        decrypt(file, source, target, Keys(passphrase=lambda: PASSPHRASE))
        assert target.tell() == len(b"a bundle")
        source.seek(0)
        with pytest.raises(WrongKey, match="does not open"):
            decrypt(file, source, target, Keys(passphrase=lambda: "another"))


def test_a_head_that_was_changed_is_not_mended(cheap: bytes, tmp_path: Path) -> None:
    at = cheap.index(b"--- ") + 5
    broken = cheap[:at] + (b"A" if cheap[at : at + 1] != b"A" else b"B") + cheap[at + 1 :]
    assert with_work(broken, PASSPHRASE, 9) == broken
    file = tmp_path / "x.age"
    file.write_bytes(broken)
    with file.open("rb") as source, (tmp_path / "x").open("wb") as target, pytest.raises(VaultDamaged):
        decrypt(file, source, target, Keys(passphrase=lambda: PASSPHRASE))
