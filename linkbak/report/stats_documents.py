"""The JSON document of `stats`, as types; as in `linkbak.report.documents`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from linkbak.report.lost_documents import LossDocument
from linkbak.report.people_documents import PersonDocument, WindowDocument
from linkbak.report.status_documents import ChoreDocument


class SizeDocument(TypedDict):
    """One believed list: hidden ones are among the connections, `lost` are those not back to this day."""

    taken: str
    connections: int
    hidden: int
    lost: int


class BecauseDocument(TypedDict):
    """How many are lost for one cause, and how sure that is."""

    cause: str
    band: str
    people: int


class FlowDocument(TypedDict):
    """What happened between two lists: the earlier one's connections and `added`, less `lost` and `unclear`, are the
    later one's. Of the added so many `returned`; of the lost so many are `back`, and `because` is of the others."""

    window: WindowDocument
    added: int
    returned: int
    lost: int
    back: int
    unclear: int
    because: list[BecauseDocument]


class TenureDocument(TypedDict):
    """So many of the lost had been connected for at least `least` years and less than `below`, null for no end."""

    least: int
    below: int | None
    people: int


class CountedDocument(TypedDict):
    """How many connections show a name then and now."""

    name: str
    then: int
    now: int


class ChangesDocument(TypedDict):
    """What grew and shrank most since a list; null where there is none to compare with."""

    since: str | None
    grew: list[CountedDocument]
    shrank: list[CountedDocument]


class ReachDocument(TypedDict):
    """Of the people connected: how many have an e-mail, have exchanged messages with the owner, and both."""

    people: int
    email: int
    talked: int
    talked_email: int


class HealthDocument(TypedDict):
    """How the backup stands; `held` are people whom only a list lacks that is not believed yet."""

    snapshots: int
    first: str
    newest: str
    age_days: int
    bytes: int
    held: int
    missing: list[str]
    verify: ChoreDocument
    drill: ChoreDocument


class StatsDocument(TypedDict):
    """What `linkbak stats --json` prints, of one account; lists and windows are oldest first, people as on the page."""

    schema: Literal["linkbak.stats/1"]
    account: str
    owner: str | None
    made: str
    sizes: list[SizeDocument]
    flows: list[FlowDocument]
    lost: int
    unclear: int
    tenure: list[TenureDocument]
    companies: ChangesDocument
    positions: ChangesDocument
    recent: list[LossDocument]
    closest: list[PersonDocument]
    reach: ReachDocument
    health: HealthDocument


DOCUMENTS: dict[str, type] = {"stats": StatsDocument}
"""The verb's document; the name of its schema file."""
