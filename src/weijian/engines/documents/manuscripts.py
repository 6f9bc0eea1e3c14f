"""A document as it is kept in content: a TOML file with the text of each section, its tables and its charts.

```toml
[document]          # id, title, issuer, district, period; subtitle, number, date, recipients, opening
[[section]]         # id, level, heading; owner_department, body
[[section.table]]   # id, caption, columns = [{heading, align, unit}], rows = [[text]]; source_note, suppression_note
[[section.chart]]   # id, kind, caption, unit, categories, series = [{name, points, muted}]; target, source_note
```
Body, cells and points hold markers; a table or chart that the body does not name stands at the end of its section.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from weijian.definitions.documents import (
    Align,
    Block,
    Chart,
    ChartKind,
    Column,
    Document,
    FigureRef,
    FigureScope,
    Gap,
    Section,
    Series,
    Table,
)
from weijian.engines.documents.markers import TextProblems
from weijian.engines.documents.text import parse_body, parse_text
from weijian.kernel.errors import WeijianError


def load_document(path: Path, measures: Collection[str] | None = None) -> Document:
    """The document of a TOML file; see :func:`read_document`. Raises ``document.bad_manuscript`` naming the file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad(f"文稿不是 TOML 文件：{error}。", path.name) from error
    return read_document(data, measures)


def read_document(data: Mapping[str, Any], measures: Collection[str] | None = None) -> Document:
    """The document of a manuscript that is read already.

    ``measures`` are the known measure ids; None leaves them unchecked. Raises ``document.bad_manuscript`` naming the
    section, with every marker that cannot be understood, or the key that is missing.
    """
    try:
        head = data["document"]
        return Document(
            head["id"],
            head["title"],
            head["issuer"],
            tuple(_section(part, measures) for part in data.get("section", ())),
            subtitle=head.get("subtitle", ""),
            number=head.get("number", ""),
            date=head.get("date"),
            recipients=tuple(head.get("recipients", ())),
            opening=_blocks("opening", head.get("opening", ""), (), measures),
            scope=FigureScope(head.get("period", ""), head.get("district", "")),
        )
    except KeyError as error:
        raise _bad(f"文稿缺少 {error.args[0]}。", str(data.get("document", {}).get("id", ""))) from error


def _section(data: Mapping[str, Any], measures: Collection[str] | None) -> Section:
    name = data["id"]
    standing: list[Table | Chart] = [_table(name, table, measures) for table in data.get("table", ())]
    standing += [_chart(name, chart, measures) for chart in data.get("chart", ())]
    blocks = _blocks(name, data.get("body", ""), standing, measures)
    return Section(name, data["level"], data["heading"], data.get("owner_department", ""), blocks)


def _blocks(
    where: str, body: str, standing: Iterable[Table | Chart], measures: Collection[str] | None
) -> tuple[Block, ...]:
    named = {block.id: block for block in standing}
    try:
        blocks = parse_body(body, named, measures)
    except TextProblems as error:
        raise _bad(error.what, where) from error
    return (*blocks, *(block for block in named.values() if block not in blocks))


def _table(where: str, data: Mapping[str, Any], measures: Collection[str] | None) -> Table:
    columns = tuple(
        Column(column["heading"], Align(column.get("align", "left")), column.get("unit", ""))
        for column in data["columns"]
    )
    try:
        rows = tuple(tuple(parse_text(cell, measures) for cell in row) for row in data["rows"])
    except TextProblems as error:
        raise _bad(error.what, f"{where} · {data['id']}") from error
    notes = data.get("source_note", ""), data.get("suppression_note", "")
    return Table(data["id"], data["caption"], columns, rows, *notes)


def _chart(where: str, data: Mapping[str, Any], measures: Collection[str] | None) -> Chart:
    place = f"{where} · {data['id']}"
    series = tuple(
        Series(
            part["name"], tuple(_point(place, point, measures) for point in part["points"]), part.get("muted", False)
        )
        for part in data["series"]
    )
    target = _point(place, data["target"], measures) if data.get("target") else None
    return Chart(
        data["id"],
        ChartKind(data["kind"]),
        data["caption"],
        data["unit"],
        tuple(data["categories"]),
        series,
        target,
        data.get("source_note", ""),
    )


def _point(where: str, text: str, measures: Collection[str] | None) -> FigureRef | Gap:
    try:
        runs = parse_text(text, measures)
    except TextProblems as error:
        raise _bad(error.what, where) from error
    if len(runs) != 1 or not isinstance(runs[0], FigureRef | Gap):
        raise _bad(f"图中的一个点应是一个标记，而不是“{text}”。", where)
    return runs[0]


def _bad(what: str, where: str) -> WeijianError:
    return WeijianError("document.bad_manuscript", what, where, "修改文稿后再试。")
