"""Whose address it is that stands in a message: never the wrong person's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.index.correspondence import SentMessage
from linkbak.talk.addresses import ROLES, Owner, emails_in, looks_like, numbers, role_of, written

ADA, KOFI, GRETA = 1, 2, 3
NAMES = {ADA: {"Ada Example"}, KOFI: {"Kofi Invented"}, GRETA: {"Dr. Grëta Sämple-Müster, PhD"}}
OWNER = Owner(frozenset({"Me@Example.com"}), frozenset({"Olive Owner"}))


def message(
    text: str,
    person: int | None = ADA,
    *,
    outgoing: bool | None = False,
    at: str = "2024-03-05",
    draft: bool = False,
    advert: bool = False,
) -> SentMessage:
    sender = "Olive Owner" if outgoing else "Somebody" if person is None else next(iter(NAMES[person]))
    when = f"{at}T10:00:00Z"
    return SentMessage(
        "linkedin-me", 0, "2-1", sender, "", (), (), when, "", text, outgoing=outgoing, person=person,
        last_seen="2026-03-20T08:07:10Z", draft=draft, advert=advert,
    )  # fmt: skip


def taken(*messages: SentMessage) -> dict[tuple[int, str], str]:
    """The bands of what is taken for somebody's."""
    return {(one.person, one.email): one.band for one in written(messages, NAMES, OWNER) if one.band}


def refused(*messages: SentMessage) -> dict[str, str]:
    return {one.email: one.why for one in written(messages, NAMES, OWNER) if not one.band}


@pytest.mark.parametrize(
    ("text", "email", "band"),
    [
        ("My mail is ada.example@example.com.", "ada.example@example.com", "likely"),
        ("Sure: Ada.Example+li@Example.COM", "ada.example+li@example.com", "likely"),
        ("aexample@example.com", "aexample@example.com", "likely"),
        ("example_ada@example.com works best", "example_ada@example.com", "likely"),
        ("ada@example.com", "ada@example.com", "likely"),
        ("ada.e@example.com", "ada.e@example.com", "likely"),
        ("<mailto:ada.example@example.com>", "ada.example@example.com", "likely"),
        ("Schreib mir an ada77.example@example.com!", "ada77.example@example.com", "likely"),
        ("My private email: bluebird77@example.com", "bluebird77@example.com", "possible"),
        ("Reach me at bluebird77@example.com.", "bluebird77@example.com", "possible"),
        ("Meine neue E-Mail-Adresse ist bluebird77@example.com", "bluebird77@example.com", "possible"),
        ("Tu peux m'écrire à bluebird77@example.com", "bluebird77@example.com", "possible"),
        ("Mi correo es bluebird77@example.com", "bluebird77@example.com", "possible"),
        ("Thanks!\nBest,\nAda Example\nBuyer, Example GmbH\nE: bluebird77@example.com", "bluebird77@example.com",
         "possible"),
    ],
)  # fmt: skip
def test_an_address_is_the_writers_where_the_words_say_so(text: str, email: str, band: str) -> None:
    assert taken(message(text)) == {(ADA, email): band}


