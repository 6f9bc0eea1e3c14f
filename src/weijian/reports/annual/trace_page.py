"""What stands behind a printed number: definition, source, snapshot, numerator, denominator, basis, share without a person."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from weijian.definitions.measures import Measure
from weijian.engines.documents.resolve import ResolvedFigure
from weijian.engines.measures.rollup import Scope
from weijian.foundation.access.door import page
from weijian.foundation.areas.models import Area
from weijian.foundation.figures.catalogue import fingerprint, measures
from weijian.foundation.figures.drawing import date_words, definition_of, figure_of, name_of, population_words
from weijian.foundation.figures.models import Trace
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import Crumb, Figure
from weijian.foundation.ui.presentation import language
from weijian.kernel.time import Period
from weijian.reports.annual.queries import figure_of_code


@dataclass(frozen=True)
class TracedFigure:
    """One code, opened: what it says now over its own snapshot, and where it was printed."""

    code: str
    measure: Measure
    period: Period
    place: str
    snapshot: Snapshot
    answer: Answer | None
    earlier: Answer | None
    definition_changed: bool

    @property
    def name(self) -> str:
        """The measure in the reader's language."""
        return name_of(self.measure)

    @property
    def definition(self) -> str:
        """Its definition in the reader's language."""
        return definition_of(self.measure)

    @property
    def now(self) -> Figure | None:
        """The figure as pages draw it, without a link to itself."""
        return None if self.answer is None else figure_of(self.answer, trace=False)

    @property
    def last(self) -> Figure | None:
        """The same period a year before."""
        return None if self.earlier is None else figure_of(self.earlier, trace=False)

    @property
    def population(self) -> str:
        """Which population divides, in words."""
        return population_words(self.measure.population_basis)

    @property
    def dates(self) -> str:
        """Which date decides the period, in words."""
        return date_words(self.measure.date_basis)

    @property
    def exclusions(self) -> str:
        """What is left out, in the reader's language."""
        return self.measure.exclusions_en if language() == "en" else self.measure.exclusions_zh

    @property
    def period_label(self) -> str:
        """The period in words."""
        return self.period.label(language())


@page("reports.view")
def trace(request: HttpRequest, code: str) -> HttpResponse:
    """Open a trace code; codes read aloud may come in small letters."""
    code = code.upper()
    row = Trace.objects.filter(pk=code).first()
    printed = figure_of_code(code)
    if row is None and printed is None:
        return render(request, "annual/trace_unknown.html", {"code": code}, status=404)
    crumbs = (Crumb(_("工作报告"), reverse("reports")), Crumb(code))
    context: dict[str, object] = {"code": code, "printed": printed, "crumbs": crumbs}
    if row is not None:
        opened = _open(row)
        context |= {"opened": opened, "indicator_url": _indicator_url(opened, row)}
    else:
        assert printed is not None
        context["frozen"] = _frozen(printed[1])
    return render(request, "annual/trace.html", context)


def _open(row: Trace) -> TracedFigure:
    measure = measures().get(row.measure)
    snapshot = Snapshot.objects.filter(pk=row.snapshot_id).first()
    if measure is None or snapshot is None:
        raise Http404
    period = Period.parse(row.period)
    scope = Scope(area_id=row.area_id, organisation_id=row.organisation_id)
    before = period.same_period_last_year()
    found = {
        one.figure.period: one for one in figures([measure.id], [period, before], scope=scope, snapshot=snapshot)
    }
    return TracedFigure(
        row.code, measure, period, _place(row), snapshot, found.get(str(period)), found.get(str(before)),
        fingerprint(measure.id) != row.fingerprint,
    )  # fmt: skip


def _place(row: Trace) -> str:
    if row.organisation_id is not None:
        found: object = Organisation.objects.filter(pk=row.organisation_id).first()
    elif row.area_id is not None:
        found = Area.objects.filter(pk=row.area_id).first()
    else:
        found = Area.objects.filter(level=Area.Level.DISTRICT).order_by("id").first()
    name = getattr(found, "en" if language() == "en" else "zh", "")
    return str(name)


def _indicator_url(opened: TracedFigure, row: Trace) -> str:
    try:
        return reverse("indicator", args=[row.measure]) + f"?period={row.period}"
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
    }


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():,f}"
