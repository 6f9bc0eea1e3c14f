"""Bad input: each flaw puts its own series aside with a reason, or stops the file with a clear error; the others go
on.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weijian.engines.detection.command import detect_command
from weijian.engines.detection.reading import read_series
from weijian.engines.detection.series import DetectionError

GOOD = [f"good,{t},{t % 7}" for t in range(1, 41)]


def write(tmp_path: Path, rows: list[str], header: str = "series,t,observed") -> Path:
    path = tmp_path / "counts.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("bad", "code", "where"),
    [
        (["bad,1,3", "bad,2,-1"], "negative", "t=2"),
        (["bad,1,3", "bad,2,2.5"], "fractional", "t=2"),
        (["bad,1,3", "bad,2,many"], "not-a-number", "t=2"),
        (["bad,1,3", "bad,2,inf"], "not-a-number", "t=2"),
        (["bad,1,3", "bad,1,3"], "duplicate-time", "t=1"),
        (["bad,one,3"], "bad-time", ""),
        (["bad,1,3", "bad,100000,3"], "gap-too-long", ""),
    ],
)
def test_a_bad_series_is_put_aside(tmp_path: Path, bad: list[str], code: str, where: str) -> None:
    data = read_series(write(tmp_path, bad + GOOD))
    assert [(r.series, r.code, r.where) for r in data.rejected] == [("bad", code, where)]
    assert data.batches[0].names == ("good",)
    assert data.batches[0].observed[0].tolist() == [t % 7 for t in range(1, 41)]


def test_unordered_rows_missing_rows_and_missing_counts(tmp_path: Path) -> None:
    rows = ["a,3,5", "a,1,", "a,5,2", "a,2,NA"]
    batch = read_series(write(tmp_path, rows)).batches[0]
    np.testing.assert_array_equal(batch.observed[0], [np.nan, np.nan, 5, np.nan, 2])
    assert batch.t.tolist() == [1, 2, 3, 4, 5]


def test_a_billion_and_population_and_state(tmp_path: Path) -> None:
    rows = ["a,1,1000000000,0,5", "a,2,3,1,0", "b,1,2,0,-4"]
    data = read_series(write(tmp_path, rows, "series,t,observed,state,population"))
    assert data.batches[0].observed[0, 0] == 1e9
    assert data.batches[0].state[0].tolist() == [False, True]
    assert [(r.series, r.code) for r in data.rejected] == [("b", "bad-population")]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "detection.empty"), ("series,t,observed\n", "detection.empty"), ("a,b\n1,2\n", "detection.columns")],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(DetectionError) as error:
        read_series(path)
    assert error.value.code == code


def test_no_such_file_and_bad_frequency(tmp_path: Path) -> None:
    with pytest.raises(DetectionError, match="no such file"):
        read_series(tmp_path / "absent.csv")
    with pytest.raises(DetectionError, match="52, 12 or 365"):
        read_series(write(tmp_path, GOOD), freq=53)


def test_week_53_months_and_days_make_dated_axes(tmp_path: Path) -> None:
    weeks = read_series(write(tmp_path, ["2020-W52,1", "2020-W53,2", "2021-W01,3"], "epoch,observed")).batches[0]
    assert weeks.freq == 52
    assert [weeks.epoch_label(i) for i in range(3)] == ["2020-12-21", "2020-12-28", "2021-01-04"]
    months = read_series(write(tmp_path, ["2020-11,1", "2021-01,3"], "epoch,observed"), freq=12).batches[0]
    assert [months.epoch_label(i) for i in range(3)] == ["2020-11-01", "2020-12-01", "2021-01-01"]
    assert np.isnan(months.observed[0, 1])
    days = read_series(write(tmp_path, ["2020-02-28,1", "2020-02-29,2", "2020-03-01,3"], "epoch,observed")).batches[0]
    assert days.freq == 365
    assert days.length == 3


def test_a_date_off_the_grid_is_named(tmp_path: Path) -> None:
    rows = [f"a,2020-01-{d:02d},1" for d in (6, 13, 20, 27)] + ["b,2020-01-06,1", "b,2020-01-14,1"]
    data = read_series(write(tmp_path, rows, "series,epoch,observed"))
    assert [(r.series, r.code) for r in data.rejected] == [("b", "bad-time")]


def test_parquet_equals_csv(tmp_path: Path) -> None:
    table = pa.table({"series": ["a"] * 40, "t": list(range(1, 41)), "observed": [t % 7 for t in range(1, 41)]})
    pq.write_table(table, tmp_path / "x.parquet")
    columnar = read_series(tmp_path / "x.parquet").batches[0]
    plain = read_series(write(tmp_path, [row.replace("good", "a") for row in GOOD])).batches[0]
    np.testing.assert_array_equal(columnar.observed, plain.observed)


def test_series_of_different_length_stand_in_their_own_batches(tmp_path: Path) -> None:
    data = read_series(write(tmp_path, [*GOOD, "short,1,1", "late,30,2", "late,31,2"]))
    assert sorted((b.names[0], b.length) for b in data.batches) == [("good", 40), ("late", 2), ("short", 1)]


@pytest.mark.parametrize(
    "algorithm", ["farrington-flexible", "farrington", "ears-c1", "cusum", "bayes", "rki", "percentile"]
)
def test_one_row_gets_a_reason(tmp_path: Path, algorithm: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = detect_command(write(tmp_path, ["a,1,4"]), algorithm)
    assert (done.series, done.rows, done.alarms) == (1, 1, 0)
    assert capsys.readouterr().out.splitlines()[1] == "a,1,4,,,0,too-short"


def test_a_period_outside_the_series(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, [*GOOD, "late,60,2", "late,61,2"])
    detect_command(path, "ears-c1", first="50")
    assert capsys.readouterr().out.splitlines()[-1].startswith("good,,,,,,outside-period")
    for first, last in (("400", None), ("30", "20")):
        with pytest.raises(DetectionError, match="no time of the file"):
            detect_command(path, "ears-c1", first=first, last=last)
