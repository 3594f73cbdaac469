"""What one package may know of another: its face; and no module may, in the end, import itself.

A package's ``__init__`` is its face. Its ``__all__`` names what other packages may import: functions and classes, and
modules or packages inside it that only some commands need and that are therefore not loaded with the face.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

LAZY = frozenset({"cli/__init__.py", "cli/app.py", "index/store.py", "adapters/__init__.py"})
"""Where linkbak's own modules may be imported inside a function.

The program's entry, which answers ``--version`` alone and tells an old Python that it is old; the loader of the verbs;
the loader of what brings the index up to date, which reads archives and aligns lists: most commands find the index as
it has to be; and the adapter of address books, which few vaults hold.
"""


LOADERS = ("load", "later")
"""The functions of ``cli/app.py`` that import by name; no type checker sees what they are given."""


class Use(NamedTuple):
    """One module of linkbak imported somewhere: by which file and line, from what, and which names of it.

    `loaded` is whether that is said in a text, which the loader of the verbs imports once it is asked.
    """

    file: str
    line: int
    module: str
    names: tuple[str, ...]
    nested: bool
    loaded: bool = False


def face_problems(package: Path) -> list[str]:
    """Imports that reach past a face, as ``path:line: what``."""
    faces = {face: _exported(package / face / "__init__.py") for face in _packages(package)}
    problems = []
    for use in uses(package):
        target = _inside(use.module)
        if not target or target[0] not in faces or target[0] == _owner(use.file):
            continue
        reached = target[1] if len(target) > 1 else None
        wanted = [reached] if reached else list(use.names)
        problems += [
            f"{use.file}:{use.line}: {name} is not in the face of {target[0]}"
            for name in wanted
            if name not in faces[target[0]]
        ]
    return problems


def nested_problems(package: Path) -> list[str]:
    """Imports of linkbak's own modules inside functions."""
    return [
        f"{use.file}:{use.line}: {use.module} is imported inside a function"
        for use in uses(package)
        if use.nested and use.file not in LAZY
    ]


def cycles(package: Path) -> list[str]:
    """Modules that import each other in a ring, those for type checkers, inside functions and by name counted.

    What the loader of the verbs itself loads is not: it calls the session that every verb is called with.
    """
    graph = {name: set[str]() for name in _modules(package)}
    for use in uses(package):
        if use.loaded and use.file == "cli/app.py":
            continue
        me = _module_name(use.file)
        for name in use.names or ("",):
            longer = f"{use.module}.{name}" if name else use.module
            found = longer if longer in graph else use.module
            if found in graph and found != me:
                graph[me].add(found)
    return [" -> ".join(ring) for ring in _rings(graph)]


def uses(package: Path) -> Iterator[Use]:
    """Every import of linkbak's own modules."""
    for path in sorted(package.rglob("*.py")):
        yield from _uses_in(path.relative_to(package).as_posix(), path.read_text(encoding="utf-8"))


@cache
def _uses_in(file: str, text: str) -> tuple[Use, ...]:
    return tuple(_uses(ast.parse(text), file, nested=False))


def _uses(node: ast.AST, file: str, *, nested: bool) -> Iterator[Use]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom) and (child.module or "").split(".")[0] == "linkbak":
            names = tuple(alias.name for alias in child.names)
            yield Use(file, child.lineno, child.module or "", names, nested)
        elif isinstance(child, ast.Import):
            for alias in child.names:
                if alias.name.split(".")[0] == "linkbak":
                    yield Use(file, child.lineno, alias.name, (), nested)
        elif (
            isinstance(child, ast.Call)
            and ast.unparse(child.func) in LOADERS
            and isinstance(child.args[0], ast.Constant)
        ):
            module, _, name = str(child.args[0].value).rpartition(".")
            yield Use(file, child.lineno, module, (name,), nested=False, loaded=True)
        deeper = nested or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _uses(child, file, nested=deeper)


def _packages(package: Path) -> list[str]:
    return [path.parent.name for path in package.glob("*/__init__.py")]


def _exported(init: Path) -> frozenset[str]:
    """What ``__all__`` names."""
    for node in ast.parse(init.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def _inside(module: str) -> list[str]:
    return module.split(".")[1:]


def _owner(file: str) -> str:
    return file.split("/")[0].removesuffix(".py")


def _module_name(file: str) -> str:
    return ("linkbak." + file.removesuffix(".py").replace("/", ".")).removesuffix(".__init__")


def _modules(package: Path) -> list[str]:
    return [_module_name(path.relative_to(package).as_posix()) for path in package.rglob("*.py")]


def _rings(graph: dict[str, set[str]]) -> Iterable[list[str]]:
    """Each group of modules that reach one another (Tarjan's strongly connected components)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    rings: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in number:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], number[other])
        if low[name] == number[name]:
            at = stack.index(name)
            if len(stack) - at > 1:
                rings.append(sorted(stack[at:]))
            del stack[at:]

    for name in sorted(graph):
        if name not in number:
            visit(name)
    return rings


if __name__ == "__main__":
    import sys

    root = Path(__file__).parents[1] / "linkbak"
    for line in (*face_problems(root), *nested_problems(root), *cycles(root)):
        if not sys.argv[1:] or any(word in line for word in sys.argv[1:]):
            sys.stdout.write(line + "\n")
