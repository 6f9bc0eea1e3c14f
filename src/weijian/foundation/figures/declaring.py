"""Declares measures in the rooms: wording, unit, basis, source and direction come from the content, by the
measure's id.

A room says only what is counted; what the figure is called and where its definition comes from is content, so that a
definition is never written twice.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from weijian import content
from weijian.definitions.measures import Measure, Term
from weijian.kernel.errors import WeijianError

#: Unit → (scale, printed decimals) where a measure does not say otherwise.
_UNITS: dict[str, tuple[float, int]] = {
    "%": (100, 2),
    "‰": (1000, 2),
    "1/10万": (100_000, 2),
    "男/百女": (100, 2),
    "张/千人": (1000, 2),
    "人/千人": (1000, 2),
    "人/万人": (10_000, 2),
    "人/个": (1, 1),
    "人/人": (1, 2),
    "元": (0.01, 2),  # money is summed in 分
    "天": (1, 1),
    "次": (1, 2),
    "岁": (1, 2),
    "工作日": (1, 1),
}
_BETTER = {"up": "higher", "down": "lower", "neutral": "none", "target": "none"}


def declare(
    measure_id: str,
    *,
    numerator: tuple[Term, ...] = (),
    denominator: tuple[Term, ...] = (),
    owner: str,
    **given: Any,
) -> Measure:
    """The measure of that id in ``figures/measure_ids.csv``; ``owner`` is a department of the bureau.

    ``given`` overrides any field of :class:`Measure`. Counts of persons are suppressed in small tables by themselves.
    Raises :class:`WeijianError` ``definition.measure_unknown`` where the content has no such id.
    """
    row = _wording().get(measure_id)
    if row is None:
        raise WeijianError("definition.measure_unknown", "The content does not name this measure.", measure_id)
    scale, decimals = _UNITS.get(row["unit"], (1, 0))
    fields: dict[str, Any] = {
        "form": row["form"],
        "scale": 1 if row["form"] in ("count", "sum", "growth", "difference", "table") else scale,
        "decimals": decimals,
        "suppress": any(getattr(term, "persons", False) for term in numerator),
        "date_basis": row["date_basis"],
        "population_basis": "" if row["basis"] == "none" else row["basis"],
        "better": _BETTER[row["direction"]],
        "tags": tuple(one for one in (row["records"], row["direction"]) if one),
    } | given
    return Measure(
        id=measure_id,
        zh=row["zh"],
        en=row["en"],
        unit=row["unit"],
        definition_zh=_definition(row, "zh"),
        definition_en=_definition(row, "en"),
        source=row["source"],
        numerator=numerator,
        denominator=denominator,
        owner=owner,
        **fields,
    )


def _definition(row: dict[str, str], lang: str) -> str:
    top, bottom = row[f"numerator_{lang}"], row[f"denominator_{lang}"]
    if not bottom:
        return top
    change = " − 1" if row["form"] == "growth" else ""
    return f"{top} ÷ {bottom}{change}"


@cache
def _wording() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in content.read_csv("figures/measure_ids.csv")}
