"""Values behind a data table: columns, cells, filter chips, and the addresses of sorting, paging and exporting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlencode

from weijian.foundation.ui.components.figures import Caption, Change, Figure, Light
from weijian.foundation.ui.components.text import Text

ColumnKind = Literal["text", "number", "date", "status"]
Params = Mapping[str, Sequence[str]]


#: What a tag's colour supports; its word carries the meaning.
Tone = Literal["", "good", "warn", "bad", "info", "accent"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``key`` is its name in addresses, ``kind`` sets alignment. ``fixed`` stays when scrolled sideways."""

    key: str
    label: Text
    kind: ColumnKind = "text"
    unit: Text = ""
    sortable: bool = False
    help: Text = ""
    fixed: bool = False
    optional: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; make it with the constructors below. ``note`` is a second, quiet line.

    Exactly one of text, figure, light, change, day is drawn, in this order of precedence:
    figure, light, change, day, text. An empty text is drawn as “—”.
    """

    text: Text = ""
    href: str = ""
    note: Text = ""
    figure: Figure | None = None
    light: Light | None = None
    change: Change | None = None
    day: date | datetime | None = None
    due_at: datetime | None = None
    tone: Tone = ""

    @classmethod
    def of(cls, value: object, *, href: str = "", note: Text = "") -> Cell:
        """A cell for a plain value, chosen by its type; None becomes a missing cell."""
        if isinstance(value, Cell):
            return value
        if isinstance(value, Figure):
            return cls(figure=value, note=note)
        if isinstance(value, Light):
            return cls(light=value, note=note)
        if isinstance(value, Change):
            return cls(change=value, note=note)
        if isinstance(value, datetime | date):
            return cls(day=value, note=note, href=href)
        if isinstance(value, bool) or value is None:
            return cls(text="" if value is None else ("✓" if value else ""), note=note)
        if isinstance(value, int):
            return cls(figure=Figure(value), note=note)
        return cls(text=str(value), href=href, note=note)

    @classmethod
    def tag(cls, text: Text, tone: Tone = "") -> Cell:
        """A short state word in a tag; the word carries the meaning, the tone only supports it."""
        return cls(text=text, tone=tone or "info")

    @classmethod
    def clock(cls, due_at: datetime | None) -> Cell:
        """Time left until a due instant, computed when the page is drawn."""
        return cls(due_at=due_at)


@dataclass(frozen=True, slots=True)
class RowAction:
    """A verb at the end of a row. ``post`` makes it a form; ``confirm`` names a dialog's id on the page."""

    label: Text
    url: str
    post: bool = False
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: cells in the order of the table's columns. ``key`` is the public id, used by selection."""

    cells: Sequence[object]
    href: str = ""
    actions: Sequence[RowAction] = ()
    key: str = ""
    total: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class FilterChip:
    """An active filter, in words, and the query parameter that it stands for."""

    label: Text
    value: Text
    param: str


@dataclass(frozen=True, slots=True)
class ExportLink:
    """An export of exactly what is seen; ``url`` gets the table's present query appended."""

    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class TableQuery:
    """What the address asks of a table. Unknown columns and impossible pages fall back, never fail."""

    sort: str
    descending: bool
    page: int
    page_size: int
    visible: tuple[str, ...]
    params: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, params: Params, columns: Sequence[Column], *, sort: str = "", page_size: int = 50) -> TableQuery:
        """Read ``sort`` (−key = descending), ``page`` and ``cols`` from query parameters (``request.GET.lists()``).

        ``sort`` names the default order in the same notation.
        """
        kept = {key: tuple(values) for key, values in params.items()}
        wanted = (kept.get("sort") or (sort,))[-1]
        sortable = {column.key for column in columns if column.sortable}
        if wanted.lstrip("-") not in sortable:
            wanted = sort
        page_text = (kept.get("page") or ("1",))[-1]
        page = int(page_text) if page_text.isascii() and page_text.isdigit() and len(page_text) < 8 else 1
        chosen = {key for value in kept.get("cols", ()) for key in value.split(",")}
        visible = tuple(c.key for c in columns if not chosen or c.key in chosen or not c.optional)
        return cls(wanted.lstrip("-"), wanted.startswith("-"), max(page, 1), page_size, visible, kept)

    @property
    def offset(self) -> int:
        """Rows before the first of this page."""
        return (self.page - 1) * self.page_size

    def address(self, **changes: str | None) -> str:
        """``?…`` with parameters replaced, or removed where None; the page number falls away unless given."""
        merged = {key: list(values) for key, values in self.params.items() if key != "page"}
        for key, value in changes.items():
            if value is None:
                merged.pop(key, None)
            else:
                merged[key] = [value]
        return "?" + urlencode(merged, doseq=True)


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A column's head as drawn."""

    column: Column
    sort_url: str
    sorted: Literal["", "ascending", "descending"]


