"""Years lived below age 5 by each published rule, and how ages are written."""

from __future__ import annotations

import numpy as np
import pytest

from weijian.engines.lifetable import AgeGrid, Separation
from weijian.engines.lifetable.grid import AgeLabel, missing_ages, parse_age

GRID = AgeGrid((0, 1, 5, 10))


def _years(separation: Separation, m0: float) -> list[float]:
    return separation.years_lived(GRID, np.array([[m0, 0.001, 0.001, 0.1]]))[0].tolist()


@pytest.mark.parametrize(
    ("separation", "m0", "a0", "a1_4"),
    [
        (Separation("coale_demeny_west", "male"), 0.01, 0.07184, 1.62284),
        (Separation("coale_demeny_west", "female"), 0.01, 0.081, 1.50682),
        (Separation("coale_demeny_west", "both"), 0.01, 0.07642, 1.56483),
        (Separation("coale_demeny_west", "male"), 0.2, 0.330, 1.352),
        (Separation("coale_demeny_west", "female"), 0.2, 0.350, 1.361),
        (Separation("andreev_kingkade_2015", "male"), 0.005, 0.13931275, 1.63692),
        (Separation("andreev_kingkade_2015", "male"), 0.05, 0.1913305, 1.5102),
        (Separation("andreev_kingkade_2015", "male"), 0.09, 0.29915, 1.39756),
        (Separation("andreev_kingkade_2015", "female"), 0.005, 0.13875365, 1.51441),
        (Separation("andreev_kingkade_2015", "female"), 0.05, 0.2407145, 1.4461),
        (Separation("andreev_kingkade_2015", "female"), 0.07, 0.31411, 1.41574),
        (Separation("midpoint"), 0.01, 0.5, 2.0),
        (Separation(a0=0.1, a1_4=1.6), 0.01, 0.1, 1.6),
    ],
)
def test_rules(separation: Separation, m0: float, a0: float, a1_4: float) -> None:
    assert _years(separation, m0) == pytest.approx([a0, a1_4, 2.5])


@pytest.mark.parametrize(("sex", "limits"), [("male", (0.023, 0.08307, 0.107)), ("female", (0.01724, 0.06891, 0.107))])
def test_pieces_of_a_rule_meet(sex: str, limits: tuple[float, ...]) -> None:
    """A slipped digit in a coefficient would open a gap at a limit."""
    for rule in ("andreev_kingkade_2015", "coale_demeny_west"):
        separation = Separation(rule, sex)  # type: ignore[arg-type]
        for limit in limits:
            below, above = _years(separation, limit - 1e-9), _years(separation, limit)
            assert below == pytest.approx(above, abs=0.003)
            if rule == "andreev_kingkade_2015":
                assert below[0] == pytest.approx(above[0], abs=0.0002)


def test_single_years_take_only_the_infant_rule() -> None:
    years = Separation().years_lived(AgeGrid.complete(5), np.full((1, 6), 0.01))[0]
    assert years.tolist() == pytest.approx([0.07642, 0.5, 0.5, 0.5, 0.5])


@pytest.mark.parametrize("settings", [{"rule": "west"}, {"sex": "3"}, {"a0": 0.0}, {"a0": 1.0}, {"a1_4": 4.0}])
def test_unknown_rules_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"unknown|overriding"):
        Separation(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("0", AgeLabel(0)), (" 85+ ", AgeLabel(85, None, True)), ("85岁及以上", AgeLabel(85, None, True)),
        ("85及以上", AgeLabel(85, None, True)), ("1-4", AgeLabel(1, 4)), ("５～９岁", AgeLabel(5, 9)),
        ("10–14", AgeLabel(10, 14)), ("0岁", AgeLabel(0)), ("85 and over", AgeLabel(85, None, True)),
        ("", None), ("total", None), ("-1", None), ("1.5", None), ("5-9+", None), ("合计", None),
    ],
)  # fmt: skip
def test_written_ages(text: str, label: AgeLabel | None) -> None:
    assert parse_age(text) == label


@pytest.mark.parametrize(
    ("lows", "missing"),
    [
        ([0, 1, *range(5, 90, 5)], ()),
        (list(range(101)), ()),
        ([*range(20), *range(20, 90, 5)], ()),
        ([0, 1, 2, 3, 4, *range(5, 90, 5)], ()),
        ([0, 1, 5, 10, 20, 25], (15,)),
        ([0, 5, 10, 15], (1,)),
        ([0, 1, 2, 4, 5, 6], (3,)),
        ([0, *range(2, 101)], (1,)),
        ([0, 1, 2, 3, 4, 5, 15, 20], (10,)),
    ],
)
def test_missing_ages(lows: list[int], missing: tuple[int, ...]) -> None:
    assert missing_ages(lows) == missing


def test_grids() -> None:
    assert AgeGrid.abridged().lows == (0, 1, *range(5, 90, 5))
    assert len(AgeGrid.complete()) == 101
    assert [GRID.label(i) for i in range(4)] == ["0", "1–4", "5–9", "10+"]
    for lows in [(0,), (1, 5), (0, 5, 5)]:
        with pytest.raises(ValueError, match="rise"):
            AgeGrid(lows)
