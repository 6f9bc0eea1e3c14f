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
    months = models.JSONField(default=dict)  # month of the business date → rows that came new or corrected a stored one
    notes = models.JSONField(default=list)  # what was recognised in the file, in Chinese
    error = models.JSONField(null=True)  # why it could not be read: code, what, where, fix

    class Meta:
        verbose_name = _("报送")
        indexes = [
            models.Index(fields=["dataset", "institution", "sha256"], name="submission_file"),
            models.Index(fields=["institution", "-received_at"], name="submission_recent"),
        ]


class QuarantinedRow(models.Model):
    """One row that could not be understood, as it was sent, with its reasons; mended by sending it again.

    A line that is no record at all (a total, a remark) can never be mended: its sender dismisses it with a reason.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待修改")
        MENDED = "mended", _("已修正")
        REPLACED = "replaced", _("已重新报送")
        DISMISSED = "dismissed", _("不再报送")

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
                fields=["dataset", "institution_id", "source_id"],
                name="quarantine_open",
                condition=models.Q(state="open"),
            )
        ]


class DatasetPeriod(models.Model):
    """What one institution owes of one dataset for one period, and how far it has come; a zero is said, never inferred.

    Signed by 填报人 (filler), 审核人 (reviewer) and 负责人 (responsible), in that order.
    """

    class State(models.TextChoices):
        NOT_SENT = "not_sent", _("未报")
        SENT = "sent", _("已报")
        RETURNED = "returned", _("退回")
        SIGNED = "signed", _("已签核")
        ZERO = "zero", _("零报告")

    class Step(models.TextChoices):
        FILLER = "filler", _("填报人")
        REVIEWER = "reviewer", _("审核人")
        RESPONSIBLE = "responsible", _("负责人")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    dataset = models.CharField(max_length=60)
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    period = models.CharField(max_length=10)  # 2017-03 or 2017
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.NOT_SENT)
    zero = models.BooleanField(default=False)  # stated: there was nothing to report
    return_reason = models.TextField(default="", blank=True)
    first_sent_on = models.DateField(null=True)
    filler_id = models.BigIntegerField(null=True)
    filler_at = models.DateTimeField(null=True)
    reviewer_id = models.BigIntegerField(null=True)
    reviewer_at = models.DateTimeField(null=True)
    responsible_id = models.BigIntegerField(null=True)
    responsible_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("数据集报送期")
        constraints = [models.UniqueConstraint(fields=["dataset", "institution", "period"], name="dataset_period_once")]
        indexes = [models.Index(fields=["institution", "state"], name="dataset_period_state")]

    def next_step(self) -> str | None:
        """Who signs next, None where nothing has been sent or all have signed."""
        if self.state not in (self.State.SENT, self.State.ZERO):
            return None
        signed = (self.filler_at, self.reviewer_at, self.responsible_at)
        return next((step for step, at in zip(self.Step.values, signed, strict=True) if at is None), None)


class Reminder(models.Model):
    """催报: one reminder of something owed, sent to an institution on a day by somebody."""

    keeps_history = True  # it goes with a due that is withdrawn because its institution was closed

    id = models.BigAutoField(primary_key=True)
    owed = models.ForeignKey(DatasetPeriod, on_delete=models.PROTECT, related_name="reminders")
    sent_at = models.DateTimeField()
    sent_by_id = models.BigIntegerField(null=True)
    text = models.TextField()
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("催报")
