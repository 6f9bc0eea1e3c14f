"""``weijian indicator``, ``weijian trace``, ``weijian figures``: indicators, their records and a document's figures."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document / 输出一个JSON文档")]
_Period = Annotated[str, typer.Option(help="2017, 2017-03, 2017-Q1, 2017-06YTD, @2017-12-31")]


def register(app: typer.Typer) -> None:
    """Add the commands; Django starts inside them."""
    indicator = typer.Typer(no_args_is_help=True, help="指标 / Indicators")
    indicator.command("list", help="List all indicators / 列出全部指标")(_list)
    indicator.command("show", help="Show one indicator for a period / 查看一个指标")(_show)
    app.add_typer(indicator, name="indicator")
    app.command("trace", help="Open a figure down to its records / 打开一个数字的记录")(_trace)
    app.command("figures", help="A document's figures beside what the records give / 文件所载数字与记录对照")(_figures)


def _list(as_json: _Json = False) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.foundation.figures.catalogue import measures

    rows = [
        {"id": one.id, "zh": one.zh, "en": one.en, "unit": one.unit, "form": one.form, "basis": one.population_basis,
         "date_basis": one.date_basis, "source": one.source, "owner": one.owner}
        for one in measures().values()
    ]  # fmt: skip
    if as_json:
        _print(rows)
        return
    for row in rows:
        typer.echo(f"{row['id']:44} {row['unit']:8} {row['zh']}")


def _show(
    indicator_id: Annotated[str, typer.Argument(metavar="ID")],
    period: _Period = "2017",
    by: Annotated[str | None, typer.Option(help="area, village, institution, month, sex, age")] = None,
    area: Annotated[str | None, typer.Option(help="Area code / 区划代码")] = None,
    institution: Annotated[str | None, typer.Option(help="Institution code / 机构代码")] = None,
    as_json: _Json = False,
) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.engines.measures.rollup import Scope
    from weijian.foundation.figures.queries import figure, unlinked_of
    from weijian.foundation.figures.tables import area_id, breakdown, organisation_id
    from weijian.foundation.sign_off.queries import sign_off_of

    scope = Scope(
        area_id=area_id(area) if area else None, organisation_id=organisation_id(institution) if institution else None
    )
    answer = figure(indicator_id, period, scope=scope)
    measure = answer.measure
    state = sign_off_of(measure, period, scope)
    found: dict[str, Any] = {
        "id": measure.id, "zh": measure.zh, "en": measure.en, "period": answer.figure.period,
        "value": answer.rounded, "numerator": answer.figure.numerator, "denominator": answer.figure.denominator,
        "unit": measure.unit, "basis": measure.population_basis, "date_basis": measure.date_basis,
        "definition": measure.definition_zh, "definition_en": measure.definition_en, "source": measure.source,
        "exclusions": measure.exclusions_zh, "low": answer.figure.low, "high": answer.figure.high,
        "reason": answer.figure.reason, "snapshot": answer.snapshot_id, "fingerprint": answer.fingerprint,
        "unlinked": unlinked_of(measure, period, scope),
        "owed": state.owed, "signed": state.signed, "final": state.final,
    }  # fmt: skip
    if by:
        found["rows"] = [
            {"key": row.key, "zh": row.label_zh, "en": row.label_en, "value": row.value, "numerator": row.numerator,
             "denominator": row.denominator, "reason": row.reason, "withheld": row.withheld}
            for row in breakdown(indicator_id, period, by, scope=scope)
        ]  # fmt: skip
    if as_json:
        _print(found)
        return
    typer.echo(f"{measure.zh} {answer.figure.period}: {_shown(answer.rounded, answer.figure.reason)} {measure.unit}")
    typer.echo(f"  {measure.definition_zh}(快照 {answer.snapshot_id})")
    typer.echo(f"  {'终审数' if state.final else '初步数'}:已签核 {state.signed:,} / 应报 {state.owed:,} 机构期")
    for row in found.get("rows", []):
        typer.echo(f"  {row['key']:14} {_shown(row['value'], row['reason']):>16}  {row['zh']}")


def _trace(
    indicator_id: Annotated[str, typer.Argument(metavar="ID")],
    period: _Period = "2017",
    limit: Annotated[int, typer.Option(min=0, max=10_000)] = 20,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    as_json: _Json = False,
) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.foundation.figures.tracing import trace

    found = trace(indicator_id, period, limit=limit, offset=offset)
    terms: list[dict[str, Any]] = [
        {
            "term": one.id, "role": one.role, "condition": one.condition, "value": one.value,
            "kind": one.records.kind if one.records else None,
            "count": one.records.total if one.records else None,
            "records": one.records.as_dicts() if one.records else [],
        }
        for one in found.terms
    ]  # fmt: skip
    document: dict[str, Any] = {
        "id": found.measure.id, "period": str(found.period), "definition": found.measure.definition_zh,
        "definition_en": found.measure.definition_en, "source": found.measure.source, "snapshot": found.snapshot.pk,
        "manifest": found.snapshot.manifest_sha256, "fingerprint": found.fingerprint, "value": found.value,
        "numerator": found.numerator, "denominator": found.denominator, "reason": found.reason,
        "unlinked": found.unlinked, "terms": terms,
    }  # fmt: skip
    if as_json:
        _print(document)
        return
    typer.echo(f"{found.measure.zh} {found.period}: {_shown(found.value, found.reason)} (快照 {found.snapshot.pk})")
    for term in terms:
        typer.echo(f"  {term['role']}: {term['condition']} = {_shown(term['value'], '')} ({term['count']} 条记录)")
        for row in term["records"]:
            typer.echo("    " + " ".join(f"{name}={value}" for name, value in row.items()))


def _figures(
    document: Annotated[str, typer.Option(help="000 番禺 2017, 001 义乌 2020")] = "000", as_json: _Json = False
) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.foundation.figures.documents import as_json as plain
    from weijian.foundation.figures.documents import document_figures, summary

    rows = document_figures(document)
    if as_json:
        _print(plain(rows))
        return
    for row in rows:
        mark = {True: "✓", False: "✗", None: "·"}[row.within_rounding]
        typer.echo(f"{mark} {row.id:32} {row.published:>16} {_shown(row.computed, ''):>16} {row.unit:6} {row.reason}")
    typer.echo(", ".join(f"{name} {count}" for name, count in summary(rows).items()))


def _print(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, default=_plain, indent=1))


def _plain(value: object) -> object:
    from datetime import date
    from decimal import Decimal

    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown(value: object, reason: str) -> str:
    return reason or "—" if value is None else str(_plain(value))
