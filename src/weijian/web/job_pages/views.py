"""Pages of the jobs: one with its progress, the queue with retry, and the button that publishes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.accounts.models import User
from weijian.foundation.changes.services import change
from weijian.foundation.jobs.models import Job
from weijian.foundation.jobs.queries import failed_jobs, queue_counts
from weijian.foundation.jobs.services import ask, retry
from weijian.foundation.ui.components import Crumb
from weijian.kernel.errors import WeijianError
from weijian.web.job_pages.pages import job_table, progress_of


@page("system.health")
def job_list(request: HttpRequest) -> HttpResponse:
    """The queue: what failed and can be tried again, and the latest jobs."""
    context = {
        "counts": queue_counts(),
        "failed": job_table("failed", _("未完成的任务"), failed_jobs()[:50], request, may_retry=True),
        "latest": job_table("latest", _("最近任务"), Job.objects.order_by("-id")[:50], request),
    }
    return render(request, "jobs/list.html", context)


@page("home.view")
def job(request: HttpRequest, public_id: str) -> HttpResponse:
    """One job for whoever asked for it or keeps the system; the part below asks again until it is over."""
    found = _job(current_user(request), public_id)
    crumbs = (Crumb(_("任务"), reverse("jobs")),) if may(request.user, "system.health") else ()
    return render(request, "jobs/job.html", {"found": found, "job": progress_of(found), "crumbs": crumbs})


@page("home.view")
def job_progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """The part of the page that moves."""
    found = _job(current_user(request), public_id)
    return render(request, "web/components/job.html", {"job": progress_of(found)})


@page("system.health")
@require_POST
def job_retry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask again for what failed."""
    user = current_user(request)
    found = _job(user, public_id)
    try:
        with change(
            f"重试任务 {found.task}", source="page", actor_id=user.pk, actor_name=str(user), action="job.retry"
        ):
            again = retry(found, actor_id=user.pk, actor_name=str(user))
    except WeijianError as problem:
        messages.error(request, problem.what)
        return HttpResponseRedirect(reverse("jobs"))
    return HttpResponseRedirect(reverse("job", args=[again.public_id]))


@page("indicators.lock")
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Publish what is committed as a snapshot with its figures."""
    user = current_user(request)
    with change("发布快照与指标", source="page", actor_id=user.pk, actor_name=str(user), action="job.ask"):
        asked = ask("snapshot.publish", actor_id=user.pk, actor_name=str(user))
    return HttpResponseRedirect(reverse("job", args=[asked.public_id]))


def _job(user: User, public_id: str) -> Job:
    found = Job.objects.filter(public_id=public_id).first()
    if found is None or (found.actor_id != user.pk and not may(user, "system.health")):
        raise Http404
    return found
