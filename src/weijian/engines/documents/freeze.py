"""Freezing: the document as issued, with every figure and its evidence in one JSON text that prints again unchanged."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from weijian.definitions.document_data import as_data, from_data
from weijian.definitions.documents import Document
from weijian.engines.documents.figures import Change, FigureKey, FigureState, FigureValue
from weijian.engines.documents.resolve import ResolvedDocument, ResolvedFigure
from weijian.kernel.errors import WeijianError

FORMAT = 1
_DECIMALS = ("value", "numerator", "denominator")
_WORDS = ("unit", "snapshot", "definition_fingerprint", "trace_code", "reason", "name", "basis")


@dataclass(frozen=True)
class FrozenDocument:
    """An issued document. ``json`` is canonical, so its fingerprint is that of every copy."""

    json: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the JSON text."""
        return hashlib.sha256(self.json.encode()).hexdigest()

    def thaw(self) -> ResolvedDocument:
        """The resolved document again, figure by figure, without asking any lookup. Raises ``document.unreadable``."""
        try:
            data = json.loads(self.json)
            if data["format"] != FORMAT:
                raise ValueError(f"format {data['format']}")
            document = from_data(data["document"])
            if not isinstance(document, Document):
                raise ValueError("no document")
            figures = [_figure_from(item) for item in data["figures"]]
        except (ValueError, KeyError, TypeError, ArithmeticError) as error:
            raise WeijianError(
                "document.unreadable", "The frozen document cannot be read.", str(error), "Take the copy of a backup."
            ) from error
        return ResolvedDocument(document, {figure.reference: figure for figure in figures})


def freeze(resolved: ResolvedDocument, on: datetime.date) -> FrozenDocument:
    """The document as of ``on``, the day it is issued."""
    data = {
        "format": FORMAT,
        "frozen_on": on.isoformat(),
        "document": as_data(resolved.document),
        "document_fingerprint": resolved.document.fingerprint(),
        "figures": [_figure_data(figure) for figure in resolved.figures.values()],
    }
    return FrozenDocument(json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _figure_data(figure: ResolvedFigure) -> dict[str, Any]:
    value: dict[str, Any] = {name: _text(getattr(figure.value, name)) for name in _DECIMALS}
    value |= {name: getattr(figure.value, name) for name in _WORDS} | {"state": figure.value.state.value}
    if figure.value.preliminary:
        value["preliminary"] = True
    key = {"scope": as_data(figure.key.scope), "change": figure.key.change.value} if figure.key else None
    return {
        "reference": as_data(figure.reference),
        "key": key,
        "value": value,
        "text": figure.text,
        "number": figure.number,
    }


def _figure_from(data: dict[str, Any]) -> ResolvedFigure:
    value = dict(data["value"])
    value |= {name: None if value[name] is None else Decimal(value[name]) for name in _DECIMALS}
    reference = from_data(data["reference"])
    key = None
    if data["key"] is not None:
        key = FigureKey(reference.measure, from_data(data["key"]["scope"]), Change(data["key"]["change"]))
    return ResolvedFigure(
        reference, key, FigureValue(**value | {"state": FigureState(value["state"])}), data["text"], data["number"]
    )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
