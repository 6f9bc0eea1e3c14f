"""The commands ``weijian detect`` and ``weijian backtest``: options and help; the work is in ``command``, imported
when run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

File = Annotated[
    Path, typer.Argument(help="CSV or Parquet with t, epoch, observed[, series, state, population] / 序列文件")
]
Freq = Annotated[
    int | None, typer.Option(help="Times a year: 52, 12 or 365 (default: from the dates, else 52) / 每年期数")
]
Param = Annotated[list[str] | None, typer.Option("--param", help="Parameter name=value by R's name, repeatable / 参数")]
First = Annotated[str | None, typer.Option("--from", help="First t or date to decide / 起")]
Last = Annotated[str | None, typer.Option("--to", help="Last t or date; nothing later is looked at / 止")]
Exclude = Annotated[bool, typer.Option(help="Leave times with state=1 out of every baseline / 基线排除已标记暴发")]
Threads = Annotated[int, typer.Option(min=1, max=64, help="Threads; changes no digit / 线程数")]
Language = Annotated[str, typer.Option(help="zh or en, for figures and tables / 语言")]


def register(app: typer.Typer) -> None:
    """Add the commands of outbreak detection to the application."""
    app.command("detect")(detect)
    app.command("backtest")(backtest)


def detect(
    file: File,
    algorithm: Annotated[
        str,
        typer.Option(
            help="farrington-flexible, farrington, ears-c1, ears-c2, ears-c3, cusum, bayes, rki, outbreak-p, "
            "glr-poisson, glr-negbin, ewma, percentile, historical-limits, fixed-threshold, one-case, scan"
        ),
    ] = "farrington-flexible",
    freq: Freq = None,
    param: Param = None,
    from_: First = None,
    to: Last = None,
    out: Annotated[Path | None, typer.Option(help="CSV to write (default: standard output) / 输出文件")] = None,
    exclude_outbreaks: Exclude = False,
    explain: Annotated[Path | None, typer.Option(help="JSON Lines: every alarm with its sentence / 预警说明")] = None,
    plot: Annotated[Path | None, typer.Option(help="Figure (.svg, .png) of one series / 图")] = None,
    series: Annotated[str | None, typer.Option(help="Which series to draw / 绘制的序列")] = None,
    threads: Threads = 2,
    language: Language = "zh",
) -> None:
    """Detect outbreaks in count series; numbers as in R's surveillance / 异常探测.

    Example: weijian detect counts.csv --algorithm farrington-flexible --param noPeriods=10
    --param pastWeeksNotIncluded=26 --param thresholdMethod=nbPlugin --from 300 --out alarms.csv

    Output: series, t, observed, expected, upperbound, alarm, reason. Exit 0 also when there are alarms.
    """
    from weijian.engines.detection.command import detect_command

    done = detect_command(
        file, algorithm, freq=freq, params=param or (), first=from_, last=to, out=out,
        exclude_outbreaks=exclude_outbreaks, explain=explain, plot=plot, series=series, threads=threads,
        language=language,
    )  # fmt: skip
    print(
        f"{done.series} series, {done.rejected} put aside, {done.rows} rows, {done.alarms} alarms",
        file=sys.stderr,
    )


def backtest(
    file: File,
    algorithm: Annotated[
        list[str], typer.Option(help="Detector, or detector:name=value,name=value; repeatable to compare / 方法及参数")
    ],
    freq: Freq = None,
    param: Param = None,
    outbreaks: Annotated[
        Path | None, typer.Option(help="CSV series,start,end of true outbreaks (t or date) / 已知暴发")
    ] = None,
    inject: Annotated[
        str | None, typer.Option(help="Simulated outbreaks: number=2,size=5,duration=6,shape=lognormal / 注入模拟暴发")
    ] = None,
    from_: First = None,
    to: Last = None,
    loss: Annotated[str | None, typer.Option(help="Costs: missed=10,delay=1,false=1 / 损失")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the simulation / 随机种子")] = 1,
    exclude_outbreaks: Exclude = False,
    json_: Annotated[bool, typer.Option("--json", help="Print data instead of a table / 输出 JSON")] = False,
    plot: Annotated[Path | None, typer.Option(help="Figure (.svg, .png) of the comparison / 比较图")] = None,
    threads: Threads = 2,
    language: Language = "zh",
) -> None:
    """Replay detectors over history and score them against known or injected outbreaks / 回测.

    Example: weijian backtest counts.csv --algorithm farrington-flexible --algorithm ears-c2:alpha=0.01
    --inject number=2,size=5 --loss missed=10,delay=1,false=0.5 --plot compare.svg
    """
    from weijian.engines.detection.command import backtest_command

    result = backtest_command(
        file, algorithm, freq=freq, params=param or (), outbreaks=outbreaks, inject=inject, first=from_, last=to,
        loss=loss, seed=seed, threads=threads, plot=plot, exclude_outbreaks=exclude_outbreaks, language=language,
    )  # fmt: skip
    print(json.dumps(result.data, ensure_ascii=False, indent=1) if json_ else result.text)
