"""Health workers of institutions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Frequency, Partition, error, warn
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import CivilDate, Code, OrganisationRef, PersonRef, SourceId


class StaffMember(Fact):
    """卫生人员: one person employed by one institution.

    Source: 国家卫生健康统计调查制度 卫生人力基本信息调查表; WS/T 363.
    """

    staff_no = SourceId("工号", "Staff number")
    person = PersonRef("人员", "Person")
    place = OrganisationRef("所在机构代码", "Institution")
    category = Code("人员类别", "Staff category", codelist="staff_category")
    title = Code("专业技术资格", "Professional title", codelist="staff_title", required=False)
    education = Code("学历", "Education", codelist="education", required=False)
    employed_from = CivilDate("参加工作日期", "Employed from")
    employed_to = CivilDate("离职日期", "Employed to", required=False)
    updated_on = CivilDate("更新日期", "Updated on")

    class Meta:
        verbose_name = _("卫生人员")
        db_table = "staff_member"
        indexes = [models.Index(fields=["institution_id", "staff_no"], name="staff_member_key")]

    class Kind:
        id = "staff.member"
        en = "Staff member"
        business_date = "updated_on"
        partition = Partition.YEAR
        frequency = Frequency.YEARLY
        sensitivity = 2
        columns = ("staff_no", "person", "place", "category", "title", "employed_from")
        institution_types = ("hospital", "community_centre", "clinic", "cdc", "public_health")
        rules = (
            error(
                "employed_order",
                lambda t: t.employed_to >= t.employed_from,
                zh="离职日期早于参加工作日期",
                en="Left before joining",
                fix_zh="核对起止日期",
                fix_en="Check both dates",
                fields=("employed_from", "employed_to"),
            ),
            warn(
                "employed_young",
                lambda t: t.employed_from.year() - t.person_birth_date.year() >= 15,
                zh="参加工作时不满15周岁",
                en="Employed before the age of 15",
                fix_zh="核对参加工作日期与出生日期",
                fix_en="Check the date of employment and the date of birth",
                fields=("employed_from", "person"),
            ),
        )
