"""A document that the bureau publishes: text, tables and charts in which every figure is a reference, never a typed
number.

Reports, bulletins and letters share this one block model; three writers (docx, PDF, HTML) print it, and its
canonical JSON is what is fingerprinted, frozen and compared. Each value checks itself, so an invalid document cannot
exist.
"""

from __future__ import annotations

import datetime
import enum
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from weijian.kernel.errors import WeijianError
from weijian.kernel.hashing import fingerprint

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*")
PARAMETER_VALUE = re.compile(r"[^\s,=@|{}]+")
MAX_LEVEL = 4  # 一、 （一） 1. （1）: GB/T 9704-2012, 7.3.3 knows no fifth


def _check_id(value: str, owner: str) -> None:
    if not IDENTIFIER.fullmatch(value):
        raise WeijianError(
            "document.bad_id", f"“{value}” cannot be an id.", owner, "Use small letters, digits, “_”, “.” and “-”."
        )


def is_forbidden(character: str) -> bool:
    """Whether a character may not stand in a document: control, surrogate, or a bidi control that hides words."""
    return (
        unicodedata.category(character) in {"Cc", "Cs"}
        or "\u202a" <= character <= "\u202e"
        or ("\u2066" <= character <= "\u2069")
        or character in "\ufffe\uffff"
    )


def _check_text(value: str, owner: str) -> None:
    if any(is_forbidden(character) for character in value):
        raise WeijianError("document.control_character", "The text holds a control character.", owner, "Remove it.")


@dataclass(frozen=True)
class FigureScope:
    """What a figure is computed over. Empty parts are taken from the document. ``dimensions`` are (name, value)."""

    period: str = ""
    area: str = ""
    organisation: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "dimensions", tuple(sorted(self.dimensions)))
        for value in (self.period, self.area, self.organisation, *(value for _, value in self.dimensions)):
            if value and not PARAMETER_VALUE.fullmatch(value):
                raise WeijianError(
                    "document.bad_parameter",
                    f"“{value}” cannot be a parameter.",
                    "",
                    "Leave out spaces and , = @ | { }.",
                )
        names = [name for name, _ in self.dimensions]
        for name in names:
            _check_id(name, "FigureScope")
        if len(set(names)) != len(names):
            raise WeijianError("document.bad_parameter", "A dimension is given twice.", ", ".join(names), "Keep one.")

    def within(self, outer: FigureScope) -> FigureScope:
        """This scope, its empty parts filled from ``outer``."""
        return FigureScope(
            self.period or outer.period,
            self.area or outer.area,
            self.organisation or outer.organisation,
            tuple({**dict(outer.dimensions), **dict(self.dimensions)}.items()),
        )


@dataclass(frozen=True)
class Text:
    """Words typed by a person."""

    text: str

    def __post_init__(self) -> None:
        _check_text(self.text, "Text")


@dataclass(frozen=True)
class Strong:
    """Words typed by a person, printed bold."""

    text: str

    def __post_init__(self) -> None:
        _check_text(self.text, "Strong")


@dataclass(frozen=True)
class FigureRef:
    """A figure: a measure over a scope, printed in a style (``0.00%``, ``万人次``, ``同比``; see the engine)."""

    measure: str
    scope: FigureScope = FigureScope()
    style: str = ""

    def __post_init__(self) -> None:
        _check_id(self.measure, "FigureRef")
        _check_text(self.style, self.measure)
        if set(self.style) & set("{}|\\") or self.style != self.style.strip():
            raise WeijianError(
                "document.bad_style", f"“{self.style}” cannot be a style.", self.measure, "Leave out { } | \\."
            )


@dataclass(frozen=True)
class Gap:
    """A figure that the bureau publishes and no record kind carries yet; prints as a marked gap with its reason."""

    figure: str
    reason: str

    def __post_init__(self) -> None:
        _check_id(self.figure, "Gap")
        _check_text(self.reason, self.figure)
        if not self.reason.strip() or self.reason != self.reason.strip():
            raise WeijianError(
                "document.gap_without_reason", "A gap needs a reason.", self.figure, "Say why there is no figure."
            )


Inline = Text | Strong | FigureRef | Gap
Inlines = tuple[Inline, ...]


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text."""

    runs: Inlines


@dataclass(frozen=True)
class BulletList:
    """Short points, one line each."""

    items: tuple[Inlines, ...]

    def __post_init__(self) -> None:
        if not self.items:
            raise WeijianError("document.empty_list", "A list needs at least one item.", "BulletList")


@dataclass(frozen=True)
class Note:
    """A remark in small type: a basis, a caution, a contradiction between published figures."""

    runs: Inlines


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a new page."""


