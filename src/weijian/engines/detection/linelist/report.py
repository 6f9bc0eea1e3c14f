"""Plain-text layout of line-list results for a terminal; the JSON form carries every digit, this one what is read."""

from __future__ import annotations

import math
from collections.abc import Sequence

from weijian.engines.detection.linelist.attack_rates import ExposureTable
from weijian.engines.detection.linelist.estimate import Estimate
from weijian.engines.detection.linelist.screening import ScreeningMeasures
from weijian.engines.detection.linelist.stratified import StratifiedResult


def exposure_report(tables: Sequence[ExposureTable], pooled: Sequence[StratifiedResult] = ()) -> str:
    """One line per exposure: attack rates, risk ratio (Wald), odds ratio (exact), chi-square and Fisher p."""
    header = ["exposure", "ill/exposed", "AR%", "ill/others", "AR%", "RR (Wald)", "OR (exact)", "chi2 p", "Fisher p"]
    header += ["unknown"]
    header += ["adjusted OR (MH)", "homogeneity p"] if pooled else []
    rows = [header]
    for index, item in enumerate(tables):
        table = item.table
        row = [
            item.exposure,
            f"{table.a}/{table.exposed}",
            number(100 * item.attack_rate_exposed.value, 1),
            f"{table.c}/{table.unexposed}",
            number(100 * item.attack_rate_unexposed.value, 1),
            interval(item.risk_ratio["wald"]),
            interval(item.odds_ratio["exact"]),
            p_value(item.tests.pearson.p_value),
            p_value(item.tests.fisher_p),
            str(item.unknown),
        ]
        if pooled:
            row += [interval(pooled[index].odds_ratio), p_value(pooled[index].tarone.p_value)]
        rows.append(row)
    return aligned(rows)


def screening_report(measures: ScreeningMeasures) -> str:
    """One line per measure with its interval."""
    return aligned([[name.replace("_", " "), interval(value, 4)] for name, value in vars(measures).items()])


def interval(estimate: Estimate, digits: int = 2) -> str:
    """``value (lower–upper)``, with a dash for what is not defined."""
    return f"{number(estimate.value, digits)} ({number(estimate.lower, digits)}–{number(estimate.upper, digits)})"


def number(value: float, digits: int) -> str:
    """A rounded number, ``∞``, or a dash for not defined."""
    if math.isnan(value):
        return "–"
    return ("∞" if value > 0 else "-∞") if math.isinf(value) else f"{value:.{digits}f}"


def p_value(value: float) -> str:
    """A p-value with four digits; smaller ones as ``<0.0001``, never as zero."""
    return "<0.0001" if value < 0.0001 else number(value, 4)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows with columns padded to one width, two spaces apart."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
