"""Names every file system can hold, and git never acts on."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkbak.archive import first_collision, unsafe_name
from linkbak.errors import ArchiveUnsafe
from linkbak.model import FileFacts
from linkbak.vault.manifest import unfit_files
from linkbak.vault.staging import Names, encoded


@pytest.mark.parametrize(
    "name",
    [
        "Connections.csv",
        "Email Addresses.csv",
        "Basic_LinkedInDataExport_11-22-2025 (1)",
        ".DS_Store",
        "._Profile.csv",
        "Grüße aus Köln.csv",
        "100%.csv",
        "github.csv",
        "CONnections.csv",
        "résumé, final.pdf",
        "名前.csv",
        "🎉.txt",
    ],
)
def test_an_honest_name_is_kept(name: str) -> None:
    assert encoded(name) == name


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("a:b.csv", "a%3Ab.csv"),
        ('<>"|?*\\', "%3C%3E%22%7C%3F%2A%5C"),
        ("ends with a dot.", "ends with a dot%2E"),
        ("ends with a blank ", "ends with a blank%20"),
        ("...", "..%2E"),
        ("CON", "%43ON"),
        ("con.csv", "%63on.csv"),
        ("NUL .txt", "%4EUL .txt"),
        ("Com1.tar.gz", "%43om1.tar.gz"),
        ("LPT³", "%4CPT³"),
        (".git", "%2Egit"),
        (".gitattributes", "%2Egitattributes"),
        (".GitModules", "%2EGitModules"),
        (".git ", "%2Egit%20"),
        ("git~1", "%67it~1"),
        (".g\u200cit", ".g%E2%80%8Cit"),
        ("line\nbreak\x1b[31m", "line%0Abreak%1B[31m"),
        ("\u202eevil", "%E2%80%AEevil"),
        ("a\udc80b", "a%ED%B2%80b"),
        (unicodedata.normalize("NFD", "é.csv"), "e%CC%81.csv"),
    ],
)
def test_what_a_file_system_cannot_hold_is_percent_encoded(name: str, stored: str) -> None:
    assert encoded(name) == stored


def test_names_that_differ_only_in_case_stay_apart() -> None:
    """One file on macOS and Windows would overwrite the other."""
    names = Names()

    first, second = names.stored("Jobs/List.csv"), names.stored("jobs/list.csv")

    assert first == "Jobs/List.csv"
    assert second == "jobs~5d9a17cb70b9733a/list.csv"


def test_a_literal_percent_name_does_not_meet_an_encoded_one() -> None:
    names = Names()

    assert [names.stored("a%3Ab"), names.stored("a:b")] == ["a%3Ab", "a%3Ab~6783a31eabf68ccc"]


def test_over_long_names_are_cut_and_keep_their_extension() -> None:
    names = Names()
    long = "é" * 300

    stored = [names.stored(f"{long}{number}.csv") for number in range(2)]

    assert len(set(stored)) == 2
    assert {len(name.encode()) <= 200 and name.endswith(".csv") for name in stored} == {True}


def test_over_long_paths_move_to_one_folder() -> None:
    path = "/".join(["folder"] * 500) + "/Connections.csv"

    stored = Names().stored(path)

    assert stored.startswith("long-paths/Connections~")
    assert stored.endswith(".csv")


@pytest.mark.parametrize("path", ["/etc/passwd", "../up", "a/../b", "a//b", "", "a/", "./a"])
def test_what_is_no_path_inside_the_archive_is_refused(path: str) -> None:
    with pytest.raises(ArchiveUnsafe):
        Names().stored(path)


COMPONENT = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=12).filter(
    lambda part: part not in (".", "..")
)
AWKWARD = st.sampled_from(["CON", "con", ".git", ".GIT", "a:b", "A:B", "a.", "a", "A", "ß", "ss", "SS", "é", "e\u0301"])


@given(st.lists(st.lists(COMPONENT | AWKWARD, min_size=1, max_size=3), max_size=12))
def test_any_names_can_be_held_side_by_side_anywhere(paths: list[list[str]]) -> None:
    names, stored = Names(), []
    for path in {"/".join(parts) for parts in paths}:
        try:
            stored.append(names.stored(path))
        except ArchiveUnsafe:  # a file where another path needs a folder
            continue

    assert len({unicodedata.normalize("NFC", name).casefold() for name in stored}) == len(stored)
    assert {part for name in stored for part in name.split("/") if encoded(part) != part} == set()


@given(
    st.lists(
        st.text(alphabet="aA./%:~ \u0301\udc80\u202egit", min_size=1, max_size=12) | st.text(min_size=1), max_size=6
    )
)
def test_what_an_archive_may_hold_a_manifest_may_name(raw: list[str]) -> None:
    """Names come in through the archive's door alone, so the writer need not ask the manifest's again."""
    paths = [path for path in raw if not unsafe_name(path)]
    if first_collision(paths) < 0:
        names = Names()
        stored = [(path, names.stored(path)) for path in paths]
        facts = [FileFacts(path, 0, "a" * 64, stored=name if name != path else "") for path, name in stored]
        assert unfit_files(facts) == ""
