"""``make new-domain`` writes a folder that is a room: a register, its measure, its test and what to do next."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "new_domain.py"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("new_domain", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_it_writes_is_whole(script: ModuleType, tmp_path: Path) -> None:
    assert script.main("oral_health") == 0
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    room = "src/weijian/domains/oral_health"
    assert written == {
        f"{room}/__init__.py", f"{room}/README.md", f"{room}/models.py", f"{room}/measures.py",
        f"{room}/migrations/__init__.py", "tests/domains/oral_health/test_register.py",
    }  # fmt: skip
    for name in written:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "{name}" not in text, name
        if name.endswith(".py"):
            assert ast.get_docstring(ast.parse(text)), name
    assert script.main("oral_health") == 2, "a domain that is there is not written over"


@pytest.mark.parametrize("name", ["", "Oral", "oral-health", "../x", "a"])
def test_names_that_are_no_folder_of_python_are_refused(script: ModuleType, tmp_path: Path, name: str) -> None:
    assert script.main(name) == 2
    assert not list(tmp_path.iterdir())
