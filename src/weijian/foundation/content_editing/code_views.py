"""The page of one code list: its codes, propose a new one or the end of one, decide on what waits."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.foundation.access.door import current_user, page
from weijian.foundation.content_editing import services
from weijian.foundation.content_editing.code_lists import codes_of, editable_lists, item_of
from weijian.foundation.content_editing.code_pages import codes_table, history, list_name, waiting_of
from weijian.foundation.content_editing.forms import CodeForm, EndForm
from weijian.foundation.content_editing.models import ContentEdit
from weijian.foundation.content_editing.queries import edits_of_list
from weijian.foundation.content_editing.views import decide
from weijian.foundation.today import today
from weijian.foundation.ui.choices import choose_from
from weijian.foundation.ui.components import Crumb
from weijian.kernel.errors import WeijianError


@page("content.edit")
def code_list(request: HttpRequest, list_id: str) -> HttpResponse:
    """One list: codes with their days; a proposal waits until somebody else approves it."""
    if list_id not in editable_lists():
        raise Http404
    day = today()
    act = request.POST.get("act", "")
    adding = CodeForm(request.POST if act == "add" else None)
    ending = EndForm(request.POST if act == "end" else None)
    standing = [one for one in codes_of(list_id).values() if one.valid_to is None]
    choose_from(ending, "code", [(one.code, f"{one.code} {one.zh}") for one in standing])
    problem = None
    if request.method == "POST" and {"add": adding.is_valid, "end": ending.is_valid}.get(act, lambda: True)():
        try:
            _do(request, list_id, adding if act == "add" else ending)
        except WeijianError as error:
            problem = error
        else:
            messages.success(request, _("已提出,等待另一人审批") if act in ("add", "end") else _("已处理"))
            return HttpResponseRedirect(reverse("content_codes", args=[list_id]))
    name = list_name(list_id)
    context = {
        "name": name,
        "described": editable_lists()[list_id],
        "table": codes_table(list_id, day),
        "waiting": waiting_of(list_id, current_user(request).pk),
        "adding": adding,
        "ending": ending,
        "problem": problem,
        "entries": history(list(edits_of_list(list_id))),
        "crumbs": (Crumb(_("内容维护"), reverse("content_list")), Crumb(name)),
    }
    return render(request, "content_editing/codes.html", context, status=422 if problem else 200)


def _do(request: HttpRequest, list_id: str, form: CodeForm | EndForm) -> None:
    user = current_user(request)
    if not form.is_bound:
        edit = get_object_or_404(
            ContentEdit, public_id=request.POST.get("edit", ""), item__startswith=item_of(list_id, "")
        )
        decide(request, edit.item)
        return
    data = form.cleaned_data
    given = {"valid_from": data["valid_from"], "source": data["source"], "by": user}
    if isinstance(form, CodeForm):
        services.propose_code(list_id, data["code"], zh=data["zh"], en=data["en"], **given)
    else:
        services.propose_end(list_id, data["code"], **given)
