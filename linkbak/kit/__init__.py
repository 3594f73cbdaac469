"""The kit for the day on which somebody is locked out: one page to print, letters, and everybody as contacts.

It is made from the vault, so the vault must exist before that day; a list of connections alone is enough. `contents`
collects what the archives show, `documents` writes the page, the letters and the law. This face writes the kit to its
place, and has its receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, TypedDict

from linkbak import state
from linkbak.exporters import Options, Selection, Written, write_built, write_pages
from linkbak.exporters.contacts import VCARD, cards
from linkbak.index.history import History
from linkbak.kit.contents import Asked, Contents, gather
from linkbak.kit.documents import REGIONS, letters, oldest_check, page
from linkbak.model import NamedTuple, Progress
from linkbak.report import Block, Line, count, day, size
from linkbak.report.json import fill
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.index import Person
    from linkbak.vault import Vault

__all__ = [
    "REGIONS", "Asked", "Made", "document", "made_of", "make", "oldest_check", "place_of", "seal", "text",
    "told_before",
]  # fmt: skip

PAGE = "kit.html"


class Made(NamedTuple):
    """A kit that was made: its account and newest snapshot, its regions, its place, and its size.

    `spared` are its files that somebody changed, such as letters with their blanks filled in; they stay as they are.
    """

    account: str
    snapshot: str
    asked: Asked
    place: Path
    sealed: bool
    people: int
    files: int
    unchanged: int
    bytes: int
    spared: tuple[str, ...]


def place_of(vault: Path, account: str) -> Path:
    """The default place of an account's kit: in a folder beside the vault, named after it."""
    return vault.with_name(f"{vault.name}-kit") / account


def make(vault: Vault, account: str, asked: Asked, place: Path | None, progress: Progress) -> Made:
    """Make the kit of an account, by its full name, as a folder; only files that a kit wrote there are replaced.

    Without a place it lies beside the vault, and its snapshot is noted. The options are noted in
    any case, so that the next kit is made the same way. Raises UsageProblem, MachineProblem.
    """
    folder = place or place_of(vault.path, account)
    with History.open(vault, progress) as history, history.read_transaction():
        contents, people = gather(vault, history, account, asked)
        written = write_pages(_files(vault, history, contents, people), folder, force=False, prune=True)
    return _noted_as_made(vault, contents, written, sealed=False, beside=place is None)


def seal(
    vault: Vault,
    account: str,
    asked: Asked,
    file: Path,
    encrypt: Callable[[IO[bytes], IO[bytes]], None],
    progress: Progress,
) -> Made:
    """Make the kit of an account as one encrypted zip, replacing a file of that name.

    No file of it is ever written unencrypted: `encrypt` is called with the zip, and the file to write to. Raises
    UsageProblem, MachineProblem.
    """
    with History.open(vault, progress) as history, history.read_transaction():
        contents, people = gather(vault, history, account, asked)
        packed = _zipped(_files(vault, history, contents, people))

    def build(half: Path) -> None:
        with half.open("xb") as target:
            encrypt(packed, target)

    return _noted_as_made(vault, contents, write_built(build, file), sealed=True, beside=False)


def _zipped(files: Iterable[tuple[str, str]]) -> BytesIO:
    from zipfile import ZIP_DEFLATED, ZipFile

    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text.encode("utf-8", "backslashreplace"))
    packed.seek(0)
    return packed


def _files(vault: Vault, history: History, contents: Contents, people: list[Person]) -> Iterator[tuple[str, str]]:
    """Each file of the kit by its path, with its text."""
    yield PAGE, "".join(page(contents, datetime.now(UTC).date()))
    yield from letters(contents)
    kept, _ = VCARD.takes(history.entries(people))
    yield "people.vcf", "".join(cards(Selection(kept, contents.newest, history, vault), Options()))


# --- notes about it ---------------------------------------------------------------------------------------------------


