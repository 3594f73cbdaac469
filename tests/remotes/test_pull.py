"""Two machines that both imported come to the same vault, and neither loses a byte."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkbak.errors import VaultDamaged
from linkbak.remotes import add_remote
from linkbak.remotes.pull import Pulled, take_in
from linkbak.remotes.pull import pull as pull_from
from linkbak.remotes.push import push
from linkbak.vault import SnapshotKey, Vault
from linkbak.vault.compact import compact
from linkbak.vault.writer import create_vault
from tests import sampling
from tests.remotes.copies import (
    another_machine,
    bring,
    chain,
    committed,
    everything,
    filled_remote,
    head,
    keep,
    mark,
    marks,
    open_folders,
    pull,
    whole,
)
from tests.vault.snapshots import LIST, git

JANUARY, FEBRUARY, MARCH, APRIL = (f"2026-0{month}-01T08:00:00Z" for month in range(1, 5))
KEYS = {taken: SnapshotKey("linkedin-me", taken.replace(":", "")) for taken in (JANUARY, FEBRUARY, MARCH, APRIL)}
ADA = {"account": "linkedin-me", "person": {"name": "Ada Example", "url": "", "connected_on": ""}}
NOTE = {"fact": "note", "value": "met in Ghent", "at": "2026-02-03T00:00:00Z", **ADA}
TAG = {"fact": "tag", "value": "work", "at": "2026-02-02T00:00:00Z", **ADA}


@pytest.fixture(scope="module")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    vault = tmp_path_factory.mktemp("machines") / "desk"
    create_vault(vault).close()
    keep(vault, JANUARY, "2026-05-01T00:00:00Z")
    return vault


@pytest.fixture
def desk(_desk: Path, tmp_path: Path) -> Path:
    """A vault with the archive of January."""
    return another_machine(_desk, tmp_path / "desk")


@pytest.fixture
def laptop(_desk: Path, tmp_path: Path) -> Path:
    """A copy of it on another machine."""
    return another_machine(_desk, tmp_path / "laptop")


def test_a_vault_that_is_as_the_copy_is_left_alone(desk: Path, laptop: Path) -> None:
    assert pull(desk, laptop) == Pulled("other", "same")


def test_a_vault_that_has_more_is_left_alone(desk: Path, laptop: Path) -> None:
    keep(desk, FEBRUARY, "2026-05-02T00:00:00Z")
    before = head(desk)
    assert pull(desk, laptop) == Pulled("other", "ahead")
    assert head(desk) == before


def test_a_vault_that_has_nothing_of_its_own_becomes_as_the_copy(desk: Path, laptop: Path) -> None:
    keep(laptop, FEBRUARY, "2026-05-02T00:00:00Z", {**LIST, "aa:b": b"x", "deep/er.csv": b"y"})
    mark(laptop, NOTE)

    assert pull(desk, laptop) == Pulled("other", "forwarded", new=(KEYS[FEBRUARY],), marks=1)

    assert head(desk) == head(laptop)
    assert everything(desk) == everything(laptop)
    assert (desk / "marks.jsonl").read_bytes() == (laptop / "marks.jsonl").read_bytes() != b""
    assert open_folders(desk) == open_folders(laptop) == [KEYS[JANUARY].id, KEYS[FEBRUARY].id]
    assert whole(desk)


def test_marks_that_git_cannot_read_are_not_taken_for_none(desk: Path, laptop: Path) -> None:
    """Else the two would be merged without them."""
    mark(desk, NOTE)
    mark(laptop, TAG)
    theirs, before = bring(desk, laptop), head(desk)
    blob = git(desk, "rev-parse", "HEAD:marks.jsonl").strip()
    (desk / ".git/objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(VaultDamaged, match=r"git cannot read marks.jsonl"):
        take_in(desk, "other", theirs)

    assert head(desk) == before


def test_it_says_how_far_it_is(desk: Path, laptop: Path, tmp_path: Path) -> None:
    for taken in (FEBRUARY, MARCH, APRIL):
        keep(laptop, taken, "2026-05-02T00:00:00Z")
    add_remote(desk, "usb", str(filled_remote(laptop, tmp_path / "usb.git")))
    told = dict[str, tuple[int, int]]()

    assert [one.state for one in pull_from(desk, ["usb"], lambda what, *far: told.update({what: far}))] == ["forwarded"]

    assert list(told) == ["fetching", "comparing"]
    assert all(done == total > 10 for done, total in told.values())


def test_three_that_pull_in_a_ring_settle(desk: Path, laptop: Path, tmp_path: Path) -> None:
    """All at the same time, so that each merges what no other merges; a copy that holds another merge lacks nothing."""
    phone = another_machine(desk, tmp_path / "phone")
    keep(desk, FEBRUARY, "2026-05-03T00:00:00Z", {**LIST, "desk.csv": b"desk"})
    keep(laptop, MARCH, "2026-05-02T00:00:00Z", {**LIST, "laptop.csv": b"laptop"})
    mark(phone, NOTE)
    machines = (desk, laptop, phone)

    came: list[list[str]] = []
    for turn in range(4):
        if turn == 2:
            moves = max(machines, key=head)
            filled_remote(moves, tmp_path / "usb.git")
        were = [another_machine(one, tmp_path / f"{one.name}{turn}") for one in machines]
        came.append([pull(one, were[(number + 1) % 3]).state for number, one in enumerate(machines)])

    assert came == [["merged"] * 3, ["merged"] * 3, ["same"] * 3, ["same"] * 3]
    assert len({head(one) for one in machines}) == 1
    assert everything(desk) == everything(laptop) == everything(phone)
    assert all(whole(one) for one in machines)
    assert head(tmp_path / "usb.git") != head(moves)
    assert push(moves)[0].state == "current"
    assert head(tmp_path / "usb.git") == head(moves)


def test_two_that_grew_apart_come_to_the_same_commit_whoever_merges(desk: Path, laptop: Path, tmp_path: Path) -> None:
    keep(desk, FEBRUARY, "2026-05-03T00:00:00Z", {**LIST, "desk.csv": b"desk"})
    mark(desk, NOTE)
    keep(laptop, MARCH, "2026-05-02T00:00:00Z", {**LIST, "laptop.csv": b"laptop"})
    mark(laptop, TAG)
    before = another_machine(desk, tmp_path / "before")
    union = everything(desk) | everything(laptop)

    one = pull(desk, laptop)
    other = pull(laptop, before)

    assert one == Pulled("other", "merged", new=(KEYS[MARCH],), marks=1, anew=1)
    assert other == Pulled("other", "merged", new=(KEYS[FEBRUARY],), marks=1, anew=1)
    assert head(desk) == head(laptop)
    assert pull(desk, laptop).state == pull(laptop, desk).state == "same"
    for machine in (desk, laptop):
        assert everything(machine) == union
        assert chain(machine) == [KEYS[JANUARY].id, KEYS[MARCH].id, KEYS[FEBRUARY].id]
        assert marks(machine) == [TAG, NOTE]
        assert open_folders(machine) == [KEYS[JANUARY].id, KEYS[FEBRUARY].id, KEYS[MARCH].id]
        assert whole(machine)
    assert pull(before, desk) == Pulled("other", "forwarded", new=(KEYS[MARCH],), marks=1, anew=1)
    assert (head(before), whole(before)) == (head(desk), True)


def test_the_next_import_goes_on_from_what_was_merged(desk: Path, laptop: Path) -> None:
    keep(desk, FEBRUARY, "2026-05-03T00:00:00Z")
    keep(laptop, MARCH, "2026-05-02T00:00:00Z")
    pull(desk, laptop)

    keep(desk, APRIL, "2026-05-04T00:00:00Z")

    assert chain(desk) == [KEYS[taken].id for taken in (JANUARY, MARCH, FEBRUARY, APRIL)]
    assert pull(laptop, desk).state == "forwarded"
    assert whole(desk) and whole(laptop)


def test_two_vaults_that_never_met_become_one(tmp_path: Path) -> None:
    desk, laptop = tmp_path / "desk", tmp_path / "laptop"
    for machine, taken, imported in ((desk, FEBRUARY, "2026-05-02"), (laptop, JANUARY, "2026-05-01")):
        with time_machine.travel(f"{imported}T00:00:00Z", tick=False):
            create_vault(machine).close()
            keep(machine, taken, f"{imported}T00:00:00Z")
    alone = another_machine(desk, tmp_path / "alone")

    found = pull(desk, laptop)
    pull(laptop, alone)

    assert (found.state, found.unrelated, found.new, found.anew) == ("merged", True, (KEYS[JANUARY],), 1)
    assert head(desk) == head(laptop)
    assert chain(desk) == [KEYS[JANUARY].id, KEYS[FEBRUARY].id]
    assert whole(desk) and whole(laptop)


def test_an_empty_vault_takes_everything(desk: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    create_vault(new).close()

    assert pull(new, desk).new == (KEYS[JANUARY],)

    assert everything(new) == everything(desk)
    assert whole(new)


def test_only_the_newest_lie_open_afterwards(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    create_vault(desk).close()
    (desk / "linkbak.toml").write_text("format = 1\nvisible = 2\n")
    committed(desk)
    keep(desk, JANUARY, "2026-05-01T00:00:00Z")
    laptop = another_machine(desk, tmp_path / "laptop")
    keep(desk, APRIL, "2026-05-02T00:00:00Z")
    keep(laptop, FEBRUARY, "2026-05-03T00:00:00Z")
    keep(laptop, MARCH, "2026-05-04T00:00:00Z")

    pull(desk, laptop)
    pull(laptop, desk)

    assert open_folders(desk) == open_folders(laptop) == [KEYS[MARCH].id, KEYS[APRIL].id]
    assert whole(desk) and whole(laptop)
    sparse = git(desk, "ls-files", "--sparse").splitlines()
    assert f"{KEYS[JANUARY].folder}/" in sparse


def test_where_all_lie_open_a_single_one_that_comes_does_too(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    create_vault(desk).close()
    (desk / "linkbak.toml").write_text('format = 1\nvisible = "all"\n')
    committed(desk)
    keep(desk, JANUARY, "2026-05-01T00:00:00Z")
    laptop = another_machine(desk, tmp_path / "laptop")
    keep(laptop, FEBRUARY, "2026-05-02T00:00:00Z")

    assert pull(desk, laptop).new == (KEYS[FEBRUARY],)

    assert open_folders(desk) == [KEYS[JANUARY].id, KEYS[FEBRUARY].id]
    assert whole(desk)


def test_how_many_lie_open_may_come_from_the_copy(desk: Path, laptop: Path) -> None:
    (laptop / "linkbak.toml").write_text("format = 1\nvisible = 1\n")
    committed(laptop)
    keep(laptop, FEBRUARY, "2026-05-02T00:00:00Z")

    pull(desk, laptop)

    assert open_folders(desk) == [KEYS[FEBRUARY].id]
    assert whole(desk)


def test_what_somebody_edited_stays(desk: Path, laptop: Path) -> None:
    """An edited manifest, an edited list, own settings, and a mark not committed; the rest follows."""
    keep(desk, FEBRUARY, "2026-05-03T00:00:00Z")
    keep(laptop, MARCH, "2026-05-02T00:00:00Z")
    mark(laptop, TAG)
    (laptop / "README.md").write_text("mine\n")
    (laptop / "linkbak.toml").write_text("format = 1\nvisible = 7\n")
    committed(laptop)
    manifest, listed = (
        desk / KEYS[FEBRUARY].folder / "manifest.json",
        desk / KEYS[JANUARY].folder / "archive/Profile.csv",
    )
    for file in (manifest, listed, desk / "linkbak.toml", desk / "marks.jsonl"):
        file.write_bytes(file.read_bytes() + b"# mine\n")
    edited = {file: file.read_bytes() for file in (manifest, listed, desk / "linkbak.toml")}

    pull(desk, laptop)

    assert {file: file.read_bytes() for file in edited} == edited
    assert (desk / "marks.jsonl").read_bytes() == b"# mine\n" + json.dumps(TAG, sort_keys=True).encode() + b"\n"
    assert (desk / "README.md").read_text() == "mine\n"
    assert marks(desk) == [TAG]


def test_the_same_archive_imported_on_both_is_there_once(desk: Path, laptop: Path) -> None:
    keep(desk, FEBRUARY, "2026-05-03T00:00:00Z", {**LIST, "a.csv": b"a"})
    keep(laptop, FEBRUARY, "2026-05-02T00:00:00Z", {**LIST, "a.csv": b"a"})
    before = another_machine(desk, desk.with_name("before"))

    found = pull(desk, laptop)
    pull(laptop, before)

    assert (found.state, found.new, found.both, found.anew) == ("merged", (), (KEYS[FEBRUARY],), 0)
    assert head(desk) == head(laptop)
    with Vault.open(desk) as vault:
        assert vault.manifest(KEYS[FEBRUARY]).imported_at == "2026-05-02T00:00:00Z"
    assert whole(desk) and whole(laptop)


def test_the_commit_of_a_merge_tells_what_was_on_both(desk: Path, laptop: Path) -> None:
    for machine, day in ((desk, "03"), (laptop, "02")):
        keep(machine, FEBRUARY, f"2026-05-{day}T00:00:00Z", {**LIST, "same.csv": b"1"})
        keep(machine, MARCH, f"2026-05-{day}T00:00:01Z", {**LIST, f"{machine.name}.csv": b"1"})
        (machine / "linkbak.toml").write_text(f"format = 1\nvisible = {int(day)}\n")
        committed(machine)
    march = KEYS[MARCH].folder

    pull(desk, laptop)

    assert git(desk, "log", "-1", "--format=%B", "main").splitlines() == [
        "Merge what two machines have kept",
        "",
        "1 manifest chained anew",
        f"{march} is {march}-2 now",
        f"{KEYS[FEBRUARY].folder} was kept on both",
        "linkbak.toml was changed on both",
        "",
    ]


def test_marks_written_where_none_were_committed_get_the_new_lines(desk: Path, laptop: Path) -> None:
    git(desk, "rm", "-q", "marks.jsonl")
    committed(desk)
    (desk / "marks.jsonl").write_bytes(b"# mine\n")
    mark(laptop, TAG)

    pull(desk, laptop)

    assert (desk / "marks.jsonl").read_bytes() == b"# mine\n" + json.dumps(TAG, sort_keys=True).encode() + b"\n"
    assert marks(desk) == [TAG]


def test_two_archives_of_one_moment_are_told_apart_and_their_marks_follow(desk: Path, laptop: Path) -> None:
    keep(desk, FEBRUARY, "2026-05-03T00:00:00Z", {**LIST, "desk.csv": b"desk", "same.csv": b"1"})
    keep(laptop, FEBRUARY, "2026-05-02T00:00:00Z", {**LIST, "laptop.csv": b"laptop", "same.csv": b"22"})
    accepted = [{"fact": "accepted", "account": "linkedin-me", "snapshot": KEYS[FEBRUARY].id, "at": at} for at in "ab"]
    mark(desk, accepted[0])
    mark(laptop, accepted[1])
    before = another_machine(desk, desk.with_name("before"))
    second = SnapshotKey("linkedin-me", f"{KEYS[FEBRUARY].id}-2")

    found = pull(desk, laptop)
    pull(laptop, before)

    assert (found.renamed, found.new) == (((KEYS[FEBRUARY], second),), (KEYS[FEBRUARY],))
    assert head(desk) == head(laptop)
    assert everything(desk)[KEYS[FEBRUARY]]["laptop.csv"] == b"laptop"
    assert everything(desk)[second]["desk.csv"] == b"desk"
    assert marks(desk) == [{**accepted[0], "snapshot": second.id}, accepted[1]]
    assert whole(desk) and whole(laptop)
    keep(before, MARCH, "2026-05-04T00:00:00Z")  # and a third machine that has not heard of it
    assert pull(before, desk).state == "merged"
    assert pull(desk, before).state == "forwarded"
    assert len(marks(desk)) == 2
    assert whole(desk) and whole(before)


def test_other_files_that_both_changed_are_those_of_the_later_commit(desk: Path, laptop: Path) -> None:
    (laptop / "linkbak.toml").write_text("format = 1\nvisible = 3\n")
    (laptop / "README.md").write_text("laptop\n")
    committed(laptop, at=2_000_000_000)
    (desk / "linkbak.toml").write_text("format = 1\nvisible = 4\n")
    committed(desk, at=2_000_000_001)
    before = another_machine(desk, desk.with_name("before"))

    found = pull(desk, laptop)
    pull(laptop, before)

    assert (found.state, found.chosen) == ("merged", ("linkbak.toml",))
    assert head(desk) == head(laptop)
    for machine in (desk, laptop):
        assert (machine / "linkbak.toml").read_text() == "format = 1\nvisible = 4\n"
        assert (machine / "README.md").read_text() == "laptop\n"
        assert whole(machine)


def test_what_somebody_committed_besides_stays(desk: Path, laptop: Path) -> None:
    """Whoever merges: a file and a folder of one's own."""
    (desk / "own/folder").mkdir(parents=True)
    for path in ("own.txt", "own/folder/more.txt"):
        (desk / path).write_text("mine")
    git(desk, "-c", "advice.updateSparsePath=false", "add", "--sparse", "own.txt", "own")
    committed(desk)
    for number in range(4):  # so that now ours and now theirs comes first
        keep(laptop, f"2026-02-0{number + 1}T08:00:00Z", f"2026-05-0{number + 2}T00:00:00Z", {"a": b"%d" % number})
        keep(desk, f"2026-03-0{number + 1}T08:00:00Z", f"2026-05-0{number + 2}T00:00:00Z", {"b": b"%d" % number})
        assert pull(desk, laptop).state == "merged"
        assert git(desk, "ls-tree", "-r", "--name-only", "HEAD", "own", "own.txt").split() == [
            "own.txt",
            "own/folder/more.txt",
        ]


