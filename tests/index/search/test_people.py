"""People are found by what is or was known of them, best first, though it be misspelled."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from linkbak.index import Hit
from linkbak.index.query import unspaced, words
from linkbak.index.search import search
from tests.hostile_text import HOSTILE_TEXT
from tests.index.search.made import ME, MadeIndex


@pytest.fixture
def made() -> MadeIndex:
    return MadeIndex()


def search_people(db: sqlite3.Connection, account: str | None, query: str, limit: int) -> list[Hit]:
    return [one.hit for one in search(db, account, query, limit, {"people"}) if isinstance(one.hit, Hit)]


def found(made: MadeIndex, query: str, account: str | None = None, limit: int = 20) -> list[int]:
    return [hit.person_number for hit in search_people(made.db, account, query, limit)]


def shown(hit: Hit) -> list[tuple[str, str, bool]]:
    """Field, the value with its words in brackets, whether former."""
    out: list[tuple[str, str, bool]] = []
    for one in hit.matches:
        text = one.value
        for start, end in reversed(one.spans):
            text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
        out.append((one.field, text, one.former))
    return out


def test_where_a_word_stands_counts_before_how_well_it_matches(made: MadeIndex) -> None:
    noted = made.person("Dora", "Sample")
    made.mark(noted, "note", "met in Ghent")
    former = made.person("Carla", "Sample", company="Here", former=[{"company": "Ghent"}])
    mail = made.person("Boris", "Sample", email="ghent@example.com")
    address = made.person("Anna", "Sample", url="https://www.linkedin.com/in/anna-ghent-1a2b3c")
    position = made.person("Zoe", "Sample", position="Mayor of Ghent")
    begins = made.person("Eve", "Sample", company="Ghentish")
    name = made.person("Ghentina", "Sample")
    exact = made.person("Ghent", "Sample")
    assert found(made, "ghent") == [exact, name, position, begins, address, mail, former, noted]


def test_of_equals_short_names_come_first_and_then_the_alphabet(made: MadeIndex) -> None:
    three = made.person("Ada", "Able Sample")
    last = made.person("Ada", "Sample")
    first = made.person("Ada", "Example")
    assert found(made, "ada") == [first, last, three]
    assert found(made, "ada", limit=2) == [first, last]
    assert found(made, "ada", limit=0) == []


def test_the_words_may_stand_in_different_texts_and_are_all_shown(made: MadeIndex) -> None:
    both = made.person("Ada", "Example", company="Sample & Sons", position="Buyer")
    made.mark(both, "note", "met in Ghent, again in Ghent")
    made.person("Ada", "Other")
    (hit,) = search_people(made.db, None, "ghent ada sons", 20)
    assert shown(hit) == [
        ("name", "[Ada] Example", False),
        ("company", "Sample & [Sons]", False),
        ("note", "met in [Ghent], again in [Ghent]", False),
    ]
    assert (hit.person_number, hit.missing, hit.near) == (both, (), False)


def test_spans_are_places_in_the_text_as_written(made: MadeIndex) -> None:
    made.person("Zoe\u0308", "Ægir-Łuk")
    (hit,) = search_people(made.db, None, "aegir ZOE", 20)
    assert hit.matches[0].spans == ((0, 4), (5, 9))


def test_former_values_are_found_and_said_to_be_former(made: MadeIndex) -> None:
    former = [{"last_name": "Maiden", "company": "Old Works"}, {"last_name": "Maiden", "email": "old@example.com"}]
    made.person("Ada", "Example", company="New Works", former=former)
    for query, shows in [
        ("maiden", ("name", "Ada [Maiden]", True)),
        ("old works", ("company", "[Old] [Works]", True)),
        ("old@example.com", ("email", "[old]@[example].[com]", True)),
    ]:
        (hit,) = search_people(made.db, None, query, 20)
        assert shows in shown(hit)
    (hit,) = search_people(made.db, None, "works", 20)
    assert shown(hit) == [("company", "New [Works]", False)]


def test_notes_tags_and_notes_of_the_network(made: MadeIndex) -> None:
    ada, boris = made.person("Ada", "Example"), made.person("Boris", "Sample")
    made.mark(ada, "tag", "choir")
    made.mark(ada, "note", "sings alto", undone=1)
    made.mark(ada, "cause", "other")
    made.archive_note(made.participant("Boris Sample", boris), "sings bass")
    assert found(made, "choir") == [ada]
    assert found(made, "alto") == found(made, "other") == []
    (hit,) = search_people(made.db, None, "sings", 20)
    assert (hit.person_number, shown(hit)) == (boris, [("archive-note", "[sings] bass", False)])


def test_an_address_is_found_by_its_own_part_only_and_as_letters(made: MadeIndex) -> None:
    made.person("A", "B", url="https://www.linkedin.com/in/zo%C3%AB-van-voorbeeld")
    (hit,) = search_people(made.db, None, "zoe-van", 20)
    assert shown(hit) == [("address", "[zoë]-[van]-voorbeeld", False)]
    assert found(made, "linkedin") == found(made, "www") == []


def test_a_phrase_stands_together_and_in_one_text(made: MadeIndex) -> None:
    one = made.person("Ada", "Example", company="Ghent University", position="Porter")
    apart = made.person("Boris", "Sample", company="University of Ghent")
    across = made.person("Carla", "Ghent", company="University")
    assert found(made, '"ghent univ"') == [one]
    assert set(found(made, "ghent univ")) == {one, apart, across}
    (hit,) = search_people(made.db, None, '"Ghent University"', 20)
    assert shown(hit) == [("company", "[Ghent University]", False)]
    assert found(made, '"porter ghent"') == [one], "it falls apart if nobody has it"


def test_a_slip_of_the_fingers_is_forgiven(made: MadeIndex) -> None:
    ada = made.person("Ada", "Hofmann", company="Beispielwerke")
    for query in ("hofman", "hoffmann", "hofmnan", "gofmann", "beispeilwerk", "ada hofnann"):
        (hit,) = search_people(made.db, None, query, 20)
        assert (hit.person_number, hit.near) == (ada, query != "hofman"), query
    assert search_people(made.db, None, "hofmnan", 20)[0].matches[0].spans == ((4, 11),)
    for query in ("ida", "odo", "abba", "huffnann", "1234"):
        assert found(made, query) == [], query


def test_one_slip_is_nearer_than_two(made: MadeIndex) -> None:
    two, one = made.person("A", "Aardverkten"), made.person("B", "Aardwerkten")
    assert found(made, "aardwerktem") == [one, two]


def test_a_word_that_is_somewhere_is_only_taken_for_a_slip_if_nobody_has_all(made: MadeIndex) -> None:
    marie, maria = made.person("Marie", "Sample"), made.person("Maria", "Example")
    assert found(made, "marie") == [marie]
    assert found(made, "marie example") == [maria]


def test_if_nobody_has_all_words_the_best_have_most(made: MadeIndex) -> None:
    one = made.person("Ada", "Example", company="Ghent")
    two = made.person("Boris", "Sample", company="Ghent", position="Buyer")
    hits = search_people(made.db, None, "buyer ghent xyzzy", 20)
    assert [(hit.person_number, hit.missing) for hit in hits] == [(two, ("xyzzy",)), (one, ("buyer", "xyzzy"))]
    assert hits[0].score < 0, "whoever has all words is above, whichever account they are of"


def test_scripts_without_blanks(made: MadeIndex) -> None:
    yamada = made.person("太郎", "山田", company="見本株式会社")
    kim = made.person("철수", "김")
    levi = made.person("שרה", "לוי")
    ahmad = made.person("أحمد", "مثال")
    for query, whom in [
        ("山田", yamada),
        ("山田太郎", yamada),
        ("株式会社", yamada),
        ("김철수", kim),
        ("철수", kim),
        ("שרה", levi),
        ("احمد", ahmad),
    ]:
        assert found(made, query) == [whom], query
    assert found(made, '"田山"') == [yamada], "apart, if no phrase is so"
    assert found(made, "王") == []


def test_accounts_are_searched_alone_or_together(made: MadeIndex) -> None:
    mine = made.person("Ada", "Example")
    other = made.person("Ada", "Sample", account="linkedin-other")
    assert found(made, "ada") == [mine, other]
    assert found(made, "ada", ME) == [mine]
    assert found(made, "ada", "linkedin-none") == []
    assert found(made, "sampel", ME) == [], "only the other account has that"


def test_what_changed_since_the_last_search_is_found_anew(made: MadeIndex) -> None:
    ada, boris = made.person("Ada", "Example"), made.person("Boris", "Sample")
    assert found(made, "example") == [ada]
    made.db.execute("UPDATE person SET last_name = 'Married' WHERE number = ?", (ada,))
    made.db.execute("UPDATE seen SET last_name = 'Married' WHERE person = ?", (ada,))
    made.touch(ada)
    made.db.execute("DELETE FROM person WHERE number = ?", (boris,))
    made.db.execute("DELETE FROM seen WHERE person = ?", (boris,))
    made.touch(boris)
    fresh = made.person("Carla", "Ejemplo")
    assert (found(made, "married"), found(made, "boris"), found(made, "carla")) == ([ada], [], [fresh])
    assert found(made, "example") == []


def test_notes_of_the_network_are_noticed_though_nobody_says_so(made: MadeIndex) -> None:
    ada, boris = made.person("Ada", "Example"), made.person("Boris", "Sample")
    participant = made.participant("Ada Example", ada)
    assert found(made, "ghent") == []
    note = made.archive_note(participant, "met in Ghent")
    assert found(made, "ghent") == [ada]
    made.db.execute("UPDATE participant SET person = ? WHERE number = ?", (boris, participant))
    assert found(made, "ghent") == [boris]
    made.db.execute("DELETE FROM archive_note WHERE number = ?", (note,))
    assert found(made, "ghent") == []


def test_a_read_only_index_is_searched_in_memory(made: MadeIndex) -> None:
    ada = made.person("Ada", "Example")
    made.archive_note(made.participant("Ada Example", ada), "alto")
    made.db.execute("PRAGMA query_only = ON")
    assert found(made, "exampel") == found(made, "alto") == [ada]
    made.db.execute("PRAGMA query_only = OFF")
    assert found(made, "ada") == [ada]
    made.person("Ada", "Sample")
    made.db.execute("PRAGMA query_only = ON")
    assert len(found(made, "ada")) == 2


def test_searching_inside_a_transaction_is_a_part_of_it(made: MadeIndex) -> None:
    made.person("Ada", "Example")
    made.db.execute("BEGIN")
    assert len(found(made, "ada")) == 1
    made.db.execute("ROLLBACK")
    assert len(found(made, "ada")) == 1


@pytest.mark.parametrize("query", [*HOSTILE_TEXT, 'a" OR name:*', "NEAR(a b)", "^ada", "{name}: a", "a AND NOT", "*"])
def test_no_query_breaks_the_search(made: MadeIndex, query: str) -> None:
    number = made.person(query, "Example", company=query, url=query, email=query)
    made.mark(number, "note", query)
    assert found(made, query) == ([number] if words(query) else [])
    assert found(made, f'"{query}"') in ([number], [])


_EVERYBODY = MadeIndex()
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
