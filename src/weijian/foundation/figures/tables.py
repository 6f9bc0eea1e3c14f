"""One measure broken down: by street, village, institution, month, sex or age, with names and small numbers
withheld."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from weijian.definitions.measures import Component, Measure
from weijian.engines.measures.rollup import Scope
from weijian.engines.measures.suppression import withheld
from weijian.foundation.areas.models import Area
from weijian.foundation.figures.catalogue import measure_by_id
from weijian.foundation.figures.published import suppression_threshold
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.terminology.references import code_name
from weijian.kernel.errors import WeijianError
from weijian.kernel.quantities import round_half_up
from weijian.kernel.time import Period, PeriodKind

#: What a reader may break a figure down by.
BREAKDOWNS = ("area", "village", "institution", "month", "sex", "age")


@dataclass(frozen=True)
class BreakdownRow:
    """One line: ``key`` a code (area, institution, month, sex, first year of the age band), ``label`` its name."""

    key: str
    label_zh: str
    label_en: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reason: str
    withheld: bool


def breakdown(
    measure_id: str, period: Period | str, by: str, *, scope: Scope = Scope(), snapshot: Snapshot | None = None
) -> list[BreakdownRow]:
    """Rows of one measure by one dimension; counts of persons under the threshold are withheld, months excepted.

    Raises :class:`WeijianError` ``measure.by`` for another dimension.
    """
    if by not in BREAKDOWNS:
        raise WeijianError("measure.by", f"不能按 {by} 分组。", by, f"可用:{'、'.join(BREAKDOWNS)}")
    period = period if isinstance(period, Period) else Period.parse(period)
    measure = measure_by_id(measure_id)
    if by == "month":
        months = period.children(PeriodKind.MONTH) if period.kind is not PeriodKind.YEAR_TO_DATE else _months(period)
        answers = figures([measure_id], months, scope=scope, snapshot=snapshot)
        return [_row(measure, one, one.figure.period, _month(one.figure.period), False) for one in answers]
    answers = figures([measure_id], [period], by=(by,), scope=scope, snapshot=snapshot)
    answers = [one for one in answers if one.figure.key[0] is not None]
    hidden = _withheld(measure, answers)
    names = _names(by, [one.figure.key[0] for one in answers])
    rows = [
        _row(measure, one, *names.get(one.figure.key[0], (str(one.figure.key[0]), ("", ""))), index in hidden)
        for index, one in enumerate(answers)
    ]
    return sorted(rows, key=lambda row: (len(row.key), row.key) if by == "age" else (0, row.key))


def organisation_id(code: str) -> int:
    """Id of the institution with that code; an error where there is none."""
    found = Organisation.objects.filter(code=code).values_list("id", flat=True).first()
    if found is None:
        raise WeijianError("organisation.unknown", f"没有机构 {code}。", code, "核对机构代码")
    return int(found)


def area_id(code: str) -> int | None:
    """Id of the street or village with that code; None for the district itself, which is everything."""
    found = Area.objects.filter(code=code).order_by("-valid_from").first()
    if found is None:
        raise WeijianError("area.unknown", f"没有区划 {code}。", code, "核对区划代码")
    return None if found.level not in (Area.Level.STREET, Area.Level.VILLAGE) else int(found.pk)


def _withheld(measure: Measure, answers: list[Answer]) -> set[int]:
    if not measure.suppress:
        return set()
    terms = [term for term in measure.numerator if isinstance(term, Component) and term.persons]
    counts = {
        index: None if one.figure.numerator is None else int(one.figure.numerator)
        for index, one in enumerate(answers)
        if terms
    }
    return withheld(counts, suppression_threshold())


def _row(measure: Measure, answer: Answer, key: str, label: tuple[str, str], hidden: bool) -> BreakdownRow:
    found = answer.figure
    if hidden:
        return BreakdownRow(key, *label, None, None, found.denominator, "withheld", True)
    value = None if found.value is None else round_half_up(found.value, measure.decimals)
    return BreakdownRow(key, *label, value, found.numerator, found.denominator, found.reason, False)


def _names(by: str, keys: list[Any]) -> dict[object, tuple[str, tuple[str, str]]]:
    if by in ("area", "village"):
        return {one.pk: (one.code, (one.zh, one.en)) for one in Area.objects.filter(pk__in=keys)}
    if by == "institution":
        return {one.pk: (one.code, (one.zh, one.en)) for one in Organisation.objects.filter(pk__in=keys)}
    if by == "sex":
        return {key: (str(key), (code_name("sex", str(key)), code_name("sex", str(key), "en"))) for key in keys}
    return {key: (str(key), _age(int(str(key)))) for key in keys}


def _age(low: int) -> tuple[str, str]:
    if low < 0:
        return "年龄不详", "age unknown"
    if low >= 85:
        return "85岁及以上", "85 and over"
    text = {0: "0", 1: "1–4"}.get(low, f"{low}–{low + 4}")
    return f"{text}岁", text


def _month(code: str) -> tuple[str, str]:
    period = Period.parse(code)
    return period.label_zh, period.label_en


def _months(period: Period) -> list[Period]:
    return Period.between(PeriodKind.MONTH, period.start, period.end)