class Align(enum.StrEnum):
    """How the cells of a column stand."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True)
class Column:
    """A table column; the unit prints in the heading, so that cells hold bare numbers."""

    heading: str
    align: Align = Align.LEFT
    unit: str = ""

    def __post_init__(self) -> None:
        _check_text(self.heading + self.unit, "Column")


@dataclass(frozen=True)
class Table:
    """A table; ``suppression_note`` prints only where a cell is suppressed."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    source_note: str = ""
    suppression_note: str = ""

    def __post_init__(self) -> None:
        _check_id(self.id, "Table")
        _check_text(self.caption + self.source_note + self.suppression_note, self.id)
        if not self.columns:
            raise WeijianError("document.table_shape", "A table needs columns.", self.id)
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise WeijianError(
                    "document.table_shape",
                    f"Row {number} has {len(row)} cells for {len(self.columns)} columns.",
                    self.id,
                )


class ChartKind(enum.StrEnum):
    """The two charts that print well in black and white."""

    BAR = "bar"
    LINE = "line"


@dataclass(frozen=True)
class Series:
    """One series of a chart; a muted one (last year) is drawn grey. Points are figures or gaps, never typed numbers."""

    name: str
    points: tuple[FigureRef | Gap, ...]
    muted: bool = False

    def __post_init__(self) -> None:
        _check_text(self.name, "Series")


@dataclass(frozen=True)
class Chart:
    """One idea as a picture, with the values as its table twin. ``target`` is drawn as a dashed line."""

    id: str
    kind: ChartKind
    caption: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    target: FigureRef | Gap | None = None
    source_note: str = ""

    def __post_init__(self) -> None:
        _check_id(self.id, "Chart")
        _check_text(self.caption + self.unit + self.source_note + "".join(self.categories), self.id)
        if not self.categories or not self.series:
            raise WeijianError("document.chart_shape", "A chart needs categories and series.", self.id)
        for series in self.series:
            if len(series.points) != len(self.categories):
                raise WeijianError(
                    "document.chart_shape",
                    f"Series “{series.name}” has {len(series.points)} points for {len(self.categories)} categories.",
                    self.id,
                )


Block = Paragraph | BulletList | Note | Table | Chart | PageBreak


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it. The number before the heading follows from level and order."""

    id: str
    level: int
    heading: str
    owner_department: str = ""
    blocks: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        _check_id(self.id, "Section")
        _check_text(self.heading + self.owner_department, self.id)
        if not 1 <= self.level <= MAX_LEVEL:
            raise WeijianError("document.section_level", f"Level {self.level} is not 1 to {MAX_LEVEL}.", self.id)


@dataclass(frozen=True)
class Document:
    """A whole document. ``number`` is the 发文字号; with it the red head of an official letter is printed."""

    id: str
    title: str
    issuer: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    number: str = ""
    date: datetime.date | None = None
    recipients: tuple[str, ...] = ()
    opening: tuple[Block, ...] = ()
    scope: FigureScope = FigureScope()

    def __post_init__(self) -> None:
        _check_id(self.id, "Document")
        _check_text(self.title + self.issuer + self.subtitle + self.number + "".join(self.recipients), self.id)
        if not self.title.strip():
            raise WeijianError("document.no_title", "A document needs a title.", self.id)
        level = 0
        for section in self.sections:
            if section.level > level + 1:
                raise WeijianError(
                    "document.section_level",
                    f"Level {section.level} follows level {level}.",
                    section.id,
                    "Add the level between.",
                )
            level = section.level
        ids = [section.id for section in self.sections]
        ids += [block.id for block in self.blocks() if isinstance(block, Table | Chart)]
        doubled = sorted({name for name in ids if ids.count(name) > 1})
        if doubled:
            raise WeijianError("document.duplicate_id", f"Ids stand twice: {', '.join(doubled)}.", self.id)

    def blocks(self) -> Iterator[Block]:
        """All blocks in reading order."""
        yield from self.opening
        for section in self.sections:
            yield from section.blocks

    def figures(self) -> Iterator[FigureRef | Gap]:
        """All figures and gaps in reading order, repeated where the text repeats them."""
        for block in self.blocks():
            yield from block_figures(block)

    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON: equal exactly when the documents are equal."""
        return fingerprint(self)


def block_figures(block: Block) -> Iterator[FigureRef | Gap]:
    """The figures and gaps of one block in reading order."""
    inlines: tuple[Inlines, ...] = ()
    if isinstance(block, Paragraph | Note):
        inlines = (block.runs,)
    elif isinstance(block, BulletList):
        inlines = block.items
    elif isinstance(block, Table):
        inlines = tuple(cell for row in block.rows for cell in row)
    elif isinstance(block, Chart):
        for series in block.series:
            yield from series.points
        if block.target is not None:
            yield block.target
    for runs in inlines:
        yield from (run for run in runs if isinstance(run, FigureRef | Gap))
