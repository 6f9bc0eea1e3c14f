"""The leaves of the audit tree and the signed heads that seal them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditLeaf(models.Model):
    """One thing that was done or read. Written in the transaction that did it; only ``position`` is set later, once.

    A trigger refuses any other change; the verifier finds what gets round it.
    """

    id = models.BigAutoField(primary_key=True)
    change_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.TextField(default="")
    action = models.CharField(max_length=40)
    object_kind = models.TextField(default="")
    detail = models.JSONField(default=dict)  # counts, table names, row ids: no personal data
    leaf_hash = models.CharField(max_length=64)
    position = models.BigIntegerField(null=True, unique=True)  # place in the tree, from 0; null until sealed

    class Meta:
        verbose_name = _("审计记录")
        indexes = [
            models.Index(fields=["change_id"], name="audit_change"),
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(position__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"


class TreeHead(models.Model):
    """A signed statement: these were the first ``size`` leaves. RFC 6962, section 3.5, with a chain over the heads."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    frontier = models.JSONField()  # roots of the perfect subtrees, largest first: the next seal goes on from here
    previous = models.CharField(max_length=64)  # hash of the head before; empty for the first
    key_id = models.CharField(max_length=16)
    signature = models.TextField()  # Ed25519 over the statement, base64

    class Meta:
        verbose_name = _("审计树头")

    def __str__(self) -> str:
        return f"{self.number}: {self.size}"
