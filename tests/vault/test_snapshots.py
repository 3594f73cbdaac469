"""The list of snapshots, kept outside the vault, and the names people give them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from linkbak import __version__, paths
from linkbak.errors import NoSuchSnapshot, VaultDamaged
from linkbak.vault import Objects, Summary, Vault, as_of, resolve, summarise
from linkbak.vault.manifest import dumps
from linkbak.vault.writer import write_transaction
from tests.vault.processes import unprivileged
from tests.vault.snapshots import git, manifest, save

IDS = ["2026-01-01T000000Z", "2026-01-02T000000Z", "2026-01-03T000000Z"]


@pytest.fixture
def three(empty: Path) -> Path:
    for day in (2, 1, 3):
        save(empty, f"2026-01-0{day}T00:00:00Z")
    return empty


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything asked of git's objects from now on."""
    names: list[str] = []
    each = Objects.each

    def noting(self: Objects, wanted: list[str]) -> object:
        names.extend(wanted)
        return each(self, wanted)

    monkeypatch.setattr(Objects, "each", noting)
    return names


def ids(vault: Path) -> list[str]:
    with Vault.open(vault) as opened:
        return [one.key.id for one in opened.summaries()]


def cache(vault: Path) -> Path:
    return paths.cache_folder(vault) / "catalogue.jsonl"


def test_a_second_listing_asks_git_nothing(three: Path, asked: list[str]) -> None:
    assert ids(three) == IDS
    assert asked == []


def test_after_a_mark_no_snapshot_is_read_again(three: Path, asked: list[str]) -> None:
    stale = cache(three).read_bytes()
    with Vault.open(three) as vault, write_transaction(vault) as writer:
        writer.add_marks([{"x": 1}], "Mark")
    cache(three).write_bytes(stale)
    asked.clear()

    assert ids(three) == IDS
    assert [name.partition(":")[2] for name in asked] == ["snapshots", "marks.jsonl"]


def test_only_new_manifests_are_read(three: Path, asked: list[str]) -> None:
    stale = cache(three).read_bytes()
    save(three, "2026-01-04T00:00:00Z")
    cache(three).write_bytes(stale)
    asked.clear()

    assert ids(three) == [*IDS, "2026-01-04T000000Z"]
    assert [name for name in asked if name.endswith("manifest.json")] == [
        git(three, "rev-parse", "HEAD:snapshots/linkedin-me/2026/2026-01-04T000000Z").strip() + ":manifest.json"
    ]


@pytest.mark.parametrize("damage", [b"", b"{}", b"nonsense\n", b'{"format": 2}\n', b"\xff\xfe\x00"])
def test_a_damaged_list_is_made_anew(three: Path, damage: bytes) -> None:
    whole = cache(three).read_bytes()
    cache(three).write_bytes(damage)

    assert ids(three) == IDS
    assert cache(three).read_bytes() == whole


def test_the_list_of_another_linkbak_is_made_anew(three: Path) -> None:
    """It may have summed up the same manifests differently."""
    whole = cache(three).read_bytes()
    cache(three).write_bytes(whole.replace(f'"linkbak": "{__version__}"'.encode(), b'"linkbak": "0.0.1"', 1))

    assert ids(three) == IDS
    assert cache(three).read_bytes() == whole


def test_any_single_byte_changed_is_noticed(three: Path) -> None:
    whole = cache(three).read_bytes()
    for place in range(whole.index(b"\n") + 1, len(whole), 97):
        cache(three).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert ids(three) == IDS


def test_the_list_made_anew_is_the_one_that_grew_with_the_vault(three: Path) -> None:
    grown = cache(three).read_bytes()
    cache(three).unlink()
    ids(three)

    assert cache(three).read_bytes() == grown


def test_a_list_that_cannot_be_written_is_done_without(three: Path) -> None:
    cache(three).unlink()

    def reader() -> None:
        cache(three).parent.chmod(0o500)
        assert ids(three) == IDS
        assert not cache(three).exists()

    unprivileged(reader)


