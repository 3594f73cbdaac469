"""What is fetched through the API becomes an archive like LinkedIn's; what is missing is absent, never empty."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import pytest
import time_machine

from linkbak import state
from linkbak.api import client
from linkbak.paths import state_folder
from linkbak.vault import Vault
from tests.api.service import TOKEN, Ring, Service, hidden, in_place_of_linkedin, person, running
from tests.cli.running import Ran, run
from tests.cli.terminal import on_terminal

NOON = datetime(2026, 3, 20, 12, 0, 0, tzinfo=UTC)
LIST = [[person(3, "07 Mar 2024"), hidden("06 Mar 2024")], [person(1), person(0)]]
PROFILE = [[{"First Name": "Ada", "Last Name": "Example", "Headline": "Engineer"}]]


@pytest.fixture
def linkedin(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Service, Ring]]:
    with in_place_of_linkedin(monkeypatch) as both, time_machine.travel(NOON, tick=False):
        both[0].data = {"CONNECTIONS": LIST, "PROFILE": PROFILE}
        yield both


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    place = tmp_path / "vault"
    run("init", place)
    return place


def login(vault: Path, *words: str) -> Ran:
    return run("api", "login", *words, vault=vault, typed=TOKEN + "\n")


def left(vault: Path) -> list[str]:
    """What lies in the folder of answers."""
    folder = state_folder(vault) / "api"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def kept(vault: Path) -> list[str]:
    with Vault.open(vault) as opened:
        return [one.id for one in opened.summaries()]


def people(vault: Path) -> list[str]:
    found = run("people", "--json", vault=vault).json
    return [one["name"] for one in found["people"] if one["name"]]


@pytest.fixture
def over_a_wire(linkedin: tuple[Service, Ring], monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with running(linkedin[0]) as address:
        monkeypatch.setattr(client, "ADDRESS", address)
        yield linkedin[0]


def test_login_fetch_and_the_same_as_an_export(over_a_wire: Service, vault: Path) -> None:
    service = over_a_wire
    assert login(vault, "--ends", "2026-09-01").status == 0
    assert service.calls == [("PROFILE", 0)]
    ran = run("api", "fetch", "--json", vault=vault)
    assert (ran.status, ran.err) == (0, "")
    result = ran.json["result"]
    assert (result["archive"], result["taken"]) == ("LinkedIn-API_2026-03-20.zip", "2026-03-20T12:00:00Z")
    assert result["kinds"]["connections"] == {
        "rows": 4, "hidden": 1, "skipped": 0, "completeness": "complete", "reasons": [],
    }  # fmt: skip
    assert result["issues"] == []
    assert sorted(people(vault)) == ["Person0 Example", "Person1 Example", "Person3 Example"]
    assert run("cat", "latest", "Connections.csv", vault=vault).out.splitlines()[1:3] == [
        "Person3,Example,https://www.linkedin.com/in/person-3,,Example Works,Engineer,07 Mar 2024",
        ",,,,,,06 Mar 2024",
    ]
    assert service.asked("CONNECTIONS") == [0, 1]
    assert left(vault) == []
    assert run("api", vault=vault).out == (
        "Logged in to LinkedIn's API; the token ends on 1 Sep 2026, in 165 days\n"
        "  last fetched: 20 Mar 2026, kept as linkedin-me 2026-03-20T120000Z\n"
        f"  calls today: {len(service.calls)} of 200\n"
        "  `linkbak run` fetches when the newest list is 30 days old\n"
    )


def test_a_month_later_the_diff_sees_who_left_and_who_came(linkedin: tuple[Service, Ring], vault: Path) -> None:
    service, _ = linkedin
    login(vault)
    run("api", "fetch", vault=vault)
    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        service.data["CONNECTIONS"] = [[person(4, "01 Apr 2026"), *LIST[0]], [person(1)]]
        ran = run("api", "fetch", "--json", vault=vault)
        counts = ran.json["result"]["since_previous"]["counts"]
    assert (counts["added"], counts["vanished"], counts["unchanged"]) == (1, 1, 3)


def test_the_token_is_in_the_keyring_and_nowhere_else(
    linkedin: tuple[Service, Ring], vault: Path, strangers_machine: Path
) -> None:
    _, ring = linkedin
    ran = login(vault)
    told = run("api", "fetch", "--json", vault=vault)
    assert list(ring.held.values()) == [TOKEN]
    assert TOKEN not in ran.out + ran.err + told.out + told.err
    holding = [
        path
        for root in (strangers_machine, vault, state_folder(vault))
        for path in root.rglob("*")
        if path.is_file() and TOKEN.encode() in path.read_bytes()
    ]
    assert holding == []
    assert TOKEN not in str(dict(os.environ))
    assert run("api", "logout", vault=vault).status == 0
    assert ring.held == {}
    ran = run("api", "fetch", vault=vault)
    assert (ran.status, ran.err) == (
        14,
        "error: nobody is logged in to LinkedIn's API\nhint: linkbak api login; see docs/official-api.md\n",
    )


@pytest.mark.parametrize(
    ("typed", "ends", "status", "says"),
    [
        ("wrong-token\n", None, 14, "LinkedIn does not take the token"),
        ("\n", None, 2, "that is no token"),
        ("two words\n", None, 2, "that is no token"),
        (TOKEN + "\n", "2026-01-01", 2, "no token of LinkedIn's that works now ends on 2026-01-01"),
        (TOKEN + "\n", "2028-01-01", 2, "no token of LinkedIn's that works now ends on 2028-01-01"),
    ],
)
def test_a_login_that_is_refused_keeps_nothing(
    linkedin: tuple[Service, Ring], vault: Path, typed: str, ends: str | None, status: int, says: str
) -> None:
    _, ring = linkedin
    words = ["--ends", ends] if ends else []
    ran = run("api", "login", *words, vault=vault, typed=typed)
    assert (ran.status, ring.held) == (status, {})
    assert says in ran.err
    assert "wrong-token" not in ran.err
    assert run("api", "--json", vault=vault).json["login"] is None


def test_who_pastes_no_token_is_not_asked_for_its_last_day(vault: Path) -> None:
    shown = on_terminal("api", "login", vault=vault, columns=100, typed=["\r"], asks=b": ", status=2)
    assert shown[-3:] == [
        "Token (not shown as you paste it): ",
        "error: that is no token",
        "hint: Copy it whole from https://www.linkedin.com/developers/tools/oauth/token-generator",
    ]


def test_what_is_not_put_together_is_absent_and_no_empty_table(linkedin: tuple[Service, Ring], vault: Path) -> None:
    service, _ = linkedin
    service.data["SKILLS"] = [[]]
    login(vault)
    ran = run("api", "fetch", vault=vault)
    assert "LinkedIn has nothing of 66 parts, or not yet" in ran.out
    assert "INVITATIONS, INBOX, EMAIL_ADDRESSES, CONTACTS, MEMBER_FOLLOWING, COMPANY_FOLLOWS and 60 more" in ran.out
    found = run("log", "latest", "--json", vault=vault).json
    assert [one["path"] for one in found["files"]] == ["Connections.csv", "Profile.csv"]


def test_without_connections_it_waits_two_days_and_no_list_is_made_up(
    linkedin: tuple[Service, Ring], vault: Path
) -> None:
    service, _ = linkedin
    del service.data["CONNECTIONS"]
    login(vault)
    ran = run("api", "fetch", vault=vault)
    assert ran.status == 3
    assert "LinkedIn has not put your connections together yet; that may take a day" in ran.out
    assert kept(vault) == []
    before = len(service.calls)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        run("api", "fetch", vault=vault)
        assert len(service.calls) == before  # what LinkedIn lacked an hour ago is not asked for again
    with time_machine.travel(NOON + timedelta(hours=24), tick=False):
        service.data["CONNECTIONS"] = LIST
        ran = run("api", "fetch", "--json", vault=vault)
    assert (ran.status, ran.json["result"]["taken"]) == (0, "2026-03-21T12:00:00Z")


def test_after_two_days_it_is_imported_without_connections(linkedin: tuple[Service, Ring], vault: Path) -> None:
    service, _ = linkedin
    del service.data["CONNECTIONS"]
    login(vault)
    run("api", "fetch", vault=vault)
    with time_machine.travel(NOON + timedelta(hours=49), tick=False):
        ran = run("api", "fetch", "--json", vault=vault)
    assert (ran.status, list(ran.json["result"]["kinds"])) == (3, ["profile"])


def test_a_list_that_breaks_off_is_never_taken_as_whole(linkedin: tuple[Service, Ring], vault: Path) -> None:
    service, _ = linkedin
    login(vault)
    service.breaks_at = ("CONNECTIONS", 1)
    ran = run("api", "fetch", vault=vault)
    assert (ran.status, "CONNECTIONS: LinkedIn answered with status 500" in ran.out) == (3, True)
    assert (kept(vault), service.asked("CONNECTIONS")) == ([], [0, 1, 1, 1, 1])
    service.breaks_at = None
    ran = run("api", "fetch", vault=vault)
    assert (ran.status, service.asked("CONNECTIONS")) == (0, [0, 1, 1, 1, 1, 1])
    assert len(people(vault)) == 3


def test_half_a_list_is_begun_anew_after_an_hour(linkedin: tuple[Service, Ring], vault: Path) -> None:
    """LinkedIn may have made another list by then; the rest of that one is not the rest of this."""
    service, _ = linkedin
    login(vault)
    note = {"login": state.read(vault, "api")["login"], "calls": {"day": "2026-03-20", "made": 199}}
    state.write(vault, "api", note)
    ran = run("api", "fetch", vault=vault)
    assert ran.status == 3
    assert "it goes on after 21 Mar 2026 00:00 UTC" in ran.out
    assert service.asked("CONNECTIONS") == [0]
    with time_machine.travel(NOON + timedelta(hours=13), tick=False):
        assert run("api", "fetch", vault=vault).status == 0
    assert service.asked("CONNECTIONS") == [0, 0, 1]


def test_it_goes_on_where_it_was_cut_short(linkedin: tuple[Service, Ring], vault: Path) -> None:
    service, _ = linkedin
    login(vault)
    service.data["INBOX"] = [[{"FROM": "A", "CONTENT": str(number)}] for number in range(5)]
    service.refusals = [("SKILLS", 429, {"Retry-After": "3600"})]
    ran = run("api", "fetch", vault=vault)
    assert (ran.status, service.slept) == (3, [])
    assert service.asked("INBOX") == [0, 1, 2, 3, 4]
    files = (state_folder(vault) / "api").iterdir()
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    before = len(service.calls)
    again = run("api", "fetch", vault=vault)
    assert (again.status, len(service.calls)) == (3, before)  # not before LinkedIn said
    with time_machine.travel(NOON + timedelta(hours=1, seconds=1), tick=False):
        assert run("api", "fetch", vault=vault).status == 0
    assert (service.asked("INBOX"), service.asked("CONNECTIONS")) == ([0, 1, 2, 3, 4], [0, 1])
    assert left(vault) == []


@pytest.mark.parametrize(("later", "asked"), [(timedelta(days=7), [0]), (timedelta(days=7, seconds=1), [0, 0])])
def test_what_was_cut_short_more_than_a_week_ago_is_begun_anew(
    linkedin: tuple[Service, Ring], vault: Path, later: timedelta, asked: list[int]
) -> None:
    service, _ = linkedin
    login(vault)
    service.data["INBOX"] = [[{"FROM": "A", "CONTENT": "0"}]]
    service.refusals = [("SKILLS", 429, {"Retry-After": "3600"})]
    assert run("api", "fetch", vault=vault).status == 3
    with time_machine.travel(NOON + later, tick=False):
        assert run("api", "fetch", vault=vault).status == 0
    assert service.asked("INBOX") == asked


def test_the_days_calls_are_counted_over_commands(
    linkedin: tuple[Service, Ring], vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, _ = linkedin
    monkeypatch.setenv("LINKBAK_API_CALLS", "40")
    login(vault)
    assert run("api", "fetch", vault=vault).status == 3
    assert len(service.calls) == 40
    assert run("api", "fetch", "--json", vault=vault).json["calls_today"] == 40
    assert len(service.calls) == 40
    with time_machine.travel(NOON + timedelta(hours=12), tick=False):
        assert run("api", "fetch", vault=vault).status == 0
    assert service.asked("CONNECTIONS") == [0, 1]
    assert len({name for name, _ in service.calls}) == len(service.calls) - 2  # PROFILE's of the login, a second list


@pytest.mark.parametrize(
    ("refusals", "slept"),
    [
        ([("CONNECTIONS", 429, {"Retry-After": "30"})], [30.0]),
        ([("CONNECTIONS", 429, {})] * 2, [2.0, 4.0]),
        ([("CONNECTIONS", 503, {}), ("CONNECTIONS", 502, {})], [2.0, 4.0]),
        ([("CONNECTIONS", 429, {"Retry-After": "Fri, 20 Mar 2026 12:01:00 GMT"})], [60.0]),
    ],
)
def test_it_backs_off_and_tries_again(
    linkedin: tuple[Service, Ring], vault: Path, refusals: list[tuple[str, int, dict[str, str]]], slept: list[float]
) -> None:
    service, _ = linkedin
    login(vault)
    service.refusals = refusals
    assert run("api", "fetch", vault=vault).status == 0
    assert service.slept == slept


@pytest.mark.parametrize(
    ("status", "exit_status", "says"),
    [
        (401, 14, "LinkedIn does not take the token any more"),
        (403, 14, "the token does not allow to read your data"),
        (426, 2, "LinkedIn's API does not serve version 202312 to this token"),
    ],
)
def test_refusals_that_no_waiting_mends(
    linkedin: tuple[Service, Ring], vault: Path, status: int, exit_status: int, says: str
) -> None:
    service, _ = linkedin
    login(vault)
    service.refusals = [("", status, {})]
    ran = run("api", "fetch", vault=vault)
    assert (ran.status, says in ran.err) == (exit_status, True)
    assert kept(vault) == []


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"elements": [{"snapshotData": ["a"]}]}',
        b'{"elements": [{}]}',
        b'{"elements": [{"snapshotData": [{"Name": "Chess"}]}],'
        b' "paging": {"links": [{"rel": "next", "href": "/rest/memberSnapshotData?start=0"}]}}',
    ],
    ids=["no-json", "no-object", "no-rows", "no-data", "in-a-circle"],
)
def test_an_answer_of_another_shape_is_no_empty_table(linkedin: tuple[Service, Ring], vault: Path, body: bytes) -> None:
    service, _ = linkedin
    login(vault)
    service.bodies["SKILLS"] = body
    ran = run("api", "fetch", vault=vault)
    assert (ran.status, "SKILLS: its answer" in ran.out) == (3, True)
    with time_machine.travel(NOON + timedelta(hours=49), tick=False):
        ran = run("api", "fetch", vault=vault)
    assert (ran.status, "left out: SKILLS: its answer" in ran.out) == (0, True)


def test_rows_served_twice_are_kept_once_and_it_says_so(linkedin: tuple[Service, Ring], vault: Path) -> None:
    service, _ = linkedin
    service.data["CONNECTIONS"] = [*LIST, *LIST]
    login(vault)
    ran = run("api", "fetch", vault=vault)
    assert "4 rows had been served before, word for word, and are kept once" in ran.out
    assert len(people(vault)) == 3


def test_a_part_that_linkbak_does_not_know_is_kept_and_said(linkedin: tuple[Service, Ring], vault: Path) -> None:
    service, _ = linkedin
    service.data["NEW_THING"] = [[{"b": 1, "a": ["x"]}]]
    run("config", "set", "api.domains", "NEW_THING")
    login(vault)
    ran = run("api", "fetch", vault=vault)
    assert "NEW_THING.csv" in ran.out
    assert run("cat", "latest", "NEW_THING.csv", vault=vault).out == 'a,b\n"[""x""]",1\n'


def test_another_members_data_is_refused_and_stays_for_an_account_of_its_own(
    linkedin: tuple[Service, Ring], vault: Path
) -> None:
    service, _ = linkedin
    service.data["EMAIL_ADDRESSES"] = [[{"Email Address": "ada@example.com", "Confirmed": "Yes", "Primary": "Yes"}]]
    login(vault)
    run("api", "fetch", vault=vault)
    service.data = {
        "CONNECTIONS": [[person(number) for number in range(50, 90)]],
        "PROFILE": [[{"First Name": "Boris", "Last Name": "Sample"}]],
        "EMAIL_ADDRESSES": [[{"Email Address": "boris@example.com", "Confirmed": "Yes", "Primary": "Yes"}]],
    }
    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        assert run("api", "fetch", vault=vault).status == 8
        folder = state_folder(vault) / "api"
        assert "LinkedIn-API_2026-04-20.zip" in left(vault)
        assert {path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())} == {0o700, 0o600}
        calls = len(service.calls)
        assert run("api", "fetch", "--account", "boris", vault=vault).status == 0
        assert (len(service.calls), left(vault)) == (calls, [])


def test_a_keyring_that_is_missing_is_said(
    linkedin: tuple[Service, Ring], vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    ran = login(vault)
    assert (ran.status, ran.err.splitlines()[0]) == (
        15,
        "error: this machine has no keyring, and the token is kept nowhere else",
    )


@pytest.mark.parametrize("library", ["httpx", "keyring"])
def test_a_library_that_is_missing_is_said(
    linkedin: tuple[Service, Ring], vault: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    login(vault)
    monkeypatch.setitem(sys.modules, library, None)
    ran = run("api", "fetch", vault=vault)
    assert ran.status == 15
    assert f"{library} is not installed" in ran.err
    assert "pip install '.[api]'" in ran.err


def test_nothing_of_the_api_is_loaded_by_an_import() -> None:
    code = "import sys, linkbak.cli.import_, linkbak.routine.run; print(sorted({'httpx', 'keyring'} & {*sys.modules}))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_linkedin_is_asked_with_https_only_and_the_token_goes_nowhere_else(
    linkedin: tuple[Service, Ring], vault: Path
) -> None:
    service, _ = linkedin
    assert "https://api.linkedin.com/" in Path(client.__file__).read_text(encoding="utf-8")
    login(vault)
    service.refusals = [("CONNECTIONS", 302, {"Location": client.ADDRESS + "?q=criteria&domain=SKILLS&start=0"})]
    run("api", "fetch", vault=vault)
    assert service.asked("SKILLS") == [0]  # as a part of its own, not as what CONNECTIONS led to


def test_status_for_programs_before_anybody_logged_in(vault: Path) -> None:
    ran = run("api", "--json", vault=vault)
    assert ran.json == {
        "schema": "linkbak.api/1",
        "action": "status",
        "vault": str(vault),
        "login": None,
        "calls_today": 0,
        "calls_a_day": 200,
        "paused_until": None,
        "fetching": None,
        "last": None,
        "result": None,
    }


def test_big_numbers_and_nothing_are_cells(linkedin: tuple[Service, Ring], vault: Path) -> None:
    service, _ = linkedin
    service.data["SKILLS"] = [[{"Name": 12}, {"Name": None}, {"Name": True}]]
    login(vault)
    run("api", "fetch", vault=vault)
    assert run("cat", "latest", "Skills.csv", vault=vault).out == 'Name\n12\n""\ntrue\n'
