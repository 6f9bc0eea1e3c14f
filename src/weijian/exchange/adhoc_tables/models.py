"""Ad-hoc tables: a record kind kept as data, the institutions that owe it, and the rows they send."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.foundation.accounts.models import User
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.public_ids import new_public_id


class AdhocTable(models.Model):
    """One table that the bureau asks for: its columns are data (``columns.Column.as_json``), its deadline a civil date.

    Columns do not change once issued, so that every row means the same; deadline and state may, with history.
    """

    class State(models.TextChoices):
        OPEN = "open", _("填报中")
        CLOSED = "closed", _("已截止")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    title = models.TextField()
    note = models.TextField(default="", blank=True)
    columns = models.JSONField()
    single_row = models.BooleanField(default=True)  # one row an institution, else as many as there are
    due_on = models.DateField()
    issued_on = models.DateField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    measure = models.CharField(max_length=80, default="", blank=True)  # shown beside this indicator
    measure_column = models.CharField(max_length=10, default="", blank=True)
    period = models.CharField(max_length=20, default="", blank=True)  # the period that the bound column speaks of

    class Meta:
        verbose_name = _("临时报表")

    def __str__(self) -> str:
        return self.title


class Reply(models.Model):
    """What one institution owes of one table, and how far it is; only signed rows count."""

    class State(models.TextChoices):
        NOT_SENT = "not_sent", _("未报送")
        DRAFT = "draft", _("填报中")
        SUBMITTED = "submitted", _("待签发")
        RETURNED = "returned", _("已退回")
        SIGNED = "signed", _("已签发")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    table = models.ForeignKey(AdhocTable, on_delete=models.PROTECT, related_name="replies")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NOT_SENT)
    zero = models.BooleanField(default=False)  # stated to have nothing to report
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField(null=True)
    reason = models.TextField(default="", blank=True)  # why it was returned
    reminders = models.SmallIntegerField(default=0)
    reminded_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("临时报表填报")
        constraints = [models.UniqueConstraint(fields=["table", "organisation"], name="adhoc_reply_once")]
        indexes = [models.Index(fields=["organisation", "state"], name="adhoc_reply_owed")]

    def __str__(self) -> str:
        return f"{self.table} {self.organisation}"


class AdhocRow(models.Model):
    """One row of a reply: values by column key as ``columns.Column.read`` gives them. Versions stand in history."""

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="rows")
    position = models.IntegerField()
    values = models.JSONField()

    class Meta:
        verbose_name = _("临时报表行")
        constraints = [models.UniqueConstraint(fields=["reply", "position"], name="adhoc_row_place")]

    def __str__(self) -> str:
        return f"{self.reply} {self.position}"
