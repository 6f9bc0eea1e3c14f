"""A report of one year, its sections as people write them, and who signed what."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.foundation.snapshots.models import Snapshot


class Report(models.Model):
    """The work report of one year. ``head`` is the manuscript's head; ``frozen`` the issued text with its figures."""

    class State(models.TextChoices):
        DRAFT = "draft", _("起草")
        COSIGNED = "cosigned", _("已会签")
        APPROVED = "approved", _("已审批")
        ISSUED = "issued", _("已印发")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    year = models.IntegerField(unique=True)
    title = models.TextField()
    title_en = models.TextField(default="")
    head: Any = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT)
    frozen = models.TextField(default="")
    frozen_sha256 = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("年度工作报告")

    def __str__(self) -> str:
        return self.title

    @property
    def open(self) -> bool:
        """Whether people may still write."""
        return self.state in (self.State.DRAFT, self.State.COSIGNED)


class ReportSection(models.Model):
    """One section as a department writes it. ``version`` counts savings; ``standing`` are tables and charts."""

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="sections")
    key = models.CharField(max_length=60)
    position = models.IntegerField()
    level = models.SmallIntegerField()  # 0 is the opening, which has no heading in print
    heading = models.TextField()
    heading_en = models.TextField(default="")
    owner_department = models.CharField(max_length=40)
    text = models.TextField()
    standing: Any = models.JSONField(default=dict)
    sentences: Any = models.JSONField(default=list)
    version = models.IntegerField(default=1)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    edited_at = models.DateTimeField()
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("报告章节")
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="report_section_once")]
        ordering = ("position",)

    def __str__(self) -> str:
        return self.heading


class Signature(models.Model):
    """One act of sign-off. ``covers`` is the fingerprint of the texts signed: a later edit leaves it without effect."""

    class Act(models.TextChoices):
        COSIGN = "cosign", _("会签")
        APPROVE = "approve", _("审批")
        RETURN = "return", _("退回")
        ISSUE = "issue", _("印发")

    id = models.BigAutoField(primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="signatures")
    act = models.CharField(max_length=10, choices=Act.choices)
    department = models.CharField(max_length=40, default="")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    covers = models.CharField(max_length=64)
    note = models.TextField(default="")
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("报告签署")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.department}".strip()
