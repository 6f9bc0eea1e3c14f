"""Pages that merge and separate subjects beyond what intake asked: look somebody up, hold two against each other, decide."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.foundation.access.door import current_user, page
from weijian.foundation.accounts.models import User
from weijian.foundation.audit.services import record_reading
from weijian.foundation.changes.models import Change
from weijian.foundation.ui.components import Crumb, TimelineEntry
from weijian.kernel.errors import WeijianError
from weijian.records.persons.desk.forms import ReasonForm, SearchForm
from weijian.records.persons.desk.queries import Candidate, LinkEvent, candidates, events_of, find_subjects
from weijian.records.persons.desk.services import merge_subjects, unmerge
from weijian.records.persons.desk.showing import OPEN_FROM, shown
from weijian.records.persons.desk.side_by_side import rows_of, two_sides
from weijian.records.persons.models import Subject

#: What an audit leaf calls a reading of subjects.
READING = "persons.subject"


@page("persons.merge")
def search(request: HttpRequest) -> HttpResponse:
    """Look subjects up by number or name; what is looked for travels in the body and is never kept."""
    user = current_user(request)
    form = SearchForm(request.POST or None)
    found: Sequence[Candidate] | None = None
    if form.is_bound and form.is_valid():
        found = find_subjects(**form.cleaned_data)
        _note(user, found)
    context = {
        "form": form,
        "found": None if found is None else [_summary(one, user) for one in found],
        "masked": user.sensitivity < OPEN_FROM,
        "crumbs": (Crumb(_("身份判定"), reverse("desk")), Crumb(_("查找人员"))),
    }
    return render(request, "persons/search.html", context, status=422 if form.errors else 200)


@page("persons.merge")
def choose(request: HttpRequest) -> HttpResponse:
    """The two subjects that were ticked in a search, on their own page."""
    chosen = list(dict.fromkeys(request.GET.getlist("subject")))
    if len(chosen) != 2:
        messages.error(request, _("请选择正好两个人员主体。"))
        return redirect("desk_search")
    return redirect("desk_merge", chosen[0], chosen[1])


@page("persons.merge")
def merge(request: HttpRequest, kept: str, merged: str) -> HttpResponse:
    """Two subjects side by side; with a reason the persons of the second stand for the first."""
    user = current_user(request)
    both = [_subject(kept), _subject(merged)]
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            merge_subjects(
                both[0].pk,
                both[1].pk,
                form.cleaned_data["reason"].strip(),
                source=Change.Source.PAGE,
                actor_id=user.pk,
                actor_name=str(user),
            )
            messages.success(request, _("已合并;下一次发布快照后按一人计数"))
            return redirect("desk_subject", kept)
        except WeijianError as problem:
            messages.error(request, f"{problem.what}{problem.fix}")
            return redirect("desk_subject", merged)
    sides = [candidates([one.pk])[0] for one in both]
    context: dict[str, object] = {
        "form": form,
        "kept": kept,
        "merged": merged,
        "empty": [one.subject for one in sides if not one.persons],
        "same": both[0].pk == both[1].pk,
        "masked": user.sensitivity < OPEN_FROM,
        "crumbs": (Crumb(_("身份判定"), reverse("desk")), Crumb(_("合并"))),
    }
    if not context["empty"] and not context["same"]:
        pair = two_sides(sides[0], sides[1], user)
        context |= {"sides": pair, "rows": rows_of(pair)}
        _note(user, sides)
    return render(request, "persons/merge.html", context, status=422 if form.errors else 200)


@page("persons.merge")
def subject(request: HttpRequest, public_id: str) -> HttpResponse:
    """One subject: the identities that stand for it, and every merge and separation with its reason."""
    user = current_user(request)
    found = candidates([_subject(public_id).pk])[0]
    _note(user, [found])
    events = events_of(found.subject)
    context = {
        "subject": found.subject,
        "identities": [shown(one, user) for one in found.persons],
        "entries": [_entry(one) for one in events],
        "undoable": [one for one in events if one.undoable],
        "masked": user.sensitivity < OPEN_FROM,
        "crumbs": (Crumb(_("身份判定"), reverse("desk")), Crumb(_("人员主体"))),
    }
    return render(request, "persons/subject.html", context)


@page("persons.merge")
@require_POST
def separate(request: HttpRequest, public_id: str, change_id: int) -> HttpResponse:
    """Undo one merge of a subject."""
    user = current_user(request)
    found = _subject(public_id)
    event = next((one for one in events_of(found) if one.change.pk == change_id and one.undoable), None)
    reason = request.POST.get("reason", "").strip()
    try:
        if event is None:
            raise WeijianError("desk.not_a_merge", "这次变更不是可撤销的合并。", str(change_id), "刷新页面")
        unmerge(change_id, reason, source=Change.Source.PAGE, actor_id=user.pk, actor_name=str(user))
        messages.success(request, _("已撤销合并"))
    except WeijianError as problem:
        messages.error(request, f"{problem.what}{problem.fix}")
    return redirect("desk_subject", public_id)


def _entry(event: LinkEvent) -> TimelineEntry:
    parts = []
    if event.came:
        parts.append(_("%(n)s 个身份归入(%(why)s)") % {"n": event.came, "why": event.evidence})
    if event.went:
        parts.append(_("%(n)s 个身份移出") % {"n": event.went})
    actor = event.change.actor_name or event.change.get_source_display()
    return TimelineEntry(event.change.at, ",".join(parts), actor, event.change.reason)


def _summary(one: Candidate, user: User) -> dict[str, object]:
    return {"subject": one.subject, "identities": [shown(person, user) for person in one.persons]}


def _note(user: User, found: Sequence[Candidate]) -> None:
    record_reading(user, READING, [person.pk for one in found for person in one.persons])


def _subject(public_id: str) -> Subject:
    return get_object_or_404(Subject, public_id=public_id)
