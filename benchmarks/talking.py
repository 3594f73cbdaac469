"""What it costs to read what was written: 200,000 messages read, exported and searched, and a million remembered."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.account import Account, write_zip
from benchmarks.harness import Cost, Result, always, once, paired, side_by_side
from benchmarks.setting import LINKBAK, Setting, times

FIRST = datetime(2025, 2, 1, 8, tzinfo=UTC)
RARELY = 3
"""So often at most is run what takes many seconds."""

MILLION = 1_000_000
ARCHIVES = 3

READ = """
import csv, sys
with open(sys.argv[1], newline="") as source:
    assert len(list(csv.DictReader(source))) == int(sys.argv[2])
"""
BOXED = 20_000
"""So many messages are enough for what takes a millisecond each."""
BOX = """
import csv, mailbox, sys
from itertools import islice
from email.message import EmailMessage
box = mailbox.mbox(sys.argv[2])
with open(sys.argv[1], newline="") as source:
    for row in islice(csv.DictReader(source), int(sys.argv[3])):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Date"] = "a@example.invalid", "b@example.invalid", row["DATE"]
        mail["Subject"] = row["CONVERSATION ID"]
        mail.set_content(row["CONTENT"])
        box.add(mail)
box.close()
"""


def talk(setting: Setting) -> list[Result]:
    """Whole commands on a vault of one archive with messages, the index up to date."""
    vault, plain, out = setting.folder / "talk", setting.folder / "messages.csv", setting.folder / "said"
    account = Account(setting.people)
    plain.write_bytes(account.messages(setting.messages))
    archive = write_zip(
        setting.folder / "talk.zip",
        {"Connections.csv": account.connections(), "messages.csv": plain.read_bytes()},
        FIRST,
    )
    once([str(LINKBAK), "init", str(vault)], setting.folder)
    once([str(LINKBAK), "import", str(archive), "--vault", str(vault)], setting.folder)
    once([str(LINKBAK), "lost", "--vault", str(vault)], setting.folder)
    once([str(LINKBAK), "search", "pasa", "--vault", str(vault)], setting.folder)
    out.mkdir()
    found = side_by_side(
        {
            "csv": always(sys.executable, "-c", READ, plain, str(setting.messages)),
            "messages": always(LINKBAK, "messages", "--vault", vault),
            "mbox": lambda run: (
                LINKBAK,
                "messages",
                "export",
                "mbox",
                "-o",
                out / f"ours{run}.mbox",
                "--vault",
                vault,
            ),
            "search": always(LINKBAK, "search", "pasa", "linlin", "--vault", vault),
            "reach": always(LINKBAK, "reach", "--vault", vault),
            "pitches": lambda run: (*_anew(setting.folder), LINKBAK, "pitches", "--vault", vault),
            "again": always(LINKBAK, "pitches", "--vault", vault),
            "rebuild": always(LINKBAK, "doctor", "--index", "rebuild", "--vault", vault),
        },
        min(setting.runs, RARELY),
        setting.folder,
    )
    mailbox = Cost(1, 1, 1) if paired() else _mailbox(setting, plain, out)
    read = found["csv"], "Python's csv reads them once", None
    result = [
        times(f"`linkbak messages`, {setting.messages:,} messages", found["messages"], *read),
        times("`linkbak messages export mbox`", found["mbox"], mailbox, "Python's csv and mailbox, scaled", None),
        times("`linkbak search` in people and messages", found["search"], *read),
        times("`linkbak reach`", found["reach"], *read),
        Result("`linkbak pitches`, for the first time", found["pitches"].cpu, 4, "s", "limit", 1.0),
        times("`linkbak pitches` again", found["again"], *read),
        times("`linkbak doctor --index rebuild` with them", found["rebuild"], *read),
    ]
    limits = {"messages": 120, "mbox": 120, "reach": 120, "pitches": 150, "rebuild": 250}
    for name, limit in limits.items():
        result.append(Result(f"the largest process of {name}", found[name].memory, limit, "MB", "limit", 1.0))
    return result


def _mailbox(setting: Setting, plain: Path, out: Path) -> Cost:
    """What Python's own programs take for all of the messages, by some of them; once, since they take long."""
    some = min(BOXED, setting.messages)
    cost = once([sys.executable, "-c", BOX, str(plain), str(out / "theirs.mbox"), str(some)], setting.folder)
    return Cost(cost.wall * setting.messages / some, cost.cpu * setting.messages / some, cost.memory)


def million(setting: Setting) -> list[Result]:
    """A million messages over three archives, and then one archive with 500 more."""
    vault, account = setting.folder / "million", Account(setting.people)
    head, *rows = account.messages(MILLION).splitlines(keepends=True)
    once([str(LINKBAK), "init", str(vault)], setting.folder)

    def keep(number: int, count: int) -> float:
        files = {"Connections.csv": account.connections(), "messages.csv": head + b"".join(rows[-count:])}
        archive = write_zip(setting.folder / f"{number}.zip", files, FIRST + timedelta(days=30 * number))
        return once([str(LINKBAK), "import", str(archive), "--vault", str(vault)], setting.folder).cpu

    for number in range(ARCHIVES):
        keep(number, (MILLION - 500) * (number + 1) // ARCHIVES)
    first = once([str(LINKBAK), "lost", "--vault", str(vault)], setting.folder)
    rebuilt = once([str(LINKBAK), "doctor", "--index", "rebuild", "--vault", str(vault)], setting.folder)
    keep(ARCHIVES, MILLION)
    later = once([str(LINKBAK), "lost", "--vault", str(vault)], setting.folder)
    text = sum(len(row) for row in rows) / 1e6
    return [
        Result(f"the first `lost`, {MILLION:,} messages: its largest process", first.memory, 250, "MB", "limit", 1.0),
        Result("`linkbak doctor --index rebuild` of them: the same", rebuilt.memory, 250, "MB", "limit", 1.0),
        Result("`lost` after an archive with 500 more", later.cpu, 1, "s", "limit", 1.0),
        Result("the index on disk", _megabytes(setting.folder / "cache"), text, "MB", "the text", 2.0),
    ]


def _anew(folder: Path) -> tuple[()]:
    """Let the index forget what it keeps of answers, as new messages do."""
    for index in (folder / "cache").rglob("index.sqlite"):
        with closing(sqlite3.connect(index)) as db, suppress(sqlite3.OperationalError):  # an older one keeps none
            db.execute("DELETE FROM answer")
            db.commit()
    return ()


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
