"""Tables of the clerk's pages: what is owed, receipts, flaws row by row, templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.definitions.record_kinds import Frequency, RecordKind
from weijian.exchange.submissions.filters import ListFilter, ReceiptFilter
from weijian.exchange.submissions.flaws import Flaw
from weijian.exchange.submissions.models import DatasetPeriod, QuarantinedRow, Submission
from weijian.exchange.submissions.periods.due import is_over
from weijian.exchange.submissions.periods.overdue import MISSING
from weijian.foundation.kinds.registry import kind_by_id, kinds
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.components import Cell, Column, Row, RowAction, Tab, TableQuery, TableState
from weijian.foundation.ui.components.tables import Tone
from weijian.foundation.ui.presentation import day_text, language, moment_text

PAGE_SIZE = 50

State = DatasetPeriod.State

#: Tabs of what is owed: everything that somebody still has to do something about, then one for each state.
TABS: Mapping[str, tuple[str, ...]] = {
    "": tuple(one.value for one in State if one is not State.SIGNED),
    **{one.value: (one.value,) for one in State},
}

_TONES: dict[str, Tone] = {"not_sent": "warn", "sent": "info", "returned": "bad", "signed": "good", "zero": "info"}


def state_tabs(found: QuerySet[DatasetPeriod], query: TableQuery) -> list[Tab]:
    """Tabs by state with the number of periods in each."""
    counts = {one["state"]: one["n"] for one in found.order_by().values("state").annotate(n=Count("id"))}
    chosen = (query.params.get("state") or ("",))[-1]
    labels = {"": _("未办结"), **{one.value: state_name(one.value) for one in State}}
    return [
        Tab(labels[name], query.address(state=name or None), name == chosen, sum(counts.get(one, 0) for one in states))
        for name, states in TABS.items()
    ]


def owed_table(
    found: QuerySet[DatasetPeriod], form: ListFilter, request: HttpRequest, day: date, step: str | None, may: set[str]
) -> TableState:
    """Periods owed: state, signatures, due day, reminders; ``step`` is the reader's own signature, ``may`` what it may do."""
    several = "institution" in form.fields
    columns = (
        Column("dataset", _("数据集"), fixed=True, optional=False),
        *((Column("institution", _("机构")),) if several else ()),
        Column("period", _("报送期")),
        Column("state", _("状态"), "status"),
        Column("signed", _("签核")),
        Column("due", _("截止日期"), "date"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=PAGE_SIZE)
    total = found.count()
    page = list(found[query.offset : query.offset + query.page_size])
    reminded = dict(
        DatasetPeriod.objects.filter(pk__in=[one.pk for one in page])
        .annotate(times=Count("reminders"))
        .values_list("pk", "times")
    )
    rows = []
    for one in page:
        late = one.state in MISSING and one.due_on < day
        cells = (
            dataset_name(one.dataset),
            *((institution_name(one.institution),) if several else ()),
            one.period,
            state_cell(one, reminders=reminded[one.pk]),
            signature_cell(one),
            Cell(day=one.due_on, note=_("已逾期 %(n)s 天") % {"n": (day - one.due_on).days} if late else ""),
        )
        rows.append(
            Row(
                cells,
                href=reverse("submissions_period", args=[one.public_id]),
                actions=_actions(one, step, may, day),
                late=late,
            )
        )
    return TableState(
        "owed",
        _("应报数据"),
        columns,
        rows,
        query,
        total,
        _("期"),
        chips=form.chips(),
        filters=form,
        empty_title=_("没有这样的报送期"),
        empty_text=_("统计员生成年度报送任务后,这里列出每一期。"),
    )


def _actions(one: DatasetPeriod, step: str | None, may: set[str], day: date) -> list[RowAction]:
    def act(label: str, action: str) -> RowAction:
        return RowAction(label, reverse("submissions_act", args=[one.public_id, action]), post=True)

    actions = []
    if step is not None and one.next_step() == step:
        actions.append(act(_("本人签核"), "sign"))
    if one.state in MISSING and "datasets.submit" in may:
        actions.append(RowAction(_("上传"), send_url(one)))
        if not one.first_sent_on and is_over(one.period, day):
            actions.append(act(_("零报告"), "zero"))
    if one.state in MISSING and "datasets.return" in may:
        actions.append(act(_("催报"), "remind"))
    return actions


def send_url(one: DatasetPeriod) -> str:
    """The upload form filled in for a period."""
    return f"{reverse('submissions_send')}?dataset={one.dataset}&period={one.period}&institution={one.institution.code}"


def state_name(state: str) -> str:
    """The state as a word; what was returned reads otherwise than the button that returns."""
    return _("已退回") if state == State.RETURNED else str(State(state).label)


def state_cell(one: DatasetPeriod, *, reminders: int = 0) -> Cell:
    """The state in a tag; a signed zero says that it is one, a return says why, what is missing how often it was asked for."""
    if one.state == State.SIGNED and one.zero:
        note = _("零报告")
    elif one.state == State.RETURNED:
        note = one.return_reason
    elif one.state == State.NOT_SENT and reminders:
        note = _("已催报 %(n)s 次") % {"n": reminders}
    else:
        note = ""
    return Cell(text=state_name(one.state), tone=_TONES[one.state], note=note)


def signature_cell(one: DatasetPeriod) -> Cell:
    """How many of the three have signed, and whose turn it is."""
    step = one.next_step()
    if step is None:
        last = one.responsible_at
        return Cell(_("三人已签"), note=day_text(last)) if one.state == State.SIGNED else Cell()
    done = sum(1 for at in (one.filler_at, one.reviewer_at, one.responsible_at) if at)
    turn = DatasetPeriod.Step(step).label
    return Cell(_("已签 %(n)s / 3") % {"n": done}, note=_("待%(who)s签核") % {"who": turn})


def receipts_table(found: QuerySet[Submission], form: ReceiptFilter, request: HttpRequest) -> TableState:
    """Files received, the latest first."""
    several = "institution" in form.fields
    columns = (
        Column("dataset", _("数据集"), fixed=True, optional=False),
        *((Column("institution", _("机构")),) if several else ()),
        Column("at", _("时间"), "date"),
        Column("period", _("报送期")),
        Column("file", _("文件")),
        Column("state", _("结果"), "status"),
        Column("received", _("收到"), "number", _("行")),
        Column("accepted", _("入库"), "number", _("行")),
        Column("warned", _("其中有提示"), "number", _("行")),
        Column("duplicate", _("重复"), "number", _("行")),
        Column("superseded", _("被新版取代"), "number", _("行")),
        Column("quarantined", _("待修改"), "number", _("行")),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=PAGE_SIZE)
    rows = [
        Row(
            (
                dataset_name(one.dataset),
                *((institution_name(one.institution),) if several else ()),
                Cell(moment_text(one.received_at)),
                one.period,
                one.filename,
                result_cell(one),
                one.received,
                one.accepted,
                one.warned,
                one.duplicate,
                one.superseded,
                one.quarantined,
            ),
            href=reverse("submissions_receipt", args=[one.public_id]),
        )
        for one in found[query.offset : query.offset + query.page_size]
    ]
    return TableState(
        "receipts",
        _("回执"),
        columns,
        rows,
        query,
        found.count(),
        _("份"),
        chips=form.chips(),
        filters=form,
        empty_title=_("还没有报送"),
    )


def result_cell(one: Submission) -> Cell:
    """What became of a file, in a tag."""
    if one.state == Submission.State.REFUSED:
        return Cell(text=one.get_state_display(), tone="bad")
    if one.state == Submission.State.REPEATED:
        return Cell(text=one.get_state_display(), tone="info")
    return Cell(text=_("有待修改的行"), tone="warn") if one.quarantined else Cell(text=_("全部接收"), tone="good")


def flaws_table(
    flaws: Iterable[Flaw], request: HttpRequest, *, title: str, total: int | None, page_size: int, note: str = ""
) -> TableState:
    """Flaws by row and column with value, rule and remedy; ``total`` counts rows, not flaws."""
    columns = (
        Column("line", _("文件中的行"), fixed=True, optional=False),
        Column("number", _("编号")),
        Column("column", _("列")),
        Column("value", _("所填内容")),
        Column("rule", _("规则")),
        Column("remedy", _("怎样改")),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=page_size)
    rows = [
        Row((Cell(str(one.line_no)), one.number, one.column, one.value, one.rule, one.remedy), key=str(one.line_no))
        for one in flaws
    ]
    return TableState("flaws", title, columns, rows, query, total, _("行"), choose_columns=False, empty_text=note)


def templates_table(
    own: Organisation | None, owed: Mapping[str, bool], request: HttpRequest, may_send: bool
) -> TableState:
    """Datasets with their templates; those that the reader's institution owes stand first."""
    columns = (
        Column("dataset", _("数据集"), fixed=True, optional=False),
        Column("frequency", _("报送频率")),
        Column("owed", _("本机构") if own else _("应报机构")),
        Column("columns", _("列数"), "number"),
        Column("source", _("依据")),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=100)
    ordered = sorted(kinds().values(), key=lambda kind: (not owed.get(kind.id), dataset_name(kind.id)))
    rows = []
    for kind in ordered:
        actions = [
            RowAction("Excel", reverse("submissions_template", args=[kind.id])),
            RowAction("CSV", reverse("submissions_template", args=[kind.id]) + "?format=csv"),
        ]
        if may_send:
            actions.append(RowAction(_("上传"), f"{reverse('submissions_send')}?dataset={kind.id}"))
        cells = (
            Cell(dataset_name(kind.id), note=kind.id),
            frequency_name(kind),
            _owing(own, owed, kind),
            len(kind.file_columns()),
            kind.source,
        )
        rows.append(Row(cells, actions=actions))
    return TableState("templates", _("报送模板"), columns, rows, query, len(rows), _("个"), choose_columns=False)


def _owing(own: Organisation | None, owed: Mapping[str, bool], kind: RecordKind) -> Cell:
    if own is not None:
        return Cell(text=_("应报"), tone="accent") if owed.get(kind.id) else Cell(_("可报"))
    words = dict(Organisation.Type.choices)
    return Cell(_("、").join(str(words.get(one, _("接种门诊"))) for one in kind.institution_types))


def waiting_table(rows: Sequence[Mapping[str, object]], request: HttpRequest) -> TableState:
    """Rows of the quarantine by institution and dataset, each with the page on which they are mended."""
    columns = (
        Column("dataset", _("数据集"), fixed=True, optional=False),
        Column("institution", _("机构")),
        Column("rows", _("待修改的行"), "number"),
        Column("since", _("最早收到"), "date"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=PAGE_SIZE)
    places = Organisation.objects.in_bulk([int(str(one["institution_id"])) for one in rows])
    shown = rows[query.offset : query.offset + query.page_size]
    lines = []
    for one in shown:
        place = places[int(str(one["institution_id"]))]
        url = reverse("submissions_mend", args=[one["dataset"]]) + f"?institution={place.code}"
        since = one["since"]
        cells = (
            dataset_name(str(one["dataset"])),
            institution_name(place),
            int(str(one["rows"])),
            since if isinstance(since, date | datetime) else None,
        )
        lines.append(Row(cells, href=url))
    return TableState(
        "waiting",
        _("待修改的行"),
        columns,
        lines,
        query,
        len(rows),
        _("项"),
        choose_columns=False,
        empty_title=_("没有待修改的行"),
        empty_text=_("无法读懂的行会列在这里,修改后重新报送即可。"),
    )


def open_rows_by_place(institutions: QuerySet[Organisation]) -> list[dict[str, object]]:
    """Open rows of the quarantine by dataset and institution, with the day on which the first of them came."""
    found = QuarantinedRow.objects.filter(state=QuarantinedRow.State.OPEN, institution_id__in=institutions.values("id"))
    counted = (
        found.values("dataset", "institution_id")
        .annotate(rows=Count("id"), since=Min("submission__received_on"))
        .order_by("dataset", "institution_id")
    )
    return [dict(one) for one in counted]


def dataset_name(dataset: str) -> str:
    """Name of a dataset in the reader's language."""
    kind = kind_by_id(dataset)
    return kind.en if language() == "en" else kind.zh


def institution_name(place: Organisation) -> str:
    """Name of an institution in the reader's language."""
    return place.en if language() == "en" and place.en else place.zh


def frequency_name(kind: RecordKind) -> str:
    """How often the dataset is owed."""
    return _("每月") if kind.frequency is Frequency.MONTHLY else _("每年")
