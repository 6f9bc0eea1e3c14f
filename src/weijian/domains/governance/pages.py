"""Tables and cards of the plan's pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.domains.governance.lights import AMBER_SHARE
from weijian.domains.governance.models import Plan, PlanTask, Supervision, SupervisionStep, Target
from weijian.domains.governance.queries import TargetStatus, department_name
from weijian.foundation.content_editing.queries import number_on
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import change_of, definition_of, figure_of, name_of, style_of
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.figures.store import current_snapshot, latest_year
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import (
    Caption,
    Cell,
    Column,
    Figure,
    FilterChip,
    Light,
    Row,
    RowAction,
    StatCard,
    TableQuery,
    TableState,
    TimelineEntry,
)
from weijian.foundation.ui.presentation import close_unit, figure_text, language
from weijian.kernel.quantities import NumberStyle, round_half_up
from weijian.kernel.time import BEIJING, Period

#: Cards of the cockpit in their order.
HEADLINE = (
    "visits.total",
    "discharges.total",
    "cost.outpatient_per_visit",
    "cost.inpatient_per_discharge",
    "beds.use_rate",
    "contract.coverage",
    "ehr.coverage",
    "infectious.ab_incidence",
)


def headline_cards() -> list[StatCard]:
    """The district's headline figures of the latest year with their trend by month."""
    if not Snapshot.objects.exists():
        return []
    snapshot = current_snapshot()
    year = Period.parse(str(latest_year(snapshot)))
    last = year.same_period_last_year()
    known = [one for one in HEADLINE if one in measures()]
    months = year.children("month")
    answers = {(a.measure.id, a.figure.period): a for a in figures(known, [year, last, *months], snapshot=snapshot)}
    cards = []
    for measure_id in known:
        now = answers.get((measure_id, str(year)))
        if now is None:
            continue
        trend = [answers.get((measure_id, str(month))) for month in months]
        cards.append(
            StatCard(
                f"{name_of(now.measure)} {year}",
                figure_of(now),
                definition_of(now.measure),
                change_of(now.measure, now, answers.get((measure_id, str(last)))),
                trend=[float(one.value) for one in trend if one is not None and one.value is not None],
                href=reverse("indicator", args=[measure_id]),
            )
        )
    return cards


def status_table(
    statuses: Sequence[TargetStatus],
    asked: Mapping[str, Sequence[str]],
    may_manage: bool,
    today: date,
    *,
    total: int | None = None,
) -> TableState:
    """Targets, worst first, with owner and days left; ``asked``: the query parameters of the page; ``total``: of how many
    these are the worst, where not all are given."""
    columns = (
        Column("target", _("目标"), fixed=True, optional=False),
        Column("light", _("状态"), "status", optional=False),
        Column("limit", _("目标值"), "number"),
        Column("actual", _("实际"), "number"),
        Column("baseline", _("上年"), "number"),
        Column("gap", _("差距"), "number"),
        Column("lead", _("牵头")),
        Column("due", _("期限"), "date"),
    )
    query = TableQuery.read(asked, columns, page_size=50)
    rows = []
    for one in statuses:
        target = one.target
        style = NumberStyle(target.unit, "", decimals=2, trim=True, grouping=True)
        english = language() == "en"
        rule = one.judgement.rule_en if english else one.judgement.rule_zh
        actions: tuple[RowAction, ...] = ()
        if may_manage:
            actions = (
                RowAction(_("督办"), reverse("plan_supervise", args=[target.pk])),
                RowAction(_("调整"), reverse("plan_revise", args=[target.pk])),
            )
        rows.append(
            Row(
                (
                    Cell(text=target.en if english else target.zh, note=_section_of(target.task)),
                    Cell(
                        light=Light(one.judgement.level, _("尚无数据") if one.judgement.level == "none" else "", rule)
                    ),
                    Cell(figure=Figure(target.value, style), note=_comparison(target.comparator)),
                    _measured(one.actual, target) if one.actual else Figure(None, style, reason=_("尚无数据")),
                    _measured(one.baseline, target) if one.baseline else Figure(None, style),
                    _gap_cell(one, style),
                    department_name(target.task.lead, language()),
                    Cell(day=target.task.due_on, note=_days_left(target.task.due_on, today)),
                ),
                href=reverse("plan_task", args=[target.task.public_id]),
                actions=actions,
            )
        )
    share = f"{number_on(AMBER_SHARE).normalize():f}"
    rule = _(
        "亮灯规则:达到目标或不超过上限为绿灯(达标);差距在目标值的%(share)s%%以内为黄灯(有偏差);其余为红灯(偏离)。"
    ) % {"share": share}
    return TableState(
        "targets", _("目标与上限"), columns, rows, query, total or len(rows), _("项"), caption=Caption(note=rule)
    )


