"""Pages of the records: the list behind a figure, and one record with its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.definitions.measures import Measure
from weijian.definitions.record_kinds import RecordKind
from weijian.foundation.access.door import current_user, page
from weijian.foundation.access.scope import scope_for
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import caption_of, figure_of, name_of
from weijian.foundation.figures.queries import figure
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.kinds.registry import kind_by_id, kinds, model_of
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import Column, Crumb, ExportLink, Figure, Tab, TableQuery, TableState
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.web.indicators import asking
from weijian.web.indicators.amounts import is_money
from weijian.web.records.addresses import read_token
from weijian.web.records.exporting import EXPORT_ROWS, FORMS, export_list
from weijian.web.records.history import timeline
from weijian.web.records.persons import masked_persons
from weijian.web.records.queries import (
    SORTABLE_ROWS,
    Part,
    Question,
    count_records,
    parts_of,
    record_page,
    sortable_columns,
)
from weijian.web.records.table import order_of, persons_of, table_columns, table_rows
from weijian.web.records.wording import Names, field_name, kind_name, link_words

PAGE_SIZE = 50


@page("records.view")
def measure_records(request: HttpRequest, measure_id: str) -> HttpResponse:
    """The records that one figure counts, as far as the reader may see them."""
    measure = measures().get(measure_id)
    if measure is None:
        raise Http404
    snapshot = _snapshot(request)
    asked = asking.read(request.GET.dict(), snapshot)
    parts = parts_of(measure)
    context: dict[str, object] = {
        "name": name_of(measure),
        "period": asked.period.label_zh if language() != "en" else str(asked.period),
        "figure": figure_of(figure(measure_id, asked.period, scope=asked.scope, snapshot=snapshot), trace=False),
        "place": _("、").join(str(chip.value) for chip in asked.chips()),
        "crumbs": (
            Crumb(_("指标"), reverse("indicators")),
            Crumb(name_of(measure), _indicator_url(measure, asked)),
            Crumb(_("记录")),
        ),
    }
    part = _chosen(parts, request.GET.get("part", ""))
    if part is not None:
        context |= _list_context(request, measure, parts, part, asked, snapshot)
    return render(request, "records/list.html", context)


@page("records.view")
def records_export(request: HttpRequest, measure_id: str, form: str) -> HttpResponse:
    """The list as a file: the columns and the order that are seen, at most :data:`EXPORT_ROWS` rows, written down."""
    measure = measures().get(measure_id)
    if measure is None or form not in FORMS:
        raise Http404
    snapshot = _snapshot(request)
    asked = asking.read(request.GET.dict(), snapshot)
    part = _chosen(parts_of(measure), request.GET.get("part", ""))
    if part is None:
        raise Http404
    user = current_user(request)
    question = Question(part, asked.period, asked.scope, scope_for(user), snapshot)
    columns, query = _asked_table(request, question)
    return export_list(form, measure_id, question, columns, query, user)


def _list_context(
    request: HttpRequest, measure: Measure, parts: Sequence[Part], part: Part, asked: asking.Asked, snapshot: Snapshot
) -> dict[str, object]:
    user = current_user(request)
    question = Question(part, asked.period, asked.scope, scope_for(user), snapshot)
    kind = question.kind
    columns, query = _asked_table(request, question)
    try:
        found = record_page(question, offset=query.offset, size=query.page_size, order=order_of(kind, query))
    except WeijianError as error:
        raise BadRequest(str(error)) from error
    persons = persons_of(user, kind, found)
    export = reverse("indicator_records_export", args=[measure.id, "xlsx"])
    return {
        "table": TableState(
            "records",
            kind_name(kind),
            columns,
            table_rows(kind, found, persons),
            query,
            found.total,
            _("条"),
            exports=(ExportLink("Excel", export), ExportLink("CSV", export.removesuffix("xlsx") + "csv")),
            caption=caption_of(measure, snapshot),
            empty_title=_("没有可以查看的记录"),
            empty_text=_("所选范围没有记录,或者不在本人的查看范围内。"),
        ),
        "tabs": [Tab(_part_name(one), query.address(part=one.component.id), one is part) for one in parts],
        "found": found,
        "counted": _counted(part, found.counted),
        "limited": question.reader.organisation_ids is not None,
        "personal": bool(persons),
        "export_rows": EXPORT_ROWS if found.total > EXPORT_ROWS else 0,
        "sortable_rows": SORTABLE_ROWS if found.total > SORTABLE_ROWS else 0,
    }


def _counted(part: Part, counted: int) -> Figure | None:
    """What the rows add up to, money in 元; None where the rows themselves are counted."""
    if part.component.value is None:
        return None
    return Figure.money(counted) if is_money((part.component,)) else Figure(counted)


def _asked_table(request: HttpRequest, question: Question) -> tuple[tuple[Column, ...], TableQuery]:
    """Columns with those that can be sorted by, and what the address asks of them."""
    try:
        total, _counted = count_records(question)
    except WeijianError as error:
        raise BadRequest(str(error)) from error
    columns = table_columns(question.kind, sortable_columns(question.kind, total))
    newest = f"-{question.kind.field(question.kind.business_date).column}"
    default = newest if newest[1:] in {one.key for one in columns} else ""
    return columns, TableQuery.read(dict(request.GET.lists()), columns, sort=default, page_size=PAGE_SIZE)


@page("records.view")
def record_detail(request: HttpRequest, kind_id: str, token: str) -> HttpResponse:
    """One record as it stands now, and every change to it."""
    if kind_id not in kinds():
        raise Http404
    kind = kind_by_id(kind_id)
    row_id, day = read_token(kind_id, token)
    row = _record(request, kind, row_id, day)
    user = current_user(request)
    person = kind.person
    persons = masked_persons(user, kind.id, {row["id"]: row[person.column]} if person else {})
    names = Names.of(kind, [row], persons)
    facts = [
        (field_name(one), names.text(one, row[one.column]), _("元") if one.type == "money" else one.unit)
        for one in kind.fields
        if not one.personal
    ]
    entries = timeline(kind, {key: _json(value) for key, value in row.items()}, names)
    return render(
        request,
        "records/detail.html",
        {
            "title": f"{kind_name(kind)} {row[kind.source_id.column]}",
            "facts": facts,
            "institution": names.organisations.get(row["organisation_id"], ""),
            "link": link_words(row["link_state"]) if person else "",
            "received_on": row["received_on"],
            "voided": row["voided"],
            "entries": entries,
            "personal": bool(persons),
        },
    )


def _record(request: HttpRequest, kind: RecordKind, row_id: int, day: date) -> dict[str, Any]:
    """The row by column, inside the reader's scope; 404 otherwise, as if it did not exist."""
    model = model_of(kind.id)
    column = kind.field(kind.business_date).column
    rows = model._default_manager.filter(scope_for(current_user(request)).q(), pk=row_id)
    found = rows.filter(**{column: day}).first() or rows.first()
    if found is None:
        raise Http404
    return {str(field.column): getattr(found, field.attname) for field in model._meta.concrete_fields}


def _json(value: Any) -> Any:
    """A value as ``to_jsonb`` writes it, so that it compares with history."""
    return value.isoformat() if isinstance(value, date) else value


def _chosen(parts: Sequence[Part], wanted: str) -> Part | None:
    return next((one for one in parts if one.component.id == wanted), parts[0] if parts else None)


def _part_name(part: Part) -> str:
    side = {"numerator": _("分子"), "minus": _("减项"), "denominator": _("分母")}[part.side]
    return f"{side} · {kind_name(kind_by_id(part.component.kind))}"


def _indicator_url(measure: Measure, asked: asking.Asked) -> str:
    return reverse("indicator", args=[measure.id]) + asked.address()


def _snapshot(request: HttpRequest) -> Snapshot:
    """The snapshot that the figure stands on: the named one, else the current."""
    wanted = request.GET.get("snapshot", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 12:
        found = Snapshot.objects.filter(pk=int(wanted)).first()
        if found is not None:
            return found
    return current_snapshot()
