"""What the user told us, one fact a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkbak.errors import VaultDamaged
from linkbak.vault import Vault
from linkbak.vault.writer import write_transaction
from tests.vault.snapshots import git, leftovers, save, sound


def mark(vault: Path, *marks: dict[str, object]) -> None:
    with Vault.open(vault) as opened, write_transaction(opened) as writer:
        writer.add_marks(marks, "Mark\n\nby hand")


def test_marks_come_back_in_the_order_they_were_made(one: Path) -> None:
    mark(one, {"tag": "näh\n", "person": 1}, {"person": 2})
    mark(one, {"person": "a\udc80"})

    with Vault.open(one) as vault:
        assert vault.marks() == ({"tag": "näh\n", "person": 1}, {"person": 2}, {"person": "a\udc80"})
    assert (one / "marks.jsonl").read_bytes() == (
        '{"person": 1, "tag": "näh\\n"}\n{"person": 2}\n{"person": "a\\udc80"}\n'.encode()
    )
    assert git(one, "log", "-1", "--format=%B").strip() == "Mark\n\nby hand"
    assert (sound(one), leftovers(one)) == (True, [])


def test_no_marks_make_no_commit(one: Path) -> None:
    before = git(one, "rev-parse", "HEAD")
    mark(one)

    assert git(one, "rev-parse", "HEAD") == before


def test_edits_nobody_committed_are_neither_lost_nor_committed(one: Path) -> None:
    mark(one, {"person": 1})
    (one / "marks.jsonl").write_text('{"person": "edited"}')
    mark(one, {"person": 2})

    assert (one / "marks.jsonl").read_text() == '{"person": "edited"}\n{"person": 2}\n'
    assert git(one, "show", "HEAD:marks.jsonl") == '{"person": 1}\n{"person": 2}\n'
    assert git(one, "status", "--porcelain") == " M marks.jsonl\n"


def test_a_marks_file_taken_away_stays_away_and_the_marks_stay(one: Path) -> None:
    (one / "marks.jsonl").unlink()
    mark(one, {"person": 1})

    assert not (one / "marks.jsonl").exists()
    with Vault.open(one) as vault:
        assert vault.marks() == ({"person": 1},)


@pytest.mark.parametrize("line", ["[1]", "{", "x"])
def test_a_line_that_is_no_mark_is_damage_and_named_by_number(one: Path, line: str) -> None:
    (one / "marks.jsonl").write_text('{"person": 1}\n\n' + line + "\n")
    git(one, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "By hand")

    with Vault.open(one) as vault, pytest.raises(VaultDamaged) as refused:
        vault.marks()
    assert str(refused.value) == "marks.jsonl, line 3: not a mark"


def test_marks_cost_no_more_in_a_vault_with_many_snapshots(one: Path) -> None:
    """The index stays collapsed."""
    for day in range(1, 16):
        save(one, f"2025-01-{day:02}T00:00:00Z")
    mark(one, {"person": 1})

    assert "snapshots/linkedin-me/2025/2025-01-01T000000Z/\n" in git(one, "ls-files", "--sparse")
    assert sound(one)
