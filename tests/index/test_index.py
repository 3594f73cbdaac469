"""The index is derived: deleted, damaged, stale or out of reach, it changes nothing but speed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from linkbak import paths
from linkbak.cli.session import Session
from linkbak.index import LOST, ExchangedMessage, PeopleFilter, list_deltas, schema, timeline
from linkbak.index.history import History
from linkbak.index.search import everything_found
from linkbak.vault import Summary, Vault
from linkbak.vault.writer import create_vault
from tests import sampling
from tests.cli.running import index_findings, run, state
from tests.databases import database
from tests.vault.processes import ended, forked, unprivileged

QUESTIONS = (
    ("lost", "--why"),
    ("lost", "--json"),
    ("people", "--json"),
    ("show", "Niall Sampla"),
    ("search", "sampla", "--json"),
    ("search", "thanks", "--in", "messages", "--json"),
    ("mark", "list", "--json"),
    ("log", "--json"),
    ("people", "--as-of", "2024-12-31", "--json"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, years_once: Path) -> Path:
    vault = Path(shutil.copytree(years_once, tmp_path_factory.mktemp("made") / "vault", symlinks=True))
    assert run("mark", "Niall Sampla", "note", "met in Ghent", vault=vault).status == 0
    return vault


@pytest.fixture(scope="module")
def answers(made: Path) -> list[str]:
    """What all questions about that vault are answered, after which its index is there."""
    return asked(made)


@pytest.fixture(scope="module")
def cache(made: Path, answers: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with that index."""
    return Path(shutil.copytree(paths.cache_folder(made), tmp_path_factory.mktemp("index") / "cache"))


@pytest.fixture
def vault(made: Path, cache: Path, tmp_path: Path) -> Path:
    """A copy of the vault with its index, which the first question makes anew if it does not fit."""
    vault = Path(shutil.copytree(made, tmp_path / "vault", symlinks=True))
    shutil.copytree(cache, paths.cache_folder(vault))
    return vault


def asked(vault: Path) -> list[str]:
    """What every verb that asks about people answers, without a word on standard error."""
    answers = []
    for words in QUESTIONS:
        ran = run(*words, vault=vault)
        assert (ran.status, ran.err) == (0, ""), words
        answers.append(ran.out)
    return answers


def index(vault: Path) -> Path:
    return paths.cache_folder(vault) / "index.sqlite"


