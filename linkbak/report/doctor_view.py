"""What the doctor found, in one line each, with what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from linkbak.report.blocks import Block, Line, Tone
from linkbak.report.words import count

if TYPE_CHECKING:
    from linkbak.errors import Exit
    from linkbak.report.doctor_documents import DoctorDocument
    from linkbak.unattended.doctor import Finding, Level

_TONES: dict[Level, Tone] = {"ok": "good", "warn": "odd", "fail": "bad"}
_WIDTH = 6


class Examined(NamedTuple):
    """Where the vault is or would be, what was found, how bad the worst of it is, and the exit status."""

    vault: str
    findings: Sequence[Finding]
    level: Level
    status: Exit


def page(examined: Examined) -> list[Block]:
    """Every line, and in the end how it is on the whole."""
    blocks: list[Block] = []
    for one in examined.findings:
        blocks += lines(one)
    return [*blocks, Line(), Line(_verdict(examined.findings), _TONES[examined.level])]


def lines(one: Finding) -> list[Block]:
    """One finding: how it is, and below it what to do."""
    level = one.level.upper().ljust(_WIDTH)
    first = Line(f"{level}{one.check}: {one.what}", _TONES[one.level])
    return [first, *([Line(one.remedy, indent=_WIDTH + 2)] if one.remedy else [])]


def document(examined: Examined) -> DoctorDocument:
    """The same for programs."""
    return {
        "schema": "linkbak.doctor/1",
        "vault": examined.vault,
        "level": examined.level,
        "status": int(examined.status),
        "checks": [
            {"check": one.check, "level": one.level, "what": one.what, "remedy": one.remedy}
            for one in examined.findings
        ],
    }


def _verdict(findings: Sequence[Finding]) -> str:
    levels = [one.level for one in findings]
    bad, odd = levels.count("fail"), levels.count("warn")
    if not bad and not odd:
        return "all is well"
    warned = f"{count(odd, 'thing')} to see to" if odd else ""
    failed = f"{count(bad, 'thing')} broken" if bad else ""
    return ", ".join(part for part in (failed, warned) if part) + ("" if bad else "; nothing is broken")
