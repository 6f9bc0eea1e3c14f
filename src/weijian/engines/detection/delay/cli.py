"""The commands ``weijian rt``, ``nowcast``, ``growth`` and ``forecast``. They read CSV files, need no database and
write CSV. The computations are imported inside the commands, because SciPy would otherwise slow the start of every
other ``weijian`` command."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from weijian.kernel.errors import WeijianError

if TYPE_CHECKING:
    from weijian.engines.detection.delay.reproduction_number import Prior, Reproduction
    from weijian.engines.detection.delay.serial_interval import Floats
    from weijian.engines.detection.delay.series_file import CountSeries

Series = Annotated[Path, typer.Argument(help="CSV with a count per day: observed (or local, imported), epoch, series.")]
Weights = Annotated[Path | None, typer.Option(help="CSV with the weights of the serial interval: lag, weight.")]
MeanSi = Annotated[float | None, typer.Option(help="Mean serial interval, in steps of the series.")]
SdSi = Annotated[float | None, typer.Option(help="Standard deviation of the serial interval.")]
Out = Annotated[Path | None, typer.Option(help="CSV to write; standard output when not given.")]
Seed = Annotated[int, typer.Option(help="Seed of the random numbers; the same seed gives the same result.")]
Level = Annotated[float, typer.Option(help="Level of the interval.")]
Window = Annotated[int, typer.Option(help="Width of the sliding window, in steps.")]


def register(app: typer.Typer) -> None:
    """Add the commands of delay and growth to the ``weijian`` application."""
    app.command("rt")(rt)
    app.command("nowcast")(nowcast)
    app.command("growth")(growth)
    app.command("forecast")(forecast)


def rt(
    file: Series,
    si: Weights = None,
    si_mean: MeanSi = None,
    si_sd: SdSi = None,
    si_mean_sd: Annotated[float | None, typer.Option(help="Uncertain mean: its standard deviation.")] = None,
    si_mean_min: Annotated[float | None, typer.Option(help="Uncertain mean: smallest value.")] = None,
    si_mean_max: Annotated[float | None, typer.Option(help="Uncertain mean: largest value.")] = None,
    si_sd_sd: Annotated[float | None, typer.Option(help="Uncertain sd: its standard deviation.")] = None,
    si_sd_min: Annotated[float | None, typer.Option(help="Uncertain sd: smallest value.")] = None,
    si_sd_max: Annotated[float | None, typer.Option(help="Uncertain sd: largest value.")] = None,
    n1: Annotated[int, typer.Option(help="Uncertain serial interval: serial intervals drawn.")] = 500,
    n2: Annotated[int, typer.Option(help="Uncertain serial interval: draws of R from each.")] = 50,
    window: Window = 7,
    mean_prior: Annotated[float, typer.Option(help="Mean of the prior of R.")] = 5.0,
    std_prior: Annotated[float, typer.Option(help="Standard deviation of the prior of R.")] = 5.0,
    seed: Seed = 1,
    out: Out = None,
) -> None:
    """Instantaneous reproduction number on sliding windows (Cori et al. 2013; numbers as R's EpiEstim).

    Give the serial interval as a file of weights or as mean and sd; with the six “uncertain” options it is sampled.

    Example: weijian rt dengue.csv --si-mean 14 --si-sd 4 --window 7 --out rt.csv
    """
    from weijian.engines.detection.delay.output import write_csv
    from weijian.engines.detection.delay.reproduction_number import QUANTILES, Prior
    from weijian.engines.detection.delay.series_file import read_series

    spread = (si_mean_sd, si_mean_min, si_mean_max, si_sd_sd, si_sd_min, si_sd_max)
    prior = Prior(mean_prior, std_prior)
    series = read_series(file)
    results = [_estimate(one, si, si_mean, si_sd, spread, (n1, n2, seed), window, prior) for one in series]
    named = any(one.name for one in series)
    header = ["series"] * named + ["t_start", "t_end", "epoch_start", "epoch_end", "cases", "mean", "std"]
    rows = [row for one, result in zip(series, results, strict=True) for row in _rt_rows(one, result, named)]
    write_csv(out, [*header, *(f"q{q}" for q in QUANTILES), "reason"], rows)


def nowcast(
    file: Annotated[Path, typer.Argument(help="CSV with one row per case: event date and report date.")],
    now: Annotated[str, typer.Option(help="The date as of which to look: what is reported later is not known.")],
    event: Annotated[str, typer.Option(help="Column of the event date (onset, admission).")] = "onset",
    report: Annotated[str, typer.Option(help="Column of the report date.")] = "report",
    method: Annotated[str, typer.Option(help="bayes.trunc, bayes.notrunc or lawless.")] = "bayes.trunc",
    max_delay: Annotated[int, typer.Option("--max-delay", "-D", help="Longest delay told apart, in steps.")] = 15,
    m: Annotated[int | None, typer.Option(help="Learn the delays from this many latest steps only.")] = None,
    step: Annotated[str, typer.Option(help="day, week or month.")] = "day",
    prior: Annotated[str, typer.Option(help="Prior of the events of a step: auto, poisgamma, pois or unif.")] = "auto",
    prior_mean: Annotated[float, typer.Option(help="Mean of the prior (poisgamma, pois).")] = 0.0,
    prior_variance: Annotated[float, typer.Option(help="Variance of the prior (poisgamma).")] = 0.0,
    largest: Annotated[int | None, typer.Option(help="Largest number of events of a step (needed by unif).")] = None,
    variance: Annotated[str, typer.Option(help="lawless: r (R's numbers) or lawless1994 (the paper's).")] = "r",
    samples: Annotated[int, typer.Option(help="Draws of the delay distribution.")] = 2000,
    skip_impossible: Annotated[bool, typer.Option(help="Leave out rows reported before the event.")] = False,
    level: Level = 0.95,
    seed: Seed = 1,
    out: Out = None,
) -> None:
    """How many cases of each day there will be once all are reported (Lawless 1994; Höhle & an der Heiden 2014).

    Example: weijian nowcast linelist.csv --now 2014-09-20 --event onset --report reported -D 15 --out nowcast.csv
    """
    from weijian.engines.detection.delay.bayes_nowcast import EventPrior, nowcast_bayes
    from weijian.engines.detection.delay.lawless import nowcast_lawless
    from weijian.engines.detection.delay.output import write_csv
    from weijian.engines.detection.delay.reporting_triangle import reporting_triangle
    from weijian.engines.detection.linelist.table_file import read_table

    table = read_table(file)
    triangle = reporting_triangle(
        table.dates(event),
        table.dates(report),
        _date(now),
        max_delay=max_delay,
        step=step,
        skip_impossible=skip_impossible,
    )
    if method == "lawless":
        result = nowcast_lawless(triangle, m=m, variance=variance, level=level)
    else:
        chosen = None if prior == "auto" else EventPrior(prior, prior_mean, prior_variance, largest)
        result = nowcast_bayes(triangle, method=method, prior=chosen, m=m, n_samples=samples, level=level, seed=seed)
    columns = (result.observed, result.reported_share, result.mean, result.median, result.lower, result.upper)
    rows = [
        (day.isoformat(), *(float(column[i]) for column in columns), result.reasons[i])
        for i, day in enumerate(result.dates)
    ]
    write_csv(out, ["date", "observed", "reported_share", "mean", "median", "lower", "upper", "reason"], rows)
    left = f"{triangle.undated} without a date, {triangle.later} reported later, {triangle.long_delays} delays cut"
    typer.echo(f"{int(result.observed.sum())} cases known; {left}.", err=True)


def growth(
    file: Series,
    si: Weights = None,
    first: Annotated[int, typer.Option(help="First step used, from 1.")] = 1,
    last: Annotated[int | None, typer.Option(help="Last step used; the end when not given.")] = None,
    method: Annotated[str, typer.Option(help="quasi-poisson or log-linear.")] = "quasi-poisson",
    level: Level = 0.95,
) -> None:
    """Growth rate and doubling time of a stretch of counts, as JSON; with --si also the reproduction number.

    Example: weijian growth dengue.csv --first 10 --last 30
    """
    from weijian.engines.detection.delay.growth import growth_rate, reproduction_number_of_growth
    from weijian.engines.detection.delay.series_file import read_serial_interval, read_series
    from weijian.engines.detection.linelist.estimate import json_number

    found = []
    for one in read_series(file):
        stop = len(one.cases) if last is None else last
        if not 1 <= first < stop <= len(one.cases):
            raise WeijianError("delay.stretch", f"Steps {first} to {stop} are not within 1 to {len(one.cases)}.")
        result = growth_rate(one.cases[first - 1 : stop], method=method, level=level)
        data: dict[str, object] = {"series": one.name} if one.name else {}
        data |= {k: json_number(v) if isinstance(v, float) else v for k, v in vars(result).items()}
        if si is not None:
            data["reproduction_number"] = reproduction_number_of_growth(result.rate, read_serial_interval(si))
        found.append(data)
    typer.echo(json.dumps(found, ensure_ascii=False, allow_nan=False, indent=2))


def forecast(
    file: Series,
    si: Weights = None,
    si_mean: MeanSi = None,
    si_sd: SdSi = None,
    window: Window = 7,
    days: Annotated[int, typer.Option(help="Steps ahead.")] = 7,
    dispersion: Annotated[float | None, typer.Option(help="Negative binomial k; Poisson when not given.")] = None,
    samples: Annotated[int, typer.Option(help="Simulated paths.")] = 10_000,
    level: Level = 0.95,
    seed: Seed = 1,
    out: Out = None,
) -> None:
    """Counts of the next days if the reproduction number of the last window stays as it is.

    Example: weijian forecast dengue.csv --si-mean 14 --si-sd 4 --days 7 --out forecast.csv
    """
    from weijian.engines.detection.delay.output import write_csv
    from weijian.engines.detection.delay.series_file import read_series

    series = read_series(file)
    rows: list[tuple[object, ...]] = []
    for one in series:
        weights, shape, scale = _last_window(one, si, si_mean, si_sd, window, days)
        simulation = {"days": days, "dispersion": dispersion, "n_samples": samples, "level": level, "seed": seed}
        rows += _forecast_rows(one, weights, shape, scale, simulation)
    named = any(one.name for one in series)
    header = ["series", "ahead", "mean", "median", "lower", "upper", "total_mean", "total_lower", "total_upper"]
    write_csv(out, header if named else header[1:], rows if named else [row[1:] for row in rows])


def _last_window(
    one: CountSeries, si: Path | None, si_mean: float | None, si_sd: float | None, window: int, days: int
) -> tuple[Floats, float, float]:
    """The serial-interval weights and the gamma posterior of R in the last window."""
    import numpy as np

    from weijian.engines.detection.delay.reproduction_number import DEFAULT_PRIOR
    from weijian.engines.detection.delay.serial_interval import discretised_gamma
    from weijian.engines.detection.delay.series_file import read_serial_interval

    result = _estimate(one, si, si_mean, si_sd, (None,) * 6, (0, 0, 0), window, DEFAULT_PRIOR)
    if np.isnan(result.mean[-1]):
        raise WeijianError("delay.too_short", "The last window has no reproduction number.", where=one.name)
    if si is not None:
        weights = read_serial_interval(si)
    else:
        weights = discretised_gamma(np.arange(len(one.cases) + days), float(si_mean or 0), float(si_sd or 0))
        weights = weights / weights.sum()
    return weights, float(result.shape[-1]), float(result.scale[-1])


def _forecast_rows(
    one: CountSeries, weights: Floats, shape: float, scale: float, simulation: dict[str, Any]
) -> list[tuple[object, ...]]:
    from weijian.engines.detection.delay.forecast import forecast as simulate

    ahead = simulate(one.cases, weights, shape, scale, **simulation)
    columns = [ahead.mean, ahead.median, ahead.lower, ahead.upper]
    columns += [ahead.total_mean, ahead.total_lower, ahead.total_upper]
    return [(one.name, i + 1, *(float(column[i]) for column in columns)) for i in range(ahead.mean.size)]


def _estimate(
    one: CountSeries,
    si: Path | None,
    si_mean: float | None,
    si_sd: float | None,
    spread: tuple[float | None, ...],
    draws: tuple[int, int, int],
    window: int,
    prior: Prior,
) -> Reproduction:
    from weijian.engines.detection.delay.reproduction_number import estimate_r, estimate_r_parametric
    from weijian.engines.detection.delay.series_file import read_serial_interval
    from weijian.engines.detection.delay.uncertain_serial_interval import UncertainMoments, estimate_r_uncertain

    if si is not None and si_mean is None and si_sd is None:
        return estimate_r(one.cases, read_serial_interval(si), imported=one.imported, window=window, prior=prior)
    if si is not None or si_mean is None or si_sd is None:
        raise WeijianError(
            "delay.serial_interval", "Give the serial interval either as --si FILE or as --si-mean with --si-sd."
        )
    given = [value for value in spread if value is not None]
    if not given:
        return estimate_r_parametric(one.cases, si_mean, si_sd, imported=one.imported, window=window, prior=prior)
    if len(given) < len(spread):
        raise WeijianError(
            "delay.uncertain_si",
            "An uncertain serial interval needs all six options.",
            fix="--si-mean-sd, --si-mean-min, --si-mean-max, --si-sd-sd, --si-sd-min and --si-sd-max.",
        )
    moments = UncertainMoments(si_mean, given[0], given[1], given[2], si_sd, given[3], given[4], given[5])
    n1, n2, seed = draws
    return estimate_r_uncertain(
        one.cases, moments, n1=n1, n2=n2, seed=seed, imported=one.imported, window=window, prior=prior
    )


def _rt_rows(one: CountSeries, result: Reproduction, named: bool) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    reasons = result.reasons()
    for i, (start, end) in enumerate(zip(result.t_start, result.t_end, strict=True)):
        numbers = [result.cases[i], result.mean[i], result.std[i], *(q[i] for q in result.quantiles.values())]
        place = (int(start), int(end), one.epochs[start - 1], one.epochs[end - 1])
        name = (one.name,) if named else ()
        rows.append((*name, *place, *(float(x) for x in numbers), str(reasons[i])))
    return rows


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WeijianError(
            "delay.now", "“now” is not a date.", where="--now", fix="Write it as year-month-day, 2014-09-20."
        ) from None
