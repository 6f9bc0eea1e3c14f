"""The declaring language of measures: components counted over record kinds, populations, and formulas over both.

One definition serves card, list, export, report and API. A measure is a value: it names what is counted, over which
population, on which date, and how it is written; engines compile it.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from weijian.kernel.errors import WeijianError

if TYPE_CHECKING:
    import ibis.expr.types as ir

#: Filter of a component: takes the unbound snapshot table of its kind and gives a boolean column. Kinds with a person
#: also have ``sex`` (text), ``age`` (completed years on the component's date, NULL unknown) and, where the component is
#: not additive, ``subject_id``.
Filter = Callable[["ir.Table"], "ir.BooleanValue"]
#: Filter over the organisations table (``code, type, level, grade, ownership, affiliation, category, nature, licensed,
#: parent_id, vaccination_clinic``), applied when cubes are put together, so that a changed institution never
#: invalidates one.
OrganisationFilter = Callable[["ir.Table"], "ir.BooleanValue"]
#: Value of a summed component: takes the same table as a filter and gives an integer column.
Value = Callable[["ir.Table"], "ir.NumericValue"]


class When(enum.StrEnum):
    """Which rows of a kind belong to a period."""

    DURING = "during"  # business date inside the period
    AS_OF_END = "as_of_end"  # rows in force on the last day of the period: starts <= day, and ends NULL or > day
    LATEST = "latest"  # the last month (or year) end inside the period: stock figures of monthly and yearly reports
    MCH_YEAR = "mch_year"  # 1 October of last year to 30 September (年报统计年度 of maternal and child health)


@dataclass(frozen=True)
class Component:
    """One thing that is counted or summed over one record kind.

    Attributes
    ----------
    id
        Unique name; several measures may share a component, it is then computed once.
    kind
        Record kind id.
    where
        Filter, or None for all rows.
    organisations
        Filter over the organisation of a row, or None for all.
    value
        Value to sum; None counts rows.
    distinct
        ``subject_id``: each person counts once, through links, where the latest counted record stands. Only for stocks
        (``AS_OF_END``): a flow of distinct persons does not add up over months and is a table measure.
    when
        Which rows belong to the period; for AS_OF, ``starts`` and ``ends`` name date columns.
    persons
        True where it counts persons: the small-number rule then applies.
    sql, tables
        A component that joins several kinds: ``FROM <table> f JOIN person p ON … [WHERE …]`` in SQL common to
        DuckDB and Spark, with ``f`` the rows of the kind (one each) and ``p`` their persons, and the tables that it
        reads; ``date`` names the day, ``where`` and ``value`` are unused.
    """

    id: str
    kind: str
    where: Filter | None = None
    organisations: OrganisationFilter | None = None
    value: Value | None = None
    distinct: str | None = None
    when: When = When.DURING
    date: str | None = None  # another date column than the business date
    starts: str | None = None
    ends: str | None = None
    persons: bool = False
    sql: str | None = None
    tables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.distinct is not None and self.when is not When.AS_OF_END:
            raise WeijianError("definition.component_distinct", "Only a stock can count distinct persons.", self.id)
        if self.when is When.AS_OF_END and not self.starts:
            raise WeijianError("definition.component_starts", "A stock names the column on which it starts.", self.id)
        if self.sql is not None and not (self.tables and self.date):
            raise WeijianError(
                "definition.component_tables", "SQL names the tables that it reads and its day.", self.id
            )


@dataclass(frozen=True)
class Population:
    """A denominator from the population table.

    ``basis`` is a code of ``population_basis`` (registered, resident, service); ``at`` is ``year_end``, ``mid_year`` or
    ``average`` (of the year-ends before and of the year; WS 2013 vital-rate convention). For a part of a year the
    person-time share of the year is taken and stated.
    """

    basis: str
    at: str = "average"
    age_from: int | None = None
    age_to: int | None = None

    @property
    def id(self) -> str:
        """Stable name."""
        ages = f":{self.age_from}-{self.age_to}" if self.age_from is not None or self.age_to is not None else ""
        return f"population:{self.basis}:{self.at}{ages}"


Term = Component | Population


@dataclass(frozen=True)
class Measure:
    """One indicator.

    ``numerator`` and ``denominator`` are sums of terms (a term may carry −1 by ``minus``); value = scale × numerator /
    denominator, or the numerator alone. ``form`` says what the value is: ``count``, ``sum``, ``ratio`` (scale 1),
    ``rate`` (scale 100, 1000 or 100000), ``growth`` (of ``of`` against the same period last year, %),
    ``difference`` (of ``of`` less the same period last year) or ``table`` (computed by the named function, for
    example a life table).
    """

    id: str
    zh: str
    en: str
    unit: str
    form: str
    definition_zh: str
    definition_en: str
    source: str
    numerator: tuple[Term, ...] = ()
    denominator: tuple[Term, ...] = ()
    numerator_minus: tuple[Term, ...] = ()
    scale: float = 1.0
    decimals: int = 0
    of: str | None = None
    function: str | None = None
    population_basis: str = ""
    date_basis: str = ""
    exclusions_zh: str = ""
    exclusions_en: str = ""
    dimensions: tuple[str, ...] = ("area", "organisation", "month", "sex", "age_band")
    better: str = "none"  # higher, lower, none
    suppress: bool = False
    owner: str = ""
    tags: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.form not in ("count", "sum", "mean", "ratio", "rate", "growth", "difference", "table"):
            raise WeijianError("definition.measure_form", f"{self.form} is no form of a measure.", self.id)
        if self.compares and not self.of:
            raise WeijianError("definition.measure_growth", "A growth names the measure it is the growth of.", self.id)
        if self.form == "table" and not self.function:
            raise WeijianError("definition.measure_table", "A table measure names its function.", self.id)
        if self.form in ("mean", "ratio", "rate") and not self.denominator:
            raise WeijianError("definition.measure_denominator", "A ratio needs a denominator.", self.id)
        if not self.compares and self.form != "table" and not self.numerator:
            raise WeijianError("definition.measure_numerator", "A measure needs a numerator.", self.id)

    @property
    def compares(self) -> bool:
        """Whether the value holds two periods of another measure against each other."""
        return self.form in ("growth", "difference")

    def components(self) -> tuple[Component, ...]:
        """All components, numerator first."""
        terms = self.numerator + self.numerator_minus + self.denominator
        return tuple(term for term in terms if isinstance(term, Component))

    def fingerprint(self, texts: dict[str, str]) -> str:
        """Hash of all that changes the value; ``texts`` gives each component's compiled SQL by id."""
        content = [
            self.id,
            self.form,
            self.scale,
            self.decimals,
            self.of,
            self.function,
            self.suppress,
            [[term.id, texts.get(term.id, term.id)] for term in self.numerator],
            [[term.id, texts.get(term.id, term.id)] for term in self.numerator_minus],
            [[term.id, texts.get(term.id, term.id)] for term in self.denominator],
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:32]
