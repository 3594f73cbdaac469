"""``linkbak mark``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from typer import Argument, Option

from linkbak.cli import people_options
from linkbak.cli.session import Session, compact_if_due
from linkbak.errors import NoSuchPerson, UsageProblem
from linkbak.index import Person
from linkbak.index.history import History
from linkbak.marks import FACTS, Mark, checked, line_of, new_mark, says, subject_of, undo_line
from linkbak.report import marks as mark_view
from linkbak.report.marks import Marked
from linkbak.texts import tr
from linkbak.vault import Vault
from linkbak.vault.writer import write_transaction

_STDIN = people_options.STDIN


def mark(
    session: Session,
    words: Annotated[list[str], Argument(metavar="PERSON FACT [VALUE]")],
    roll: Annotated[
        str | None, Option("--from", metavar="FILE", help="Mark everybody in this file; nobody, if a line is wrong.")
    ] = None,
    everything: Annotated[bool, Option("--all", help="List the marks taken back, too.")] = False,
) -> None:
    """Record what you know about people

    \b
    Examples:
      linkbak mark "Ada Example" removed-by-me
      linkbak mark ada@example.com note "met in Ghent"

    \b
    removed-by-me   you ended the connection yourself
    known, unknown  whether you know this person
    note TEXT       a text of your own; tag TAG: a word of your own
    cause CAUSE     why they are gone: removed-by-me, removed-by-them, closed,
                    blocked, purge, fault, incomplete or other
    list [PERSON], list tag [TAG]    list marks, or who has a tag
    undo [ID...], undo tag TAG       take back marks, else the newest one

    PERSON is a name or part of one, an address, e-mail or id; - reads several.
    """
    action = words[0] if roll is None and not _behind_dashes(words[0]) else ""
    if everything and action != "list":
        raise UsageProblem(tr("only `linkbak mark list` takes --all"))
    if action == "list":
        _list(session, words[1:], everything=everything)
    elif action == "undo":
        _undo(session, words[1:])
    elif roll is not None:
        _mark(session, None, people_options.read_list(roll), words)
    elif words[0] == _STDIN:
        _mark(session, None, people_options.read_list(_STDIN), words[1:])
    else:
        # The name of a person ends where what is told of them begins.
        place = next((place for place, word in enumerate(words) if place and word in FACTS), 1)
        _mark(session, " ".join(words[:place]), b"", words[place:])
    if action != "list":
        compact_if_due(session)


def _behind_dashes(word: str) -> bool:
    """Whether the user wrote ``-- word``: the parser drops the dashes."""
    return word in sys.argv and sys.argv[sys.argv.index(word) - 1] == "--"


def _mark(session: Session, person: str | None, roll: bytes, words: Sequence[str]) -> None:
    """Mark one person; without one everybody on the roll."""
    if not words:
        raise UsageProblem(tr("say what to record about them"), hint=tr("One of {facts}.", facts=", ".join(FACTS)))
    fact, value = words[0], checked(words[0], " ".join(words[1:]))
    with session.open_vault() as vault:
        with session.reading(vault) as history:
            account = people_options.account_meant(session, history)
            if person is not None:
                people = [people_options.one(session, history, person, account)]
            else:
                people = people_options.everybody(history, roll, account, tr("nothing was marked"))
            fresh = unsaid(history, people, fact, value)
        keep(session, vault, people, fresh, fact, value)


def standing(history: History, account: str | None = None) -> dict[int, list[Mark]]:
    """The marks not taken back, by the number of the person."""
    found: dict[int, list[Mark]] = {}
    for one, person in history.marks(account):
        if person is not None and not one.undone:
            found.setdefault(person.number, []).append(one)
    return found


def unsaid(history: History, people: Sequence[Person], fact: str, value: str) -> list[Person]:
    """The people whose marks do not say it yet."""
    said = standing(history)
    return [one for one in people if not says(said.get(one.number, ()), fact, value)]


def keep(
    session: Session, vault: Vault, people: Sequence[Person], fresh: Sequence[Person], fact: str, value: str
) -> None:
    """Mark those who are `fresh` in one commit, whose message names nobody; tell of them and of the others."""
    now = datetime.now(UTC)
    made = [(new_mark(fact, value, one.account, subject_of(one.row), now), one) for one in fresh]
    if made:
        with write_transaction(vault, "mark") as writer:
            message = f"Mark {'1 person' if len(made) == 1 else f'{len(made):,} people'}: {fact}"
            writer.add_marks([line_of(one) for one, _ in made], message)
    numbers = {one.number for one in fresh}
    already = [one for one in people if one.number not in numbers]
    session.tell(
        lambda: mark_view.marks_document("mark", made, len(already)),
        lambda: mark_view.marked_text(fact, value, made, already),
    )


def _list(session: Session, words: Sequence[str], *, everything: bool) -> None:
    fact = words[0] if words and words[0] in FACTS and not _behind_dashes(words[0]) else ""
    name, value = ("", " ".join(words[1:])) if fact else (" ".join(words), "")
    with session.open_vault() as vault, session.reading(vault) as history:
        account = people_options.account_meant(session, history)
        wanted = people_options.one(session, history, name, account) if name else None
        found = [
            (one, person)
            for one, person in reversed(history.marks(account))
            if (everything or not one.undone)
            and (wanted is None or (person and person.number == wanted.number))
            and (not fact or (one.fact == fact and value in ("", one.value)))
        ]
    session.tell(lambda: mark_view.marks_document("list", found), lambda: mark_view.marks_text(found))


def _undo(session: Session, ids: Sequence[str]) -> None:
    """Take back the marks of these ids, or the newest, in one commit."""
    with session.open_vault() as vault:
        with session.reading(vault) as history:
            marks = history.marks(people_options.account_meant(session, history))
        meant = _meant(marks, ids)
        undone = [(one._replace(undone=True), person) for one, person in meant if not one.undone]
        if undone:
            now = datetime.now(UTC)
            with write_transaction(vault, "mark") as writer:
                message = f"Undo {'1 mark' if len(undone) == 1 else f'{len(undone):,} marks'}"
                writer.add_marks([undo_line(one, now) for one, _ in undone], message)
    already = len(meant) - len(undone)
    session.tell(
        lambda: mark_view.marks_document("undo", undone, already), lambda: mark_view.unmarked_text(undone, already)
    )


def _meant(marks: Sequence[Marked], ids: Sequence[str]) -> list[Marked]:
    """The marks of these ids or their beginnings, each once, or all of ``tag TAG``; without ids the newest in force."""
    if len(ids) == 2 and ids[0] == "tag":
        tagged = [one for one in marks if (one[0].fact, one[0].value) == ("tag", ids[1]) and not one[0].undone]
        if not tagged:
            raise NoSuchPerson(
                tr("nobody has the tag {tag!r}", tag=ids[1]), hint=tr("`linkbak mark list tag` shows your tags.")
            )
        return tagged
    newest = {one.id: (one, person) for one, person in marks}  # told, taken back and told again in one second: the last
    if not ids:
        standing = [one for one in marks if not one[0].undone]
        if not standing:
            raise NoSuchPerson(
                tr("there is no mark to take back"), hint=tr("`linkbak mark list --all` shows those taken back.")
            )
        return standing[-1:]
    found: dict[str, Marked] = {}
    for text in ids:
        matching = [known for known in newest if known.startswith(text.lower())] if text else []
        if len(matching) != 1:
            if matching:
                wrong = tr("several marks have ids that begin with {text!r}", text=text)
            else:
                wrong = tr("there is no mark {text!r}", text=text)
            raise NoSuchPerson(wrong, hint=tr("`linkbak mark list --all` shows their ids."))
        found[matching[0]] = newest[matching[0]]
    return [*found.values()]
