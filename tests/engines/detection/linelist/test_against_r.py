"""The line-list statistics against R: ``reference.csv`` holds what ``reference.R`` printed with epitools 0.5-10.1,
epiR 2.0.57 and R 4.2.2; where R is installed the long test runs the script again."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from weijian.engines.detection.linelist.association import ChiSquare, association_tests
from weijian.engines.detection.linelist.binomial import binomial_interval
from weijian.engines.detection.linelist.conditional_odds import exact_odds_ratio
from weijian.engines.detection.linelist.direct_standardisation import standardise_directly
from weijian.engines.detection.linelist.effect_measures import (
    attributable_fraction_exposed,
    attributable_fraction_population,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from weijian.engines.detection.linelist.estimate import Estimate
from weijian.engines.detection.linelist.indirect_standardisation import standardise_indirectly
from weijian.engines.detection.linelist.poisson import poisson_interval
from weijian.engines.detection.linelist.rate_ratio import rate_ratio
from weijian.engines.detection.linelist.screening import screening_measures
from weijian.engines.detection.linelist.stratified import mantel_haenszel
from weijian.engines.detection.linelist.two_by_two import TwoByTwo

HERE = Path(__file__).parent
TABLES = {
    "vanilla": TwoByTwo(43, 11, 3, 18),
    "cakes": TwoByTwo(27, 13, 19, 16),
    "milk": TwoByTwo(2, 2, 44, 27),
    "zero_b": TwoByTwo(8, 0, 5, 9),
    "zero_c": TwoByTwo(6, 7, 0, 11),
    "large": TwoByTwo(231, 1890, 118, 2204),
    "small": TwoByTwo(2, 3, 4, 1),
}
#: epiR's names of the screening measures.
TESTS = {
    "ap": "apparent_prevalence",
    "tp": "true_prevalence",
    "se": "sensitivity",
    "sp": "specificity",
    "diag.ac": "accuracy",
    "diag.or": "diagnostic_odds_ratio",
    "youden": "youden",
    "pv.pos": "positive_predictive_value",
    "pv.neg": "negative_predictive_value",
    "lr.pos": "positive_likelihood_ratio",
    "lr.neg": "negative_likelihood_ratio",
}
#: R finds these by uniroot with its default tolerance of 1.2e-4, on the odds ratio or on its reciprocal when that is
#: smaller: R's own digits end there. The same equations solved tightly in R are the keys ``or_tight_…``.
BY_UNIROOT = ("or_exact", "or_midp", "rate.midp")
UNIROOT_TOLERANCE = 2 * 1.2e-4


def read(path: Path) -> dict[str, float]:
    with path.open() as file:
        return {row["key"]: float(row["value"]) for row in csv.DictReader(file)}


def three(key: str, estimate: Estimate) -> Iterator[tuple[str, float]]:
    yield from zip((f"{key}.{i}" for i in (1, 2, 3)), (estimate.value, estimate.lower, estimate.upper), strict=True)


def bounds(key: str, estimate: Estimate) -> Iterator[tuple[str, float]]:
    yield from zip((f"{key}.{i}" for i in (1, 2)), (estimate.lower, estimate.upper), strict=True)


def chi(key: str, test: ChiSquare) -> Iterator[tuple[str, float]]:
    yield from zip((f"{key}.{i}" for i in (1, 2)), (test.statistic, test.p_value), strict=True)


def table_values(name: str, table: TwoByTwo) -> Iterator[tuple[str, float]]:
    tests = association_tests(table)
    yield f"{name}.fisher.1", tests.fisher_p
    yield f"{name}.midp_p.1", tests.mid_p
    yield from chi(f"{name}.chi", tests.pearson)
    yield from chi(f"{name}.yates", tests.yates)
    for short, method in (("exact", "exact"), ("midp", "mid-p")):
        yield from three(f"{name}.or_{short}", exact_odds_ratio(table, method=method))
        yield from three(f"{name}.or_tight_{short}", exact_odds_ratio(table, method=method))
    yield from three(f"{name}.or_wald", odds_ratio(table))
    for method in ("wald", "small", "score"):
        yield from three(f"{name}.rr_{method}", risk_ratio(table, method=method))
    yield from three(f"{name}.rd_wald", risk_difference(table))
    yield from three(f"{name}.paf", attributable_fraction_population(table))
    yield from three(f"{name}.af", attributable_fraction_exposed(table))
    screening = screening_measures(table)
    for short, measure in TESTS.items():
        yield from three(f"{name}.test.{short}", getattr(screening, measure))


def interval_values() -> Iterator[tuple[str, float]]:
    for x, n in ((0, 10), (1, 10), (5, 20), (20, 20), (437, 2310)):
        for short, method in (
            ("exact", "clopper-pearson"),
            ("wilson", "wilson"),
            ("wilson_continuity", "wilson-continuity"),
            ("agresti", "agresti-coull"),
            ("jeffreys", "jeffreys"),
        ):
            yield from bounds(f"binomial.{x}_{n}.{short}", binomial_interval(x, n, method=method))
    for x in (0, 1, 4, 25, 1000):
        for short, method in (("exact", "exact"), ("byar", "byar"), ("byar_epitools", "byar-epitools")):
            yield from bounds(f"poisson.{x}.{short}", poisson_interval(x, method=method))


def pooled_values() -> Iterator[tuple[str, float]]:
    deaths, population = [3, 0, 7, 21, 64], [9100, 15300, 20250, 11840, 4010]
    direct = standardise_directly(deaths, population, [24000, 26000, 22000, 18000, 10000])
    yield "direct.gamma.1", direct.crude.value
    yield from ((f"direct.gamma.{int(k[-1]) + 1}", v) for k, v in three("x", direct.adjusted))
    standard = {
        "standard_events": [61, 80, 402, 1805, 9020],
        "standard_population": [310000, 402000, 515000, 298000, 120000],
    }
    indirect = standardise_indirectly(deaths, population, method="wald-log", **standard)
    yield "indirect.sir.1", indirect.observed
    yield "indirect.sir.2", indirect.expected
    yield from ((f"indirect.sir.{int(k[-1]) + 2}", v) for k, v in three("x", indirect.ratio))
    assert indirect.adjusted is not None
    yield "indirect.rate.1", indirect.crude.value
    yield from ((f"indirect.rate.{int(k[-1]) + 1}", v) for k, v in three("x", indirect.adjusted))
    yield from bounds("indirect.exact", standardise_indirectly(deaths, population, **standard).ratio)
    strata = [TwoByTwo(10, 20, 5, 40), TwoByTwo(8, 30, 6, 25), TwoByTwo(3, 9, 1, 14)]
    pooled = mantel_haenszel(strata)
    yield from three("mh.or", pooled.odds_ratio)
    yield from three("mh.rr", pooled.risk_ratio)
    yield from chi("mh.chi", pooled.cochran_mantel_haenszel)
    yield from chi("mh.breslow_day", pooled.breslow_day)
    yield from three("rate.exact", rate_ratio(41, 28010, 15, 19017))
    mid_p = rate_ratio(41, 28010, 15, 19017, method="mid-p")
    yield from ((f"rate.midp.{i}", v) for i, v in ((2, mid_p.lower), (3, mid_p.upper)))


def weijian_values() -> dict[str, float]:
    values = dict(interval_values()) | dict(pooled_values())
    for name, table in TABLES.items():
        values |= dict(table_values(name, table))
    return values


def below_one(ratio: float) -> float:
    return ratio if ratio <= 1 else 1 / ratio


def assert_equal_to_r(reference: dict[str, float]) -> int:
    values = weijian_values()
    compared = 0
    for key, expected in reference.items():
        if key in LEFT_OUT:
            continue
        value = values[key]
        if any(part in key for part in BY_UNIROOT):
            assert below_one(value) == pytest.approx(below_one(expected), abs=UNIROOT_TOLERANCE), key
        else:
            assert value == pytest.approx(expected, rel=1e-6, abs=1e-12), key
        compared += 1
    return compared


#: Numbers of R that differ on purpose, with the reason.
LEFT_OUT = {
    "binomial.0_10.jeffreys.1": "plain beta quantile; Brown, Cai & DasGupta keep 0 when no event was seen",
    "binomial.20_20.jeffreys.2": "plain beta quantile; Brown, Cai & DasGupta keep 1 when all were events",
    "rate.midp.1": "epitools gives the median-unbiased ratio as the estimate; Weijian the observed ratio",
    "poisson.0.byar_epitools.1": "epitools gives a negative rate for no event; Weijian cuts at zero",
    "binomial.0_10.agresti.1": "epiR gives a negative proportion; Weijian cuts at zero",
    "binomial.1_10.agresti.1": "epiR gives a negative proportion; Weijian cuts at zero",
    "binomial.20_20.agresti.2": "epiR gives a proportion above one; Weijian cuts at one",
}


def test_every_number_of_the_stored_reference() -> None:
    assert assert_equal_to_r(read(HERE / "reference.csv")) > 440


def test_numbers_left_out_are_where_r_leaves_the_range() -> None:
    reference = read(HERE / "reference.csv")
    assert reference["poisson.0.byar_epitools.1"] < 0
    assert reference["binomial.0_10.agresti.1"] < 0
    assert reference["binomial.20_20.agresti.2"] > 1


@pytest.mark.long
def test_r_run_here_gives_the_stored_reference(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    packages = 'stopifnot(requireNamespace("epitools"), requireNamespace("epiR"))'
    if rscript is None or subprocess.run([rscript, "-e", packages], capture_output=True).returncode:
        pytest.skip("R with epitools and epiR is not installed (Debian: r-cran-epitools, r-cran-epir)")
    run = subprocess.run([rscript, str(HERE / "reference.R")], capture_output=True, text=True, check=True)
    output = tmp_path / "reference.csv"
    output.write_text(run.stdout)
    assert_equal_to_r(read(output))
