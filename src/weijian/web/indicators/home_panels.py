"""What indicators put on homes: an institution's own figures, odd movements for the statistician, the director's map."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.urls import reverse

from weijian.engines.measures.rollup import Scope
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.content_editing.queries import number_on
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import change_of, definition_of, figure_of, name_of, style_of
from weijian.foundation.figures.queries import figures
from weijian.foundation.figures.store import current_snapshot, latest_year, months_of
from weijian.foundation.ui.components import Figure, StatCard
from weijian.foundation.ui.panels import Panel
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.kernel.quantities import round_half_up
from weijian.kernel.time import Period, PeriodKind
from weijian.web.boundaries.queries import outlines
from weijian.web.indicators.asking import Asked
from weijian.web.indicators.breakdown import Addresses, lines_of, map_of
from weijian.web.indicators.movements import ODD_FROM, odd_movements

#: Rows of the panel of odd movements, and the indicator on the director's map.
SHOWN = 6
ON_MAP = "contract.coverage"

#: What a hospital and what a family doctor's institution answers for, in the order of the cards.
HOSPITAL = (
    "visits.total",
    "discharges.total",
    "cost.outpatient_per_visit",
    "cost.inpatient_per_discharge",
    "discharges.los_mean",
    "cost.drug_share",
)
PRIMARY = (
    "visits.total",
    "contract.persons",
    "ehr.records",
    "chronic.hypertension_registered",
    "chronic.diabetes_registered",
    "chronic.smi_registered",
)


def _own_figures(user: User) -> dict[str, Any] | None:
    organisation = user.organisation
    if organisation is None:
        return None
    wanted = PRIMARY if user.role == Role.DOCTOR or organisation.type != organisation.Type.HOSPITAL else HOSPITAL
    try:
        snapshot = current_snapshot()
    except WeijianError:  # nothing has been published yet
        return None
    year = Period.parse(str(latest_year(snapshot)))
    before = year.same_period_last_year()
    known = [one for one in wanted if one in measures()]
    found = {
        (one.measure.id, one.figure.period): one
        for one in figures(known, [year, before], scope=Scope(organisation_id=organisation.pk), snapshot=snapshot)
    }
    cards = []
    for measure_id in known:
        now = found.get((measure_id, str(year)))
        if now is not None:
            href = reverse("indicator", args=[measure_id]) + f"?institution={organisation.code}"
            change = change_of(now.measure, now, found.get((measure_id, str(before))))
            label = f"{name_of(now.measure)} {year}"
            cards.append(StatCard(label, figure_of(now), definition_of(now.measure), change, href=href))
    return {"organisation": organisation, "cards": cards} if cards else None


def _odd(user: User) -> dict[str, Any] | None:
    try:
        snapshot = current_snapshot()
    except WeijianError:  # nothing has been published yet
        return None
    rows = []
    for one in odd_movements(snapshot)[:SHOWN]:
        measure = measures()[one.measure_id]
        style = style_of(measure)
        url = reverse("indicator", args=[measure.id]) + f"?period={one.period}"
        mean = round_half_up(Decimal(str(one.mean)), max(measure.decimals, 1))
        rows.append(
            (name_of(measure), Figure(one.value, style, trace_url=url), Figure(mean, style), f"{one.deviations:+.1f}")
        )
    period = Period.of(PeriodKind.MONTH, months_of(snapshot)[1])
    return {"rows": rows, "period": period.label(language()), "threshold": f"{number_on(ODD_FROM).normalize():f}"}


def _map(user: User) -> dict[str, Any] | None:
    try:
        snapshot = current_snapshot()
    except WeijianError:
        return None
    measure = measures().get(ON_MAP)
    if measure is None:
        return None
    asked = Asked(Period.parse(str(latest_year(snapshot))), "area")
    lines = lines_of(measure, asked, snapshot)
    if not lines:
        return None
    page = reverse("indicator", args=[measure.id])
    drill = {one.key: page + asked.address(area=one.key, by="village") for one in lines}
    drawn = map_of(measure, lines, Addresses(drill, {}), snapshot, outlines(language()))
    href = page + asked.address()
    return {"map": drawn, "name": name_of(measure), "period": asked.period.label(language()), "href": href}


PANELS = [
    Panel(frozenset({Role.STATISTICIAN}), 40, "indicators/odd_panel.html", _odd),
    Panel(frozenset({Role.DIRECTOR}), 70, "indicators/map_panel.html", _map),
    Panel(
        frozenset({Role.DOCTOR, Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE}),
        60,
        "indicators/own_panel.html",
        _own_figures,
    ),
]
