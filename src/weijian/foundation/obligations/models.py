"""The obligation: what is owed, by whom, since when, until when; written in the transaction that causes it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.foundation.accounts.models import Role
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.public_ids import new_public_id


class Obligation(models.Model):
    """One thing that a person must do.

    Responsible is whoever fits all of organisation, department and role that are given. *Overdue* is not a state: it is
    ``due_at`` seen from the moment of reading; the list as of day D is what was open on D.
    """

    class Kind(models.TextChoices):
        MEND = "submissions.mend", _("修改隔离行")
        SEND = "submissions.send", _("报送数据")
        LOCK = "figures.lock_month", _("锁定月份")
        SUPERVISION = "governance.supervision", _("督办")
        PROGRESS = "governance.progress", _("填报进展")
        COMPLETION = "governance.completion", _("办结审批")
        ADHOC = "adhoc.fill", _("填报临时报表")
        ADHOC_SIGN = "adhoc.sign", _("签发临时报表")
        DESK = "persons.desk", _("身份判定")
        GRANT = "accounts.grant", _("账号授权")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    kind = models.CharField(max_length=40, choices=Kind.choices)
    subject = models.TextField()  # what it is about, unique among the open ones of its kind; nothing personal
    title = models.TextField()
    url = models.TextField(default="")  # where it is done
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)
    department = models.CharField(max_length=40, default="", blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default="", blank=True)
    opened_on = models.DateField()
    due_at = models.DateTimeField(null=True)  # null: no clock runs
    closed_on = models.DateField(null=True)
    closed_by = models.TextField(default="", blank=True)
    source = models.TextField(default="", blank=True)  # the rule or document that asks for it
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("待办")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(closed_on__isnull=True),
                name="obligation_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "due_at"], name="obligation_open", condition=models.Q(closed_on=None))
        ]

    def __str__(self) -> str:
        return self.title
