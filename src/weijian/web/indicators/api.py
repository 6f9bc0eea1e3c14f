"""Indicators under ``/api/v1/``: the list, and one value with everything that has to stand beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from weijian.engines.measures.rollup import Scope
from weijian.foundation.access.api_door import opened_by
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.published import suppression_threshold
from weijian.foundation.figures.queries import Answer, figure, unlinked_of
from weijian.foundation.figures.tables import area_id, organisation_id
from weijian.foundation.sign_off.queries import sign_off_of

router = Router(tags=["指标 Indicators"])


class Indicator(Schema):
    """A definition."""

    id: str
    zh: str
    en: str
    unit: str
    basis: str
    date_basis: str
    definition: str
    definition_en: str
    source: str


class Value(Indicator):
    """A value; ``value`` is null with a ``reason`` where there is none. Decimals are text, so that nothing is rounded away."""

    period: str
    value: str | None
    numerator: str | None
    denominator: str | None
    reason: str
    snapshot: int
    fingerprint: str
    unlinked: float | None
    owed: int
    signed: int
    final: bool


@router.get("/indicators", summary="列出指标", response=list[Indicator], auth=opened_by("indicators.view"))
def indicators(request: HttpRequest) -> list[dict[str, Any]]:
    """All indicators."""
    return [_definition(one.id) for one in measures().values()]


@router.get(
    "/indicators/{indicator_id}", summary="一个指标的数值和口径", response=Value, auth=opened_by("indicators.view")
)
def indicator(
    request: HttpRequest,
    indicator_id: str,
    period: str = Query(..., description="2017, 2017-03, 2017-Q1, 2017-06YTD, @2017-12-31"),
    area: str = Query("", description="区划代码"),
    institution: str = Query("", description="机构代码"),
) -> dict[str, Any]:
    """One indicator for a period, of the district, an area or an institution, from the current snapshot."""
    scope = Scope(
        area_id=area_id(area) if area else None, organisation_id=organisation_id(institution) if institution else None
    )
    answer = figure(indicator_id, period, scope=scope)
    state = sign_off_of(answer.measure, period, scope)
    return {
        **_definition(indicator_id),
        **_numbers(answer, narrowed=scope != Scope()),
        "period": answer.figure.period,
        "snapshot": answer.snapshot_id,
        "fingerprint": answer.fingerprint,
        "unlinked": unlinked_of(answer.measure, period, scope),
        "owed": state.owed,
        "signed": state.signed,
        "final": state.final,
    }


def _numbers(answer: Answer, *, narrowed: bool) -> dict[str, Any]:
    """Small numbers of persons below the district are withheld, as on every page."""
    found = answer.figure
    small = found.numerator is not None and 0 < found.numerator < suppression_threshold()
    if narrowed and answer.measure.suppress and small:
        return {"value": None, "numerator": None, "denominator": _text(found.denominator), "reason": "withheld"}
    return {
        "value": _text(answer.rounded),
        "numerator": _text(found.numerator),
        "denominator": _text(found.denominator),
        "reason": found.reason,
    }


def _text(value: object) -> str | None:
    return None if value is None else f"{value:f}"


def _definition(indicator_id: str) -> dict[str, Any]:
    one = measures()[indicator_id]
    return {
        "id": one.id,
        "zh": one.zh,
        "en": one.en,
        "unit": one.unit,
        "basis": one.population_basis,
        "date_basis": one.date_basis,
        "definition": one.definition_zh,
        "definition_en": one.definition_en,
        "source": one.source,
    }
