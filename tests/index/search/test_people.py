"""People are found by what is or was known of them, best first, though it be misspelled."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from linkbak.index import Hit
from linkbak.index.query import unspaced, words
from linkbak.index.search import search_people
from tests.hostile_text import HOSTILE_TEXT
from tests.index.search.shelf import ME, Shelf


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def found(shelf: Shelf, query: str, account: str | None = None, limit: int = 20) -> list[int]:
    return [hit.person_number for hit in search_people(shelf.db, account, query, limit)]


def shown(hit: Hit) -> list[tuple[str, str, bool]]:
    """Field, the value with its words in brackets, whether former."""
    out: list[tuple[str, str, bool]] = []
    for one in hit.matches:
        text = one.value
        for start, end in reversed(one.spans):
            text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
        out.append((one.field, text, one.former))
    return out


def test_where_a_word_stands_counts_before_how_well_it_matches(shelf: Shelf) -> None:
    noted = shelf.person("Dora", "Sample")
    shelf.mark(noted, "note", "met in Ghent")
    former = shelf.person("Carla", "Sample", company="Here", former=[{"company": "Ghent"}])
    mail = shelf.person("Boris", "Sample", email="ghent@example.com")
    address = shelf.person("Anna", "Sample", url="https://www.linkedin.com/in/anna-ghent-1a2b3c")
    position = shelf.person("Zoe", "Sample", position="Mayor of Ghent")
    begins = shelf.person("Eve", "Sample", company="Ghentish")
    name = shelf.person("Ghentina", "Sample")
    exact = shelf.person("Ghent", "Sample")
    assert found(shelf, "ghent") == [exact, name, position, begins, address, mail, former, noted]


def test_of_equals_short_names_come_first_and_then_the_alphabet(shelf: Shelf) -> None:
    three = shelf.person("Ada", "Able Sample")
    last = shelf.person("Ada", "Sample")
    first = shelf.person("Ada", "Example")
    assert found(shelf, "ada") == [first, last, three]
    assert found(shelf, "ada", limit=2) == [first, last]
    assert found(shelf, "ada", limit=0) == []


def test_the_words_may_stand_in_different_texts_and_are_all_shown(shelf: Shelf) -> None:
    both = shelf.person("Ada", "Example", company="Sample & Sons", position="Buyer")
    shelf.mark(both, "note", "met in Ghent, again in Ghent")
    shelf.person("Ada", "Other")
    (hit,) = search_people(shelf.db, None, "ghent ada sons", 20)
    assert shown(hit) == [
        ("name", "[Ada] Example", False),
        ("company", "Sample & [Sons]", False),
        ("note", "met in [Ghent], again in [Ghent]", False),
    ]
    assert (hit.person_number, hit.missing, hit.near) == (both, (), False)


def test_spans_are_places_in_the_text_as_written(shelf: Shelf) -> None:
    shelf.person("Zoe\u0308", "Ægir-Łuk")
    (hit,) = search_people(shelf.db, None, "aegir ZOE", 20)
    assert hit.matches[0].spans == ((0, 4), (5, 9))


def test_former_values_are_found_and_said_to_be_former(shelf: Shelf) -> None:
    former = [{"last_name": "Maiden", "company": "Old Works"}, {"last_name": "Maiden", "email": "old@example.com"}]
    shelf.person("Ada", "Example", company="New Works", former=former)
    for query, shows in [
        ("maiden", ("name", "Ada [Maiden]", True)),
        ("old works", ("company", "[Old] [Works]", True)),
        ("old@example.com", ("email", "[old]@[example].[com]", True)),
    ]:
        (hit,) = search_people(shelf.db, None, query, 20)
        assert shows in shown(hit)
    (hit,) = search_people(shelf.db, None, "works", 20)
    assert shown(hit) == [("company", "New [Works]", False)]


def test_notes_tags_and_notes_of_the_network(shelf: Shelf) -> None:
    ada, boris = shelf.person("Ada", "Example"), shelf.person("Boris", "Sample")
    shelf.mark(ada, "tag", "choir")
    shelf.mark(ada, "note", "sings alto", undone=1)
    shelf.mark(ada, "cause", "other")
    shelf.archive_note(shelf.party("Boris Sample", boris), "sings bass")
    assert found(shelf, "choir") == [ada]
    assert found(shelf, "alto") == found(shelf, "other") == []
    (hit,) = search_people(shelf.db, None, "sings", 20)
    assert (hit.person_number, shown(hit)) == (boris, [("archive-note", "[sings] bass", False)])


def test_an_address_is_found_by_its_own_part_only_and_as_letters(shelf: Shelf) -> None:
    shelf.person("A", "B", url="https://www.linkedin.com/in/zo%C3%AB-van-voorbeeld")
    (hit,) = search_people(shelf.db, None, "zoe-van", 20)
    assert shown(hit) == [("address", "[zoë]-[van]-voorbeeld", False)]
    assert found(shelf, "linkedin") == found(shelf, "www") == []


def test_a_phrase_stands_together_and_in_one_text(shelf: Shelf) -> None:
    one = shelf.person("Ada", "Example", company="Ghent University", position="Porter")
    apart = shelf.person("Boris", "Sample", company="University of Ghent")
    across = shelf.person("Carla", "Ghent", company="University")
    assert found(shelf, '"ghent univ"') == [one]
    assert set(found(shelf, "ghent univ")) == {one, apart, across}
    (hit,) = search_people(shelf.db, None, '"Ghent University"', 20)
    assert shown(hit) == [("company", "[Ghent University]", False)]
    assert found(shelf, '"porter ghent"') == [one], "it falls apart if nobody has it"


def test_a_slip_of_the_fingers_is_forgiven(shelf: Shelf) -> None:
    ada = shelf.person("Ada", "Hofmann", company="Beispielwerke")
    for query in ("hofman", "hoffmann", "hofmnan", "gofmann", "beispeilwerk", "ada hofnann"):
        (hit,) = search_people(shelf.db, None, query, 20)
        assert (hit.person_number, hit.near) == (ada, query != "hofman"), query
    assert search_people(shelf.db, None, "hofmnan", 20)[0].matches[0].spans == ((4, 11),)
    for query in ("ida", "odo", "abba", "huffnann", "1234"):
        assert found(shelf, query) == [], query


def test_one_slip_is_nearer_than_two(shelf: Shelf) -> None:
    two, one = shelf.person("A", "Aardverkten"), shelf.person("B", "Aardwerkten")
    assert found(shelf, "aardwerktem") == [one, two]


def test_a_word_that_is_somewhere_is_only_taken_for_a_slip_if_nobody_has_all(shelf: Shelf) -> None:
    marie, maria = shelf.person("Marie", "Sample"), shelf.person("Maria", "Example")
    assert found(shelf, "marie") == [marie]
    assert found(shelf, "marie example") == [maria]


def test_if_nobody_has_all_words_the_best_have_most(shelf: Shelf) -> None:
    one = shelf.person("Ada", "Example", company="Ghent")
    two = shelf.person("Boris", "Sample", company="Ghent", position="Buyer")
    hits = search_people(shelf.db, None, "buyer ghent xyzzy", 20)
    assert [(hit.person_number, hit.missing) for hit in hits] == [(two, ("xyzzy",)), (one, ("buyer", "xyzzy"))]
    assert hits[0].score < 0, "whoever has all words is above, whichever account they are of"


def test_scripts_without_blanks(shelf: Shelf) -> None:
    yamada = shelf.person("太郎", "山田", company="見本株式会社")
    kim = shelf.person("철수", "김")
    levi = shelf.person("שרה", "לוי")
    ahmad = shelf.person("أحمد", "مثال")
    for query, whom in [
        ("山田", yamada),
        ("山田太郎", yamada),
        ("株式会社", yamada),
        ("김철수", kim),
        ("철수", kim),
        ("שרה", levi),
        ("احمد", ahmad),
    ]:
        assert found(shelf, query) == [whom], query
    assert found(shelf, '"田山"') == [yamada], "apart, if no phrase is so"
    assert found(shelf, "王") == []


def test_accounts_are_searched_alone_or_together(shelf: Shelf) -> None:
    mine = shelf.person("Ada", "Example")
    other = shelf.person("Ada", "Sample", account="linkedin-other")
    assert found(shelf, "ada") == [mine, other]
    assert found(shelf, "ada", ME) == [mine]
    assert found(shelf, "ada", "linkedin-none") == []
    assert found(shelf, "sampel", ME) == [], "only the other account has that"


def test_what_changed_since_the_last_search_is_found_anew(shelf: Shelf) -> None:
    ada, boris = shelf.person("Ada", "Example"), shelf.person("Boris", "Sample")
    assert found(shelf, "example") == [ada]
    shelf.db.execute("UPDATE person SET last_name = 'Married' WHERE number = ?", (ada,))
    shelf.db.execute("UPDATE seen SET last_name = 'Married' WHERE person = ?", (ada,))
    shelf.touch(ada)
    shelf.db.execute("DELETE FROM person WHERE number = ?", (boris,))
    shelf.db.execute("DELETE FROM seen WHERE person = ?", (boris,))
    shelf.touch(boris)
    fresh = shelf.person("Carla", "Ejemplo")
    assert (found(shelf, "married"), found(shelf, "boris"), found(shelf, "carla")) == ([ada], [], [fresh])
    assert found(shelf, "example") == []


def test_notes_of_the_network_are_noticed_though_nobody_says_so(shelf: Shelf) -> None:
    ada, boris = shelf.person("Ada", "Example"), shelf.person("Boris", "Sample")
    party = shelf.party("Ada Example", ada)
    assert found(shelf, "ghent") == []
    note = shelf.archive_note(party, "met in Ghent")
    assert found(shelf, "ghent") == [ada]
    shelf.db.execute("UPDATE party SET person = ? WHERE number = ?", (boris, party))
    assert found(shelf, "ghent") == [boris]
    shelf.db.execute("DELETE FROM archive_note WHERE number = ?", (note,))
    assert found(shelf, "ghent") == []


def test_a_read_only_index_is_searched_in_memory(shelf: Shelf) -> None:
    ada = shelf.person("Ada", "Example")
    shelf.archive_note(shelf.party("Ada Example", ada), "alto")
    shelf.db.execute("PRAGMA query_only = ON")
    assert found(shelf, "exampel") == found(shelf, "alto") == [ada]
    shelf.db.execute("PRAGMA query_only = OFF")
    assert found(shelf, "ada") == [ada]
    shelf.person("Ada", "Sample")
    shelf.db.execute("PRAGMA query_only = ON")
    assert len(found(shelf, "ada")) == 2


def test_searching_inside_a_transaction_is_a_part_of_it(shelf: Shelf) -> None:
    shelf.person("Ada", "Example")
    shelf.db.execute("BEGIN")
    assert len(found(shelf, "ada")) == 1
    shelf.db.execute("ROLLBACK")
    assert len(found(shelf, "ada")) == 1


@pytest.mark.parametrize("query", [*HOSTILE_TEXT, 'a" OR name:*', "NEAR(a b)", "^ada", "{name}: a", "a AND NOT", "*"])
def test_no_query_breaks_the_search(shelf: Shelf, query: str) -> None:
    number = shelf.person(query, "Example", company=query, url=query, email=query)
    shelf.mark(number, "note", query)
    assert found(shelf, query) == ([number] if words(query) else [])
    assert found(shelf, f'"{query}"') in ([number], [])


_EVERYBODY = Shelf()
_NAMES = ["Ada", "Bettina", "Çağla", "Dörthe", "Ewald", "Françoise", "Günther", "Kraśnicka", "Ödegård", "O'Brien"]
_NAMES += ["Ольга", "Дмитриевна", "Παπαδόπουλος", "محمد", "שמעון", "山田", "太郎", "김철수", "हिन्दीवाला", "Anne-Marie"]
_PEOPLE = {
    _EVERYBODY.person(first, last, company=f"{first} Werke"): f"{first} {last}"
    for first in _NAMES
    for last in _NAMES
    if first != last
}
_PERSON = st.sampled_from(sorted(_PEOPLE))


def _known() -> Sequence[str]:
    return sorted({word.text for name in _PEOPLE.values() for word in words(name)} | {"werke"})


@given(_PERSON, st.data())
def test_any_word_of_a_name_finds_its_person(number: int, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(_PEOPLE[number].split()))
    assert number in found(_EVERYBODY, data.draw(st.sampled_from([word, word.upper(), word.lower()])), limit=200)


@given(_PERSON)
def test_a_whole_name_finds_its_person_first(number: int) -> None:
    assert found(_EVERYBODY, _PEOPLE[number])[0] == number


@given(_PERSON, st.data())
def test_one_slip_in_a_long_word_still_finds_its_person(number: int, data: st.DataObject) -> None:
    long = [w.text for w in words(_PEOPLE[number]) if len(w.text) >= 5 and not unspaced(w.text)]
    assume(long)
    word = data.draw(st.sampled_from(long))
    at, letter = data.draw(st.integers(0, len(word) - 1)), data.draw(st.sampled_from("aeoxz"))
    slipped = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            ]
        )
    )
    assume(not any(known.startswith(slipped) for known in _known()))
    assert number in found(_EVERYBODY, slipped, limit=200)


@given(st.text(), st.sampled_from(["{}", '"{}"', '{}"', "ada {}", '"ada {}']))
@example("\x00", "{}")
@example("\ud800", "ada {}")
def test_no_text_makes_the_search_raise(text: str, form: str) -> None:
    for hit in search_people(_EVERYBODY.db, None, form.format(text), 5):
        assert hit.matches
        for one in hit.matches:
            assert one.spans
            assert all(0 <= start < end <= len(one.value) for start, end in one.spans)