def task_table(
    tasks: QuerySet[PlanTask], request: HttpRequest, today: date, chips: Sequence[FilterChip] = ()
) -> TableState:
    """Tasks of the plan in the document's order."""
    columns = (
        Column("task", _("任务"), fixed=True, optional=False),
        Column("lead", _("牵头")),
        Column("support", _("配合")),
        Column("due", _("期限"), "date"),
        Column("progress", _("进展"), "number", help=_("填报进展的次数")),
        Column("state", _("状态"), "status"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=40)
    total = tasks.count()
    english = language() == "en"
    rows = [
        Row(
            (
                Cell(
                    text=one.en if english else one.zh,
                    note=f"{one.section.number}{one.section.en if english else one.section.zh}",
                ),
                Cell(
                    text=department_name(one.lead, language()), note=_("文件未写明,由局内指定") if one.assigned else ""
                ),
                _("、").join(department_name(code, language()) for code in one.support),
                Cell(day=one.due_on, note=_days_left(one.due_on, today) if one.state != PlanTask.State.DONE else ""),
                Cell(figure=Figure(len(one.progress.all()))),
                Cell.tag(one.get_state_display(), {"open": "info", "requested": "warn", "done": "good"}[one.state]),  # type: ignore[arg-type]
            ),
            href=reverse("plan_task", args=[one.public_id]),
            late=one.state != PlanTask.State.DONE and one.due_on < today,
        )
        for one in tasks.prefetch_related("progress")[query.offset : query.offset + query.page_size]
    ]
    return TableState("tasks", _("任务"), columns, rows, query, total, _("项"), chips=chips)


def supervision_table(
    found: Iterable[Supervision], asked: Mapping[str, Sequence[str]], *, title: str = "", empty: str = ""
) -> TableState:
    """Supervised tasks by deadline: who has it, what closes it, how it stands, time left."""
    columns = (
        Column("text", _("督办事项"), fixed=True, optional=False),
        Column("owner", _("承办")),
        Column("closes", _("销号条件")),
        Column("last", _("最近测量"), "number"),
        Column("reminders", _("催办次数"), "number"),
        Column("due", _("剩余时间"), "date"),
    )
    query = TableQuery.read(asked, columns, page_size=200)
    rows = []
    for one in found:
        closed = one.state == Supervision.State.CLOSED
        clock = Cell(text=one.get_state_display(), tone="good", note=f"{one.closed_on}") if closed else due_clock(one)
        rows.append(
            Row(
                (one.text, owner_name(one), closing_words(one), last_measurement(one), one.reminders, clock),
                href=reverse("plan_supervision", args=[one.public_id]),
            )
        )
    return TableState(
        "supervisions", title or _("督办事项"), columns, rows, query, len(rows), _("项"), choose_columns=False,
        empty_title=_("没有督办事项"), empty_text=empty,
    )  # fmt: skip


def owner_name(one: Supervision) -> str:
    """Who has the task: an institution or a department."""
    if one.organisation:
        return one.organisation.en if language() == "en" else one.organisation.zh
    return department_name(one.department, language())


def due_clock(one: Supervision | PlanTask) -> Cell:
    """Time left until the end of the day on which it is due."""
    return Cell.clock(datetime.combine(one.due_on, time(23, 59), BEIJING))


def closing_words(one: Supervision) -> str:
    """The measurement that closes it; without one, that it is closed by hand."""
    if one.measure not in measures() or one.value is None:
        return _("办结后人工销号")
    name, period = name_of(measures()[one.measure]), Period.parse(one.period).label(language())
    condition = (
        f"{name} {_comparison(one.comparator)} {one.value.normalize():f}{close_unit(measures()[one.measure].unit)}"
    )
    return f"{condition} · {period}"


def last_measurement(one: Supervision) -> object:
    """The newest measurement with its period, as a cell."""
    steps = [step for step in one.steps.all() if step.snapshot_id is not None]
    if one.measure not in measures():
        return Cell()
    if not steps:
        return Figure(None, reason=_("尚未测量"))
    step = max(steps, key=lambda found: found.pk)
    return Cell(figure=step_figure(one, step), note=Period.parse(step.period).label(language()))


def step_figure(one: Supervision, step: SupervisionStep) -> Figure:
    """A measured value that opens its indicator."""
    measure = measures()[one.measure]
    place = f"&institution={one.organisation.code}" if one.organisation else ""
    url = reverse("indicator", args=[measure.id]) + f"?period={step.period}{place}"
    if step.value is None:
        return Figure(None, trace_url=url, reason=_("尚无数据"))
    return Figure(round_half_up(step.value, measure.decimals), style_of(measure), trace_url=url)


def supervision_timeline(one: Supervision) -> list[TimelineEntry]:
    """What happened to it, newest first."""
    found = []
    tones: dict[str, Literal["plain", "good", "bad"]] = {"closed": "good", "reopened": "bad"}
    for step in one.steps.order_by("-id").prefetch_related("files"):
        note = step.text
        if step.snapshot_id is not None:
            period = Period.parse(step.period).label(language())
            value = figure_text(step_figure(one, step), full=True)
            note = _("%(period)s为%(value)s(快照%(snapshot)s)") % {
                "period": period, "value": value, "snapshot": step.snapshot_id,
            }  # fmt: skip
        at = datetime.combine(step.on, time(0), BEIJING)
        found.append(
            TimelineEntry(at, step.get_kind_display(), step.actor_name, note, tone=tones.get(step.kind, "plain"))
        )
    return found


def quarter_choices(plan: Plan, today: date) -> list[tuple[str, str]]:
    """Quarters of the plan's year that have begun."""
    found = [one for one in Period.parse(str(plan.year)).children("quarter") if one.start <= today]
    return [(one.code, one.label(language())) for one in found]


def owed_quarter(plan: Plan, today: date) -> str:
    """The quarter that a report is first owed for: the last that has ended, in the first quarter that one itself."""
    quarters = [one for one in Period.parse(str(plan.year)).children("quarter") if one.start <= today]
    ended = [one for one in quarters if one.end < today]
    return (ended or quarters)[-1].code if quarters else ""


def target_sentence(target: Target) -> str:
    """A target in one line: what, how it is held, value and unit."""
    name = target.en if language() == "en" else target.zh
    return f"{name} {_comparison(target.comparator)} {target.value.normalize():f}{close_unit(target.unit)}"


def _measured(answer: Answer, target: Target) -> Figure:
    """A figure of a target; it opens the institutions that make it up."""
    url = reverse("indicator", args=[target.measure]) + f"?period={answer.figure.period}&by=institution"
    return replace(figure_of(answer), trace_url=url, numerator=None, denominator=None)


def _gap_cell(one: TargetStatus, style: NumberStyle) -> Cell:
    """How far off: of the actual, or of last year's level where there is no actual yet."""
    judged = one.judgement if one.judgement.gap is not None else one.outlook
    if judged is None or judged.gap is None:
        return Cell(figure=Figure(None, style))
    limit = one.target.kind == Target.Kind.LIMIT
    if judged.gap > 0:
        words = _("超出上限") if limit else _("未达目标")
    elif judged.gap == 0:
        words = _("刚好达到")
    else:
        words = _("低于上限") if limit else _("好于目标")
    if judged is one.outlook:
        words = _("按上年:%(words)s") % {"words": words}
    if one.target.unit == "%":  # a distance between two percentages
        points = NumberStyle("", "", decimals=2, trim=True, grouping=True)
        return Cell(figure=Figure(abs(judged.gap), points), note=f"{_('个百分点')} · {words}")
    return Cell(figure=Figure(abs(judged.gap), style), note=words)


def _section_of(task: PlanTask) -> str:
    return task.section.en if language() == "en" else task.section.zh


def _comparison(comparator: str) -> str:
    """How a target is held against its actual, in words."""
    words = {">=": _("不低于"), ">": _("高于"), "<=": _("不超过"), "<": _("低于"), "=": _("等于")}
    return words[comparator]


def _days_left(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return _("逾期%(days)s天") % {"days": -days}
    return _("还有%(days)s天") % {"days": days}
