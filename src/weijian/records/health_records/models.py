"""Resident electronic health records."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Frequency, Partition, error, warn
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import AreaRef, CivilDate, Code, Codes, OrganisationRef, PersonRef, SourceId


class HealthRecord(Fact):
    """居民电子健康档案: one record of one resident, with the key population groups that the centre has registered.

    Source: 国家基本公共卫生服务规范(第三版) 居民健康档案管理服务规范.
    """

    record_no = SourceId("档案编号", "Record number")
    person = PersonRef("居民", "Resident")
    place = OrganisationRef("建档机构代码", "Establishing institution")
    village = AreaRef("现住村居代码", "Village of residence")
    established_on = CivilDate("建档日期", "Established on")
    key_groups = Codes("重点人群标识", "Key population groups", codelist="key_group", required=False)
    status = Code("档案状态", "Status", codelist="health_record_status")
    closed_on = CivilDate("结案日期", "Closed on", required=False)
    updated_on = CivilDate("更新日期", "Updated on")

    class Meta:
        verbose_name = _("居民电子健康档案")
        db_table = "health_records_record"
        indexes = [models.Index(fields=["institution_id", "record_no"], name="health_record_key")]

    class Kind:
        id = "health_records.record"
        en = "Health record"
        business_date = "updated_on"
        partition = Partition.YEAR
        frequency = Frequency.YEARLY
        sensitivity = 3
        columns = ("record_no", "person", "village", "established_on", "key_groups", "status")
        institution_types = ("community_centre",)
        rules = (
            error(
                "closed_order",
                lambda t: t.closed_on >= t.established_on,
                zh="结案日期早于建档日期",
                en="Closed before established",
                fix_zh="核对建档与结案日期",
                fix_en="Check both dates",
                fields=("established_on", "closed_on"),
            ),
            warn(
                "established_before_birth",
                lambda t: t.established_on >= t.person_birth_date,
                zh="建档日期早于出生日期",
                en="Established before birth",
                fix_zh="核对建档日期与出生日期",
                fix_en="Check the date of establishment and the date of birth",
                fields=("established_on", "person"),
            ),
        )
