"""Jobs as the values that pages draw."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.content.told import in_language
from weijian.foundation.jobs.models import Job
from weijian.foundation.jobs.registry import task_by_id
from weijian.foundation.ui.components import Cell, Column, JobProgress, Row, RowAction, TableQuery, TableState
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError

_TONES = {"waiting": "info", "running": "accent", "succeeded": "good", "failed": "bad"}


def title_of(job: Job) -> str:
    """Name of the task in the reader's language, with its key where that says more."""
    try:
        found = task_by_id(job.task)
    except WeijianError:
        return job.task
    name = found.en if language() == "en" else found.zh
    return f"{name} {job.key}".strip()


def progress_of(job: Job) -> JobProgress:
    """The job as the progress component draws it."""
    return JobProgress(
        title=title_of(job),
        state=job.state,  # type: ignore[arg-type]
        poll_url=reverse("job_progress", args=[job.public_id]),
        done=job.done,
        total=job.total,
        step=in_language(str(job.result.get("text", "")), language()) or job.step,
        started_at=job.started_at,
        result_url=str(job.result.get("url", "")),
        result_label=_("查看结果"),
        error=_problem(job),
    )


def _problem(job: Job) -> str:
    """Why it failed and what to do, in the reader's language."""
    if not job.error:
        return ""
    return " ".join(in_language(job.error.get(name, ""), language()) for name in ("what", "fix")).strip()


def job_table(
    table_id: str, title: str, jobs: Iterable[Job], request: HttpRequest, *, may_retry: bool = False
) -> TableState:
    """Jobs with who asked, when, and how they ended."""
    columns = (
        Column("task", _("任务"), fixed=True, optional=False),
        Column("state", _("状态"), "status"),
        Column("asked", _("提交时间"), "date"),
        Column("by", _("提交人")),
        Column("attempts", _("次数"), "number"),
        Column("result", _("结果")),
    )
    rows = []
    for job in jobs:
        result = _problem(job) or in_language(str(job.result.get("text", "")), language())
        again = (RowAction(_("重试"), reverse("job_retry", args=[job.public_id]), post=True),) if may_retry else ()
        rows.append(
            Row(
                (
                    title_of(job),
                    Cell.tag(job.get_state_display(), _TONES[job.state]),  # type: ignore[arg-type]
                    job.asked_at,
                    job.actor_name or _("系统"),
                    job.attempts,
                    result,
                ),
                href=reverse("job", args=[job.public_id]),
                actions=again,
            )
        )
    query = TableQuery.read({}, columns, page_size=50)
    return TableState(
        table_id, title, columns, rows, query, len(rows), _("项"), choose_columns=False, empty_title=_("没有任务")
    )
