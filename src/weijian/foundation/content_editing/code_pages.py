"""Code lists on pages: all that may be edited, the codes of one list, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.content.told import in_language
from weijian.foundation.content_editing.code_lists import PREFIX, ListedCode, codes_of, editable_lists, item_of, said
from weijian.foundation.content_editing.models import ContentEdit
from weijian.foundation.content_editing.queries import waiting
from weijian.foundation.ui.components import Cell, Column, FieldChange, Row, TableQuery, TableState, TimelineEntry
from weijian.foundation.ui.presentation import language


@dataclass(frozen=True)
class Waiting:
    """One proposal that waits, in words."""

    edit: ContentEdit
    words: str
    own: bool


def list_name(list_id: str) -> str:
    """Name of a list in the reader's language."""
    row = editable_lists()[list_id]
    return row["en"] if language() == "en" else row["zh"]


def lists_table(request: HttpRequest, day: date) -> TableState:
    """Every code list that may be edited: how many codes are offered, its source, and whether something waits."""
    columns = (
        Column("name", _("代码表"), fixed=True, optional=False),
        Column("codes", _("在用代码"), "number"),
        Column("source", _("来源")),
        Column("state", _("状态"), "status"),
    )
    query = TableQuery.read({}, columns, page_size=200)
    pending = {one.item.removeprefix(PREFIX).partition(":")[0] for one in waiting() if one.item.startswith(PREFIX)}
    rows = []
    for list_id, described in editable_lists().items():
        codes = codes_of(list_id).values()
        edited = any(one.edit is not None for one in codes)
        state = (
            Cell.tag(_("待审批"), "warn")
            if list_id in pending
            else Cell.tag(_("已修改"), "info")
            if edited
            else Cell.tag(_("随产品"))
        )
        offered = sum(one.offered_on(day) for one in codes)
        rows.append(
            Row(
                (Cell(text=list_name(list_id)), offered, in_language(described["source"], language()), state),
                href=reverse("content_codes", args=[list_id]),
            )
        )
    return TableState("lists", _("代码表"), columns, rows, query, len(rows), _("个"), choose_columns=False)


def codes_table(list_id: str, day: date) -> TableState:
    """Every code of a list, the ended ones too, with the days between which it is offered."""
    columns = (
        Column("code", _("代码"), fixed=True, optional=False),
        Column("zh", _("中文名称")),
        Column("en", _("英文名称")),
        Column("from", _("生效日期"), "date"),
        Column("to", _("停用前最后一天"), "date"),
        Column("state", _("状态"), "status"),
        Column("source", _("依据")),
    )
    query = TableQuery.read({}, columns, page_size=500)
    rows = [
        Row((one.code, one.zh, one.en, one.valid_from, one.valid_to, _state(one, day), one.source))
        for one in codes_of(list_id).values()
    ]
    return TableState("codes", list_name(list_id), columns, rows, query, len(rows), _("个"), choose_columns=False)


def waiting_of(list_id: str, user_id: int) -> list[Waiting]:
    """Proposals for codes of a list that wait for a second person."""
    found = waiting().filter(item__startswith=item_of(list_id, ""))
    return [Waiting(one, edit_words(one), one.proposed_by_id == user_id) for one in found]


def edit_words(edit: ContentEdit) -> str:
    """What a proposal does, in one line."""
    act, name = said(edit.value)
    words = _("新增代码 %(code)s %(name)s,自%(day)s起") if act == "add" else _("停用代码 %(code)s,自%(day)s起")
    return words % {"code": edit.item.rpartition(":")[2], "name": name, "day": edit.valid_from.isoformat()}


def history(edits: Sequence[ContentEdit]) -> list[TimelineEntry]:
    """Every proposal for codes of a list and its fate, newest first."""
    found = []
    for edit in edits:
        changes = [FieldChange(_("提出人"), "", str(edit.proposed_by))]
        if edit.decided_by is not None:
            changes.append(FieldChange(_("审批人"), "", str(edit.decided_by)))
        tone = {ContentEdit.State.APPROVED: "good", ContentEdit.State.REJECTED: "bad"}.get(
            ContentEdit.State(edit.state), "plain"
        )
        words = f"{edit_words(edit)} · {edit.get_state_display()}"
        note = "。".join(part for part in (edit.source, edit.note) if part)
        found.append(TimelineEntry(edit.decided_at or edit.proposed_at, words, "", note, changes, tone))  # type: ignore[arg-type]
    return found


def _state(one: ListedCode, day: date) -> Cell:
    if one.offered_on(day):
        return Cell.tag(_("在用"), "good")
    return Cell.tag(_("尚未生效"), "info") if one.valid_from and one.valid_from > day else Cell.tag(_("已停用"))
