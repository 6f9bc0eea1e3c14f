"""The monthly bulletin as it was handed out: every edition with its figures, for ever."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.foundation.snapshots.models import Snapshot


class IssuedBulletin(models.Model):
    """One edition of a month's bulletin. ``edition`` counts from 1; a later one corrects the one before it.

    ``frozen`` is the text with all figures and their evidence; ``reason`` says why it was corrected, or why it was issued
    over data that were not signed.
    """

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    month = models.CharField(max_length=7)
    edition = models.SmallIntegerField()
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT)
    frozen = models.TextField()
    frozen_sha256 = models.CharField(max_length=64)
    reason = models.TextField(default="")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    issued_at = models.DateTimeField()
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("印发的统计月报")
        constraints = [models.UniqueConstraint(fields=["month", "edition"], name="bulletin_edition_once")]
        ordering = ("month", "edition")

    def __str__(self) -> str:
        return f"{self.month} ({self.edition})"
