"""Registrations of persons under management for a condition."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Frequency, Partition, error, warn
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import AreaRef, CivilDate, Code, Flag, OrganisationRef, PersonRef, SourceId


class ConditionRegistration(Fact):
    """慢性病及严重精神障碍管理登记: one person registered for one condition.

    Source: 国家基本公共卫生服务规范(第三版); 严重精神障碍管理治疗工作规范(2018年版).
    """

    registration_no = SourceId("管理卡号", "Registration number")
    person = PersonRef("患者", "Patient")
    place = OrganisationRef("管理机构代码", "Managing institution")
    village = AreaRef("现住村居代码", "Village of residence")
    condition = Code("病种", "Condition", codelist="condition")
    severe = Flag("重性(严重)", "Severe")
    registered_on = CivilDate("登记日期", "Registered on")
    closed_on = CivilDate("结束管理日期", "Closed on", required=False)
    close_reason = Code("结束原因", "Reason for closing", codelist="close_reason", required=False)
    updated_on = CivilDate("更新日期", "Updated on")

    class Meta:
        verbose_name = _("慢病管理登记")
        db_table = "conditions_registration"
        indexes = [models.Index(fields=["institution_id", "registration_no"], name="condition_key")]

    class Kind:
        id = "conditions.registration"
        en = "Condition registration"
        business_date = "updated_on"
        partition = Partition.YEAR
        frequency = Frequency.YEARLY
        sensitivity = 4
        columns = ("registration_no", "person", "condition", "severe", "registered_on", "closed_on")
        institution_types = ("community_centre",)
        rules = (
            error(
                "closed_order",
                lambda t: t.closed_on >= t.registered_on,
                zh="结束管理日期早于登记日期",
                en="Closed before registered",
                fix_zh="核对登记与结束日期",
                fix_en="Check both dates",
                fields=("registered_on", "closed_on"),
            ),
            warn(
                "closed_without_reason",
                lambda t: t.closed_on.isnull() | t.close_reason.notnull(),
                zh="结束管理而没有结束原因",
                en="Closed without a reason",
                fix_zh="补填结束原因",
                fix_en="Fill in why it was closed",
                fields=("close_reason", "closed_on"),
            ),
        )
