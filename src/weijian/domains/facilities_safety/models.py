"""Safety hazards and their rectification."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Partition, error
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import CivilDate, Code, OrganisationRef, SourceId


class Hazard(Fact):
    """安全隐患: one hazard found by an inspection, until it is rectified.

    Source: 安全生产事故隐患排查治理暂行规定 (安监总局令第16号).
    """

    hazard_no = SourceId("隐患编号", "Hazard number")
    place = OrganisationRef("机构代码", "Institution")
    kind = Code("隐患类别", "Kind", codelist="hazard_kind")
    found_on = CivilDate("发现日期", "Found on")
    due_on = CivilDate("整改期限", "Due on", required=False, future=True)
    rectified_on = CivilDate("整改完成日期", "Rectified on", required=False)

    class Meta:
        verbose_name = _("安全隐患")
        db_table = "facilities_safety_hazard"
        indexes = [models.Index(fields=["institution_id", "hazard_no"], name="hazard_key")]

    class Kind:
        id = "facilities_safety.hazard"
        en = "Safety hazard"
        business_date = "found_on"
        partition = Partition.MONTH
        sensitivity = 1
        columns = ("hazard_no", "place", "kind", "found_on", "rectified_on")
        institution_types = ("bureau",)
        rules = (
            error(
                "rectified_before_found",
                lambda t: t.rectified_on >= t.found_on,
                zh="整改完成日期早于发现日期",
                en="Rectified before found",
                fix_zh="核对发现与整改日期",
                fix_en="Check both dates",
                fields=("found_on", "rectified_on"),
            ),
            error(
                "due_before_found",
                lambda t: t.due_on >= t.found_on,
                zh="整改期限早于发现日期",
                en="Due before found",
                fix_zh="核对发现日期与整改期限",
                fix_en="Check both dates",
                fields=("found_on", "due_on"),
            ),
        )