@dataclass(frozen=True, slots=True)
class TableState:
    """Everything that ``web/components/table.html`` draws. ``id`` is unique on the page and the target of htmx.

    ``rows`` are those of the present page, cells in the order of ``columns`` (all of them: hidden ones are left
    out here). ``total`` is the number of all rows, None when it is not known. ``filters`` is a bound Django form
    drawn above the table (GET, submits itself).
    """

    id: str
    title: Text
    columns: Sequence[Column]
    rows: Sequence[Row]
    query: TableQuery
    total: int | None = None
    unit: Text = ""
    chips: Sequence[FilterChip] = ()
    filters: object = None
    exports: Sequence[ExportLink] = ()
    caption: Caption | None = None
    empty_title: Text = ""
    empty_text: Text = ""
    empty_action: Text = ""
    empty_url: str = ""
    choose_columns: bool = True

    @property
    def heads(self) -> list[HeadCell]:
        """Heads of the visible columns with the address that sorts by each."""
        drawn = []
        for column in self._visible:
            now = column.key == self.query.sort
            state: Literal["", "ascending", "descending"] = (
                ("descending" if self.query.descending else "ascending") if now else ""
            )
            # Numbers are first wanted from the largest, words from the first.
            first_down = column.kind == "number"
            down = (not self.query.descending) if now else first_down
            url = self.query.address(sort=("-" if down else "") + column.key) if column.sortable else ""
            drawn.append(HeadCell(column, url, state))
        return drawn

    @property
    def lines(self) -> list[tuple[Row, list[tuple[Column, Cell]]]]:
        """Rows with the cells of the visible columns."""
        keys = {column.key for column in self._visible}
        return [
            (row, [(c, Cell.of(value)) for c, value in zip(self.columns, row.cells, strict=True) if c.key in keys])
            for row in self.rows
        ]

    @property
    def has_actions(self) -> bool:
        """Whether any row carries an action, so that the table needs the column for it."""
        return any(row.actions for row in self.rows)

    @property
    def filtered(self) -> bool:
        """Whether filters narrow the table; an empty result then says how to widen it."""
        return bool(self.chips)

    @property
    def chip_links(self) -> list[tuple[FilterChip, str]]:
        """Chips with the address without them."""
        return [(chip, self.query.address(**{chip.param: None})) for chip in self.chips]

    @property
    def clear_url(self) -> str:
        """The address without any of the filters."""
        return self.query.address(**{chip.param: None for chip in self.chips})

    @property
    def export_links(self) -> list[tuple[Text, str]]:
        """Exports with the present filters, order and columns."""
        tail = self.query.address()
        return [(e.label, e.url + (tail if "?" not in e.url else "&" + tail[1:])) for e in self.exports]

    @property
    def kept_params(self) -> list[tuple[str, str]]:
        """Parameters that the column chooser must carry along."""
        skip = {"cols", "page"}
        return [(key, value) for key, values in self.query.params.items() if key not in skip for value in values]

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        """Columns that may be hidden, and whether each is shown."""
        return [(column, column.key in self.query.visible) for column in self.columns if column.optional]

    @property
    def first(self) -> int:
        """Number of the first row drawn, counted from 1."""
        return self.query.offset + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row drawn."""
        return self.query.offset + len(self.rows)

    @property
    def pages(self) -> int:
        """Number of pages, at least 1; with an unknown total, one more than this when the page is full."""
        size = self.query.page_size
        if self.total is None:
            return self.query.page + (1 if len(self.rows) == size else 0)
        return max(1, -(-self.total // size))

    @property
    def page_links(self) -> list[tuple[int | None, str]]:
        """Page numbers with addresses; None marks a gap. First, last and two either side of the present one."""
        wanted = sorted({1, self.pages, *range(self.query.page - 2, self.query.page + 3)})
        shown: list[tuple[int | None, str]] = []
        before = 0
        for number in (n for n in wanted if 1 <= n <= self.pages):
            if number - before > 1:
                shown.append((None, ""))
            shown.append((number, self.page_url(number)))
            before = number
        return shown

    def page_url(self, number: int) -> str:
        """The address of a page of the same table."""
        return self.query.address(page=str(number))

    @property
    def previous_url(self) -> str:
        """The page before, empty on the first."""
        return self.page_url(self.query.page - 1) if self.query.page > 1 else ""

    @property
    def next_url(self) -> str:
        """The page after, empty on the last."""
        return self.page_url(self.query.page + 1) if self.query.page < self.pages else ""

    @property
    def _visible(self) -> list[Column]:
        return [column for column in self.columns if column.key in self.query.visible]
