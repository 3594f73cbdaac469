"""Keys: public ones that copies are sealed for, secret ones that open them, and a pair made anew."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from linkbak.errors import MachineProblem, UsageProblem

from .age_format import library

_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105  # what a secret key begins with
_PLUGIN = "AGE-PLUGIN-"
_LARGEST = 1 << 20
_PUBLIC_KINDS = "A public key begins with age1, ssh-ed25519 or ssh-rsa."


def recipients(texts: Sequence[str], files: Sequence[Path]) -> list[Any]:
    """The public keys given as such, and those in files as ``age -R`` reads them. Raises UsageProblem."""
    found = [_recipient(text.strip(), f"--to, number {place}") for place, text in enumerate(texts, start=1)]
    for file in files:
        lines = [(place, line) for place, line in _lines(file) if line and not line.startswith("#")]
        if not lines:
            raise UsageProblem(f"{file} holds no public key", hint=_PUBLIC_KINDS)
        found += [_recipient(line, f"{file}, line {place}") for place, line in lines]
    return found


def identities(files: Sequence[Path]) -> list[Any]:
    """The secret keys in files as ``age -i`` reads them: of age, or one of ssh. Raises UsageProblem."""
    found: list[Any] = []
    for file in files:
        there = [*_secret(file)]
        if not there:
            raise UsageProblem(
                f"{file} holds no secret key", hint=f"A line that begins with {_SECRET}, or a key of ssh."
            )
        found += there
    return found


def new_key(file: Path) -> str:
    """Makes a pair of keys, writes the secret one into a new private file as age-keygen does; gives the public one."""
    from datetime import UTC, datetime

    secret = library().x25519.Identity.generate()
    public = str(secret.to_public())
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"# created: {now}\n# public key: {public}\n{secret}\n"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise UsageProblem(
            f"{file} is there already", hint="Name a new file; a key that is lost opens nothing any more."
        ) from None
    except OSError as error:
        raise MachineProblem(f"cannot write {file}: {error.strerror}") from None
    return public


def _recipient(text: str, where: str) -> Any:
    pyrage = library()
    kind = text.split(maxsplit=1)[0] if text.split() else ""
    if kind.upper().startswith((_SECRET, _PLUGIN)) or "PRIVATE KEY" in text:
        raise UsageProblem(
            f"{where}: that is a secret key, which nobody but you should see",
            hint="Give the public one; in a file of age-keygen it stands behind `# public key:`.",
        )
    try:
        if kind.startswith("age1"):
            return pyrage.x25519.Recipient.from_str(text)
        if kind in ("ssh-ed25519", "ssh-rsa"):
            return pyrage.ssh.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise UsageProblem(f"{where}: that public key is not whole, or of a kind linkbak does not know") from None
    if kind.startswith(("ecdsa-", "sk-", "ssh-")):
        raise UsageProblem(f"{where}: nothing can be sealed for a key of ssh of this kind", hint=_PUBLIC_KINDS)
    more = " A file of keys goes with --to-file." if "/" in text or text.endswith(".pub") else ""
    raise UsageProblem(f"{where}: that is no public key", hint=_PUBLIC_KINDS + more)


def _secret(file: Path) -> Iterator[Any]:
    """The secret keys in one file."""
    pyrage = library()
    data = _bytes(file)
    if data.startswith((b"age-encryption.org/", b"-----BEGIN AGE")):
        raise UsageProblem(
            f"{file} is itself sealed with a passphrase", hint=f"`age -d {file}` opens it; name the file you get."
        )
    if data.lstrip().startswith(b"-----BEGIN"):
        yield _ssh_identity(pyrage, file, data)
        return
    for place, line in _lines(file):
        if line.startswith(_PLUGIN):
            raise UsageProblem(f"{file}, line {place}: linkbak runs no plugins of age", hint="Use `age -d` itself.")
        if line and not line.startswith("#"):
            try:
                yield pyrage.x25519.Identity.from_str(line)
            except pyrage.IdentityError:
                hint = (
                    "It looks like a public key; the secret one is wanted." if line.startswith(("age1", "ssh-")) else ""
                )
                raise UsageProblem(f"{file}, line {place}: that is no secret key", hint=hint) from None


def _ssh_identity(pyrage: Any, file: Path, data: bytes) -> Any:
    try:
        return pyrage.ssh.Identity.from_buffer(data)
    except pyrage.IdentityError as error:
        if "decrypted first" in str(error):
            raise UsageProblem(
                f"{file} is protected by a passphrase, which linkbak does not ask for",
                hint=f"`age -d -i {file} SEALED > vault.bundle` does, and `linkbak unseal vault.bundle` reads that.",
            ) from None
        raise UsageProblem(f"{file} holds no key of ssh that opens anything", hint="ed25519 and rsa do.") from None


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file of keys without blanks at their ends, numbered."""
    try:
        text = _bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(f"{file} is not UTF-8 text") from None
    yield from enumerate((line.strip() for line in text.splitlines()), start=1)


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST)
    except OSError as error:
        raise UsageProblem(f"cannot read {file}: {(error.strerror or '').lower()}") from None
