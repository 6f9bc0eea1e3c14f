"""Opens a figure: definition, condition in words, snapshot, both numbers and the records that they count."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from weijian.definitions.measures import Component, Measure, Population
from weijian.engines.measures.conditions import condition_in_words
from weijian.engines.measures.records import RecordList, record_list, unlinked_share
from weijian.engines.measures.rollup import Scope
from weijian.foundation.figures.catalogue import fingerprint, measure_by_id
from weijian.foundation.figures.models import Trace
from weijian.foundation.figures.queries import figure
from weijian.foundation.figures.store import current_snapshot, store_of
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.terminology.references import code_name
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period


@dataclass(frozen=True)
class TracedTerm:
    """One term of a figure: what it counts, in words, and its records (none for a population)."""

    id: str
    role: str  # numerator, minus, denominator; last_year_… for the period that a growth compares with
    condition: str
    records: RecordList | None
    value: Decimal | None


@dataclass(frozen=True)
class FigureTrace:
    """Everything behind one figure of one snapshot."""

    measure: Measure
    period: Period
    snapshot: Snapshot
    fingerprint: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    reason: str
    terms: tuple[TracedTerm, ...]
    unlinked: float | None
    definition_changed: bool = False


def trace(
    measure_id: str,
    period: Period | str,
    *,
    scope: Scope = Scope(),
    limit: int = 50,
    offset: int = 0,
    snapshot: Snapshot | None = None,
    lang: str = "zh",
) -> FigureTrace:
    """The figure with the records of its numerator and denominator; a growth opens the measure that it is the
    growth of.

    Rows hold ids and columns that are not personal; the caller joins names through the access door.
    """
    snapshot = snapshot or current_snapshot()
    period = period if isinstance(period, Period) else Period.parse(period)
    measure = measure_by_id(measure_id)
    opened = measure_by_id(measure.of) if measure.of else measure
    answer = figure(measure_id, period, scope=scope, snapshot=snapshot)
    terms = _terms(opened, period, snapshot, scope, (limit, offset), lang, "")
    if measure.compares:
        terms += _terms(opened, period.same_period_last_year(), snapshot, scope, (limit, offset), lang, "last_year_")
    lists = [one.records for one in terms if one.records is not None]
    return FigureTrace(
        measure, period, snapshot, answer.fingerprint, answer.value, answer.figure.numerator, answer.figure.denominator,
        answer.figure.reason, tuple(terms), unlinked_share(lists),
    )  # fmt: skip


def _terms(
    measure: Measure, period: Period, snapshot: Snapshot, scope: Scope, page: tuple[int, int], lang: str, prefix: str
) -> list[TracedTerm]:
    connection = store_of(snapshot)
    roles = (("numerator", measure.numerator), ("minus", measure.numerator_minus), ("denominator", measure.denominator))
    terms = []
    for role, found in roles:
        for term in found:
            if isinstance(term, Population):
                terms.append(TracedTerm(term.id, prefix + role, population_in_words(term, lang), None, None))
                continue
            kind = kinds()[term.kind]
            records = record_list(connection, kind, term, period, scope, limit=page[0], offset=page[1])
            terms.append(
                TracedTerm(term.id, prefix + role, component_in_words(term, lang), records, Decimal(records.value))
            )
    return terms


def open_code(code: str, *, limit: int = 50, offset: int = 0, lang: str = "zh") -> FigureTrace:
    """The figure behind a printed trace code, from the snapshot that it was printed from.

    Raises :class:`WeijianError` ``trace.unknown``. ``definition_changed`` tells that the definition has changed since.
    """
    row = Trace.objects.filter(code=code).first()
    if row is None:
        raise WeijianError("trace.unknown", "没有这个追溯码。", code, "核对印在数字旁的十位字符")
    snapshot = Snapshot.objects.get(pk=row.snapshot_id)
    scope = Scope(area_id=row.area_id, organisation_id=row.organisation_id)
    found = trace(row.measure, row.period, scope=scope, limit=limit, offset=offset, snapshot=snapshot, lang=lang)
    if row.fingerprint == fingerprint(row.measure):
        return found
    return FigureTrace(**{**found.__dict__, "definition_changed": True})


def component_in_words(component: Component, lang: str = "zh") -> str:
    """What a component counts: the record kind's name and its condition."""
    kind = kinds()[component.kind]
    name = kind.zh if lang.startswith("zh") else kind.en
    colon = ":" if lang.startswith("zh") else ": "
    return f"{name}{colon}{condition_in_words(kind, component, code_name, lang)}"


def population_in_words(population: Population, lang: str = "zh") -> str:
    """A denominator: its basis, reference day and ages."""
    basis = code_name("population_basis", population.basis, lang)
    at = {
        "zh": {"average": "年平均(上年末与本年末之均值)", "mid_year": "年中", "year_end": "年末"},
        "en": {"average": "annual average (mean of two year ends)", "mid_year": "mid-year", "year_end": "year end"},
    }["zh" if lang.startswith("zh") else "en"][population.at]
    ages = ""
    if population.age_from is not None or population.age_to is not None:
        ages = f" {population.age_from or 0}–{'' if population.age_to is None else population.age_to}"
    return f"{basis} {at}{ages}"
