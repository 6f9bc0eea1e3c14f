"""The audit, for the audit administrator: what was done and read, the signed heads, and the verifier."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weijian.foundation.access.door import page
from weijian.foundation.audit.models import AuditLeaf, TreeHead
from weijian.foundation.audit.services import seal
from weijian.foundation.audit.verification import Verification, verify
from weijian.web.admin_pages.tables import head_table, leaf_table


@page("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """Leaves by actor, action and change, newest first; the button seals what waits and reads everything again."""
    found = AuditLeaf.objects.order_by("-id")
    wanted = {name: request.GET.get(name, "").strip() for name in ("actor", "action")}
    if wanted["actor"]:
        found = found.filter(actor_name__icontains=wanted["actor"])
    if wanted["action"]:
        found = found.filter(action__startswith=wanted["action"])
    result: Verification | None = None
    if request.method == "POST":
        seal()
        result = verify()
    context = {
        "table": leaf_table(found, request, _("审计记录")),
        "heads": head_table(list(TreeHead.objects.order_by("-number")[:20]), request),
        "wanted": wanted,
        "result": result,
    }
    return render(request, "admin_pages/audit.html", context)
