"""What a reader asks of the indicators: period, grain and part of the district, read from the address and never failing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from weijian.engines.measures.rollup import Scope
from weijian.foundation.areas.models import Area
from weijian.foundation.figures.store import latest_year
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

#: Grains a reader may choose, in the order of the tabs.
GRAINS = ("month", "area", "institution", "sex", "age")


def grain_label(grain: str) -> str:
    """Name of a grain."""
    return {
        "month": _("按月"),
        "area": _("按镇街"),
        "institution": _("按机构"),
        "sex": _("按性别"),
        "age": _("按年龄"),
    }[grain]


@dataclass(frozen=True)
class Asked:
    """One question: a period, a grain, and at most one area or institution."""

    period: Period
    grain: str
    area: Area | None = None
    organisation: Organisation | None = None

    @property
    def scope(self) -> Scope:
        """The part of the district."""
        return Scope(
            area_id=self.area.pk if self.area else None,
            organisation_id=self.organisation.pk if self.organisation else None,
        )


def read(params: Mapping[str, str], snapshot: Snapshot) -> Asked:
    """Read the question from query parameters; what cannot be understood falls back to the latest year."""
    try:
        period = Period.parse(params.get("period", ""))
    except WeijianError:
        period = Period.parse(str(latest_year(snapshot)))
    grain = params.get("by", "month")
    code = params.get("area", "")
    area = Area.objects.filter(code=code).order_by("-valid_from").first() if code else None
    code = params.get("institution", "")
    organisation = Organisation.objects.filter(code=code).first() if code else None
    return Asked(period, grain if grain in GRAINS else "month", area, organisation)


def period_choices(snapshot: Snapshot, asked: Asked) -> list[tuple[str, str, bool]]:
    """Periods to choose from: the two latest years, their quarters and months, and year to date."""
    last = latest_year(snapshot)
    codes: list[str] = []
    for year in (last, last - 1):
        codes.append(str(year))
        codes += [f"{year}-Q{quarter}" for quarter in range(1, 5)]
        codes += [f"{year}-{month:02d}" for month in range(1, 13)]
    if str(asked.period) not in codes:
        codes.insert(0, str(asked.period))
    return [(code, Period.parse(code).label(language()), code == str(asked.period)) for code in codes]