def test_the_history_is_packed_as_ever(desk: Path, laptop: Path) -> None:
    keep(desk, FEBRUARY, "2026-05-03T00:00:00Z", {**LIST, "desk.csv": b"desk"})
    keep(laptop, MARCH, "2026-05-02T00:00:00Z", {**LIST, "laptop.csv": b"laptop"})
    pull(desk, laptop)
    before = everything(desk)

    compact(desk, everything=True)

    assert everything(desk) == before
    assert whole(desk)
    assert pull(laptop, desk).state == "forwarded"


def test_a_copy_that_lost_a_snapshot_of_ours_is_refused(desk: Path, laptop: Path) -> None:
    git(laptop, "rm", "-rq", KEYS[JANUARY].folder)
    committed(laptop)
    before = head(desk)

    with pytest.raises(VaultDamaged, match=rf"{KEYS[JANUARY].folder} was dropped after it was kept, in commit"):
        pull(desk, laptop)

    assert (head(desk), whole(desk)) == (before, True)


def test_a_copy_that_lost_marks_of_ours_is_refused(desk: Path, laptop: Path) -> None:
    mark(desk, NOTE, TAG)
    pull(laptop, desk)
    (laptop / "marks.jsonl").write_text(json.dumps(TAG, sort_keys=True) + "\n")
    committed(laptop)
    before = head(desk)

    with pytest.raises(VaultDamaged, match=r"the copy has lost marks that are kept here: marks.jsonl, line 1$"):
        pull(desk, laptop)

    assert (head(desk), marks(desk)) == (before, [NOTE, TAG])
    assert whole(desk)


