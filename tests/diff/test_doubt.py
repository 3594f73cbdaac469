"""What rows of one date prove, and where they allow two readings."""

from __future__ import annotations

import pytest

from linkbak.diff import Doubt
from linkbak.matching.alignment import MISSING, NEWEST, UNORDERED
from linkbak.model import Connection
from tests.diff.people import (
    ADA,
    ADDRESS,
    BORIS,
    CARLA,
    LAST,
    LIST,
    NEW,
    OLDER,
    STRANGER,
    TOP,
    date_only,
    diff,
    doubts,
    person,
    told,
)

MOVED = BORIS._replace(url=ADDRESS + "somewhere-else")


def test_similarity_tells_who_is_missing() -> None:
    """Boris changed his address, so it is Ada who is gone."""
    found = diff(LIST, [TOP, MOVED, CARLA, LAST])

    assert told(found) == {"renamed": 1, "vanished": 1}
    assert found.vanished == (ADA,)
    assert found.renamed[0].after == MOVED


def test_what_lies_between_two_similar_rows_is_settled_by_order() -> None:
    """Ada is above Boris, so she is the stranger now; Carla is below, where nobody is."""
    found = diff(LIST, [TOP, STRANGER, MOVED, LAST])

    assert told(found) == {"renamed": 2, "vanished": 1}
    assert found.vanished == (CARLA,)
    assert [(change.before, change.after) for change in found.renamed] == [(ADA, STRANGER), (BORIS, MOVED)]


@pytest.mark.parametrize("now", [date_only(), STRANGER], ids=["hidden", "a stranger"])
def test_one_of_two_is_gone(now: Connection) -> None:
    """Either may be the one hidden or renamed; so nobody is accused of having gone."""
    before, after = [TOP, ADA, BORIS, LAST], [TOP, now, LAST]

    found = diff(before, after)

    assert told(found) == {"uncertain": 1, "uncertain_vanished": 1}
    assert doubts(found) == (Doubt((ADA, BORIS), (now,), MISSING),)


def test_someone_gone_beside_a_hidden_person() -> None:
    """The other reading needs two rare things at once: that Ada hid, and that the hidden one left."""
    found = diff([TOP, date_only(), ADA, LAST], [TOP, date_only(), LAST])

    assert told(found) == {"vanished": 1}
    assert found.vanished == (ADA,)


def test_hidden_rows_that_stayed_in_every_reading_are_unchanged() -> None:
    hidden = [date_only()] * 5

    found = diff([TOP, *hidden, ADA, BORIS, LAST], [TOP, *hidden, date_only(), LAST])

    assert doubts(found) == (Doubt((ADA, BORIS), (date_only(),), MISSING),)
    assert found.counts["unchanged"] == 7


def test_what_is_likelier_is_said_with_its_share() -> None:
    """Either of two may be the one who hid, and nothing tells them apart."""
    found = diff([TOP, ADA, BORIS, LAST], [TOP, date_only(), LAST])

    assert [(one.claim, one.before, one.after, round(one.share, 2)) for one in found.uncertain[0].likelier] == [
        ("vanished", ADA, None, 0.5),
        ("vanished", BORIS, None, 0.5),
    ]


def test_of_two_hidden_one_is_shown_again_and_one_is_gone() -> None:
    """Which of the two is which makes no difference."""
    found = diff([TOP, date_only(), date_only(), LAST], [TOP, ADA, LAST])

    assert told(found) == {"returned": 1, "vanished": 1}
    assert (found.returned, found.vanished) == ((ADA,), (date_only(),))


def test_a_stranger_on_the_newest_date_may_be_new() -> None:
    """Ada was the newest; someone else may have connected later on her day."""
    found = diff([ADA, LAST], [STRANGER, LAST])

    assert told(found) == {"uncertain": 1}
    assert doubts(found) == (Doubt((ADA,), (STRANGER,), NEWEST),)


def test_a_newer_date_on_top_makes_it_no_older() -> None:
    """The date that counts is the newest of the list that ends first."""
    found = diff([ADA, LAST], [TOP, STRANGER, LAST])

    assert told(found) == {"added": 1, "uncertain": 1}


def test_similarity_settles_the_newest_date() -> None:
    moved = ADA._replace(url=ADDRESS + "else")

    found = diff([ADA, LAST], [STRANGER, moved, LAST])

    assert told(found) == {"added": 1, "renamed": 1}
    assert found.added == (STRANGER,)


def test_hidden_on_the_newest_date() -> None:
    assert told(diff([ADA, LAST], [date_only(), LAST])) == {"hidden": 1}
    assert told(diff([date_only(), LAST], [ADA, LAST])) == {"returned": 1}


def test_someone_new_above_an_old_one_of_the_same_day_is_new() -> None:
    """Nora stands above Tom, who was the newest, so she cannot be Ada."""
    nora, ada = person("Nora New", NEW), ADA._replace(connected_on=NEW)

    found = diff([TOP, ada, LAST], [nora, TOP, LAST])

    assert told(found) == {"added": 1, "vanished": 1}
    assert (found.added, found.vanished) == ((nora,), (ada,))


def test_on_the_newest_date_two_hidden_for_one_shown() -> None:
    """That both are gone and the one shown is new is far less likely."""
    found = diff([date_only(), date_only(), LAST], [ADA, LAST])

    assert told(found) == {"returned": 1, "vanished": 1}


def test_below_a_similar_row_on_the_newest_date_nobody_is_new() -> None:
    moved = ADA._replace(url=ADDRESS + "else")

    found = diff([ADA, BORIS, LAST], [moved, STRANGER, LAST])

    assert told(found) == {"renamed": 2}


