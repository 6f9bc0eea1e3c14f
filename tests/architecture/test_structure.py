"""The house keeps its shape: where state changes, how long files are, what may stand in them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from weijian.config.discovery import rooms

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "weijian"
FILES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)

#: Calls that change rows. Elsewhere than in services a reader could not find what changes state.
WRITES = {"save", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete", "create", "update"}

#: Where rows may be changed: the services of rooms, and the mechanisms that services use.
MAY_WRITE = ("services.py", "/services/", "foundation/bulk/", "foundation/changes/", "foundation/audit/")

#: Calls on one row that write it, and how SQL that writes begins.
ON_A_ROW = {"save", "delete"}
SQL_WRITES = re.compile(r"\s*(INSERT INTO|UPDATE\s+\S+\s+SET|DELETE FROM)\b", re.I)

#: Progress of a job is seen while its transaction is still open, so it goes over a connection of its own.
WRITES_BY_ITSELF = {"foundation/jobs/progress.py"}

#: Longest source file; one purpose each.
MAX_LINES = 600


def _name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_file_is_short_and_says_why_it_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES, f"{_name(path)}: split it by purpose"
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), (
            f"{_name(path)}: the module needs a docstring that says why it exists"
        )


def test_state_changes_only_in_services() -> None:
    found = []
    for path in FILES:
        if any(part in str(path) for part in MAY_WRITE):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in WRITES and "objects" in ast.unparse(node.func):
                found.append(f"{_name(path)}:{node.lineno} {ast.unparse(node.func)}")
    assert found == [], "move these into the room's services.py, inside a change"


def test_rows_are_saved_and_written_in_sql_only_in_services() -> None:
    """The same for a row at hand (``one.save()``) and for SQL of our own; engines write into DuckDB only."""
    found = []
    for path in FILES:
        name = _name(path)
        if any(part in str(path) for part in MAY_WRITE) or name.startswith("engines/") or name in WRITES_BY_ITSELF:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ON_A_ROW:
                found.append(f"{name}:{node.lineno} {ast.unparse(node.func)}")
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_WRITES.match(node.value):
                found.append(f"{name}:{node.lineno} {node.value.split()[0]}")
    assert found == [], "move these into the room's services.py, inside a change"


def test_every_room_says_what_it_is_for() -> None:
    """A README in each room: purpose, what stands where, the standard or page that explains it."""
    missing = [room for room in rooms() if not (ROOT / "src" / room.replace(".", "/") / "README.md").is_file()]
    assert missing == []


def test_no_path_of_a_machine_and_no_registry_host() -> None:
    pattern = re.compile(r"(/wo" + r"rk/|/ro" + r"ot/|files\.python" + r"hosted|registry\.npm" + r"js|pypi\.o" + r"rg)")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    found = []
    for name in tracked:
        path = ROOT / name
        if not name or not path.is_file() or path.suffix in (".gz", ".png", ".svg", ".ttf", ".xlsx", ".parquet"):
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{name}: {match.group(0)}" for match in pattern.finditer(text)]
    assert found == []


@pytest.mark.parametrize("layer", ["kernel", "definitions", "engines"])
def test_lower_layers_import_no_django(layer: str) -> None:
    modules = [
        "weijian." + _name(path)[:-3].replace("/", ".").removesuffix(".__init__")
        for path in FILES
        if _name(path).startswith(f"{layer}/") and not path.name.startswith("spark")
    ]
    code = f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\nsys.exit('django' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr or f"{layer} imported Django"


def test_instants_become_dates_only_in_kernel_time() -> None:
    found = []
    pattern = re.compile(r"\bnow\(\)::date|CURRENT_DATE|current_date\b|date\.today\(\)|datetime\.now\(\)")
    for path in FILES:
        if "kernel/time" in str(path):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{_name(path)}:{number}: {line.strip()}")
    assert found == [], "use an injected Clock and beijing_date"
