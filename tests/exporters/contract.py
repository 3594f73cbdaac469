"""What every format must do, whatever it looks like; a subclass says how a second, independent reader reads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from linkbak.exporters import Options, Selection, write_built, write_pages, write_text
from linkbak.exporters.formats import EXPORTERS
from linkbak.index import Entry
from linkbak.index.history import History
from linkbak.vault import Vault
from tests import sampling
from tests.exporters.given import HIDDEN, NAMELESS, NEWEST, crowd, hostile

MANY, MANY_PAGES = sampling.share(30_000, 6), sampling.share(2_000, 6)


class Contract:
    """Subclass it, name the format, and read back what it wrote."""

    format: str
    pages = False
    """Whether to look at the folder of pages of a format that can also be one text."""
    options = Options()

    def names(self, written: Path) -> list[str]:
        """Whose names a second reader finds in the file or folder, in order (of a folder: in any)."""
        raise NotImplementedError

    def write(self, entries: Sequence[Entry], vault: Path, place: Path) -> tuple[Path, list[str]]:
        """Export all whom the format takes; gives the place, and the reasons why others were left out."""
        chosen = EXPORTERS[self.format]
        kept, left_out = chosen.takes(entries)
        with Vault.open(vault) as opened, History.open(opened) as history:
            selection, options = Selection(kept, NEWEST, history, opened), self.options
            if chosen.pages is not None and (self.pages or chosen.text is None):
                write_pages(chosen.pages(selection, options), place, force=False)
            elif chosen.text is not None:
                write_text(chosen.text(selection, options), place)
            else:
                assert chosen.build is not None
                build = chosen.build
                write_built(lambda half: build(selection, options, half), place)
        return place, [*left_out.elements()]

    def expected(self, entries: Sequence[Entry]) -> list[str]:
        """The names of those whom the format takes."""
        kept, _ = EXPORTERS[self.format].takes(entries)
        return [entry.person.row.name for entry in kept]

    def test_nobody(self, february_march: Path, tmp_path: Path) -> None:
        place, left = self.write([], february_march, tmp_path / "out")
        assert (self.names(place), left) == ([], [])

    def test_hostile_text_makes_nobody_more_or_less(self, february_march: Path, tmp_path: Path) -> None:
        people = hostile()
        place, _ = self.write(people, february_march, tmp_path / "out")
        found = self.names(place)
        assert len(found) == len(self.expected(people))
        assert sum(name.startswith("First Example") for name in found) == 1
        assert sum(name.startswith("Last Example") for name in found) == 1

    def test_many(self, february_march: Path, tmp_path: Path) -> None:
        people = crowd(MANY_PAGES if self.pages else MANY)
        place, left = self.write(people, february_march, tmp_path / "out")
        assert (sorted(self.names(place)), left) == (sorted(self.expected(people)), [])

    def test_the_same_people_make_the_same_bytes(self, february_march: Path, tmp_path: Path) -> None:
        one, _ = self.write(crowd(50), february_march, tmp_path / "one")
        other, _ = self.write(crowd(50), february_march, tmp_path / "other")
        assert _bytes(one) == _bytes(other)

    def test_nobody_else_can_read_it(self, february_march: Path, tmp_path: Path) -> None:
        place, _ = self.write(crowd(3), february_march, tmp_path / "out")
        everything = [place, *place.rglob("*")] if place.is_dir() else [place]
        assert [path for path in everything if path.stat().st_mode & 0o077] == []

    def test_who_cannot_be_written_down_is_counted(self, february_march: Path, tmp_path: Path) -> None:
        people = [*crowd(2), NAMELESS, HIDDEN]
        place, left = self.write(people, february_march, tmp_path / "out")
        assert len(self.names(place)) + len(left) == len(people)


def _bytes(place: Path) -> dict[str, bytes]:
    if place.is_file():
        return {"": place.read_bytes()}
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}
