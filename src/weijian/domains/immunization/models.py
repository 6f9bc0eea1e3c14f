"""Doses due and given at vaccination clinics."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Partition, error
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import CivilDate, Code, Integer, OrganisationRef, SourceId


class DoseSummary(Fact):
    """接种剂次汇总: doses due and given of one vaccine and dose number, at one clinic, in one month.

    Source: 国家免疫规划疫苗儿童免疫程序及说明(2016年版); 预防接种工作规范(2016年版) 常规接种率报表.
    """

    row_no = SourceId("报表编号", "Report number")
    place = OrganisationRef("接种门诊代码", "Clinic")
    month_end = CivilDate("月末日期", "Month end")
    vaccine = Code("疫苗", "Vaccine", codelist="vaccine")
    dose_no = Integer("剂次", "Dose number", minimum=1, maximum=6)
    doses_due = Integer("应种剂次", "Doses due", unit="剂次")
    doses_given = Integer("实种剂次", "Doses given", unit="剂次")

    class Meta:
        verbose_name = _("接种剂次汇总")
        db_table = "immunization_dose_summary"
        indexes = [models.Index(fields=["institution_id", "row_no"], name="dose_summary_key")]

    class Kind:
        id = "immunization.dose_summary"
        en = "Dose summary"
        business_date = "month_end"
        partition = Partition.MONTH
        sensitivity = 1
        columns = ("row_no", "place", "month_end", "vaccine", "dose_no", "doses_due", "doses_given")
        institution_types = ("vaccination_clinic",)
        rules = (
            error(
                "given_over_due",
                lambda t: t.doses_given <= t.doses_due,
                zh="实种剂次大于应种剂次",
                en="More doses given than due",
                fix_zh="核对应种与实种剂次",
                fix_en="Check both numbers",
                fields=("doses_due", "doses_given"),
            ),
        )
