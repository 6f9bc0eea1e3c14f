"""What a document's figure key asks of the measure engine, or the reason why nothing can be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from weijian.definitions.documents import FigureScope
from weijian.definitions.measures import Measure
from weijian.engines.documents.figures import Change, FigureKey
from weijian.engines.measures.rollup import Scope
from weijian.foundation.areas.models import Area
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period

_YEAR_BEFORE = (Change.YEAR_RATE, Change.YEAR_DIFFERENCE)
#: Dimension of a marker → how its value narrows the scope.
_DIMENSIONS: dict[str, Callable[[str], dict[str, object]]] = {
    "sex": lambda value: {"sex": value},
    "age": lambda value: {"age_from": _age(value), "age_to": _age(value)},
    "age_from": lambda value: {"age_from": _age(value)},
    "age_to": lambda value: {"age_to": _age(value)},
}


class Unanswerable(Exception):
    """The figure cannot be asked for; the message is the reason that prints in the gap."""


@dataclass(frozen=True)
class FigureRequest:
    """One figure of a document in the terms of the measure engine; ``before`` is the period it is compared with."""

    key: FigureKey
    measure: Measure
    period: Period
    before: Period | None
    scope: Scope

    @property
    def periods(self) -> tuple[Period, ...]:
        """Every period that has to be computed."""
        return (self.period,) if self.before is None else (self.period, self.before)


def read_request(key: FigureKey) -> FigureRequest:
    """The request of a key. Raises :class:`Unanswerable` with the reason that stands in the printed gap."""
    measure = measures().get(key.measure)
    if measure is None:
        raise Unanswerable(f"指标{key.measure}尚未定义")
    try:
        period = Period.parse(key.scope.period)
    except WeijianError:
        raise Unanswerable(f"时期“{key.scope.period}”写法不对") from None
    before = None
    if key.change is not Change.NONE:
        before = period.same_period_last_year() if key.change in _YEAR_BEFORE else period.previous()
    return FigureRequest(key, measure, period, before, _scope(key.scope))


def _scope(scope: FigureScope) -> Scope:
    narrowed: dict[str, object] = {}
    for name, value in scope.dimensions:
        if name not in _DIMENSIONS:
            raise Unanswerable(f"没有维度“{name}”")
        narrowed |= _DIMENSIONS[name](value)
    if scope.area:
        area = Area.objects.filter(code=scope.area).order_by("-valid_from").first()
        if area is None:
            raise Unanswerable(f"没有区划{scope.area}")
        if area.level != Area.Level.DISTRICT:
            narrowed["area_id"] = area.pk
    if scope.organisation:
        organisation = Organisation.objects.filter(code=scope.organisation).first()
        if organisation is None:
            raise Unanswerable(f"没有机构{scope.organisation}")
        narrowed["organisation_id"] = organisation.pk
    return Scope(**narrowed)  # type: ignore[arg-type]


def _age(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise Unanswerable(f"年龄“{value}”不是整数")
    return int(value)
