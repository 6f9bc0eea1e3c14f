"""A report whose making is killed is there whole or not at all, and the next attempt makes the same one; so is its file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from weijian.foundation import embedded_pg
from weijian.reports.annual.services import STEPS
from weijian.reports.citing.printing import write_whole

pytestmark = pytest.mark.fault


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("report")
    assert _run(folder, "setup").returncode == 0
    yield folder
    embedded_pg.stop(folder)


def _run(home: Path, step: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WEIJIAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "weijian.config.settings"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-W", "ignore", "-m", "tests.fault.report_under_fire", step]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _counts(home: Path) -> list[int]:
    """Reports, sections and traces that stand."""
    found: list[int] = json.loads(_run(home, "count").stdout.splitlines()[-1])
    return found


def test_killed_at_every_step_a_report_is_whole_or_not_there(home: Path) -> None:
    for step in STEPS[:-1]:
        killed = _run(home, step)
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
        assert _counts(home) == [0, 0, 0], step
    assert _run(home, STEPS[-1]).returncode == -signal.SIGKILL, "killed after the commit"
    reports, sections, traces = _counts(home)
    assert (reports, sections) == (1, 20) and traces > 0
    again = _run(home, "none")
    assert again.returncode == 0, again.stderr[-2000:]
    assert _counts(home) == [reports, sections, traces], "made once, however often it is asked for"


def test_a_file_stands_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.docx"
    write_whole(path, b"first")

    def cut(_descriptor: int) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(os, "fsync", cut)
    with pytest.raises(OSError, match="power cut"):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path], "nothing half written is left"
    monkeypatch.undo()
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
