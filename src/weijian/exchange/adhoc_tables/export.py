"""The consolidation as a file: institution, state and every signed row; who has not sent stands at the end."""

from __future__ import annotations

import io

import xlsxwriter
from django.utils.translation import gettext as _

from weijian.engines.intake.files import csv_bytes
from weijian.exchange.adhoc_tables.columns import columns_of, shown
from weijian.exchange.adhoc_tables.models import AdhocTable, Reply
from weijian.exchange.adhoc_tables.pages import organisation_name
from weijian.exchange.adhoc_tables.queries import signed_rows, totals


def csv_file(table: AdhocTable) -> bytes:
    """As CSV for Excel, formulas defused."""
    return csv_bytes([[str(one) for one in line] for line in _lines(table)])


def excel_file(table: AdhocTable) -> bytes:
    """As a workbook; numbers stay numbers."""
    columns = columns_of(table.columns)
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(_("汇总"))
        bold = book.add_format({"bold": True})
        for number, line in enumerate(_lines(table)):
            for index, value in enumerate(line):
                numeric = number > 0 and index >= 3 and columns[index - 3].numeric and value != ""
                if numeric:
                    sheet.write_number(number, index, float(value))
                else:
                    sheet.write_string(number, index, str(value), bold if number == 0 else None)
        sheet.autofit()
    return sink.getvalue()


def _lines(table: AdhocTable) -> list[list[str]]:
    columns = columns_of(table.columns)
    lines = [[_("机构代码"), _("机构"), _("状态"), *(one.head for one in columns)]]
    for row in signed_rows(table):
        found = row.reply.organisation
        lines.append(
            [
                found.code,
                organisation_name(found),
                row.reply.get_state_display(),
                *(shown(one, row.values.get(one.key)) for one in columns),
            ]
        )
    sums = totals(table)
    lines.append(["", _("合计"), "", *(format(sums[one.key], "f") if one.key in sums else "" for one in columns)])
    empty = [""] * len(columns)
    for reply in table.replies.select_related("organisation").order_by("organisation__code"):
        if reply.state != Reply.State.SIGNED or reply.zero:
            state = _("零报告") if reply.zero and reply.state == Reply.State.SIGNED else reply.get_state_display()
            lines.append([reply.organisation.code, organisation_name(reply.organisation), state, *empty])
    return lines
