"""Pages of the indicators."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation.access.door import page
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import (
    caption_of,
    change_of,
    date_words,
    definition_of,
    figure_of,
    name_of,
    population_words,
)
from weijian.foundation.figures.queries import figures
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.sign_off.drawing import badge_of
from weijian.foundation.sign_off.queries import sign_off_of
from weijian.foundation.ui.components import (
    Caption,
    Cell,
    Column,
    Crumb,
    ExportLink,
    Row,
    StatCard,
    Tab,
    TableQuery,
    TableState,
)
from weijian.foundation.ui.presentation import language
from weijian.web.indicators import asking, pages
from weijian.web.indicators.export import export_rows


@page("indicators.view")
def indicator_list(request: HttpRequest) -> HttpResponse:
    """All indicators for one period, against last year."""
    snapshot = current_snapshot()
    asked = asking.read(request.GET.dict(), snapshot)
    wanted = request.GET.get("q", "").strip()
    query = TableQuery.read(dict(request.GET.lists()), pages.LIST_COLUMNS, page_size=60)
    rows = pages.list_rows(asked.period, snapshot, wanted)
    table = TableState(
        "indicators",
        _("指标"),
        pages.LIST_COLUMNS,
        rows[query.offset : query.offset + query.page_size],
        query,
        len(rows),
        _("项"),
        exports=(
            ExportLink("Excel", reverse("indicators_export", args=["xlsx"])),
            ExportLink("CSV", reverse("indicators_export", args=["csv"])),
        ),
        caption=Caption(snapshot=f"{snapshot.pk} · {snapshot.published_at:%Y-%m-%d %H:%M}"),
    )
    return render(
        request,
        "indicators/list.html",
        {"table": table, "asked": asked, "periods": asking.period_choices(snapshot, asked), "wanted": wanted},
    )


@page("indicators.view")
def list_export(request: HttpRequest, form: str) -> HttpResponse:
    """The list exactly as seen."""
    snapshot = current_snapshot()
    asked = asking.read(request.GET.dict(), snapshot)
    query = TableQuery.read(dict(request.GET.lists()), pages.LIST_COLUMNS)
    rows = pages.list_rows(asked.period, snapshot, request.GET.get("q", "").strip())
    return export_rows(form, f"indicators-{asked.period}", pages.LIST_COLUMNS, rows, query)


@page("indicators.view")
def indicator_detail(request: HttpRequest, measure_id: str) -> HttpResponse:
    """One indicator: its definition, its value, its trend, and one breakdown."""
    measure = measures().get(measure_id)
    if measure is None:
        raise Http404
    snapshot = current_snapshot()
    asked = asking.read(request.GET.dict(), snapshot)
    before = asked.period.same_period_last_year()
    answers = figures([measure_id], [asked.period, before], scope=asked.scope, snapshot=snapshot)
    found = {answer.figure.period: answer for answer in answers}
    now, last = found.get(str(asked.period)), found.get(str(before))
    card = None
    if now is not None:
        card = StatCard(
            asked.period.label(language()),
            figure_of(now, trace=False),
            definition_of(measure),
            change_of(measure, now, last),
        )
    context: dict[str, object] = {
        "measure": measure,
        "name": name_of(measure),
        "definition": definition_of(measure),
        "population_words": population_words(measure.population_basis),
        "date_words": date_words(measure.date_basis),
        "numerator": _amount(now.figure.numerator) if now else "",
        "denominator": _amount(now.figure.denominator) if now else "",
        "card": card,
        "sign_off": badge_of(sign_off_of(measure, asked.period, asked.scope)),
        "now": now,
        "asked": asked,
        "periods": asking.period_choices(snapshot, asked),
        "snapshot": snapshot,
        "crumbs": (Crumb(_("指标"), reverse("indicators")), Crumb(name_of(measure))),
        "tabs": [
            Tab(asking.grain_label(grain), _address(asked, grain), grain == asked.grain) for grain in asking.GRAINS
        ],
    }
    columns, rows = _breakdown(measure_id, asked, snapshot, context)
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=200)
    context["table"] = TableState(
        "rows",
        asking.grain_label(asked.grain),
        columns,
        rows,
        query,
        len(rows),
        exports=(
            ExportLink("Excel", reverse("indicator_export", args=[measure_id, "xlsx"])),
            ExportLink("CSV", reverse("indicator_export", args=[measure_id, "csv"])),
        ),
        caption=caption_of(measure, snapshot),
        empty_title=_("这个口径下没有数据"),
        empty_text=_("该指标在所选口径下没有记录或没有分母。"),
        choose_columns=False,
    )
    return render(request, "indicators/detail.html", context)


@page("indicators.view")
def detail_export(request: HttpRequest, measure_id: str, form: str) -> HttpResponse:
    """The breakdown exactly as seen."""
    if measure_id not in measures():
        raise Http404
    snapshot = current_snapshot()
    asked = asking.read(request.GET.dict(), snapshot)
    columns, rows = _breakdown(measure_id, asked, snapshot, {})
    query = TableQuery.read(dict(request.GET.lists()), columns)
    return export_rows(form, f"{measure_id}-{asked.period}-{asked.grain}", columns, rows, query)


def _breakdown(measure_id: str, asked: asking.Asked, snapshot, context: dict[str, object]):  # type: ignore[no-untyped-def]
    measure = measures()[measure_id]
    columns = [
        Column("group", asking.grain_label(asked.grain), fixed=True, optional=False),
        Column("value", _("数值"), "number", measure.unit),
    ]
    if measure.denominator:
        columns += [Column("numerator", _("分子"), "number"), Column("denominator", _("分母"), "number")]
    if asked.grain == "month":
        chart, months = pages.by_month(measure, asked, snapshot)
        context["charts"] = [chart]
        columns.append(Column("change", _("比上年同期"), "number"))
        rows = [
            Row((*_cells(measure, code, answer), Cell(change=change_of(measure, answer, last))))
            for code, answer, last in months
        ]
        return columns, rows
    groups = pages.by_group(measure, asked, snapshot)
    context["charts"] = [pages.group_chart(measure, asked, groups, snapshot)] if groups else []
    if asked.grain == "area" and groups:
        context["map"] = pages.tile_map(measure, asked, groups, snapshot)
    return columns, [Row(_cells(measure, name, answer)) for name, answer in groups]


def _cells(measure, name: str, answer) -> tuple[object, ...]:  # type: ignore[no-untyped-def]
    cells: tuple[object, ...] = (name, figure_of(answer, trace=False))
    if measure.denominator:
        for amount in (answer.figure.numerator, answer.figure.denominator):
            cells += (Cell(text=_amount(amount)),)
    return cells


def _amount(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.normalize():,f}"


def _address(asked: asking.Asked, grain: str) -> str:
    parts = [f"period={asked.period}", f"by={grain}"]
    if asked.area:
        parts.append(f"area={asked.area.code}")
    if asked.organisation:
        parts.append(f"institution={asked.organisation.code}")
    return "?" + "&".join(parts)
