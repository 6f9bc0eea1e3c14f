"""A job as people see it: asked by whom, how far, how it ended. The queue itself is procrastinate's table beside it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.kernel.public_ids import new_public_id


class Job(models.Model):
    """One piece of work. Of one task and key at most one waits: asking again while it waits gives the same job."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("进行中")
        SUCCEEDED = "succeeded", _("已完成")
        FAILED = "failed", _("未完成")

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    task = models.CharField(max_length=60)
    key = models.CharField(max_length=120, default="")
    arguments: Any = models.JSONField(default=dict)  # ids and texts; nothing personal
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField(default="")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    step = models.TextField(default="")
    result: Any = models.JSONField(default=dict)  # what the task gave back: words, and the address of what came of it
    error: Any = models.JSONField(null=True)  # code, what, where, fix

    class Meta:
        verbose_name = _("任务")
        constraints = [
            models.UniqueConstraint(fields=["task", "key"], condition=models.Q(state="waiting"), name="job_waits_once")
        ]
        indexes = [models.Index(fields=["state", "-id"], name="job_state")]

    def __str__(self) -> str:
        return f"{self.task} {self.key}".strip()
