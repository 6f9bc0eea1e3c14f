"""Parameters: R's names and defaults, ranges, choices, and which word was meant."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from weijian.engines.detection.registry import ALGORITHMS, detect
from weijian.engines.detection.series import DetectionError, from_arrays

BATCH = from_arrays(np.random.default_rng(0).poisson(3, (2, 330)).astype(float))


@pytest.mark.parametrize(
    ("algorithm", "given", "says"),
    [
        ("farrington-flexible", {"noPeriod": "10"}, "did you mean noPeriods?"),
        ("farrington-flexible", {"pastweeksnotincluded": "26"}, "did you mean pastWeeksNotIncluded?"),
        ("farrington-flexible", {"alpha": "1.5"}, "must be above 0 and below 1"),
        ("farrington-flexible", {"alpha": "nan"}, "must be above 0 and below 1"),
        ("farrington-flexible", {"b": "2.5"}, "not a whole number"),
        ("farrington-flexible", {"thresholdMethod": "nbplugin"}, "did you mean nbPlugin?"),
        ("farrington-flexible", {"limit54": "5"}, "not two numbers"),
        ("farrington-flexible", {"reweight": "perhaps"}, "not TRUE or FALSE"),
        ("farrington-flexible", {"noPeriods": "60"}, "do not fit"),
        ("cusum", {"trans": "rosi"}, "did you mean rossi?"),
        ("cusum", {"m": "glmm"}, "give a number, glm"),
        ("ears-c1", {"baseline": "2"}, "at least 3"),
        ("glr-poisson", {"change": "epi"}, "not supported"),
        ("one-case", {"x": "1"}, "no parameter"),
        ("farington", {}, "did you mean farrington?"),
    ],
)
def test_a_wrong_parameter_is_explained(algorithm: str, given: dict[str, str], says: str) -> None:
    with pytest.raises(DetectionError) as error:
        detect(BATCH, algorithm, given)
    assert says in str(error.value)


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_registry_and_function_agree(name: str) -> None:
    """Every registered parameter is a keyword of the function with the same default, and none is forgotten."""
    algorithm = ALGORITHMS[name]
    signature = inspect.signature(algorithm.run).parameters
    keywords = {k for k in signature if k not in ("batch", "times", "threads")} - set(algorithm.fixed)
    registered = {p.target: p for p in algorithm.parameters}
    assert keywords - set(registered) <= ({"alpha"} if name == "glr-poisson" else set())
    for target, parameter in registered.items():
        default = algorithm.fixed.get(target, signature[target].default)
        assert default == parameter.default, target


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_every_algorithm_decides_by_default(name: str) -> None:
    found = detect(BATCH, name)
    assert found.algorithm == name
    assert found.times.size > 0
    assert (~np.isnan(found.upperbound) | (found.reason > 0)).all()
    assert not found.alarm[np.isnan(found.upperbound)].any()


def test_typed_values_are_taken_as_text_is() -> None:
    typed = detect(BATCH, "farrington-flexible", {"noPeriods": 10, "limit54": (0, 4), "trend": False})
    text = detect(BATCH, "farrington-flexible", {"noPeriods": "10", "limit54": "c(0,4)", "trend": "FALSE"})
    np.testing.assert_array_equal(typed.upperbound, text.upperbound)
