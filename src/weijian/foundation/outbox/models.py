"""An event, and its delivery to each receiver: at least once, and told apart by the key that travels with it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.kernel.public_ids import new_public_id


class Event(models.Model):
    """Something that happened. ``payload`` holds codes, ids and counts; nothing personal."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=22, unique=True, default=new_public_id)  # the idempotency key of receivers
    type = models.CharField(max_length=60)
    subject = models.TextField()
    payload: Any = models.JSONField(default=dict)
    at = models.DateTimeField()
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("事件")

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class Delivery(models.Model):
    """One event to one receiver; written with the event, so that nobody who should hear is forgotten."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    receiver = models.CharField(max_length=60)
    delivered_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    problem = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("事件投递")
        constraints = [models.UniqueConstraint(fields=["event", "receiver"], name="delivery_once")]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_waiting", condition=models.Q(delivered_at__isnull=True))
        ]
