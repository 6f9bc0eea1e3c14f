"""Count quantiles: the definition itself, over small and huge means, and SciPy's own quantile."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from weijian.engines.detection.quantiles import negative_binomial_quantile, poisson_quantile


@pytest.mark.parametrize("p", [0.01, 0.5, 0.95, 0.99, 0.9999])
def test_poisson(p: float) -> None:
    mean = np.concatenate([np.logspace(-8, 7, 400), np.linspace(0.1, 40, 400)])
    np.testing.assert_array_equal(poisson_quantile(p, mean), stats.poisson.ppf(p, mean))


@pytest.mark.parametrize("p", [0.05, 0.5, 0.95, 0.999])
def test_negative_binomial(p: float) -> None:
    rng = np.random.default_rng(5)
    mean, phi = np.exp(rng.uniform(-6, 9, 2_000)), 1 + np.exp(rng.uniform(-5, 4, 2_000))
    size, prob = mean / (phi - 1), 1 / phi
    found = negative_binomial_quantile(p, size, prob)
    assert (stats.nbinom.cdf(found, size, prob) >= p * (1 - 1e-12)).all()
    below = found > 0
    assert (stats.nbinom.cdf(found[below] - 1, size[below], prob[below]) < p).all()


def test_unknown_and_zero() -> None:
    assert np.isnan(poisson_quantile(0.95, np.array([np.nan])))[0]
    assert poisson_quantile(0.95, np.array([0.0]))[0] == 0
    assert poisson_quantile(0.95, np.array([1e300]))[0] >= 1e300 * (1 - 1e-12)
