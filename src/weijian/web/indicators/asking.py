"""What a reader asks of the indicators: period, grain and part of the district, read from the address and never failing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from weijian.definitions.measures import Component, Measure
from weijian.engines.measures.rollup import Scope
from weijian.foundation.areas.models import Area
from weijian.foundation.figures.catalogue import measure_by_id
from weijian.foundation.figures.grains import INSTITUTION, published_at
from weijian.foundation.figures.store import latest_year, months_of
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.ui.components import FilterChip
from weijian.foundation.ui.presentation import language
from weijian.kernel.ages import FIVE_YEAR_BANDS, AgeBand
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period, PeriodKind

#: Grains a reader may choose, in the order of the tabs.
GRAINS = ("month", "quarter", "area", "village", "institution", "sex", "age")


def grain_label(grain: str) -> str:
    """Name of a grain."""
    return {
        "month": _("按月"),
        "quarter": _("按季"),
        "area": _("按镇街"),
        "village": _("按村居"),
        "institution": _("按机构"),
        "sex": _("按性别"),
        "age": _("按年龄"),
    }[grain]


def grains_of(measure: Measure) -> tuple[str, ...]:
    """Grains at which the measure has values.

    Table measures are of the whole district; what is held against a population has no institution; sex and age need
    records of persons.
    """
    base = measure_by_id(measure.of) if measure.of else measure
    if base.form == "table":
        return ("month", "quarter")
    found = ["month", "quarter", "area", "village"]
    if published_at(base, INSTITUTION):
        found.append("institution")
    parts = [one for one in (*base.numerator, *base.denominator) if isinstance(one, Component)]
    if all(_knows_sex(one.kind) for one in parts):
        found += ["sex", "age"]
    return tuple(found)


def _knows_sex(kind_id: str) -> bool:
    kind = kinds()[kind_id]
    return kind.person is not None or any(one.column == "sex" for one in kind.fields)


@dataclass(frozen=True)
class Asked:
    """One question: a period, a grain, and a part of the district: an area, an institution, a sex, an age band."""

    period: Period
    grain: str
    area: Area | None = None
    organisation: Organisation | None = None
    sex: str = ""
    band: AgeBand | None = None

    @property
    def scope(self) -> Scope:
        """The part of the district."""
        return Scope(
            area_id=self.area.pk if self.area else None,
            organisation_id=self.organisation.pk if self.organisation else None,
            sex=self.sex or None,
            age_from=self.band.low if self.band else None,
            age_to=self.band.high if self.band else None,
        )

    @property
    def narrowed(self) -> bool:
        """Whether less than the whole district is asked for."""
        return self.scope != Scope()

    def whole(self) -> Asked:
        """The same question of the whole district."""
        return replace(self, area=None, organisation=None, sex="", band=None)

    def address(self, **changes: str | None) -> str:
        """``?…`` of this question with parameters replaced, or removed where None."""
        found: dict[str, str | None] = {
            "period": str(self.period),
            "by": self.grain,
            "area": self.area.code if self.area else None,
            "institution": self.organisation.code if self.organisation else None,
            "sex": self.sex or None,
            "age": str(self.band.low) if self.band else None,
        }
        return "?" + urlencode({key: value for key, value in (found | changes).items() if value})

    def chips(self) -> tuple[FilterChip, ...]:
        """How the district is narrowed, in words, each to be taken off."""
        english = language() == "en"
        found = []
        if self.area:
            found.append(FilterChip(_("区域"), self.area.en if english else self.area.zh, "area"))
        if self.organisation:
            name = self.organisation.en if english else self.organisation.zh
            found.append(FilterChip(_("机构"), name, "institution"))
        if self.sex:
            found.append(FilterChip(_("性别"), sex_name(self.sex), "sex"))
        if self.band:
            found.append(FilterChip(_("年龄"), self.band.label(language()), "age"))
        return tuple(found)


def sex_name(code: str) -> str:
    """Name of a sex."""
    return {"1": _("男"), "2": _("女")}.get(code, _("未知"))


def read(params: Mapping[str, str], snapshot: Snapshot) -> Asked:
    """Read the question from query parameters; what cannot be understood falls back to the latest year."""
    try:
        period = Period.parse(params.get("period", ""))
    except WeijianError:
        period = Period.parse(str(latest_year(snapshot)))
    grain = params.get("by", "month")
    code = params.get("area", "")
    area = Area.objects.filter(code=code).order_by("-valid_from").first() if code else None
    if area is not None and area.level not in (Area.Level.STREET, Area.Level.VILLAGE):
        area = None  # the district itself is everything
    code = params.get("institution", "")
    organisation = Organisation.objects.filter(code=code).first() if code else None
    sex = params.get("sex", "")
    age = params.get("age", "")
    band = next((one for one in FIVE_YEAR_BANDS if str(one.low) == age), None)
    return Asked(
        period, grain if grain in GRAINS else "month", area, organisation, sex if sex in ("1", "2") else "", band
    )


@dataclass(frozen=True)
class Choice:
    """One choice of a select: its value, name, and whether it is chosen."""

    value: str
    label: str
    chosen: bool


def period_choices(snapshot: Snapshot, asked: Asked) -> list[tuple[str, list[Choice]]]:
    """Periods to choose from, grouped: years and half-years, quarters, months, years to date; the latest year first."""
    last = latest_year(snapshot)
    end = months_of(snapshot)[1]
    groups: list[tuple[str, list[str]]] = [(_("年"), []), (_("季度"), []), (_("月"), []), (_("年初至今累计"), [])]
    for year in (last, last - 1):
        groups[0][1].extend([str(year), f"{year}-H1", f"{year}-H2"])
        groups[1][1].extend(f"{year}-Q{quarter}" for quarter in range(1, 5))
        months = [month for month in range(1, 13) if date(year, month, 1) <= end]
        groups[2][1].extend(f"{year}-{month:02d}" for month in months)
        groups[3][1].extend(f"{year}-{month:02d}YTD" for month in months)
    known = {code for _group, codes in groups for code in codes}
    if str(asked.period) not in known:
        groups.insert(0, (_("所选"), [str(asked.period)]))
    return [
        (label, [Choice(code, Period.parse(code).label(language()), code == str(asked.period)) for code in codes])
        for label, codes in groups
    ]


def area_choices(asked: Asked) -> list[Choice]:
    """Streets to choose from, and the village that is chosen."""
    streets = Area.objects.filter(level=Area.Level.STREET).filter(_current(asked)).order_by("code", "-valid_from")
    found = {one.code: one for one in streets}
    if asked.area:
        found.setdefault(asked.area.code, asked.area)
    english = language() == "en"
    return [Choice(code, one.en if english else one.zh, one == asked.area) for code, one in sorted(found.items())]


def institution_choices(asked: Asked) -> list[Choice]:
    """Institutions that existed in the period, in the order of their codes."""
    found = Organisation.objects.filter(_current(asked)).order_by("code")
    english = language() == "en"
    return [Choice(one.code, one.en if english else one.zh, one == asked.organisation) for one in found]


def sex_choices(asked: Asked) -> list[Choice]:
    """Sexes to choose from."""
    return [Choice(code, sex_name(code), code == asked.sex) for code in ("1", "2")]


def age_choices(asked: Asked) -> list[Choice]:
    """Age bands to choose from."""
    return [Choice(str(one.low), one.label(language()), one == asked.band) for one in FIVE_YEAR_BANDS]


def months_shown(asked: Asked, grain: str) -> list[Period]:
    """Months or quarters of the year in which the period ends."""
    kind = PeriodKind.QUARTER if grain == "quarter" else PeriodKind.MONTH
    return Period.parse(str(asked.period.end.year)).children(kind)


def _current(asked: Asked) -> Q:
    """What was valid at some time of the period."""
    begun = Q(valid_from__lte=asked.period.end)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=asked.period.start))
