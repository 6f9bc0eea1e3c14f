"""The batched solver equals the row-by-row reference on every kind of design, count, weight and exposure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weijian.engines.detection.solver import FactorTrendDesign, fit_factor_trend, prepare_counts
from weijian.engines.detection.solver_reference import fit_factor_trend_row


def design_of(rng: np.random.Generator, groups: int, years: int, consecutive: bool) -> FactorTrendDesign:
    """``years`` years of 26 times with ``groups`` seasonal groups, with or without holes in time."""
    time = np.arange(26 * years, dtype=float) - 26 * years - 4
    group = (np.arange(time.size) % 26) * groups // 26
    if not consecutive:
        kept = np.sort(rng.choice(time.size, time.size * 2 // 3, replace=False))
        time, group = time[kept], group[kept]
    return FactorTrendDesign(group, time, groups)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    groups=st.integers(1, 6),
    years=st.integers(3, 5),
    consecutive=st.booleans(),
    trend=st.booleans(),
    weighted=st.booleans(),
    exposed=st.booleans(),
    log_mean=st.floats(-3.5, 7.0),
)
def test_equals_reference(
    seed: int, groups: int, years: int, consecutive: bool, trend: bool, weighted: bool, exposed: bool, log_mean: float
) -> None:
    rng = np.random.default_rng(seed)
    design = design_of(rng, groups, years, consecutive)
    n = design.time.size
    counts = rng.negative_binomial(2, 2 / (2 + np.exp(log_mean + 0.01 * rng.normal() * design.centred)), (4, n)).astype(
        float
    )
    prior = np.where(rng.random((4, n)) < 0.1, 0.0, rng.uniform(0.1, 1.5, (4, n))) if weighted else None
    exposure = rng.uniform(0.5, 3.0, (4, n)) if exposed else None
    fit = fit_factor_trend(prepare_counts(counts, exposure=exposure), design, trend=trend, prior=prior)
    for row in range(4):
        one = fit_factor_trend_row(
            counts[row], design.group, design.centred, groups, trend,
            None if prior is None else prior[row], None if exposure is None else exposure[row],
        )  # fmt: skip
        if one.singular:
            continue
        assert fit.converged[row] == one.converged
        assert fit.steps[row] == one.steps
        np.testing.assert_allclose(fit.mean[row], one.mean, rtol=1e-6)
        np.testing.assert_allclose(fit.weight[row], one.weight, rtol=1e-6, atol=1e-300)
        used = one.weight > 0
        present = np.unique(design.group[used])
        columns = np.column_stack(
            [(design.group == g).astype(float) for g in present] + ([design.centred] if trend else [])
        )
        leverage = np.einsum("ij,jk,ik->i", columns, one.covariance, columns) * one.weight
        np.testing.assert_allclose(fit.leverage()[row][used], leverage[used], rtol=1e-5, atol=1e-9)
        at = int(np.flatnonzero(present == design.group[used][0])[0])
        place = np.zeros(columns.shape[1])
        place[at] = 1.0
        if trend:
            place[-1] = -design.centre
        variance = place @ one.covariance @ place
        np.testing.assert_allclose(fit.unscaled_variance(int(design.group[used][0]), 0.0)[row], variance, rtol=1e-5)


def test_chunks_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    design = design_of(rng, 5, 5, True)
    counts = rng.poisson(np.exp(rng.uniform(-3, 4, (50, 1))), (50, design.time.size)).astype(float)
    together = fit_factor_trend(prepare_counts(counts), design, trend=True)
    apart = [fit_factor_trend(prepare_counts(counts[i : i + 1]), design, trend=True) for i in range(50)]
    np.testing.assert_allclose(together.level, np.vstack([f.level for f in apart]), rtol=1e-12, atol=1e-12)
    assert (together.steps == np.concatenate([f.steps for f in apart])).all()


def test_trend_aliased_with_groups_is_singular() -> None:
    """One time per group: the trend cannot be told from the season."""
    design = FactorTrendDesign(np.repeat(np.arange(4), 3), np.repeat(np.arange(4.0), 3), 4)
    fit = fit_factor_trend(prepare_counts(np.array([[1.0, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3]])), design, trend=True)
    assert fit.singular.all()


@pytest.mark.parametrize("value", [0.0, 7.0, 1e9])
def test_constant_series(value: float) -> None:
    design = design_of(np.random.default_rng(0), 3, 5, True)
    fit = fit_factor_trend(prepare_counts(np.full((1, design.time.size), value)), design, trend=True)
    assert fit.converged.all()
    np.testing.assert_allclose(fit.mean, value, rtol=1e-9, atol=1e-6)


def test_tables_of_logarithms_equal_direct_computation() -> None:
    counts = np.array([[0.0, 1, 2, 50, 65_535], [3, 0, 0, 1, 2]])
    small, large = prepare_counts(counts), prepare_counts(np.vstack([counts, np.full((1, 5), 1e6)]))
    np.testing.assert_array_equal(small.log_likelihood, large.log_likelihood[:2])
    np.testing.assert_array_equal(small.start_gap, large.start_gap[:2])
