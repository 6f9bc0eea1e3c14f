"""The commands ``weijian linelist tables``, ``weijian linelist screening`` and ``weijian standardise``. They read a CSV
file, need no database and print text or JSON. The statistics are imported inside the commands, because SciPy would
otherwise slow the start of every other ``weijian`` command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from weijian.kernel.errors import WeijianError

if TYPE_CHECKING:
    from weijian.engines.detection.linelist.stratified import StratifiedResult
    from weijian.engines.detection.linelist.table_file import TableFile

Level = Annotated[float, typer.Option(help="Confidence level of all intervals.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with every digit instead of a table.")]
File = Annotated[Path, typer.Argument(help="CSV file with a header line (UTF-8 or GB18030).")]


def register(app: typer.Typer) -> None:
    """Add the line-list commands to the ``weijian`` application."""
    group = typer.Typer(help="Line lists: attack rates, risk and odds ratios, screening tests.", no_args_is_help=True)
    group.command("tables")(tables)
    group.command("screening")(screening)
    app.add_typer(group, name="linelist")
    app.command("standardise")(standardise)


def tables(
    file: File,
    case: Annotated[str, typer.Option(help="Column with Y/N: was the person ill?")],
    exposures: Annotated[str, typer.Option(help="Columns with Y/N, separated by commas.")],
    stratify: Annotated[str, typer.Option(help="Column to adjust for (Mantel–Haenszel).")] = "",
    level: Level = 0.95,
    as_json: AsJson = False,
) -> None:
    """Attack rates by exposure, with risk ratio, odds ratio and tests.

    A person whose exposure or illness is unknown is left out of that table and counted as unknown.

    Example: weijian linelist tables oswego.csv --case ill --exposures vanilla.ice.cream,cakes
    """
    from weijian.engines.detection.linelist.attack_rates import attack_rate_tables
    from weijian.engines.detection.linelist.estimate import check_level
    from weijian.engines.detection.linelist.report import exposure_report
    from weijian.engines.detection.linelist.table_file import read_table

    source = read_table(file)
    names = _names(exposures)
    ill = source.flags(case)
    results = attack_rate_tables(ill, {name: source.flags(name) for name in names}, level=check_level(level))
    pooled = [_pooled(source, ill, name, stratify, level) for name in names] if stratify else []
    if not as_json:
        typer.echo(exposure_report(results, pooled))
        return
    listed = [item.as_dict() for item in results]
    for entry, adjusted in zip(listed, pooled, strict=False):
        entry["adjusted"] = {"by": stratify} | _adjusted(adjusted)
    summary = {"case": case, "level": level, "persons": len(ill), "cases": sum(1 for flag in ill if flag)}
    typer.echo(json.dumps(summary | {"tables": listed}, ensure_ascii=False, allow_nan=False, indent=2))


def screening(
    file: File,
    test: Annotated[str, typer.Option(help="Column with Y/N: was the test positive?")],
    truth: Annotated[str, typer.Option(help="Column with Y/N: is the person truly ill?")],
    method: Annotated[str, typer.Option(help="Interval of the proportions.")] = "clopper-pearson",
    level: Level = 0.95,
    as_json: AsJson = False,
) -> None:
    """Sensitivity, specificity, predictive values, likelihood ratios and kappa of a screening test.

    Example: weijian linelist screening rapid_test.csv --test rapid --truth pcr
    """
    from weijian.engines.detection.linelist.report import screening_report
    from weijian.engines.detection.linelist.screening import screening_measures
    from weijian.engines.detection.linelist.table_file import read_table
    from weijian.engines.detection.linelist.two_by_two import TwoByTwo

    source = read_table(file)
    table, unknown = TwoByTwo.of_flags(zip(source.flags(test), source.flags(truth), strict=True))
    measures = screening_measures(table, level=level, method=method)
    if as_json:
        counts = {"true_positive": table.a, "false_positive": table.b, "false_negative": table.c}
        data = counts | {"true_negative": table.d, "unknown": unknown, "measures": measures.as_dict()}
        typer.echo(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        typer.echo(screening_report(measures))


def standardise(
    file: File,
    events: Annotated[str, typer.Option(help="Column: events (deaths, cases) of the stratum.")],
    population: Annotated[str, typer.Option(help="Column: population of the stratum.")],
    standard: Annotated[str, typer.Option(help="Column: standard population or weight (direct method).")] = "",
    standard_rate: Annotated[str, typer.Option(help="Column: standard rate per person (indirect).")] = "",
    standard_events: Annotated[str, typer.Option(help="Column: events of the standard (indirect).")] = "",
    standard_population: Annotated[str, typer.Option(help="Column: population of the standard (indirect).")] = "",
    by: Annotated[str, typer.Option(help="Column that names the area; each is standardised by itself.")] = "",
    method: Annotated[str, typer.Option(help="Interval; default gamma (direct), exact (indirect).")] = "",
    per: Annotated[float, typer.Option(help="Rates per this many persons.")] = 100_000.0,
    level: Level = 0.95,
    as_json: AsJson = False,
) -> None:
    """Directly or indirectly standardised rates; one row of the file per stratum (and area).

    Direct when --standard is given, indirect when the standard is given as rates or as events with population.

    Example: weijian standardise deaths.csv --events deaths --population persons --standard who --by street
    """
    from weijian.engines.detection.linelist.standardise_file import standardise_file
    from weijian.engines.detection.linelist.table_file import read_table

    columns = {
        "standard": standard,
        "standard_rate": standard_rate,
        "standard_events": standard_events,
        "standard_population": standard_population,
    }
    results = standardise_file(
        read_table(file), events, population, columns, by=by, method=method, per=per, level=level
    )
    if as_json:
        typer.echo(json.dumps([r.as_dict() for r in results], ensure_ascii=False, allow_nan=False, indent=2))
    else:
        typer.echo("\n".join(result.line() for result in results))


def _names(exposures: str) -> list[str]:
    names = [name.strip() for name in exposures.split(",") if name.strip()]
    if len(set(names)) != len(names):
        raise WeijianError("linelist.exposure_twice", "An exposure is named twice.", where="--exposures")
    return names


def _pooled(source: TableFile, ill: list[bool | None], exposure: str, stratify: str, level: float) -> StratifiedResult:
    from weijian.engines.detection.linelist.stratified import mantel_haenszel
    from weijian.engines.detection.linelist.table_file import MISSING
    from weijian.engines.detection.linelist.two_by_two import TwoByTwo

    strata: dict[str, list[tuple[bool | None, bool | None]]] = {}
    for stratum, flag, sick in zip(source.column(stratify), source.flags(exposure), ill, strict=True):
        if stratum.lower() not in MISSING:
            strata.setdefault(stratum, []).append((flag, sick))
    return mantel_haenszel([TwoByTwo.of_flags(pairs)[0] for pairs in strata.values()], level=level)


def _adjusted(result: StratifiedResult) -> dict[str, object]:
    from weijian.engines.detection.linelist.estimate import json_number

    def test(statistic: float, p_value: float) -> dict[str, object]:
        return {"statistic": json_number(statistic), "p": json_number(p_value)}

    cmh, breslow_day, tarone = result.cochran_mantel_haenszel, result.breslow_day, result.tarone
    return {
        "odds_ratio": result.odds_ratio.as_dict(),
        "risk_ratio": result.risk_ratio.as_dict(),
        "cochran_mantel_haenszel": test(cmh.statistic, cmh.p_value),
        "breslow_day": test(breslow_day.statistic, breslow_day.p_value),
        "tarone": test(tarone.statistic, tarone.p_value),
        "homogeneity_df": result.homogeneity_df,
    }
