"""The state of a figure: final where everything owed beneath it is signed, preliminary before; see ADR 0005."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from weijian.definitions.measures import Component, Measure, Population, When
from weijian.definitions.record_kinds import Frequency
from weijian.engines.measures.rollup import Scope
from weijian.foundation.figures.catalogue import components, measure_by_id
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.sign_off.models import UnsignedUse
from weijian.foundation.sign_off.owed import Ledger, Unsigned, ledger, unsigned
from weijian.kernel.time import Period

#: Dataset that populations are received as.
POPULATION = "populations.population_count"


@dataclass(frozen=True)
class SignOff:
    """Institution-months owed by the datasets that a figure uses, and how many are signed (a year's dataset counts one)."""

    owed: int
    signed: int

    @property
    def final(self) -> bool:
        """终审数: everything owed is signed. Where nothing was opened as owed, nothing can be final."""
        return 0 < self.owed == self.signed

    @property
    def share(self) -> float | None:
        """Signed share; None where nothing is owed."""
        return self.signed / self.owed if self.owed else None


@dataclass(frozen=True)
class Use:
    """A dataset whose periods between two days a figure rests on; ``since`` None: all up to ``until`` (a stock)."""

    dataset: str
    since: date | None
    until: date


class SignOffs:
    """Answers for many figures over one reading of the ledger: a report has hundreds."""

    def __init__(self) -> None:
        self._ledgers: dict[int | None, Ledger] = {}

    def of(self, measure: Measure | str, period: Period | str, scope: Scope = Scope()) -> SignOff:
        """State of one figure. Narrowed to an institution, that institution's datasets count; narrowed to an area, all do:
        residents of a street are reported by institutions everywhere."""
        measure = measure_by_id(measure) if isinstance(measure, str) else measure
        period = period if isinstance(period, Period) else Period.parse(period)
        found = self._ledger(scope.organisation_id)
        keys = {key for use in uses_of(measure, period) for key in _periods(use, found)}
        counts = [found[key] for key in keys]
        return SignOff(sum(one.owed for one in counts), sum(one.signed for one in counts))

    def _ledger(self, organisation_id: int | None) -> Ledger:
        if organisation_id not in self._ledgers:
            self._ledgers[organisation_id] = ledger(None if organisation_id is None else {organisation_id})
        return self._ledgers[organisation_id]


def unsigned_beneath(asked: Iterable[tuple[Measure, Period, Scope]]) -> list[Unsigned]:
    """Every dataset of an institution that is owed beneath some figures and not signed, each once."""
    found = ledger()
    keys: dict[tuple[str, str], set[int] | None] = {}
    for measure, period, scope in asked:
        place = scope.organisation_id
        for use in uses_of(measure, period):
            for key in _periods(use, found):
                if place is None:
                    keys[key] = None
                elif keys.setdefault(key, set()) is not None:
                    keys[key].add(place)  # type: ignore[union-attr]
    waiting = unsigned({period for _dataset, period in keys})
    return [one for one in waiting if _meant(keys, one)]


def _meant(keys: Mapping[tuple[str, str], set[int] | None], one: Unsigned) -> bool:
    key = (one.dataset, one.period)
    places = keys.get(key)
    return key in keys and (places is None or one.institution_id in places)


def sign_off_of(measure: Measure | str, period: Period | str, scope: Scope = Scope()) -> SignOff:
    """State of one figure; :class:`SignOffs` for many."""
    return SignOffs().of(measure, period, scope)


def uses_of(measure: Measure, period: Period) -> list[Use]:
    """Datasets and their days that a figure rests on. A growth uses both its periods; a table measure, whose function may
    read anything, every dataset that any measure counts."""
    if measure.compares:
        compared = measure_by_id(measure.of or "")
        return [*uses_of(compared, period), *uses_of(compared, period.same_period_last_year())]
    if measure.form == "table":
        everything = {one.kind for one in components()} | {POPULATION}
        return [Use(dataset, period.start, period.end) for dataset in sorted(everything)]
    terms = (*measure.numerator, *measure.numerator_minus, *measure.denominator)
    return [use for term in terms for use in _of_term(term, period)]


def _of_term(term: Component | Population, period: Period) -> Iterable[Use]:
    if isinstance(term, Population):
        first = period.start.replace(month=1, day=1)
        # An average stands between two year ends, the earlier of which the year before reported.
        yield Use(POPULATION, first.replace(year=first.year - 1) if term.at == "average" else first, period.end)
        return
    since, until = _days(term, period)
    yield Use(term.kind, since, until)
    by_table = {one.table: one.id for one in kinds().values()}
    for table in term.tables:
        if table in by_table and by_table[table] != term.kind:
            yield Use(by_table[table], since, until)


def _days(component: Component, period: Period) -> tuple[date | None, date]:
    if component.when is When.AS_OF_END:
        return None, period.end
    if component.when is When.MCH_YEAR:
        return date(period.end.year - 1, 10, 1), date(period.end.year, 9, 30)
    return period.start, period.end


def _periods(use: Use, found: Ledger) -> Iterable[tuple[str, str]]:
    kind = kinds().get(use.dataset)
    length = 4 if kind is not None and kind.frequency is Frequency.YEARLY else 7
    low = use.since.isoformat()[:length] if use.since else ""
    high = use.until.isoformat()[:length]
    return [key for key in found if key[0] == use.dataset and low <= key[1] <= high]


def uses_without_signature(purpose: str) -> list[UnsignedUse]:
    """What was used unsigned for a purpose (``lock:2017-03``, ``report:2017``), with the reasons given."""
    found = UnsignedUse.objects.filter(purpose=purpose).select_related("institution")
    return list(found.order_by("institution__code", "dataset", "period"))
