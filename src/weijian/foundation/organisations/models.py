"""Institutions: they open, are renamed, merge and close; each row says when it was true."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weijian.foundation.areas.models import Area


class Organisation(models.Model):
    """One institution. ``type`` is the role in the district that decides which datasets it owes.

    Source: WS 218-2002 卫生机构(组织)分类与代码; GB 32100 unified social credit code.
    """

    class Type(models.TextChoices):
        BUREAU = "bureau", _("卫生健康局")
        HOSPITAL = "hospital", _("医院")
        COMMUNITY_CENTRE = "community_centre", _("社区卫生服务中心(站)")
        CLINIC = "clinic", _("门诊部、诊所")
        CDC = "cdc", _("疾病预防控制")
        PUBLIC_HEALTH = "public_health", _("专业公共卫生机构")
        EMERGENCY = "emergency", _("急救机构")
        POPULATION_OFFICE = "population_office", _("镇街人口办")
        STATISTICS_OFFICE = "statistics_office", _("统计部门")
        ELDERLY_CARE = "elderly_care", _("养老机构")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=22, unique=True)
    credit_code = models.CharField(max_length=18, default="", blank=True)
    zh = models.TextField()
    en = models.TextField()
    type = models.CharField(max_length=20, choices=Type.choices)
    level = models.CharField(max_length=10, default="", blank=True)  # content codes/hospital_level: 3, 2, 1, 0
    grade = models.CharField(max_length=10, default="", blank=True)
    ownership = models.CharField(max_length=10, default="public")
    nature = models.CharField(max_length=30, default="", blank=True)
    affiliation = models.CharField(max_length=12, default="district")  # content codes/affiliation
    category = models.CharField(max_length=20, default="other")  # hospital, primary, public_health, government, other
    licensed = models.BooleanField(default=False)  # 医疗机构执业许可证
    former_zh = models.TextField(default="", blank=True)
    renamed_on = models.DateField(null=True)
    vaccination_clinic = models.BooleanField(default=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")

    class Meta:
        verbose_name = _("机构")

    def __str__(self) -> str:
        return self.zh

    @property
    def name(self) -> str:
        """Its name in the reader's language; what is written down (reasons, titles) takes the Chinese one."""
        return self.en if self.en and (get_language() or "").startswith("en") else self.zh
