"""Changes to the config file that keep everything else in it, byte for byte as far as can be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from linkbak import paths
from linkbak.errors import LinkbakError, UsageProblem
from linkbak.settings import file as config
from linkbak.settings.keys import BY_NAME, Key
from linkbak.settings.kinds import Unfit
from linkbak.settings.problems import known, shown, wrong
from linkbak.settings.reading import flat, looked
from linkbak.settings.writing import as_toml, plain


class Changed(NamedTuple):
    """What came of a change: the file, the key, whether the file is another now, and what is still wrong in it."""

    file: Path
    key: str
    changed: bool
    problems: tuple[LinkbakError, ...] = ()


def set_key(name: str, words: Sequence[str]) -> Changed:
    """Write a key's value, given in words, into the config file; raises UsageProblem and then changes nothing."""
    key = known(name)
    try:
        value = key.kind.words(words)
        bare = plain(key.kind.read(value))
    except Unfit:
        raise wrong("", name, key.kind.must) from None
    return _changed(name, "" if bare is None else bare)


def unset_key(name: str) -> Changed:
    """Take a key out of the config file, one that linkbak does not know as well; what holds then is the default."""
    file = paths.config_file()
    there = flat(config.parsed(file, config.text_of(file) or ""))
    if name not in there:
        return Changed(file, known(name).name, False)
    return _changed(name, None)


def set_vault(vault: Path) -> Path:
    """Write the vault's place into the config file, keeping everything else in it; gives the file's path."""
    return _changed("vault", str(vault)).file


def _changed(name: str, value: Any) -> Changed:
    """The file with one key at another value, None to take it out, once it is sure that nothing else is touched."""
    file = paths.config_file()
    before = config.text_of(file) or ""
    tables = config.parsed(file, before)
    problems = looked(file, before, tables, {}).problems
    wanted = {one: it for one, it in flat(tables).items() if one != name} | ({} if value is None else {name: value})
    after = before if flat(tables) == wanted else _text(file, before, name, value, wanted)
    left = looked(file, after, config.parsed(file, after), {}).problems
    old = {_bare(one) for one in problems}
    if fresh := [one for one in left if _bare(one) not in old]:
        raise fresh[0]
    if after != before:
        config.write(file, after)
    return Changed(file, name, after != before, left)


def _bare(problem: LinkbakError) -> str:
    """What is wrong, wherever it stands now."""
    return re.sub(r", line \d+:", ":", str(problem), count=1)


def _text(file: Path, before: str, name: str, value: Any, wanted: Mapping[str, Any]) -> str:
    """The file's text with the change; raises UsageProblem if only a hand can make it."""
    from tomlkit.exceptions import TOMLKitError

    for change in (_beside_its_comment, _by_structure):
        try:
            after = change(before, name, value)
            if after is not None and _same(flat(config.parsed(file, after)), wanted):
                return after
        except (ValueError, LookupError, TypeError, AttributeError, TOMLKitError, LinkbakError):
            continue  # the editor stumbled over something odd in the file
    raise UsageProblem(
        f"{file}: {shown(name)} cannot be changed without touching what else is in the file",
        hint="Change it by hand; `linkbak config validate` says whether all is understood then.",
    )


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two files say the same; empty tables say nothing."""
    return repr(sorted(one.items())) == repr(sorted(other.items()))


def _beside_its_comment(before: str, name: str, value: Any) -> str | None:
    """The key on a line of its own below the one that is commented out, as `linkbak config generate` writes it.

    Where the key is set already, what comes out is no TOML, and nobody uses it.
    """
    key = BY_NAME.get(name)
    if value is None or key is None:
        return None
    lines = before.split("\n")
    at = _comment_of(lines, key)
    if at is None:
        return None
    ending = "\r" if lines[at].endswith("\r") else ""
    lines.insert(at + 1, f"{key.bare} = {as_toml(value)}{ending}")
    return "\n".join(lines)


def _comment_of(lines: Sequence[str], key: Key) -> int | None:
    """The last line of the key's table where the key stands commented out."""
    table, found = "", None
    for number, line in enumerate(lines):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = header[1].strip()
        elif table == key.table and re.match(rf"\s*#\s*{re.escape(key.bare)}\s*=", line):
            found = number
    return found


def _by_structure(before: str, name: str, value: Any) -> str:
    import tomlkit

    mark = config.MARK if before.startswith(config.MARK) else ""
    document: Any = tomlkit.parse(before.removeprefix(mark))
    table, _, bare = name.rpartition(".")
    if table and table not in document and value is not None:
        document[table] = tomlkit.table()
    home = document[table] if table else document
    if value is None:
        del home[bare]
    else:
        home[bare] = value
    return mark + tomlkit.dumps(document)
