"""Lists of invented people as files, zips and folders, for tests of whose, when and how whole a list is."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


def person(number: int, day: date, word: str = "Invented") -> str:
    """A row of the list."""
    slug = f"{word.lower()}-{number}"
    return f"{word}{number},Muster,https://www.linkedin.com/in/{slug},,Sample SA,Cook,{day:%d %b %Y}\n"


def days_back(newest: date, count: int) -> list[date]:
    """So many days, one a row, from the newest back."""
    return [newest - timedelta(days=number) for number in range(count)]


def rows(newest: date, count: int, word: str = "Invented") -> list[str]:
    """Rows of so many people, newest first; who connected on one day has one name, whatever the list."""
    return [person(day.toordinal(), day, word) for day in days_back(newest, count)]


def text(people: Iterable[str]) -> str:
    """The whole file."""
    return 'Notes:\n"When exporting your connection data, some may be missing."\n\n' + HEADER + "".join(people)


def lone(path: Path, people: Iterable[str], modified: datetime) -> Path:
    """A list by itself, with a time of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(people), "utf-8")
    os.utime(path, (modified.timestamp(), modified.timestamp()))
    return path


def zipped(path: Path, files: Mapping[str, str], written: Sequence[int]) -> Path:
    """An archive whose files were all written at one moment: year, month, day."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            year, month, day = written
            archive.writestr(zipfile.ZipInfo(name, (year, month, day, 8, 0, 0)), content)
    return path


def at(year: int, month: int, day: int) -> datetime:
    """A day at noon."""
    return datetime(year, month, day, 12, tzinfo=UTC)