def test_below_an_anchor_on_the_newest_date_nobody_is_new() -> None:
    moved = ADA._replace(url=ADDRESS + "else")

    found = diff([ADA, CARLA, BORIS, LAST], [moved, CARLA, STRANGER, LAST])

    assert told(found) == {"renamed": 2}


def test_above_the_first_anchor_older_dates_are_old() -> None:
    """Tom moved, so Ada's row is above the first row that did not change; but her date is not the newest."""
    moved = TOP._replace(url=ADDRESS + "else")

    found = diff([TOP, ADA, LAST], [moved, STRANGER, LAST])

    assert told(found) == {"renamed": 2}


def test_a_row_below_its_place_that_is_somebody_beyond_doubt() -> None:
    """The second of two has Ada's name and work; that Boris became all of that is harder to believe than disorder."""
    moved = ADA._replace(url=ADDRESS + "else")

    found = diff([TOP, ADA, BORIS, LAST], [TOP, STRANGER, moved, LAST])

    assert [(change.before, change.after) for change in found.renamed] == [(ADA, moved)]
    assert doubts(found) == (Doubt((BORIS,), (STRANGER,), MISSING),)


def test_similarity_against_the_order_leaves_no_order_to_go_by() -> None:
    moved, other = ADA._replace(url=ADDRESS + "else"), person("Yves Yellow")
    swapped = BORIS._replace(url=ADDRESS + "somewhere-else")

    found = diff(LIST, [TOP, swapped, moved, STRANGER, other, LAST])

    assert told(found) == {"renamed": 2, "uncertain": 1, "uncertain_added": 1}
    assert doubts(found) == (Doubt((CARLA,), (STRANGER, other), MISSING),)


def test_where_rows_of_another_date_moved_someone_on_top_is_new() -> None:
    """Nothing that Nora shows is Ada's, and the newest date was in order."""
    nora, ada = person("Nora New", NEW), ADA._replace(connected_on=NEW)

    found = diff([TOP, ada, BORIS, CARLA, LAST], [nora, TOP, CARLA, BORIS, LAST])

    assert told(found) == {"added": 1, "vanished": 1}


def test_out_of_place_on_an_old_date() -> None:
    """Ada's row is gone above Boris, a stranger came below him: a copy may be sorted by name within a day."""
    found = diff([TOP, ADA, BORIS, LAST], [TOP, BORIS, STRANGER, LAST])

    assert told(found) == {"uncertain": 1}
    assert doubts(found) == (Doubt((ADA,), (STRANGER,), UNORDERED),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([TOP, ADA, BORIS, CARLA, LAST], [TOP, CARLA, STRANGER, BORIS, LAST]),
        ([TOP, BORIS, CARLA, ADA, LAST], [TOP, CARLA, STRANGER, BORIS, LAST]),
        ([TOP, CARLA, ADA, BORIS, LAST], [TOP, STRANGER, BORIS, CARLA, LAST]),
    ],
)
def test_where_others_changed_places_the_date_still_counts(before: list[Connection], after: list[Connection]) -> None:
    """Ada and the stranger stand on different sides of one who moved, but nobody is new on an old date."""
    found, back = diff(before, after), diff(after, before)

    assert told(found) == told(back) == {"renamed": 1}
    assert (found.renamed[0].before, found.renamed[0].after) == (ADA, STRANGER)


def test_above_those_who_changed_places_order_holds() -> None:
    found = diff(LIST, [TOP, STRANGER, CARLA, BORIS, LAST])

    assert told(found) == {"renamed": 1}


def test_another_date_keeps_its_order() -> None:
    """That two of one day changed places says nothing of those of another."""
    ada = ADA._replace(connected_on=OLDER)

    found = diff([TOP, BORIS, CARLA, ada, LAST], [TOP, CARLA, BORIS, STRANGER._replace(connected_on=OLDER), LAST])

    assert told(found) == {"renamed": 1}


def test_a_crowd_of_one_date_is_left_uncertain() -> None:
    """Hundreds of unlike rows of one date and as many again, but one: nobody is weighed against everybody."""
    before = [TOP, *(person(f"Person{k} Old{k * 7919}") for k in range(300)), LAST]
    after = [TOP, *(person(f"Human{k} New{k * 6997}") for k in range(299)), LAST]

    found = diff(before, after)

    assert told(found) == {"uncertain": 299, "uncertain_vanished": 1}


def test_in_a_crowd_of_one_date_an_equal_e_mail_shows_who_is_who() -> None:
    mails = {k: f"p{k}@example.com" for k in (5, 105, 205)}
    before = [person(f"Person{k} Old{k * 7919}")._replace(email=mails.get(k, "")) for k in range(300)]
    after = [person(f"Human{k} New{k * 6997}")._replace(email=mails.get(k, "")) for k in range(299)]

    found = diff([TOP, *before, LAST], [TOP, *after, LAST])

    assert [(one.before, one.after) for one in found.renamed] == [(before[k], after[k]) for k in mails]
    assert told(found) == {"renamed": 3, "uncertain": 296, "uncertain_vanished": 1}


def test_an_address_listed_anew_while_it_is_open_who_left_its_place() -> None:
    """Ada came back, or hid and somebody new has her address: whoever has it is in the doubt, and nobody is gone."""
    back = person("Zed Zulu", NEW, slug="ada-example")

    found = diff(LIST, [back, TOP, date_only(), CARLA, LAST])

    assert doubts(found) == (Doubt((ADA, BORIS), (back, date_only()), MISSING),)
    assert told(found) == {"uncertain": 2}


def test_a_tail_cut_off_is_gone() -> None:
    """As far as two lists tell; whether to believe it is for `held` to say."""
    found = diff([*LIST, date_only(OLDER)], LIST[:3])

    assert told(found) == {"vanished": 3}
    assert found.vanished == (CARLA, LAST, date_only(OLDER))
