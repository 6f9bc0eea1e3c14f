"""Pages of content editing: the list, one piece of content with its proposals."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation.access.door import current_user, page
from weijian.foundation.content_editing import services
from weijian.foundation.content_editing.code_pages import lists_table
from weijian.foundation.content_editing.editable import items
from weijian.foundation.content_editing.forms import ProposalForm
from weijian.foundation.content_editing.models import ContentEdit
from weijian.foundation.content_editing.pages import content_table, entries, item_name
from weijian.foundation.content_editing.queries import value_on, waiting
from weijian.foundation.today import today
from weijian.foundation.ui.components import Crumb
from weijian.kernel.errors import WeijianError


@page("content.edit")
def content_list(request: HttpRequest) -> HttpResponse:
    """Everything that may be edited."""
    day = today()
    context = {"table": content_table(request, day), "lists": lists_table(request, day)}
    return render(request, "content_editing/list.html", context)


@page("content.edit")
def content_item(request: HttpRequest, item_id: str) -> HttpResponse:
    """One piece of content: the value in force, propose another, decide on what waits, all that was before."""
    day = today()
    item = items(day).get(item_id)
    if item is None:
        raise Http404
    user = current_user(request)
    proposing = request.POST.get("act") == "propose"
    form = ProposalForm(request.POST if proposing else None)
    problem = None
    if request.method == "POST" and (not proposing or form.is_valid()):
        try:
            if proposing:
                data = form.cleaned_data
                services.propose(
                    item_id, value=data["value"], valid_from=data["valid_from"], source=data["source"], by=user
                )
            else:
                decide(request, item_id)
        except WeijianError as error:
            problem = error
        else:
            messages.success(request, _("已提出,等待另一人审批") if proposing else _("已处理"))
            return HttpResponseRedirect(reverse("content_item", args=[item_id]))
    pending = waiting().filter(item=item_id).first()
    context = {
        "item": item,
        "name": item_name(item),
        "value": value_on(item_id, day),
        "form": form,
        "problem": problem,
        "shipped": item.row[item.file.column],
        "pending": pending,
        "own": pending is not None and pending.proposed_by_id == user.pk,
        "entries": entries(item),
        "crumbs": (Crumb(_("内容维护"), reverse("content_list")), Crumb(item_name(item))),
    }
    return render(request, "content_editing/item.html", context, status=422 if problem else 200)


def decide(request: HttpRequest, item_id: str) -> None:
    """Approve, reject or withdraw the proposal that a form names; ``item_id`` is the content it must be about."""
    edit = get_object_or_404(ContentEdit, public_id=request.POST.get("edit", ""), item=item_id)
    user, act = current_user(request), request.POST.get("act", "")
    if act == "approve":
        services.approve(edit, by=user)
    elif act == "reject":
        services.reject(edit, by=user, note=request.POST.get("note", ""))
    elif act == "withdraw":
        services.withdraw(edit, by=user)
    else:
        raise Http404
