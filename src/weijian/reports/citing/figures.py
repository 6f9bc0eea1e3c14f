"""Computes all figures of a document in one pass per scope, each with its evidence and trace code.

What cannot be computed becomes a gap with the reason that prints; nothing is ever made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from weijian.definitions.measures import Measure, Population
from weijian.engines.documents.figures import Change, FigureKey, FigureState, FigureValue, trace_code
from weijian.engines.measures.rollup import Scope
from weijian.foundation.figures.catalogue import fingerprint
from weijian.foundation.figures.published import suppression_threshold
from weijian.foundation.figures.queries import Answer, figures
from weijian.foundation.figures.services import code_of
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period
from weijian.reports.citing.received import Received
from weijian.reports.citing.requests import FigureRequest, Unanswerable, read_request

Progress = Callable[[int, int, str], None]
#: (measure, period code, scope) → what the engine answered.
Answers = dict[tuple[str, str, Scope], Answer]

_REASONS = {
    "no_records": "没有登记记录",
    "zero_denominator": "分母为零",
    "no_comparison": "没有可比的上期数",
    "not_by_person": "不分性别、年龄",
}
_BASES = {"resident": "常住人口", "registered": "户籍人口", "service": "服务人口(建档口径)"}
_TIMES = {"average": "年平均", "year_end": "年末", "mid_year": "年中", "event": "按登记的事件"}


def compute_figures(
    keys: Iterable[FigureKey], snapshot: Snapshot, progress: Progress | None = None
) -> dict[FigureKey, FigureValue]:
    """A value for every key over one snapshot: computed, suppressed or a gap; never an exception for one bad figure.

    ``progress`` gets (done, total, what) after each group of figures that is computed together.
    """
    found: dict[FigureKey, FigureValue] = {}
    requests: list[FigureRequest] = []
    for key in dict.fromkeys(keys):
        try:
            requests.append(read_request(key))
        except Unanswerable as reason:
            found[key] = FigureValue(FigureState.GAP, reason=str(reason), snapshot=str(snapshot.pk))
    if not requests:
        return found
    answers, failures = _ask(requests, snapshot, progress)
    received = Received(snapshot)
    for request in requests:
        found[request.key] = _value(request, answers, failures, received, snapshot)
    return found


def _ask(
    requests: Iterable[FigureRequest], snapshot: Snapshot, progress: Progress | None
) -> tuple[Answers, dict[str, str]]:
    wanted: dict[tuple[Scope, str], set[Period]] = {}
    for request in requests:
        wanted.setdefault((request.scope, request.measure.id), set()).update(request.periods)
    # Measures asked over the same periods of the same scope go through the cubes together.
    groups: dict[tuple[Scope, tuple[Period, ...]], list[str]] = {}
    for (scope, measure_id), periods in wanted.items():
        groups.setdefault((scope, tuple(sorted(periods))), []).append(measure_id)
    answers: Answers = {}
    failures: dict[str, str] = {}
    for number, ((scope, asked), ids) in enumerate(groups.items(), start=1):
        for answer in _robust(ids, asked, scope, snapshot, failures):
            answers[(answer.measure.id, answer.figure.period, scope)] = answer
        if progress:
            progress(number, len(groups), f"{len(ids)}×{len(asked)}")
    return answers, failures


def _robust(
    ids: list[str], periods: tuple[Period, ...], scope: Scope, snapshot: Snapshot, failures: dict[str, str]
) -> list[Answer]:
    try:
        return figures(ids, periods, scope=scope, snapshot=snapshot)
    except WeijianError as error:
        if len(ids) == 1:
            failures[ids[0]] = error.what.rstrip("。")
            return []
    # One measure that fails must not take the others of its group with it.
    return [answer for one in ids for answer in _robust([one], periods, scope, snapshot, failures)]


def _value(
    request: FigureRequest, answers: Answers, failures: Mapping[str, str], received: Received, snapshot: Snapshot
) -> FigureValue:
    measure, period = request.measure, request.period
    evidence: dict[str, Any] = {
        "snapshot": str(snapshot.pk),
        "name": measure.zh,
        "basis": _basis(measure),
        "definition_fingerprint": fingerprint(measure.id),
    }
    answer = answers.get((measure.id, str(period), request.scope))
    code = _code(request, evidence)
    if measure.id in failures or answer is None:
        return FigureValue(FigureState.GAP, reason=failures.get(measure.id, "这一范围没有登记记录"), **evidence)
    missing = received.missing(measure, period)
    if missing and not answer.figure.value:
        return FigureValue(FigureState.GAP, reason=f"没有收到{missing}数据", **evidence)
    if answer.figure.value is None:
        return FigureValue(FigureState.GAP, reason=_reason(measure, answer.figure.reason), **evidence)
    if _is_small(measure, request.scope, answer.figure.numerator):
        return FigureValue(FigureState.SUPPRESSED, unit=measure.unit, trace_code=code, **evidence)
    if request.key.change is not Change.NONE:
        return _change(request, answer, answers, received, code, evidence)
    return FigureValue(
        FigureState.COMPUTED, answer.figure.value, answer.figure.numerator, answer.figure.denominator,
        unit=measure.unit, trace_code=code, **evidence,
    )  # fmt: skip


def _code(request: FigureRequest, evidence: dict[str, Any]) -> str:
    """The code names the figure itself: a change on the year before opens the figure and shows both years."""
    if request.key.scope.dimensions:  # by sex or age: only the issued report can open it
        plain = FigureKey(request.measure.id, request.key.scope)
        return trace_code(plain, evidence["definition_fingerprint"], evidence["snapshot"])
    scope = request.scope
    return code_of(
        request.measure.id, str(request.period), scope.area_id, scope.organisation_id, int(evidence["snapshot"])
    )


def _change(
    request: FigureRequest, answer: Answer, answers: Answers, received: Received, code: str, evidence: dict[str, Any]
) -> FigureValue:
    measure, before = request.measure, request.before
    assert before is not None and answer.figure.value is not None  # the caller has looked
    earlier = answers.get((measure.id, str(before), request.scope))
    was = None if earlier is None or received.missing(measure, before) else earlier.figure.value
    now = answer.figure.value
    as_rate = request.key.change in (Change.YEAR_RATE, Change.PERIOD_RATE)
    if was is None or (as_rate and not was):
        return FigureValue(FigureState.GAP, reason=f"没有可比的{before.label_zh}数", **evidence)
    changed = Fraction(now) - Fraction(was)
    exact = changed / Fraction(was) if as_rate else changed
    # Twelve places: a change is rounded once, when it is printed.
    value = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("1e-12"))
    return FigureValue(
        FigureState.COMPUTED, value, now, was, unit="1" if as_rate else measure.unit, trace_code=code, **evidence
    )


def _is_small(measure: Measure, scope: Scope, numerator: Decimal | None) -> bool:
    narrowed = scope != Scope()
    return measure.suppress and narrowed and numerator is not None and 0 < numerator < suppression_threshold()


def _reason(measure: Measure, code: str) -> str:
    if code == "no_denominator":
        people = any(isinstance(term, Population) for term in measure.denominator)
        return "没有这一年的人口数" if people else "分母没有登记记录"
    return _REASONS.get(code, code or "没有登记记录")


def _basis(measure: Measure) -> str:
    """``service.year_end`` as 服务人口(建档口径)·年末, in the language of the report."""
    name, _dot, at = measure.population_basis.partition(".")
    known = _BASES.get(name, name)
    return f"{known}·{_TIMES.get(at, at)}" if at else known
