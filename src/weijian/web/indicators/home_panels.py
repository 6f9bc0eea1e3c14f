"""The figures that an institution answers for, on the home of its people."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from weijian.engines.measures.rollup import Scope
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.drawing import change_of, definition_of, figure_of, name_of
from weijian.foundation.figures.queries import figures
from weijian.foundation.figures.store import current_snapshot, latest_year
from weijian.foundation.ui.components import StatCard
from weijian.foundation.ui.panels import Panel
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

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


PANELS = [
    Panel(
        frozenset({Role.DOCTOR, Role.CLERK, Role.REVIEWER, Role.RESPONSIBLE}),
        60,
        "indicators/own_panel.html",
        _own_figures,
    )
]
