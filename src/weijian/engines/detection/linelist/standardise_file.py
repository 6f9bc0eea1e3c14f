"""Standardisation of a file of strata, area by area: picks the method from the columns that are named and gives each
area one result that knows its JSON form and its printed line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from weijian.engines.detection.linelist.direct_standardisation import DirectResult, standardise_directly
from weijian.engines.detection.linelist.indirect_standardisation import IndirectResult, standardise_indirectly
from weijian.engines.detection.linelist.report import interval
from weijian.engines.detection.linelist.table_file import TableFile
from weijian.kernel.errors import WeijianError


@dataclass(frozen=True)
class AreaResult:
    """The result of one area; ``area`` is empty when the file was taken as one."""

    area: str
    result: DirectResult | IndirectResult

    def as_dict(self) -> dict[str, object]:
        """The result as JSON data."""
        result = self.result
        data: dict[str, object] = {"area": self.area} if self.area else {}
        data |= {"per": result.per, "crude": result.crude.as_dict()}
        if isinstance(result, DirectResult):
            extra = {"kind": "direct", "events": result.events, "population": result.population}
            return data | extra | {"adjusted": result.adjusted.as_dict(), "variance": result.variance}
        adjusted = result.adjusted.as_dict() if result.adjusted else None
        extra = {"kind": "indirect", "observed": result.observed, "expected": result.expected}
        return data | extra | {"ratio": result.ratio.as_dict(), "adjusted": adjusted}

    def line(self) -> str:
        """One line of text: counts, crude and adjusted rate, or observed, expected and ratio."""
        result, start = self.result, f"{self.area}: " if self.area else ""
        if isinstance(result, DirectResult):
            return (
                f"{start}events {result.events}, crude {interval(result.crude)}, "
                f"adjusted {interval(result.adjusted)} per {result.per:g}"
            )
        text = f"{start}observed {result.observed}, expected {result.expected:.2f}, ratio {interval(result.ratio)}"
        if result.adjusted is None:
            return text
        return f"{text}, adjusted {interval(result.adjusted)} per {result.per:g}"


def standardise_file(
    table: TableFile,
    events: str,
    population: str,
    columns: Mapping[str, str],
    *,
    by: str = "",
    method: str = "",
    per: float = 100_000.0,
    level: float = 0.95,
) -> list[AreaResult]:
    """One result per area, in the order in which the areas appear.

    ``columns`` names the columns of the standard (``standard``, ``standard_rate``, ``standard_events``,
    ``standard_population``; empty = not given). Raises ``linelist.standard`` when they do not fit one method and
    ``linelist.per`` when ``per`` is not positive.
    """
    if not per > 0:
        raise WeijianError("linelist.per", f"--per must be greater than zero, not {per}.")
    given = {name: table.numbers(column) for name, column in columns.items() if column}
    direct = "standard" in given
    indirect = any(name != "standard" for name in given)
    if direct == indirect:
        raise WeijianError(
            "linelist.standard",
            "The columns of the standard do not fit one method.",
            fix="Direct: --standard. Indirect: --standard-rate, or --standard-events with --standard-population.",
        )
    given |= {"events": table.numbers(events), "population": table.numbers(population)}
    areas = table.column(by) if by else [""] * table.rows
    rows: dict[str, list[int]] = {}
    for row, area in enumerate(areas):
        rows.setdefault(area, []).append(row)
    return [
        AreaResult(area, _standardise({n: [v[i] for i in chosen] for n, v in given.items()}, method, per, level))
        for area, chosen in rows.items()
    ]


def _standardise(
    values: dict[str, list[float]], method: str, per: float, level: float
) -> DirectResult | IndirectResult:
    if "standard" in values:
        return standardise_directly(
            values["events"], values["population"], values["standard"], level=level, method=method or "gamma", per=per
        )
    return standardise_indirectly(
        values["events"],
        values["population"],
        values.get("standard_rate"),
        standard_events=values.get("standard_events"),
        standard_population=values.get("standard_population"),
        level=level,
        method=method or "exact",
        per=per,
    )