def test_what_is_staged_in_the_vault_does_not_get_into_the_merge(desk: Path, laptop: Path) -> None:
    keep(desk, FEBRUARY, "2026-05-03T00:00:00Z")
    keep(laptop, MARCH, "2026-05-02T00:00:00Z")
    (desk / "mine.txt").write_text("mine")
    git(desk, "add", "mine.txt")

    pull(desk, laptop)

    assert git(desk, "status", "--porcelain") == "A  mine.txt\n"
    assert "mine.txt" not in git(desk, "ls-tree", "--name-only", "HEAD")


def test_very_many_snapshots_come_at_once(desk: Path, laptop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git is then told to look at all of them, not at each."""
    monkeypatch.setattr("linkbak.vault.worktree._MANY", 2)
    (desk / "linkbak.toml").write_text("format = 1\nvisible = 3\n")
    committed(desk)
    for number, taken in enumerate((FEBRUARY, MARCH, APRIL)):
        keep(laptop, taken, f"2026-05-0{number + 2}T00:00:00Z")
    keep(desk, MARCH, "2026-05-01T12:00:00Z", {"other.csv": b"x"})

    found = pull(desk, laptop)

    assert (len(found.new), len(chain(desk))) == (3, 5)
    assert open_folders(desk) == [KEYS[MARCH].id, f"{KEYS[MARCH].id}-2", KEYS[APRIL].id]
    assert whole(desk)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("mark"), st.integers(0, 2), st.integers(1, 3)),
        st.tuples(st.just("pull"), st.integers(0, 2), st.integers(1, 2)),
    ),
    min_size=5,
    max_size=8,
)


@settings(max_examples=sampling.examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_three_machines_come_to_the_same_whatever_they_did(
    tmp_path_factory: pytest.TempPathFactory, _desk: Path, steps: list[tuple[str, int, int]]
) -> None:
    """Imports, marks and pulls in any order; then one pulls from both, and both from it."""
    folder = tmp_path_factory.mktemp("three")
    machines = [another_machine(_desk, folder / f"{number}") for number in range(3)]
    said: Counter[str] = Counter()
    kept: set[tuple[str, ...]] = set()
    for number, (what, which, how) in enumerate(steps):
        if what == "keep":
            keep(
                machines[which],
                f"2026-02-01T00:00:0{how}Z",
                f"2026-05-0{how + which}T00:00:00Z",
                {"a.csv": b"%d" % which},
            )
        elif what == "mark":
            made = {"fact": "x", "value": f"{number}", "at": f"2026-03-0{how}T00:00:00Z"}
            mark(machines[which], made)
            said[json.dumps(made, sort_keys=True)] += 1
        else:
            pull(machines[which], machines[(which + how) % 3])
        kept |= held(machines[which])
    for one, other in ((0, 1), (0, 2), (1, 0), (2, 0)):
        pull(machines[one], machines[other])

    assert len({head(machine) for machine in machines}) == 1
    for machine in machines:
        assert Counter(json.dumps(one, sort_keys=True) for one in marks(machine)) == said
        assert held(machine) == kept
        assert len(chain(machine)) == len(everything(machine))
        assert whole(machine)


def held(vault: Path) -> set[tuple[str, ...]]:
    """Of each snapshot its moment and its files."""
    return {(key.id[:18], *map(str, sorted(files.items()))) for key, files in everything(vault).items()}
