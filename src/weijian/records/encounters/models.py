"""Outpatient visits and inpatient discharges as institutions submit them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Partition, error, warn
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import CivilDate, Code, Integer, Money, OrganisationRef, PersonRef, SourceId


class OutpatientVisit(Fact):
    """门急诊就诊: one treatment encounter outside a ward; all visit types add up to 总诊疗人次.

    Source: 国家卫生健康统计调查制度, 总诊疗人次数; WS 445.2-2014 电子病历基本数据集 门(急)诊病历.
    """

    visit_no = SourceId("就诊流水号", "Visit number")
    patient = PersonRef("患者", "Patient", required=False)
    place = OrganisationRef("就诊机构代码", "Place of service")
    visit_on = CivilDate("就诊日期", "Visit date")
    visit_type = Code("就诊类型", "Visit type", codelist="visit_type")
    department = Code("科室代码", "Department", codelist="department", required=False)
    diagnosis = Code("主要诊断编码", "Main diagnosis", codelist="icd10", required=False)
    total_fee = Money("总费用", "Total fee")
    drug_fee = Money("药品费", "Drug fee")
    examination_fee = Money("检查检验费", "Examination fee")
    service_fee = Money("医疗服务费", "Service fee")
    payment = Code("付费方式", "Payment", codelist="payment", required=False)

    class Meta:
        verbose_name = _("门急诊就诊")
        db_table = "encounters_outpatient_visit"
        indexes = [models.Index(fields=["institution_id", "visit_no"], name="outpatient_visit_key")]

    class Kind:
        id = "encounters.outpatient_visit"
        en = "Outpatient visit"
        business_date = "visit_on"
        partition = Partition.MONTH
        partitioned_table = True
        sensitivity = 3
        columns = ("visit_no", "patient", "place", "visit_on", "visit_type", "diagnosis", "total_fee")
        institution_types = ("hospital", "community_centre", "clinic")
        rules = (
            error(
                "fee_sum",
                lambda t: t.total_fee >= t.drug_fee + t.examination_fee + t.service_fee,
                zh="总费用小于分项费用之和",
                en="Total fee is less than the sum of its parts",
                fix_zh="核对总费用与药品费、检查检验费、医疗服务费",
                fix_en="Check the total against its parts",
                fields=("total_fee", "drug_fee", "examination_fee", "service_fee"),
            ),
            warn(
                "no_diagnosis",
                lambda t: t.diagnosis.notnull(),
                zh="缺少主要诊断编码",
                en="Main diagnosis is missing",
                fix_zh="补填ICD-10编码",
                fix_en="Fill the ICD-10 code",
                fields=("diagnosis",),
            ),
            warn(
                "fee_absurd",
                lambda t: t.total_fee <= 5_000_000,
                zh="单次门诊费用超过5万元",
                en="A single visit costs more than 50,000 yuan",
                fix_zh="核对金额单位是否为元",
                fix_en="Check that the amount is in yuan",
                fields=("total_fee",),
            ),
            warn(
                "visit_before_birth",
                lambda t: t.visit_on >= t.patient_birth_date,
                zh="就诊日期早于出生日期",
                en="Visit before birth",
                fix_zh="核对就诊日期与出生日期",
                fix_en="Check the date of the visit and the date of birth",
                fields=("visit_on", "patient"),
            ),
            warn(
                "sex_diagnosis",
                lambda t: ~(t.diagnosis.startswith("O") & (t.patient_sex == "1")),
                zh="男性患者填了妊娠、分娩和产褥期的诊断编码",
                en="A male patient has a code of pregnancy or childbirth",
                fix_zh="核对性别与主要诊断编码",
                fix_en="Check the sex and the main diagnosis",
                fields=("diagnosis", "patient"),
            ),
        )


class Discharge(Fact):
    """出院病案首页(节选): one inpatient discharge with its fee groups.

    Source: 住院病案首页数据填写质量规范(暂行) 2016版; 病案首页费用分类.
    """

    admission_no = SourceId("住院号", "Admission number")
    patient = PersonRef("患者", "Patient", required=False)
    place = OrganisationRef("住院机构代码", "Place of service")
    admitted_on = CivilDate("入院日期", "Admission date")
    discharged_on = CivilDate("出院日期", "Discharge date")
    department = Code("出院科室代码", "Department", codelist="department", required=False)
    diagnosis = Code("主要诊断编码", "Main diagnosis", codelist="icd10")
    operation_count = Integer("手术次数", "Operations", required=False, maximum=20, unit="次")
    disposition = Code("离院方式", "Disposition", codelist="disposition")
    total_fee = Money("总费用", "Total fee")
    drug_fee = Money("药品费", "Drug fee")
    examination_fee = Money("诊断费", "Diagnosis fee")
    treatment_fee = Money("治疗手术费", "Treatment and surgery fee")
    material_fee = Money("耗材费", "Material fee")
    service_fee = Money("综合医疗服务费", "General service fee")
    payment = Code("付费方式", "Payment", codelist="payment", required=False)

    class Meta:
        verbose_name = _("出院病案首页")
        db_table = "encounters_discharge"
        indexes = [
            models.Index(fields=["institution_id", "admission_no"], name="discharge_key"),
            models.Index(fields=["discharged_on"], name="discharge_date"),
        ]

    class Kind:
        id = "encounters.discharge"
        en = "Inpatient discharge"
        business_date = "discharged_on"
        partition = Partition.MONTH
        sensitivity = 3
        columns = ("admission_no", "patient", "place", "admitted_on", "discharged_on", "diagnosis", "total_fee")
        institution_types = ("hospital",)
        rules = (
            error(
                "discharge_before_admission",
                lambda t: t.discharged_on >= t.admitted_on,
                zh="出院日期早于入院日期",
                en="Discharged before admitted",
                fix_zh="核对入院与出院日期",
                fix_en="Check both dates",
                fields=("admitted_on", "discharged_on"),
            ),
            error(
                "fee_sum",
                lambda t: (
                    t.total_fee >= t.drug_fee + t.examination_fee + t.treatment_fee + t.material_fee + t.service_fee
                ),
                zh="总费用小于分项费用之和",
                en="Total fee is less than the sum of its parts",
                fix_zh="核对总费用与各分项费用",
                fix_en="Check the total against its parts",
                fields=("total_fee",),
            ),
            warn(
                "long_stay",
                lambda t: t.discharged_on.delta(t.admitted_on, unit="day") <= 365,
                zh="住院超过365天",
                en="Stay of more than 365 days",
                fix_zh="核对入院日期",
                fix_en="Check the admission date",
                fields=("admitted_on",),
            ),
            warn(
                "admitted_before_birth",
                lambda t: t.admitted_on >= t.patient_birth_date,
                zh="入院日期早于出生日期",
                en="Admitted before birth",
                fix_zh="核对入院日期与出生日期",
                fix_en="Check the date of admission and the date of birth",
                fields=("admitted_on", "patient"),
            ),
            warn(
                "sex_diagnosis",
                lambda t: ~(t.diagnosis.startswith("O") & (t.patient_sex == "1")),
                zh="男性患者填了妊娠、分娩和产褥期的诊断编码",
                en="A male patient has a code of pregnancy or childbirth",
                fix_zh="核对性别与主要诊断编码",
                fix_en="Check the sex and the main diagnosis",
                fields=("diagnosis", "patient"),
            ),
        )
