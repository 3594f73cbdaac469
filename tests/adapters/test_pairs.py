"""Skipping what is the same in both lists must change nothing but the time it takes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkbak.adapters import LinkedIn
from linkbak.adapters.linkedin.connections import join, side
from linkbak.diff.compare import compare
from linkbak.model import Coverage, Listing, Pair
from tests import sampling
from tests.adapters.given import alone, kept, paired

ADAPTER = LinkedIn()
NOTES = 'Notes:\n"When exporting, some addresses may be missing."\n\n'
C4 = "First Name,Last Name,Email Address,Company,Position,Connected On\n"
C5 = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


def person(number: int, day: str = "07 Jun 2023") -> str:
    return f"Person{number},Example,https://www.linkedin.com/in/person-{number},,Example Works,Engineer,{day}"


PEOPLE = [person(number, f"{28 - number % 28:02} Jun 2023") for number in range(28)]
HIDDEN = ",,,,,,07 Jun 2023"


def known(text: str | bytes) -> Coverage:
    return ADAPTER.read(alone(text)).coverage["connections"]


def both(before: str | bytes, after: str | bytes) -> tuple[Pair, Pair]:
    """The quick pair and the full one; a list read beside the earlier one says what it says by itself."""
    quick = paired(alone(before), alone(after), (known(before), known(after)))
    full = paired(alone(before), alone(after))
    assert quick is not None
    assert full is not None
    beside = ADAPTER.read(alone(after), kept(alone(before)))
    assert beside._replace(pair=None) == ADAPTER.read(alone(after))
    if beside.pair is not None:
        assert_same(beside.pair, full)
    return quick, full


def assert_same(quick: Pair, full: Pair) -> None:
    """The anchors and what was parsed are exactly the full lists, and every row says what it says in full.

    Date-only rows are left out only between two of the same rows in both, or at the end of both, and in one order.
    """
    for some, whole, which in ((quick.before, full.before, 0), (quick.after, full.after, 1)):
        anchored = [at for run in quick.anchors for at in range(run[which], run[which] + run[2])]
        assert sorted([*anchored, *some.positions]) == list(range(whole.total))
        assert [whole.rows[at] for at in some.positions] == list(some.rows)
        assert (some.total, some.hidden, some.newest_first, some.columns) == (
            whole.total,
            whole.hidden,
            whole.newest_first,
            whole.columns,
        )
    hidden = 0
    for at, to, length in quick.anchors:
        rows = full.before.rows[at : at + length]
        assert rows == full.after.rows[to : to + length]
        assert not rows[0].hidden
        assert not rows[-1].hidden or (at + length, to + length) == (full.before.total, full.after.total)
        hidden += sum(row.hidden for row in rows)
    if hidden:
        assert full.before.newest_first
        assert full.after.newest_first
        assert sorted(quick.anchors) == list(quick.anchors)
        assert quick.whole is not None
        whole_pair = quick.whole()
        assert whole_pair is not None
        assert whole_pair.whole is None
        assert_same(whole_pair, full)
    else:
        assert quick.whole is None


def quick_pair(before: bytes, after: bytes) -> Pair | None:
    """The two lists compared as bytes; None where that cannot be done."""
    left, right = side(before, known(before)), side(after, known(after))
    return join(left, right) if left and right else None


def lines(*rows: str) -> str:
    return NOTES + C5 + "\n".join(rows)


def test_only_rows_that_differ_are_parsed() -> None:
    before = lines(*PEOPLE, HIDDEN, HIDDEN)
    after = lines(person(90), *PEOPLE[:3], PEOPLE[3].replace("Engineer", "Director"), *PEOPLE[5:], HIDDEN, HIDDEN)

    quick, full = both(before, after)

    assert quick.anchors == [(0, 1, 3), (5, 5, 23)]
    assert quick.before.positions == [3, 4, 28, 29]
    assert quick.after.positions == [0, 4, 28, 29]
    assert_same(quick, full)


def test_date_only_rows_between_the_same_rows_are_not_parsed_where_the_order_holds() -> None:
    """One beside a row that differs may be anybody's: the first and the third here, but not the second and the last."""
    rows = [person(number) for number in range(6)]
    before = lines(HIDDEN, *rows[:2], HIDDEN, *rows[2:4], HIDDEN, *rows[4:], HIDDEN)
    after = lines(HIDDEN, *rows[:2], HIDDEN, *rows[2:4], HIDDEN, person(9), rows[5], HIDDEN)

    quick, full = both(before, after)

    assert quick.anchors == [(1, 1, 5), (8, 8, 2)]
    assert quick.before.positions == quick.after.positions == [0, 6, 7]
    assert_same(quick, full)
    assert compare(quick) == compare(full)


