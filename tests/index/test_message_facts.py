"""What archives say of a message beside its words: drafts, folders, links to what was attached."""

from __future__ import annotations

from itertools import permutations

from linkbak.index import correspondence
from linkbak.index.correspondence import Conversation, SentMessage
from tests.diff.people import person
from tests.index.archives import IN, ME, TEN, THIRTEEN, indexed, list_of, table

ADA = ("Ada Example", f"{IN}ada-example")
AT = "2024-03-06 10:00:00 UTC"
PROFILE = "First Name,Last Name\nOlive,Owner\n"
LINKS = "https://example.com/a,b.pdf, https://example.com/c"


def row(sender: tuple[str, str], to: tuple[str, str], text: str, folder: str = "INBOX", *rest: str, id_: str = "2-a",
        at: str = AT) -> tuple[str, ...]:  # fmt: skip
    return id_, "", *sender, *to, at, "", text, folder, *rest


def told(*archives: tuple[str, str]) -> tuple[list[SentMessage], list[Conversation]]:
    """All messages and conversations of archives, each given with its day."""
    listed = {"Connections.csv": list_of(person("Ada Example", slug="ada-example")), "Profile.csv": PROFILE}
    history = indexed(*((day, {**listed, "messages.csv": text}) for day, text in archives))
    messages = list(correspondence.messages(history))
    bare = [one._replace(folder="", attachments=(), last_seen="", title="") for one in messages]
    assert list(correspondence.messages(history, bare=True)) == bare
    return messages, correspondence.conversations(history)


def test_folder_and_attachments_are_those_of_the_newest_archive_that_names_any() -> None:
    """Whatever the order in which archives come, and though the newest form should lack the columns."""
    first = row(ADA, ME, "Here it is", "INBOX", LINKS, "No", "No")
    archives = (
        ("2024-04-01", table(THIRTEEN, [first])),
        ("2024-05-01", table(THIRTEEN, [row(ADA, ME, "Here it is", "ARCHIVE", "", "No", "No")])),
        ("2024-06-01", table(TEN, [row(ADA, ME, "Here it is", "")])),
    )
    for order in permutations(archives):
        (one,), (whole,) = told(*order)
        assert (one.folder, one.attachments) == ("ARCHIVE", ("https://example.com/a,b.pdf", "https://example.com/c"))
        assert (one.last_seen[:10], one.draft, whole.folders) == ("2024-06-01", False, frozenset({"ARCHIVE"}))


def test_a_draft_is_kept_and_neither_sent_nor_an_answer() -> None:
    rows = [
        row(ME, ADA, "Not sent", "", "", "Yes", "No", at="2024-03-07 10:00:00 UTC"),
        row(ADA, ME, "Are you there?", "INBOX", "", "No", "No"),
        row(ME, ADA, "In no conversation", "", "", "No", "No", id_=""),
        row(ME, ADA, "At no time", "", "", "No", "Yes", at="", id_="2-b"),
    ]
    messages, conversations = told(("2024-04-01", table(THIRTEEN, rows)))

    assert [(one.text, one.draft) for one in messages] == [
        *(("At no time", True), ("Are you there?", False), ("In no conversation", True), ("Not sent", True))
    ]
    assert len({one.person for one in messages}) == 1
    talk, *only_drafts = sorted(conversations, key=lambda one: -one.messages)
    assert (talk.messages, talk.sent, talk.drafts, talk.last_outgoing, talk.last) == (
        *(1, 0, 1, False, "2024-03-06T10:00:00Z"),
    )
    assert [(one.messages, one.drafts) for one in only_drafts] == [(0, 1), (0, 1)]


def test_a_draft_that_was_sent_later_is_a_message_too() -> None:
    """Both rows stood in some archive; nobody can tell that they are one."""
    before = ("2024-04-01", table(THIRTEEN, [row(ME, ADA, "Hello", "", "", "Yes", "No")]))
    after = ("2024-05-01", table(THIRTEEN, [row(ME, ADA, "Hello", "INBOX", "", "No", "No")]))
    for order in ((before, after), (after, before)):
        messages, (whole,) = told(*order)
        assert sorted((one.draft, one.last_seen[:10]) for one in messages) == [
            *((False, "2024-05-01"), (True, "2024-04-01"))
        ]
        assert (whole.messages, whole.sent, whole.drafts) == (1, 1, 1)


def test_what_somebody_else_wrote_is_no_draft() -> None:
    """A copy that was edited by hand may lack times."""
    (one,), (whole,) = told(("2024-04-01", table(TEN, [row(ADA, ME, "When was this?", at="")])))

    assert (one.draft, one.sent_at, whole.messages) == (False, "", 1)


