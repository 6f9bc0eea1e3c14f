"""Published figure values: one row per measure, period and grain of a snapshot."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FigureValue(models.Model):
    """One value as it was published; ``area_id``/``organisation_id`` NULL means the whole district.

    A value holds from the snapshot that brought it until the one that changed it; publishing writes only what changed.
    """

    id = models.BigAutoField(primary_key=True)
    snapshot_id = models.BigIntegerField()
    until_snapshot_id = models.BigIntegerField(null=True)
    measure = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=32)
    period = models.CharField(max_length=20)
    area_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    value = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    numerator = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    reason = models.CharField(max_length=30, default="")

    class Meta:
        verbose_name = _("指标值")
        indexes = [
            models.Index(
                fields=["measure", "period", "area_id", "organisation_id", "snapshot_id"], name="figure_value_lookup"
            ),
            models.Index(
                fields=["measure"], name="figure_value_current", condition=models.Q(until_snapshot_id__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.period}"


class Publication(models.Model):
    """A snapshot whose figures were published, under which definitions."""

    id = models.BigAutoField(primary_key=True)
    snapshot_id = models.BigIntegerField(unique=True)
    published_at = models.DateTimeField()
    catalogue = models.CharField(max_length=64)
    written = models.IntegerField()  # values that changed
    ended = models.IntegerField()

    class Meta:
        verbose_name = _("指标发布")

    def __str__(self) -> str:
        return f"{self.snapshot_id}"


class Trace(models.Model):
    """The code printed beside a figure: opens definition, snapshot, numerator, denominator and records."""

    code = models.CharField(max_length=10, primary_key=True)
    measure = models.CharField(max_length=80)
    period = models.CharField(max_length=20)
    area_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    snapshot_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("追溯码")
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "period", "area_id", "organisation_id", "snapshot_id"],
                name="trace_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.code


class MonthLock(models.Model):
    """A month closed for figures: its snapshot is pinned, and later changes are shown against it."""

    id = models.BigAutoField(primary_key=True)
    month = models.CharField(max_length=7, unique=True)
    snapshot_id = models.BigIntegerField()
    locked_at = models.DateTimeField()
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("月份锁定")

    def __str__(self) -> str:
        return self.month
