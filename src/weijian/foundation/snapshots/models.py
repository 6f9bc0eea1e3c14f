"""Which partitions changed since they were last written, and the snapshots that were published."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DirtyPartition(models.Model):
    """One partition of one table that committed changes have touched; written in the transaction that touches it."""

    id = models.BigAutoField(primary_key=True)
    table_name = models.TextField()
    partition = models.TextField()  # "2017-03", "2017", or "all"
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("待发布分区")
        constraints = [models.UniqueConstraint(fields=["table_name", "partition", "change_id"], name="dirty_once")]


class Snapshot(models.Model):
    """One published, immutable state of all tables: the manifest names the files and their hashes."""

    id = models.BigAutoField(primary_key=True)
    published_at = models.DateTimeField()
    manifest_sha256 = models.CharField(max_length=64)
    files = models.IntegerField()
    rows = models.BigIntegerField()
    last_change_id = models.BigIntegerField()
    pinned = models.BooleanField(default=False)
    pin_reason = models.TextField(default="")

    class Meta:
        verbose_name = _("数据快照")