def test_where_a_row_changed_its_place_date_only_rows_are_looked_at_after_all() -> None:
    """Of two people one hid and one left, and perhaps it was another row of that date that left."""
    first, *rows, last = (person(number) for number in range(7))
    before = lines(first, *rows[:4], HIDDEN, last)
    after = lines(rows[0], HIDDEN, rows[3], HIDDEN, last, first.replace("Engineer", "Director"))

    for pair in ((before, after), (after, before)):
        quick, full = both(*pair)
        assert quick.whole is not None
        assert compare(quick) == compare(full)


@pytest.mark.parametrize("header", [C4, C5])
@pytest.mark.parametrize("again", [PEOPLE[0], PEOPLE[0].replace("Person0", '"Person0"')])
def test_where_a_row_stands_twice_the_same_is_found(header: str, again: str) -> None:
    """Whether it is one person or two is for others to say, also where only the quotes differ."""
    once = NOTES + header + "\n".join(PEOPLE)
    twice = f"{once}\n{again}"
    if header == C4:
        once, twice = (text.replace("https://www.linkedin.com/in/", "").replace(",,", ",") for text in (once, twice))

    for before, after in ((twice, once), (once, twice), (twice, twice)):
        quick, full = both(before, after)
        assert compare(quick) == compare(full)
        if again == PEOPLE[0] or header == C5:
            assert quick == full
            assert quick.anchors == ()


@pytest.mark.parametrize(
    "above", [PEOPLE[0] + "\n", 'Notes:\n"several\nlines"\n\n', '"' + PEOPLE[0] + "\n" + PEOPLE[1] + '"\n', "\n\n\n"]
)
def test_whatever_stands_above_the_header(above: str) -> None:
    before, after = above + C5 + "\n".join(PEOPLE), above + C5 + "\n".join(PEOPLE[1:])

    for pair in ((before, after), (after, before), (before, lines(*PEOPLE))):
        assert_same(*both(*pair))


def test_blank_lines_and_line_ends_do_not_shift_positions() -> None:
    before = lines(*PEOPLE).replace("Jun 2023\n", "Jun 2023\n\n") + "\n\n"

    for changed in (before, before.replace("\n", "\r\n"), "\ufeff" + before):
        quick, full = both(changed, lines(*PEOPLE[1:]))
        assert_same(quick, full)


@pytest.mark.parametrize(
    "odd",
    [
        'Ada,"Exam\nple",https://www.linkedin.com/in/a,,,,07 Jun 2023',
        'Ada,"Example,,,,,,07 Jun 2023',
        'a"b,"c,,,,,07 Jun 2023\n' + 'd""x,",,,,,07 Jun 2023',
        "Ada,Example,u,,,,someday",
        "Ada,Example",
        "Ada,Example,u,,One, Two,Engineer,07 Jun 2023",
        'Ada,"Example",u,,One, Two,Engineer,07 Jun 2023',
        'a,"b,,,,,07 Jun 2023\nc",u,,,,07 Jun 2023',
        ",,,,,,",
        "   ",
        C5.strip(),
        "Ada,Exa\rmple,u,,,,07 Jun 2023",
        "Ada,Example,u,,,,7-Jun-23",
        "Ada,Example,u,,,,Foo 07 Jun 2023",
        " , ,,,,,07 Jun 2023",
        '"","",,,,,07 Jun 2023',
        '"""",,,,,,07 Jun 2023',
        "\u00a0,,,,,,07 Jun 2023",
        'Ada,"Example, PhD",u,,,,07 Jun 2023',
        "Ada,Example,u,,,,07 Jun 2023,",
        "Ada,Example,u,,,,07 Jun 2023,x",
    ],
)
def test_whatever_is_odd_gives_what_a_full_reading_gives(odd: str) -> None:
    before, after = lines(*PEOPLE[:5], odd, *PEOPLE[5:]), lines(*PEOPLE[:8], odd, *PEOPLE[9:])

    for pair in ((before, after), (after, before), (before, lines(*PEOPLE)), (lines(*PEOPLE), after)):
        assert_same(*both(*pair))


