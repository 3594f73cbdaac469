"""`linkbak run`: what a timer calls. Silent when nothing happened; no step stops another; counts, no names."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest
import time_machine

from examples.people import PEOPLE
from linkbak import paths, state
from linkbak.routine import run as routine_run
from linkbak.routine import verify_and_note
from linkbak.routine.run_state import RunState, unsent
from linkbak.vault import Vault
from tests.api.service import TOKEN, Service, in_place_of_linkedin, person
from tests.automation.notify.servers import Web, web
from tests.cli.days import Machine
from tests.cli.running import index_place, run
from tests.vault.snapshots import git

NOON = "2026-03-21T12:00:00Z"
EVENING = "2026-03-21T18:00:00Z"
TOMORROW = "2026-03-22T12:00:00Z"
FEBRUARY, MARCH = "2026-02-28T094118Z", "2026-03-20T080710Z"


@pytest.fixture
def machine(empty: Path, tmp_path: Path) -> Machine:
    return Machine(tmp_path, empty)


@pytest.fixture
def copy(empty: Path, tmp_path: Path) -> Path:
    """A bare repository that the vault is copied to."""
    folder = tmp_path / "copy.git"
    assert run("remote", "add", "nas", folder, "--create", vault=empty).status == 0
    return folder


def named(text: str) -> list[str]:
    """The people of whom a text says the name."""
    return [name for one in PEOPLE if (name := f"{one.first} {one.last}") in text]


def test_an_archive_in_the_inbox_becomes_a_snapshot_a_digest_and_a_push(
    machine: Machine, copy: Path, february: Path, march: Path
) -> None:
    machine.drop(february)
    first = machine.run(NOON)
    machine.drop(march)
    second = machine.run(EVENING)

    assert (first.status, first.err, second.status, second.err) == (0, "", 0, "")
    with Vault.open(machine.vault) as vault:
        assert [one.id for one in vault.summaries()] == [FEBRUARY, MARCH]
        assert git(copy, "rev-parse", "main").strip() == vault.newest()
    assert second.out.startswith(
        f"kept linkedin-me {MARCH}: 70 connections, 20 messages\n"
        "since 28 Feb 2026: 3 vanished, 1 uncertain, 2 hidden, 1 returned, 1\n"
        "  reconnected, 6 renamed, 4 added, 5 changed\n"
        "\nlinkedin-me: 3 lost, 4 new since 28 Feb 2026; 70 connections\n"
    )
    assert second.out.endswith("\ncopied to nas: 1 snapshot\n")
    news = machine.sent()
    assert [(one.kind, one.subject) for one in news] == [
        ("news", "linkedin-me: 70 connections in the one list so far"),
        ("news", "linkedin-me: 3 lost, 4 new since 28 Feb 2026; 70 connections"),
    ]
    assert news[1].body.startswith(f"kept linkedin-me {MARCH}: 70 connections, 20 messages\nsince 28 Feb 2026: ")
    assert named("".join([first.out, second.out, *(one.body for one in news)])) == []
    assert sorted(path.name for path in machine.inbox.iterdir()) == [february.name, march.name]


def test_an_archive_that_was_kept_is_moved_where_the_user_wants_it(
    machine: Machine, tmp_path: Path, march: Path
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    machine.add(f'[scan]\nmove_to = "{shelf}"\n')
    machine.drop(march)

    assert machine.run(NOON).out.startswith(f"moved 1 archive to {shelf}\n\nkept linkedin-me {MARCH}: ")
    assert ([*machine.inbox.iterdir()], [one.name for one in shelf.iterdir()]) == ([], [march.name])


def test_names_are_told_where_they_are_wanted(machine: Machine, february: Path, march: Path) -> None:
    assert run("import", february, vault=machine.vault).status == 0
    file = paths.config_file()
    file.write_text(file.read_text().replace("[notify]", "[notify]\nnames = true"))
    machine.drop(march)

    ran = machine.run(NOON)

    gone = {"Niall Sampla", "Goran Primjer", "Hugo Provbit"}
    assert gone <= set(named(ran.out))
    assert gone <= set(named(machine.sent()[0].body))


def test_the_digest_tells_of_the_budget_if_the_user_set_one(machine: Machine, march: Path) -> None:
    machine.add("[activity]\nacts_per_day = 1\n")
    machine.drop(march)

    ran = machine.run(NOON)

    told = "\nAgainst your budget, 1 Apr 2025 to 20 Mar 2026:\nOver 1 act on 1 day\n"
    assert told in ran.out
    assert told in f"{machine.sent()[0].body}\n"


def test_it_says_nothing_when_nothing_happened(machine: Machine, copy: Path, march: Path) -> None:
    machine.drop(march)
    machine.run(NOON)
    machine.sent()

    for moment in (EVENING, TOMORROW):
        ran = machine.run(moment)
        assert (ran.status, ran.out, ran.err, machine.sent()) == (0, "", "", [])


def test_a_machine_without_a_vault_is_told_once_to_ask_for_an_archive(strangers_machine: Path) -> None:
    first, second = run("run"), run("run")

    assert (first.status, first.err) == (0, "")
    assert first.out.startswith("Your vault is still empty: time to ask LinkedIn for your archive\n\n")
    assert (second.status, second.out, second.err) == (0, "", "")
    assert not paths.default_vault().exists()


def test_the_usual_vault_is_made_with_the_first_archive(strangers_machine: Path, march: Path) -> None:
    downloads = strangers_machine / "Downloads"
    downloads.mkdir()
    (downloads / march.name).write_bytes(march.read_bytes())
    Machine.age(downloads / march.name)

    assert run("run").out.startswith(f"kept linkedin-me {MARCH}: ")
    assert run("log", "--json").json["snapshots"][0]["id"] == MARCH


def test_a_vault_that_was_named_and_is_gone_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    ran = run("run", vault=tmp_path / "unplugged")

    assert (ran.status, ran.out) == (10, "")
    assert ran.err == (
        f"error: scan: there is no vault at {tmp_path}/unplugged\n"
        f"hint: Is its disk there? `linkbak schedule remove --vault {tmp_path}/unplugged` ends a timer that is not "
        "wanted any more.\n"
    )


def test_a_refused_archive_is_told_once_and_the_rest_goes_on(
    machine: Machine, copy: Path, boris: Path, march: Path
) -> None:
    machine.drop(march)
    broken = machine.inbox / "Basic_LinkedInDataExport_03-21-2026.zip"
    broken.write_bytes(b"no zip at all")
    machine.age(broken)

    ran = machine.run(NOON)

    assert ran.status == 4
    assert ran.out.startswith(f"kept linkedin-me {MARCH}: ")
    assert ran.out.endswith("copied to nas: 1 snapshot\n")
    assert ran.err.startswith("error: scan: Basic_LinkedInDataExport_03-21-2026.zip")
    assert [one.kind for one in machine.sent()] == ["news", "trouble"]
    again = machine.run(EVENING)
    left = f"still to be mended: {broken} is not kept; `linkbak status` says more\n"
    assert (again.status, again.out, again.err, machine.sent()) == (4, "", left, [])
    machine.drop(boris)
    assert machine.run(TOMORROW).status == 8
    broken.unlink()
    assert machine.run(TOMORROW).status == 0


LATER = "2026-03-28T12:00:00Z"


def seen(machine: Machine) -> tuple[int, int, int, set[str]]:
    """The exit statuses of a run that tells nothing, of status and of doctor, and what doctor calls failed."""
    again = machine.run(LATER)
    assert (again.err == "") == (again.status == 0)
    assert again.err.startswith("still to be mended: ") or not again.status
    found = machine.at(LATER, "doctor", "--json")
    failed = {one["check"] for one in found.json["checks"] if one["level"] == "fail"}
    return again.status, machine.at(LATER, "status").status, found.status, failed


def test_what_is_wrong_stays_to_be_seen_until_it_is_mended(
    machine: Machine, copy: Path, ruins: Path, march: Path
) -> None:
    """Told once; but a service that waits for a sign of life must not be told that all is well."""
    machine.drop(march)
    assert machine.run(LATER).status == 0

    broken = machine.drop(ruins / "flipped-byte.zip", "Basic_LinkedInDataExport_03-21-2026.zip")
    assert machine.run(LATER).status == 4
    assert seen(machine) == (4, 4, 4, {"folders"})
    assert f"not kept: {broken}; `linkbak import --again` says why" in machine.at(LATER, "status").out
    broken.unlink()
    assert seen(machine) == (0, 0, 0, set())


HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("nobody can read this\n1,2\n", "a list of connections that cannot be read"),
        (HEADER, "an empty list of connections"),
    ],
    ids=["unreadable", "empty"],
)
def test_a_newest_list_that_tells_of_nobody_is_no_fresh_one(
    machine: Machine, copy: Path, march: Path, text: str, what: str
) -> None:
    machine.drop(march)
    assert machine.run(LATER).status == 0
    newest = machine.inbox / "Basic_LinkedInDataExport_03-27-2026.zip"
    with ZipFile(newest, "w") as archive:
        archive.writestr(ZipInfo("Connections.csv", (2026, 3, 27, 8, 0, 0)), text)
        archive.writestr(ZipInfo("Profile.csv", (2026, 3, 27, 8, 0, 0)), "First Name,Last Name\nAda,Example\n")
    machine.age(newest)
    assert machine.run(LATER).status == 3

    assert seen(machine) == (3, 3, 3, {"vault"})
    told = machine.at(LATER, "status")
    assert "newest of 20 Mar 2026, 8 days ago: fresh" in told.out
    assert f"the archive of 27 Mar 2026 has {what}, so linkbak does not count it as new" in " ".join(told.out.split())
    run("forget", "2026-03-27", vault=machine.vault)
    assert newest.exists()
    assert seen(machine) == (0, 0, 0, set())


def test_another_persons_archive_is_named_and_stays_to_be_seen(
    machine: Machine, copy: Path, march: Path, boris: Path
) -> None:
    machine.drop(march)
    assert machine.run(LATER).status == 0
    theirs = machine.drop(boris)

    told = machine.run(LATER)
    assert (told.status, named(told.err)) == (8, [])
    assert told.err.startswith(f"error: scan: {boris.name}: ")
    assert [(one.kind, f"{boris.name}: " in one.body) for one in machine.sent() if one.kind == "trouble"] == [
        ("trouble", True)
    ]

    assert seen(machine) == (8, 8, 8, {"folders"})
    assert machine.at(LATER, "import", str(theirs), "--account", "boris").status == 0
    assert machine.at(LATER, "status").status == 0
    assert seen(machine) == (0, 0, 0, set())


def test_a_seal_that_failed_is_no_good_until_one_goes_well(machine: Machine, tmp_path: Path, march: Path) -> None:
    """Nobody looks at what a script of one's own said; and the copy that it made before grows old."""
    key, cloud = tmp_path / "keys/key.txt", tmp_path / "cloud"
    key.parent.mkdir()
    cloud.mkdir()
    machine.drop(march)
    assert machine.run(LATER).status == 0
    assert machine.at(LATER, "seal", "--new-key", str(key), "-o", str(cloud)).status == 0
    public = next(line for line in key.read_text().splitlines() if "public key: " in line).rpartition(" ")[2]
    seal = ("seal", "-o", str(cloud), "--to", public, "--since-last")
    assert seen(machine) == (0, 0, 0, set())

    cloud.rename(tmp_path / "away")
    assert machine.at(LATER, *seal).status == 15
    assert seen(machine) == (15, 15, 15, {"remote"})
    line = f"copy elsewhere, {cloud}: today, but the last seal failed; `linkbak seal` says why"
    assert line in " ".join(machine.at(LATER, "status").out.split())

    (tmp_path / "away").rename(cloud)
    assert machine.at(LATER, *seal).status == 0
    assert seen(machine) == (0, 0, 0, set())

    cloud.rename(tmp_path / "away")
    assert machine.at(LATER, *seal).status == 15
    assert machine.at(LATER, "remote", "remove", str(cloud)).status == 0
    assert seen(machine) == (0, 0, 0, set())


