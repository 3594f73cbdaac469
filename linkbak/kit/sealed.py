"""The kit as one zip, encrypted in the age format: no file of it is ever written in the clear."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from linkbak.encryption import Lock, encrypt
from linkbak.exporters import write_built
from linkbak.index.history import History
from linkbak.kit import Made, files_of, made_from, note
from linkbak.kit.contents import Asked, gather

if TYPE_CHECKING:
    from linkbak.model import Progress
    from linkbak.vault import Vault


def seal(vault: Vault, account: str, asked: Asked, file: Path, lock: Lock, progress: Progress) -> Made:
    """Make the kit of an account into an encrypted file, taking the place of a file of that name.

    Raises UsageProblem, MachineProblem.
    """
    with History.open(vault, progress) as history, history.read_transaction():
        contents, people = gather(vault, history, account, asked)
        packed = _zipped(files_of(vault, history, contents, people))

    def build(half: Path) -> None:
        with half.open("xb") as target:
            encrypt(packed, target, lock)

    made = made_from(vault, contents, write_built(build, file), sealed=True)
    note(vault.path, made, beside=False)
    return made


def _zipped(files: Iterable[tuple[str, str]]) -> BytesIO:
    from zipfile import ZIP_DEFLATED, ZipFile

    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text.encode("utf-8", "backslashreplace"))
    packed.seek(0)
    return packed
