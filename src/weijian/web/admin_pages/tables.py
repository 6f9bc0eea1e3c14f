"""Tables of the administrators' pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation.access.policy import PERMISSIONS, REACH, Reach
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.queries import state_of
from weijian.foundation.audit.models import AuditLeaf, TreeHead
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.ui.components import Cell, Column, Row, TableQuery, TableState
from weijian.foundation.ui.presentation import language, moment_text

#: Longest text of one cell.
_SHOWN = 160


def account_table(found: QuerySet[User], request: HttpRequest, now: datetime) -> TableState:
    """Accounts by name."""
    columns = (
        Column("username", _("账号"), fixed=True, optional=False),
        Column("role", _("角色")),
        Column("organisation", _("机构或科室")),
        Column("state", _("状态"), "status"),
        Column("last_login", _("最近登录"), "date"),
    )
    words = {
        "active": Cell.tag(_("在用"), "good"),
        "waiting": Cell.tag(_("等待设置密码"), "info"),
        "locked": Cell.tag(_("已锁定"), "bad"),
        "pending": Cell.tag(_("等待授权"), "warn"),
        "left": Cell.tag(_("已注销")),
    }
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=50)
    rows = [
        Row(
            (
                Cell(text=one.username, note=one.full_name),
                one.get_role_display(),
                one.organisation.name if one.organisation else one.department,
                words[state_of(one, now)],
                Cell(text=moment_text(one.last_login) if one.last_login else ""),
            ),
            href=reverse("admin_account", args=[one.pk]),
        )
        for one in found[query.offset : query.offset + query.page_size]
    ]
    return TableState("accounts", _("账号"), columns, rows, query, found.count(), _("个"))


def link_table(made: Sequence[tuple[User, str]]) -> TableState:
    """New accounts with their one-time links."""
    columns = (
        Column("username", _("账号"), fixed=True, optional=False),
        Column("role", _("角色")),
        Column("organisation", _("机构或科室")),
        Column("link", _("一次性链接")),
    )
    rows = [
        Row(
            (
                Cell(text=one.username, note=one.full_name),
                one.get_role_display(),
                one.organisation.name if one.organisation else one.department,
                Cell(text=link, note=_("等待安全管理员授权") if one.grant_pending else ""),
            )
        )
        for one, link in made
    ]
    query = TableQuery.read({}, columns, page_size=len(rows) or 1)
    return TableState("links", _("新建的账号"), columns, rows, query, len(rows), _("个"), choose_columns=False)


def grant_table(found: Sequence[User]) -> TableState:
    """Accounts that wait for the security administrator; each name opens its decision."""
    columns = (
        Column("username", _("账号"), fixed=True, optional=False),
        Column("role", _("角色")),
        Column("organisation", _("机构或科室")),
        Column("sensitivity", _("最高敏感级别"), "number"),
    )
    query = TableQuery.read({}, columns, page_size=200)
    rows = [
        Row(
            (
                Cell(text=one.username, note=one.full_name),
                one.get_role_display(),
                one.organisation.name if one.organisation else one.department,
                one.sensitivity,
            ),
            href=reverse("admin_grant", args=[one.pk]),
        )
        for one in found
    ]
    return TableState("grants", _("等待授权的账号"), columns, rows, query, len(rows), _("个"), choose_columns=False)


def role_table(request: HttpRequest) -> TableState:
    """Every permission and the roles that have it: the policy table as it stands in the program."""
    columns = (Column("permission", _("权限"), fixed=True, optional=False), Column("roles", _("角色")))
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=200)
    rows = [
        Row(
            (
                Cell(text=one.en if language() == "en" else one.zh, note=one.id),
                _("、").join(str(role.label) for role in Role if role in one.roles),
            )
        )
        for one in PERMISSIONS.values()
    ]
    return TableState("permissions", _("权限与角色"), columns, rows, query, len(rows), _("项"), choose_columns=False)


def reach_words() -> dict[Reach, str]:
    """How far a role sees, in words."""
    return {Reach.DISTRICT: _("全区"), Reach.ORGANISATION: _("本机构及下级"), Reach.NONE: _("不看健康数据")}


def reach_table(request: HttpRequest) -> TableState:
    """How far each role sees."""
    columns = (
        Column("role", _("角色"), fixed=True, optional=False),
        Column("reach", _("可见范围")),
        Column("count", _("在用账号"), "number"),
    )
    words = reach_words()
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=200)
    rows = [
        Row(
            (
                str(role.label),
                words[REACH.get(role, Reach.NONE)],
                User.objects.filter(role=role, is_active=True).count(),
            )
        )
        for role in Role
    ]
    return TableState("reach", _("角色可见范围"), columns, rows, query, len(rows), _("个"), choose_columns=False)


def leaf_table(found: QuerySet[AuditLeaf], request: HttpRequest, title: str) -> TableState:
    """Audit leaves, newest first."""
    columns = (
        Column("at", _("时间"), fixed=True, optional=False),
        Column("actor", _("操作人")),
        Column("action", _("操作")),
        Column("object", _("对象")),
        Column("detail", _("内容")),
        Column("position", _("封存序号"), "number"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=50)
    rows = [
        Row(
            (
                moment_text(one.at),
                one.actor_name,
                one.action,
                one.object_kind,
                Cell(text=_words(one.detail), note=one.leaf_hash[:16]),
                one.position if one.position is not None else Cell.tag(_("待封存"), "warn"),
            )
        )
        for one in found[query.offset : query.offset + query.page_size]
    ]
    return TableState("leaves", title, columns, rows, query, found.count(), _("条"))


def head_table(found: Sequence[TreeHead], request: HttpRequest) -> TableState:
    """The newest signed heads."""
    columns = (
        Column("number", _("树头"), fixed=True, optional=False),
        Column("at", _("封存时间")),
        Column("size", _("记录数"), "number"),
        Column("root", _("根哈希")),
        Column("key", _("密钥")),
    )
    query = TableQuery.read({}, columns, page_size=20)
    rows = [Row((str(one.number), moment_text(one.at), one.size, one.root, one.key_id)) for one in found]
    return TableState("heads", _("签名树头"), columns, rows, query, None, choose_columns=False)


def organisation_table(found: QuerySet[Organisation], request: HttpRequest) -> TableState:
    """Institutions by code."""
    columns = (
        Column("code", _("机构代码"), fixed=True, optional=False),
        Column("name", _("名称")),
        Column("type", _("类别")),
        Column("area", _("区划")),
        Column("from", _("启用日期"), "date"),
        Column("to", _("停用日期"), "date"),
    )
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=50)
    rows = [
        Row(
            (
                one.code,
                Cell(text=one.name, note=_("原名:%(name)s") % {"name": one.former_zh} if one.former_zh else ""),
                one.get_type_display(),
                one.area.name,
                one.valid_from,
                Cell(day=one.valid_to, note=one.successor.name) if one.successor else one.valid_to,
            ),
            href=reverse("admin_organisation", args=[one.code]),
        )
        for one in found[query.offset : query.offset + query.page_size]
    ]
    return TableState("organisations", _("机构"), columns, rows, query, found.count(), _("家"))


def _words(detail: dict[str, Any]) -> str:
    parts = [str(detail["reason"])] if "reason" in detail else []
    for table, counts in detail.get("tables", {}).items():
        parts.append(f"{table} " + " ".join(f"{name} {count}" for name, count in counts.items()))
    if "ids" in detail:
        parts.append(_("显示 %(n)s 行") % {"n": len(detail["ids"])})
    text = "; ".join(parts)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
