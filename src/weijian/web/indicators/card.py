"""The figure of an indicator as asked: its card with target and light, and what has to stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.definitions.measures import Component, Measure
from weijian.domains.governance import queries as plans
from weijian.domains.governance.lights import AMBER_SHARE, judge
from weijian.domains.governance.models import Target as PlanTarget
from weijian.domains.governance.pages import target_sentence
from weijian.foundation.content_editing.queries import number_on
from weijian.foundation.figures.catalogue import measure_by_id
from weijian.foundation.figures.drawing import change_of, figure_of, reason_text, style_of
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.figures.tracing import component_in_words
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import Change, Figure, Light, StatCard, Target
from weijian.foundation.ui.presentation import language
from weijian.kernel.quantities import NumberStyle, round_half_up
from weijian.web.indicators.amounts import side_names, sides_of
from weijian.web.indicators.asking import Asked
from weijian.web.indicators.breakdown import suppression_words, withheld


@dataclass(frozen=True)
class Side:
    """Numerator or denominator: what it counts, and how much."""

    label: str
    words: str
    figure: Figure


@dataclass(frozen=True)
class Held:
    """A plan's target for the indicator and year: in words, and the address of its task."""

    words: str
    url: str
    lead: str
    supervise_url: str


@dataclass(frozen=True)
class Shown:
    """What the head of the page shows of one answer."""

    card: StatCard
    sides: tuple[Side, ...]
    held: tuple[Held, ...]
    whole: Figure | None  # the district's value where less is asked for
    target: Target | None  # the line of the trend
    interval: tuple[Figure, Figure] | None = None  # 95 % bounds, where the measure has them


def shown(measure: Measure, asked: Asked, snapshot: Snapshot, records_url: str) -> tuple[Shown | None, Answer | None]:
    """The head of the page, and the district's own answer; None where the period has no figure at all."""
    before = asked.period.same_period_last_year()
    found = {
        one.figure.period: one
        for one in figures([measure.id], [asked.period, before], scope=asked.scope, snapshot=snapshot)
    }
    now, last = found.get(str(asked.period)), found.get(str(before))
    if now is None:
        return None, None
    whole = now
    if asked.narrowed:
        whole = figures([measure.id], [asked.period], snapshot=snapshot)[0]
    targets = plans.targets_of(measure.id, asked.period)
    hidden = withheld(now, asked.scope)
    light = None
    if targets and not asked.narrowed:
        judged = judge(targets[0].comparator, targets[0].value, now.rounded, number_on(AMBER_SHARE))
        light = Light(judged.level, rule=judged.rule_en if language() == "en" else judged.rule_zh)
    change: Change | None = None
    if not hidden and not (last is not None and withheld(last, asked.scope)):
        change = change_of(measure, now, last)
    card = StatCard(
        asked.period.label(language()),
        _figure(now, hidden, records_url),
        "" if hidden else _counts(measure),
        change,
        light,
        Figure(targets[0].value, _style(targets[0])) if targets else None,
    )
    head = Shown(
        card,
        () if hidden else _sides(measure, now),
        tuple(_held(one) for one in targets),
        figure_of(whole, trace=False) if asked.narrowed else None,
        _line(targets),
        _interval(measure, now),
    )
    return head, whole


def counted_words(measure: Measure) -> list[tuple[str, str]]:
    """What is counted above and below the line, in words read off the compiled conditions: what they do not name is
    left out. A table measure says it in its definition."""
    base = measure_by_id(measure.of) if measure.of else measure
    found = []
    for label, terms in ((_("分子"), base.numerator), (_("减"), base.numerator_minus), (_("分母"), base.denominator)):
        for one in terms:
            if isinstance(one, Component):
                found.append((label, component_in_words(one, language())))
    return found


def _figure(answer: Answer, hidden: bool, records_url: str) -> Figure:
    if hidden:
        return Figure.withheld(suppression_words())
    drawn = figure_of(answer, trace=False)
    return Figure(drawn.value, drawn.style, trace_url=records_url, reason=reason_text(answer.figure.reason))


def _interval(measure: Measure, answer: Answer) -> tuple[Figure, Figure] | None:
    low, high = answer.figure.low, answer.figure.high
    if low is None or high is None:
        return None
    style = style_of(measure)
    return Figure(round_half_up(low, measure.decimals), style), Figure(round_half_up(high, measure.decimals), style)


def _counts(measure: Measure) -> str:
    return measure.definition_en if language() == "en" else measure.definition_zh


def _sides(measure: Measure, answer: Answer) -> tuple[Side, ...]:
    top, bottom = sides_of(answer)
    if not measure.denominator and not measure.compares:
        return ()
    names = side_names(measure)
    return (Side(_("分子"), names[0], top), Side(_("分母"), names[1], bottom))


def _held(target: PlanTarget) -> Held:
    return Held(
        target_sentence(target),
        reverse("plan_task", args=[target.task.public_id]),
        plans.department_name(target.task.lead, language()),
        reverse("plan_supervise", args=[target.pk]),
    )


def _line(targets: list[PlanTarget]) -> Target | None:
    if not targets:
        return None
    label = _("上限") if targets[0].kind == PlanTarget.Kind.LIMIT else _("目标")
    return Target(float(targets[0].value), label)


def _style(target: PlanTarget) -> NumberStyle:
    value: Decimal = target.value.normalize()
    exponent = value.as_tuple().exponent
    return NumberStyle(target.unit, "", decimals=max(0, -exponent) if isinstance(exponent, int) else 0, grouping=True)
