"""Back-test: scores by hand, injected outbreaks, comparison and recommendation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from weijian.engines.detection.backtest import (
    Injection,
    Loss,
    inject_outbreaks,
    parse_injection,
    run_backtest,
    score,
)
from weijian.engines.detection.backtest.inject import shape_weights
from weijian.engines.detection.command import backtest_command
from weijian.engines.detection.registry import detect
from weijian.engines.detection.series import DetectionError, from_arrays


def test_scores_counted_by_hand() -> None:
    """52 weeks; outbreaks in weeks 11-14 and 31-32; alarms (three or more cases) in weeks 12, 13, 21, 22 and 41."""
    counts = np.zeros((1, 52))
    counts[0, [11, 12, 20, 21, 40]] = 3
    found = detect(from_arrays(counts), "fixed-threshold", {"threshold": 3})
    s = score([found], [[[(10, 13), (30, 31)]]])
    assert (s.outbreaks, s.found, s.alarms) == (2, 1, 5)
    assert s.sensitivity == 0.5
    assert s.time_sensitivity == pytest.approx(2 / 6)
    assert s.specificity == pytest.approx(1 - 3 / 46)
    assert s.ppv == pytest.approx(2 / 5)
    assert s.timeliness == 1
    assert s.earliness == pytest.approx((0.75 + 0) / 2)
    assert s.false_alarms_per_year == 3
    assert s.false_episodes_per_year == 2
    assert Loss(missed=10, delay=2, false=1).of(s) == pytest.approx(10 * 0.5 + 2 * 0.5 * 1 + 2)


def test_an_undecided_outbreak_is_missed() -> None:
    counts = np.ones((1, 30))
    counts[0, 20] = np.nan
    found = detect(from_arrays(counts), "ears-c1", times=np.arange(21, 25))
    s = score([found], [[[(21, 24)]]])
    assert (s.outbreaks, s.found, s.undecided) == (1, 0, 1.0)


def test_injected_outbreaks_are_where_they_are_said_to_be() -> None:
    counts = np.random.default_rng(0).poisson(4, (5, 300)).astype(float)
    batch = from_arrays(counts)
    injected, spells, cases = inject_outbreaks(batch, Injection(number=3, size=6, duration=5, seed=2), 200)
    for row in range(5):
        extra = injected.observed[row] - counts[row]
        assert extra[:200].sum() == 0
        assert len(spells[row]) == 3
        for (first, last), number in zip(spells[row], cases[row], strict=True):
            assert extra[first : last + 1].sum() == number
            assert injected.state[row, first : last + 1].all()
        assert extra.sum() == sum(cases[row])
    again, _, _ = inject_outbreaks(batch.take(slice(2, 4)), Injection(number=3, size=6, duration=5, seed=2), 200)
    assert not np.array_equal(again.observed, batch.observed[2:4])
    assert np.array_equal(batch.observed, counts)


@pytest.mark.parametrize("shape", ["lognormal", "triangle", "flat"])
def test_shapes_sum_to_one(shape: str) -> None:
    assert shape_weights(shape, 7).sum() == pytest.approx(1)
    assert (shape_weights(shape, 7) > 0).all()


def test_bigger_outbreaks_are_found_more_often() -> None:
    batch = from_arrays(np.random.default_rng(1).poisson(3, (60, 330)).astype(float))
    found = [
        run_backtest([batch], [("ears-c2", {})], injection=Injection(size=size, seed=1), first="200")
        .rows[0]
        .scores.sensitivity
        for size in (1.0, 6.0, 20.0)
    ]
    assert found[0] < found[1] < found[2]
    assert found[2] > 0.9


def test_recommendation_follows_the_loss(tmp_path: Path) -> None:
    batch = from_arrays(np.random.default_rng(1).poisson(2, (40, 330)).astype(float))
    settings = [("ears-c1", {"alpha": 1e-6}), ("ears-c1", {"alpha": 0.2})]
    injection = Injection(size=8, seed=3)
    shy = run_backtest([batch], settings, injection=injection, first="200", loss=Loss(0.1, 0, 10)).recommended
    bold = run_backtest([batch], settings, injection=injection, first="200", loss=Loss(1000, 0, 0.1)).recommended
    assert shy is not None
    assert bold is not None
    assert (shy.parameters["alpha"], bold.parameters["alpha"]) == (1e-6, 0.2)


def test_command_with_listed_outbreaks_table_json_and_figure(tmp_path: Path) -> None:
    counts = np.random.default_rng(1).poisson(2, 330)
    counts[300:304] += 15
    lines = ["t,observed"] + [f"{t},{y}" for t, y in enumerate(counts, start=1)]
    (tmp_path / "x.csv").write_text("\n".join(lines))
    (tmp_path / "o.csv").write_text("start,end\n301,304\n")
    result = backtest_command(
        tmp_path / "x.csv", ["farrington-flexible:noPeriods=2,b=3", "ears-c2"], outbreaks=tmp_path / "o.csv",
        plot=tmp_path / "c.svg", language="en",
    )  # fmt: skip
    data = json.loads(json.dumps(result.data))
    assert [row["found"] for row in data["rows"]] == [1, 1]
    assert data["recommended"] is not None
    assert "sensitivity" in result.text
    assert (tmp_path / "c.svg").read_text().startswith("<?xml")


def test_wrong_requests_are_explained(tmp_path: Path) -> None:
    with pytest.raises(DetectionError, match="did you mean duration"):
        parse_injection("durration=3", 1)
    with pytest.raises(DetectionError, match="did you mean missed"):
        Loss.parse("mised=3")
    batch = from_arrays(np.ones((1, 20)))
    with pytest.raises(DetectionError, match="no time is left"):
        run_backtest([batch], [("ears-c1", {})], injection=Injection(duration=30))
