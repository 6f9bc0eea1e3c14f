"""Delay and growth against R: ``reference.csv`` holds what ``reference.R`` printed with surveillance 1.20.3 and
EpiEstim 2.2-4 (R 4.2.2) for the synthetic files beside it; where R is installed the long tests run R again."""

from __future__ import annotations

import csv
import shutil
import subprocess
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from weijian.engines.detection.delay.bayes_nowcast import EventPrior, MissingEvents, nowcast_bayes
from weijian.engines.detection.delay.growth import growth_rate
from weijian.engines.detection.delay.lawless import nowcast_lawless
from weijian.engines.detection.delay.reporting_triangle import ReportingTriangle, reporting_triangle
from weijian.engines.detection.delay.reproduction_number import (
    Prior,
    Reproduction,
    estimate_r,
    estimate_r_parametric,
)
from weijian.engines.detection.delay.serial_interval import discretised_gamma, total_infectiousness
from weijian.engines.detection.delay.series_file import read_series
from weijian.engines.detection.delay.uncertain_serial_interval import UncertainMoments, estimate_r_uncertain
from weijian.engines.detection.linelist.table_file import read_table

HERE = Path(__file__).parent
SI = np.array([0, 0.12, 0.31, 0.24, 0.16, 0.09, 0.05, 0.03])
NOW = date(2017, 7, 20)
#: Names that EpiEstim gives to the quantiles.
QUANTILES = {
    0.025: "Quantile.0.025(R)",
    0.05: "Quantile.0.05(R)",
    0.25: "Quantile.0.25(R)",
    0.5: "Median(R)",
    0.75: "Quantile.0.75(R)",
    0.95: "Quantile.0.95(R)",
    0.975: "Quantile.0.975(R)",
}


@cache
def stored() -> dict[str, np.ndarray]:
    return read(HERE / "reference.csv")


def read(path: Path) -> dict[str, np.ndarray]:
    """Vectors by key, in R's order (``key.1``, ``key.2`` …)."""
    vectors: dict[str, list[float]] = {}
    with path.open() as file:
        for row in csv.DictReader(file):
            vectors.setdefault(row["key"].rsplit(".", 1)[0], []).append(float(row["value"].replace("NA", "nan")))
    return {key: np.array(values) for key, values in vectors.items()}


def epidemic() -> tuple[np.ndarray, np.ndarray]:
    series = read_series(HERE / "epidemic.csv")[0]
    assert series.imported is not None
    return series.cases, series.imported


def triangle() -> ReportingTriangle:
    table = read_table(HERE / "linelist.csv")
    return reporting_triangle(table.dates("onset"), table.dates("report"), NOW, max_delay=15)


def assert_same_posterior(key: str, result: Reproduction, relative: float = 1e-9) -> None:
    reference = stored()
    np.testing.assert_allclose(result.mean, reference[f"{key}.Mean(R)"], rtol=relative)
    np.testing.assert_allclose(result.std, reference[f"{key}.Std(R)"], rtol=relative)
    for q, name in QUANTILES.items():
        np.testing.assert_allclose(result.quantiles[q], reference[f"{key}.{name}"], rtol=relative)


@pytest.mark.parametrize(("mean", "sd"), [(4, 2), (14, 5)])
def test_discretised_serial_interval(mean: float, sd: float) -> None:
    expected = stored()[f"discr_si.mean{mean}_sd{sd}"]
    np.testing.assert_allclose(discretised_gamma(np.arange(41), mean, sd), expected, rtol=1e-6, atol=1e-13)


def test_total_infectiousness() -> None:
    counts, _ = epidemic()
    np.testing.assert_allclose(total_infectiousness(counts, SI)[1:], stored()["lambda"], rtol=1e-12)


def test_reproduction_number_with_weights() -> None:
    assert_same_posterior("rt.weights", estimate_r(epidemic()[0], SI))


def test_reproduction_number_with_mean_and_sd() -> None:
    assert_same_posterior("rt.parametric", estimate_r_parametric(epidemic()[0], 4, 2))


def test_serial_interval_longer_than_the_series() -> None:
    result = estimate_r_parametric(epidemic()[0][:20], 14, 5)
    assert np.isnan(stored()["rt.long_si.Mean(R)"]).any()
    assert_same_posterior("rt.long_si", result)


def test_window_and_prior() -> None:
    assert_same_posterior("rt.window14", estimate_r(epidemic()[0], SI, window=14, prior=Prior(2, 1)))


def test_imported_cases_infect_but_are_not_infected_here() -> None:
    counts, imported = epidemic()
    assert_same_posterior("rt.imported", estimate_r(counts, SI, imported=imported))


