"""``linkbak pull``, as its user sees it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from linkbak.vault.writer import create_vault
from tests.cli.running import index_findings, run, state
from tests.remotes.copies import another_machine, chain, head, mark, tampered, whole
from tests.vault.snapshots import git


@pytest.fixture
def january(family: Path) -> Path:
    return family / "ada/Basic_LinkedInDataExport_01-15-2026.zip"


def started(vault: Path, hub: Path, *archives: Path) -> Path:
    """A vault that knows the hub under this name."""
    create_vault(vault).close()
    assert run("remote", "add", "hub", hub, "--create", vault=vault).status == 0
    if archives:
        assert run("import", *archives, vault=vault).status in (0, 3)
    return vault


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory, february: Path) -> Path:
    place = tmp_path_factory.mktemp("made")
    started(place / "desk", place / "hub.git", february)
    assert run("push", vault=place / "desk").status == 0
    assert run("clone", place / "hub.git", place / "laptop").status == 0
    return place


@pytest.fixture
def hub(_made: Path, tmp_path: Path) -> Path:
    """A disk with a copy of a vault that has the archive of February."""
    return Path(shutil.copytree(_made / "hub.git", tmp_path / "hub.git"))


@pytest.fixture
def desk(_made: Path, tmp_path: Path, hub: Path) -> Path:
    """That vault, which calls it hub."""
    vault = another_machine(_made / "desk", tmp_path / "desk")
    git(vault, "config", "remote.hub.url", str(hub))
    return vault


@pytest.fixture
def laptop(_made: Path, tmp_path: Path, hub: Path) -> Path:
    """The same on another machine, where it was cloned from there."""
    vault = another_machine(_made / "laptop", tmp_path / "laptop")
    git(vault, "config", "remote.origin.url", str(hub))
    return vault


def test_two_machines_come_to_the_same(desk: Path, laptop: Path, march: Path, january: Path) -> None:
    run("import", march, vault=desk)
    run("import", january, vault=laptop)
    run("mark", "Niall Sampla", "note", "met in Ghent", vault=laptop)
    assert run("push", vault=desk).status == 0
    assert run("push", vault=laptop).status != 0

    first = run("pull", vault=laptop)
    assert first.status == 0
    assert first.out == (
        "origin: 1 snapshot came\n"
        "  linkedin-me: 2026-03-20T080710Z\n"
        "  merged: both sides had something of their own; 1 manifest was chained anew\n"
        "\n"
        "`linkbak log` lists all snapshots.\n"
        "`linkbak push` sends the union to the copies.\n"
    )
    assert run("push", vault=laptop).status == 0
    second = run("pull", vault=desk)
    assert second.out.splitlines()[:2] == ["hub: 1 snapshot and 1 mark came", "  linkedin-me: 2026-01-15T000000Z"]
    assert run("pull", vault=desk).out == "hub: up to date\n"
    assert run("pull", vault=laptop).out == "origin: up to date\n"

    assert head(desk) == head(laptop)
    assert len(chain(desk)) == 3
    for machine in (desk, laptop):
        assert run("verify", vault=machine).status == 0
        assert whole(machine)


def test_what_is_told_of_people_is_as_if_one_machine_had_imported_everything(
    desk: Path, laptop: Path, february: Path, march: Path, january: Path, family: Path, tmp_path: Path, hub: Path
) -> None:
    """Also where an index of people was made before anything came."""
    old = family / "ada/Basic_LinkedInDataExport_07-11-2023.zip"
    for machine, archives in ((desk, (march, old)), (laptop, (january,))):
        run("import", *archives, vault=machine)
        run("lost", vault=machine)
    run("push", vault=desk)
    run("pull", vault=laptop)
    run("push", vault=laptop)
    run("pull", vault=desk)
    alone = started(tmp_path / "alone", tmp_path / "other.git")
    of_months = {"2026-02": february, "2026-03": march, "2023-07": old, "2026-01": january}
    for name in chain(desk):
        run("import", of_months[name[:7]], vault=alone)

    verbs = (
        ("lost",),
        ("diff",),
        ("people",),
        ("show", "Niall Sampla"),
        ("diff", "2023", "latest"),
        ("search", "sampla"),
    )
    expected = [run(*words, "--json", vault=alone).out for words in verbs]
    assert [run(*words, "--json", vault=desk).out for words in verbs] == expected
    assert [run(*words, "--json", vault=laptop).out for words in verbs] == expected
    logs = [run("log", "--json", vault=machine).json["snapshots"] for machine in (desk, alone)]
    assert [{**one, "imported": ""} for one in logs[0]] == [{**one, "imported": ""} for one in logs[1]]
    assert index_findings(desk) == []


def test_json_tells_all(desk: Path, laptop: Path, january: Path) -> None:
    run("import", january, vault=laptop)
    run("push", vault=laptop)

    assert run("pull", "--json", vault=desk).json == {
        "schema": "linkbak.pull/1",
        "vault": str(desk),
        "remotes": [
            {
                "name": "hub",
                "state": "forwarded",
                "snapshots": [{"account": "linkedin-me", "snapshot": "2026-01-15T000000Z"}],
                "marks": 0,
                "chained_anew": 0,
                "renamed": [],
                "imported_on_both": [],
                "changed_on_both": [],
                "unrelated": False,
                "error": None,
            }
        ],
    }


def test_quiet_is_silent_when_all_is_well(desk: Path, laptop: Path, january: Path) -> None:
    run("import", january, vault=laptop)
    run("push", vault=laptop)
    ran = run("pull", "-q", vault=desk)
    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_a_vault_without_remotes(two: Path) -> None:
    ran = run("pull", vault=two)
    assert (ran.status, ran.err.splitlines()[0]) == (2, "error: the vault has no copy elsewhere to pull from")


def test_a_remote_nobody_knows(desk: Path) -> None:
    ran = run("pull", "usb", vault=desk)
    assert (ran.status, ran.err.splitlines()[0]) == (2, "error: usb: the vault has no remote usb")


def test_a_hub_with_nothing_on_it_and_a_vault_that_has_more(tmp_path: Path, hub: Path, desk: Path, march: Path) -> None:
    new = started(tmp_path / "new", tmp_path / "empty.git")
    assert run("pull", vault=new).out == "hub: nothing is there yet; `linkbak push` sends the vault\n"
    run("import", march, vault=desk)
    assert run("pull", vault=desk).out == "hub: nothing new there; `linkbak push` sends what it has not\n"


def test_one_that_cannot_be_reached_keeps_the_others_from_nothing(
    desk: Path, laptop: Path, january: Path, tmp_path: Path
) -> None:
    run("import", january, vault=laptop)
    run("push", vault=laptop)
    run("remote", "add", "away", tmp_path / "away.git", "--create", vault=desk)
    shutil.rmtree(tmp_path / "away.git")

    ran = run("pull", vault=desk)

    assert ran.status == 15
    assert ran.err.startswith("error: away: ")
    assert ran.out.splitlines()[0] == "hub: 1 snapshot came"


def test_somebody_elses_vault_is_refused(desk: Path, boris: Path, tmp_path: Path) -> None:
    other = started(tmp_path / "other", tmp_path / "boris.git", boris)
    run("push", vault=other)
    run("remote", "add", "boris", tmp_path / "boris.git", vault=desk)
    before = head(desk)

    ran = run("pull", "boris", vault=desk)

    assert ran.status == 8
    what = "the account linkedin-me of the copy is another person's than that of this vault; nothing was taken"
    assert ran.err.splitlines() == [
        f"error: boris: {what}",
        "hint: Keep the two vaults apart: `linkbak remote remove` forgets the address.",
    ]
    assert head(desk) == before
    assert whole(desk)


def test_ones_own_vault_that_grew_up_elsewhere_is_taken_in(
    desk: Path, january: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linkbak.vault.writer.time.time", lambda: 1_700_000_000)  # no vault is made at the same second
    other = started(tmp_path / "other", tmp_path / "own.git", january)
    monkeypatch.undo()
    run("push", vault=other)
    run("remote", "add", "own", tmp_path / "own.git", vault=desk)

    ran = run("pull", "own", vault=desk)

    assert ran.out.splitlines()[:3] == [
        "own: 1 snapshot came",
        "  linkedin-me: 2026-01-15T000000Z",
        "  merged: the two vaults had nothing in common before, and are one now; 1 manifest was chained anew",
    ]
    assert (ran.status, len(chain(desk))) == (0, 2)
    assert whole(desk)


def test_another_persons_archive_kept_on_purpose_may_come(desk: Path, laptop: Path, boris: Path) -> None:
    """Whoever said --account meant it; the two vaults are one all the same."""
    assert run("import", boris, "--account", "me", vault=laptop).status == 9
    run("push", vault=laptop)
    assert run("pull", vault=desk).status == 0


def test_a_copy_that_somebody_tampered_with_is_refused(desk: Path, hub: Path) -> None:
    tampered(hub, {"snapshots/linkedin-me/2026/2026-02-28T094118Z/archive/Connections.csv": b"nobody"})
    before = state(desk)

    ran = run("pull", "--json", vault=desk)

    assert ran.status == 12
    error = ran.json["remotes"][0]["error"]
    assert error["exit_code"] == 12
    assert error["message"].startswith(
        "the copy is not as linkbak leaves it: snapshots/linkedin-me/2026/2026-02-28T094118Z"
    )
    after = state(desk)
    assert {path: after[path] for path in before} == before
    assert {path for path in after.keys() - before.keys() if not path.endswith("fetch.lock")} == set()


@pytest.mark.parametrize(
    ("line", "status", "message"),
    [
        (
            {"fact": "note", "at": "2026-01-01"},
            12,
            "error: hub: the copy has a mark that is not whole; nothing was taken",
        ),
        ({"fact": "of a later linkbak"}, 0, ""),
    ],
)
def test_marks_that_would_be_damage_here_stay_there(
    desk: Path, laptop: Path, line: dict[str, object], status: int, message: str
) -> None:
    mark(laptop, line)
    run("push", vault=laptop)
    ran = run("pull", vault=desk)
    assert (ran.status, ran.err.partition("\n")[0]) == (status, message)


def test_a_network_that_a_later_linkbak_knows_is_refused(desk: Path, laptop: Path, hub: Path, january: Path) -> None:
    run("import", january, vault=laptop)
    folder = "snapshots/linkedin-me/2026/2026-01-15T000000Z"
    text = json.loads(git(laptop, "show", f"HEAD:{folder}/manifest.json"))
    archive = git(laptop, "rev-parse", f"HEAD:{folder}/archive").strip().encode()
    git(laptop, "reset", "-q", "--soft", "HEAD~1")
    new = folder.replace("linkedin", "newnet")
    data = json.dumps({**text, "network": "newnet"}).encode()
    tampered(laptop, {f"{new}/archive": ("040000", archive), f"{new}/manifest.json": data})
    git(laptop, "push", "-q", str(hub), "main")

    ran = run("pull", vault=desk)

    assert ran.status == 5
    assert "of a network that this linkbak does not know" in ran.err
    assert "hint: Install a newer linkbak." in ran.err
