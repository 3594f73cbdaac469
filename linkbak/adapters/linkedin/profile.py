"""What a profile told of its owner: work, education, skills and the like, out of the small tables beside the list.

Left out are the columns that say where the owner lives and when they were born, and the tables of phone numbers,
verifications and uploaded files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from linkbak.adapters.linkedin.files import claims
from linkbak.adapters.linkedin.messages import rows_of
from linkbak.model import Files, ProfileEntry


class _Columns(NamedTuple):
    """The section of a table's rows, and which of its columns (folded; several names through the years) is what."""

    section: str
    title: tuple[str, ...]
    place: tuple[str, ...] = ()
    began: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    url: tuple[str, ...] = ()


_STARTED, _FINISHED = ("startedon", "startdate"), ("finishedon", "enddate")

SECTIONS = {
    "Profile.csv": _Columns("profile", ("headline",), ("geolocation", "industry"), text=("summary",)),
    "Positions.csv": _Columns(
        "positions", ("title",), ("companyname", "location"), ("startedon",), ("finishedon",), ("description",)
    ),
    "Education.csv": _Columns(
        "education", ("degreename",), ("schoolname",), ("startdate",), ("enddate",), ("notes", "activities")
    ),
    "Skills.csv": _Columns("skills", ("name",)),
    "Languages.csv": _Columns("languages", ("name",), ("proficiency",)),
    "Certifications.csv": _Columns(
        "certifications", ("name",), ("authority",), ("startedon",), ("finishedon",), ("licensenumber",), ("url",)
    ),
    "Courses.csv": _Columns("courses", ("name",), ("number",)),
    "Projects.csv": _Columns("projects", ("title",), (), _STARTED, _FINISHED, ("description",), ("url",)),
    "Publications.csv": _Columns(
        "publications", ("name",), ("publisher",), ("publishedon",), (), ("description",), ("url",)
    ),
    "Honors.csv": _Columns("honours", ("title",), ("issuer",), ("issuedon", "issuedate"), (), ("description",)),
    "Organizations.csv": _Columns(
        "organisations", ("name",), ("position",), ("startedon",), ("finishedon",), ("description",)
    ),
    "Volunteering.csv": _Columns(
        "volunteering", ("role",), ("companyname",), ("startedon",), ("finishedon",), ("description",)
    ),
}
"""The tables in the order of a CV."""


def profile(files: Files) -> Iterator[ProfileEntry]:
    """Every entry of the profile, table by table in the order of a CV; rows without any text are left out."""
    found = claims(files)
    for name, columns in SECTIONS.items():
        for named in found.of(name):
            with files.open(named.path) as stream:
                for _, row in rows_of(stream, frozenset(columns.title)):
                    entry = ProfileEntry._make((columns.section, *(_joined(row, names) for names in columns[1:]), name))
                    if any(entry[1:-1]):
                        yield entry


def _joined(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return ", ".join(text for name in names if (text := row.get(name, "").strip()))