def _noted_as_made(vault: Vault, contents: Contents, written: Written, *, sealed: bool, beside: bool) -> Made:
    """Note the region and the day of a kit, and for one beside the vault its snapshot too; returns the receipt."""
    account, asked, newest = contents.account, contents.asked, vault.summaries(contents.account)[-1].id
    noted = _noted(vault.path, account) | {
        "regions": list(asked.regions),
        "locked_out_on": asked.locked_out_on.isoformat() if asked.locked_out_on else "",
    }
    if beside:
        noted |= {"snapshot": newest, "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    state.write(vault.path, "kit", {**state.read(vault.path, "kit"), account: noted})
    return Made(account, newest, asked, written.place, sealed, contents.everybody, *written[1:])


def made_of(vault: Path, account: str) -> str | None:
    """The snapshot that the kit beside the vault was made from; None if there is none, or that is unknown."""
    found = _noted(vault, account).get("snapshot")
    return str(found) if found and (place_of(vault, account) / PAGE).is_file() else None


def told_before(vault: Path, account: str) -> Asked:
    """The region and day of the last kit of an account; all regions if none was given."""
    noted = _noted(vault, account)
    try:
        regions = tuple(one for one in REGIONS if one in noted["regions"])
        told = noted["locked_out_on"]
        return Asked(regions or tuple(REGIONS), date.fromisoformat(told) if told else None)
    except (KeyError, TypeError, ValueError):
        return Asked(tuple(REGIONS))


def _noted(vault: Path, account: str) -> dict[str, Any]:
    found = state.read(vault, "kit").get(account)
    return found if isinstance(found, dict) else {}


# --- the receipt ------------------------------------------------------------------------------------------------------

_SHOWN = 5


def text(made: Made) -> list[Block]:
    """What was made, and what to do with it."""
    what = tr("kit of {account}: {people}", account=made.account, people=count(made.people, "person", "people"))
    if made.sealed:
        sealed = tr("{what}, sealed in {place} ({size})", what=what, place=made.place, size=size(made.bytes))
        how = tr("Without linkbak: `age -d FILE > kit.zip`, then unzip it.")
        return [Line(sealed, "strong"), Line(how, indent=2)]
    files = count(made.files + made.unchanged, "file")
    points = [
        tr("{page}: open it in a browser, read it, print it", page=PAGE),
        tr("letters/: fill in every […] before you send one"),
        tr("people.vcf: everybody, for your address book"),
        tr("Whom you can write to: linkbak export vcard --reachable -o reachable.vcf"),
        *_how(made.asked),
        tr("For your conversations: linkbak messages export html -o conversations.html"),
    ]
    blocks: list[Block] = [
        Line(
            tr("{what}, {files} ({size}) in {place}", what=what, files=files, size=size(made.bytes), place=made.place),
            "strong",
        ),
        *(Line(point, indent=2) for point in points),
    ]
    if made.spared:
        names = ", ".join(made.spared[:_SHOWN]) + (" …" if len(made.spared) > _SHOWN else "")
        blocks.append(Line(tr("left as they are, since you changed them: {files}", files=names), "odd", 2))
    if len(made.asked.regions) > 1:
        every = tr("It holds the texts of all regions; `linkbak config set kit.region eu` (uk, other) keeps yours.")
        blocks.append(Line(every, indent=2))
    advice = tr("This is no legal advice. The page names each source, and the day it was read.")
    return [*blocks, Line(advice, "dim", 2)]


def _how(asked: Asked) -> Iterator[str]:
    """The region and the first day that it holds for, and that the next kit keeps both."""
    if len(asked.regions) == 1:
        yield tr("written for {place}, as the next will be; --region changes it", place=REGIONS[asked.regions[0]])
    if asked.locked_out_on:
        on = day(asked.locked_out_on)
        yield tr("locked out on {day}: the next one counts from it too; --locked-out-on no takes it back", day=on)
    else:
        yield tr("locked out already? --locked-out-on DATE counts the deadlines from that day")


class KitDocument(TypedDict):
    """The kit's place, its snapshot and regions, and its size.

    `snapshot` is the newest of the account; `rules_checked` the day on which the rule that was not read for longest was
    read. `spared` are files that somebody changed.
    """

    schema: Literal["linkbak.kit/1"]
    account: str
    place: str
    sealed: bool
    snapshot: str
    regions: list[str]
    locked_out_on: str | None
    all_facts: bool
    people: int
    files: int
    unchanged: int
    bytes: int
    spared: list[str]
    rules_checked: str


def document(made: Made) -> KitDocument:
    """The receipt for programs."""
    asked = made.asked
    return fill(
        KitDocument,
        made,
        regions=asked.regions,
        locked_out_on=asked.locked_out_on,
        all_facts=asked.all_facts,
        rules_checked=oldest_check(),
    )
