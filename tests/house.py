"""The plan of the house, and what a tree of modules does against it.

Read from the text of the modules: late and type-only imports count as much as those on top.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: Rooms from the top floor down. A room imports from floors below its own, never sideways.
FLOORS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "": (
        ("__main__",),
        ("cli",),
        ("page",),
        ("",),  # the package's face: what `from allocator import …` gives
        ("scenarios",),
        ("optimize",),
        ("plots",),  # below the labs: their results draw themselves
        ("word",),
        ("excel",),
        ("ledger",),
        ("allocation",),
        ("explain",),
        ("engine",),
        ("fund",),
        ("formulas",),
        ("rounding",),
        ("base", "dongguan"),
    ),
    "excel": (
        ("verify", "issue", "ledger"),
        ("villages",),
        ("official",),
        ("template",),
        ("intake",),
        ("kit",),
        ("strict",),
        ("files",),
    ),
    "optimize": (("answers",), ("search",), ("program",), ("question", "linear")),
}
CORE = {"base", "rounding", "formulas", "fund", "engine", "explain", "allocation", "dongguan"}
#: The one door to notebooks: `to_frame()` and `from_frame()` need pandas only when called.
DOORS = {("allocation", "pandas"), ("fund", "pandas")}

MOST_LINES, MOST_FUNCTION, MOST_FILES, MOST_ENTRIES = 400, 50, 12, 16


@dataclass(frozen=True, slots=True)
class Module:
    name: str  # dotted, without the leading `allocator.`; a package's face bears the package's name
    path: Path
    tree: ast.Module
    lines: int

    @property
    def is_face(self) -> bool:
        return self.path.name == "__init__.py"


def modules(root: Path) -> dict[str, Module]:
    """Every module below `root` (the package's folder) by its dotted name; the face is ''."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        text = path.read_text(encoding="utf-8")
        found[name] = Module(name, path, ast.parse(text), text.count("\n"))
    return found


def imports(module: Module, known: Mapping[str, Module]) -> Iterator[tuple[str, str]]:
    """(ours, foreign) of every import statement anywhere in the module; one of the two is empty."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            targets = [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module.path}: relative imports are not read here"
            targets = [(node.module or "", alias.name) for alias in node.names]
        else:
            continue
        for base, name in targets:
            first, _, rest = base.partition(".")
            if first != "allocator":
                yield "", first
                continue
            inner = f"{rest}.{name}" if rest and name else rest or name
            yield (inner if inner in known else rest), ""


def floor_of(parts: tuple[str, ...], plan: tuple[tuple[str, ...], ...]) -> int | None:
    room = parts[0] if parts else ""
    return next((i for i, rooms in enumerate(plan) if room in rooms), None)


def faults(root: Path) -> list[str]:
    """Everything in the tree that the plan forbids, one line a fault."""
    known = modules(root)
    graph = {name: set[str]() for name in known}
    found: list[str] = []
    for module in known.values():
        for ours, foreign in imports(module, known):
            if foreign:
                room = module.name.split(".")[0]
                pure = foreign in sys.stdlib_module_names or (room, foreign) in DOORS
                if room in CORE and not pure:
                    found.append(f"{module.name} is core and imports {foreign}")
            elif ours != module.name:
                graph[module.name].add(ours)
                found += _upward(module.name, ours)
    found += [f"circle: {' - '.join(circle)}" for circle in _circles(graph, known)]
    return [*found, *_sizes(root, known)]


def _upward(source: str, target: str) -> Iterator[str]:
    """Imports to a floor that is not below, between rooms and between the rooms of one room."""
    one, other = tuple(source.split(".")), tuple(target.split(".") if target else ())
    if (
        source == target.split(".", maxsplit=1)[0] and source
    ):  # a face hands on what its own room holds
        return
    room = ""
    if one[0] == (other[0] if other else None):
        room, one, other = one[0], one[1:], other[1:]
        if room not in FLOORS or not one or not other or one[0] == other[0]:
            return
    high, low = floor_of(one, FLOORS[room]), floor_of(other, FLOORS[room])
    if one == ("",):  # the face of the whole package: above all it hands on
        return
    if high is None or low is None:
        yield f"{source} → {target}: a room that the plan does not know"
    elif low <= high:
        yield f"{source} imports upwards: {target}"


def _circles(graph: Mapping[str, set[str]], known: Mapping[str, Module]) -> list[list[str]]:
    """Groups of modules that import each other; a face that only hands on names is looked through."""
    plain = {
        name: {t for t in targets if not known[t].is_face and t != name}
        for name, targets in graph.items()
        if not known[name].is_face
    }
    reach = {name: _reached(name, plain) for name in plain}
    groups = {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in plain
        if name in reach[name]
    }
    return [list(group) for group in sorted(groups)]


def _reached(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = [*graph[start]]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += graph[name]
    return seen


def _sizes(root: Path, known: Mapping[str, Module]) -> Iterator[str]:
    entries = [p for p in root.iterdir() if p.name[0] not in "_." and p.name != "py.typed"]
    if len(entries) > MOST_ENTRIES:
        yield f"{len(entries)} entries in {root.name}/"
    for folder in [root, *(p for p in root.rglob("*") if p.is_dir() and p.name != "__pycache__")]:
        if len([p for p in folder.iterdir() if p.is_file()]) > MOST_FILES:
            yield f"more than {MOST_FILES} files in {folder.relative_to(root.parent)}"
    for module in known.values():
        if module.lines > MOST_LINES:
            yield f"{module.name}: {module.lines} lines"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                size = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                if size > MOST_FUNCTION:
                    yield f"{module.name}.{node.name}: {size} lines"
