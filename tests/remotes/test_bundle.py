"""The vault as a bundle: what its beginning says, and what of it is written."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest

from linkbak.remotes.bundle import Contents, NoBundle, bundled, goes_back_to, joining, read_contents
from linkbak.remotes.push import snapshots_since
from linkbak.vault import Git
from tests.remotes.copies import head
from tests.vault.snapshots import save

ONE, TWO, THREE = ("1" * 40, "2" * 40, "3" * 40)


def written(vault: Path, file: Path, since: str = "") -> Contents:
    with bundled(vault, since) as stream, file.open("wb") as target:
        while data := stream.read(1000):
            target.write(data)
        return stream.contents


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (f"# v2 git bundle\n{ONE} HEAD\n{ONE} refs/heads/main\n\nPACK", Contents(ONE, ())),
        (f"# v2 git bundle\n-{TWO} Keep x\n-{THREE}\n{ONE} refs/heads/main\n\nPACK", Contents(ONE, (TWO, THREE))),
        (f"# v3 git bundle\n@object-format=sha1\n{ONE} refs/heads/main\n\n", Contents(ONE, ())),
    ],
    ids=["whole", "needing others", "third version"],
)
def test_what_a_bundle_says_of_itself(start: str, found: Contents) -> None:
    assert read_contents(io.BytesIO(start.encode())) == found


@pytest.mark.parametrize(
    "start",
    [
        "",
        "# v2 git bundle",
        "# v1 git bundle\n",
        f"# v2 git bundle\n{ONE} HEAD\n\nPACK",
        f"# v2 git bundle\n{ONE} refs/heads/main\n",
        f"# v3 git bundle\n@filter=blob:none\n{ONE} refs/heads/main\n\n",
        "# v2 git bundle\n" + 2_000_000 * "x",
        "# v2 git bundle\n" + 200_000 * "x refs\n",
    ],
    ids=["empty", "cut", "older", "no branch", "no end", "filtered", "one long line", "many lines"],
)
def test_what_is_no_bundle_of_a_branch(start: str) -> None:
    with pytest.raises(NoBundle):
        read_contents(io.BytesIO(start.encode()))


def test_whole_and_since(one: Path, tmp_path: Path) -> None:
    first = head(one)
    assert written(one, tmp_path / "whole") == Contents(first, ())
    save(one, "2026-03-27T08:00:00Z")
    second = head(one)

    assert written(one, tmp_path / "since", first) == Contents(second, (first,))

    assert [goes_back_to(one, commit) for commit in (first, second, ONE, "", "--all")] == [True, True, *3 * [False]]
    assert [snapshots_since(Git(one), *pair) for pair in (("", second), (first, second), (second, second))] == [2, 1, 0]


def test_what_belongs_together_is_joined(one: Path, tmp_path: Path) -> None:
    whole = written(one, tmp_path / "whole")
    save(one, "2026-03-27T08:00:00Z")
    since = written(one, tmp_path / "since", whole.commit)

    with joining(tmp_path / "joined", whole.commit) as joined:
        joined.add(tmp_path / "whole", whole)
        assert [joined.knows(one) for one in (whole.commit, since.commit, ONE, "--all")] == [True, *3 * [False]]
        joined.add(tmp_path / "since", since)
        joined.add(tmp_path / "whole", whole)
        joined.write(tmp_path / "all")

    subprocess.run(["git", "clone", "-q", tmp_path / "all", tmp_path / "clone"], check=True)
    assert head(tmp_path / "clone") == head(one)
    assert not (tmp_path / "joined").exists()
    assert (tmp_path / "all").stat().st_mode & 0o777 == 0o600
