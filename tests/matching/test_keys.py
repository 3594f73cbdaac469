"""Two spellings of one address or name have one key, two of different ones do not."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from linkbak.matching import name_key, url_key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.linkedin.com/in/ada-example-1a2b3c", "ada-example-1a2b3c"),
        ("https://www.linkedin.com/in/Ada-Example", "ada-example"),
        ("https://www.linkedin.com/in/ada-example/", "ada-example"),
        ("https://www.linkedin.com/in/ada-example/de", "ada-example"),
        ("https://www.linkedin.com/in/ada-example?trk=x", "ada-example"),
        ("https://www.linkedin.com/in/ada-example#about", "ada-example"),
        ("http://de.linkedin.com/in/ada-example", "ada-example"),
        ("www.linkedin.com/in/ada-example", "ada-example"),
        ("linkedin.com/in/ada-example", "ada-example"),
        ("/in/ada-example", "ada-example"),
        ("HTTPS://WWW.LINKEDIN.COM/IN/ADA-EXAMPLE", "ada-example"),
        (" https://www.linkedin.com/in/ada-example ", "ada-example"),
        ("https://www.linkedin.com/mwlite/in/ada-example", "ada-example"),
        ("https://www.linkedin.com/in/zo%C3%A9-example", "zoé-example"),
        ("https://www.linkedin.com/in/zo%c3%a9-example", "zoé-example"),
        ("https://www.linkedin.com/in/zoé-example", "zoé-example"),
        (normalize("NFD", "https://www.linkedin.com/in/zoé-example"), "zoé-example"),
        ("https://www.linkedin.com/in/%E7%8E%8B-%F0%9F%9A%80", "王-🚀"),
        ("https://www.linkedin.com/in/a%2Fb", "a/b"),
        ("https://www.linkedin.com/in/stra%C3%9Fe", "strasse"),
        ("https://www.linkedin.com/pub/ada-example/1/2a/3b", "pub/ada-example/1/2a/3b"),
        ("www.linkedin.com/company/example/", "company/example"),
        ("https://www.linkedin.com/company/example?next=/in/ada", "company/example"),
        ("urn:li:member:12345", "urn:li:member:12345"),
        ("https://www.linkedin.com/in/", ""),
        ("https://www.linkedin.com/in", ""),
        ("", ""),
        ("  ", ""),
    ],
)
def test_key_of_an_address(url: str, key: str) -> None:
    assert url_key(url) == key


def test_an_address_that_is_no_text_is_equal_only_to_itself() -> None:
    one, other = "https://www.linkedin.com/in/%FF-x", "https://www.linkedin.com/in/%FE-x"

    assert url_key(one) == url_key(one.lower()) == "%ff-x"
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        ("Ada", "Example", "ada example"),
        ("  Ada ", " Example  ", "ada example"),
        ("ADA", "EXAMPLE", "ada example"),
        ("Dr. Ada", "Example", "ada example"),
        ("Prof. Dr. Ada", "Example", "ada example"),
        ("Dr Ada", "Example", "ada example"),
        ("Ada", "Example, PhD", "ada example"),
        ("Ada", "Example, Ph.D.", "ada example"),
        ("Ada", "Example Ph. D.", "ada example"),
        ("Ada", "Example, PhD, PMP", "ada example"),
        ("Ada", "Example MBA", "ada example"),
        ("Ada", "Example, M.B.A.", "ada example"),
        ("Ada", "Example (she/her)", "ada example"),
        ("Ada (She/Her/Hers)", "Example", "ada example"),
        ("Ada", "Example they/them", "ada example"),
        ("Ada 🚀", "Example ✨💡", "ada example"),
        ("👩🏽‍💻Ada", "Example", "ada example"),
        ("A\u200bda", "Exam\u200dple\ufeff", "ada example"),
        ("𝐀𝐝𝐚", "𝐄𝐱𝐚𝐦𝐩𝐥𝐞", "ada example"),  # noqa: RUF001
        ("Ａｄａ", "Example", "ada example"),  # noqa: RUF001
        ("Ada\u00a0Maria", "Example", "ada maria example"),
        ("Ada", "O’Example", "ada o'example"),  # noqa: RUF001
        ("Anne-Marie", "Straße", "anne-marie strasse"),
        ("J.", "Example", "j example"),
        ("Ada", ".", "ada"),
        ("Zoe\u0301", "Example", "zoé example"),
        ("王", "伟", "王 伟"),
        ("محمد", "\u200fعلي", "محمد علي"),
        ("שרה", "כהן", "שרה כהן"),
        ("", "Example", "example"),
        ("", "", ""),
    ],
)
def test_key_of_a_name(first: str, last: str, key: str) -> None:
    assert name_key(first, last) == key


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [
        ("Jack", "Ma", "jack ma"),
        ("Md", "Rahman", "md rahman"),
        ("Ada", "Do", "ada do"),
        ("Ada", "Example, MA", "ada example"),
        ("Dr", "", "dr"),
        ("PhD", "", "phd"),
        ("🚀", "", "🚀"),
        ("Her", "Example", "her example"),
    ],
)
def test_a_name_that_could_be_a_title_stays_a_name(first: str, last: str, key: str) -> None:
    assert name_key(first, last) == key


def test_two_people_keep_two_keys() -> None:
    assert name_key("Ada", "Example") != name_key("Ada", "Sample")
    assert name_key("Ada", "Example, Coach") != name_key("Ada", "Example")
