"""The official layout after GB/T 9704-2012 (党政机关公文格式): what docx and PDF measure by.

The standard sets 22 lines of 28 characters of 三号 (16 pt) 仿宋 on a type area of 156 mm × 225 mm (clauses 5.1 and
5.2.3).
"""

from __future__ import annotations

from dataclasses import dataclass

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210.0, 297.0
MARGIN_TOP_MM, MARGIN_BOTTOM_MM, MARGIN_LEFT_MM, MARGIN_RIGHT_MM = 37.0, 35.0, 28.0, 26.0
LINES, CHARACTERS = 22, 28
POINTS_PER_MM = 72 / 25.4
BODY_POINTS = 16.0  # 三号
TITLE_POINTS = 22.0  # 二号
HEAD_POINTS = 36.0  # 发文机关标志: below the 22 mm × 15 mm of 上级 marks, fits 14 characters on a line
PAGE_NUMBER_POINTS = 14.0  # 四号
TABLE_POINTS = 12.0  # 小四
NOTE_POINTS, TABLE_NOTE_POINTS = 12.0, 10.5
TRACE_POINTS = 9.0  # 小五
LINE_PITCH_POINTS = (PAGE_HEIGHT_MM - MARGIN_TOP_MM - MARGIN_BOTTOM_MM) * POINTS_PER_MM / LINES
CHARACTER_PITCH_POINTS = (PAGE_WIDTH_MM - MARGIN_LEFT_MM - MARGIN_RIGHT_MM) * POINTS_PER_MM / CHARACTERS
HEAD_RED = "E60012"

FANGSONG, HEITI, KAITI, XIAOBIAOSONG, SONGTI = "仿宋", "黑体", "楷体", "方正小标宋简体", "宋体"
LATIN = "Times New Roman"


@dataclass(frozen=True)
class HeadingFace:
    """The face of a heading level (7.3.3): 黑体, 楷体, then 仿宋."""

    font: str
    bold: bool


HEADINGS = {
    1: HeadingFace(HEITI, False),
    2: HeadingFace(KAITI, False),
    3: HeadingFace(FANGSONG, True),
    4: HeadingFace(FANGSONG, False),
}
