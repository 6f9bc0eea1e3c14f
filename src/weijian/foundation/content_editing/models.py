"""Proposals to change content, and what became of them; an approved one is the dated row that is in force."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.foundation.accounts.models import User
from weijian.kernel.public_ids import new_public_id


class ContentEdit(models.Model):
    """One new value of one piece of content from a day on; in force once a second person approved it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待审批")
        APPROVED = "approved", _("已批准")
        REJECTED = "rejected", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    item = models.CharField(max_length=120)  # file:key
    value = models.TextField()
    valid_from = models.DateField()
    source = models.TextField()  # the document that decides it
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)  # why it was not approved

    class Meta:
        verbose_name = _("内容修改")
        indexes = [models.Index(fields=["item", "state", "valid_from"], name="content_edit_in_force")]

    def __str__(self) -> str:
        return f"{self.item} {self.value} {self.valid_from}"
