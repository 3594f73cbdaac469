"""What two versions of a file have in common is proved by its bytes; all else is given as new."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkbak.adapters import versions
from linkbak.adapters.versions import New, Same, parts
from linkbak.index import correspondence
from tests.index.archives import IN, ME, TEN, indexed, table
from tests.sampling import examples

PLAIN = [b"%d,plain\n" % number for number in range(40)]
BROKEN = b'8,"two\nlines, and ""a quote"""\n'
EDITED = BROKEN.replace(b"lines", b"rows")


def found(earlier: Sequence[bytes], later: Sequence[bytes]) -> list[Same | bytes]:
    told = parts(io.BytesIO(b"".join(later)), io.BytesIO(b"".join(earlier)))
    return [one.content if isinstance(one, New) else one for one in told]


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (PLAIN, PLAIN, [Same(0, 40)]),
        (PLAIN, [BROKEN, *PLAIN], [BROKEN, Same(0, 40)]),
        ([BROKEN, *PLAIN], PLAIN, [Same(1, 40)]),
        (PLAIN, PLAIN[:7] + PLAIN[9:], [Same(0, 7), Same(9, 31)]),
        (PLAIN, [*PLAIN[:7], b"7,edited\n", *PLAIN[8:]], [Same(0, 7), b"7,edited\n", Same(8, 32)]),
        (PLAIN[:8], [*PLAIN[:7], PLAIN[7][:-1]], [Same(0, 7), PLAIN[7][:-1]]),
        ([*PLAIN[:7], PLAIN[7][:-1]], [*PLAIN[:7], PLAIN[7][:-1]], [Same(0, 8)]),
        ([BROKEN, *PLAIN], [EDITED, *PLAIN], [EDITED, Same(1, 40)]),
        (PLAIN[:3], [b'"', PLAIN[0], b'"\n', *PLAIN[1:3]], [b'"0,plain\n"\n', Same(1, 2)]),
        (PLAIN, [*PLAIN[20:], *PLAIN[:20]], [Same(20, 20), b"".join(PLAIN[:20])]),
        ([], PLAIN, [b"".join(PLAIN)]),
        (PLAIN, [], []),
    ],
)  # fmt: skip
def test_runs_of_equal_records_are_found(
    earlier: list[bytes], later: list[bytes], expected: list[Same | bytes]
) -> None:
    assert found(earlier, later) == expected


def test_what_never_ends_is_not_read_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_FAR", 64)
    monkeypatch.setattr(versions, "_LONGEST", 256)
    later = io.BytesIO(b"".join([*PLAIN[:2], b'a "stray\n', *PLAIN * 100]))

    assert list(parts(later, io.BytesIO(b"".join(PLAIN)))) == [Same(0, 2), New(b"", 1)]
    assert later.tell() < 2000


records = st.one_of(
    st.text("ab", min_size=1, max_size=5).map(lambda text: f"{text}\n".encode()),
    st.text('a\n"', max_size=5).map(lambda text: '"{}",b\n'.format(text.replace('"', '""')).encode()),
)
sizes = st.sampled_from((4, 16, 1 << 16))


@given(st.lists(records), st.lists(records), st.data(), sizes, sizes, st.booleans())
def test_every_record_is_given_once_and_as_it_is(
    earlier: list[bytes], added: list[bytes], data: st.DataObject, near: int, far: int, cut: bool
) -> None:
    later = data.draw(st.permutations(earlier)) if data.draw(st.booleans()) else list(earlier)
    for record in added:
        at = data.draw(st.integers(0, len(later)))
        later[at : at + data.draw(st.integers(0, 2))] = [record]
    if cut and later:
        later[-1] = later[-1][:-1]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(versions, "_NEAR", near)
        patched.setattr(versions, "_FAR", far)
        told = list(parts(io.BytesIO(b"".join(later)), io.BytesIO(b"".join(earlier))))

    given_back = [
        earlier[one.first : one.first + one.records] if isinstance(one, Same) else [one.content] for one in told
    ]
    assert b"".join(b"".join(some) for some in given_back) == b"".join(later)
    assert sum(one.records for one in told) == len(later)
    assert all(len(some) == one.records for some, one in zip(given_back, told, strict=True) if isinstance(one, Same))


