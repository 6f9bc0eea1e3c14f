"""The list of editable content, and the timeline of one piece."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.content.told import in_language
from weijian.foundation.content_editing.editable import EditableItem, items
from weijian.foundation.content_editing.models import ContentEdit
from weijian.foundation.content_editing.queries import edit_in_force, edits_of, waiting
from weijian.foundation.ui.components import Cell, Column, FieldChange, Row, TableQuery, TableState, TimelineEntry
from weijian.foundation.ui.presentation import language


def item_name(item: EditableItem) -> str:
    """Name in the reader's language."""
    return item.row["en"] if language() == "en" else item.row["zh"]


def content_table(request: HttpRequest, day: date) -> TableState:
    """Everything that may be edited, with the value in force and what waits."""
    columns = (
        Column("name", _("内容"), fixed=True, optional=False),
        Column("value", _("现行值"), "number"),
        Column("unit", _("单位")),
        Column("from", _("生效日期"), "date"),
        Column("source", _("依据")),
        Column("state", _("状态"), "status"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=200)
    pending = {one.item for one in waiting()}
    rows = []
    for item_id, item in items(day).items():
        edit = edit_in_force(item_id, day)
        value = edit.value if edit else item.row[item.file.column]
        starts = edit.valid_from if edit else _day(item.row.get("valid_from", ""))
        source = edit.source if edit else item.row.get("source", "")
        state = (
            Cell.tag(_("待审批"), "warn")
            if item_id in pending
            else Cell.tag(_("已修改"), "info")
            if edit
            else Cell.tag(_("随产品"))
        )
        rows.append(
            Row(
                (Cell(text=item_name(item)), value, item.unit, starts, in_language(source, language()), state),
                href=reverse("content_item", args=[item_id]),
            )
        )
    return TableState("content", _("可维护的内容"), columns, rows, query, len(rows), _("项"), choose_columns=False)


def entries(item: EditableItem) -> list[TimelineEntry]:
    """Every proposal for one piece of content and its fate, newest first."""
    found = []
    for edit in edits_of(item.id):
        words = _("%(value)s,自%(day)s起 · %(state)s") % {
            "value": f"{edit.value}{item.unit}",
            "day": edit.valid_from.isoformat(),
            "state": edit.get_state_display(),
        }
        changes = [FieldChange(_("提出人"), "", str(edit.proposed_by))]
        if edit.decided_by is not None:
            changes.append(FieldChange(_("审批人"), "", str(edit.decided_by)))
        tone = {ContentEdit.State.APPROVED: "good", ContentEdit.State.REJECTED: "bad"}.get(
            ContentEdit.State(edit.state), "plain"
        )
        note = "。".join(part for part in (edit.source, edit.note) if part)
        found.append(TimelineEntry(edit.decided_at or edit.proposed_at, words, "", note, changes, tone))  # type: ignore[arg-type]
    return found


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
