"""Population counts as versioned data: the denominators that published rates stand on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Frequency, Partition, error
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import AreaRef, CivilDate, Code, Integer, SourceId


class PopulationCount(Fact):
    """人口数表: number of persons of one basis in one area at one reference day, by sex and single age.

    ``age`` is the completed age, 100 stands for 100 and over. Year-end, mid-year and average populations are computed from
    the reference days; a rate names which it uses.

    Source: 统计部门年度人口数; GB/T 2261.1 性别代码.
    """

    row_no = SourceId("序号", "Row number")
    basis = Code("人口口径", "Population basis", codelist="population_basis")
    village = AreaRef("行政区划代码", "Area")
    reference_on = CivilDate("截止日期", "Reference day")
    sex = Code("性别", "Sex", codelist="sex")
    age = Integer("年龄", "Age", maximum=120, unit="岁")
    persons = Integer("人数", "Persons", unit="人")

    class Meta:
        verbose_name = _("人口数表")
        db_table = "populations_population_count"
        indexes = [models.Index(fields=["institution_id", "row_no"], name="population_count_key")]

    class Kind:
        id = "populations.population_count"
        en = "Population table"
        business_date = "reference_on"
        partition = Partition.YEAR
        frequency = Frequency.YEARLY
        sensitivity = 1
        columns = ("basis", "village", "reference_on", "sex", "age", "persons")
        institution_types = ("statistics_office",)
        rules = (
            error(
                "open_age",
                lambda t: t.age <= 100,
                zh="年龄大于100岁应并入100岁及以上",
                en="Ages over 100 belong to the open group 100",
                fix_zh="将100岁及以上合并填为100",
                fix_en="Add ages over 100 to the row of age 100",
                fields=("age",),
            ),
        )
