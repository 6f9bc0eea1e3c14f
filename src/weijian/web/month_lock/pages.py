"""Tables of the month lock's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.definitions.measures import Measure
from weijian.foundation.areas.models import Area
from weijian.foundation.changes.models import Change
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import name_of, style_of
from weijian.foundation.figures.locks import FigureChange
from weijian.foundation.figures.models import MonthLock
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.sign_off.drawing import state_name
from weijian.foundation.sign_off.models import UnsignedUse
from weijian.foundation.sign_off.owed import Unsigned
from weijian.foundation.ui.components import Cell, Column, ExportLink, Figure, Row, RowAction, TableQuery, TableState
from weijian.foundation.ui.presentation import language
from weijian.kernel.quantities import round_half_up
from weijian.kernel.time import Period

#: Grains at which changes are shown, with the names of the tabs.
GRAINS = ("district", "street", "institution")


def grain_label(grain: str) -> str:
    """Name of a grain."""
    return {"district": _("全区"), "street": _("按镇街"), "institution": _("按机构")}[grain]


def months_table(
    months: Sequence[str], locks: Mapping[str, MonthLock], request: HttpRequest, may_lock: bool
) -> TableState:
    """The months that have data, newest first: locked or not, on which snapshot, by whom."""
    columns = (
        Column("month", _("月份"), fixed=True, optional=False),
        Column("state", _("状态"), "status"),
        Column("snapshot", _("快照")),
        Column("locked", _("锁定时间"), "date"),
        Column("by", _("锁定人")),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=60)
    changes = Change.objects.in_bulk([one.change_id for one in locks.values()])
    rows = []
    for month in months:
        lock = locks.get(month)
        if lock is None:
            actions = (RowAction(_("锁定"), reverse("month_lock_confirm", args=[month])),) if may_lock else ()
            rows.append(Row((month, Cell.tag(_("未锁定"), "warn"), "", None, ""), actions=actions))
            continue
        found = changes.get(lock.change_id)
        cells = (
            month,
            Cell.tag(_("已锁定"), "good"),
            str(lock.snapshot_id),
            lock.locked_at,
            found.actor_name if found else "",
        )
        rows.append(Row(cells, href=reverse("month_lock", args=[month])))
    return TableState("months", _("月份"), columns, rows, query, len(rows), _("个月"), choose_columns=False)


def changes_table(month: str, grain: str, changes: Sequence[FigureChange], request: HttpRequest) -> TableState:
    """Figures that read otherwise now than when the month was locked, with the reasons."""
    columns = (
        Column("measure", _("指标"), fixed=True, optional=False),
        Column("place", _("范围")),
        Column("locked", _("锁定时"), "number"),
        Column("now", _("现在"), "number"),
        Column("change", _("变化"), "number"),
        Column("why", _("原因")),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=100)
    shown = changes[query.offset : query.offset + query.page_size]
    areas = Area.objects.in_bulk([one.area_id for one in shown if one.area_id])
    organisations = Organisation.objects.in_bulk([one.organisation_id for one in shown if one.organisation_id])
    rows = []
    for one in shown:
        measure = measures()[one.measure]
        place = areas.get(one.area_id or 0) or organisations.get(one.organisation_id or 0)
        href = reverse("indicator", args=[one.measure]) + f"?period={month}"
        rows.append(
            Row(
                (
                    Cell(text=name_of(measure), note=measure.unit),
                    _place_name(place),
                    _figure(measure, one.locked),
                    _figure(measure, one.now),
                    _difference(measure, one),
                    Cell(text=";".join(reasons(one))),
                ),
                href=href,
            )
        )
    export = reverse("month_lock_export", args=[month, "xlsx"]), reverse("month_lock_export", args=[month, "csv"])
    return TableState(
        "changes",
        _("锁定后的变动"),
        columns,
        rows,
        query,
        len(changes),
        _("项"),
        choose_columns=False,
        exports=(ExportLink("Excel", export[0]), ExportLink("CSV", export[1])),
        empty_title=_("锁定后没有变动"),
        empty_text=_("%(month)s的指标与锁定时一致。") % {"month": Period.parse(month).label_zh},
    )


@dataclass(frozen=True)
class WaitingInstitution:
    """An institution whose data of the month are not signed: what they are, and the reason typed so far."""

    id: int
    name: str
    datasets: str
    reason: str


def waiting_institutions(waiting: Sequence[Unsigned], given: Mapping[int, str]) -> list[WaitingInstitution]:
    """Unsigned datasets by institution, in the order given."""
    places = Organisation.objects.in_bulk({one.institution_id for one in waiting})
    found: dict[int, list[str]] = {}
    for one in waiting:
        found.setdefault(one.institution_id, []).append(f"{_kind_name(one.dataset)}({state_name(one.state)})")
    return [
        WaitingInstitution(pk, _place_name(places[pk]), "、".join(names), given.get(pk, ""))
        for pk, names in found.items()
    ]


def used_table(used: Sequence[UnsignedUse], request: HttpRequest) -> TableState:
    """Unsigned data that the lock used, with the reasons given for them."""
    columns = (
        Column("place", _("机构"), fixed=True, optional=False),
        Column("dataset", _("数据集")),
        Column("period", _("报送期")),
        Column("state", _("当时状态"), "status"),
        Column("reason", _("原因")),
    )
    query = TableQuery.read({}, columns, page_size=500)
    rows = [
        Row((_place_name(one.institution), _kind_name(one.dataset), one.period, Cell.tag(state_name(one.state), "warn"),
             one.reason))
        for one in used[: query.page_size]
    ]  # fmt: skip
    return TableState(
        "used", _("锁定时未签核的数据"), columns, rows, query, len(used), _("项"), choose_columns=False,
        empty_title=_("锁定时全部数据已签核"),
    )  # fmt: skip


def _kind_name(dataset: str) -> str:
    kind = kinds()[dataset]
    return kind.en if language() == "en" else kind.zh


def reasons(change: FigureChange) -> list[str]:
    """Why a figure changed: late, corrected and withdrawn records by record kind, or its definition."""
    english = language() == "en"
    found = [_("定义已更改")] if change.definition_changed else []
    for one in change.records:
        kind = kinds()[one.kind]
        parts = [(one.late, _("迟报%(n)s条")), (one.corrected, _("更正%(n)s条")), (one.withdrawn, _("撤销%(n)s条"))]
        words = [text % {"n": count} for count, text in parts if count]
        if words:
            found.append(f"{kind.en if english else kind.zh}: {'、'.join(words) if not english else ', '.join(words)}")
    return found or [_("人口、机构或其他期间的数据有变化")]


def _place_name(place: Area | Organisation | None) -> str:
    if place is None:
        return _("全区")
    return place.en if language() == "en" else place.zh


def _figure(measure: Measure, value: Decimal | None) -> Figure:
    return Figure(None if value is None else round_half_up(value, measure.decimals), style_of(measure))


def _difference(measure: Measure, change: FigureChange) -> Figure:
    if change.locked is None or change.now is None:
        return Figure(None)
    return Figure(
        round_half_up(change.now, measure.decimals) - round_half_up(change.locked, measure.decimals), style_of(measure)
    )
