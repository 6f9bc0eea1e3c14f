"""Answers as the values that pages draw: one way to write a figure, its change and its caption, for every room."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.content.told import in_language
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
        "not_by_person": _("不分性别、年龄"),
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
        population_basis=population_words(measure.population_basis),
        date_basis=date_words(measure.date_basis),
        snapshot=f"{snapshot.pk} · {snapshot.published_at:%Y-%m-%d %H:%M}",
        source=in_language(measure.source, language()),
        note=measure.exclusions_en if language() == "en" else measure.exclusions_zh,
    )


def population_words(basis: str) -> str:
    """``resident.year_end`` as 常住人口(年末); empty where the measure has no population."""
    name, _dot, at = basis.partition(".")
    names = {"resident": _("常住人口"), "registered": _("户籍人口"), "service": _("服务人口(建档口径)")}
    times = {"average": _("年平均"), "year_end": _("年末"), "mid_year": _("年中"), "event": _("事件发生时")}
    if name not in names:
        return "" if basis in ("", "none") else basis
    return f"{names[name]} · {times.get(at, at)}" if at else names[name]


def date_words(basis: str) -> str:
    """What date decides the period, in words; the name of the column where there is no word for it."""
    words = {
        "as_of": _("期末时点"),
        "period_end": _("期末时点"),
        "month": _("报表月份"),
        "fiscal_year": _("会计年度"),
        "calendar_year": _("日历年"),
        "mch_year (Oct–Sep)": _("妇幼年度(上年10月至本年9月)"),
        "born_on (mch_year)": _("出生日期(妇幼年度)"),
        "visit_on": _("就诊日期"),
        "discharge_on": _("出院日期"),
        "died_on": _("死亡日期"),
        "born_on": _("出生日期"),
        "reported_on": _("报告日期"),
        "occurred_on": _("发生日期"),
        "accepted_on": _("受理日期"),
        "found_on": _("发现日期"),
        "service_date": _("服务日期"),
        "valid_from": _("生效日期"),
    }
    return words.get(basis, basis)
