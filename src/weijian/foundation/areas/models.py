"""Areas: code, level, parent and validity; a code is an attribute with dates, never a key."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """One area in one period of validity. Source: GB/T 2260, 统计用区划代码."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        DISTRICT = "district", _("区县")
        STREET = "street", _("镇街")
        VILLAGE = "village", _("村居")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=12)
    zh = models.TextField()
    en = models.TextField()
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # last day on which it is valid
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")

    class Meta:
        verbose_name = _("行政区划")
        indexes = [models.Index(fields=["code"], name="area_code")]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="area_code_from")]

    def __str__(self) -> str:
        return self.zh

    @property
    def name(self) -> str:
        """Its name in the reader's language; what is written down (reasons, titles) takes the Chinese one."""
        return self.en if self.en and (get_language() or "").startswith("en") else self.zh
