"""Food-specific (in general: exposure-specific) attack-rate tables of an outbreak: for each exposure who was ill among
the exposed and the others, every measure and test beside it, persons with unknown exposure left out and counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weijian.engines.detection.linelist.association import AssociationTests, association_tests
from weijian.engines.detection.linelist.binomial import binomial_interval
from weijian.engines.detection.linelist.conditional_odds import exact_odds_ratio
from weijian.engines.detection.linelist.effect_measures import (
    attributable_fraction_exposed,
    attributable_fraction_population,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from weijian.engines.detection.linelist.estimate import Estimate
from weijian.engines.detection.linelist.exact_risk_ratio import LARGEST_GROUP, exact_risk_ratio
from weijian.engines.detection.linelist.two_by_two import TwoByTwo
from weijian.kernel.errors import WeijianError

Flags = Sequence[bool | None]


@dataclass(frozen=True)
class ExposureTable:
    """One exposure: the table, persons left out because exposure or illness is unknown, and what follows from it."""

    exposure: str
    table: TwoByTwo
    unknown: int
    attack_rate_exposed: Estimate
    attack_rate_unexposed: Estimate
    cases_exposed: Estimate
    risk_ratio: dict[str, Estimate]
    odds_ratio: dict[str, Estimate]
    risk_difference: dict[str, Estimate]
    attributable_fraction_exposed: Estimate
    attributable_fraction_population: Estimate
    tests: AssociationTests

    def as_dict(self) -> dict[str, object]:
        """The table as JSON data."""
        table = self.table

        def listed(estimates: dict[str, Estimate]) -> dict[str, object]:
            return {name: estimate.as_dict() for name, estimate in estimates.items()}

        return {
            "exposure": self.exposure,
            "table": {"a": table.a, "b": table.b, "c": table.c, "d": table.d},
            "unknown": self.unknown,
            "exposed": {"ill": table.a, "total": table.exposed, "attack_rate": self.attack_rate_exposed.as_dict()},
            "unexposed": {
                "ill": table.c,
                "total": table.unexposed,
                "attack_rate": self.attack_rate_unexposed.as_dict(),
            },
            "cases_exposed": self.cases_exposed.as_dict(),
            "risk_ratio": listed(self.risk_ratio),
            "odds_ratio": listed(self.odds_ratio),
            "risk_difference": listed(self.risk_difference),
            "attributable_fraction_exposed": self.attributable_fraction_exposed.as_dict(),
            "attributable_fraction_population": self.attributable_fraction_population.as_dict(),
            "tests": self.tests.as_dict(),
        }


def attack_rate_tables(ill: Flags, exposures: Mapping[str, Flags], *, level: float = 0.95) -> list[ExposureTable]:
    """One table per exposure, in the order given.

    ``ill`` and every exposure hold one flag per person (``None`` = unknown). A person unknown in one exposure is left
    out of that table only. Raises ``linelist.no_persons``, ``linelist.no_exposures`` and ``linelist.lengths_differ``.
    """
    if not ill:
        raise WeijianError("linelist.no_persons", "The line list holds no person.")
    if not exposures:
        raise WeijianError("linelist.no_exposures", "No exposure is named.", fix="For example --exposures rice,eggs.")
    for name, flags in exposures.items():
        if len(flags) != len(ill):
            raise WeijianError(
                "linelist.lengths_differ",
                f"{len(flags)} persons have this exposure filled in, {len(ill)} an illness.",
                where=name,
            )
    return [exposure_table(name, ill, flags, level=level) for name, flags in exposures.items()]


def exposure_table(name: str, ill: Flags, exposed: Flags, *, level: float = 0.95) -> ExposureTable:
    """The table of one exposure with every measure; see `attack_rate_tables`."""
    table, unknown = TwoByTwo.of_flags(zip(exposed, ill, strict=True))
    small = max(table.exposed, table.unexposed) <= LARGEST_GROUP
    ratios = {method: risk_ratio(table, level=level, method=method) for method in ("wald", "score")}
    if small:
        ratios["exact"] = exact_risk_ratio(table, level=level)
    return ExposureTable(
        exposure=name,
        table=table,
        unknown=unknown,
        attack_rate_exposed=binomial_interval(table.a, table.exposed, level=level),
        attack_rate_unexposed=binomial_interval(table.c, table.unexposed, level=level),
        cases_exposed=binomial_interval(table.a, table.ill, level=level),
        risk_ratio=ratios,
        odds_ratio={"wald": odds_ratio(table, level=level)}
        | {method: exact_odds_ratio(table, level=level, method=method) for method in ("exact", "mid-p")},
        risk_difference={m: risk_difference(table, level=level, method=m) for m in ("wald", "newcombe")},
        attributable_fraction_exposed=attributable_fraction_exposed(table, level=level),
        attributable_fraction_population=attributable_fraction_population(table, level=level),
        tests=association_tests(table),
    )
