"""Submissions kept byte for byte, their receipts, and the rows that could not be understood."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.foundation.organisations.models import Organisation
from weijian.kernel.public_ids import new_public_id


class Submission(models.Model):
    """One received file and its receipt: received = accepted + duplicate + superseded + quarantined."""

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("已处理")
        REPEATED = "repeated", _("重复报送")
        REFUSED = "refused", _("无法读取")

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    dataset = models.CharField(max_length=60)
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    period = models.CharField(max_length=10, default="")
    filename = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    received_at = models.DateTimeField()
    received_on = models.DateField()
    change_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    received = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    warned = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    superseded = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    reasons = models.JSONField(default=dict)  # code → number of rows
    notes = models.JSONField(default=list)  # what was recognised in the file, in Chinese
    error = models.JSONField(null=True)  # why it could not be read: code, what, where, fix

    class Meta:
        verbose_name = _("报送")
        indexes = [
            models.Index(fields=["dataset", "institution", "sha256"], name="submission_file"),
            models.Index(fields=["institution", "-received_at"], name="submission_recent"),
        ]


class QuarantinedRow(models.Model):
    """One row that could not be understood, as it was sent, with its reasons; mended by sending it again."""

    class State(models.TextChoices):
        OPEN = "open", _("待修改")
        MENDED = "mended", _("已修正")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT)
    dataset = models.CharField(max_length=60)
    institution_id = models.BigIntegerField()
    line_no = models.BigIntegerField()
    source_id = models.TextField(default="")
    reasons = models.JSONField()  # codes of errors
    row = models.JSONField()  # template column → text as sent
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        verbose_name = _("隔离行")
        indexes = [
            models.Index(
                fields=["dataset", "institution_id", "source_id"], name="quarantine_open", condition=models.Q(state="open")
            )
        ]
