"""The same archive is known again in another wrapping: as a zip, unzipped, in one more folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from os.path import commonpath

from linkbak.archive import is_junk
from linkbak.model import FileFacts, Manifest, Taken
from linkbak.vault import Summary, Vault


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
        return _holder(vault, kept, real[0].sha256)
    return None


def _same_times(kept: Manifest, files: Sequence[FileFacts]) -> bool:
    """Whether files of equal content also have equal times, to the two seconds that a zip can tell apart.

    A file that came without one was restored with the archive's.
    """
    then = sorted((facts.sha256, _even(facts.modified or kept.taken)) for facts in kept.files)
    return then == sorted((facts.sha256, _even(facts.modified)) for facts in files)


def _even(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() // 2 if moment else -1


def _holder(vault: Vault, kept: Sequence[Summary], sha256: str) -> Summary | None:
    for summary in reversed(kept):
        if any(facts.sha256 == sha256 for facts in vault.manifest(summary.key).files):
            return summary
    return None
