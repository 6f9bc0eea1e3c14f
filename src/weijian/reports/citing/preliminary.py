"""Which figures of a document still rest on unsigned data, and whose: marked in print, listed for checking, refused at issue."""

from __future__ import annotations

from dataclasses import dataclass

from weijian.engines.documents.figures import FigureKey, FigureState
from weijian.engines.documents.resolve import ResolvedDocument, ResolvedFigure
from weijian.foundation.sign_off.owed import Unsigned
from weijian.foundation.sign_off.queries import SignOff, SignOffs, unsigned_beneath
from weijian.reports.citing.requests import FigureRequest, Unanswerable, read_request


@dataclass(frozen=True)
class PreliminaryFigure:
    """A figure that is not final, and how far the signing beneath it is."""

    figure: ResolvedFigure
    state: SignOff


def preliminary_figures(resolved: ResolvedDocument) -> list[PreliminaryFigure]:
    """Printed figures that rest on unsigned data, by their number in the trace table, each once."""
    signed = SignOffs()
    found: dict[FigureKey, PreliminaryFigure] = {}
    for figure in resolved.figures.values():
        if figure.key is None or figure.key in found or figure.value.state is FigureState.GAP:
            continue
        request = _request(figure.key)
        if request is None:
            continue
        states = [signed.of(request.measure, period, request.scope) for period in request.periods]
        state = SignOff(sum(one.owed for one in states), sum(one.signed for one in states))
        if not state.final:
            found[figure.key] = PreliminaryFigure(figure, state)
    return sorted(found.values(), key=lambda one: one.figure.number)


def marked(resolved: ResolvedDocument) -> ResolvedDocument:
    """The document with its preliminary figures marked as of now."""
    return resolved.marked_preliminary(preliminary_keys(resolved))


def preliminary_keys(resolved: ResolvedDocument) -> set[FigureKey]:
    """The figures that are preliminary as of now."""
    return {one.figure.key for one in preliminary_figures(resolved) if one.figure.key is not None}


def unsigned_of(resolved: ResolvedDocument) -> list[Unsigned]:
    """Whose data beneath the printed figures are not signed."""
    keys = [one.key for one in resolved.figures.values() if one.key and one.value.state is not FigureState.GAP]
    requests = [request for key in dict.fromkeys(keys) if (request := _request(key)) is not None]
    return unsigned_beneath((one.measure, period, one.scope) for one in requests for period in one.periods)


def _request(key: FigureKey) -> FigureRequest | None:
    try:
        return read_request(key)
    except Unanswerable:
        return None
