"""The list of figures that are not what was issued, as pages draw it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weijian.engines.documents.differences import Difference
from weijian.foundation.ui.components import Cell, Column, Row, TableQuery, TableState
from weijian.foundation.ui.presentation import language

_DIFFERENCE_COLUMNS = (
    Column("figure", gettext_lazy("数字"), optional=False),
    Column("was", gettext_lazy("印发时"), "number"),
    Column("now", gettext_lazy("现在"), "number"),
    Column("why", gettext_lazy("原因")),
    Column("records", gettext_lazy("下面的记录"), help=gettext_lazy("两个快照之间该数据集迟报、更正、作废的记录数")),
)


def difference_table(found: Sequence[Difference], request: HttpRequest) -> TableState:
    """Each figure that is not what was issued, with its causes."""
    lang = language()
    rows = []
    for one in found:
        figure = one.now or one.was
        name = figure.value.name if figure else ""
        counts = ((_("迟报"), one.records.late), (_("更正"), one.records.corrected), (_("作废"), one.records.voided))
        rows.append(
            Row(
                (
                    Cell(text=name or one.measure, note=str(one.key or "")),
                    Cell(text=one.was.text if one.was else ""),
                    Cell(text=one.now.text if one.now else ""),
                    "、".join(cause.words(lang) for cause in one.causes) or _("引用有增减"),
                    " · ".join(f"{word} {count:,}" for word, count in counts if count),
                )
            )
        )
    query = TableQuery.read(dict(request.GET.lists()), _DIFFERENCE_COLUMNS, page_size=200)
    return TableState(
        "differences", _("差异清单"), _DIFFERENCE_COLUMNS, rows, query, len(rows), _("处"), choose_columns=False,
        empty_title=_("没有差异"), empty_text=_("复算的每个数字都与印发时相同。"),
    )  # fmt: skip
