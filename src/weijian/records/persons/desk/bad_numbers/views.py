"""The page of identities whose number fails its check: who they may be, decided one by one or the plain ones together."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.content.told import in_language
from weijian.foundation.access.door import current_user, page
from weijian.foundation.audit.services import record_reading
from weijian.foundation.ui.components import Crumb
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.records.persons.desk.addresses import person_token, question_url, read_person
from weijian.records.persons.desk.bad_numbers.queries import bad_numbers, suggestions
from weijian.records.persons.desk.bad_numbers.services import ask_about, link_plain
from weijian.records.persons.desk.pages import question_tabs
from weijian.records.persons.desk.questions.services import Desk
from weijian.records.persons.desk.showing import OPEN_FROM, shown

#: Identities on one page, all of which can be ticked at once.
PAGE_ROWS = 50


@page("persons.desk")
def numbers(request: HttpRequest) -> HttpResponse:
    """Identities with a wrong number and the candidates of each."""
    user = current_user(request)
    found = bad_numbers(user)
    total = found.count()
    text = request.GET.get("page", "1")
    number = max(int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1, 1)
    persons = list(found[(number - 1) * PAGE_ROWS : number * PAGE_ROWS])
    record_reading(user, "persons.desk", [one.pk for one in persons])
    context = {
        "rows": [
            {"token": person_token(one.person.pk), "identity": shown(one.person, user), "one": one}
            for one in suggestions(persons)
        ],
        "tabs": question_tabs(request, user, numbers=total),
        "total": total,
        "first": (number - 1) * PAGE_ROWS + 1,
        "last": (number - 1) * PAGE_ROWS + len(persons),
        "previous": number - 1,
        "next": number + 1 if number * PAGE_ROWS < total else 0,
        "masked": user.sensitivity < OPEN_FROM,
        "crumbs": (Crumb(_("身份判定"), reverse("desk")), Crumb(_("号码有误"))),
    }
    return render(request, "persons/numbers.html", context)


@page("persons.desk")
@require_POST
def decide_numbers(request: HttpRequest) -> HttpResponse:
    """Put one identity to the desk, or link the ticked plain ones with one reason."""
    desk = Desk(current_user(request))
    try:
        single = request.POST.get("ask", "")
        if single:
            return redirect(question_url(ask_about(read_person(single), desk).pk))
        chosen = [read_person(one) for one in request.POST.getlist("person")]
        count = link_plain(chosen, request.POST.get("reason", ""), desk)
        messages.success(request, _("已判定 %(n)s 个身份;下一次发布快照后计入指标") % {"n": count})
    except WeijianError as problem:
        messages.error(request, f"{in_language(problem.what, language())} {in_language(problem.fix, language())}")
    return redirect("desk_numbers")