# --- in the index -----------------------------------------------------------------------------------------------------

Line = tuple[int, int, str]
"""A message: its conversation, its second, what it says."""

texts = st.sampled_from(("yes", 'so "it" was', "two\nlines", "a, b", "ä", ""))
lines = st.builds(lambda place, text: (place % 3, place, text), st.integers(0, 50), texts)


def rows(said: Sequence[Line]) -> str:
    """messages.csv with them; the folder makes each an envelope of its own, of which the index knows who has it."""

    def row(talk: int, second: int, text: str) -> Sequence[str]:
        sender, when = (f"P{talk} Sample", f"{IN}p{talk}"), f"2024-01-01 10:00:{second:02} UTC"
        return f"2-{talk}", "", *sender, *ME, when, "", text, f"{second} {text}"

    return table(TEN, [row(*line) for line in said])


@settings(max_examples=examples(100))
@given(st.lists(lines, max_size=8, unique=True), st.data())
def test_an_index_that_was_kept_equals_one_made_anew(first: list[Line], data: st.DataObject) -> None:
    """Whatever later archives add, lack, put elsewhere or write anew; and every message is there once."""
    versions = [first]
    for _ in range(2):
        now = list(versions[-1])
        moved: bool = data.draw(st.booleans())
        if moved:
            now = data.draw(st.permutations(now))
        added: list[Line] = data.draw(st.lists(lines, max_size=3, unique=True))
        for line in added:
            if line not in now:
                now.insert(data.draw(st.integers(0, len(now))), line)
        at = data.draw(st.integers(0, len(now)))
        del now[at : at + data.draw(st.integers(0, 2))]
        edited: bool = data.draw(st.booleans())
        if now and edited:
            at = data.draw(st.integers(0, len(now) - 1))
            now[at] = (*now[at][:2], f"{now[at][2]} edited")
        versions.append(list(dict.fromkeys(now)))
    archives = [(f"2024-0{month}-01", {"messages.csv": rows(said)}) for month, said in enumerate(versions, start=2)]
    kept = indexed(*archives)
    late = indexed(*reversed(archives))

    told = [
        sorted(one._replace(account="", number=0) for one in correspondence.messages(history))
        for history in (kept, late)
    ]
    assert told[0] == told[1]
    shown = [(one.last_seen[:10], (int(one.conversation[2:]), int(one.sent_at[17:19]), one.text)) for one in told[0]]
    assert sorted(line for _, line in shown) == sorted({line for version in versions for line in version})
    for (day, _), version in zip(archives, versions, strict=True):
        later = {line for (then, _), other in zip(archives, versions, strict=True) if then > day for line in other}
        assert {line for seen, line in shown if seen == day} == {*version} - later


FILE = rows([(0, 1, "yes"), (0, 2, "no, never"), (1, 3, "two\nlines")])
STRAY = FILE.replace("yes", 'y"es')


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FILE, FILE.replace("\n", "\r\n")),
        (FILE, FILE.replace("FOLDER", "FOLDER ")),
        (FILE, "\ufeff" + FILE),
        (FILE, FILE.rstrip("\n")),
        (FILE, f"{FILE}\n\n"),
        (FILE, "".join(FILE.splitlines(keepends=True)[:-2])),
        (STRAY, STRAY + rows([(2, 4, "later")]).partition("\n")[2]),
        (STRAY, STRAY.replace("no, never", 'no "', 1)),
        (FILE, FILE.replace("two\nlines", 'two\nli"nes')),
    ],
)
def test_where_a_precondition_fails_the_file_is_read_as_if_it_came_alone(before: str, after: str) -> None:
    """Whatever else the file before holds is known too, and that is all the difference."""
    both = indexed(("2024-02-01", {"messages.csv": before}), ("2024-03-01", {"messages.csv": after}))
    alone = indexed(("2024-03-01", {"messages.csv": after}))

    shown = [
        sorted(
            one._replace(number=0, text=" ".join(one.text.split()))  # of blanks alone the first writing is kept
            for one in correspondence.messages(history)
            if one.last_seen[:10] == "2024-03-01"
        )
        for history in (both, alone)
    ]
    assert shown[0] == shown[1]
    assert shown[1]
