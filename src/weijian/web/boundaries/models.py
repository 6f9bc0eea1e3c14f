"""Boundaries as they were loaded: each loading is a row, the newest one is drawn."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.kernel.public_ids import new_public_id


class BoundarySet(models.Model):
    """Outlines of the streets as a GeoJSON FeatureCollection whose features carry area code and both names."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    filename = models.CharField(max_length=120)
    source = models.TextField()  # whose boundaries they are, and under which right they are used
    loaded_at = models.DateTimeField()
    loaded_by = models.TextField()
    features = models.JSONField()
    matched = models.IntegerField()  # streets that have an outline
    withdrawn = models.BooleanField(default=False)
    change_id = models.BigIntegerField()

    keeps_history = True

    class Meta:
        verbose_name = _("地图边界")

    def __str__(self) -> str:
        return self.filename
