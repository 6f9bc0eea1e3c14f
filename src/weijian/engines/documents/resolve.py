"""Resolution: every reference gets its figure once, and from then on all writers print the same words."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from weijian.definitions.documents import Document, FigureRef, FigureScope, Gap, Inline, Strong, Text
from weijian.engines.documents.figures import Change, FigureKey, FigureState, FigureValue, Lookup
from weijian.engines.documents.styles import parse_style, style_for

SUPPRESSED_MARK = "*"
PRELIMINARY_MARK = "初"


@dataclass(frozen=True)
class ResolvedFigure:
    """A reference with its value, the words that print, and its number in the trace table (0: nothing to trace)."""

    reference: FigureRef | Gap
    key: FigureKey | None
    value: FigureValue
    text: str
    number: int

    @property
    def mark(self) -> str:
        """What stands small behind the figure: its number in the trace table, with 初 where the figure is preliminary."""
        return f"{self.number}{PRELIMINARY_MARK if self.value.preliminary else ''}"


class SpanKind(enum.StrEnum):
    """What a writer must tell apart."""

    TEXT = "text"
    STRONG = "strong"
    FIGURE = "figure"
    GAP = "gap"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Span:
    """A stretch of words that print alike."""

    kind: SpanKind
    text: str
    figure: ResolvedFigure | None = None


@dataclass(frozen=True)
class ResolvedDocument:
    """A document with all its figures."""

    document: Document
    figures: Mapping[FigureRef | Gap, ResolvedFigure] = field(default_factory=dict)

    def spans(self, runs: Sequence[Inline]) -> list[Span]:
        """The words of some runs, in order."""
        return [self._span(run) for run in runs]

    def _span(self, run: Inline) -> Span:
        if isinstance(run, Text):
            return Span(SpanKind.TEXT, run.text)
        if isinstance(run, Strong):
            return Span(SpanKind.STRONG, run.text)
        figure = self.figures[run]
        kind = {
            FigureState.COMPUTED: SpanKind.FIGURE,
            FigureState.GAP: SpanKind.GAP,
            FigureState.SUPPRESSED: SpanKind.SUPPRESSED,
        }[figure.value.state]
        return Span(kind, figure.text, figure)

    def plain(self, runs: Sequence[Inline]) -> str:
        """The words of some runs as one text."""
        return "".join(span.text for span in self.spans(runs))

    def traced(self) -> list[ResolvedFigure]:
        """One figure for each line of the trace table, by number."""
        numbered = {figure.number: figure for figure in reversed(list(self.figures.values())) if figure.number}
        return [numbered[number] for number in sorted(numbered)]

    def marked_preliminary(self, keys: Collection[FigureKey]) -> ResolvedDocument:
        """The same document in which the figures of these keys are preliminary and all others are not."""
        marked = {
            reference: replace(figure, value=replace(figure.value, preliminary=figure.key in keys))
            for reference, figure in self.figures.items()
        }
        return ResolvedDocument(self.document, marked)

    def gaps(self) -> Iterator[ResolvedFigure]:
        """What prints as a gap, in reading order."""
        return (figure for figure in self.figures.values() if figure.value.state is FigureState.GAP)


def figure_key(reference: FigureRef, outer: FigureScope) -> FigureKey:
    """What is asked of the measure engine for a reference. Raises ``document.bad_style``."""
    change = parse_style(reference.style).change if reference.style else Change.NONE
    return FigureKey(reference.measure, reference.scope.within(outer), change)


def figure_keys(document: Document) -> list[FigureKey]:
    """Every different figure that :func:`resolve` will ask for, in order.

    A caller computes them together (``resolve(document, values.__getitem__)``): the measure engine answers a hundred
    figures in one pass over its cubes, not in a hundred. Raises ``document.bad_style``.
    """
    references = (figure for figure in document.figures() if isinstance(figure, FigureRef))
    return list(dict.fromkeys(figure_key(reference, document.scope) for reference in references))


def print_figure(reference: FigureRef, value: FigureValue) -> str:
    """The words that stand for a figure; a gap says why there is none, and is never a number."""
    if value.state is FigureState.SUPPRESSED:
        return SUPPRESSED_MARK
    if value.value is None:
        return gap_words(value.reason)
    return style_for(reference.style, value.unit).format(value.value, value.unit)


def gap_words(reason: str) -> str:
    """How a gap prints in every writer."""
    return f"【缺数：{reason or '没有登记记录'}】"


def resolve(document: Document, lookup: Lookup) -> ResolvedDocument:
    """Ask ``lookup`` once for each different figure of a document.

    What the lookup raises goes through: an unknown measure is a defect of the document, missing records are not (the
    lookup answers with a gap). Raises ``document.bad_style``.
    """
    asked: dict[FigureKey, tuple[FigureValue, int]] = {}
    figures: dict[FigureRef | Gap, ResolvedFigure] = {}
    traced = 0
    for reference in document.figures():
        if reference in figures:
            continue
        if isinstance(reference, Gap):
            missing = FigureValue(FigureState.GAP, reason=reference.reason)
            figures[reference] = ResolvedFigure(reference, None, missing, gap_words(reference.reason), 0)
            continue
        key = figure_key(reference, document.scope)
        if key not in asked:
            value = lookup(key)
            traced += bool(value.trace_code)
            asked[key] = (value, traced if value.trace_code else 0)
        value, number = asked[key]
        figures[reference] = ResolvedFigure(reference, key, value, print_figure(reference, value), number)
    return ResolvedDocument(document, figures)
