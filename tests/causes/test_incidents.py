"""Known incidents: those that come with linkbak, and the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak import paths
from linkbak.causes import PACKAGED, Incident, known_incidents
from linkbak.errors import MachineProblem, UsageProblem

OWN = """
[[incident]]
id = "own"
kind = "fault"
from = 2025-05-01
to = 2025-05-02
what = "My list was short."
"""


@pytest.fixture
def file() -> Path:
    """Where the user's own incidents belong."""
    place = paths.config_file().parent / "incidents.toml"
    place.parent.mkdir(parents=True)
    return place


def own(file: Path, text: str) -> Incident:
    """The one incident of the user's file."""
    file.write_text(text, encoding="utf-8")
    packaged = {one.id for one in packaged_ones()}
    (found,) = (one for one in known_incidents() if one.id not in packaged)
    return found


def packaged_ones() -> tuple[Incident, ...]:
    return tuple(one for one in known_incidents() if one.id.startswith("linkedin-20"))


def test_linkbak_knows_of_two() -> None:
    trimming, counts = known_incidents()

    assert trimming[:5] == (
        *("linkedin-2016-07-18-trimming", "trim", "linkedin"),
        *("2016-07-18T00:00:00Z", "2016-07-19T23:59:59Z"),
    )
    assert counts[:5] == (
        *("linkedin-2024-10-22-counts", "fault", "linkedin"),
        *("2024-10-22T10:00:00Z", "2024-10-22T17:00:00Z"),
    )
    for one in (trimming, counts):
        assert one.what.endswith(".")
        assert one.sources
        assert all(source.startswith("https://") for source in one.sources)


def test_a_user_may_add_one(file: Path) -> None:
    found = own(file, OWN)

    assert found == Incident(
        *("own", "fault", "linkedin", "2025-05-01T00:00:00Z", "2025-05-02T23:59:59Z", "My list was short.", ())
    )
    assert [one.began for one in known_incidents()] == sorted(one.began for one in known_incidents())
    assert len(known_incidents()) == 3


def test_an_incident_may_have_a_time_of_day_a_network_and_no_end_yet(file: Path) -> None:
    text = OWN.replace("from = 2025-05-01", "from = 2025-05-01T12:00:00+02:00").replace("to = 2025-05-02\n", "")
    found = own(file, f'{text}network = "xing"\nsources = ["https://example.com/status"]\n')

    assert (found.began, found.ended, found.network) == ("2025-05-01T10:00:00Z", "", "xing")
    assert found.sources == ("https://example.com/status",)
    assert own(file, OWN.replace("2025-05-01", "2025-05-01T10:00:00")).began == "2025-05-01T10:00:00Z"


def test_one_of_the_users_takes_the_place_of_a_packaged_one(file: Path) -> None:
    file.write_text(OWN.replace('"own"', '"linkedin-2024-10-22-counts"'), encoding="utf-8")

    assert [one.what for one in known_incidents() if one.id == "linkedin-2024-10-22-counts"] == ["My list was short."]
    assert len(known_incidents()) == 2


def test_an_empty_file_adds_nothing(file: Path) -> None:
    file.write_text("# none yet\n", encoding="utf-8")

    assert len(known_incidents()) == 2


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('id = "own"\n', "", "incident 1: id"),
        ('id = "own"', "id = 7", "incident 1: id"),
        ('kind = "fault"', 'kind = "storm"', "incident 1: kind"),
        ('kind = "fault"\n', "", "incident 1: kind"),
        ("from = 2025-05-01\n", "", "incident 1: from"),
        ("from = 2025-05-01", 'from = "2025-05-01"', "incident 1: from"),
        ("from = 2025-05-01", "from = 2025-05-03", "incident 1: to"),
        ("from = 2025-05-01", "from = 0001-01-01T00:00:00+14:00", "incident 1: from"),
        ("to = 2025-05-02", "to = true", "incident 1: to"),
        ('kind = "fault"\nfrom = 2025-05-01\nto = 2025-05-02', 'kind = "trim"\nfrom = 2025-05-01', "incident 1: to"),
        ('what = "My list was short."', 'what = " "', "incident 1: what"),
        ("what = ", "network = 5\nwhat = ", "incident 1: network"),
        ("what = ", 'sources = "https://example.com"\nwhat = ', "incident 1: sources"),
        ("what = ", "sources = [1]\nwhat = ", "incident 1: sources"),
        ("what = ", "who = 5\nwhat = ", "incident 1: who"),
        ("[[incident]]", "[incident]", "incident"),
        ("[[incident]]", "version = 1\n[[incident]]", "version"),
        ("[[incident]]", "incident = [1]\n[other]", "other"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_key(file: Path, old: str, new: str, key: str) -> None:
    assert old in OWN
    file.write_text(OWN.replace(old, new), encoding="utf-8")

    with pytest.raises(UsageProblem) as caught:
        known_incidents()

    assert str(caught.value).startswith(f"{file}: {key}: ")


def test_the_second_of_one_id_is_refused(file: Path) -> None:
    file.write_text(OWN + OWN, encoding="utf-8")

    with pytest.raises(UsageProblem, match="incident 2: id: an earlier one has the same"):
        known_incidents()


@pytest.mark.parametrize("data", [b"[[incident", b"# \xff", b"a = " + b"[" * 9999])
def test_what_is_no_toml_is_refused(file: Path, data: bytes) -> None:
    file.write_bytes(data)

    with pytest.raises(UsageProblem) as caught:
        known_incidents()

    assert str(caught.value).startswith(f"{file} is not ")


def test_a_byte_order_mark_as_notepad_writes_it_does_not_matter(file: Path) -> None:
    assert own(file, f"\ufeff{OWN}").id == "own"


def test_a_file_that_cannot_be_read_is_the_machines_trouble(file: Path) -> None:
    file.mkdir()

    with pytest.raises(MachineProblem, match=r"cannot read .*incidents\.toml"):
        known_incidents()


def test_the_packaged_file_is_beside_the_code() -> None:
    assert PACKAGED.is_file()
    assert PACKAGED.parent.name == "causes"
