"""What institutions report of themselves each month and each year."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Frequency, Partition, error, warn
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import (
    CivilDate,
    Code,
    Codes,
    Flag,
    Integer,
    Money,
    Number,
    OrganisationRef,
    SourceId,
)

_YUAN_MAX = 2_000_000_000_000  # 20 billion yuan in 分: above any institution's month


class MonthlyOperation(Fact):
    """机构运营月报: beds, bed-days, income and spending of one institution in one month.

    Source: 国家卫生健康统计调查制度 医疗卫生机构月报表; 医院财务制度(2010) 业务支出, 人员经费.
    """

    report_no = SourceId("报表编号", "Report number")
    place = OrganisationRef("机构代码", "Institution")
    month_end = CivilDate("月末日期", "Month end")
    open_beds = Integer("实有床位", "Beds open", maximum=20000, unit="张")
    open_bed_days = Integer("实际开放总床日数", "Open bed-days", unit="床日")
    occupied_bed_days = Integer("实际占用总床日数", "Occupied bed-days", unit="床日")
    surgical_beds = Integer("外科床位", "Surgical beds", required=False, maximum=20000, unit="张")
    medical_income = Money("医疗收入", "Medical income", maximum=_YUAN_MAX)
    drug_income = Money("药品收入", "Drug income", maximum=_YUAN_MAX)
    operating_expenditure = Money("业务支出", "Operating expenditure", maximum=_YUAN_MAX)
    staff_expenditure = Money("人员经费", "Staff expenditure", maximum=_YUAN_MAX)

    class Meta:
        verbose_name = _("机构运营月报")
        db_table = "hospital_mgmt_monthly_operation"
        indexes = [models.Index(fields=["institution_id", "report_no"], name="monthly_operation_key")]

    class Kind:
        id = "hospital_mgmt.monthly_operation"
        en = "Monthly operation report"
        business_date = "month_end"
        partition = Partition.MONTH
        sensitivity = 1
        columns = ("report_no", "place", "month_end", "open_beds", "occupied_bed_days", "medical_income")
        institution_types = ("hospital", "community_centre")
        rules = (
            error(
                "staff_share",
                lambda t: t.staff_expenditure <= t.operating_expenditure,
                zh="人员经费大于业务支出",
                en="Staff expenditure exceeds operating expenditure",
                fix_zh="核对两项支出",
                fix_en="Check both amounts",
                fields=("staff_expenditure", "operating_expenditure"),
            ),
            warn(
                "overcrowded",
                lambda t: t.occupied_bed_days <= t.open_bed_days * 13 / 10,
                zh="占用床日超过开放床日的130%",
                en="Occupied bed-days exceed 130 % of open bed-days",
                fix_zh="核对床日数",
                fix_en="Check the bed-days",
                fields=("occupied_bed_days", "open_bed_days"),
            ),
            warn(
                "drug_over_medical",
                lambda t: t.drug_income <= t.medical_income,
                zh="药品收入大于医疗收入",
                en="Drug income exceeds medical income",
                fix_zh="核对药品收入与医疗收入",
                fix_en="Check both amounts",
                fields=("drug_income", "medical_income"),
            ),
            warn(
                "open_bed_days_short",
                lambda t: t.open_beds.isnull() | (t.open_bed_days <= t.open_beds * 31),
                zh="实际开放总床日数大于实有床位乘以当月天数",
                en="Open bed-days exceed the beds times the days of the month",
                fix_zh="核对实有床位与实际开放总床日数",
                fix_en="Check the beds and the bed-days",
                fields=("open_beds", "open_bed_days"),
            ),
        )


class AnnualAttributes(Fact):
    """机构年度属性: facilities, readiness and membership of one institution at year end.

    Source: 国家卫生健康统计调查制度 医疗卫生机构年报表; 应急储备: 国家突发公共卫生事件应急预案.
    """

    report_no = SourceId("报表编号", "Report number")
    place = OrganisationRef("机构代码", "Institution")
    year_end = CivilDate("年末日期", "Year end")
    approved_beds = Integer("编制床位", "Approved beds", maximum=20000, unit="张")
    open_beds = Integer("实有床位", "Beds open", maximum=20000, unit="张")
    elderly_care_institution = Flag("医养结合机构", "Integrated elderly care")
    elderly_care_beds = Integer("医养结合床位", "Elderly-care beds", maximum=20000, unit="张")
    midwifery_level = Code("助产监护类别", "Midwifery level", codelist="midwifery_level", required=False)
    vaccination_clinic = Flag("预防接种门诊", "Vaccination clinic")
    vaccination_digital = Flag("接种门诊信息化数字化", "Digital vaccination clinic")
    cold_rooms = Integer("冷库", "Cold rooms", maximum=50, unit="个")
    temperature_alarms = Integer("温度监测报警系统", "Temperature alarms", maximum=50, unit="个")
    direct_report_required = Flag("应网络直报", "Online reporting required")
    direct_report_done = Flag("已网络直报", "Online reporting done")
    plans_required = Integer("应有预案数", "Plans required", maximum=500, unit="个")
    plans_present = Integer("已有预案数", "Plans present", maximum=500, unit="个")
    stock_required = Integer("应储备物品项数", "Stock items required", maximum=5000, unit="项")
    stock_present = Integer("储备齐全项数", "Stock items present", maximum=5000, unit="项")
    alliance = Codes("所在医联体", "Alliance", codelist="alliance", required=False)
    chest_pain_centre = Code("胸痛中心认证", "Chest-pain centre", codelist="chest_pain_centre", required=False)
    foodborne_sentinel_since = CivilDate("食源性疾病监测起始日期", "Foodborne sentinel since", required=False)
    supervised = Flag("年内接受监督", "Supervised in the year")
    # Asked since the second edition of the form; an institution that does not fill them says nothing, not "no".
    vaccination_4a = Flag("4A级门诊数字化管理系统", "4A digital clinic system", required=False)
    remote_imaging = Flag("远程医学影像系统", "Remote imaging", required=False)
    security_filed = Flag("信息安全等级保护备案", "Information security filed", required=False)
    security_assessed = Flag("信息安全等级保护测评", "Information security assessed", required=False)
    chronic_drug_pilot = Flag("慢性病用药目录对接试点", "Chronic-drug formulary pilot", required=False)
    modern_management_pilot = Flag("现代医院管理制度试点", "Modern management pilot", required=False)
    hardship_subsidy = Flag("享受困难医院补贴", "Hardship subsidy", required=False)
    metabolic_centre = Flag("国家标准化代谢性疾病管理中心", "National metabolic centre", required=False)
    nursing_clinics = Integer("护理专科门诊", "Specialist nursing clinics", required=False, maximum=200, unit="个")
    baby_rooms = Integer("母婴室示范点", "Demonstration baby rooms", required=False, maximum=50, unit="个")
    drug_markup_percent = Number(
        "药品加成率", "Drug mark-up", required=False, minimum=0, maximum=100, unit="%",
        help_zh="年末销售价比进价高出的百分比,取消加成的填0", help_en="Percent by which the selling price exceeds the purchase price at year end; 0 where abolished",
    )  # fmt: skip

    class Meta:
        verbose_name = _("机构年度属性")
        db_table = "hospital_mgmt_annual_attributes"
        indexes = [models.Index(fields=["institution_id", "report_no"], name="annual_attributes_key")]

    class Kind:
        id = "hospital_mgmt.annual_attributes"
        en = "Annual institution attributes"
        business_date = "year_end"
        partition = Partition.YEAR
        frequency = Frequency.YEARLY
        sensitivity = 1
        columns = ("report_no", "place", "year_end", "approved_beds", "open_beds", "vaccination_clinic")
        institution_types = ("hospital", "community_centre", "clinic", "cdc", "public_health", "elderly_care")
        rules = (
            error(
                "plans_order",
                lambda t: t.plans_present <= t.plans_required,
                zh="已有预案数大于应有预案数",
                en="More plans present than required",
                fix_zh="核对预案数",
                fix_en="Check both numbers",
                fields=("plans_required", "plans_present"),
            ),
            warn(
                "assessed_unfiled",
                lambda t: t.security_filed | ~t.security_assessed,
                zh="已测评而未备案等级保护",
                en="Information security assessed but not filed",
                fix_zh="核对备案与测评",
                fix_en="Check filing and assessment",
                fields=("security_filed", "security_assessed"),
            ),
            error(
                "stock_order",
                lambda t: t.stock_present <= t.stock_required,
                zh="储备齐全项数大于应储备项数",
                en="More stock items present than required",
                fix_zh="核对两项储备数",
                fix_en="Check both numbers",
                fields=("stock_required", "stock_present"),
            ),
            warn(
                "reported_unrequired",
                lambda t: t.direct_report_required | ~t.direct_report_done,
                zh="不应网络直报而填了已网络直报",
                en="Reports online without having to",
                fix_zh="核对网络直报两项",
                fix_en="Check both marks",
                fields=("direct_report_required", "direct_report_done"),
            ),
        )
