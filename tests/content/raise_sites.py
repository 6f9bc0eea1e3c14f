"""Reads from the source which sentences the program says when it refuses: every raised error's words, with places for
values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "weijian"
#: Functions that make an error of their words, with the positions of those.
MAKERS = {"not_yours": (0,), "wrong_state": (0, 1)}


@dataclass(frozen=True)
class Said:
    """One sentence as it stands in the source; ``{}`` where a value comes in."""

    where: str
    words: str


@cache
def sentences() -> list[Said]:
    """Every literal sentence of an error that may be raised, each with the place where it stands."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    errors = _error_classes(trees)
    return [said for path, tree in trees.items() for said in _said(path, tree, errors)]


def _error_classes(trees: dict[Path, ast.Module]) -> set[str]:
    known, size = {"WeijianError"}, 0
    while size != len(known):
        size = len(known)
        known |= {
            node.name
            for tree in trees.values()
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and any(_name(base) in known for base in node.bases)
        }
    return known


def _said(path: Path, tree: ast.Module, errors: set[str]) -> Iterator[Said]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name in errors:
            given: list[ast.expr] = [*node.args[1:2], *node.args[3:4]]
            given += [one.value for one in node.keywords if one.arg in ("what", "fix")]
        elif name in MAKERS:
            given = [node.args[at] for at in MAKERS[name] if at < len(node.args)]
        else:
            continue
        for expression in given:
            for words in _words(expression):
                yield Said(f"{path.relative_to(SOURCE)}:{node.lineno}", words)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _words(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and node.value else []
    if isinstance(node, ast.JoinedStr):
        parts = [str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values]
        return ["".join(parts)]
    if isinstance(node, ast.IfExp):
        return _words(node.body) + _words(node.orelse)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _words(node.left) or ["{}"], _words(node.right) or ["{}"]
        return [first + second for first in left for second in right]
    return []  # names and gettext calls: the catalogue of pages has those
