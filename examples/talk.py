"""What Ada wrote and was written: conversations, adverts, invitations."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """One message; `mine` is whether Ada wrote it."""

    at: str
    mine: bool
    content: str
    subject: str = ""


class Conversation(NamedTuple):
    """Messages with the person who joined under `slug`, oldest first."""

    slug: str
    said: tuple[Said, ...]
    folder: str = "INBOX"


class Advert(NamedTuple):
    """A sponsored message; its sender is shown as "LinkedIn Member"."""

    at: str
    subject: str
    content: str


class Stranger(NamedTuple):
    """Somebody who asks to connect and is not answered."""

    at: str
    name: str
    slug: str
    member_id: int
    message: str


CONVERSATIONS = (
    Conversation(
        "carla-ejemplo",
        (
            Said("2016-05-02T09:14:00", True, "Congratulations on the new job, Carla!", "Well done"),
            Said("2016-05-02T18:40:00", False, "Thank you, Ada. It is all example and no sample."),
            Said("2022-04-02T08:05:30", True, "Chief Engineer?\nYou never said a word, and I had to read it here."),
            Said("2026-03-06T07:30:12", False, "New job again.\n\nCoffee on Thursday, at the usual place?"),
        ),
    ),
    Conversation(
        "niall-sampla",
        (
            Said("2018-09-09T10:00:00", False, 'Did you get the book, "Samples of Samples"?'),
            Said("2018-09-09T10:20:00", True, "I did, and read it twice, thank you."),
            Said("2026-02-20T16:45:09", True, "Are you coming to the meeting in April?"),
        ),
    ),
    Conversation(
        "goran-primjer-a1b2c3d4",
        (
            Said(
                "2019-05-14T15:02:00", False, "Thanks for adding me! I drive between Example and Sample twice a week."
            ),
            Said("2026-01-30T12:12:12", False, "I am thinking of leaving this place for good."),
        ),
    ),
    Conversation(
        "gijs-voorbeeld-71c03d5e",
        (
            Said("2015-01-15T11:00:00", False, "Happy new year!"),
            Said("2015-01-16T08:30:00", True, "To you too, Gijs; a bit late, but meant."),
        ),
        "ARCHIVE",
    ),
    Conversation(
        "ольга-пример",
        (
            Said("2021-07-01T06:00:01", False, "Добрый день! Можно спросить про примеры?"),
            Said("2021-07-01T06:30:02", True, "Of course; ask away."),
            Said("2021-07-01T06:31:40", False, ""),
        ),
    ),
    Conversation(
        "anaïs-exemple",
        (Said("2020-01-20T13:13:13", False, "Notre article est paru\u2028le voici\u00a0: https://example.com/paper"),),
    ),
    Conversation(
        "zita-minta-0f9e8d7c",
        (Said("2024-12-24T17:17:17", False, "Merry Christmas to all whom I conducted this year"),),
    ),
    Conversation(
        "pia-modell",
        (
            Said(
                "2025-10-16T14:00:00", False, "Hi Ada, quick question: are you open to growing your archive by 300 %?"
            ),
            Said("2025-10-20T14:00:00", False, "Hi Ada, just floating this to the top of your inbox."),
        ),
        "SPAM",
    ),
)

ADVERTS = (
    Advert("2023-06-01T10:00:00", "Master of Examples", "Hi %FIRSTNAME%, your degree in Examples starts in autumn."),
    Advert(
        "2025-11-11T11:11:11",
        "A better archive",
        '<p class="spinmail-quill-editor__spin-break">Hi %FIRSTNAME%,</p><p>archives, but better &amp; bluer.</p>',
    ),
)

DRAFTS = ("Dear Boris, about that sample",)

PITCH = (
    "Hi Ada, I help archivists like you win 10 new clients a month without cold calls. "
    "Open to a quick 15 minute call this week?"
)
STRANGERS = (
    Stranger("2023-05-30 09:00", "Max Pitch", "max-pitch", 500000001, PITCH),
    Stranger("2023-06-20 16:30", "Lena Filler", "lena-filler", 500000002, ""),
    Stranger("2024-01-08 08:08", "Otto Leads", "otto-leads", 500000003, PITCH.replace("10 new", "15 new")),
    Stranger("2025-10-03 07:00", "Rita Funnel", "rita-funnel", 500000004, PITCH.replace("Hi Ada", "Hello Ada")),
    Stranger("2025-12-03 07:00", "Timo Funnel", "timo-funnel", 500000005, PITCH.replace("this week", "tomorrow")),
    Stranger("2026-02-18 11:59", "Ray Growth", "ray-growth", 500000006, PITCH.replace("archivists", "  archivists ")),
)
"""The same sales talk again and again, with small changes."""

ASKED_AGAIN = {"niall-sampla": "2026-03-15 19:05"}
"""Ada noticed the loss and asked to connect anew: a new outgoing invitation to somebody once connected."""
