"""Unsigned data that were used all the same: for what, whose, in which state, and the reason that somebody gave."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.foundation.organisations.models import Organisation


class UnsignedUse(models.Model):
    """One dataset of one institution that was not signed when a month was locked or a report issued. Never changed."""

    id = models.BigAutoField(primary_key=True)
    purpose = models.CharField(max_length=40)  # lock:2017-03, report:2017
    dataset = models.CharField(max_length=60)
    institution = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    period = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    reason = models.TextField()
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("未签核使用")
        indexes = [models.Index(fields=["purpose"], name="unsigned_use_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.dataset} {self.period}"
