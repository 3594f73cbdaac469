"""One small list of connections and what must come of it, for tests that write it in other forms."""

from __future__ import annotations

from datetime import date

from linkbak.adapters import LinkedIn
from linkbak.model import Connection, Coverage
from tests.adapters.given import alone

ADAPTER = LinkedIn()
NOTES = 'Notes:\n"When exporting your connection data, some addresses may be missing."\n\n'
C1 = "First Name,Last Name,Address,Email Address,Company,Position,Connected On,Websites,Instant Messengers\n"
C4 = "First Name,Last Name,Email Address,Company,Position,Connected On\n"
C5 = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
ADA = "Ada,Example,https://www.linkedin.com/in/ada-example,,Example Works,Engineer,07 Jun 2023\n"
BORIS = 'Boris,"Sample, PhD",https://www.linkedin.com/in/boris,b@example.com,,,05 Mar 2023\n'
HIDDEN = ",,,,,,06 Jun 2023\n"
PEOPLE = [
    Connection("Ada", "Example", "https://www.linkedin.com/in/ada-example", "", "Example Works", "Engineer", None),
    Connection(),
    Connection("Boris", "Sample, PhD", "https://www.linkedin.com/in/boris", "b@example.com", "", "", None),
]
DAYS = [date(2023, 6, 7), date(2023, 6, 6), date(2023, 3, 5)]
ALL = [person._replace(connected_on=day) for person, day in zip(PEOPLE, DAYS, strict=True)]
WITHOUT_URL = [person._replace(url="") for person in ALL]
ROWS = ADA + HIDDEN + BORIS
ROWS6 = ROWS.replace("https://www.linkedin.com/in/ada-example,", "").replace("https://www.linkedin.com/in/boris,", "")
ROWS6 = ROWS6.replace(HIDDEN, HIDDEN[1:])


def people(content: str | bytes) -> list[Connection]:
    listing = ADAPTER.connections(alone(content))
    assert listing is not None
    return list(listing.rows)


def issues(content: str | bytes) -> list[tuple[int, str, bool]]:
    return [(issue.line, issue.reason, issue.loss) for issue in ADAPTER.read(alone(content)).issues]


def coverage(content: str | bytes) -> Coverage:
    return ADAPTER.read(alone(content)).coverage["connections"]
