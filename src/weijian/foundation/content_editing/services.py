"""Propose a change of content, approve, reject or withdraw it; each one change with history."""

from __future__ import annotations

from datetime import date
from typing import Any

from weijian.foundation.accounts.models import User
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.content_editing import code_lists
from weijian.foundation.content_editing.editable import item_by_id
from weijian.foundation.content_editing.models import ContentEdit
from weijian.foundation.content_editing.queries import value_on
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock


def propose(
    item_id: str, *, value: str, valid_from: date, source: str, by: User, clock: Clock | None = None
) -> ContentEdit:
    """Propose a value from a day on. It changes nothing until somebody else approves.

    Raises ``content.value``, ``content.same``, ``content.source``; ``content.waiting`` while another one waits.
    """
    clock = clock or SystemClock()
    checked = item_by_id(item_id, clock.today()).checked(value)
    if checked == value_on(item_id, valid_from):
        raise WeijianError("content.same", "与当日的现行值相同。", item_id, "核对数值和生效日期")
    return _propose(item_id, checked, valid_from, source, by, clock)


def propose_code(
    list_id: str, code: str, *, zh: str, en: str, valid_from: date, source: str, by: User, clock: Clock | None = None
) -> ContentEdit:
    """Propose a new code of a list, understood and offered from a day on.

    Raises ``content.code``, ``content.names``, ``content.source``; ``content.waiting`` while another one waits.
    """
    value = code_lists.checked_addition(list_id, code, zh, en)
    return _propose(code_lists.item_of(list_id, code.strip()), value, valid_from, source, by, clock or SystemClock())


def propose_end(
    list_id: str, code: str, *, valid_from: date, source: str, by: User, clock: Clock | None = None
) -> ContentEdit:
    """Propose that a code is no longer offered from a day on.

    Raises ``content.unknown``, ``content.source``; ``content.waiting`` while another change of the code waits.
    """
    value = code_lists.checked_end(list_id, code, valid_from)
    return _propose(code_lists.item_of(list_id, code), value, valid_from, source, by, clock or SystemClock())


def _propose(item_id: str, value: str, valid_from: date, source: str, by: User, clock: Clock) -> ContentEdit:
    if not source.strip():
        raise WeijianError("content.source", "没有写明依据。", item_id, "写明文件名和文号")
    with change(f"提出修改 {item_id}", **_by(by), clock=clock):
        if ContentEdit.objects.select_for_update().filter(item=item_id, state=ContentEdit.State.PROPOSED).exists():
            raise WeijianError("content.waiting", "这项内容已有一份待审批的修改。", item_id, "先审批或撤回它")
        return ContentEdit.objects.create(
            item=item_id,
            value=value,
            valid_from=valid_from,
            source=source.strip(),
            proposed_by=by,
            proposed_at=clock.now(),
        )


def approve(edit: ContentEdit, *, by: User, clock: Clock | None = None) -> ContentEdit:
    """Approve a proposal; never by the person who made it. From its day on it is in force."""
    if edit.proposed_by_id == by.pk:
        raise WeijianError("content.same_person", "提出人不能批准自己的修改。", edit.item, "由另一人审批")
    return _decide(edit, ContentEdit.State.APPROVED, by, "", "批准修改", clock or SystemClock())


def reject(edit: ContentEdit, *, by: User, note: str, clock: Clock | None = None) -> ContentEdit:
    """Turn a proposal down with the reason."""
    if edit.proposed_by_id == by.pk:
        raise WeijianError("content.same_person", "提出人不能审批自己的修改。", edit.item, "不再需要时请撤回")
    if not note.strip():
        raise WeijianError("content.note", "不批准需要写明理由。", edit.item, "填写理由")
    return _decide(edit, ContentEdit.State.REJECTED, by, note.strip(), "不批准修改", clock or SystemClock())


def withdraw(edit: ContentEdit, *, by: User, clock: Clock | None = None) -> ContentEdit:
    """Take back one's own proposal before it is decided."""
    if edit.proposed_by_id != by.pk:
        raise WeijianError("content.not_own", "只能撤回自己提出的修改。", edit.item)
    return _decide(edit, ContentEdit.State.WITHDRAWN, by, "", "撤回修改", clock or SystemClock())


def _decide(edit: ContentEdit, state: ContentEdit.State, by: User, note: str, words: str, clock: Clock) -> ContentEdit:
    with change(f"{words} {edit.item}", **_by(by), clock=clock):
        locked = ContentEdit.objects.select_for_update().get(pk=edit.pk)
        if locked.state != ContentEdit.State.PROPOSED:
            raise WeijianError("content.decided", "这份修改已处理。", edit.item, "刷新页面")
        locked.state, locked.decided_by, locked.decided_at, locked.note = state, by, clock.now(), note
        locked.save(update_fields=["state", "decided_by", "decided_at", "note"])
    return locked


def _by(user: User) -> dict[str, Any]:
    return {"source": Change.Source.PAGE, "actor_id": user.pk, "actor_name": str(user)}