def test_a_copy_that_failed_is_no_good_until_a_push_goes_well(machine: Machine, copy: Path, march: Path) -> None:
    machine.drop(march)
    head = copy / "HEAD"
    before = head.read_bytes()
    head.write_text("nonsense")
    failed = machine.run(NOON).status
    assert failed not in (0, 7)
    standing = machine.at(NOON, "status", "--json")
    assert (standing.status, standing.json["copies"][0]["failed"]) == (failed, failed)
    assert machine.at(NOON, "doctor").status == failed

    head.write_bytes(before)
    assert [machine.at(NOON, verb).status for verb in ("push", "status", "doctor")] == [0, 0, 0]


def test_losses_beyond_belief_are_told_as_held(machine: Machine, tmp_path: Path, march: Path) -> None:
    assert run("import", march, vault=machine.vault).status == 0
    machine.drop(shrunk(tmp_path))

    ran = machine.run(NOON)

    assert (ran.status, ran.err) == (9, "")
    assert "HELD: do not believe these losses yet.\n" in ran.out


def shrunk(folder: Path) -> Path:
    """A later list of ten people."""
    rows = [f"Nobody{n},Example,https://www.linkedin.com/in/nobody-{n},,,,{n:02d} Jan 2020\n" for n in range(10, 0, -1)]
    text = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n" + "".join(rows)
    inside = folder / "Basic_LinkedInDataExport_03-21-2026.zip"
    with ZipFile(inside, "w") as made:
        made.writestr(ZipInfo("Connections.csv", (2026, 3, 21, 8, 0, 0)), 'Notes:\n""\n\n' + text)
    return inside