HOSTILE = [
    # quoted mail
    ("On Tue, 5 Mar 2024 at 10:02, Ada Other <ada@other.example.com> wrote:\nHello", "ada@other.example.com"),
    ("On 5 Mar 2024 Bob Sample wrote: my mail is bluebird77@example.com", "bluebird77@example.com"),
    ("On Tuesday, 5 Mar 2024,\nBob Sample <bob@example.com> wrote:\nwrite me at b77@example.com", "b77@example.com"),
    ("Am 05.03.24 schrieb Bob Sample: meine Mail ist bluebird77@example.com", "bluebird77@example.com"),
    ("Le 5 mars 2024, Bob Sample a écrit :\nmon mail bluebird77@example.com", "bluebird77@example.com"),
    ("see what he said\n> my mail is ada@other.example.com", "ada@other.example.com"),
    ("ok\n  > > my mail is bluebird77@example.com", "bluebird77@example.com"),
    ("From: Ada Boss <ada@other.example.com>\nTo: me", "ada@other.example.com"),
    ("Von: ada@other.example.com", "ada@other.example.com"),
    ("2024-03-05 10:02 GMT+01:00 Bob <bob@example.com>:\nmy mail is bluebird77@example.com", "bluebird77@example.com"),
    ("-----Original Message-----\nmy mail is ada@other.example.com", "ada@other.example.com"),
    # forwarded
    ("---------- Forwarded message ---------\nReach me at bluebird77@example.com", "bluebird77@example.com"),
    ("Begin forwarded message:\n\nBest\nAda Other\nada@other.example.com", "ada@other.example.com"),
    ("Fwd: job\nBest, Ada Other\nada@other.example.com", "ada@other.example.com"),
    ("I am forwarding you this. Write to me at bluebird77@example.com. Best, Bob", "bluebird77@example.com"),
    ("FYI\n\nBest regards,\nBob Sample\nBuyer\nbt77@example.com", "bt77@example.com"),
    ("Ada Example\n\nBob Sample\nbob77@example.com", "bob77@example.com"),
    ("Best,\nAda Example\nAssistant: Bob\nbt77@example.com", "bt77@example.com"),
    # somebody else's
    ("Write to my colleague at ada@other.example.com", "ada@other.example.com"),
    ("Please write to my colleague at bluebird77@example.com, not to me.", "bluebird77@example.com"),
    ("You can email my sister Anna, a.example@example.com", "a.example@example.com"),
    ("Contact Bob at bluebird77@example.com", "bluebird77@example.com"),
    ("His address is ada@other.example.com", "ada@other.example.com"),
    ("Bob's mail: bluebird77@example.com", "bluebird77@example.com"),
    ("My mail is down, use bluebird77@example.com", "bluebird77@example.com"),
    ("I am at a conference, use bluebird77@example.com", "bluebird77@example.com"),
    ("I'm on holiday until Monday and bluebird77@example.com answers", "bluebird77@example.com"),
    ("My mail to bluebird77@example.com was not read", "bluebird77@example.com"),
    ("My mail is ada.example@example.com and Bob has bt77@example.com", "bt77@example.com"),
    ("bluebird77@example.com", "bluebird77@example.com"),  # what was asked nobody knows
    ("My e-mail is the same as Bob has: bt77@example.com", "bt77@example.com"),
    ("My mail is kofi.invented@example.com", "kofi.invented@example.com"),
    ("Meine Kollegin Ada ist unter ada@other.example.com erreichbar", "ada@other.example.com"),
    ("Escríbele a su jefa: ada@other.example.com", "ada@other.example.com"),
    ("CC ada@other.example.com", "ada@other.example.com"),
    # not in use
    ("Please no longer use ada.example@example.com", "ada.example@example.com"),
    ("My old address ada.example@example.com was hacked", "ada.example@example.com"),
    ("ada.example@example.com bounces", "ada.example@example.com"),
    # nobody's, or no address
    ("Reach me at sales@example.com", "sales@example.com"),
    ("Reach me at no-reply+7@example.com", "no-reply+7@example.com"),
    ("Reach me at info-berlin@example.com", "info-berlin@example.com"),
    ("my mail is me@example.com", "me@example.com"),
    ("my mail is olive.owner@example.com", "olive.owner@example.com"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "email"), HOSTILE)
def test_an_address_is_not_taken_for_the_writers_where_it_may_be_anothers(text: str, email: str) -> None:
    assert (ADA, email) not in taken(message(text))
    assert email in refused(message(text))


@pytest.mark.parametrize(
    "text",
    [
        "ada (at) example dot com",
        "ada [at] example.com",
        "https://example.com/?mail=ada@example.com",
        "follow @ada@example.com",
        "logo@2x.png",
        "ada@localhost",
        "\N{LATIN SMALL LETTER E WITH ACUTE}ada@example.com\N{LATIN SMALL LETTER E WITH ACUTE}",
        "a@b",
        "ada..example@example.com",
        "@" * 5000,
        "a" * 90_000 + "@",
    ],
)
def test_what_is_spelled_out_or_part_of_something_else_is_no_address(text: str) -> None:
    assert emails_in(text) == []


def test_an_address_that_two_people_wrote_is_nobodys() -> None:
    told = message("Ask Ada, ada@example.com", KOFI)

    assert taken(message("ada@example.com"), told) == {}
    assert refused(message("ada@example.com"), told)["ada@example.com"] == "more than one person wrote it"
    assert taken(message("ada@example.com"), message("ada@example.com", None)) == {}
    assert taken(message("ada@example.com"), message("ada@example.com", outgoing=None)) == {}
    assert taken(message("ada@example.com"), message("ada@example.com", None, advert=True)) == {}