def test_a_place_that_cannot_hold_a_list_is_done_without(three: Path) -> None:
    cache(three).unlink()
    cache(three).parent.rmdir()
    cache(three).parent.write_text("in the way")

    assert ids(three) == IDS
    assert save(three, "2026-01-04T00:00:00Z").id == "2026-01-04T000000Z"


def test_history_wound_back_is_followed(three: Path) -> None:
    git(three, "reset", "-q", "--hard", "HEAD~1")

    assert ids(three) == IDS[:2]


def test_what_git_pulled_is_seen_by_an_open_vault(three: Path) -> None:
    with Vault.open(three) as vault:
        assert len(vault.summaries()) == 3
        save(three, "2026-01-04T00:00:00Z")
        assert len(vault.summaries()) == 4


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("2026-09-09T000000Z", b"{", "snapshots/linkedin-me/2026/2026-09-09T000000Z: the manifest is not JSON"),
        ("2026-09-09T000000Z", None, "snapshots/linkedin-me/2026/2026-09-09T000000Z has no manifest.json"),
        (
            "2026-09-09T000000Z",
            dumps(manifest()),
            "snapshots/linkedin-me/2026/2026-09-09T000000Z: the manifest is another snapshot's",
        ),
    ],
)
def test_a_snapshot_committed_by_hand_and_wrong_is_damage(
    three: Path, name: str, text: bytes | None, said: str
) -> None:
    folder = three / "snapshots/linkedin-me/2026" / name
    folder.mkdir()
    (folder / ("manifest.json" if text else "other")).write_bytes(text or b"x")
    git(three, "add", "--sparse", ".")
    git(three, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "By hand")

    with Vault.open(three) as vault, pytest.raises(VaultDamaged) as refused:
        vault.summaries()
    assert str(refused.value) == said


def test_folders_that_are_no_snapshots_are_passed_over(three: Path) -> None:
    (three / "snapshots/linkedin-me/2026/drafts").mkdir()
    (three / "snapshots/linkedin-me/2026/drafts/a.txt").write_text("mine")
    (three / "snapshots/note.txt").write_text("mine")
    git(three, "add", "--sparse", ".")
    git(three, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "By hand")

    assert ids(three) == IDS


@pytest.mark.parametrize(
    "gone", ["main", "main^{tree}", "main:snapshots", "main:snapshots/linkedin-me", "main:snapshots/linkedin-me/2026"]
)
def test_what_git_cannot_read_is_not_taken_for_nothing(three: Path, gone: str) -> None:
    """A vault that seems empty because it is damaged would be the worst of all answers."""
    name = git(three, "rev-parse", gone).strip()
    (three / ".git" / "objects" / name[:2] / name[2:]).unlink()
    cache(three).unlink()
    with pytest.raises(VaultDamaged, match="git cannot read"):
        ids(three)


