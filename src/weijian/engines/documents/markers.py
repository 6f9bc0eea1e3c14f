"""Markers: the figure references that people write into plain text, and what is said when one cannot be understood.

``{{visits.total}}`` · ``{{visits.total|万人次}}`` · ``{{visits.total@2016|0.0万人次}}`` ·
``{{visits.total@2017,area=440113001,sex=2|0}}`` · ``{{gap:py17-detection-rate|没有登记记录}}``
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass

from weijian.definitions.documents import FigureRef, FigureScope, Gap
from weijian.engines.documents.styles import parse_style
from weijian.kernel.errors import WeijianError

_ESCAPE = re.compile(r"\\([\\{}|*>-])")


@dataclass(frozen=True)
class MarkerProblem:
    """One marker that cannot be understood: where, which, why, and what to write instead."""

    line: int
    marker: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"第{self.line}行 {self.marker}：{self.what}{self.fix}"


class TextProblems(WeijianError):
    """All problems of one text together, so that the writer mends them in one go."""

    def __init__(self, problems: tuple[MarkerProblem, ...]) -> None:
        self.problems = problems
        where = "、".join(sorted({f"第{problem.line}行" for problem in problems}))
        super().__init__("document.bad_marker", "；".join(map(str, problems)), where, "请按提示修改后再保存。")


def unescape(text: str) -> str:
    """Take the backslashes away that :func:`escape` put there."""
    return _ESCAPE.sub(r"\1", text)


def escape(text: str, characters: str = "\\{*") -> str:
    """Put a backslash before each of ``characters``."""
    return "".join("\\" + character if character in characters else character for character in text)


def parse_marker(body: str, measures: Collection[str] | None = None) -> FigureRef | Gap:
    """The reference between ``{{`` and ``}}``.

    ``measures`` are the known measure ids; None leaves them unchecked. Raises :class:`WeijianError` whose ``what`` and
    ``fix`` are Chinese sentences for the writer.
    """
    left, bar, right = body.partition("|")
    left = left.strip()
    if left.startswith("gap:"):
        try:
            return Gap(left.removeprefix("gap:").strip(), unescape(right).strip())
        except WeijianError as error:
            raise _problem("缺数标记写不对。", "请写成 {{gap:数字编号|缺数原因}}，原因不能为空。") from error
    measure, at, parameters = (part.strip() for part in left.partition("@"))
    style = right.strip()
    if bar and not style:
        raise _problem("竖线后没有写样式。", "请补上样式（如 万人次、0.00%），或删去竖线。")
    if style:
        try:
            parse_style(style)
        except WeijianError as error:
            raise _problem(f"看不懂样式“{style}”。", "样式如 0.00%、0.0万人次、#,##0元、同比、连续0年。") from error
    if at and not parameters:
        raise _problem("@ 后没有写时期或参数。", "请写成 @2017 或 @2017,area=区划代码。")
    try:
        reference = FigureRef(measure, _parse_scope(parameters), style)
    except WeijianError as error:
        raise _problem("看不懂指标编号或参数。", "请写成 {{指标编号@时期|样式}}，如 {{visits.total@2017|万人次}}。") from error
    if measures is not None and measure not in measures:
        near = difflib.get_close_matches(measure, list(measures), n=3, cutoff=0.6)
        hint = f"是不是 {' 或 '.join(near)}？" if near else "请在指标目录中查编号。"
        raise _problem(f"没有编号为 {measure} 的指标。", hint)
    return reference


def _problem(what: str, fix: str) -> WeijianError:
    return WeijianError("document.bad_marker", what, "", fix)


def _parse_scope(text: str) -> FigureScope:
    if not text:
        return FigureScope()
    named: dict[str, str] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            name, value = "period", name
        if name in named or not value:
            raise _problem("参数重复或没有值。", "")
        named[name] = value
    period, area, organisation = (named.pop(name, "") for name in ("period", "area", "organisation"))
    return FigureScope(period, area, organisation, tuple(named.items()))


def print_marker(run: FigureRef | Gap) -> str:
    """The marker as people write it; :func:`parse_marker` reads it back equal."""
    if isinstance(run, Gap):
        return "{{gap:" + run.figure + "|" + escape(run.reason, "\\{}|*") + "}}"
    scope = [run.scope.period] if run.scope.period else []
    scope += [f"{name}={value}" for name, value in (("area", run.scope.area), ("organisation", run.scope.organisation)) if value]
    scope += [f"{name}={value}" for name, value in run.scope.dimensions]
    return "{{" + run.measure + ("@" + ",".join(scope) if scope else "") + (f"|{run.style}" if run.style else "") + "}}"