def test_a_damaged_vault_is_told_once_and_never_as_an_empty_one(machine: Machine, march: Path) -> None:
    assert run("import", march, vault=machine.vault).status == 0
    head = git(machine.vault, "rev-parse", "main").strip()
    (machine.vault / ".git" / "objects" / head[:2] / head[2:]).unlink()
    (paths.cache_folder(machine.vault) / "catalogue.jsonl").unlink()

    ran = machine.run(NOON)

    assert (ran.status, ran.out) == (12, "")
    assert ran.err.count("git cannot read snapshots in the vault's newest commit") == 1
    assert run("status", vault=machine.vault).status == 12


def test_one_run_at_a_time(machine: Machine) -> None:
    lock = paths.state_folder(machine.vault) / "run.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = machine.run(NOON)
    assert (ran.status, ran.out) == (11, "")
    assert ran.err.startswith("error: another `linkbak run` is going on for this vault\n")
    assert machine.run(NOON).status == 0


@pytest.mark.parametrize("name", routine_run.STEPS)
def test_a_step_that_fails_stops_no_other(machine: Machine, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even one that nobody foresaw; of which nothing is told but its kind and place."""
    done: list[str] = []

    def told(step: str) -> object:
        real = routine_run.STEPS[step]

        def work(run_state: RunState) -> object:
            done.append(step)
            if step == name:
                raise ValueError("Ada Example, ada@example.com")
            return real(run_state)

        return work

    monkeypatch.setattr(routine_run, "STEPS", {step: told(step) for step in routine_run.STEPS})

    ran = machine.run(NOON)

    assert done == list(routine_run.STEPS)
    assert ran.status == 1
    assert ran.err.startswith(f"error: {name}: this is a bug in linkbak: ValueError at tests.cli.test_run:")
    assert "Ada" not in ran.err
    assert state.read(machine.vault, "run") == {"at": NOON, "status": 1}


def test_a_damaged_index_is_made_anew(machine: Machine, february: Path, march: Path) -> None:
    assert run("import", february, vault=machine.vault).status == 0
    run("lost", vault=machine.vault)
    place = index_place(machine.vault)
    data = place.read_bytes()
    place.write_bytes(data[:4096] + b"\0" * (len(data) - 4096))
    machine.drop(march)

    ran = machine.run(NOON)

    assert (ran.status, ran.err) == (0, "")
    assert "\nlinkedin-me: 3 lost, 4 new since 28 Feb 2026; 70 connections\n" in ran.out


def test_the_same_trouble_is_sent_once_a_day(machine: Machine, copy: Path, march: Path) -> None:
    """It is printed each time, for whoever reads cron's mail, and the status tells it."""
    copy.joinpath("HEAD").unlink()

    runs = [machine.run(moment) for moment in (NOON, EVENING, TOMORROW)]

    assert [one.err for one in runs] == [runs[0].err] * 3
    assert runs[0].err.startswith("error: push: nas: ")
    assert {one.status for one in runs} == {runs[0].status}
    assert [one.kind for one in machine.sent() if one.kind != "reminder"] == ["trouble", "trouble"]


def test_a_disk_that_is_not_plugged_in_is_no_trouble_while_its_copy_is_whole_or_young(
    machine: Machine, copy: Path, february: Path, march: Path
) -> None:
    machine.drop(february)
    machine.run("2026-03-01T12:00:00Z")
    copy.rename(copy.with_name("unplugged"))

    assert machine.run("2026-03-16T12:00:00Z").err == ""  # it holds all there is
    machine.drop(march)
    assert machine.run("2026-03-21T12:00:00Z").err.startswith("error: push: nas: its copy is 20 days old")
    copy.with_name("unplugged").rename(copy)
    assert machine.run("2026-03-22T12:00:00Z").out == "copied to nas: 1 snapshot\n"


def test_a_copy_that_was_never_made_is_told_at_once(machine: Machine, copy: Path) -> None:
    copy.rename(copy.with_name("unplugged"))

    ran = machine.run(NOON)

    assert ran.status == 15
    assert ran.err.startswith(f"error: push: nas: {copy} is not there, and holds no copy yet\n")


def test_a_share_is_compared_once_a_week_and_damage_is_told_until_it_is_mended(
    two: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path, two, '[run]\nverify = "100%"\n')
    looked: list[str] = []

    def spied(*given: Any) -> object:
        looked.append("looked")
        return verify_and_note(*given)

    monkeypatch.setattr(routine_run, "verify_and_note", spied)
    for day in range(1, 16):
        assert machine.run(f"2026-04-{day:02d}T09:00:00Z").err == ""
    assert len(looked) == 3

    file = next((two / "snapshots").rglob("Connections.csv"))
    before = file.read_bytes()
    file.write_bytes(before.replace(b"A", b"B", 1))
    found = [machine.run(f"2026-04-{day:02d}T09:00:00Z") for day in (22, 23)]
    assert [one.status for one in found] == [12, 12]
    assert "found damaged" in found[0].err
    assert found[1].err.startswith("error: verify: what was found damaged on 22 Apr 2026 is not mended yet\n")
    assert "every byte compared: never" not in run("status", vault=two).out
    file.write_bytes(before)
    assert run("verify", vault=two).status == 0
    assert machine.run("2026-04-24T09:00:00Z").status == 0


def test_the_vault_is_packed_before_the_run_ends(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd ends whatever a service leaves behind."""
    packed: list[Path] = []
    monkeypatch.setattr("linkbak.routine.run.attempt", packed.append)

    machine.run(NOON)

    assert packed == [machine.vault]


@pytest.fixture
def health() -> object:
    with web() as served:
        yield served


def test_a_service_is_told_of_start_and_success(machine: Machine, health: Web) -> None:
    machine.configure(f'[notify]\nping = "{health.url}/uuid"\n')

    assert machine.run(NOON).status == 0
    assert health.paths == ["/uuid/start", "/uuid"]
    assert health.asked[1].body == "exit status 0"


def test_a_service_is_told_of_failure_by_nothing_but_the_status(machine: Machine, health: Web, tmp_path: Path) -> None:
    machine.configure(f'[notify]\nping = "{health.url}/uuid"\n')
    broken = machine.inbox / "Basic_LinkedInDataExport_03-21-2026.zip"
    broken.write_bytes(b"no zip at all")
    machine.age(broken)

    assert machine.run(NOON).status == 4
    assert health.paths == ["/uuid/start", "/uuid/fail"]
    assert health.asked[1].body == "exit status 4"


def test_a_service_that_does_not_want_the_ping_is_told(machine: Machine, health: Web) -> None:
    """With nothing of its address but the host: the rest is secret."""
    machine.configure(f'[notify]\nping = "{health.url}/uuid"\n')
    health.answer(404)

    ran = machine.run(NOON)

    assert ran.status == 15
    assert ran.err.startswith("error: ping: 127.0.0.1: the service answered 404\nhint: ")
    assert "uuid" not in ran.err


def test_what_reached_nobody_is_sent_by_the_next_run(machine: Machine, tmp_path: Path, march: Path) -> None:
    command = tmp_path / "tell"
    command.chmod(0o600)
    machine.drop(march)
    first = machine.run(NOON)
    assert (first.status, first.err.count("error: notify: command tell: ")) == (15, 1)
    command.chmod(0o700)

    assert machine.run(EVENING).status == 0
    assert [(one.kind, one.subject) for one in machine.sent()] == [
        ("news", "linkedin-me: 70 connections in the one list so far")
    ]
    machine.run(TOMORROW)
    assert machine.sent() == []


@pytest.fixture
def linkedin(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> Iterator[Service]:
    """The official API, to which somebody logged in on 1 March, for sixty days."""
    with in_place_of_linkedin(monkeypatch) as (service, _), time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        run("api", "login", vault=machine.vault, typed=TOKEN + "\n")
        service.data["CONNECTIONS"] = [[person(number) for number in range(3)]]
        service.calls.clear()
        yield service


@pytest.mark.parametrize("messages", [5, [5], [["2026-03-21", "no zone", "", "news"]]])
def test_a_spoilt_note_of_what_reached_nobody_is_none(tmp_path: Path, messages: object) -> None:
    assert state.write(tmp_path, "outbox", {"messages": messages})

    assert unsent(tmp_path) == []


def test_whoever_logged_in_to_the_official_api_needs_no_click(machine: Machine, linkedin: Service) -> None:
    first = machine.run(NOON)
    assert (first.status, first.err) == (0, "")
    assert first.out.startswith("kept linkedin-me 2026-03-21T120000Z: 3 connections\n")
    calls = len(linkedin.calls)
    assert machine.run(TOMORROW).out == ""
    assert machine.run("2026-04-19T12:00:00Z").err == ""
    assert len(linkedin.calls) == calls  # the list is 29 days old
    linkedin.data["CONNECTIONS"] = [
        [person(number, "01 Apr 2026") for number in (3,)] + linkedin.data["CONNECTIONS"][0]
    ]
    month = machine.run("2026-04-20T12:00:00Z")
    assert "1 added" in month.out
    with Vault.open(machine.vault) as vault:
        assert [one.id for one in vault.summaries()] == ["2026-03-21T120000Z", "2026-04-20T120000Z"]


def test_that_the_token_ends_is_told_once_and_stays_to_be_seen(machine: Machine, linkedin: Service) -> None:
    machine.run("2026-04-15T12:00:00Z")
    said = "the token for LinkedIn's API ends in 14 days"
    fortnight = machine.run("2026-04-16T12:00:00Z")
    assert f"T{said[1:]}: make a new one, then `linkbak api login`\n" in fortnight.out
    assert [one.subject for one in machine.sent() if "API" in one.subject] == [f"linkbak: {said}"]
    assert "API" not in machine.run("2026-04-17T12:00:00Z").out
    with time_machine.travel("2026-04-17T12:00:00Z", tick=False):
        assert "the token for LinkedIn's API ends in 13 days" in run("status", vault=machine.vault).out
        assert "ends in 13 days" in run("doctor", vault=machine.vault).out


def test_a_token_that_linkedin_does_not_take_is_trouble_until_somebody_logs_in_again(
    machine: Machine, linkedin: Service
) -> None:
    linkedin.token = "another"
    first = machine.run(NOON)
    assert (first.status, "LinkedIn does not take the token any more" in first.err) == (14, True)
    assert machine.run(TOMORROW).status == 14


def test_what_is_not_there_yet_is_no_trouble(machine: Machine, linkedin: Service) -> None:
    linkedin.refusals = [("SKILLS", 429, {"Retry-After": "7200"})]
    first = machine.run(NOON)
    assert ("API" in first.out, first.err) == (False, "")
    assert machine.run(EVENING).status == 0
    assert linkedin.asked("CONNECTIONS") == [0]


def test_no_click_is_asked_for_while_a_fetch_is_going_on(machine: Machine, linkedin: Service, march: Path) -> None:
    machine.drop(march)
    machine.run(NOON)
    linkedin.refusals = [("CONNECTIONS", 429, {"Retry-After": "7200"})]
    waiting = machine.run("2026-04-20T12:00:00Z")
    assert [one for one in machine.sent() if one.kind == "reminder"] == []
    assert "mypreferences" not in waiting.out
    linkedin.token = "another"
    assert "mypreferences" in machine.run("2026-04-20T20:00:00Z").out


def test_nobody_is_asked_for_a_vault_that_is_gone(machine: Machine, linkedin: Service) -> None:
    machine.vault.rename(machine.vault.with_name("elsewhere"))
    ran = machine.run(NOON)
    assert (ran.status, ran.err.count("error: "), linkedin.calls) == (10, 1, [])


def test_nobody_is_asked_where_the_user_does_not_want_it(machine: Machine, linkedin: Service) -> None:
    machine.add("api = false\n")
    machine.run(NOON)
    assert linkedin.calls == []


def test_json_has_each_step(machine: Machine, march: Path) -> None:
    machine.drop(march)

    ran = machine.run(NOON, "--json")

    found = json.loads(ran.out)
    assert (found["schema"], found["vault"], found["status"]) == ("linkbak.run/1", str(machine.vault), 0)
    assert [one["step"] for one in found["steps"]] == ["ping", *routine_run.STEPS, "ping"]
    assert found["steps"][3]["lines"] == [f"kept linkedin-me {MARCH}: 70 connections, 20 messages"]


def test_quiet_says_nothing_but_errors(machine: Machine, march: Path) -> None:
    machine.drop(march)
    assert machine.run(NOON, "--quiet").out == ""
    assert [one.kind for one in machine.sent()] == ["news"]
