"""What is said of an export."""

from __future__ import annotations

from linkbak.exporters import Exported
from linkbak.exporters.output import document, text


def test_one_of_each() -> None:
    told = Exported(
        "vcard", 1, {"no name": 1, "hidden": 1, "the same e-mail": 1}, unknown=1, place="out.vcf", files=1, bytes=999
    )
    assert text(told) == [
        "1 person to out.vcf (999 B)",
        "left out: 1 who has no name",
        "left out: 1 who shows only a date",
        "left out: 1 who has an e-mail that is there already",
        "left out: 1 row of which nobody can say whose",
    ]


def test_many_of_each() -> None:
    told = Exported(
        "vcard", 30_000, {"no e-mail": 2_000, "no date": 2, "something new": 2}, unknown=1_200, place="cards",
        files=1_234, unchanged=5_678, bytes=12_345_678, spared=tuple(f"{number}.vcf" for number in range(1_007)),
    )  # fmt: skip
    assert text(told) == [
        "30,000 people to cards (12.3 MB)",
        "1,234 files written, 5,678 as before",
        "left out: 2,000 who show no e-mail",
        "left out: 2 who have no date",
        "left out: 2 who something new",
        "left out: 1,200 rows of which nobody can say whose",
        "left as they are, since you changed them: 0.vcf, 1.vcf, 2.vcf, 3.vcf, 4.vcf and 1,002 more "
        "(--force writes them anew)",
    ]
    assert document(told)["left_out"] == {"no e-mail": 2_000, "no date": 2, "something new": 2}
    assert len(document(told)["spared"]) == 1_007


def test_a_place_acts_on_no_terminal() -> None:
    told = Exported("markdown", 2, {}, place="a\x1b[2Jb", files=2, spared=("\x1b]0;x\x07.md",))
    assert "".join(text(told)).isprintable()
