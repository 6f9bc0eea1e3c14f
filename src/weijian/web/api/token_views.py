"""Machine tokens, for the system administrator: the list, a new one shown once, and revoking."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.access.policy import PERMISSIONS
from weijian.foundation.accounts.models import MachineToken, User
from weijian.foundation.accounts.tokens.services import GRANTABLE, create_token, is_live, revoke_token
from weijian.foundation.ui.components import Cell, Column, Crumb, Row, RowAction, TableQuery, TableState
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import SystemClock


@page("accounts.manage")
def token_list(request: HttpRequest) -> HttpResponse:
    """All tokens, newest first, with who they act as, until when, and when they were last used."""
    return render(request, "api/tokens.html", {"table": _table(request)})


@page("accounts.manage")
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token; its text is shown on the answer and never again."""
    user, problem = current_user(request), None
    if request.method == "POST":
        try:
            return _made(request, user)
        except WeijianError as error:
            problem = error
    context = {
        "problem": problem,
        "given": request.POST,
        "chosen": request.POST.getlist("scope"),
        "scopes": [(one, _permission(one)) for one in GRANTABLE],
        "crumbs": (Crumb(_("接口令牌"), reverse("tokens")), Crumb(_("新建令牌"))),
    }
    return render(request, "api/token_new.html", context, status=422 if problem else 200)


@page("accounts.manage")
@require_POST
def token_revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """End a token at once."""
    user = current_user(request)
    token = get_object_or_404(MachineToken, public_id=public_id)
    revoke_token(token, actor_id=user.pk, actor_name=user.username)
    messages.success(request, _("令牌已撤销"))
    return HttpResponseRedirect(reverse("tokens"))


def _made(request: HttpRequest, user: User) -> HttpResponse:
    account = User.objects.filter(username=request.POST.get("account", "").strip()).first()
    if account is None:
        raise WeijianError("token.account", "没有这个账号。", "", "填写账号名")
    scope = request.POST.getlist("scope")
    lacking = [one for one in scope if not may(account, one)]
    if lacking:
        raise WeijianError("token.scope", "该账号没有所选的权限。", ",".join(lacking), "换一个账号或减少用途")
    token, text = create_token(
        account,
        name=request.POST.get("name", ""),
        scope=scope,
        days=_number(request.POST.get("days", ""), 365),
        per_minute=_number(request.POST.get("per_minute", ""), 120),
        actor_id=user.pk,
        actor_name=user.username,
    )
    crumbs = (Crumb(_("接口令牌"), reverse("tokens")), Crumb(token.name))
    return render(request, "api/token_made.html", {"token": token, "text": text, "crumbs": crumbs})


def _number(text: str, default: int) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else (default if not text else 0)


def _permission(permission: str) -> str:
    found = PERMISSIONS[permission]
    return found.en if language() == "en" else found.zh


def _table(request: HttpRequest) -> TableState:
    columns = (
        Column("name", _("用于"), fixed=True, optional=False),
        Column("state", _("状态"), "status"),
        Column("account", _("账号")),
        Column("place", _("机构")),
        Column("scope", _("用途")),
        Column("expires", _("到期"), "date"),
        Column("used", _("最近使用"), "date"),
    )
    found = MachineToken.objects.select_related("account__organisation", "use").order_by("-id")
    query = TableQuery.read(dict(request.GET.lists()), columns, page_size=50)
    now = SystemClock().now()
    rows = [Row(**_row(one, now)) for one in found[query.offset : query.offset + query.page_size]]
    return TableState(
        "tokens", _("接口令牌"), columns, rows, query, found.count(), _("个"), choose_columns=False,
        empty_title=_("还没有令牌"), empty_text=_("机构的信息系统用令牌报送数据和读取指标。"),
    )  # fmt: skip


def _row(one: MachineToken, now: Any) -> dict[str, Any]:
    live = is_live(one, now)
    word = _("有效") if live else _("已撤销") if one.revoked_at else _("已失效")
    action = (RowAction(_("撤销"), reverse("token_revoke", args=[one.public_id]), post=True),) if live else ()
    cells = (
        Cell(text=one.name, note=f"{one.start}…"),
        Cell.tag(word, "good" if live else "bad"),
        one.account.username,
        str(one.account.organisation or ""),
        "、".join(_permission(name) for name in one.scope),
        one.expires_at,
        one.use.last_used_at,
    )
    return {"cells": cells, "actions": action}