def test_uncertain_serial_interval_within_monte_carlo_error() -> None:
    """1,000 × 100 draws on each side: the mean over serial intervals has a standard error of sd/√1000 or less."""
    moments = UncertainMoments(4, 1, 2, 6, 2, 0.5, 1, 3)
    result = estimate_r_uncertain(epidemic()[0], moments, n1=1000, n2=100, seed=11)
    reference = stored()
    known = ~np.isnan(result.mean)
    assert np.array_equal(known, ~np.isnan(reference["rt.uncertain.Mean(R)"]))
    error = 5 * result.std[known] / np.sqrt(500)
    assert np.all(np.abs(result.mean - reference["rt.uncertain.Mean(R)"])[known] < error)
    np.testing.assert_allclose(result.std[known], reference["rt.uncertain.Std(R)"][known], rtol=0.15)
    for q in (0.05, 0.5, 0.95):
        assert np.all(np.abs(result.quantiles[q] - reference[f"rt.uncertain.{QUANTILES[q]}"])[known] < 2 * error)


def test_growth() -> None:
    first = epidemic()[0][4:25]
    expected = stored()
    poisson = growth_rate(first)
    half = (poisson.upper - poisson.lower) / 2
    # Student's t on 19 degrees of freedom, from tables: 2.093024.
    np.testing.assert_allclose(
        [poisson.rate, half / 2.0930240544, poisson.dispersion], expected["growth.quasipoisson"], rtol=1e-8
    )
    linear = growth_rate(first, method="log-linear")
    np.testing.assert_allclose([linear.rate, linear.lower, linear.upper], expected["growth.loglinear"], rtol=1e-9)


@pytest.mark.parametrize(("key", "m"), [("nowcast.all", None), ("nowcast.m20", 20)])
def test_lawless_equals_r(key: str, m: int | None) -> None:
    result = nowcast_lawless(triangle(), m=m)
    expected = stored()
    np.testing.assert_allclose(result.reported_share[::-1][:16], expected[f"{key}.lawless.cdf"], rtol=1e-12)
    for name in ("median", "lower", "upper"):
        np.testing.assert_array_equal(getattr(result, name)[-16:], expected[f"{key}.lawless.{name}"], err_msg=name)


@pytest.mark.parametrize(("key", "m"), [("nowcast.all", None), ("nowcast.m20", 20)])
@pytest.mark.parametrize("method", ["bayes.trunc", "bayes.notrunc"])
def test_bayes_equals_r_within_monte_carlo_error(key: str, m: int | None, method: str) -> None:
    prior = EventPrior("poisgamma", 15, 300, largest=300)
    result = nowcast_bayes(triangle(), method=method, prior=prior, m=m, n_samples=4000)
    expected, name = stored(), f"{key}.{method}"
    np.testing.assert_allclose(result.reported_share[::-1][:16], expected[f"{name}.cdf"], rtol=1e-9)
    for delay in (0, 1, 4):
        assert result.mean[-1 - delay] == pytest.approx(expected[f"{name}.mean{delay}"][0], rel=0.01)
    for quantile, most in (("median", 1), ("lower", 1), ("upper", 2)):
        gap = np.abs(getattr(result, quantile)[-16:] - expected[f"{name}.{quantile}"])
        assert gap.max() <= most, quantile
        assert np.mean(gap == 0) >= 0.8, quantile


@pytest.mark.parametrize("method", ["bayes.trunc", "bayes.notrunc"])
def test_predictive_distribution_equals_r(method: str) -> None:
    """The whole predictive distribution today, not only its quantiles; R averages 2,500 draws."""
    from weijian.engines.detection.delay.bayes_nowcast import _hazard_posterior, _sampled_shares

    data, prior = triangle(), EventPrior("poisgamma", 15, 300, largest=300)
    a, b = _hazard_posterior(data, method, 0.1, None)
    shares = _sampled_shares(a, b, 4000, np.random.default_rng(5))
    for delay in (0, 1, 4):
        known = float(data.observed[-1 - delay])
        missing = MissingEvents(known, shares[delay], prior)
        ours = [missing.distribution(k - known) for k in range(0, 81, 5)]
        np.testing.assert_allclose(ours, stored()[f"nowcast.all.{method}.cdf_at{delay}"], atol=0.008)


@pytest.mark.long
def test_r_run_here_gives_the_stored_reference(tmp_path: Path) -> None:
    output = tmp_path / "reference.csv"
    output.write_text(run_r(str(HERE / "reference.R")))
    fresh, old = read(output), stored()
    assert fresh.keys() == old.keys()
    for key, values in old.items():
        np.testing.assert_allclose(fresh[key], values, rtol=1e-7, atol=1e-12, err_msg=key)


