"""The figures of a published document beside what the records give: computed, or the honest reason why not."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from weijian import content
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.queries import figures
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

#: Expectation in the content → reason in front of the content's own words.
_REASONS = {
    "later_register": "register of a later issue",
    "target": "a target, not computed",
    "needs_years": "cannot be reproduced because",
    "no_figure": "cannot be reproduced because",
}


@dataclass(frozen=True)
class DocumentFigure:
    """One published figure: ``within_rounding`` is True where the computed value, rounded as printed, is the same."""

    id: str
    zh: str
    en: str
    published: str
    computed: float | None
    unit: str
    difference: float | None
    within_rounding: bool | None
    reason: str
    reason_zh: str
    measure: str
    period: str


def document_figures(document: str = "000") -> list[DocumentFigure]:
    """A row per figure of the document, in its order; computed from the current snapshot.

    Figures over persons and their events need the synthetic district at scale 1 to meet the published number; at a
    smaller scale those that miss it give no value and say so. Where the document contradicts itself, the reason
    tells both sides.
    """
    rows = content.read_csv(f"figures/document_{document}.csv")
    wanted = [row for row in rows if row["measure"] in measures() and row["expectation"] in _COMPUTED]
    values: dict[tuple[str, str], Decimal | None] = {}
    for period in sorted({row["period"] for row in wanted}):
        ids = sorted({row["measure"] for row in wanted if row["period"] == period})
        for answer in figures(ids, [Period.parse(period)]):
            values[(answer.measure.id, period)] = answer.value
    scale = demonstration_scale()
    return [_row(row, values.get((row["measure"], row["period"])), scale) for row in rows]


_COMPUTED = ("computed", "contradiction")


def demonstration_scale() -> float | None:
    """Scale of the synthetic district in this installation; None in a real one."""
    marker = Path(settings.HOME) / "demo"
    if not marker.is_file():
        return None
    try:
        return float(json.loads(marker.read_text(encoding="utf-8"))["scale"])
    except (ValueError, KeyError, TypeError):
        raise WeijianError("demo.marker", "演示标记文件无法读取。", marker.name, "重新运行 weijian demo") from None


def _row(row: dict[str, str], value: Decimal | None, scale: float | None) -> DocumentFigure:
    reason, reason_zh = _explained(row)
    if row["expectation"] not in _COMPUTED:
        value = None
    difference, within = None, None
    if value is not None:
        difference = value - Decimal(row["value"])
        within = difference >= 0 if row["comparator"] == ">=" else abs(difference) <= Decimal(row["half_unit"])
        if within:
            reason, reason_zh = "", ""
        elif row["expectation"] == "contradiction":
            reason, reason_zh = f"{reason} (the records give {value:.4g})", f"{reason_zh}(记录为{value:.4g})"
            value, difference, within = None, None, None
    elif row["expectation"] == "computed":
        reason, reason_zh = "cannot be reproduced because the snapshot has no records for it", "本快照没有相应的记录"
    if not within and scale not in (None, 1) and row["expectation"] == "computed" and _scales(row["measure"]):
        reason, reason_zh = "needs scale 1", "需要按1:1规模的演示数据"
        value, difference, within = None, None, None
    return DocumentFigure(
        row["id"],
        row["zh"],
        row["en"],
        row["published_text"],
        None if value is None else float(value),
        row["unit"],
        None if difference is None else float(difference),
        within,
        reason,
        reason_zh,
        row["measure"],
        row["period"],
    )


def _explained(row: dict[str, str]) -> tuple[str, str]:
    expectation = row["expectation"]
    if expectation == "computed":
        return "", ""
    if expectation == "contradiction":
        return f"cannot be reproduced because: {row['reason_en']}", row["reason_zh"]
    prefix = _REASONS[expectation]
    own = row["reason_en"]
    return (f"{prefix}: {own}" if own else prefix), row["reason_zh"]


def _scales(measure_id: str) -> bool:
    """Whether the measure counts persons or their events, which the synthetic district scales; registers do not
    scale."""
    return measure_id.split(".")[0] in _SCALED and measure_id not in _UNSCALED


_SCALED = frozenset(
    {
        "visits",
        "discharges",
        "births",
        "birth",
        "mortality",
        "life",
        "ehr",
        "contract",
        "chronic",
        "infectious",
        "immunization",
        "population",
        "cost",
        "staff",
        "quality",
    }
)
_UNSCALED = frozenset({"contract.teams", "contract.streets", "infectious.direct_report_rate"})


def summary(rows: list[DocumentFigure]) -> dict[str, int]:
    """How many figures stand within rounding, beside it, and without a computed value."""
    return {
        "figures": len(rows),
        "computed": sum(one.computed is not None for one in rows),
        "within_rounding": sum(one.within_rounding is True for one in rows),
        "differs": sum(one.within_rounding is False for one in rows),
        "not_computed": sum(one.computed is None for one in rows),
    }


def as_json(rows: list[DocumentFigure]) -> list[dict[str, object]]:
    """Rows as plain mappings for ``--json`` and the API."""
    return [asdict(one) for one in rows]
