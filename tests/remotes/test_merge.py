"""Two sides as one: nobody loses anything, and it makes no difference who merges."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from linkbak.model import FileFacts
from linkbak.remotes.merge import Kept, Placed, United, merge_marks, unite_snapshots
from linkbak.vault import SnapshotKey, Summary, summarise
from linkbak.vault import manifest as manifests
from tests.vault.snapshots import manifest

TIMES = ("2026-03-20T08:07:10Z", "2026-03-20T09:00:00Z", "2026-03-21T08:07:10Z")


def line(text: str, at: str = "") -> bytes:
    return json.dumps({"fact": text, "at": at}).encode()


A, B, C, D = (line(name, f"2026-01-0{day}T00:00:00Z") for day, name in enumerate("abcd", start=1))


def test_lines_of_both_are_put_in_order_of_time() -> None:
    assert merge_marks([A, B], [C, D]) == [A, B, C, D]
    assert merge_marks([C, D], [A, B]) == [A, B, C, D]
    assert merge_marks([A, C], [B, D]) == [A, B, C, D]


def test_each_sides_own_order_stays_whatever_the_times_say() -> None:
    assert merge_marks([D, A], [B]) == [B, D, A]
    assert merge_marks([B], [D, A]) == [B, D, A]


def test_what_both_had_from_the_start_is_not_touched() -> None:
    assert merge_marks([D, C, B], [D, C, A]) == [D, C, A, B]


def test_a_line_that_both_added_stands_there_once() -> None:
    assert merge_marks([A, C], [B, C]) == [A, B, C]
    assert merge_marks([C, A], [B, C]) == [B, C, A]


def test_a_line_that_one_side_said_twice_is_there_twice() -> None:
    assert merge_marks([A, A], [A, B]) == [A, A, B]


def test_lines_that_say_no_time_come_first_and_are_no_trouble() -> None:
    assert merge_marks([b"[1]", A], [b"{", b'{"at": 3}', B]) == [b"[1]", b"{", b'{"at": 3}', A, B]


LINES = st.lists(st.sampled_from([A, B, C, D, line("e"), line("f", "2026-01-02T00:00:00Z"), b"odd"]), max_size=6)


@given(LINES, LINES, LINES)
def test_no_line_is_lost_and_both_sides_come_to_the_same(
    base: list[bytes], one: list[bytes], other: list[bytes]
) -> None:
    found = merge_marks(base + one, base + other)

    assert found == merge_marks(base + other, base + one)
    assert found[: len(base)] == base
    assert Counter(found) - Counter(base) == Counter(one) | Counter(other)
    assert merge_marks(found, base + one) == merge_marks(base + one, found)
    assert Counter(merge_marks(found, base + one)) == Counter(found)


@given(st.lists(st.sampled_from(["ours", "theirs"]), max_size=8), st.permutations(range(8)))
def test_an_order_that_one_side_has_is_kept(whose: list[str], times: list[int]) -> None:
    lines = [line(f"{number}", f"{times[number]}") for number in range(len(whose))]
    sides = [[lines[n] for n, side in enumerate(whose) if side == name] for name in ("ours", "theirs")]

    found = merge_marks(*sides)

    for side in sides:
        assert [one for one in found if one in side] == side


class Story:
    """A chain of snapshots as one machine keeps them."""

    def __init__(self, kept: Sequence[Kept] = ()) -> None:
        self.kept = list(kept)

    def keep(
        self, content: str, taken: str = TIMES[0], imported: str = "2026-04-01T00:00:00Z", account: str = "me"
    ) -> Kept:
        used = {one.key for one in self.kept}
        moment = taken.replace(":", "")
        names = (SnapshotKey(f"linkedin-{account}", moment + end) for end in ("", *(f"-{n}" for n in range(2, 13))))
        key = next(name for name in names if name not in used)
        file = FileFacts("Connections.csv", len(content), hashlib.sha256(content.encode()).hexdigest())
        previous = hashlib.sha256(self.kept[-1].text).hexdigest() if self.kept else ""
        made = manifest([file], taken, account)._replace(id=key.id, imported_at=imported, previous=previous)
        self.kept.append(Kept.read(key, f"tree of {content}", manifests.dumps(made)))
        return self.kept[-1]


def summaries(kept: Sequence[Kept]) -> list[Summary]:
    return [summarise(one.manifest, hashlib.sha256(one.text).hexdigest()) for one in kept]


def union(ours: Story, theirs: Story, base: int = 0) -> United:
    return unite_snapshots(ours.kept[base:], theirs.kept[base:], summaries(ours.kept[:base]))


def names(found: United) -> list[tuple[str, str]]:
    return [(one.key.id, one.kept.tree.removeprefix("tree of ")) for one in found.placed]


def previous(one: Placed) -> str:
    return manifests.loads(one.text, "").previous


def assert_chained(found: United, after: str) -> None:
    for one in found.placed:
        assert previous(one) == after
        assert manifests.loads(one.text, "").id == one.key.id
        after = hashlib.sha256(one.text).hexdigest()


def test_snapshots_follow_in_the_order_of_their_import() -> None:
    ours, theirs = Story(), Story()
    ours.keep("base")
    theirs = Story(ours.kept)
    ours.keep("a", TIMES[1], "2026-04-03T00:00:00Z")
    theirs.keep("b", TIMES[2], "2026-04-02T00:00:00Z")

    found = union(ours, theirs, 1)

    assert names(found) == [("2026-03-21T080710Z", "b"), ("2026-03-20T090000Z", "a")]
    assert_chained(found, hashlib.sha256(ours.kept[0].text).hexdigest())
    assert found.placed[0].text == theirs.kept[1].text


def test_the_same_archive_imported_on_both_is_one_that_imported_first() -> None:
    ours, theirs = Story(), Story()
    ours.keep("a", imported="2026-04-03T00:00:00Z")
    theirs.keep("a", imported="2026-04-02T00:00:00Z")

    found = union(ours, theirs)

    assert names(found) == [("2026-03-20T080710Z", "a")]
    assert found.placed[0].text == theirs.kept[0].text
    assert found.both == (theirs.kept[0].key,)


def test_the_same_archive_of_one_day_is_one_even_if_its_time_was_read_otherwise() -> None:
    """As an import of both on one machine would find: a zip, and the folder it was unzipped to."""
    ours, theirs = Story(), Story()
    ours.keep("a", "2026-03-20T00:00:00Z", "2026-04-03T00:00:00Z")
    theirs.keep("a", imported="2026-04-02T00:00:00Z")

    found = union(ours, theirs)

    assert names(found) == [("2026-03-20T080710Z", "a")]
    assert found.ours == {ours.kept[0].key: theirs.kept[0].key}


def test_equal_content_of_two_days_is_two_snapshots() -> None:
    ours, theirs = Story(), Story()
    ours.keep("a")
    theirs.keep("a", TIMES[2])

    assert names(union(ours, theirs)) == [("2026-03-20T080710Z", "a"), ("2026-03-21T080710Z", "a")]


def test_two_archives_under_one_name_are_told_apart() -> None:
    ours, theirs = Story(), Story()
    ours.keep("a", imported="2026-04-03T00:00:00Z")
    theirs.keep("b", imported="2026-04-02T00:00:00Z")

    found = union(ours, theirs)

    assert names(found) == [("2026-03-20T080710Z", "b"), ("2026-03-20T080710Z-2", "a")]
    assert found.ours[ours.kept[0].key] == SnapshotKey("linkedin-me", "2026-03-20T080710Z-2")
    assert_chained(found, "")


def test_a_name_that_both_knew_before_is_nobody_elses() -> None:
    ours = Story()
    ours.keep("base")
    theirs = Story(ours.kept)
    ours.keep("a")
    theirs.keep("b", imported="2026-03-31T00:00:00Z")

    assert names(union(ours, theirs, 1)) == [("2026-03-20T080710Z-2", "b"), ("2026-03-20T080710Z-3", "a")]


def test_a_name_that_nobody_else_claims_stays() -> None:
    """Also where both were imported in the same second, so that only their names tell which was first."""
    for contents in ("ab", "ba", "cd", "dc"):
        ours, theirs = Story(), Story()
        for content in contents:
            ours.keep(content)
        theirs.keep("other", TIMES[1])

        assert union(ours, theirs).ours == {one.key: one.key for one in ours.kept}


def test_a_side_that_kept_one_archive_many_times_is_paired_in_the_order_of_its_numbers() -> None:
    """The tenth stands before the second where names are sorted as git sorts them."""
    ours, theirs = Story(), Story()
    for _ in range(12):
        ours.keep("a")
    theirs.keep("a", TIMES[1])
    theirs.keep("a", TIMES[1])
    by_name = sorted(ours.kept, key=lambda one: one.key.id)

    found = unite_snapshots(by_name, theirs.kept, ())

    assert found.theirs == {theirs.kept[0].key: ours.kept[0].key, theirs.kept[1].key: ours.kept[1].key}
    assert found.ours == {one.key: one.key for one in ours.kept}


def test_what_a_later_linkbak_wrote_into_a_manifest_stays() -> None:
    ours, theirs = Story(), Story()
    ours.keep("a", imported="2026-04-01T00:00:00Z")
    late = theirs.keep("b", TIMES[1], "2026-04-02T00:00:00Z")
    text = json.dumps({**json.loads(late.text), "mood": ["good"]}, sort_keys=True, indent=1).encode() + b"\n"
    theirs.kept[0] = Kept.read(late.key, late.tree, text)

    found = union(ours, theirs)

    assert json.loads(found.placed[1].text)["mood"] == ["good"]
    assert previous(found.placed[1]) == hashlib.sha256(ours.kept[0].text).hexdigest()


KEPT = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(TIMES),
    st.sampled_from(["2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z", "2026-04-03T00:00:00Z"]),
    st.sampled_from(["me", "boris"]),
)
STORY = st.lists(KEPT, max_size=4)


def told(story: list[tuple[str, str, str, str]], after: Story | None = None) -> Story:
    """What one machine keeps; it knows an archive that it has."""
    found = Story(after.kept if after else ())
    for content, taken, imported, account in story:
        if not any(
            (one.tree, one.key.account, one.manifest.taken[:10])
            == (f"tree of {content}", f"linkedin-{account}", taken[:10])
            for one in found.kept
        ):
            found.keep(content, taken, imported, account)
    return found


def held(kept: Sequence[Kept]) -> set[tuple[str, str, str]]:
    return {(one.key.account, one.manifest.taken[:10], one.tree) for one in kept}


@given(STORY, STORY, STORY)
def test_no_archive_is_lost_the_chain_is_whole_and_both_sides_come_to_the_same(
    before: list[tuple[str, str, str, str]],
    here: list[tuple[str, str, str, str]],
    there: list[tuple[str, str, str, str]],
) -> None:
    base = told(before)
    ours, theirs = told(here, base), told(there, base)
    start = len(base.kept)

    found, other = union(ours, theirs, start), union(theirs, ours, start)

    shapes = [[(one.key, one.kept.tree, one.text) for one in side.placed] for side in (found, other)]
    assert shapes[0] == shapes[1]
    assert (found.ours, found.theirs, found.both) == (other.theirs, other.ours, other.both)
    assert held([one.kept for one in found.placed]) == held(ours.kept[start:]) | held(theirs.kept[start:])
    keys = [one.key for one in found.placed] + [one.key for one in base.kept]
    assert len(set(keys)) == len(keys)
    assert all(one.key.id[:18] == one.kept.manifest.taken.replace(":", "") for one in found.placed)
    assert_chained(found, hashlib.sha256(base.kept[-1].text).hexdigest() if base.kept else "")
    for side, moves in ((ours, found.ours), (theirs, found.theirs)):
        tree = {one.key: one.kept.tree for one in found.placed}
        assert all(tree[moves[one.key]] == one.tree for one in side.kept[start:])


@given(STORY, STORY)
def test_what_is_merged_already_stays_when_it_is_merged_again(
    here: list[tuple[str, str, str, str]], there: list[tuple[str, str, str, str]]
) -> None:
    ours, theirs = told(here), told(there)
    found = union(ours, theirs)
    both = Story([Kept.read(one.key, one.kept.tree, one.text) for one in found.placed])

    for side in (ours, theirs):
        again = union(both, side)
        assert [(one.key, one.kept.tree, one.text) for one in again.placed] == [
            (one.key, one.kept.tree, one.text) for one in found.placed
        ]
