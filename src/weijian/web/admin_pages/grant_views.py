"""What the security administrator decides: rights that wait for a grant, and second factors that were lost."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation.access.door import current_user, page
from weijian.foundation.access.policy import PERMISSIONS, REACH, Reach
from weijian.foundation.accounts.grants.services import grant, refuse
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.accounts.second_factor.services import reset_second_factor
from weijian.foundation.accounts.services import find_account
from weijian.foundation.ui.components import Crumb
from weijian.kernel.errors import WeijianError
from weijian.web.admin_pages.tables import reach_words


@page("accounts.security")
def grant_detail(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account that waits: what it would be allowed and see; grant, or refuse with a reason."""
    account = get_object_or_404(User.objects.select_related("organisation"), pk=account_id, left_on=None)
    problem = None
    if request.method == "POST":
        try:
            by = current_user(request)
            if request.POST.get("act") == "grant":
                grant(account, by=by)
            else:
                refuse(account, by=by, reason=request.POST.get("reason", ""))
            return HttpResponseRedirect(reverse("admin_policy"))
        except WeijianError as error:
            problem = error
    role = Role(account.role)
    context = {
        "account": account,
        "problem": problem,
        "permissions": [one for one in PERMISSIONS.values() if role in one.roles],
        "reach": reach_words()[REACH.get(role, Reach.NONE)],
        "crumbs": [Crumb(_("安全策略"), reverse("admin_policy")), Crumb(account.username)],
    }
    return render(request, "admin_pages/grant.html", context)


@page("accounts.security")
def factor_reset(request: HttpRequest) -> HttpResponse:
    """Take the second factor of somebody who lost the telephone; POST only."""
    if request.method == "POST":
        user = current_user(request)
        try:
            account = find_account(request.POST.get("username", "").strip())
            reset_second_factor(account, source="page", actor_id=user.pk, actor_name=user.username)
            messages.success(request, _("已清除 %(name)s 的两步验证。") % {"name": account.username})
        except WeijianError as problem:
            messages.error(request, f"{problem.what}{problem.fix}")
    return HttpResponseRedirect(reverse("admin_policy"))