@pytest.mark.parametrize("gone", ["main", "main^{tree}", "main:marks.jsonl"])
def test_marks_that_git_cannot_read_are_not_taken_for_none(three: Path, gone: str) -> None:
    with Vault.open(three) as vault, write_transaction(vault) as writer:
        writer.add_marks([{"x": 1}], "Mark")
    name = git(three, "rev-parse", gone).strip()
    (three / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with Vault.open(three) as vault:
        with pytest.raises(VaultDamaged, match="git cannot read"):
            vault.marks()
        with pytest.raises(VaultDamaged, match="git cannot read"), write_transaction(vault) as writer:
            writer.add_marks([{"y": 1}], "Mark")


def listed(*ids: str, account: str = "me") -> list[Summary]:
    found = []
    for name in ids:
        taken = f"{name[:13]}:{name[13:15]}:{name[15:18]}"
        found.append(summarise(manifest(taken=taken, account=account)._replace(id=name), "d"))
    return found


FIVE = listed(
    "2025-12-31T235959Z", "2026-03-04T080000Z", "2026-03-20T080710Z", "2026-03-20T080710Z-2", "2026-03-20T190000Z"
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("latest", "2026-03-20T190000Z"),
        ("latest~0", "2026-03-20T190000Z"),
        ("previous", "2026-03-20T080710Z-2"),
        ("latest~2", "2026-03-20T080710Z"),
        ("2026-03-04", "2026-03-04T080000Z"),
        ("2026-03-20", "2026-03-20T190000Z"),
        ("2026-03", "2026-03-20T190000Z"),
        ("2025", "2025-12-31T235959Z"),
        ("2026-03-20T19", "2026-03-20T190000Z"),
        ("2026-03-0", "2026-03-04T080000Z"),
        ("2026-03-20T080710Z", "2026-03-20T080710Z"),
        ("2026-03-20T080710Z-2", "2026-03-20T080710Z-2"),
        ("2026-03-20T19:00:00Z", "2026-03-20T190000Z"),
    ],
)
def test_a_name_means_one_snapshot(name: str, meant: str) -> None:
    assert resolve(FIVE, name).key.id == meant


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("latest~5", "there are only 5 snapshots"),
        ("2026-03-20T08", "2026-03-20T08 is the start of several: 2026-03-20T080710Z, 2026-03-20T080710Z-2"),
        (
            "2026-03-05",
            "no snapshot is called 2026-03-05; the nearest: "
            "2026-03-04T080000Z, 2026-03-20T080710Z, 2026-03-20T080710Z-2",
        ),
        ("2024", "no snapshot is called 2024; the nearest: 2025-12-31T235959Z, 2026-03-04T080000Z, 2026-03-20T080710Z"),
        (
            "2026-99-99",
            "no snapshot is called 2026-99-99; the nearest: "
            "2026-03-20T080710Z, 2026-03-20T080710Z-2, 2026-03-20T190000Z",
        ),
        (
            "\x1b[31m",
            "no snapshot is called ?[31m; the nearest: 2026-03-20T080710Z, 2026-03-20T080710Z-2, 2026-03-20T190000Z",
        ),
        ("", 'no snapshot is called ""; the nearest: 2026-03-20T080710Z, 2026-03-20T080710Z-2, 2026-03-20T190000Z'),
    ],
)
def test_a_name_that_means_none_or_several_tells_which_there_are(name: str, said: str) -> None:
    with pytest.raises(NoSuchSnapshot) as refused:
        resolve(FIVE, name)

    assert str(refused.value) == said
    assert refused.value.hint == "`linkbak log --all` lists them, those that were set aside too."


def test_the_one_snapshot_there_is_has_none_before_it() -> None:
    with pytest.raises(NoSuchSnapshot, match="there is only one snapshot") as refused:
        resolve(FIVE[:1], "previous")
    assert refused.value.hint == "Ask LinkedIn for a new archive, or import an older one if you still have it."


def test_an_empty_vault_says_how_to_begin() -> None:
    with pytest.raises(NoSuchSnapshot) as refused:
        resolve([], "latest")

    assert refused.value.hint == "`linkbak import ARCHIVE` keeps the first."


def test_one_id_in_two_accounts_asks_for_the_account() -> None:
    both = listed("2026-03-04T080000Z") + listed("2026-03-04T080000Z", account="work")

    with pytest.raises(NoSuchSnapshot, match="is in several accounts: linkedin-me, linkedin-work") as refused:
        resolve(both, "2026-03-04T080000Z")

    assert refused.value.hint == "Say which with --account."


@pytest.mark.parametrize(
    ("day", "count"), [(date(2025, 12, 30), 0), (date(2025, 12, 31), 1), (date(2026, 3, 19), 2), (date(2026, 3, 20), 5)]
)
def test_as_of_a_day_leaves_out_what_came_after_its_end(day: date, count: int) -> None:
    assert as_of(FIVE, day) == tuple(FIVE[:count])
