"""Public-health events."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Partition, error
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import AreaRef, CivilDate, Code, Flag, Integer, SourceId


class PublicHealthEvent(Fact):
    """突发公共卫生事件: one event with its grade, report and close.

    Events below the grades (未分级) are counted apart: document 000 counts 22 food incidents beside 13 events.

    Source: 国家突发公共卫生事件应急预案(2006); 国家突发公共卫生事件相关信息报告管理工作规范(试行)(2小时内报告).
    """

    event_no = SourceId("事件编号", "Event number")
    area_of_event = AreaRef("发生地代码", "Area of the event")
    kind = Code("事件类别", "Event kind", codelist="event_kind")
    grade = Code("事件分级", "Grade", codelist="event_grade")
    food_related = Flag("涉食品", "Food-related")
    occurred_on = CivilDate("发生日期", "Occurred on")
    reported_on = CivilDate("报告日期", "Reported on")
    reported_in_time = Flag("2小时内报告", "Reported within two hours")
    handled = Flag("已处置", "Handled")
    closed_on = CivilDate("结案日期", "Closed on", required=False)
    cases = Integer("病例数", "Cases", maximum=100000, unit="例")
    deaths = Integer("死亡数", "Deaths", maximum=100000, unit="例")

    class Meta:
        verbose_name = _("突发公共卫生事件")
        db_table = "emergency_event"
        indexes = [models.Index(fields=["institution_id", "event_no"], name="event_key")]

    class Kind:
        id = "emergency.event"
        en = "Public-health event"
        business_date = "occurred_on"
        partition = Partition.MONTH
        sensitivity = 2
        columns = ("event_no", "kind", "grade", "food_related", "occurred_on", "reported_on", "cases")
        institution_types = ("cdc",)
        rules = (
            error(
                "report_before_event",
                lambda t: t.reported_on >= t.occurred_on,
                zh="报告日期早于发生日期",
                en="Reported before it occurred",
                fix_zh="核对发生与报告日期",
                fix_en="Check both dates",
                fields=("occurred_on", "reported_on"),
            ),
            error(
                "closed_before_event",
                lambda t: t.closed_on >= t.occurred_on,
                zh="结案日期早于发生日期",
                en="Closed before it occurred",
                fix_zh="核对发生与结案日期",
                fix_en="Check both dates",
                fields=("occurred_on", "closed_on"),
            ),
            error(
                "deaths_over_cases",
                lambda t: t.deaths <= t.cases,
                zh="死亡数大于病例数",
                en="More deaths than cases",
                fix_zh="核对病例数与死亡数",
                fix_en="Check both numbers",
                fields=("cases", "deaths"),
            ),
        )
