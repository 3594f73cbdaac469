"""Messages and invitations in every form they have had."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linkbak.adapters import LinkedIn
from linkbak.model import Invitation, Message
from tests.adapters.given import Given, alone

ADAPTER = LinkedIn()
AT = datetime(2024, 3, 20, 15, 9, 26, tzinfo=UTC)
OLD = Message("", "", "Boris Sample", "", "Ada Example", (), AT, "Hi", "Hello", "INBOX")
NINE = OLD._replace(conversation="2-YWJj_000", title="T", sender_url="u:b")
LINKS = ("https://a.example/b,c", "https://d.example")
FULL = NINE._replace(recipient_urls=("u:a", "u:c"))
H9 = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER"
H10 = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER"
R9 = "2-YWJj_000,T,Boris Sample,u:b,Ada Example,2024-03-20 15:09:26 UTC,Hi,Hello,INBOX"
R10 = '2-YWJj_000,T,Boris Sample,u:b,Ada Example,"u:a,u:c",2024-03-20 15:09:26 UTC,Hi,Hello,INBOX'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "From,To,Date,Subject,Content,Direction,Folder\n"
            'Boris Sample,Ada Example,"3/20/24, 3:09 PM",Hi,Hello,INCOMING,INBOX\n',
            OLD._replace(sent_at=AT.replace(second=0)),
        ),
        (
            "FROM,TO,DATE,SUBJECT,CONTENT,DIRECTION,FOLDER\n"
            "Boris Sample,Ada Example,2024-03-20T15:09:26,Hi,Hello,INCOMING,INBOX\n",
            OLD,
        ),
        (f"{H9}\n{R9}\n", NINE),
        (f"{H10}\n{R10}\n", FULL),
        (f"{H10},IS MESSAGE DRAFT,IS CONVERSATION DRAFT\n{R10},No,No\n", FULL),
        (f"{H10},ATTACHMENTS\n{R10},\n", FULL),
        (f'{H10},ATTACHMENTS\n{R10},"https://a.example/b,c,https://d.example"\n', FULL._replace(attachments=LINKS)),
        (f"{H10},ATTACHMENTS,IS MESSAGE DRAFT\n{R10},,Yes\n", FULL._replace(draft=True)),
        (f"{H10},ATTACHMENTS,IS MESSAGE DRAFT,IS CONVERSATION DRAFT\n{R10},,No,Yes\n", FULL._replace(draft=True)),
        (f"\ufeff{H10}\r\n{R10}\r\n", FULL),
    ],
)
def test_every_form_of_messages(content: str, message: Message) -> None:
    assert list(ADAPTER.messages(alone(content, "messages.csv"))) == [message]
    assert ADAPTER.read(alone(content, "messages.csv")).issues == ()


def test_other_files_of_messages_are_not_read_for_them() -> None:
    """Two other tools took guide_messages.csv for messages.csv, since it ends alike, and found nothing."""
    empty = f"{H10}\n"
    files = Given(
        {"guide_messages.csv": empty, "learning_role_play_messages.csv": empty, "messages.csv": f"{H9}\n{R9}"}
    )

    assert list(ADAPTER.messages(files)) == [NINE]


def test_line_breaks_of_every_kind_stay_inside_their_message() -> None:
    text = "one\n\ntwo\r\nthree\u2028four\x85five\x0csix"
    quoted = R10.replace("Hello", f'"{text}"')
    reading = ADAPTER.read(alone(f"{H10}\n{quoted}\n{R10}\n", "messages.csv"))

    assert [m.content for m in ADAPTER.messages(alone(f"{H10}\n{quoted}\n{R10}\n", "messages.csv"))] == [text, "Hello"]
    assert (reading.files[0].rows, reading.files[0].lines) == (2, 6)


def test_messages_without_sender_date_or_conversation_are_messages() -> None:
    content = f"{H9}\n,,,,,2024-03-20 15:09:26 UTC,,,INBOX\n,,,,,,,a draft,\n"

    assert [message.sent_at for message in ADAPTER.messages(alone(content, "messages.csv"))] == [AT, None]
    assert ADAPTER.read(alone(content, "messages.csv")).coverage["messages"].rows == 2


def test_of_two_columns_of_one_name_the_first_counts() -> None:
    content = "From,To,Date,Content,Content\nBoris,Ada,2024-03-20 15:09:26 UTC,first,second\n"

    assert [message.content for message in ADAPTER.messages(alone(content, "messages.csv"))] == ["first"]


def test_a_column_more_is_said_and_does_no_harm() -> None:
    reading = ADAPTER.read(alone(f"{H9},MOOD\n{R9},good\n", "messages.csv"))

    assert [(issue.reason, issue.loss) for issue in reading.issues] == [
        ("the columns differ from those linkbak knows", False)
    ]
    assert reading.coverage["messages"].completeness == "complete"


@pytest.mark.parametrize(
    ("header", "cells", "urls"),
    [
        ("", "", ("", "")),
        (
            ",inviterProfileUrn,inviteeProfileUrn",
            ",urn:li:member:1,urn:li:member:2",
            ("urn:li:member:1", "urn:li:member:2"),
        ),
        (",inviterProfileUrl,inviteeProfileUrl", ",u:a,u:b", ("u:a", "u:b")),
    ],
)
def test_every_form_of_invitations(header: str, cells: str, urls: tuple[str, str]) -> None:
    content = (
        f'From,To,Sent At,Message,Direction{header}\nAda Example,Boris Sample,"3/9/24, 2:05 PM",Hi,OUTGOING{cells}\n'
    )
    sent = datetime(2024, 3, 9, 14, 5, tzinfo=UTC)

    assert list(ADAPTER.invitations(alone(content, "Invitations.csv"))) == [
        Invitation("Ada Example", "Boris Sample", sent, "Hi", "OUTGOING", *urls)
    ]
    assert ADAPTER.read(alone(content, "Invitations.csv")).issues == ()


def test_a_message_cannot_pass_for_the_header() -> None:
    """Whoever may write to the member could otherwise have the whole file read with other separators."""
    trap = R10.replace("Hello", '"Dear\nfirst name; connected on;\nyours"')
    files = alone(f"{H10}\n{trap}\n{R10}\n", "messages.csv")

    assert list(ADAPTER.messages(files)) == [FULL._replace(content="Dear\nfirst name; connected on;\nyours"), FULL]
    assert ADAPTER.read(files).issues == ()