def test_a_member_who_is_not_shown_any_more_keeps_the_name_whichever_archive_comes_first() -> None:
    hidden = ("LinkedIn Member", "")
    before = ("2024-04-01", table(TEN, [row(ADA, ME, "Hello"), row(ME, ADA, "Hi", at="2024-03-06 11:00:00 UTC")]))
    after = ("2024-05-01", table(TEN, [row(hidden, ME, "Hello"), row(ME, hidden, "Hi", at="2024-03-06 11:00:00 UTC")]))
    for order in ((before, after), (after, before)):
        messages, (whole,) = told(*order)
        assert [(one.sender, one.recipients, one.last_seen[:10]) for one in messages] == [
            *(("Ada Example", ("Olive Owner",), "2024-05-01"), ("Olive Owner", ("Ada Example",), "2024-05-01"))
        ]
        assert whole.name == "Ada Example"


# --- the years without conversations ----------------------------------------------------------------------------------

OLD = "From,To,Date,Subject,Content,Direction,Folder"
GRETA, HIDDEN = ("Greta Muster", f"{IN}greta-muster"), ("LinkedIn Member", "")


def loose(sender: str, to: str, text: str) -> tuple[str, ...]:
    """A row as of 2018; who wrote it follows from the names."""
    mine = sender == ME[0]
    return sender, to, "3/6/24, 10:00 AM", "", text, *(("OUTGOING", "SENT") if mine else ("INCOMING", "INBOX"))


def test_a_message_of_the_years_without_ids_stands_once_whoever_another_archive_says_wrote_it() -> None:
    old = ("2024-04-01", table(OLD, [loose("Greta Muster", ME[0], "Hello"), loose(ME[0], "Greta Muster", "Hi")]))
    for face in (GRETA, HIDDEN, ("", ""), ("Greta Muster", "")):
        new = ("2024-05-01", table(TEN, [row(face, ME, "Hello"), row(ME, face, "Hi")]))
        for order in ((old, new), (new, old)):
            messages, conversations = told(*order)
            assert sorted((one.text, one.outgoing, one.last_seen[:10]) for one in messages) == [
                *(("Hello", False, "2024-05-01"), ("Hi", True, "2024-05-01"))
            ]
            assert {one.name for one in conversations} == {"Greta Muster"}


def test_a_message_shown_by_two_files_without_ids_stands_once_and_under_its_name() -> None:
    archives = [
        ("2018-04-01", table(OLD, [loose(HIDDEN[0], ME[0], "Hello")])),
        ("2019-04-01", table(OLD, [loose("Greta Muster", ME[0], "Hello")])),
    ]
    for order in (archives, archives[::-1]):
        (one,), _ = told(*order)
        assert (one.sender, one.last_seen[:10]) == ("Greta Muster", "2019-04-01")


def test_the_same_words_in_one_minute_are_as_many_messages_as_one_file_shows() -> None:
    """Two wish a good year, of whom one is not shown any more: two messages, not one and not three."""
    old = ("2024-04-01", table(OLD, [loose(name, ME[0], "Good year") for name in ("Greta Muster", "Ada Example")]))
    new = ("2024-05-01", table(TEN, [row(HIDDEN, ME, "Good year", id_="2-x"), row(ADA, ME, "Good year")]))
    for order in ((old, new), (new, old)):
        messages, _ = told(*order)
        assert sorted(one.sender for one in messages) == ["Ada Example", "Greta Muster"]
    # Where the precondition fails, and somebody else who is not shown sends the same, two are taken for one.
    messages, _ = told(("2024-04-01", table(OLD, [loose("Greta Muster", ME[0], "Hi")])),
                       ("2024-05-01", table(TEN, [row(HIDDEN, ME, "Hi")])))  # fmt: skip
    assert len(messages) == 1


def test_a_larger_conversation_is_called_by_its_title_else_by_who_wrote_in_it() -> None:
    both = (f"{ME[0]}, {GRETA[0]}", f"{ME[1]},{GRETA[1]}")
    rows = [("2-t", "The reunion", *ADA, *both, AT, "", "Hello all", ""), row(ADA, both, "Hello", id_="2-n"),
            row(GRETA, (f"{ME[0]}, {ADA[0]}", f"{ME[1]},{ADA[1]}"), "Hi", id_="2-n")]  # fmt: skip

    _, conversations = told(("2024-04-01", table(TEN, rows)))

    assert {(one.id, one.name, one.crowd) for one in conversations} == {
        *(("2-t", "The reunion", True), ("2-n", "Ada Example, Greta Muster", True))
    }
