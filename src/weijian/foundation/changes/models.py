"""The change row of every transaction, and one history table for all records."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Change(models.Model):
    """One transaction that changed something: who, why, from where."""

    class Source(models.TextChoices):
        PAGE = "page", _("页面")
        API = "api", _("接口")
        FILE = "file", _("文件报送")
        COMMAND = "command", _("命令行")
        SYSTEM = "system", _("系统")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField(default="")
    reason = models.TextField()
    source = models.CharField(max_length=10, choices=Source.choices)

    class Meta:
        verbose_name = _("变更")


class History(models.Model):
    """The row as it stood before a change ended it; filled by one generic statement-level trigger."""

    id = models.BigAutoField(primary_key=True)
    table_name = models.TextField()
    row_id = models.BigIntegerField()
    change_id = models.BigIntegerField()
    operation = models.CharField(max_length=6)
    row = models.JSONField()

    class Meta:
        verbose_name = _("历史")
        indexes = [models.Index(fields=["table_name", "row_id"], name="history_row")]
