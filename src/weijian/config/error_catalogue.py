"""Reads from the source which errors the program knows: code, what it says, what it advises, and where."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

_CODE = re.compile(r"[a-z_]+\.[a-z_0-9]+")


@dataclass
class KnownError:
    """One code: its sentences and remedies as raised (``…`` where a value comes in), and the files that raise it."""

    said: list[tuple[str, str]] = field(default_factory=list)
    places: set[str] = field(default_factory=set)


def known_errors(source: Path) -> dict[str, KnownError]:
    """Every error by code, from calls ``SomeError(code, what, where, fix)`` below ``source``."""
    found: dict[str, KnownError] = {}
    for path in sorted(source.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = node.args[0].value
            if name.endswith("Error") and isinstance(code, str) and _CODE.fullmatch(code):
                one = found.setdefault(code, KnownError())
                one.places.add(str(path.relative_to(source)))
                sentence = (_argument(node, 1, "what"), _argument(node, 3, "fix"))
                if sentence[0] and sentence not in one.said:
                    one.said.append(sentence)
    return found


def _argument(call: ast.Call, position: int, name: str) -> str:
    given = next((one.value for one in call.keywords if one.arg == name), None)
    if given is None and position < len(call.args):
        given = call.args[position]
    return _words(given)


def _words(expression: ast.expr | None) -> str:
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        return expression.value
    if isinstance(expression, ast.JoinedStr):
        return "".join(_words(part) if isinstance(part, ast.Constant) else "…" for part in expression.values)
    if isinstance(expression, ast.Call) and getattr(expression.func, "id", "") == "_":
        return _words(expression.args[0])
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Mod):
        return _words(expression.left)
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add):
        return _words(expression.left) + (_words(expression.right) or "…")
    return ""
