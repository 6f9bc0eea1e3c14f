"""Answers as the values that pages draw: one way to write a figure, its change and its caption, for every room."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.definitions.measures import Measure
from weijian.foundation.figures.queries import Answer
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import Caption, Change, Figure
from weijian.foundation.ui.presentation import language
from weijian.kernel.quantities import NumberStyle, growth_rate


def name_of(measure: Measure) -> str:
    """Name in the reader's language."""
    return measure.en if language() == "en" else measure.zh


def definition_of(measure: Measure) -> str:
    """Definition in the reader's language."""
    return measure.definition_en if language() == "en" else measure.definition_zh


def style_of(measure: Measure) -> NumberStyle:
    """How the measure's values are written."""
    if measure.form in ("count", "sum") and measure.decimals == 0:
        return NumberStyle(measure.unit, "", "auto", 2, trim=True)
    return NumberStyle(measure.unit, "", decimals=measure.decimals, grouping=True)


def figure_of(answer: Answer, *, trace: bool = True) -> Figure:
    """A drawn figure with its numerator and denominator; the link opens the indicator at the same period."""
    url = ""
    if trace:
        url = reverse("indicator", args=[answer.measure.id]) + f"?period={answer.figure.period}"
    return Figure(
        answer.rounded,
        style_of(answer.measure),
        answer.figure.numerator if answer.measure.denominator else None,
        answer.figure.denominator,
        trace_url=url,
        reason=reason_text(answer.figure.reason),
    )


def reason_text(code: str) -> str:
    """Why a value is missing, in words."""
    return {
        "": "",
        "no_denominator": _("这个范围没有人口分母"),
        "zero_denominator": _("分母为零"),
        "no_comparison": _("没有上年同期"),
        "no_records": _("没有记录"),
    }.get(code, code)


def change_of(measure: Measure, now: Answer | None, last: Answer | None) -> Change | None:
    """Change against the same period last year: percent for counts and means, points for rates."""
    if now is None or now.value is None:
        return None
    better = {"higher": "up", "lower": "down"}.get(measure.better, "neither")
    basis = _("比上年同期")
    if last is None or last.value is None:
        return Change(None, basis=basis)
    if measure.unit in ("%", "‰"):
        unit = _("个百分点") if measure.unit == "%" else _("个千分点")
        return Change(now.value - last.value, unit, better, basis)  # type: ignore[arg-type]
    if last.value == 0:
        return Change(None, basis=basis)
    return Change(growth_rate(now.value, last.value), "%", better, basis)  # type: ignore[arg-type]


def caption_of(measure: Measure, snapshot: Snapshot) -> Caption:
    """What stands beside every figure of the measure."""
    return Caption(
        population_basis=measure.population_basis,
        date_basis=measure.date_basis,
        snapshot=f"{snapshot.pk} · {snapshot.published_at:%Y-%m-%d %H:%M}",
        source=measure.source,
        note=measure.exclusions_en if language() == "en" else measure.exclusions_zh,
    )
