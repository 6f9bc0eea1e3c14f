"""Pages of the plan: cockpit, plan, one task."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.domains.governance import services
from weijian.domains.governance.forms import ProgressForm, RevisionForm, SupervisionForm
from weijian.domains.governance.models import Plan, PlanTask, Supervision, Target
from weijian.domains.governance.pages import (
    headline_cards,
    status_table,
    supervision_table,
    target_sentence,
    task_table,
)
from weijian.domains.governance.queries import department_name, target_statuses, task_counts
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.today import today
from weijian.foundation.ui.components import Crumb
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError


@page("plan.view")
def cockpit(request: HttpRequest) -> HttpResponse:
    """What is off plan, worst first, with owner and days left; the headline figures; supervised tasks."""
    day = today()
    plan = Plan.objects.order_by("-year").first()
    context: dict[str, object] = {"cards": headline_cards(), "plan": plan}
    if plan is not None:
        statuses = target_statuses(plan)
        context |= {
            "counts": task_counts(plan, day),
            "table": status_table(statuses, dict(request.GET.lists()), may(request.user, "plan.manage"), day),
            "supervisions": supervision_table(
                Supervision.objects.filter(state=Supervision.State.OPEN)
                .select_related("organisation")
                .order_by("due_on"),
                request,
            ),
        }
    return render(request, "governance/cockpit.html", context)


@page("plan.view")
def plan_list(request: HttpRequest) -> HttpResponse:
    """The plan's sections with all tasks."""
    plan = Plan.objects.order_by("-year").first()
    if plan is None:
        return render(request, "governance/plan.html", {"plan": None})
    tasks = PlanTask.objects.filter(plan=plan).select_related("section").order_by("position")
    wanted = request.GET.get("q", "").strip()
    if wanted:
        tasks = tasks.filter(sentence__icontains=wanted)
    state = request.GET.get("state", "")
    if state in PlanTask.State.values:
        tasks = tasks.filter(state=state)
    day = today()
    return render(
        request,
        "governance/plan.html",
        {
            "plan": plan,
            "name": plan.en if language() == "en" else plan.zh,
            "counts": task_counts(plan, day),
            "table": task_table(tasks, request, day),
            "wanted": wanted,
        },
    )


@page("plan.view")
def task_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One task: its sentence, targets, progress; report, ask to close, approve."""
    task = get_object_or_404(PlanTask.objects.select_related("plan", "section"), public_id=public_id)
    user = current_user(request)
    form = ProgressForm(request.POST if request.POST.get("act") == "progress" else None)
    problem = None
    if request.method == "POST":
        try:
            if _act(request, task, form):
                return HttpResponseRedirect(reverse("plan_task", args=[task.public_id]))
        except WeijianError as error:
            problem = error
    return render(
        request,
        "governance/task.html",
        {
            "task": task,
            "lead": department_name(task.lead, language()),
            "support": [department_name(one, language()) for one in task.support],
            "targets": [(one, target_sentence(one)) for one in task.targets.filter(superseded_by__isnull=True)],
            "progress": task.progress.order_by("-id"),
            "form": form,
            "problem": problem,
            "may_report": may(user, "plan.progress"),
            "may_decide": may(user, "plan.manage"),
            "crumbs": (
                Crumb(_("年度计划"), reverse("plan_list")),
                Crumb(task.section.en if language() == "en" else task.section.zh),
            ),
        },
    )


def _act(request: HttpRequest, task: PlanTask, form: ProgressForm) -> bool:
    """Carry out what was asked; False where the form has to be shown again."""
    user = current_user(request)
    act = request.POST.get("act", "")
    who = {"actor_id": user.pk, "actor_name": str(user)}
    if act == "progress" and may(user, "plan.progress"):
        if not form.is_valid():
            return False
        data = form.cleaned_data
        services.report_progress(
            task, quarter=data["quarter"], text=data["text"], evidence=data["evidence"], on=today(), **who
        )
    elif act == "request" and may(user, "plan.progress"):
        services.request_completion(task, **who)
    elif act in ("approve", "return") and may(user, "plan.manage"):
        services.decide_completion(task, approved=act == "approve", reason=request.POST.get("reason", ""), **who)
    return True


@page("plan.manage")
def give_supervision(request: HttpRequest, target_id: int) -> HttpResponse:
    """Give a supervised task for a target."""
    target = get_object_or_404(Target.objects.select_related("task"), pk=target_id)
    form = SupervisionForm(request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        user = current_user(request)
        try:
            services.supervise(
                text=form.cleaned_data["text"],
                due_on=form.cleaned_data["due_on"],
                on=today(),
                target=target,
                actor_id=user.pk,
                actor_name=str(user),
            )
            return HttpResponseRedirect(reverse("cockpit"))
        except WeijianError as error:
            problem = error
    return render(
        request,
        "governance/target_form.html",
        {
            "target": target,
            "sentence": target_sentence(target),
            "form": form,
            "problem": problem,
            "title": _("下达督办"),
        },
    )


@page("plan.manage")
def revise(request: HttpRequest, target_id: int) -> HttpResponse:
    """Revise a target with its document."""
    target = get_object_or_404(Target.objects.select_related("task"), pk=target_id)
    form = RevisionForm(request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        user = current_user(request)
        try:
            services.revise_target(
                target,
                value=form.cleaned_data["value"],
                document=form.cleaned_data["document"],
                actor_id=user.pk,
                actor_name=str(user),
            )
            return HttpResponseRedirect(reverse("plan_task", args=[target.task.public_id]))
        except WeijianError as error:
            problem = error
    return render(
        request,
        "governance/target_form.html",
        {
            "target": target,
            "sentence": target_sentence(target),
            "form": form,
            "problem": problem,
            "title": _("调整目标"),
        },
    )
