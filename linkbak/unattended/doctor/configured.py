"""The settings, and the folders that they name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from linkbak.errors import Exit
from linkbak.unattended.doctor.findings import SEE, Finding, Patient, fail, ok, quoted, warn

_OTHERS = 0o077


def config(patient: Patient) -> Iterator[Finding]:
    """Whether file and environment are understood, and secrets in the file are safe."""
    from linkbak.settings.problems import stray

    looked, bad = patient.looked, False
    for problem in looked.problems:
        bad = True
        mend = "`linkbak config set KEY VALUE` changes it." if problem.exit_code == Exit.USAGE else SEE
        yield fail(str(problem), problem.hint or mend, problem.exit_code)
    for word in stray(os.environ):
        bad = True
        yield warn(word, "Take it out of the environment, or write it as linkbak knows it.")
    held = [one.key.name for one in looked.said.values() if one.source == "file" and one.key.secret and one.value]
    if held and looked.file.stat().st_mode & _OTHERS:
        bad = True
        yield warn(f"others can read {looked.file}, which holds secrets", f"chmod 600 {quoted(looked.file)}")
    if not bad:
        yield ok(str(looked.file) if looked.file.exists() else "no file; every setting stands at its default")


def folders(patient: Patient) -> Iterator[Finding]:
    """Where archives are looked for, and where they are moved to."""
    from linkbak.unattended.scanning.places import folders as usual

    said = {name: patient.looked.said[name].value for name in ("scan.folders", "scan.move_to")}
    meant = usual(patient.place, said["scan.folders"])
    bad = [*_unfit(meant, os.R_OK | os.X_OK, "scan.folders", "read")]
    if said["scan.move_to"] is not None:
        bad += _unfit([said["scan.move_to"]], os.W_OK | os.X_OK, "scan.move_to", "written to")
    if not meant:
        bad.append(warn("there is no folder to look for archives in", "linkbak config set scan.folders ~/Downloads"))
    yield from bad or [ok(f"archives are looked for in {', '.join(map(str, meant))}")]


def _unfit(meant: Iterator[Path] | list[Path] | tuple[Path, ...], how: int, key: str, what: str) -> Iterator[Finding]:
    for folder in meant:
        if not folder.is_dir():
            yield warn(f"there is no folder {folder}", f"Make it, or `linkbak config set {key} FOLDER`.")
        elif not os.access(folder, how):
            yield warn(f"{folder} cannot be {what}", f"Open it to yourself, or `linkbak config set {key} FOLDER`.")
