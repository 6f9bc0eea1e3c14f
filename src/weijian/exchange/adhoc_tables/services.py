"""State changes of ad-hoc tables: issue, fill, submit, sign, return, remind, bind, close; each is one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from weijian.exchange.adhoc_tables import owing
from weijian.exchange.adhoc_tables.addressing import Addressees
from weijian.exchange.adhoc_tables.checking import Checked, check_rows
from weijian.exchange.adhoc_tables.columns import Column, columns_of, declared
from weijian.exchange.adhoc_tables.models import AdhocRow, AdhocTable, Reply
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.today import today
from weijian.kernel.errors import WeijianError

_EDITABLE = (Reply.State.NOT_SENT, Reply.State.DRAFT, Reply.State.RETURNED)


def _by(user: User) -> dict[str, Any]:
    return {"source": Change.Source.PAGE, "actor_id": user.pk, "actor_name": str(user)}


def issue_table(
    *,
    title: str,
    columns: Sequence[Column],
    due_on: date,
    addressees: Addressees,
    on: date,
    by: User,
    note: str = "",
    single_row: bool = True,
) -> AdhocTable:
    """Issue a table to the institutions that exist on ``on``; each of them owes one reply by ``due_on``.

    Raises ``adhoc.columns``, ``adhoc.title``, ``adhoc.due`` or ``adhoc.nobody``.
    """
    found = declared(columns)
    if not title.strip():
        raise WeijianError("adhoc.title", "报表没有名称。", "", "填写报表名称")
    if due_on < on:
        raise WeijianError("adhoc.due", "截止日期早于今天。", "", "选择今天或以后的日期")
    organisations = list(addressees.organisations(on))
    if not organisations:
        raise WeijianError("adhoc.nobody", "没有选中任何机构。", "", "选择机构类型、镇街,或填写机构代码")
    with change(f"发布临时报表 {title.strip()}", **_by(by)) as row:
        table = AdhocTable.objects.create(
            title=title.strip(),
            note=note.strip(),
            columns=[one.as_json() for one in found],
            single_row=single_row,
            due_on=due_on,
            issued_on=on,
            issued_by=by,
        )
        replies = Reply.objects.bulk_create([Reply(table=table, organisation=one) for one in organisations])
        owing.owe_filling(replies, on=on, change_id=row.id)
    return table


def save_rows(reply: Reply, rows: Sequence[Mapping[str, object]], *, by: User, first_line: int = 1) -> Checked:
    """Check the rows and keep them in place of those before; with a single problem nothing is kept.

    Rows that stand unchanged are not written again, so that history holds real changes only.
    """
    _may_edit(reply, by)
    columns = columns_of(reply.table.columns)
    checked = check_rows(columns, rows, first_line=first_line)
    if checked.problems:
        return checked
    if reply.table.single_row and len(checked.rows) > 1:
        raise WeijianError("adhoc.single", "这张表每家机构只填一行。", reply.table.title, "保留一行")
    with change(f"填报临时报表 {reply.table.title}", **_by(by)):
        locked = _locked(reply)
        kept = {row.position: row for row in locked.rows.all()}
        for position, values in enumerate(checked.rows, start=1):
            row = kept.pop(position, None)
            if row is None:
                AdhocRow.objects.create(reply=locked, position=position, values=values)
            elif row.values != values:
                row.values = values
                row.save(update_fields=["values"])
        AdhocRow.objects.filter(pk__in=[row.pk for row in kept.values()]).delete()
        locked.state, locked.zero = Reply.State.DRAFT, False
        locked.save(update_fields=["state", "zero"])
    return checked


def submit(reply: Reply, *, by: User, zero: bool = False) -> Reply:
    """Submit for signature. ``zero`` states that there is nothing to report; it is never inferred."""
    _may_edit(reply, by)
    rows = reply.rows.count()
    if zero and rows:
        raise WeijianError("adhoc.zero", "已填写了内容,不能零报告。", reply.table.title, "删除各行后再零报告")
    if not zero and not rows:
        raise WeijianError("adhoc.empty", "还没有填写任何内容。", reply.table.title, "填写后报送;确无内容时选择零报告")
    with change(f"报送临时报表 {reply.table.title}", **_by(by)) as row:
        locked = _locked(reply)
        locked.state, locked.zero, locked.submitted_by, locked.reason = Reply.State.SUBMITTED, zero, by, ""
        locked.save(update_fields=["state", "zero", "submitted_by", "reason"])
        owing.owe_signature(locked, on=today(), change_id=row.id)
    return locked


def sign(reply: Reply, *, by: User, on: date) -> Reply:
    """Sign what was submitted: a reviewer or the person responsible, not who submitted it. From then on it counts."""
    if reply.state != Reply.State.SUBMITTED:
        raise WeijianError("adhoc.sign", "只有已报送的报表可以签发。", reply.table.title, "先报送")
    if by.role not in (Role.REVIEWER, Role.RESPONSIBLE) or by.organisation_id != reply.organisation_id:
        raise WeijianError(
            "adhoc.signer", "由本机构的审核人或负责人签发。", reply.table.title, "请审核人或负责人登录后签发"
        )
    if by.pk == reply.submitted_by_id:
        raise WeijianError("adhoc.same_person", "报送人不能签发自己报送的报表。", reply.table.title, "由另一人签发")
    with change(f"签发临时报表 {reply.table.title}", **_by(by)) as row:
        locked = _locked(reply)
        locked.state, locked.signed_by, locked.signed_on = Reply.State.SIGNED, by, on
        locked.save(update_fields=["state", "signed_by", "signed_on"])
        owing.settle(locked, on=on, by="已签发", change_id=row.id)
    return locked


def return_reply(reply: Reply, *, reason: str, by: User) -> Reply:
    """Send a submitted or signed reply back with the reason: the bureau, or the institution's own signer."""
    if reply.state not in (Reply.State.SUBMITTED, Reply.State.SIGNED):
        raise WeijianError("adhoc.return", "只有已报送的报表可以退回。", reply.table.title)
    if not reason.strip():
        raise WeijianError("adhoc.reason", "退回需要写明理由。", reply.table.title, "填写理由")
    with change(f"退回临时报表 {reply.table.title}", **_by(by)) as row:
        locked = _locked(reply)
        locked.state, locked.reason, locked.signed_by, locked.signed_on = (
            Reply.State.RETURNED,
            reason.strip(),
            None,
            None,
        )
        locked.save(update_fields=["state", "reason", "signed_by", "signed_on"])
        day = today()
        owing.settle(locked, on=day, by="已退回", change_id=row.id)
        owing.owe_filling([locked], on=day, change_id=row.id)
    return locked


