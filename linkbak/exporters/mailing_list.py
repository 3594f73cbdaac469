"""Names and e-mails of those who show one, each address once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linkbak.exporters.content_lines import one_line
from linkbak.exporters.csv_text import csv_text
from linkbak.exporters.formats import Format, Options, Selection
from linkbak.history.records import Entry

HEADER = ("name", "email")
"""As mail programs and newsletter services know them."""

WARNING = (
    "that somebody is your contact is no consent to mail: in most countries bulk mail needs one, and a way to be left "
    "out of the next"
)

_ADDRESS = re.compile(r"""[^\s\x00-\x20\x7f-\x9f@<>()\[\]\\,;:"]+@[^\s\x00-\x20\x7f-\x9f@<>()\[\]\\,;:"]+""")
"""One address and nothing else: a second one, or a line of a mail's head, would be a way to mail somebody else."""


def people(selection: Selection, options: Options) -> Iterator[str]:
    """A row each; of two with one address the first alone is selected."""
    rows = ((one_line(one.person.row.name), one.person.row.email.strip()) for one in selection.entries)
    return csv_text(HEADER, rows, raw=options.raw, mark=not options.raw)


def lacks(entry: Entry) -> str:
    """Left out are those without an e-mail that can be one."""
    return "" if _ADDRESS.fullmatch(entry.person.row.email.strip()) else "no e-mail"


def address(entry: Entry) -> str:
    """By which two are told to be one: the e-mail, however its letters are cased."""
    return entry.person.row.email.strip().casefold()


FORMATS = {
    "mailing-list": Format(
        about="name and e-mail of those who show one",
        suffix=".csv",
        lacks=lacks,
        text=people,
        warning=WARNING,
        once=address,
        again="the same e-mail",
    )
}