def test_made_by_several_processes_it_is_the_same(
    vault: Path, answers: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of about a hundred lists; here of two, so that each process has several chunks."""
    stretch, processes = list_deltas._stretch, tmp_path / "processes"

    def noted(*given: Any) -> Iterator[list_deltas.ListDelta]:
        with processes.open("a") as file:
            file.write(f"{os.getpid()}\n")
        return stretch(*given)

    for name, value in (("MANY", 2), ("CHUNK", 2), ("_cores", lambda: 2), ("_stretch", noted)):
        monkeypatch.setattr(list_deltas, name, value)
    shutil.rmtree(paths.cache_folder(vault))

    assert asked(vault) == answers
    assert str(os.getpid()) not in processes.read_text().split()


def test_without_the_index_the_answers_are_the_same(vault: Path, answers: list[str]) -> None:
    assert index(vault).is_file()
    index(vault).unlink()
    assert asked(vault) == answers


def test_asking_writes_nothing_to_the_vault(vault: Path) -> None:
    before = state(vault)
    asked(vault)
    assert run("doctor", "--index", "rebuild", vault=vault).status == 0
    assert run("doctor", "--index", "check", vault=vault).status == 0
    assert state(vault) == before


def kept(vault: Path) -> tuple[Summary, ...]:
    with Vault.open(vault) as opened:
        return opened.summaries()


def truncate(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:5000])


def zero_a_stretch(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[4096 : len(data) // 2] = bytes(len(data) // 2 - 4096)
    place.write_bytes(data)


def older(place: Path) -> None:
    with sqlite3.connect(place) as db:
        db.execute("UPDATE meta SET value = '0.0.1 0' WHERE name = 'linkbak'")
    db.close()


def without_a_table(place: Path) -> None:
    with sqlite3.connect(place) as db:
        db.execute("DROP TABLE IF EXISTS seen")
    db.close()


HARMS: tuple[Callable[[Path], object], ...] = (
    lambda place: place.write_bytes(b""),
    lambda place: place.write_bytes(b"no database at all" * 1000),
    truncate,
    zero_a_stretch,
    older,
    without_a_table,
)


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_or_older_index_is_made_anew_without_a_word(
    vault: Path, answers: list[str], harm: Callable[[Path], object]
) -> None:
    """Each harm before three of the questions; before every one by `make external`."""
    for words, answer in sampling.some([*zip(QUESTIONS, answers, strict=True)], 3, HARMS.index(harm)):
        harm(index(vault))
        ran = run(*words, vault=vault)
        assert (ran.status, ran.out, ran.err) == (0, answer, ""), words


def test_what_earlier_versions_kept_beside_the_index_goes_with_it(vault: Path) -> None:
    """It names people, and nothing would ever remove it."""
    older(index(vault))
    cache = index(vault).parent
    (cache / "compared").mkdir()
    for name in ("compared/0123.json", "deltas.json", "packed-once"):
        (cache / name).write_text("Ada Example")

    assert run(*QUESTIONS[0], vault=vault).status == 0

    assert "Ada Example" not in {path.read_text(errors="replace") for path in cache.rglob("*") if path.is_file()}
    assert {path.name for path in cache.iterdir()} & {"compared", "deltas.json", "packed-once"} == set()


def answers_of(history: History) -> list[object]:
    """What every kind of question is answered, in one go."""
    with history.read_transaction():
        gone = history.people(PeopleFilter(states=LOST, sort="name"))
        everybody = history.people(PeopleFilter())
        (account, *_) = history.accounts()
        return [
            gone,
            everybody,
            history.cases(gone),
            history.timeline(gone[0]),
            history.entries(everybody),
            list(history.bulk_history(everybody)),
            list(history.messages(everybody)),
            history.find("sampla"),
            history.marks(),
            everything_found(history, "sampla"),
            everything_found(history, "thanks"),
            history.intervals(account),
            history.came_back(),
            history.departures(account),
            history.lost_counts(),
        ]


@pytest.mark.parametrize("harm", [truncate, zero_a_stretch, without_a_table])
def test_an_index_damaged_between_two_questions_is_made_anew_and_the_answers_fit(
    vault: Path, harm: Callable[[Path], object]
) -> None:
    with Vault.open(vault) as opened, History.open(opened) as history:
        answers = answers_of(history)
    for number in range(1, 4):
        with Vault.open(vault) as opened, History.open(opened) as history:
            for _ in range(number):
                history.people(PeopleFilter(states=LOST))
            harm(index(vault))
            assert answers_of(history) == answers
        assert index_findings(vault) == []


def test_damage_found_while_messages_are_told_repeats_and_omits_none(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = timeline.messages

    def damaged(*given: Any) -> Iterator[ExchangedMessage]:
        monkeypatch.setattr(timeline, "messages", plain)
        yield from islice(plain(*given), 3)
        raise sqlite3.DatabaseError("database disk image is malformed")

    with Vault.open(vault) as opened, History.open(opened) as history:
        everybody = history.people(PeopleFilter())
        messages = list(history.messages(everybody))
        monkeypatch.setattr(timeline, "messages", damaged)
        assert list(history.messages(everybody)) == messages
    assert len(messages) > 3


def test_accounts_and_archives_in_any_order_give_the_same_index(ada: Path, tmp_path: Path) -> None:
    """Numbers of people included: an index made anew in the middle of a command has to go on with them."""
    vault = tmp_path / "other"
    create_vault(vault).close()
    late, *rest = sorted(ada.iterdir())
    rest = [*sampling.some(rest, 3)]
    for name, archives_of in (("boris", ada.parent.glob("boris/*")), ("ada", rest), ("ada", [late])):
        for archive in sorted(archives_of):
            assert run("import", archive, "--account", name, vault=vault).status == 0
            asked_for = run("people", "--json", "--account", name, vault=vault)
            assert asked_for.status == 0
            assert index_findings(vault) == []


def test_accounts_that_would_have_the_same_numbers_stay_apart(
    february: Path, march: Path, boris: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the one that had them first is gone: who came after it is found where they are."""
    monkeypatch.setattr(schema, "hashlib", SimpleNamespace(sha256=lambda _: SimpleNamespace(digest=lambda: bytes(32))))
    for archive, name in ((february, "me"), (boris, "boris")):
        assert run("import", archive, "--account", name, vault=empty).status == 0
    index(empty).unlink()  # made anew, which is done in the order of the names
    before = run("people", "--account", "me", "--json", vault=empty).json["people"]
    theirs = run("log", "--account", "boris", "--json", vault=empty).json["snapshots"]
    assert run("forget", theirs[0]["id"], "--account", "boris", vault=empty).status == 0
    assert run("people", "--account", "me", "--json", vault=empty).json["people"] == before
    assert run("import", march, "--account", "me", vault=empty).status == 0
    shown = run("people", "--ever", "--json", vault=empty).json["people"]
    index(empty).unlink()
    assert run("people", "--ever", "--json", vault=empty).json["people"] == shown
    assert len({one["id"] for one in shown}) == len(shown) > len(before)


def test_an_import_beside_a_damaged_index_is_kept(vault: Path, ada: Path) -> None:
    zero_a_stretch(index(vault))
    assert run("import", *ada.parent.glob("boris/*"), "--account", "boris", vault=vault).status == 0
    assert [one.key.account for one in kept(vault)].count("linkedin-boris") == 1
    run("doctor", "--index", "check", vault=vault)
    assert index_findings(vault) == []


def test_without_a_place_for_it_the_answers_are_the_same(
    vault: Path, answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
    assert asked(vault) == answers
    with Vault.open(vault) as opened, History.open(opened) as history:
        assert history.path is None


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_may_only_be_read_serves_too(vault: Path, answers: list[str], there: bool) -> None:
    """Whether it holds an index that is to be brought up to date in memory, or none."""
    folder = index(vault).parent
    run("people", "--lost", "--tag", "ghent", "--ids", vault=vault)

    def reader() -> None:
        index(vault).chmod(0o400) if there else index(vault).unlink()
        before = index(vault).read_bytes() if there else b""
        folder.chmod(0o500)
        try:
            assert asked(vault) == answers
            assert run("mark", "Niall Sampla", "tag", "ghent", vault=vault).status == 0
            assert run("people", "--lost", "--tag", "ghent", "--ids", vault=vault).out.strip()
            assert (index(vault).read_bytes() if there else b"") == before
            assert index(vault).exists() is there
        finally:
            folder.chmod(0o700)

    unprivileged(reader)


@pytest.mark.parametrize("there", [True, False])
def test_many_processes_at_once_agree(vault: Path, there: bool, tmp_path: Path) -> None:
    """Whether each finds an index that lacks the newest mark, or none."""
    if there:
        assert run("mark", "Hugo Provbit", "known", vault=vault).status == 0
    else:
        index(vault).unlink()

    def ask(number: int) -> None:
        (tmp_path / str(number)).write_text("\n".join(asked(vault)), encoding="utf-8")

    children = [forked(lambda number=number: ask(number)) for number in range(4)]  # type: ignore[misc]
    assert [ended(child) for child in children] == [0, 0, 0, 0]

    answers = "\n".join(asked(vault))
    assert [(tmp_path / str(number)).read_text(encoding="utf-8") for number in range(4)] == [answers] * 4
    assert index_findings(vault) == []
    assert [path.name for path in index(vault).parent.glob("index.sqlite*")] == ["index.sqlite"]


def test_an_import_extends_the_index(vault: Path, ada: Path) -> None:
    known = index(vault).stat().st_ino
    late = ada.parent / "boris"
    assert run("import", *late.iterdir(), "--account", "boris", vault=vault).status == 0
    with sqlite3.connect(index(vault)) as db, Vault.open(vault) as opened:
        assert db.execute("SELECT value FROM meta WHERE name = 'lines'").fetchone() == (opened.newest(),)
        assert db.execute("SELECT count(*) FROM snapshot").fetchone() == (13,)
    db.close()
    asked(vault)
    assert index(vault).stat().st_ino == known


def test_check_finds_one_wrong_letter(vault: Path) -> None:
    assert index_findings(vault) == []
    data = index(vault).read_bytes()
    index(vault).write_bytes(data.replace(b"Sampla", b"Sampra"))
    ran = run("doctor", "--index", "check", vault=vault)
    assert "index: made anew, since table" in ran.out
    assert index_findings(vault) == []


def test_the_index_is_private(vault: Path) -> None:
    assert index(vault).stat().st_mode & 0o777 == 0o600
    assert index(vault).parent.stat().st_mode & 0o777 == 0o700


def test_the_parts_of_a_killed_rebuild_are_swept(vault: Path) -> None:
    assert ended(forked(lambda: index(vault).with_name(paths.part_name()).write_bytes(b"half"))) == 0
    (left,) = index(vault).parent.glob(".linkbak-*.part")
    assert run("doctor", "--index", "rebuild", vault=vault).status == 0
    assert not left.exists()


def test_what_is_told_in_one_go_is_told_of_one_state(vault: Path) -> None:
    """Another process that threads people anew meanwhile waits, or those just found would not be there any more."""
    with Vault.open(vault) as opened, History.open(opened) as history, history.read_transaction():
        gone = history.people(PeopleFilter(states=LOST))
        other = database(index(vault))
        other.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM gone")
        other.execute("DELETE FROM person")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("COMMIT")
        assert [case.person for case in history.cases(gone)] == gone
        assert len(gone) > 3
    other.execute("COMMIT")


@pytest.mark.parametrize(
    "words", [("lost",), ("show", "Niall Sampla"), ("people",), ("export", "jsonl"), ("stats", "--mail"), ("diff",)]
)
def test_commands_that_read_more_than_once_do_so_in_one_go(
    vault: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    steady: list[bool] = []
    for name in ("people", "find", "of_rows", "cases", "intervals", "entries", "timeline"):
        plain = getattr(History, name)

        def noted(history: History, *given: object, plain: Any = plain, **more: object) -> object:
            steady.append(history.db.in_transaction)
            return plain(history, *given, **more)

        monkeypatch.setattr(History, name, noted)
    assert run(*words, vault=vault).status == 0
    assert steady
    assert all(steady)


def test_a_pipe_that_nobody_reads_keeps_nobody_waiting(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    monkeypatch.setattr(Session, "print_text", lambda session, text: held.append(writable(index(vault))))
    assert run("export", "jsonl", vault=vault).status == 0
    assert held == [True]


def writable(place: Path) -> bool:
    """Whether another process could change the index just now."""
    other = database(place)
    other.execute("PRAGMA busy_timeout = 0")
    try:
        other.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    other.execute("ROLLBACK")
    return True