def test_what_the_owner_wrote_first_is_the_others_only_if_it_looks_like_them() -> None:
    asked = message("Is it bluebird77@example.com or ada@example.com?", outgoing=True, at="2024-03-04")
    answer = message("Reach me at bluebird77@example.com. Or ada@example.com")

    assert taken(asked, answer) == {(ADA, "ada@example.com"): "likely"}
    assert refused(asked, answer) == {"bluebird77@example.com": "you wrote it first"}
    assert taken(answer, asked._replace(sent_at="2025-01-01T00:00:00Z")) == {
        (ADA, "ada@example.com"): "likely",
        (ADA, "bluebird77@example.com"): "possible",
    }


def test_the_better_word_and_the_newer_message_count() -> None:
    first = message("reach me at bluebird77@example.com", at="2023-01-01")
    vague = message("bluebird77@example.com?", at="2025-01-01")

    (found,) = written([first, vague], NAMES, OWNER)

    assert (found.band, found.sent_at) == ("possible", "2023-01-01T10:00:00Z")


def test_adverts_drafts_and_strangers_tell_nobodys_address() -> None:
    assert taken(message("ada@example.com", advert=True)) == {}
    assert taken(message("ada@example.com", draft=True)) == {}
    assert taken(message("ada@example.com", None)) == {}
    assert taken(message("ada@example.com", outgoing=True)) == {}


@pytest.mark.parametrize(
    ("local", "name", "like"),
    [
        ("greta.saemple", "Dr. Gréta Sämple, PhD", True),
        ("g.sample", "Gréta Sämple", True),
        ("jan.van.der.berg", "Jan van der Berg", True),
        ("jberg", "Jan van der Berg", True),
        ("oconnor.sean", "Seán O'Connor", True),
        ("berg", "Jan van der Berg", False),  # the whole family's
        ("bob.example", "Ada Example", False),
        ("b.example", "Ada Example", False),
        ("adam.example", "Ada Example", False),
        ("adalbert", "Ada Example", False),
        ("li", "Li Wu", False),
        ("12345", "Ada Example", False),
        ("yamada", "山田 太郎", False),
        ("ada", "", False),
    ],
)
def test_an_address_looks_like_a_name(local: str, name: str, like: bool) -> None:
    assert looks_like(f"{local}@example.com", name) is like


def test_addresses_of_offices_have_reasons() -> None:
    assert role_of("No-Reply@example.com") == "no machine reads it for anybody"
    assert role_of("sales.emea@example.com") == "a department reads it"
    assert role_of("jobs+12@example.com") == "a personnel department reads it"
    assert role_of("ada.sales@example.com") == ""
    words = [word for _, group in ROLES for word in group.split()]
    assert len(words) == len(set(words))


def test_numbers_are_told_as_seen_and_quoted_ones_are_not() -> None:
    texts = ["Call +32 470 12 34 56 or 0470123456.", "> +49 30 1234567", "order 004712345678901234567"]

    assert [(one.person, one.number) for one in numbers(map(message, texts))] == [(ADA, "+32 470 12 34 56")]


WORDS = st.sampled_from(
    ["my mail is", "write to", "Bob", "colleague", "ada@example.com", "x77@example.com", "\n", ">",
     "On Monday Bob wrote:", "Ada Example", "sales@example.com", ",", ".", "reach me at", "\u202e", "From:",
     "me@example.com"]
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from([ADA, KOFI, None]), st.booleans(), st.lists(WORDS, max_size=9))))
def test_whatever_is_written_an_address_has_one_owner(rows: list[tuple[int | None, bool, list[str]]]) -> None:
    """Nobody's are the owner's own and those of offices; what is after a quotation changes nothing."""
    sent = [message(" ".join(words), person, outgoing=mine) for person, mine, words in rows]

    found = taken(*sent)

    assert len({email for _, email in found}) == len(found)
    assert {"me@example.com", "sales@example.com"}.isdisjoint(email for _, email in found)
    quoted = [one._replace(text=f"{one.text}\nOn Tuesday Bob wrote:\nmy mail is y77@example.com") for one in sent]
    assert "y77@example.com" not in {email for _, email in taken(*quoted)}
