"""The commands ``rt``, ``nowcast``, ``growth`` and ``forecast`` and the files they read: what is written, and how every
way a file can be wrong is refused."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from weijian.engines.detection.delay.cli import register
from weijian.engines.detection.delay.reproduction_number import estimate_r
from weijian.engines.detection.delay.series_file import read_serial_interval, read_series
from weijian.kernel.errors import WeijianError

COUNTS = [3, 5, 8, 9, 14, 20, 24, 30, 41, 50, 63, 80]
SI = [0, 0.2, 0.5, 0.2, 0.1]
START = date(2017, 6, 1)


def run(*arguments: str) -> str:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def refused(*arguments: str) -> str:
    with pytest.raises(WeijianError) as caught:
        run(*arguments)
    return caught.value.code


@pytest.fixture
def series(tmp_path: Path) -> str:
    path = tmp_path / "series.csv"
    days = (f"{START + timedelta(days=i)},{count}" for i, count in enumerate(COUNTS))
    path.write_text("epoch,observed\n" + "\n".join(days) + "\n")
    return str(path)


@pytest.fixture
def weights(tmp_path: Path) -> str:
    path = tmp_path / "si.csv"
    path.write_text("lag,weight\n" + "".join(f"{lag},{w}\n" for lag, w in enumerate(SI)))
    return str(path)


def test_rt_writes_every_digit(series: str, weights: str, tmp_path: Path) -> None:
    out = tmp_path / "rt.csv"
    run("rt", series, "--si", weights, "--window", "5", "--out", str(out))
    written, expected = rows(out.read_text()), estimate_r(COUNTS, SI, window=5)
    assert [float(row["mean"]) for row in written] == list(expected.mean)
    assert [float(row["q0.975"]) for row in written] == list(expected.quantiles[0.975])
    first = written[0]
    assert (first["t_start"], first["t_end"], first["epoch_start"], first["epoch_end"]) == (
        "2",
        "6",
        "2017-06-02",
        "2017-06-06",
    )
    quantiles = ["q0.025", "q0.05", "q0.25", "q0.5", "q0.75", "q0.95", "q0.975"]
    places = ["t_start", "t_end", "epoch_start", "epoch_end"]
    assert list(first) == [*places, "cases", "mean", "std", *quantiles, "reason"]


def test_rt_of_several_series_with_local_and_imported(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    lines = [f"{name},{t},{count},{count // 4}" for name in "AB" for t, count in enumerate(COUNTS)]
    path.write_text("series,t,local,imported\n" + "\n".join(lines))
    written = rows(run("rt", str(path), "--si-mean", "3", "--si-sd", "1.2"))
    assert [row["series"] for row in written] == ["A"] * 5 + ["B"] * 5
    assert written[0]["mean"] == written[5]["mean"] and float(written[0]["mean"]) > 1


def test_rt_without_a_number_says_why(series: str) -> None:
    written = rows(run("rt", series, "--si-mean", "9", "--si-sd", "3", "--window", "2"))
    assert written[0]["mean"] == "" and "serial interval" in written[0]["reason"]


def test_rt_with_an_uncertain_serial_interval(series: str) -> None:
    spread = ["--si-mean-sd", "1", "--si-mean-min", "2", "--si-mean-max", "5"]
    spread += ["--si-sd-sd", "0.4", "--si-sd-min", "0.5", "--si-sd-max", "2"]
    known = ["rt", series, "--si-mean", "3.2", "--si-sd", "1.2", "--n1", "50"]
    first, again = run(*known, *spread), run(*known, *spread)
    assert first == again
    assert float(rows(first)[-1]["std"]) > float(rows(run(*known))[-1]["std"])
    assert refused(*known, *spread[:4]) == "delay.uncertain_si"


def test_forecast_and_growth(series: str, weights: str, tmp_path: Path) -> None:
    ahead = rows(run("forecast", series, "--si", weights, "--days", "3"))
    assert [row["ahead"] for row in ahead] == ["1", "2", "3"]
    assert float(ahead[0]["lower"]) < float(ahead[0]["mean"]) < float(ahead[0]["upper"])
    assert run("forecast", series, "--si-mean", "3", "--si-sd", "1.2", "--out", str(tmp_path / "f.csv")) == ""
    (growth,) = json.loads(run("growth", series, "--si", weights, "--first", "3"))
    assert growth["steps_used"] == 10 and growth["rate"] > 0 and growth["reproduction_number"] > 1
    assert refused("growth", series, "--first", "12") == "delay.stretch"


@pytest.fixture
def cases(tmp_path: Path) -> str:
    path = tmp_path / "cases.csv"
    lines = [
        f"{START + timedelta(days=day)},{START + timedelta(days=day + delay)}"
        for day in range(30)
        for delay in (0, 1, 1, 2, 4)
    ]
    path.write_text("onset,report\n" + "\n".join([*lines, f"{START},", "NA,2017-06-03"]) + "\n")
    return str(path)


@pytest.mark.parametrize("method", ["lawless", "bayes.trunc", "bayes.notrunc"])
def test_nowcast(cases: str, method: str) -> None:
    written = rows(run("nowcast", cases, "--now", "2017-06-25", "-D", "6", "--method", method))
    assert written[-1]["date"] == "2017-06-25" and written[-1]["observed"] == "1"
    assert written[0] == {
        "date": "2017-06-01",
        "observed": "5",
        "reported_share": "1",
        "mean": "5",
        "median": "5",
        "lower": "5",
        "upper": "5",
        "reason": "",
    }
    # One of five is reported on the day itself; the estimates stay near five.
    assert float(written[-1]["reported_share"]) == pytest.approx(0.2, abs=0.05)
    assert 3 <= float(written[-1]["median"]) <= 7


def test_nowcast_priors_and_refusals(cases: str) -> None:
    common = ("nowcast", cases, "--now", "2017-06-25", "-D", "6")
    for prior in (["poisgamma", "--prior-mean", "5", "--prior-variance", "30"], ["unif", "--largest", "300"]):
        assert rows(run(*common, "--prior", *prior))[-1]["observed"] == "1"
    assert refused(*common, "--prior", "unif") == "delay.prior"
    assert refused(*common, "--event", "sick") == "table.unknown_column"
    assert refused("nowcast", cases, "--now", "yesterday") == "delay.now"
    assert refused("nowcast", cases, "--now", "2016-01-01") == "delay.nothing_reported"
    assert refused("nowcast", cases, "--now", "2017-06-05") == "delay.max_delay"
    with open(cases, "a") as file:
        file.write("2017-06-20,2017-06-19\n")
    assert refused(*common) == "delay.report_before_event"
    assert rows(run(*common, "--skip-impossible"))[-1]["observed"] == "1"


def test_weights_may_begin_at_lag_one_or_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "si.csv"
    path.write_text("lag,w\n1,0.2\n2,0.5\n3,0.2\n4,0.1\n")
    assert list(read_serial_interval(path)) == SI
    path.write_text("anything\n0\n0.2\n0.5\n0.2\n0.1\n")
    assert list(read_serial_interval(path)) == SI


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("w\n0.5\n0.5\n", "delay.serial_interval"),
        ("w\n0\n0.5\n0.4\n", "delay.serial_interval"),
        ("lag,w\n1,0.5\n3,0.5\n", "delay.serial_interval"),
        ("a,b\n1,0.5\n", "delay.columns"),
        ("lag,w\n1,half\n", "table.not_a_number"),
    ],
)
def test_bad_weights(tmp_path: Path, series: str, content: str, code: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content)
    assert refused("rt", series, "--si", str(path)) == code


def test_serial_interval_given_twice_or_not(series: str, weights: str) -> None:
    assert refused("rt", series) == "delay.serial_interval"
    assert refused("rt", series, "--si-mean", "3") == "delay.serial_interval"
    assert refused("rt", series, "--si", weights, "--si-mean", "3") == "delay.serial_interval"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "table.empty"),
        ("epoch,observed\n", "table.empty"),
        ("epoch,observed\n2017-06-01,4\n", "delay.too_short"),
        ("epoch,number\n2017-06-01,4\n", "delay.columns"),
        ("epoch,observed\n2017-06-02,4\n2017-06-01,4\n", "delay.disorder"),
        ("epoch,observed\n2017-06-01,4\n2017-06-01,4\n", "delay.double"),
        ("epoch,observed\n2017-06-01,4\n2017-06-02,4\n2017-06-04,4\n", "delay.gap"),
        ("epoch,observed\n2017-06-01,4\n2017-06-02,4\n2017-07-01,4\n", "delay.gap"),
        ("epoch,observed\n1 June,4\n2 June,5\n", "table.not_a_date"),
        ("t,observed\n1,4\n2,\n", "table.not_a_number"),
        ("t,observed\n" + "".join(f"{t},{-1 if t == 4 else 2}\n" for t in range(12)), "delay.count"),
        ("t,observed\n" + "".join(f"{t},{2.5 if t == 4 else 2}\n" for t in range(12)), "delay.count"),
    ],
)
def test_bad_series(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content)
    assert refused("rt", str(path), "--si-mean", "3", "--si-sd", "1") == code


def test_months_and_weeks_are_constant_steps(tmp_path: Path) -> None:
    path = tmp_path / "months.csv"
    path.write_text("date,cases\n2017-01-01,1\n2017-02-01,2\n2017-03-01,3\n2017-04-01,4\n")
    assert list(read_series(path)[0].cases) == [1, 2, 3, 4]
    path.write_text("date,cases\n2017-01-02,1\n2017-01-09,2\n2017-01-16,3\n")
    assert read_series(path)[0].epochs == ("2017-01-02", "2017-01-09", "2017-01-16")


@pytest.mark.parametrize("command", ["rt", "nowcast", "growth", "forecast"])
def test_help_has_an_example(command: str) -> None:
    assert "Example: weijian" in run(command, "--help")
