"""Births and deaths."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Partition, error, warn
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import (
    AreaRef,
    CivilDate,
    Code,
    Flag,
    Integer,
    Number,
    OrganisationRef,
    PersonRef,
    SourceId,
)


class Birth(Fact):
    """出生登记: one live birth, with the population bases on which its family stands.

    The child may have no name and no number yet; the certificate number then identifies it.

    Source: 出生医学证明; 计划生育统计报表 (政策内出生).
    """

    certificate_no = SourceId("出生医学证明编号", "Birth certificate number")
    child = PersonRef("新生儿", "Child")
    place = OrganisationRef("接生机构代码", "Place of birth", required=False)
    born_on = CivilDate("出生日期(登记)", "Date of birth")
    residence = AreaRef("母亲现住村居代码", "Mother's residence", required=False)
    registered_household = Flag("本区户籍", "Registered in the district")
    resident = Flag("常住", "Resident in the district")
    policy_compliant = Flag("政策内生育", "Within policy")
    mother_age = Integer("母亲年龄", "Mother's age", required=False, minimum=10, maximum=60, unit="岁")
    birth_weight = Number("出生体重", "Birth weight", required=False, unit="克")
    gestation_weeks = Integer("孕周", "Gestation", required=False, minimum=20, maximum=45, unit="周")
    birth_order = Integer("孩次", "Birth order", required=False, minimum=1, maximum=15)

    class Meta:
        verbose_name = _("出生登记")
        db_table = "vital_events_birth"
        indexes = [models.Index(fields=["institution_id", "certificate_no"], name="birth_key")]

    class Kind:
        id = "vital_events.birth"
        en = "Birth"
        business_date = "born_on"
        partition = Partition.MONTH
        sensitivity = 4
        columns = ("certificate_no", "child", "place", "born_on", "registered_household", "resident")
        institution_types = ("hospital", "population_office")
        rules = (
            warn(
                "weight_range",
                lambda t: t.birth_weight.isnull() | t.birth_weight.between(Decimal(400), Decimal(7000)),
                zh="出生体重不在400–7000克之间",
                en="Birth weight outside 400–7000 g",
                fix_zh="核对体重单位是否为克",
                fix_en="Check that the weight is in grams",
                fields=("birth_weight",),
            ),
            warn(
                "birth_differs",
                lambda t: t.child_birth_date == t.born_on,
                zh="新生儿出生日期与登记的出生日期不同",
                en="The child's date of birth differs from the registered one",
                fix_zh="核对两处出生日期",
                fix_en="Check both dates of birth",
                fields=("child", "born_on"),
            ),
        )


class Death(Fact):
    """死亡登记: one death with its underlying cause (ICD-10, external causes V01–Y98 included).

    Source: 居民死亡医学证明(推断)书; ICD-10 第二卷.
    """

    certificate_no = SourceId("死亡证明编号", "Death certificate number")
    deceased = PersonRef("死者", "Deceased")
    place = OrganisationRef("报告机构代码", "Reporting institution", required=False)
    died_on = CivilDate("死亡日期", "Date of death")
    born_on = CivilDate("死者出生日期(登记)", "Registered date of birth")
    residence = AreaRef("现住村居代码", "Residence", required=False)
    registered_household = Flag("本区户籍", "Registered in the district")
    resident = Flag("常住", "Resident in the district")
    cause = Code("根本死因编码", "Underlying cause", codelist="icd10")
    death_place = Code("死亡地点类别", "Kind of place of death", codelist="death_place", required=False)
    maternal = Flag("孕产妇死亡", "Maternal death")

    class Meta:
        verbose_name = _("死亡登记")
        db_table = "vital_events_death"
        indexes = [models.Index(fields=["institution_id", "certificate_no"], name="death_key")]

    class Kind:
        id = "vital_events.death"
        en = "Death"
        business_date = "died_on"
        partition = Partition.MONTH
        sensitivity = 4
        columns = ("certificate_no", "deceased", "died_on", "cause", "residence")
        institution_types = ("hospital", "community_centre", "cdc")
        rules = (
            error(
                "death_before_birth",
                lambda t: t.died_on >= t.born_on,
                zh="死亡日期早于出生日期",
                en="Died before born",
                fix_zh="核对出生与死亡日期",
                fix_en="Check both dates",
                fields=("died_on", "born_on"),
            ),
            warn(
                "garbage_cause",
                lambda t: ~t.cause.substr(0, 3).isin(["R54", "R95", "R96", "R98", "R99", "I46", "I50"]),
                zh="根本死因为不明确编码",
                en="Underlying cause is an ill-defined code",
                fix_zh="按死因链补充明确的根本死因",
                fix_en="Give the cause that started the chain",
                fields=("cause",),
            ),
            warn(
                "birth_differs",
                lambda t: t.deceased_birth_date == t.born_on,
                zh="死者出生日期与登记的出生日期不同",
                en="The date of birth differs from the registered one",
                fix_zh="核对两处出生日期",
                fix_en="Check both dates of birth",
                fields=("deceased", "born_on"),
            ),
            warn(
                "maternal_male",
                lambda t: ~(t.maternal & (t.deceased_sex == "1")),
                zh="男性死者标为孕产妇死亡",
                en="A male is marked as a maternal death",
                fix_zh="核对性别与孕产妇死亡",
                fix_en="Check the sex and the mark",
                fields=("maternal", "deceased"),
            ),
        )
