"""Tables and cards of the plan's pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.domains.governance.models import PlanTask, Supervision, Target
from weijian.domains.governance.queries import TargetStatus, department_name
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import change_of, definition_of, figure_of, name_of
from weijian.foundation.figures.queries import figures
from weijian.foundation.figures.store import current_snapshot, latest_year
from weijian.foundation.ui.components import (
    Cell,
    Column,
    Figure,
    Light,
    Row,
    RowAction,
    StatCard,
    TableQuery,
    TableState,
)
from weijian.foundation.ui.presentation import language
from weijian.kernel.quantities import NumberStyle
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
    statuses: Sequence[TargetStatus], asked: Mapping[str, Sequence[str]], may_manage: bool, today: date
) -> TableState:
    """Targets, worst first, with owner and days left; ``asked``: the query parameters of the page."""
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
        trace = reverse("indicator", args=[target.measure]) if target.measure in measures() else ""
        rows.append(
            Row(
                (
                    Cell(text=target.en if english else target.zh, note=_section_of(target.task)),
                    Cell(light=Light(one.judgement.level, rule=rule)),
                    Cell(figure=Figure(target.value, style), note=_comparison(target.comparator)),
                    figure_of(one.actual) if one.actual else Figure(None, style, trace_url=trace, reason=_("尚无数据")),
                    figure_of(one.baseline) if one.baseline else Figure(None, style),
                    Figure(one.judgement.gap, style) if one.judgement.gap is not None else Figure(None, style),
                    department_name(target.task.lead, language()),
                    Cell(day=target.task.due_on, note=_days_left(target.task.due_on, today)),
                ),
                href=reverse("plan_task", args=[target.task.public_id]),
                actions=actions,
            )
        )
    return TableState("targets", _("目标与上限"), columns, rows, query, len(rows), _("项"))


def task_table(tasks: QuerySet[PlanTask], request: HttpRequest, today: date) -> TableState:
    """Tasks of the plan in the document's order."""
    columns = (
        Column("section", _("章节")),
        Column("task", _("任务"), fixed=True, optional=False),
        Column("lead", _("牵头")),
        Column("due", _("期限"), "date"),
        Column("state", _("状态"), "status"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=40)
    total = tasks.count()
    english = language() == "en"
    rows = [
        Row(
            (
                Cell(text=one.section.number, note=one.section.en if english else one.section.zh),
                Cell(text=one.en if english else one.zh),
                Cell(
                    text=department_name(one.lead, language()), note=_("文件未写明,由局内指定") if one.assigned else ""
                ),
                Cell(day=one.due_on, note=_days_left(one.due_on, today) if one.state != PlanTask.State.DONE else ""),
                Cell.tag(one.get_state_display(), {"open": "info", "requested": "warn", "done": "good"}[one.state]),  # type: ignore[arg-type]
            ),
            href=reverse("plan_task", args=[one.public_id]),
            late=one.state != PlanTask.State.DONE and one.due_on < today,
        )
        for one in tasks[query.offset : query.offset + query.page_size]
    ]
    return TableState("tasks", _("任务"), columns, rows, query, total, _("项"))


def supervision_table(found: Iterable[Supervision], request: HttpRequest) -> TableState:
    """Open supervised tasks by deadline."""
    columns = (
        Column("text", _("督办事项"), fixed=True, optional=False),
        Column("owner", _("承办")),
        Column("closes", _("销号条件")),
        Column("due", _("剩余时间"), "date"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=20)
    rows = []
    for one in found:
        owner = str(one.organisation) if one.organisation else department_name(one.department, language())
        closes = "—"
        if one.measure in measures() and one.value is not None:
            closes = f"{name_of(measures()[one.measure])} {_comparison(one.comparator)} {one.value.normalize():f} ({one.period})"
        due = datetime.combine(one.due_on, time(23, 59), BEIJING)
        rows.append(Row((one.text, owner, closes, Cell.clock(due))))
    return TableState(
        "supervisions", _("督办事项"), columns, rows, query, len(rows), _("项"), choose_columns=False,
        empty_title=_("没有正在督办的事项"), empty_text=_("在上表某一目标后选择“督办”即可下达。"),
    )  # fmt: skip


def target_sentence(target: Target) -> str:
    """A target in one line: what, how it is held, value and unit."""
    name = target.en if language() == "en" else target.zh
    return f"{name} {_comparison(target.comparator)} {target.value.normalize():f}{target.unit}"


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
