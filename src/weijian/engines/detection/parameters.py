"""Parameters of detectors as a person types them: parsed, checked against range and choices, misspellings answered
with a guess.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weijian.engines.detection.series import DetectionError

_TRUE, _FALSE = {"true", "t", "yes", "1", "是"}, {"false", "f", "no", "0", "否"}
_NONE = {"null", "none", "na", ""}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: R's name, the keyword it is passed as, its kind and what it may be.

    ``kind`` is ``int``, ``float``, ``bool``, ``text``, ``numbers`` (comma list of two) or ``number-or-text``.
    ``low`` and ``high`` are inclusive unless ``open_range``. ``optional`` allows R's ``NULL``.
    """

    name: str
    kind: str
    default: Any
    zh: str
    en: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    open_range: bool = False
    keyword: str = ""

    @property
    def target(self) -> str:
        """Keyword of the Python function."""
        return self.keyword or self.name

    def parse(self, value: Any) -> Any:
        """The value as the function wants it. Raises ``DetectionError`` that names parameter, value and allowed
        range.
        """
        if value is None or (isinstance(value, str) and value.strip().lower() in _NONE and "none" not in self.choices):
            if self.optional:
                return None
            raise self._wrong(value, "it needs a value")
        try:
            parsed = self._convert(value)
        except (ValueError, TypeError) as error:
            raise self._wrong(value, f"it is not {_KIND_EN[self.kind]}") from error
        for number in parsed if isinstance(parsed, tuple) else (parsed,):
            if isinstance(number, (int, float)) and not isinstance(number, bool):
                self._check_range(number)
        if self.choices and isinstance(parsed, str) and parsed not in self.choices:
            raise self._wrong(value, f"use {', '.join(self.choices)}{guess(parsed, self.choices)}")
        return parsed

    def _convert(self, value: Any) -> Any:
        text = str(value).strip()
        if self.kind == "bool":
            lowered = text.lower()
            if lowered not in _TRUE | _FALSE:
                raise ValueError(text)
            return lowered in _TRUE
        if self.kind == "int":
            number = float(text)
            if number != int(number):
                raise ValueError(text)
            return int(number)
        if self.kind == "float":
            return float(text)
        if self.kind == "numbers":
            parts = value if isinstance(value, (list, tuple)) else text.strip("c()[] ").split(",")
            numbers = tuple(float(part) for part in parts)
            if len(numbers) != 2:
                raise ValueError(text)
            return numbers
        if self.kind == "number-or-text":
            try:
                return float(text)
            except ValueError:
                return text
        return text

    def _check_range(self, number: float) -> None:
        low, high = self.low, self.high
        outside = (low is not None and (number < low or (self.open_range and number <= low))) or (
            high is not None and (number > high or (self.open_range and number >= high))
        )
        if outside or number != number:
            span = f"{'above' if self.open_range else 'at least'} {low}" if low is not None else ""
            span += f"{' and ' if span and high is not None else ''}"
            span += f"{'below' if self.open_range else 'at most'} {high}" if high is not None else ""
            raise self._wrong(number, f"it must be {span}")

    def _wrong(self, value: Any, why: str) -> DetectionError:
        return DetectionError(
            "detection.parameter", f"parameter {self.name}={value} cannot be used: {why}", self.name, self.en
        )


_KIND_EN = {
    "int": "a whole number",
    "float": "a number",
    "bool": "TRUE or FALSE",
    "numbers": "two numbers, for example 5,4",
    "text": "text",
    "number-or-text": "a number or a word",
}


def guess(word: str, known: Sequence[str]) -> str:
    """``; did you mean …?`` for the nearest known word, or nothing."""
    lowered = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=0.5)
    return f"; did you mean {lowered[near[0]]}?" if near else ""


def parse_all(known: Sequence[Parameter], given: Mapping[str, Any], algorithm: str) -> dict[str, Any]:
    """Keyword arguments from what was given, by R's names. An unknown name is an error that says which is meant."""
    by_name = {p.name: p for p in known} | {p.target: p for p in known}
    result: dict[str, Any] = {}
    for name, value in given.items():
        if name not in by_name:
            names = [p.name for p in known]
            raise DetectionError(
                "detection.unknown_parameter",
                f"{algorithm} has no parameter {name!r}{guess(name, names)}",
                name,
                "known: " + (", ".join(names) or "none"),
            )
        parameter = by_name[name]
        result[parameter.target] = parameter.parse(value)
    return result