def remind(table: AdhocTable, *, by: User, on: date) -> int:
    """Remind every institution that has not signed, at most once a day each; the number that was reminded."""
    waiting = table.replies.exclude(state=Reply.State.SIGNED).exclude(reminded_on=on)
    reminded = list(waiting.select_related("table"))
    if not reminded:
        return 0
    with change(f"催报临时报表 {table.title}", **_by(by)) as row:
        for reply in reminded:
            reply.reminders += 1
            reply.reminded_on = on
            reply.save(update_fields=["reminders", "reminded_on"])
            owing.note_reminder(reply, change_id=row.id)
    return len(reminded)


def bind(table: AdhocTable, *, measure: str, column: str, period: str, by: User) -> AdhocTable:
    """Show a numeric column's consolidation beside an indicator for one period; an empty measure unbinds."""
    numeric = {one.key for one in columns_of(table.columns) if one.numeric}
    if measure and column not in numeric:
        raise WeijianError("adhoc.bind", "只能绑定数值列。", table.title, "选择整数或数字类型的列")
    with change(f"绑定临时报表 {table.title}", **_by(by)):
        table.measure, table.measure_column, table.period = (
            measure,
            column if measure else "",
            period if measure else "",
        )
        table.save(update_fields=["measure", "measure_column", "period"])
    return table


def move_deadline(table: AdhocTable, *, due_on: date, by: User, on: date) -> AdhocTable:
    """Set another deadline, today or later; a closed table opens again."""
    if due_on < on:
        raise WeijianError("adhoc.due", "截止日期早于今天。", table.title, "选择今天或以后的日期")
    with change(f"调整临时报表期限 {table.title}", **_by(by)) as row:
        table.due_on, table.state = due_on, AdhocTable.State.OPEN
        table.save(update_fields=["due_on", "state"])
        owing.move_clock(table, on=on, change_id=row.id)
    return table


def close(table: AdhocTable, *, by: User) -> AdhocTable:
    """Close the table: nothing more is taken in, who has not sent stays visible."""
    with change(f"截止临时报表 {table.title}", **_by(by)) as row:
        table.state = AdhocTable.State.CLOSED
        table.save(update_fields=["state"])
        owing.settle_table(table, on=today(), change_id=row.id)
    return table


def _may_edit(reply: Reply, by: User) -> None:
    if by.organisation_id != reply.organisation_id:
        raise WeijianError("adhoc.other", "只能填报本机构的报表。", reply.table.title)
    if reply.table.state != AdhocTable.State.OPEN:
        raise WeijianError("adhoc.closed", "这张表已截止。", reply.table.title, "请联系发布的科室延期")
    if reply.state not in _EDITABLE:
        raise WeijianError("adhoc.sent", "已报送,不能再修改。", reply.table.title, "需要修改时请退回")


def _locked(reply: Reply) -> Reply:
    """The reply as committed, held until the change ends: two clerks who save at once come one after the other."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("outside a change")
    return Reply.objects.select_for_update(of=("self",)).select_related("table").get(pk=reply.pk)
