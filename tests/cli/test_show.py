"""``linkbak show`` on all archives of the examples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import run, state
from tests.conftest import Golden

GOLDENS = Path(__file__).parent / "goldens"


def person(vault: Path, *words: str) -> Any:
    """The one person these words mean."""
    found = run("show", *words, "--json", vault=vault).json
    assert len(found["matches"]) == 1
    return found["person"]


@pytest.mark.parametrize("who", ["goran", "niall", "ivo", "ingrid", "carla", "zita"])
def test_pages_read_well(who: str, years: Path, golden: Golden) -> None:
    ran = run("show", who, vault=years)
    assert (ran.status, ran.err) == (0, "")
    golden(GOLDENS / f"show-{who}.txt", without_id(ran.out))


def without_id(page: str) -> str:
    """The page with its id left out: what it is made of is no matter of these tests."""
    return "".join(line for line in page.splitlines(keepends=True) if not line.startswith("  id  "))


@pytest.mark.parametrize(
    "words",
    [
        ("Goran Primjer",),
        ("goran", "primjer"),
        ("primj",),
        ("https://www.linkedin.com/in/goran-primjer-a1b2c3d4",),
        ("goran-primjer-a1b2c3d4",),
    ],
)
def test_one_person_by_many_names(words: tuple[str, ...], years: Path) -> None:
    assert person(years, *words)["name"] == "Goran Primjer"


def test_a_person_by_id_and_by_the_start_of_it(years: Path) -> None:
    """An id printed anywhere is a name for whoever has it."""
    whole = person(years, "Goran Primjer")["id"]
    assert person(years, whole)["name"] == "Goran Primjer"


def test_a_person_by_names_of_before(years: Path) -> None:
    """Whoever was renamed is still found under the old name, address and e-mail."""
    assert person(years, "Dov Mashal")["name"] == "David Mashal"
    assert person(years, "/in/dov-mashal-66ee77ff")["name"] == "David Mashal"
    assert person(years, "niall.sampla@example.com")["name"] == "Niall Sampla"


def test_why_somebody_is_gone(years: Path) -> None:
    niall, goran, hugo = (person(years, name) for name in ("Niall Sampla", "Goran Primjer", "Hugo Provbit"))
    assert [one["state"] for one in (niall, goran, hugo)] == ["suspected"] * 3
    assert [one["verdict"]["cause"] for one in (niall, goran, hugo)] == ["account-lives", "closed", "unknown"]
    assert goran["window"] == {"after": "2026-02-28T09:41:18Z", "before": "2026-03-20T08:07:10Z"}
    assert person(years, "Carla Ejemplo")["verdict"] is None


def test_a_line_of_jobs_with_windows(years: Path) -> None:
    jobs = person(years, "Carla Ejemplo")["jobs"]
    assert [(one["position"], one["company"]) for one in jobs] == [
        ("Senior Engineer", "Example Works"),
        ("Chief Engineer", "Ejemplo Automata"),
        ("Partner", "Sample & Sons"),
    ]
    assert jobs[0]["began"]["after"] is None
    assert jobs[1]["ended"] == jobs[2]["began"] == {"after": "2026-02-28T09:41:18Z", "before": "2026-03-20T08:07:10Z"}
    assert jobs[2]["ended"] is None


def test_gone_and_back(years: Path) -> None:
    ivo = person(years, "Ivo Näidis")
    assert ivo["state"] == "listed"
    assert ivo["absences"] == [
        {
            "kind": "gone",
            "went": {"after": "2025-11-29T17:05:20Z", "before": "2026-01-15T00:00:00Z"},
            "back": {"after": "2026-02-28T09:41:18Z", "before": "2026-03-20T08:07:10Z"},
        }
    ]
    assert "is back" in run("show", "ivo", vault=years).out


def test_several_are_listed_to_choose_from(years: Path) -> None:
    ran = run("show", "Wei Shili", vault=years)
    assert (ran.status, ran.err) == (13, "")
    head, titles, *rows = ran.out.splitlines()
    assert head == "2 people match; name one by its id"
    assert titles.split() == ["id", "name", "work", "state"]
    found = run("show", "Wei Shili", "--json", vault=years).json
    assert found["person"] is None
    assert [one["id"] for one in found["matches"]] == [row.split()[0] for row in rows]
    for row in rows:
        assert person(years, row.split()[0])["name"] == "Wei Shili"


def test_nobody_of_that_name(years: Path) -> None:
    ran = run("show", "Nobody", "In\x1b[31mparticular", vault=years)
    assert (ran.status, ran.out) == (13, "")
    assert "linkbak people" in ran.err
    assert "\x1b" not in ran.err
    assert '"exit_code": 13' in run("show", "nobody at all", "--json", vault=years).err


def test_nobody_in_an_empty_vault(empty: Path) -> None:
    ran = run("show", "Ada", vault=empty)
    assert (ran.status, ran.out) == (13, "")
    assert "linkbak import" in ran.err


def test_another_account_is_none_of_this_vault(years: Path) -> None:
    ran = run("show", "goran", "--account", "work", vault=years)
    assert (ran.status, ran.out) == (2, "")
    assert "It has: linkedin-me." in ran.err
    for name in ("me", "linkedin-me"):
        assert run("show", "goran", "--account", name, vault=years).status == 0


def test_what_the_user_marked_is_on_the_page(two: Path) -> None:
    assert run("mark", "Goran Primjer", "note", "drives a lorry", vault=two).status == 0
    assert run("mark", "Goran Primjer", "tag", "road", vault=two).status == 0
    page = run("show", "goran", vault=two).out
    assert "you noted: drives a lorry" in page
    assert "  tags         road\n" in page
    found = person(two, "goran")
    assert found["tags"] == ["road"]
    assert [one["fact"] for one in found["marks"]] == ["note", "tag"]


def test_showing_writes_nothing_to_the_vault(years: Path) -> None:
    before = state(years)
    assert run("show", "goran", vault=years).status == 0
    assert state(years) == before


def test_showing_loads_nothing_heavy(years: Path) -> None:
    """The page of one person is asked for often, and is there at once."""
    program = (
        "import sys; from linkbak.cli.app import build; "
        f"build(['show'])(['show', 'goran', '--vault', {str(years)!r}], standalone_mode=False); "
        "heavy = {'rich', 'pydantic', 'typing_extensions', 'git', 'rapidfuzz', 'jinja2', 'tomlkit'}; "
        "print(heavy & set(sys.modules), file=sys.stderr)"
    )
    assert run("show", "goran", vault=years).status == 0  # the index is there now
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "set()\n")


def test_the_last_messages_come_first(five: Path) -> None:
    """The newest five of fourteen; in documents whole, on the page the beginning of each."""
    said = person(five, "Carla Closefriend")["last_messages"]
    page = run("show", "Carla Closefriend", vault=five).out.splitlines()

    assert [one["sent_at"][:10] for one in said] == [
        "2026-02-12",
        "2026-01-12",
        "2025-12-12",
        "2025-11-11",
        "2025-10-11",
    ]
    assert [one["outgoing"] for one in said] == [True, False, True, False, True]
    at = page.index("Last messages, newest first")
    assert page[at + 1 : at + 3] == [
        "  12 Feb 2026, you: Shall we meet in Ghent?",
        "  12 Jan 2026, they: Gladly. On Tuesday?",
    ]
    assert at < 24
    assert "  e-mail       carla-closefriend@example.com" in page
    assert "  ask them, or invite them again" in page