@pytest.mark.parametrize(
    "after",
    [
        NOTES + C4 + "\n".join(PEOPLE).replace("https://www.linkedin.com/in/", ""),
        NOTES + C5.replace("Company,Position", "Position,Company") + "\n".join(PEOPLE),
        NOTES + C5.replace("\n", ",Tags\n") + "\n".join(f"{row}," for row in PEOPLE),
        "\n".join(PEOPLE),
        "",
        NOTES + C5,
    ],
)
def test_lists_of_different_columns_are_read_in_full(after: str) -> None:
    quick, full = both(lines(*PEOPLE), after)

    assert quick == full
    assert quick.anchors == ()


def test_the_quick_way_is_taken_where_it_can_be() -> None:
    """Else the tests above would prove nothing."""
    content = lines(*PEOPLE, 'Ada,"Example, PhD",https://www.linkedin.com/in/ada,,,,07 Jun 2023', HIDDEN).encode()

    for data in (content, content.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + content, content + b"\n\n"):
        pair = quick_pair(data, data)
        assert pair is not None
        assert pair.anchors == [(0, 0, 29)]


NAMES = st.sampled_from(
    ["Ada", "Boris", "Cleo", " Dana", "É🌱", "", '"E, F"', '"G ""H"""', "I\u2028J", '"K\nL"', 'M"N']
)
DAYS = st.sampled_from(["07 Jun 2023", "06 Jun 2023", "05 Mar 2023", "5 Mar 2023", "28 Feb 2023", "30 Feb 2023", ""])
USUAL_DAYS = st.sampled_from(["07 Jun 2023", "06 Jun 2023", "05 Mar 2023", "28 Feb 2023"])


def rows(names: st.SearchStrategy[str], days: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda n, m, d: f"{n},{m},https://www.linkedin.com/in/x,,{m},,{d}", names, names, days),
        st.builds(lambda d: f",,,,,,{d}", days),
    )


USUAL = st.lists(rows(st.sampled_from(["Ada", "Boris", "É", '"E, F"', ""]), USUAL_DAYS), max_size=12)
UNIQUE = st.lists(rows(st.sampled_from(["Ada", "Boris", "É🌱", '"E, F"', '"G ""H"""', ""]), USUAL_DAYS), unique=True)
HIDING = st.lists(st.builds(lambda d: f",,,,,,{d}", USUAL_DAYS), max_size=5)
ODD = st.lists(st.one_of(rows(NAMES, DAYS), st.sampled_from(["", " ", ",", '"', ",,,,,,", "\r", "x"])), max_size=8)


@settings(max_examples=sampling.examples(200), deadline=None)
@given(UNIQUE, HIDING, st.data(), st.sampled_from(["\n", "\r\n"]))
def test_any_two_usual_lists(world: list[str], hidden: list[str], data: st.DataObject, end: str) -> None:
    """Such lists must go the quick way, or the test proves nothing."""
    both_have = [row for row in world if data.draw(st.booleans())]
    before = [*both_have, *hidden, person(1)]
    after = [person(2), *data.draw(st.permutations([*hidden[1:], *world]))]
    old, new = (lines(*rows).replace("\n", end) for rows in (before, after))

    assert quick_pair(old.encode(), new.encode()) is not None
    assert_same(*both(old, new))


@settings(max_examples=sampling.examples(150), deadline=None)
@given(USUAL, ODD, ODD)
def test_any_two_odd_lists(common: list[str], before: list[str], after: list[str]) -> None:
    assert_same(*both(lines(*before, *common), lines(*common, *after)))


def test_listings_are_none_where_a_side_lacks_the_list() -> None:
    other = alone("Organization,Followed On\n", "Company Follows.csv")

    assert paired(other, alone(lines(*PEOPLE))) is None
    assert paired(alone(lines(*PEOPLE)), other) is None
    assert isinstance(ADAPTER.connections(alone(lines(*PEOPLE))), Listing)
