"""From an archive to a kept snapshot and its receipt.

Everything that could refuse the archive happens before anything of it reaches the vault: its structure is checked while
it is opened, its bytes while they are staged, and what git makes of them meanwhile lies apart until they are kept. What
then fails to be understood is counted and reported, but kept: the raw bytes are the truth, and a later linkbak may read
them better.

The module `workflow` does it; a scan that finds nothing new loads no more than what stands here: what is told of an
archive, whose it is, and whether it is kept already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import product
from os.path import commonpath
from typing import TYPE_CHECKING, Literal

from linkbak.archive import Limits, is_junk
from linkbak.errors import Exit, LinkbakError, OtherAccount, UsageProblem
from linkbak.matching import name_key, url_key
from linkbak.model import BOOK, CARDS, Connection, NamedTuple, Owner, silent
from linkbak.texts import tr

if TYPE_CHECKING:
    from linkbak.causes.judgement import Outcome
    from linkbak.diff import Comparison
    from linkbak.model import FileFacts, Manifest, Progress, Taken
    from linkbak.vault import SnapshotKey, Summary, Vault

__all__ = [
    "Options", "Receipt", "Verdict", "content_digest", "corrections", "exit_code_of", "refuse_strangers", "same_list",
    "workflow",
]  # fmt: skip


class Options(NamedTuple):
    """What the user asked for beside the archive itself."""

    account: str | None = None
    taken: datetime | None = None
    accept: bool = False
    dry_run: bool = False
    limits: Limits = Limits()
    progress: Progress = silent


Status = Literal["kept", "already-kept", "refused"]


class Receipt(NamedTuple):
    """What became of one archive.

    `manifest` is that of the snapshot made (or, with `status` already-kept, found); None if refused, and then `error`
    says why. `since` compares with the snapshot before, if there is one; `outcomes` tells of each of those who vanished
    since how they stand, or is empty. `dry` means that nothing was written.
    """

    archive: str
    status: Status
    key: SnapshotKey | None = None
    manifest: Manifest | None = None
    since: Comparison | None = None
    drift: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: LinkbakError | None = None
    dry: bool = False
    outcomes: tuple[Outcome | None, ...] = ()

    @property
    def held(self) -> tuple[str, ...]:
        """Why the losses since the snapshot before are not to be believed yet; empty if they are."""
        return self.since.held if self.since is not None and self.status == "kept" else ()

    @property
    def exit_code(self) -> Exit:
        """The exit status this archive alone would give.

        A list that is missing, empty or partly unreadable is incomplete, however much it seems to have lost; one
        that was read whole and shrank, or that shrank by more than what could not be read, is held.
        """
        if self.error is not None:
            return self.error.exit_code
        if self.manifest is None or self.status == "already-kept":
            return Exit.FINE
        people = self.manifest.coverage.get(CARDS if self.manifest.network == BOOK else "connections")
        if people is None or not people.rows:
            return Exit.INCOMPLETE
        if any(not reason.startswith("later-partial:") for reason in self.held):
            return Exit.HELD
        return Exit.INCOMPLETE if any(issue.loss for issue in self.manifest.issues) else Exit.FINE


def exit_code_of(receipts: Sequence[Receipt]) -> Exit:
    """The exit status of several: the first refusal, else held, else incomplete, else fine."""
    codes = [receipt.exit_code for receipt in receipts]
    refused = [receipt.exit_code for receipt in receipts if receipt.error is not None]
    return next((code for code in (*refused, Exit.HELD, Exit.INCOMPLETE) if code in codes), Exit.FINE)


# --- drift ---
# How the tables of an archive differ in shape from those of the snapshot before.


def drift(before: Iterable[FileFacts], after: Iterable[FileFacts]) -> tuple[str, ...]:
    """What is new, missing or renamed among the columns of the tables that both sides have, a sentence a table."""
    known = {facts.table: facts.columns for facts in before if facts.table and facts.columns}
    sentences = []
    for table, columns in sorted({f.table: f.columns for f in after if f.table and f.columns}.items()):
        if table in known and (parts := _changes(known[table], columns)):
            sentences.append(f"{table}: {'; '.join(parts)}")
    return tuple(sentences)


def _changes(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """A column is renamed if case, blanks or underscores differ, or if it is the one new name in an old one's place."""
    old, new = {_plain(c): c for c in before}, {_plain(c): c for c in after}
    renamed = [(old[key], new[key]) for key in old if key in new and old[key] != new[key]]
    gone, come = [c for k, c in old.items() if k not in new], [c for k, c in new.items() if k not in old]
    if len(before) == len(after) and len(gone) == len(come) == 1 and before.index(gone[0]) == after.index(come[0]):
        renamed.append((gone.pop(), come.pop()))
    changed = ", ".join(tr("{was} to {now}", was=repr(was), now=repr(now)) for was, now in renamed)
    parts = [tr("renamed {columns}", columns=changed)] if renamed else []
    parts += [tr("new {columns}", columns=", ".join(map(repr, come)))] if come else []
    return [*parts, *([tr("missing {columns}", columns=", ".join(map(repr, gone)))] if gone else [])]


