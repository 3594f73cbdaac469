"""HEAD and the branch are set right from what git's logs and commits tell, and nothing that they said is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from linkbak.errors import VaultDamaged
from linkbak.vault import repair as repair_module
from linkbak.vault.repair import Repaired, repair
from linkbak.vault.verify import verify
from tests.vault.snapshots import git, save

MISSING = "1" * 40
HEAD, MAIN = ".git/HEAD", ".git/refs/heads/main"
RIGHT = "ref: refs/heads/main"


@pytest.fixture
def three(one: Path) -> Path:
    """A vault with three snapshots."""
    save(one, "2026-04-20T08:07:10Z")
    save(one, "2026-05-20T08:07:10Z")
    return one


def write(place: str, text: str) -> Callable[[Path], object]:
    return lambda vault: (vault / place).write_text(text)


def packed(vault: Path) -> None:
    tip = git(vault, "rev-parse", "HEAD").strip()
    git(vault, "pack-refs", "--all")
    (vault / ".git/packed-refs").write_text((vault / ".git/packed-refs").read_text().replace(tip, MISSING))


def branched(vault: Path) -> None:
    git(vault, "switch", "-q", "-c", "other")
    (vault / "README.md").write_text("another\n")
    git(vault, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qam", "Elsewhere")
    (vault / ".git/COMMIT_EDITMSG").unlink()


def both(vault: Path) -> None:
    write(HEAD, "ref: refs/heads/other\n")(vault)
    write(MAIN, f"{MISSING}\n")(vault)


WRONG: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "a head that is garbage": (write(HEAD, "\0\0"), [HEAD]),
    "a head that is gone": (lambda vault: (vault / HEAD).unlink(), [HEAD]),
    "a head at another branch": (branched, [HEAD]),
    "a head at an older commit": (lambda vault: git(vault, "checkout", "-q", "--detach", "HEAD~1"), [HEAD]),
    "a branch that names nothing there is": (write(MAIN, f"{MISSING}\n"), [MAIN]),
    "a packed branch that names nothing there is": (packed, [MAIN]),
    "both": (both, [HEAD, MAIN]),
}


@pytest.mark.parametrize("spoil, places", WRONG.values(), ids=WRONG.keys())
def test_what_points_elsewhere_is_set_right_and_what_it_said_is_kept(
    three: Path, spoil: Callable[[Path], object], places: list[str]
) -> None:
    tip = git(three, "rev-parse", "HEAD").strip()
    spoil(three)
    said = {one: (three / one).read_bytes() if (three / one).exists() else None for one in places}
    readable = places == [HEAD] and b"\0" not in (said[HEAD] or b"\0")
    stood = [git(three, "rev-parse", "HEAD").strip()] if readable else []

    done = repair(three, verify(three))

    assert [(one.place, one.now) for one in done] == [(one, RIGHT if one == HEAD else tip) for one in places]
    for one in done:
        kept = (three / one.kept).read_bytes() if one.kept else None
        assert kept == said[one.place] if not one.kept.endswith("packed-refs") else MISSING.encode() in (kept or b"")
    assert git(three, "rev-parse", "HEAD").strip() == tip
    assert git(three, "status", "--short") == ""
    named = git(three, "for-each-ref", "--format=%(objectname)", "refs/linkbak/repaired").split()
    assert named == stood
    assert [one for one in verify(three).findings if "refs/heads/other" not in one.place] == []
    assert save(three, "2026-06-20T08:07:10Z").id == "2026-06-20T080710Z"


def test_nothing_is_changed_where_a_snapshot_is_not_whole(three: Path) -> None:
    lost = git(three, "rev-parse", "HEAD:snapshots/linkedin-me/2026/2026-05-20T080710Z/manifest.json").strip()
    (three / ".git/objects" / lost[:2] / lost[2:]).unlink()
    write(MAIN, f"{MISSING}\n")(three)

    with pytest.raises(VaultDamaged, match="stay as they are: not every snapshot"):
        repair(three, verify(three))
    assert (three / MAIN).read_text() == f"{MISSING}\n"
    assert not (three / ".git/linkbak/repaired").exists()


def test_a_sound_vault_is_left_alone(three: Path) -> None:
    before = sorted(path for path in three.rglob("*"))
    assert repair(three, verify(three)) == ()
    assert sorted(path for path in three.rglob("*")) == before


def test_a_repair_that_is_cut_short_is_ended_by_the_next_command(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tip = git(three, "rev-parse", "HEAD").strip()
    branched(three)

    def killed(*_: object) -> tuple[Repaired, ...]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(repair_module, "write_transaction", killed)
        with pytest.raises(KeyboardInterrupt):
            repair(three, verify(three))

    assert save(three, "2026-06-20T08:07:10Z").id == "2026-06-20T080710Z"
    assert git(three, "rev-parse", "HEAD~1").strip() == tip
    assert git(three, "status", "--short") == ""
    assert not verify(three).damage
