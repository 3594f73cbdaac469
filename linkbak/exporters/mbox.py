"""Messages as mail programs read them: an mbox file in which each conversation is one thread.

Sources: RFC 4155 (the file), RFC 5322 (a message), RFC 2047 (names that are not ASCII), RFC 2045 (bodies). All
addresses end in ``.invalid``, which RFC 2606 keeps from ever existing, so that no answer can leave.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from quopri import encodestring
from time import asctime
from urllib.parse import unquote

from linkbak.exporters.conversations import Chosen, MessageFormat, identified
from linkbak.index.correspondence import SentMessage, conversation_of
from linkbak.report.escape import terminal

_PEOPLE = "linkedin.invalid"
_IDS = "linkbak.invalid"
_SLUG = r"[A-Za-z0-9][A-Za-z0-9-]{0,62}"
_PLAIN_WORDS = r"[A-Za-z0-9 !#$%&'*+/^_`{|}~.,;:?()\[\]-]{0,60}"
_LINE = 900
"""So many octets may a line of a body have; RFC 5322 allows 998."""
_ENCODED = "(?m)^>*From |[\\0-\\x08\\x0b-\\x1f\\x7f]"
"""What a body must be encoded for: a line that would begin a message, and controls."""
_CHUNK = 42
"""So many octets become an encoded word, which may have 75 characters at most."""


def mbox_messages(chosen: Chosen) -> Iterator[str]:
    """Every message, of an account the oldest first; a draft or an advert says so in its subject.

    All of a conversation answer its first message: one that answers the one before is a stair that runs off the screen.
    """
    firsts: dict[tuple[str, str], str] = {}
    titles = {(one.account, one.id): one.name for one in chosen.conversations}
    for id_, one in identified(chosen.every()):
        of = (one.account, conversation_of(one))
        yield _message(id_, one, firsts.get(of), titles[of])
        firsts.setdefault(of, id_)


def _message(id_: str, one: SentMessage, first: str | None, title: str) -> str:
    sent = datetime.fromisoformat(one.sent_at) if one.sent_at else None
    began = asctime(sent.timetuple()) if sent else "Thu Jan  1 00:00:00 1970"
    kinds = [word for word, is_so in (("draft", one.draft), ("advert", one.advert)) if is_so]
    subject = one.subject or (f"Messages with {title}" if title.strip() else "Messages")
    urls = one.recipient_urls if len(one.recipient_urls) == len(one.recipients) else ("",) * len(one.recipients)
    to = ",\n ".join(_mailbox(*each) for each in zip(one.recipients, urls, strict=True))
    headers = {
        "From": _mailbox(one.sender, one.sender_url),
        "To": to or "undisclosed-recipients:;",
        "Date": format_datetime(sent) if sent else "",
        "Subject": _header("".join(f"[{word}] " for word in kinds) + subject),
        "Message-ID": f"<{id_}@{_IDS}>",
        "In-Reply-To": f"<{first}@{_IDS}>" if first else "",
        "References": f"<{first}@{_IDS}>" if first else "",
        "Keywords": ", ".join([*kinds, *([_header(one.folder)] if one.folder else [])]),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
    }
    encoding, body = _body(_written(one))
    head = "".join(f"{name}: {value}\n" for name, value in headers.items() if value)
    return f"From linkbak@{_IDS} {began}\n{head}Content-Transfer-Encoding: {encoding}\n\n{body}\n\n"


def _written(one: SentMessage) -> str:
    """The text, and below it the links of what was attached, which no export holds."""
    text = one.text.replace("\r\n", "\n").replace("\r", "\n")
    links = "\n".join(map(terminal, one.attachments))
    return f"{text}\n\nAttachments (links only):\n{links}" if links else text


def _body(text: str) -> tuple[str, str]:
    """How the text is encoded, and the text so: as it is, or where that would not come through, quoted-printable."""
    if re.search(_ENCODED, text) is None and all(
        len(line.encode("utf-8", "replace")) <= _LINE for line in text.split("\n")
    ):
        return "8bit", text
    quoted = encodestring(text.encode("utf-8", "replace"), quotetabs=False).decode("ascii")
    return "quoted-printable", re.sub(r"(?m)^(>*)From ", lambda found: f"{found[1]}=46rom ", quoted)


def _mailbox(name: str, url: str) -> str:
    """``"Ada Example" <ada-example@linkedin.invalid>``; where there is no plain address, by a digest."""
    slug = unquote(url.rstrip("/").rpartition("/")[2])
    shown = terminal(name).strip()
    local = slug if re.fullmatch(_SLUG, slug) else f"x-{_digest(url or shown.casefold())}"
    return f"{_header(shown, quoted=True)} <{local}@{_PEOPLE}>" if shown else f"{local}@{_PEOPLE}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _header(text: str, *, quoted: bool = False) -> str:
    """The text as the value of a header on one line, or on folded ones; as a quoted string if it is a name."""
    line = " ".join(terminal(text).split())
    if re.fullmatch(_PLAIN_WORDS, line) and "=?" not in line:
        return f'"{line}"' if quoted else line
    return "\n ".join(f"=?utf-8?b?{b64encode(chunk).decode('ascii')}?=" for chunk in _chunks(line))


def _chunks(line: str) -> Iterator[bytes]:
    """The text in parts of whole characters, each short enough for an encoded word."""
    part = b""
    for char in line:
        octets = char.encode("utf-8", "replace")
        if len(part) + len(octets) > _CHUNK:
            yield part
            part = b""
        part += octets
    yield part


MBOX = MessageFormat("for mail programs, one thread a conversation", (".mbox",), mbox_messages)