def _plain(column: str) -> str:
    return column.casefold().replace(" ", "").replace("_", "")


# --- owners -----------------------------------------------------------------------------------------------------------
# Whose archive it is, and so which account of the vault it belongs to.

FIRST_ACCOUNT = "me"


class Verdict(Enum):
    """What the evidence of two archives says about their owners."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


def same_owner(one: Owner, other: Owner) -> Verdict:
    """Compare two owners, each with all that is known of them.

    The member id never changes, so it settles the matter; an e-mail address is one member's. A profile address may pass
    to somebody else, two may register in one minute, and names are shared, so these agreements are weak: an address
    counts unless name and e-mail conflict, a registration unless name and address do, a name unless e-mail or
    registration does. Without any agreement that counts, a conflict does.
    """
    agree, conflict = _compared(one, other)
    if "member_ids" in agree | conflict:
        return Verdict.SAME if "member_ids" in agree else Verdict.OTHER
    if (
        "emails" in agree
        or ("registered" in agree and not {"names", "urls"} <= conflict)
        or ("urls" in agree and not {"names", "emails"} <= conflict)
        or ("names" in agree and not conflict & {"emails", "registered"})
    ):
        return Verdict.SAME
    return Verdict.OTHER if conflict else Verdict.UNKNOWN


def proven(one: Owner, other: Owner) -> bool:
    """Whether two owners agree in what only one member has, whatever their lists say."""
    return bool(_compared(one, other)[0] & {"member_ids", "emails", "urls"})


def _compared(one: Owner, other: Owner) -> tuple[set[str], set[str]]:
    """In which parts of the evidence two owners agree, and in which both have some and agree in nothing."""
    agree, conflict = set[str](), set[str]()
    keys: dict[str, Callable[[str], str]] = {
        "urls": url_key,
        "names": lambda name: name_key(name, ""),
        "emails": str.casefold,
        "registered": lambda moment: moment[:16],
    }
    for part, mine, theirs in zip(Owner._fields, one, other, strict=True):
        key = keys.get(part, str)
        # "in" is what lists of late 2023 have in place of a slug
        here, there = ({key(text) for text in texts} - {"", "in"} for texts in (mine, theirs))
        if here & there:
            agree.add(part)
        elif here and there:
            conflict.add(part)
    return agree, conflict


# --- by the lists -----------------------------------------------------------------------------------------------------

ENOUGH = 12
"""Fewer rows than this prove nothing: a few may all have been renamed, or removed."""
LIKE = 5
"""So many equal rows are no chance."""


def same_list(earlier: Sequence[Connection], later: Sequence[Connection], day: date) -> Verdict:
    """Whether two lists, the earlier exported on `day`, are one member's, by the rows they have in common.

    Equal are rows of one address, or of one name, connected on one date (a day apart at most: zones). Two members who
    know the same people connected with them on other days, so strangers have next to none in common. In one member's
    lists, whoever is in the later one with a date before `day` is in the earlier one too, unless both name and address
    changed; a list may be cut, so the share is that of whichever has fewer such rows. Names change for 0.4 % a month,
    and 0.6 % at most are gone, so after ten years three rows in ten are still equal.

    - OTHER: under one in ten equal, of at least `ENOUGH`. Where the later list has fewer old rows than that (a young
      account, or one that removed nearly everybody): under one in ten of both lists, and not most of those few.
    - SAME: most of both are equal, those after `day` aside, and at least `LIKE`.

    Precondition: rows with a date, and a name or address. Lists without say UNKNOWN, as short ones do.
    """
    known = {key for row in earlier for key in _row_keys(row, (0,))}
    old, old_equal, rows, equal = 0, 0, 0, 0
    for row in later:
        if row.hidden or row.connected_on is None:
            continue
        same = not known.isdisjoint(_row_keys(row, (-1, 0, 1)))
        rows, equal = rows + 1, equal + same
        if row.connected_on <= day:
            old, old_equal = old + 1, old_equal + same
    before = sum(1 for row in earlier if row.connected_on and not row.hidden)
    base = min(before, old)
    if old_equal >= LIKE and old_equal * 2 > max(before, old):
        return Verdict.SAME
    whole = base if base >= ENOUGH else min(before, rows)
    if whole >= ENOUGH and equal * 10 < whole and equal * 2 <= base:
        return Verdict.OTHER
    return Verdict.UNKNOWN


def _row_keys(row: Connection, shifts: Iterable[int]) -> Iterator[tuple[str, int]]:
    if row.connected_on is not None and not row.hidden:
        day = row.connected_on.toordinal()
        for key in {f"/{url_key(row.url)}", name_key(row.first_name, row.last_name)} - {"", "/"}:
            for shift in shifts:
                yield key, day + shift


# --- the account ------------------------------------------------------------------------------------------------------


def choose_account(
    kept: Sequence[Summary],
    network: str,
    owner: Owner,
    asked: str | None,
    by_list: Callable[[str], Verdict] = lambda account: Verdict.UNKNOWN,
) -> str:
    """The account's name an archive goes to: the one asked for, else the one whose owner it shows, else the only one.

    Where the owner's evidence does not choose one, `by_list` says of an account whether the list is its. Lists that
    share most of their rows are one member's under any name and address, but not under another member id.
    Raises OtherAccount if the archive is somebody else's, UsageProblem if several accounts could be meant.
    """
    if asked is not None:
        return asked
    ours = _owners([one for one in kept if one.network == network])
    known = {account.removeprefix(f"{network}-"): evidence for account, evidence in ours.items()}
    if not known:
        return FIRST_ACCOUNT
    verdicts = {account: same_owner(owner, evidence) for account, evidence in known.items()}
    fitting = [account for account, verdict in verdicts.items() if verdict is Verdict.SAME]
    fitting = fitting or [account for account, verdict in verdicts.items() if verdict is Verdict.UNKNOWN]
    if len(fitting) == 1:
        return fitting[0]
    other_ids = {one for one in known if "member_ids" in _compared(owner, known[one])[1]}
    verdicts = {one: by_list(one) for one in fitting or known if one not in other_ids}
    listed = [one for one, verdict in verdicts.items() if verdict is Verdict.SAME]
    possible = [one for one, verdict in verdicts.items() if fitting and verdict is not Verdict.OTHER]
    if len(listed) == 1 or (not listed and len(possible) == 1):
        return (listed or possible)[0]
    if possible:
        raise UsageProblem(
            tr("the archive could belong to any of these accounts: {accounts}", accounts=", ".join(sorted(possible))),
            hint=tr("Say which with --account NAME."),
        )
    theirs = tr(" or ").join(sorted(known))
    strange = _strange(theirs)
    if not fitting:
        strange = tr("the archive is another person's, not that of the account {name}; nothing was kept", name=theirs)
    raise OtherAccount(
        strange,
        hint=tr("If you mean to keep it here too, name an account of its own: --account NAME."),
    )


def _strange(name: str) -> str:
    return tr(
        "perhaps another person's list: it shares almost nobody with that of the account {name}; nothing was kept",
        name=name,
    )


def refuse_other_list(kept: Sequence[Summary], account: str, owner: Owner, verdict: Callable[[], Verdict]) -> None:
    """Refuse a list that shares almost nobody with the account it would go to, unless its owner is proven otherwise."""
    evidence = _owners(kept).get(account)
    if evidence is None or proven(owner, evidence) or verdict() is not Verdict.OTHER:
        return
    name = account.partition("-")[2]
    raise OtherAccount(
        _strange(name),
        hint=tr(
            "If it is yours: --account {name}. If it is another's, give it an account of its own: --account NAME.",
            name=name,
        ),
    )


def refuse_strangers(
    here: Sequence[Summary], there: Sequence[Summary], verdict: Callable[[Summary, Summary], Verdict]
) -> None:
    """Refuse snapshots from another vault if one of its accounts is somebody else's than ours of that name.

    Where the two have no snapshot of an account in common, and no proof that it is one member's, `verdict` compares the
    lists that are nearest in time. Raises OtherAccount.
    """
    owners = [_owners(here), _owners(there)]
    for account in sorted(owners[0].keys() & owners[1].keys()):
        mine, theirs = owners[0][account], owners[1][account]
        lists = [[one for one in some if one.key.account == account] for some in (here, there)]
        strange = same_owner(mine, theirs) is Verdict.OTHER
        if not strange and not proven(mine, theirs) and {o.key for o in lists[0]}.isdisjoint(o.key for o in lists[1]):
            pairs = [pair for pair in product(*lists) if all((one.connections or 0) >= ENOUGH for one in pair)]
            nearest = min(pairs, key=lambda pair: abs(pair[0].taken_at - pair[1].taken_at), default=None)
            strange = nearest is not None and verdict(*nearest) is Verdict.OTHER
        if strange:
            raise OtherAccount(
                tr(
                    "the account {account} of the copy is another person's than that of this vault; nothing was taken",
                    account=account,
                ),
                hint=tr("Keep the two vaults apart: `linkbak remote remove` forgets the address."),
            )


def _owners(summaries: Sequence[Summary]) -> dict[str, Owner]:
    found: dict[str, Owner] = {}
    for one in summaries:
        parts = zip(found.get(one.key.account, Owner()), one.owner, strict=True)
        found[one.key.account] = Owner(*(tuple(dict.fromkeys(known + more)) for known, more in parts))
    return found


# --- duplicates ---
# The same archive is known again in another wrapping: as a zip, unzipped, in one more folder.


def content_digest(files: Iterable[FileFacts]) -> str:
    """The sha256 over every file's path and sha256, in order of path.

    Folders wrapped around all files and what an operating system dropped among them do not count.
    """
    real = [facts for facts in files if not is_junk(facts.path)]
    folders = ["/" + facts.path.rpartition("/")[0] for facts in real]
    wrapper = commonpath(folders).strip("/") if real else ""
    start = len(wrapper) + 1 if wrapper else 0
    digest = hashlib.sha256()
    for path, sha256 in sorted((facts.path[start:], facts.sha256) for facts in real):
        digest.update(f"{path}\0{sha256}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def already_kept(
    vault: Vault, kept: Sequence[Summary], files: Sequence[FileFacts], taken: Taken, zip_sha256: str
) -> Summary | None:
    """The snapshot that keeps the same archive, if there is one.

    Equal content alone does not make it the same: an export in which nothing changed for a month has equal content too.
    It is the same if the day is the same, or the zip's own bytes are (they hold the time at which each file was
    written), or if nothing but file times dates it: those say when a copy was made; or if every file in it has the time
    it had then, as in a zip that `linkbak restore` wrote. So does a lone file that some snapshot holds already.
    """
    content = content_digest(files)
    day = taken.at.date().isoformat()
    for summary in reversed(kept):
        if summary.content == content and (
            taken.source == "file"
            or summary.taken[:10] == day
            or (zip_sha256 and summary.archive_sha256 == zip_sha256)
            or (taken.source != "told" and _same_times(vault.manifest(summary.key), files))
        ):
            return summary
    if taken.source == "file" and len(real := [f for f in files if not is_junk(f.path)]) == 1:
        for summary in reversed(kept):
            if any(facts.sha256 == real[0].sha256 for facts in vault.manifest(summary.key).files):
                return summary
    return None


def _same_times(kept: Manifest, files: Sequence[FileFacts]) -> bool:
    """Whether files of equal content also have equal times, to the two seconds that a zip can tell apart.

    A file that came without one was restored with the archive's.
    """
    then = sorted((facts.sha256, _even(facts.modified or kept.taken)) for facts in kept.files)
    return then == sorted((facts.sha256, _even(facts.modified)) for facts in files)


def _even(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() // 2 if moment else -1
