"""Pages of the indicators."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.definitions.measures import Measure
from weijian.foundation.access.door import may, page
from weijian.foundation.figures.catalogue import fingerprint, measures
from weijian.foundation.figures.drawing import caption_of, date_words, definition_of, name_of, population_words
from weijian.foundation.figures.queries import Answer, unlinked_of
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.sign_off.drawing import badge_of
from weijian.foundation.sign_off.queries import sign_off_of
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import Caption, Crumb, ExportLink, FilterChip, Tab, TableQuery, TableState
from weijian.foundation.ui.presentation import language
from weijian.web.boundaries.queries import outlines
from weijian.web.indicators import asking, pages
from weijian.web.indicators.breakdown import Line, caption_below, chart_of, columns_of, lines_of, map_of, rows_of
from weijian.web.indicators.card import Shown, counted_words, shown
from weijian.web.indicators.export import export_rows
from weijian.web.indicators.leads import Leads, choices_of, leads_of


@page("indicators.view")
def indicator_list(request: HttpRequest) -> HttpResponse:
    """All indicators for one period, against last year."""
    snapshot = current_snapshot()
    asked = asking.read(request.GET.dict(), snapshot)
    wanted = request.GET.get("q", "").strip()
    query = TableQuery.read(dict(request.GET.lists()), pages.LIST_COLUMNS, page_size=60)
    rows = pages.list_rows(asked, snapshot, wanted, query)
    chips = [FilterChip(_("查找"), wanted, "q")] if wanted else []
    table = TableState(
        "indicators",
        _("指标"),
        pages.LIST_COLUMNS,
        rows[query.offset : query.offset + query.page_size],
        query,
        len(rows),
        _("项"),
        chips=(*chips, *asked.chips()),
        exports=(
            ExportLink("Excel", reverse("indicators_export", args=["xlsx"])),
            ExportLink("CSV", reverse("indicators_export", args=["csv"])),
        ),
        caption=Caption(snapshot=f"{snapshot.pk} · {snapshot.published_at:%Y-%m-%d %H:%M}"),
    )
    context = {"table": table, "asked": asked, "filters": choices_of(None, asked, snapshot), "wanted": wanted}
    return render(request, "indicators/list.html", context)


@page("indicators.view")
def list_export(request: HttpRequest, form: str) -> HttpResponse:
    """The list exactly as seen."""
    snapshot = current_snapshot()
    asked = asking.read(request.GET.dict(), snapshot)
    query = TableQuery.read(dict(request.GET.lists()), pages.LIST_COLUMNS)
    rows = pages.list_rows(asked, snapshot, request.GET.get("q", "").strip(), query)
    return export_rows(form, f"indicators-{asked.period}", pages.LIST_COLUMNS, rows, query)


@page("indicators.view")
def indicator_detail(request: HttpRequest, measure_id: str) -> HttpResponse:
    """One indicator: its definition, its value against target, last year and district, its trend, one breakdown."""
    measure = measures().get(measure_id)
    if measure is None:
        raise Http404
    snapshot = current_snapshot()
    asked = _asked(request, measure, snapshot)
    table, lines, addresses, whole, head = _table(request, measure, asked, snapshot, page_size=200)
    unlinked = unlinked_of(measure, asked.period, asked.scope, snapshot=snapshot) if head else None
    context: dict[str, object] = {
        "measure": measure,
        "name": name_of(measure),
        "definition": definition_of(measure),
        "exclusions": measure.exclusions_en if language() == "en" else measure.exclusions_zh,
        "counted": counted_words(measure),
        "population_words": population_words(measure.population_basis),
        "date_words": date_words(measure.date_basis),
        "unlinked": None if unlinked is None else f"{unlinked:.2%}",
        "head": head,
        "sign_off": badge_of(sign_off_of(measure, asked.period, asked.scope)),
        "asked": asked,
        "filters": choices_of(measure, asked, snapshot),
        "snapshot": snapshot,
        "fingerprint": fingerprint(measure.id),
        "records_url": addresses.whole,
        "may_supervise": may(request.user, "plan.manage"),
        "crumbs": (Crumb(_("指标"), reverse("indicators")), Crumb(name_of(measure))),
        "tabs": [
            Tab(asking.grain_label(grain), asked.address(by=grain), grain == asked.grain)
            for grain in asking.grains_of(measure)
        ],
        "table": table,
    }
    if lines:
        target = head.target if head and not asked.narrowed else None
        context["charts"] = [chart_of(measure, asked, lines, snapshot, target, whole)]
    if asked.grain == "area" and lines:
        context["map"] = map_of(measure, lines, addresses, snapshot, outlines(language()))
    return render(request, "indicators/detail.html", context)


@page("indicators.view")
def detail_export(request: HttpRequest, measure_id: str, form: str) -> HttpResponse:
    """The breakdown exactly as seen: its filters, order and columns."""
    measure = measures().get(measure_id)
    if measure is None:
        raise Http404
    snapshot = current_snapshot()
    asked = _asked(request, measure, snapshot)
    table = _table(request, measure, asked, snapshot, page_size=1_000_000)[0]
    return export_rows(form, f"{measure_id}-{asked.period}-{asked.grain}", table.columns, table.rows, table.query)


def _asked(request: HttpRequest, measure: Measure, snapshot: Snapshot) -> asking.Asked:
    """The question, at a grain that the measure has."""
    asked = asking.read(request.GET.dict(), snapshot)
    return asked if asked.grain in asking.grains_of(measure) else replace(asked, grain="month")


def _table(
    request: HttpRequest, measure: Measure, asked: asking.Asked, snapshot: Snapshot, *, page_size: int
) -> tuple[TableState, list[Line], Leads, Answer | None, Shown | None]:
    """The breakdown as a table, with what the rest of the page is drawn from."""
    lines = lines_of(measure, asked, snapshot)
    leads = leads_of(measure, asked, lines, may_open=may(request.user, "records.view"))
    head, whole = shown(measure, asked, snapshot, leads.whole)
    timely = asked.grain in ("month", "quarter")
    columns = columns_of(measure, asked, district=not timely)
    ordered = asked.grain in ("area", "village", "institution")
    query = TableQuery.read(
        dict(request.GET.lists()), columns, sort="-value" if ordered else "group", page_size=page_size
    )
    rows = rows_of(measure, lines, leads, columns, query, whole)
    below = not timely or asked.narrowed
    table = TableState(
        "rows",
        asking.grain_label(asked.grain),
        columns,
        rows[query.offset : query.offset + query.page_size],
        query,
        len(rows),
        _("行"),
        chips=asked.chips(),
        exports=(
            ExportLink("Excel", reverse("indicator_export", args=[measure.id, "xlsx"])),
            ExportLink("CSV", reverse("indicator_export", args=[measure.id, "csv"])),
        ),
        caption=caption_below(measure, snapshot) if below else caption_of(measure, snapshot),
        empty_title=_("这个口径下没有数据"),
        empty_text=_("该指标在所选口径下没有记录或没有分母。"),
    )
    return table, lines, leads, whole, head