@pytest.mark.long
@pytest.mark.parametrize("name", ["Flu2009", "Measles1861", "SARS2003", "Smallpox1972", "Flu1918"])
def test_reproduction_number_of_the_data_sets_of_epiestim(name: str, tmp_path: Path) -> None:
    """EpiEstim's own examples; the data stay in R, nothing of them is stored here."""
    script = tmp_path / "run.R"
    script.write_text(
        f'suppressMessages(library(EpiEstim)); data("{name}"); d <- {name}\n'
        "i <- if (is.data.frame(d$incidence)) d$incidence$I else d$incidence\n"
        'r <- suppressWarnings(suppressMessages(estimate_R(i, method="non_parametric_si",\n'
        "  config=make_config(list(si_distr=d$si_distr)))))$R\n"
        'cat("key,value\\n"); o <- function(k, v) for (j in seq_along(v)) cat(sprintf("%s.%d,%.17g\\n", k, j, v[j]))\n'
        'o("i", i); o("si", as.numeric(d$si_distr)); for (n in names(r)) o(n, r[[n]])\n'
    )
    output = tmp_path / "out.csv"
    output.write_text(run_r(str(script)))
    reference = read(output)
    result = estimate_r(reference["i"], reference["si"])
    np.testing.assert_array_equal(result.t_end, reference["t_end"])
    np.testing.assert_allclose(result.mean, reference["Mean(R)"], rtol=1e-9)
    np.testing.assert_allclose(result.std, reference["Std(R)"], rtol=1e-9)
    for q, column in QUANTILES.items():
        np.testing.assert_allclose(result.quantiles[q], reference[column], rtol=1e-8)


#: R's nowcast of its own hospital data on one day: prints median, lower and upper of the last eleven days.
HOSPITAL = """
suppressMessages(library(surveillance)); data(husO104Hosp); d <- husO104Hosp
args <- commandArgs(TRUE); now <- as.Date(args[1]); when <- seq(now - 10, now, by="1 day"); set.seed(1)
prior <- structure("poisgamma", mean.lambda=50, var.lambda=3000)
write.csv(d, args[3], row.names=FALSE); cat("key,value\\n")
log <- capture.output(x <- suppressWarnings(suppressMessages(nowcast(now=now, when=when, data=d, dEventCol="dHosp",
  dReportCol="dReport", D=15, method=args[2], control=list(N.tInf.prior=prior, N.tInf.max=1000, nSamples=500)))))
k <- match(when, epoch(x)); v <- rbind(x@upperbound[k], x@pi[k,,1], x@pi[k,,2])
for (i in 1:3) for (j in seq_along(when)) cat(sprintf("%d.%d,%.17g\\n", i, j, v[i,j]))
"""


@pytest.mark.long
@pytest.mark.parametrize("method", ["lawless", "bayes.trunc"])
@pytest.mark.parametrize("day", ["2011-05-28", "2011-06-07", "2011-06-20"])
def test_hospital_data_of_surveillance(day: str, method: str, tmp_path: Path) -> None:
    """The 2011 EHEC/HUS hospitalisations that R's nowcast is documented with; the data stay in R."""
    script, output, listed = tmp_path / "run.R", tmp_path / "out.csv", tmp_path / "cases.csv"
    script.write_text(HOSPITAL)
    output.write_text(run_r(str(script), day, method, str(listed)))
    reference, cases = read(output), read_table(listed)
    data = reporting_triangle(cases.dates("dHosp"), cases.dates("dReport"), date.fromisoformat(day))
    if method == "lawless":
        result = nowcast_lawless(data)
    else:
        result = nowcast_bayes(data, prior=EventPrior("poisgamma", 50, 3000, largest=1000), n_samples=5000)
    for key, name in (("1", "median"), ("2", "lower"), ("3", "upper")):
        ours, theirs = getattr(result, name)[-11:], reference[key]
        if method == "lawless":
            np.testing.assert_array_equal(ours, theirs, err_msg=name)
        else:
            # R's bounds move by a few per cent between seeds where little is reported yet.
            np.testing.assert_allclose(ours, theirs, rtol=0.05, atol=2, err_msg=name)


def run_r(script: str, *arguments: str) -> str:
    rscript = shutil.which("Rscript")
    packages = 'stopifnot(requireNamespace("surveillance"), requireNamespace("EpiEstim"))'
    if rscript is None or subprocess.run([rscript, "-e", packages], capture_output=True).returncode:
        pytest.skip("R with surveillance and EpiEstim is not installed (Debian: r-cran-surveillance, r-cran-epiestim)")
    return subprocess.run([rscript, script, *arguments], capture_output=True, text=True, check=True).stdout
