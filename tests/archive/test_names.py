"""Names are judged, compared and shown without trusting them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.archive import collision_key, first_collision, is_junk, normalised, printable, unsafe_name
from tests.hostile_text import HOSTILE_TEXT


@pytest.mark.parametrize(
    "path",
    [
        ".DS_Store",
        "Jobs/.DS_Store",
        "__MACOSX/Connections.csv",
        "a/__MACOSX/b/c",
        "._Connections.csv",
        "Jobs/._x",
        "Thumbs.db",
        "THUMBS.DB",
        "a/desktop.ini",
        "Connections.csv:Zone.Identifier",
    ],
)
def test_droppings(path: str) -> None:
    assert is_junk(path)


@pytest.mark.parametrize(
    "path",
    [
        "Connections.csv",
        "DS_Store",
        ".hidden",
        "__MACOSX",
        "__MACOSX.csv",
        "Thumbs.db.csv",
        "a._b",
        "_.csv",
        ".DS_Store/x",
    ],
)
def test_no_droppings(path: str) -> None:
    assert not is_junk(path)


@given(st.text() | st.sampled_from(HOSTILE_TEXT))
def test_what_is_shown_prints(text: str) -> None:
    assert printable(text).isprintable()
    assert text != text[:100] or not text.isprintable() or printable(text) == text


@given(st.text(alphabet=st.sampled_from("./\\ ag:\0~1it\u200c"), max_size=12) | st.text())
def test_no_path_without_a_flaw_leads_anywhere_else(raw: str) -> None:
    path = normalised(raw)
    if not unsafe_name(path):
        parts = path.split("/")
        assert "\0" not in path
        assert "\\" not in path
        assert not path.startswith("/")
        assert not {"", ".", "..", ".git"} & {part.rstrip(". ").lower() or part.strip() for part in parts}


@given(st.lists(st.text(alphabet="aAbB/", min_size=1, max_size=5), max_size=8))
def test_clashes_are_what_no_folder_would_hold(raw: list[str]) -> None:
    """Against a plain model: put one after the other into a tree."""
    paths = [path for path in raw if not unsafe_name(path.removesuffix("/"))]
    files = [path for path in paths if not path.endswith("/")]
    folders = {path[:-1] for path in paths if path.endswith("/")}
    for path in (*files, *folders.copy()):
        parts = path.split("/")
        folders |= {"/".join(parts[:depth]) for depth in range(1, len(parts))}
    clash = len(set(files)) < len(files) or bool(folders & set(files))

    assert (first_collision(paths) >= 0) == clash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A.csv", "a.CSV"),
        ("\u00e9", "e\u0301"),
        ("Stra\u00dfe", "STRASSE"),
        ("\u212b", "\u00e5"),
        ("\u1e9e", "ss"),
        ("\u03b1\u0345\u0301", "\u03b1\u0301\u0345"),
    ],
)
def test_sameness(one: str, other: str) -> None:
    assert collision_key(one) == collision_key(other)


def test_two_files_of_one_real_export_are_not_the_same() -> None:
    assert collision_key("Endorsement Received Info.csv") != collision_key("Endorsement_Received_Info.csv")
