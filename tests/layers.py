"""What linkbak's modules may import, as a function of a folder, so that a test can plant a culprit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LAYERS = (
    "texts",
    "model",
    "errors",
    "paths",
    "settings",
    "state",
    "archive",
    "adapters",
    "vault",
    "matching",
    "marks",
    "diff",
    "index",
    "causes",
    "talk",
    "ingest",
    "stats",
    "remotes",
    "api",
    "schedule",
    "automation",
    "encryption",
    "report",
    "exporters",
    "drill",
    "kit",
    "routine",
    "demo",
    "cli",
)
"""From the ground up: a module imports only from its own layer and those to its left."""

HEAVY = frozenset(
    {
        "pydantic",
        "git",
        "rich",
        "platformdirs",
        "rapidfuzz",
        "jinja2",
        "tomlkit",
        "cryptography",
        "pyrage",
        "apprise",
        "isal",
        "httpx",
        "keyring",
    }
)
"""Imported only inside the function that needs it, so that every command starts fast."""

ONLY_IN = {
    "git": {"vault", "remotes"},
    "gitdb": {"vault"},
    "typer": {"cli"},
    "cryptography": {"encryption"},
    "pyrage": {"encryption"},
    "apprise": {"automation"},
    "isal": {"archive", "vault"},
    "httpx": {"api"},
    "keyring": {"api"},
    "click": set[str](),  # newer typers bring their own and install none
}
NAMELESS = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "managers", "base"})


class Import(NamedTuple):
    """One imported module, by its full name."""

    line: int
    module: str
    runs_at_import: bool


def violations(package: Path) -> list[str]:
    """Every breach under a folder that is laid out like ``linkbak/``, as ``path:line: what``."""
    found = []
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package)
        found += [f"{place}: {problem}" for problem in _name_problems(place)]
        for one in imports(path, package):
            found += [f"{place}:{one.line}: {problem}" for problem in _import_problems(_layer(place), one)]
    return found


def imports(path: Path, package: Path) -> list[Import]:
    """All imports of a file: nested ones, those for type checkers, and importlib with a plain name too."""
    folder = (package.name, *path.relative_to(package).parent.parts)
    return list(_walk(ast.parse(path.read_text(encoding="utf-8")), folder, runs=True))


def _walk(node: ast.AST, folder: tuple[str, ...], *, runs: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Call):
        yield from (Import(node.lineno, module, runs) for module in _modules(node, folder))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        runs = False
    unread: list[ast.stmt] = []
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        unread = node.body
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, folder, runs=runs and child not in unread)


def _modules(node: ast.Import | ast.ImportFrom | ast.Call, folder: tuple[str, ...]) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        above = folder[: len(folder) - node.level + 1] if node.level else ()
        origin = ".".join((*above, *([node.module] if node.module else [])))
        return [f"{origin}.{alias.name}" for alias in node.names]
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called in ("import_module", "__import__") and node.args and isinstance(node.args[0], ast.Constant):
        return [str(node.args[0].value)]
    return []


def _layer(place: Path) -> str:
    first = place.parts[0].removesuffix(".py")
    return "cli" if first == "__main__" else first


def _name_problems(place: Path) -> list[str]:
    words = [part.removesuffix(".py").strip("_") for part in place.parts]
    problems = [f"'{word}' says nothing about what is in it" for word in words if word in NAMELESS]
    if _layer(place) not in (*LAYERS, "__init__"):
        problems.append(f"'{_layer(place)}' has no place among the layers")
    return problems


def _import_problems(layer: str, one: Import) -> list[str]:
    top, _, rest = one.module.partition(".")
    if top == "linkbak":
        wanted = rest.partition(".")[0]
        if wanted in LAYERS and not _reaches(layer, wanted):
            return [f"{layer} imports {wanted}, which stands to its right"]
        return []
    problems = []
    if top in HEAVY and one.runs_at_import:
        problems.append(f"{top} is imported whenever the module is")
    if layer not in ONLY_IN.get(top, {layer}):
        problems.append(f"{layer} imports {top}")
    return problems


def _reaches(layer: str, wanted: str) -> bool:
    if layer not in LAYERS:
        return False
    return LAYERS.index(wanted) <= LAYERS.index(layer)
