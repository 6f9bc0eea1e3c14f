"""A frozen document run again: the same figures, or the list of what differs and why."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from weijian.engines.documents.figures import FigureKey, FigureState, FigureValue
from weijian.engines.documents.freeze import FrozenDocument
from weijian.engines.documents.resolve import ResolvedDocument, ResolvedFigure


class Cause(enum.StrEnum):
    """Why a figure differs."""

    DEFINITION = "definition"
    LATE = "late"
    CORRECTED = "corrected"
    VOIDED = "voided"
    SNAPSHOT = "snapshot"
    UNEXPLAINED = "unexplained"

    def words(self, lang: str = "zh") -> str:
        """The cause as people read it."""
        return _CAUSES[self][0 if lang.startswith("zh") else 1]


_CAUSES = {
    Cause.DEFINITION: ("指标定义已修改", "the definition changed"),
    Cause.LATE: ("有迟报记录", "records arrived late"),
    Cause.CORRECTED: ("有更正记录", "records were corrected"),
    Cause.VOIDED: ("有作废记录", "records were voided"),
    Cause.SNAPSHOT: ("数据快照已更新", "the snapshot is newer"),
    Cause.UNEXPLAINED: (
        "定义和快照相同而结果不同，请报告系统管理员",
        "same definition and snapshot, another result: tell the administrator",
    ),
}


@dataclass(frozen=True)
class ChangedRecords:
    """How many records that a figure counts arrived late, were corrected or were voided between two snapshots."""

    late: int = 0
    corrected: int = 0
    voided: int = 0


#: (figure, earlier snapshot, later snapshot) → what changed beneath it.
Explain = Callable[[FigureKey, str, str], ChangedRecords]


@dataclass(frozen=True)
class Difference:
    """One figure that is not what it was. ``was`` or ``now`` is None where the figure stands on one side only."""

    measure: str
    key: FigureKey | None
    was: ResolvedFigure | None
    now: ResolvedFigure | None
    causes: tuple[Cause, ...]
    records: ChangedRecords = ChangedRecords()

    @property
    def printed(self) -> bool:
        """Whether the printed words differ too, or only the evidence beneath them."""
        return self.was is None or self.now is None or self.was.text != self.now.text

    def __str__(self) -> str:
        was, now = (figure.text if figure else "（无）" for figure in (self.was, self.now))
        why = "、".join(cause.words() for cause in self.causes) or "引用有增减"
        return f"{self.key or self.measure}：原为{was}，现为{now}（{why}）"


def compare(frozen: FrozenDocument, again: ResolvedDocument, explain: Explain | None = None) -> list[Difference]:
    """Where a document run again differs from what was issued; empty when every figure and its evidence is the same.

    ``explain`` counts the changed records beneath a figure; without it a newer snapshot is named as the cause.
    Raises ``document.unreadable``.
    """
    before = {(figure.key, figure.reference): figure for figure in frozen.thaw().figures.values()}
    after = {(figure.key, figure.reference): figure for figure in again.figures.values()}
    found: list[Difference] = []
    for name in [*before, *(name for name in after if name not in before)]:
        key, reference = name
        was, now = before.get(name), after.get(name)
        if was and now:
            if _same(was.value, now.value) and was.text == now.text:
                continue
            causes, records = _causes(key, was.value, now.value, explain)
        else:
            causes, records = (), ChangedRecords()
        measure = key.measure if key else getattr(reference, "figure", "")
        found.append(Difference(measure, key, was, now, causes, records))
    return found


def _same(was: FigureValue, now: FigureValue) -> bool:
    return (was.state, was.value, was.numerator, was.denominator) == (
        now.state,
        now.value,
        now.numerator,
        now.denominator,
    )


def _causes(
    key: FigureKey | None, was: FigureValue, now: FigureValue, explain: Explain | None
) -> tuple[tuple[Cause, ...], ChangedRecords]:
    causes: list[Cause] = []
    records = ChangedRecords()
    if was.definition_fingerprint != now.definition_fingerprint:
        causes.append(Cause.DEFINITION)
    if was.snapshot != now.snapshot:
        if explain and key and FigureState.GAP not in (was.state, now.state):
            records = explain(key, was.snapshot, now.snapshot)
        counted = ((Cause.LATE, records.late), (Cause.CORRECTED, records.corrected), (Cause.VOIDED, records.voided))
        named = [cause for cause, count in counted if count]
        causes += named or [Cause.SNAPSHOT]
    return tuple(causes) or (Cause.UNEXPLAINED,), records
