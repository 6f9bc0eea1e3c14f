"""Tables and grids of the ad-hoc tables' pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.exchange.adhoc_tables import queries
from weijian.exchange.adhoc_tables.checking import Problem
from weijian.exchange.adhoc_tables.columns import Column as TableColumn
from weijian.exchange.adhoc_tables.columns import columns_of, shown
from weijian.exchange.adhoc_tables.models import AdhocTable, Reply
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import figure_of, name_of
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.components import Cell, Column, ExportLink, Figure, Row, RowAction, TableQuery, TableState
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.kernel.quantities import NumberStyle

_TONES = {"not_sent": "bad", "draft": "warn", "submitted": "info", "returned": "warn", "signed": "good"}


def organisation_name(found: Organisation) -> str:
    """Name in the reader's language."""
    return found.en if language() == "en" else found.zh


def issued_table(request: HttpRequest, today: date) -> TableState:
    """Tables that the bureau issued."""
    columns = (
        Column("title", _("报表名称"), fixed=True, optional=False),
        Column("due", _("截止日期"), "date"),
        Column("state", _("状态"), "status"),
        Column("signed", _("已签发"), "number"),
        Column("asked", _("应报机构"), "number"),
        Column("issued", _("发布日期"), "date"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=40)
    found = queries.tables_with_progress()
    shown_tables: list[Any] = list(found[query.offset : query.offset + query.page_size])  # annotated with counts
    rows = [
        Row(
            (
                one.title,
                Cell(day=one.due_on, note=_("已过期") if one.due_on < today and one.signed < one.asked else ""),
                Cell.tag(one.get_state_display(), "info" if one.state == "open" else ""),
                one.signed,
                one.asked,
                one.issued_on,
            ),
            href=reverse("adhoc_table", args=[one.public_id]),
        )
        for one in shown_tables
    ]
    return TableState(
        "adhoc",
        _("临时报表"),
        columns,
        rows,
        query,
        found.count(),
        _("张"),
        empty_title=_("还没有发布临时报表"),
        empty_text=_("需要各机构临时填报一张表时,从这里发布。"),
        empty_url=reverse("adhoc_issue"),
        empty_action=_("发布临时报表"),
    )


def owed_table(replies: Sequence[Reply], request: HttpRequest, today: date) -> TableState:
    """Tables that an institution was asked for."""
    columns = (
        Column("title", _("报表名称"), fixed=True, optional=False),
        Column("due", _("截止日期"), "date"),
        Column("state", _("状态"), "status"),
        Column("reminders", _("催报次数"), "number"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=200)
    rows = [
        Row(
            (
                one.table.title,
                Cell(day=one.table.due_on, note=_("已过期") if queries.late(one, today) else ""),
                state_cell(one),
                one.reminders,
            ),
            href=reverse("adhoc_fill", args=[one.public_id]),
            late=queries.late(one, today),
        )
        for one in replies
    ]
    return TableState(
        "owed",
        _("临时报表"),
        columns,
        rows,
        query,
        len(rows),
        _("张"),
        empty_title=_("没有需要填报的临时报表"),
        empty_text=_("卫生健康局发布后会出现在这里。"),
        choose_columns=False,
    )


def state_cell(reply: Reply) -> Cell:
    """State of a reply with what belongs to it."""
    note = _("零报告") if reply.zero and reply.state in ("submitted", "signed") else reply.reason
    return Cell(text=reply.get_state_display(), tone=_TONES[reply.state], note=note)  # type: ignore[arg-type]


def replies_table(table: AdhocTable, request: HttpRequest, today: date) -> TableState:
    """Who has sent and who has not: those who owe stand first."""
    columns = (
        Column("institution", _("机构"), fixed=True, optional=False),
        Column("state", _("状态"), "status"),
        Column("rows", _("行数"), "number"),
        Column("signed", _("签发日期"), "date"),
        Column("reminders", _("催报次数"), "number"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=1000)
    found = list(table.replies.select_related("organisation", "table").prefetch_related("rows"))
    order = list(_TONES)
    found.sort(key=lambda one: (order.index(one.state), one.organisation.code))
    rows = []
    for one in found:
        actions: tuple[RowAction, ...] = ()
        if one.state in (Reply.State.SUBMITTED, Reply.State.SIGNED):
            actions = (RowAction(_("退回"), reverse("adhoc_return", args=[one.public_id])),)
        cells = (
            organisation_name(one.organisation),
            state_cell(one),
            len(one.rows.all()),
            Cell(day=one.signed_on),
            one.reminders,
        )
        rows.append(Row(cells, actions=actions, late=queries.late(one, today)))
    return TableState("replies", _("各机构报送情况"), columns, rows, query, len(rows), _("家"), choose_columns=False)


def consolidated_table(table: AdhocTable, request: HttpRequest) -> TableState:
    """The signed rows of all institutions with sums of the numeric columns in the last line."""
    columns = columns_of(table.columns)
    heads = [Column("institution", _("机构"), fixed=True, optional=False)]
    heads += [Column(one.key, one.name, "number" if one.numeric else "text", one.unit) for one in columns]
    query = TableQuery.read(dict(request.GET.lists()), heads, page_size=100)
    signed = queries.signed_rows(table)
    total = signed.count()
    rows = [
        Row(
            (
                organisation_name(one.reply.organisation),
                *(_cell(column, one.values.get(column.key)) for column in columns),
            )
        )
        for one in signed[query.offset : query.offset + query.page_size]
    ]
    if rows:
        sums = queries.totals(table)
        rows.append(
            Row(
                (
                    _("合计"),
                    *(_number(one, sums.get(one.key, Decimal(0))) if one.numeric else Cell() for one in columns),
                ),
                total=True,
            )
        )
    export = (
        ExportLink("Excel", reverse("adhoc_export", args=[table.public_id, "xlsx"])),
        ExportLink("CSV", reverse("adhoc_export", args=[table.public_id, "csv"])),
    )
    return TableState(
        "consolidated",
        _("汇总"),
        heads,
        rows,
        query,
        total,
        _("行"),
        exports=export,
        choose_columns=False,
        empty_title=_("还没有已签发的数据"),
        empty_text=_("机构签发后自动计入汇总。"),
    )


def beside_table(table: AdhocTable, request: HttpRequest) -> TableState | None:
    """The bound column beside its indicator, by institution; None where nothing is bound."""
    measure = measures().get(table.measure)
    column = next((one for one in columns_of(table.columns) if one.key == table.measure_column), None)
    if measure is None or column is None:
        return None
    amounts = queries.sums_by_institution(table).get(column.key, {})
    computed: dict[int, Answer] = {}
    try:
        computed = {
            int(str(one.figure.key[0])): one
            for one in figures([measure.id], [table.period], by=["institution"])
            if one.figure.key[0]
        }
    except WeijianError:  # no snapshot, or a period that the indicator does not have
        computed = {}
    heads = (
        Column("institution", _("机构"), fixed=True, optional=False),
        Column("reported", column.name, "number", column.unit),
        Column("computed", name_of(measure), "number", measure.unit),
    )
    query = TableQuery.read(dict(request.GET.lists()), heads, page_size=1000)
    signed = (
        table.replies.filter(state=Reply.State.SIGNED).select_related("organisation").order_by("organisation__code")
    )
    rows = [
        Row(
            (
                organisation_name(one.organisation),
                _number(column, amounts.get(one.organisation_id)),
                figure_of(computed[one.organisation_id]) if one.organisation_id in computed else Cell(),
            )
        )
        for one in signed
    ]
    return TableState("beside", _("与指标对照"), heads, rows, query, len(rows), _("家"), choose_columns=False)


@dataclass(frozen=True)
class GridCell:
    """One input of the grid: its column, the name in the form, the text as typed, and why it was refused."""

    column: TableColumn
    name: str
    text: str
    reason: str = ""


@dataclass
class Grid:
    """The grid form of a reply."""

    columns: Sequence[TableColumn]
    lines: list[list[GridCell]] = field(default_factory=list)

    @classmethod
    def of(
        cls, table: AdhocTable, rows: Sequence[Mapping[str, object]], problems: Sequence[Problem] = (), blank: int = 0
    ) -> Grid:
        """The grid for rows as typed or stored (by column key) with ``blank`` empty lines behind."""
        columns = columns_of(table.columns)
        reasons = {(one.line - 1, one.column.key): one.reason for one in problems}
        grid = cls(columns)
        for number, row in enumerate([*rows, *({} for _line in range(blank))]):
            grid.lines.append(
                [
                    GridCell(
                        one, f"r{number}-{one.key}", _typed(one, row.get(one.key)), reasons.get((number, one.key), "")
                    )
                    for one in columns
                ]
            )
        return grid


def _typed(column: TableColumn, value: object) -> str:
    return value if isinstance(value, str) else shown(column, value)


def _cell(column: TableColumn, value: Any) -> Any:
    return _number(column, None if value is None else Decimal(str(value))) if column.numeric else shown(column, value)


def _number(column: TableColumn, value: Decimal | None) -> Figure:
    if value is None:
        return Figure(None)
    exponent = value.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return Figure(value, NumberStyle(column.unit, "", decimals=places, grouping=True))
