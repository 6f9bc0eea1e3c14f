"""Markers: the figure references that people write into plain text, and what is said when one cannot be understood.

``{{visits.total}}`` · ``{{visits.total|万人次}}`` · ``{{visits.total@2016|0.0万人次}}`` ·
``{{visits.total@2017,area=440113001,sex=2|0}}`` · ``{{gap:py17-detection-rate|没有登记记录}}``
"""

from __future__ import annotations

import difflib
import enum
import re
from collections.abc import Collection
from dataclasses import dataclass

from weijian.definitions.documents import FigureRef, FigureScope, Gap
from weijian.engines.documents.styles import parse_style
from weijian.kernel.errors import WeijianError

_ESCAPE = re.compile(r"\\([\\{}|*>-])")


class ProblemCode(enum.StrEnum):
    """Why a marker cannot be understood."""

    GAP = "gap"
    NO_STYLE = "no_style"
    BAD_STYLE = "bad_style"
    NO_PERIOD = "no_period"
    BAD_MARKER = "bad_marker"
    UNKNOWN_MEASURE = "unknown_measure"
    OPEN_MARKER = "open_marker"
    OPEN_STRONG = "open_strong"
    NO_BLOCK = "no_block"


# (what, what to do) in Chinese, then in English; {detail} is what the problem carries.
_WORDS: dict[ProblemCode, tuple[str, str, str, str]] = {
    ProblemCode.GAP: (
        "缺数标记写不对。", "请写成 {{gap:数字编号|缺数原因}}，原因不能为空。",
        "The gap marker is not complete.", "Write {{gap:figure-id|reason}}; the reason may not be empty.",
    ),
    ProblemCode.NO_STYLE: (
        "竖线后没有写样式。", "请补上样式（如 万人次、0.00%），或删去竖线。",
        "No style stands after the bar.", "Add a style (万人次, 0.00%) or take the bar away.",
    ),
    ProblemCode.BAD_STYLE: (
        "看不懂样式“<detail>”。", "样式如 0.00%、0.0万人次、#,##0元、同比、连续0年。",
        "The style “<detail>” cannot be understood.", "Styles look like 0.00%, 0.0万人次, #,##0元, 同比, 连续0年.",
    ),
    ProblemCode.NO_PERIOD: (
        "@ 后没有写时期或参数。", "请写成 @2017 或 @2017,area=区划代码。",
        "No period or parameter stands after @.", "Write @2017 or @2017,area=code.",
    ),
    ProblemCode.BAD_MARKER: (
        "看不懂指标编号或参数。", "请写成 {{指标编号@时期|样式}}，如 {{visits.total@2017|万人次}}。",
        "The measure id or a parameter cannot be understood.",
        "Write {{measure@period|style}}, as {{visits.total@2017|万人次}}.",
    ),
    ProblemCode.UNKNOWN_MEASURE: (
        "没有这个编号的指标。", "相近的编号：<detail>。", "There is no measure with this id.", "Ids like it: <detail>.",
    ),
    ProblemCode.OPEN_MARKER: ("标记没有结束。", "请补上 }}。", "The marker is not closed.", "Add }}."),
    ProblemCode.OPEN_STRONG: (
        "加粗没有结束。", "请再写一个 **，或在星号前加反斜杠。",
        "Bold type is not closed.", "Write ** once more, or a backslash before the stars.",
    ),
    ProblemCode.NO_BLOCK: (
        "本节没有这张图表。", "可用的有：<detail>。",
        "This section has no such table or chart.", "There are: <detail>.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class MarkerProblem:
    """One marker that cannot be understood: where, which, why, and what to write instead."""

    line: int
    marker: str
    code: ProblemCode
    detail: str = ""

    def what(self, lang: str = "zh") -> str:
        """What is wrong, a sentence."""
        return _WORDS[self.code][0 if lang.startswith("zh") else 2].replace("<detail>", self.detail)

    def fix(self, lang: str = "zh") -> str:
        """What to write instead, a sentence."""
        return _WORDS[self.code][1 if lang.startswith("zh") else 3].replace("<detail>", self.detail or "—")

    def __str__(self) -> str:
        return f"第{self.line}行 {self.marker}：{self.what()}{self.fix()}"


class TextProblems(WeijianError):
    """All problems of one text together, so that the writer mends them in one go."""

    def __init__(self, problems: tuple[MarkerProblem, ...]) -> None:
        self.problems = problems
        where = "、".join(dict.fromkeys(f"第{problem.line}行" for problem in problems))
        super().__init__("document.bad_marker", "；".join(map(str, problems)), where, "请按提示修改后再保存。")


class UnreadableMarker(ValueError):
    """Raised by :func:`parse_marker`, which does not know the line."""

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(code.value)


def unescape(text: str) -> str:
    """Take the backslashes away that :func:`escape` put there."""
    return _ESCAPE.sub(r"\1", text)


def escape(text: str, characters: str = "\\{*") -> str:
    """Put a backslash before each of ``characters``."""
    return "".join("\\" + character if character in characters else character for character in text)


def parse_marker(body: str, measures: Collection[str] | None = None) -> FigureRef | Gap:
    """The reference between ``{{`` and ``}}``.

    ``measures`` are the known measure ids; None leaves them unchecked. Raises :class:`UnreadableMarker`.
    """
    left, bar, right = body.partition("|")
    left = left.strip()
    if left.startswith("gap:"):
        try:
            return Gap(left.removeprefix("gap:").strip(), unescape(right).strip())
        except WeijianError as error:
            raise UnreadableMarker(ProblemCode.GAP) from error
    measure, at, parameters = (part.strip() for part in left.partition("@"))
    style = right.strip()
    if bar and not style:
        raise UnreadableMarker(ProblemCode.NO_STYLE)
    if at and not parameters:
        raise UnreadableMarker(ProblemCode.NO_PERIOD)
    try:
        if style:
            parse_style(style)
    except WeijianError as error:
        raise UnreadableMarker(ProblemCode.BAD_STYLE, style) from error
    try:
        reference = FigureRef(measure, _parse_scope(parameters), style)
    except WeijianError as error:
        raise UnreadableMarker(ProblemCode.BAD_MARKER) from error
    if measures is not None and measure not in measures:
        near = difflib.get_close_matches(measure, list(measures), n=3, cutoff=0.6)
        raise UnreadableMarker(ProblemCode.UNKNOWN_MEASURE, "、".join(near))
    return reference


def _parse_scope(text: str) -> FigureScope:
    if not text:
        return FigureScope()
    named: dict[str, str] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            name, value = "period", name
        if name in named or not value:
            raise UnreadableMarker(ProblemCode.BAD_MARKER)
        named[name] = value
    period, area, organisation = (named.pop(name, "") for name in ("period", "area", "organisation"))
    return FigureScope(period, area, organisation, tuple(named.items()))


def print_marker(run: FigureRef | Gap) -> str:
    """The marker as people write it; :func:`parse_marker` reads it back equal."""
    if isinstance(run, Gap):
        return "{{gap:" + run.figure + "|" + escape(run.reason, "\\{}|*") + "}}"
    scope = [run.scope.period] if run.scope.period else []
    scope += [
        f"{name}={value}"
        for name, value in (("area", run.scope.area), ("organisation", run.scope.organisation))
        if value
    ]
    scope += [f"{name}={value}" for name, value in run.scope.dimensions]
    return "{{" + run.measure + ("@" + ",".join(scope) if scope else "") + (f"|{run.style}" if run.style else "") + "}}"
