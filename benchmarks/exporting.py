"""What it costs to write 30,000 people down, beside other programs that turn the same list into the same format."""

from __future__ import annotations

import sys

from benchmarks.account import HEADER, NOTES
from benchmarks.harness import BIN, Result, always, once, side_by_side
from benchmarks.setting import LINKBAK, Setting, times

RARELY = 3
"""So often at most is run what takes many seconds."""

COPY = """
import csv, sys
with open(sys.argv[1], newline="") as source, open(sys.argv[2], "w", newline="") as target:
    reader = csv.DictReader(source)
    writer = csv.DictWriter(target, reader.fieldnames)
    writer.writeheader()
    for row in reader:
        writer.writerow({name: "'" + cell if cell[:1] in tuple("=+-@") else cell for name, cell in row.items()})
"""

CARDS = """
import csv, sys, vobject
with open(sys.argv[1], newline="") as source, open(sys.argv[2], "w", newline="") as target:
    for row in csv.DictReader(source):
        card = vobject.vCard()
        name = row["First Name"] + " " + row["Last Name"]
        card.add("n").value = vobject.vcard.Name(family=row["Last Name"], given=row["First Name"])
        card.add("fn").value = name or "?"
        card.add("org").value = [row["Company"]]
        card.add("title").value = row["Position"]
        card.add("email").value = row["Email Address"]
        card.add("url").value = row["URL"]
        card.add("note").value = "Connected on " + row["Connected On"]
        target.write(card.serialize())
"""

PAGES = """
import csv, pathlib, sys
folder = pathlib.Path(sys.argv[2])
folder.mkdir(exist_ok=True)
with open(sys.argv[1], newline="") as source:
    for number, row in enumerate(csv.DictReader(source)):
        lines = [f"{name}: {cell}" for name, cell in row.items()]
        (folder / f"{number}.md").write_text("---\\n" + "\\n".join(lines) + "\\n---\\n")
"""


def export(setting: Setting) -> list[Result]:
    """Whole commands on a vault with two lists, the index up to date."""
    vault, out = setting.folder / "exported", setting.folder / "out"
    once([str(LINKBAK), "init", str(vault)], setting.folder)
    for number in (0, 1):
        once(
            [str(LINKBAK), "import", str(setting.archive(number, messages=False)), "--vault", str(vault)],
            setting.folder,
        )
    once([str(LINKBAK), "people", "--ids", "--vault", str(vault)], setting.folder)
    out.mkdir()
    plain = setting.folder / "list.csv"
    plain.write_bytes(HEADER.encode() + setting.states[1].removeprefix((NOTES + HEADER).encode()))
    ours = {name: (LINKBAK, "export", name, "--vault", vault, "-o") for name in ("csv", "vcard", "sqlite", "markdown")}
    found = side_by_side(
        {
            "vcard": always(*ours["vcard"], out / "ours.vcf"),
            "vobject": always(sys.executable, "-c", CARDS, plain, out / "theirs.vcf"),
            "csv": always(*ours["csv"], out / "ours.csv"),
            "python": always(sys.executable, "-c", COPY, plain, out / "theirs.csv"),
            "sqlite": always(*ours["sqlite"], out / "ours.sqlite"),
            "sqlite-utils": lambda run: (
                *(BIN / "sqlite-utils", "insert", out / f"theirs{run}.sqlite", "people", plain, "--csv"),
            ),
            "markdown": lambda run: (*ours["markdown"], out / f"ours{run}"),
            "pages": lambda run: (sys.executable, "-c", PAGES, plain, out / f"theirs{run}"),
        },
        min(setting.runs, RARELY),
        setting.folder,
    )
    return [
        times("`linkbak export vcard`, 30,000 people", found["vcard"], found["vobject"], "vobject's writer", None),
        times(
            "`linkbak export csv`, 20 columns", found["csv"], found["python"], "Python's csv, 7 read and written", None
        ),
        times("`linkbak export sqlite`", found["sqlite"], found["sqlite-utils"], "sqlite-utils insert --csv", None),
        times("`linkbak export markdown`", found["markdown"], found["pages"], "Python, a file a row, unsafe", None),
    ]
