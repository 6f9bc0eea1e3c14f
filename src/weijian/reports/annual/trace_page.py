"""What stands behind a printed number: definition, source, snapshot, what is counted, basis, unlinked share."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from weijian.engines.documents.resolve import ResolvedFigure
from weijian.engines.measures.rollup import Scope
from weijian.foundation.access.door import page
from weijian.foundation.areas.models import Area
from weijian.foundation.figures.catalogue import fingerprint, measures
from weijian.foundation.figures.drawing import date_words, definition_of, figure_of, name_of, population_words
from weijian.foundation.figures.models import Trace
from weijian.foundation.figures.queries import figures
from weijian.foundation.figures.tracing import FigureTrace, open_code
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.components import Crumb, Figure
from weijian.foundation.ui.presentation import language, print_number
from weijian.kernel.time import Period
from weijian.reports.annual.queries import figure_of_code


@dataclass(frozen=True)
class OpenedCode:
    """One code, opened over the snapshot that it was printed from."""

    code: str
    trace: FigureTrace
    now: Figure | None
    last: Figure | None
    place: str
    records_url: str

    @property
    def name(self) -> str:
        """The measure in the reader's language."""
        return name_of(self.trace.measure)

    @property
    def unit(self) -> str:
        """The unit that stands behind a full number; empty where the number carries it itself (23.24‰)."""
        for figure in (self.now, self.last):
            if figure is not None and figure.value is not None:
                printed = print_number(figure.value, figure.style, full=True)
                return "" if printed.close else printed.unit
        return ""

    @property
    def definition(self) -> str:
        """Its definition in the reader's language."""
        return definition_of(self.trace.measure)

    @property
    def exclusions(self) -> str:
        """What is left out, in the reader's language."""
        measure = self.trace.measure
        return measure.exclusions_en if language() == "en" else measure.exclusions_zh

    @property
    def population(self) -> str:
        """Which population divides, in words."""
        return population_words(self.trace.measure.population_basis)

    @property
    def dates(self) -> str:
        """Which date decides the period, in words."""
        return date_words(self.trace.measure.date_basis)

    @property
    def period(self) -> str:
        """The period in words."""
        return self.trace.period.label(language())

    @property
    def unlinked(self) -> Figure | None:
        """Share of the counted records whose person is not known; None where records have no person."""
        return None if self.trace.unlinked is None else Figure.rate(Decimal(str(self.trace.unlinked * 100)))


@page("reports.view")
def trace(request: HttpRequest, code: str) -> HttpResponse:
    """Open a trace code; codes read aloud may come in small letters."""
    code = code.upper()
    row = Trace.objects.filter(pk=code).first()
    printed = figure_of_code(code)
    if (row is None or row.measure not in measures()) and printed is None:
        return render(request, "annual/trace_unknown.html", {"code": code}, status=404)
    context: dict[str, object] = {
        "code": code, "printed": printed, "crumbs": (Crumb(_("工作报告"), reverse("reports")), Crumb(code)),
    }  # fmt: skip
    if row is not None and row.measure in measures():
        context["opened"] = _open(row)
    else:
        assert printed is not None
        context["frozen"] = _frozen(printed[1])
    return render(request, "annual/trace.html", context)


def _open(row: Trace) -> OpenedCode:
    opened = open_code(row.code, limit=0, lang=language())
    scope = Scope(area_id=row.area_id, organisation_id=row.organisation_id)
    before = Period.parse(row.period).same_period_last_year()
    answers = figures([row.measure], [opened.period, before], scope=scope, snapshot=opened.snapshot)
    drawn = {one.figure.period: figure_of(one, trace=False) for one in answers}
    area = Area.objects.filter(pk=row.area_id).first() if row.area_id else None
    organisation = Organisation.objects.filter(pk=row.organisation_id).first() if row.organisation_id else None
    place = organisation or area or Area.objects.filter(level=Area.Level.DISTRICT).order_by("id").first()
    return OpenedCode(
        row.code, opened, drawn.get(row.period), drawn.get(str(before)),
        getattr(place, "en" if language() == "en" else "zh", ""), _records_url(row, area, organisation),
    )  # fmt: skip


def _records_url(row: Trace, area: Area | None, organisation: Organisation | None) -> str:
    asked = {"period": row.period, "snapshot": str(row.snapshot_id)}
    asked |= {"area": area.code} if area else {}
    asked |= {"institution": organisation.code} if organisation else {}
    try:
        return reverse("indicator_records", args=[row.measure]) + "?" + urlencode(asked)
    except NoReverseMatch:
        return ""


def _frozen(figure: ResolvedFigure) -> dict[str, object]:
    value = figure.value
    return {
        "name": value.name,
        "text": figure.text,
        "key": str(figure.key or ""),
        "basis": value.basis,
        "numerator": _plain(value.numerator),
        "denominator": _plain(value.denominator),
        "snapshot": value.snapshot,
        "fingerprint": value.definition_fingerprint,
        "changed": figure.key is not None
        and figure.key.measure in measures()
        and fingerprint(figure.key.measure) != value.definition_fingerprint,
    }


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():,f}"
