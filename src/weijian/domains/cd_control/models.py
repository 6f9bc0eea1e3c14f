"""Notifiable infectious-disease cards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Partition, error
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import AreaRef, CivilDate, Code, OrganisationRef, PersonRef, SourceId


class CaseCard(Fact):
    """传染病报告卡(摘要): one reported case of a notifiable disease.

    Source: 传染病信息报告管理规范(2015年版); 中华人民共和国传染病防治法(2013修正) 第三条(甲、乙、丙类).
    """

    card_no = SourceId("卡片编号", "Card number")
    patient = PersonRef("患者", "Patient")
    place = OrganisationRef("报告机构代码", "Reporting institution")
    residence = AreaRef("现住村居代码", "Residence", required=False)
    disease = Code("疾病名称", "Disease", codelist="notifiable_disease")
    case_class = Code("病例分类", "Case classification", codelist="case_class")
    onset_on = CivilDate("发病日期", "Onset", required=False)
    diagnosed_on = CivilDate("诊断日期", "Diagnosis")
    reported_on = CivilDate("报告日期", "Report date")
    died_on = CivilDate("死亡日期", "Death", required=False)

    class Meta:
        verbose_name = _("传染病报告卡")
        db_table = "cd_control_case_card"
        indexes = [models.Index(fields=["institution_id", "card_no"], name="case_card_key")]

    class Kind:
        id = "cd_control.case_card"
        en = "Notifiable-disease card"
        business_date = "diagnosed_on"
        partition = Partition.MONTH
        sensitivity = 4
        columns = ("card_no", "patient", "disease", "case_class", "onset_on", "diagnosed_on", "reported_on")
        institution_types = ("hospital", "community_centre", "cdc")
        rules = (
            error(
                "diagnosis_before_onset",
                lambda t: t.diagnosed_on >= t.onset_on,
                zh="诊断日期早于发病日期",
                en="Diagnosed before onset",
                fix_zh="核对发病与诊断日期",
                fix_en="Check both dates",
                fields=("onset_on", "diagnosed_on"),
            ),
            error(
                "report_before_diagnosis",
                lambda t: t.reported_on >= t.diagnosed_on,
                zh="报告日期早于诊断日期",
                en="Reported before diagnosed",
                fix_zh="核对诊断与报告日期",
                fix_en="Check both dates",
                fields=("diagnosed_on", "reported_on"),
            ),
            error(
                "death_before_onset",
                lambda t: t.died_on >= t.onset_on,
                zh="死亡日期早于发病日期",
                en="Died before onset",
                fix_zh="核对发病与死亡日期",
                fix_en="Check both dates",
                fields=("onset_on", "died_on"),
            ),
        )
