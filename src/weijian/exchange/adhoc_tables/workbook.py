"""The Excel side of an ad-hoc table: the template with its help and choices, and a filled one read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from weijian.exchange.adhoc_tables.columns import Column, shown
from weijian.kernel.errors import WeijianError

#: Largest filled template; a table of institutions is small.
MOST_BYTES = 5 * 2**20
MOST_ROWS = 5000
#: Rows of the template that get drop-downs.
_PREPARED = 500


def template(title: str, columns: Sequence[Column], rows: Sequence[dict[str, object]] = ()) -> bytes:
    """A workbook: headers in line 1, drop-downs for choices, a comment for each type; filled with ``rows`` if any."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("填报"))
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF5", "text_wrap": True})
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.head + ("*" if column.required else ""), bold)
            sheet.write_comment(0, index, type_words(column))
            choices = (
                list(column.choices) if column.type == "choice" else ["是", "否"] if column.type == "boolean" else []
            )
            if choices and len(",".join(choices)) <= 255:  # longer lists do not fit into a validation
                sheet.data_validation(1, index, _PREPARED, index, {"validate": "list", "source": choices})
            sheet.set_column(index, index, max(12, min(40, len(column.head) * 2 + 2)))
        for line, row in enumerate(rows, start=1):
            for index, column in enumerate(columns):
                _write(sheet, line, index, column, row.get(column.key))
        sheet.freeze_panes(1, 0)
        book.set_properties({"title": title})
    return sink.getvalue()


def type_words(column: Column) -> str:
    """What a column takes, in words."""
    words = {
        "text": _("文字"),
        "integer": _("整数"),
        "decimal": _("数字"),
        "date": _("日期,例如 2017-06-30"),
        "choice": _("从列表选择:") + "、".join(column.choices),
        "boolean": _("是或否"),
    }[column.type]
    return words + (" · " + _("必填") if column.required else "")


def read_filled(content: bytes, columns: Sequence[Column]) -> list[dict[str, object]]:
    """Rows of a filled template (XLSX or CSV) by column key, in order; headers may stand in another order.

    Raises ``adhoc.file`` where it cannot be read, ``adhoc.headers`` naming the missing columns, ``adhoc.rows`` where
    there are too many.
    """
    if len(content) > MOST_BYTES:
        raise WeijianError("adhoc.file", _("文件超过5MB。"), "", _("只保留填报的工作表"))
    lines = _sheet(content) if content[:4] == b"PK\x03\x04" else _text(content)
    if not lines:
        raise WeijianError("adhoc.file", _("文件是空的。"), "", _("下载模板后重新填写"))
    heads = [str(one or "").strip().rstrip("*").strip() for one in lines[0]]
    places = {column.key: heads.index(column.head) for column in columns if column.head in heads}
    missing = [column.head for column in columns if column.key not in places]
    if missing:
        raise WeijianError(
            "adhoc.headers", _("缺少列:%(names)s") % {"names": "、".join(missing)}, "", _("使用本表的模板")
        )
    if len(lines) - 1 > MOST_ROWS:
        raise WeijianError("adhoc.rows", _("超过%(number)s行。") % {"number": MOST_ROWS}, "", _("改为数据集报送"))
    return [{key: (line[place] if place < len(line) else "") for key, place in places.items()} for line in lines[1:]]


def _sheet(content: bytes) -> list[list[object]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [list(line) for line in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    except (CalamineError, IndexError):
        raise WeijianError("adhoc.file", _("文件损坏或不是Excel文件。"), "", _("另存为xlsx后再上传")) from None


def _text(content: bytes) -> list[list[object]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return [list(line) for line in csv.reader(io.StringIO(content.decode(encoding), newline=""))]
        except (UnicodeDecodeError, csv.Error):
            continue
    raise WeijianError("adhoc.file", _("无法识别文件。"), "", _("另存为xlsx后再上传"))


def _write(sheet, line: int, index: int, column: Column, value: object) -> None:  # type: ignore[no-untyped-def]
    if value is None:
        return
    if column.numeric:
        sheet.write_number(line, index, float(str(value)))
    else:
        sheet.write_string(line, index, shown(column, value))
