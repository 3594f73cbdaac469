"""Every key explained, as a file to fill in and as a table of the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linkbak.settings.keys import KEYS, OTHER_VARIABLES, TABLES, Key
from linkbak.settings.writing import assigned, plain

_WIDTH = 100
_HEAD = """\
Settings of linkbak. What is commented out below shows what holds if nothing is said.
To change one, take away the "# " before it. A flag wins over an environment variable, and a
variable over this file. This file may hold secrets: keep it private.

linkbak config validate   says whether all is understood
linkbak config show       says what holds, and where it comes from"""
_TITLES = {
    "scan": "Where `linkbak scan` and `linkbak run` look for archives.",
    "cadence": "How old the newest snapshot may grow before you are reminded.",
    "notify": "Who is told what `linkbak run` did.",
    "run": "What `linkbak run` does besides looking for archives.",
    "copies": "Copies of the vault elsewhere.",
    "limits": "What an archive may be at most, so that a broken or hostile one does no harm.",
}


def template(said: Mapping[str, Any] | None = None, usual: Mapping[str, Any] | None = None) -> str:
    """The whole file, every key documented and commented out at its default, but for those that are said.

    `usual` are values that hold, in the place of defaults, because of what is said.
    """
    lines = [*_comment(_HEAD), ""]
    for table in ("", *TABLES):
        if table:
            lines += ["", *_comment(_TITLES[table]), f"[{table}]", ""]
        for key in KEYS:
            if key.table == table:
                lines += [*_explained(key, said or {}, (usual or {}).get(key.name, key.default)), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def markdown() -> str:
    """Every key and variable as tables of Markdown."""
    rows = [
        f"| `{key.name}` | {key.kind.name} | {_default(key)} | {_cell(key.purpose)} | `{key.variable}` |"
        for key in KEYS
    ]
    head = "| key | what it is | if not said | what it is for | environment |\n|---|---|---|---|---|\n"
    others = "".join(f"| `{name}` | {_cell(purpose)} |\n" for name, purpose in OTHER_VARIABLES.items())
    return f"{head}{chr(10).join(rows)}\n\n| other variable | what it is for |\n|---|---|\n{others}"


def _explained(key: Key, said: Mapping[str, Any], usual: Any) -> list[str]:
    about = _comment(f"{key.purpose} ({key.variable})")
    if key.name in said:
        return [*about, assigned(key, said[key.name])]
    if key.name == "vault":
        from linkbak import paths

        usual = paths.default_vault()
    return [*about, f"# {assigned(key, usual)}"]


def _comment(text: str) -> list[str]:
    import textwrap

    paragraphs = [textwrap.wrap(line, _WIDTH - 2, break_on_hyphens=False) for line in text.splitlines()]
    return [f"# {line}".rstrip() for lines in paragraphs for line in lines or [""]]


def _default(key: Key) -> str:
    if key.name == "vault":
        return "the usual place"
    bare = plain(key.default)
    if bare in (None, "", []):
        return "none"
    return f"{bare:,}" if isinstance(bare, int) and not isinstance(bare, bool) else f"`{str(bare).lower()}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
