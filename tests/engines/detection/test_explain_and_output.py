"""Explanations, figures and the CSV of the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from weijian.engines.detection.cli import register
from weijian.engines.detection.explain import explain, explain_alarms
from weijian.engines.detection.plot import plot_detection
from weijian.engines.detection.registry import detect
from weijian.engines.detection.series import from_arrays

COUNTS = np.random.default_rng(8).poisson(4, (2, 330)).astype(float)
COUNTS[0, 329] = 30


def app() -> typer.Typer:
    application = typer.Typer()
    register(application)
    return application


def test_an_alarm_is_told_in_both_languages_with_its_basis() -> None:
    state = np.zeros(COUNTS.shape, bool)
    state[0, 329 - 52] = True
    batch = from_arrays(COUNTS, names=("手足口病", "麻疹"), state=state, exclude_outbreaks=True)
    found = detect(batch, "farrington-flexible", {"pastWeeksNotIncluded": 26}, times=np.array([329]))
    told = list(explain_alarms(found))
    assert [e.series for e in told] == ["手足口病"]
    e = told[0]
    assert (e.observed, e.alarm, len(e.used), e.left_out["outbreak"]) == (30, True, 34, ("278",))
    assert len(e.left_out["recent"]) == 26
    assert e.excess == pytest.approx(30 - found.expected[0, 0])
    assert "手足口病 330 报告 30 例" in e.zh
    assert "发出预警" in e.zh
    assert "排除已标记暴发 1 周" in e.zh
    assert "30 cases" in e.en
    assert "raises an alarm" in e.en
    assert "1 marked outbreak" in e.en
    json.dumps(e.as_dict())


def test_a_reason_is_told_when_there_is_no_bound() -> None:
    found = detect(from_arrays(np.zeros((1, 330))), "farrington-flexible", times=np.array([329]))
    e = explain(found, 0, 0)
    assert e.reason == "few-cases"
    assert e.upperbound is None
    assert "无界值" in e.zh
    assert "no bound" in e.en


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_figure(tmp_path: Path, suffix: str) -> None:
    found = detect(from_arrays(COUNTS), "farrington-flexible")
    path = plot_detection(found, 0, tmp_path / f"x.{suffix}")
    start = path.read_bytes()[:8]
    assert start.startswith(b"<?xml" if suffix == "svg" else b"\x89PNG")


def write_counts(path: Path) -> None:
    rows = ["series,t,observed"]
    rows += [f"{s},{t},{int(y)}" for s in range(2) for t, y in enumerate(COUNTS[s], start=1)]
    path.write_text("\n".join([*rows, "bad,1,-3"]))


def test_detect_command(tmp_path: Path) -> None:
    write_counts(tmp_path / "x.csv")
    arguments = [
        "detect", str(tmp_path / "x.csv"), "--algorithm", "farrington-flexible", "--param", "noPeriods=4",
        "--from", "325", "--to", "330", "--out", str(tmp_path / "out.csv"), "--explain", str(tmp_path / "e.jsonl"),
    ]  # fmt: skip
    done = CliRunner().invoke(app(), arguments)
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader((tmp_path / "out.csv").open()))
    assert list(rows[0]) == ["series", "t", "observed", "expected", "upperbound", "alarm", "reason"]
    assert [r["t"] for r in rows[:6]] == ["325", "326", "327", "328", "329", "330"]
    assert [r["alarm"] for r in rows if r["series"] == "0"][-1] == "1"
    assert rows[-1]["series"] == "bad"
    assert rows[-1]["reason"].startswith("negative: ")
    found = detect(from_arrays(COUNTS), "farrington-flexible", {"noPeriods": 4}, times=np.arange(324, 330))
    written = np.array([float(r["upperbound"]) for r in rows[:12]]).reshape(2, 6)
    np.testing.assert_array_equal(written, found.upperbound)
    assert json.loads((tmp_path / "e.jsonl").read_text().splitlines()[0])["alarm"] is True


def test_scan_command(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    rows = ["series,t,observed,lon,lat"]
    for area in range(12):
        for t in range(1, 61):
            count = rng.poisson(0.3) + (4 if area < 2 and t > 57 else 0)
            rows.append(f"v{area},{t},{count},{113 + area * 0.1},{23 + (area % 3) * 0.05}")
    (tmp_path / "s.csv").write_text("\n".join(rows))
    arguments = ["detect", str(tmp_path / "s.csv"), "--algorithm", "scan", "--freq", "365", "--param", "replicates=99"]
    done = CliRunner().invoke(app(), [*arguments, "--out", str(tmp_path / "o.csv")])
    assert done.exit_code == 0, done.output
    table = list(csv.DictReader((tmp_path / "o.csv").open()))
    assert {r["series"] for r in table if r["alarm"] == "1"} >= {"v0", "v1"}
    assert "p=0.01" in table[0]["reason"]


@pytest.mark.parametrize("command", ["detect", "backtest"])
def test_help_shows_an_example(command: str) -> None:
    done = CliRunner().invoke(app(), [command, "--help"])
    assert done.exit_code == 0
    assert f"weijian {command}" in done.output
