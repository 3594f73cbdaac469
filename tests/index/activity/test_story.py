"""The invented archives of 2017 to 2026, through a real vault."""

from __future__ import annotations

import sqlite3

import pytest

from examples.archives import FAMILY, write
from linkbak.index import Trace, activity, activity_update, conversations, timestamp
from linkbak.index.activity import Absent, traces_of
from linkbak.ingest import Options
from linkbak.ingest.workflow import ingest
from linkbak.vault import Vault
from linkbak.vault.writer import create_vault
from tests.index.activity.archives import Known, index

SITE = "https://www.linkedin.com/in/"
PEOPLE = (
    Known(1, "Niall Sampla", f"{SITE}niall-sampla"),
    Known(2, "Goran Primjer", f"{SITE}goran-primjer-a1b2c3d4"),
    Known(3, "Carla Ejemplo", f"{SITE}carla-ejemplo"),
    Known(4, "Gijs Voorbeeld", f"{SITE}gijs-voorbeeld-71c03d5e"),
)
MARCH = "2026-03-20T08:07:10Z"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    """An index of everything Ada's archives say, from a vault."""
    place = tmp_path_factory.mktemp("story")
    write(place / "archives")
    create_vault(place / "vault").close()
    db = index(PEOPLE)
    with Vault.open(place / "vault") as vault:
        for archive in FAMILY:
            if archive.path.startswith("ada/"):
                ingest(place / "archives" / archive.path, vault, Options(account="me"))
                activity_update.read_new(db, vault, "linkedin-me")
        conversations.resolve(db, "linkedin-me")
    return db


def test_all_forms_together_count_each_message_once(story: sqlite3.Connection) -> None:
    found = activity.talk_of(story, [one.number for one in PEOPLE])

    assert [(one.messages, one.sent, one.received) for one in found.values()] == [
        (3, 2, 1),
        (2, 0, 2),
        (4, 2, 2),
        (2, 1, 1),
    ]
    assert (found[3].first, found[3].last) == ("2016-05-02T09:14:00Z", "2026-03-06T07:30:12Z")


def test_what_is_still_shown_of_those_who_went_in_march(story: sqlite3.Connection) -> None:
    """Niall's account lives and Ada asked him anew; Goran closed his; Gijs was never shown with an address."""
    wanted = {one.number: Absent(timestamp(MARCH), "2026-02-28T09:41:18Z") for one in PEOPLE}
    niall, goran, _, gijs = traces_of(story, "linkedin-me", wanted).values()

    assert Trace("messages", MARCH) in niall.named
    assert (niall.invited, niall.anonymous) == ((Trace("invitations", MARCH),), ())
    assert (goran.named, goran.invited, goran.anonymous) == ((), (), (Trace("messages", MARCH),))
    assert gijs[:3] == ((), (), ())
    assert {"messages", "invitations", "endorsements"} <= niall.kinds
