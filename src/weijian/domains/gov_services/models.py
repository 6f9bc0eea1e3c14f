"""Administrative approvals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Partition, error, warn
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import CivilDate, Code, Flag, Integer, SourceId


class Approval(Fact):
    """卫生行政审批: one application from acceptance to decision.

    Source: 中华人民共和国行政许可法(2003) 第四十二条(20个工作日); 第四十五条(不计入期限的时间).
    """

    case_no = SourceId("受理编号", "Case number")
    item = Code("审批事项", "Approval item", codelist="approval_item")
    accepted_on = CivilDate("受理日期", "Accepted on")
    legal_days = Integer("法定时限", "Legal limit", minimum=1, maximum=365, unit="工作日")
    due_on = CivilDate("应办结日期", "Due on", future=True)
    decided_on = CivilDate("办结日期", "Decided on", required=False)
    result = Code("办理结果", "Result", codelist="approval_result", required=False)
    satisfaction = Code("满意度评价", "Satisfaction", codelist="satisfaction", required=False)
    valid_complaint = Flag("有效投诉", "Valid complaint")
    zero_visit = Flag("零到场办理", "No visit needed")

    class Meta:
        verbose_name = _("卫生行政审批")
        db_table = "gov_services_approval"
        indexes = [models.Index(fields=["institution_id", "case_no"], name="approval_key")]

    class Kind:
        id = "gov_services.approval"
        en = "Administrative approval"
        business_date = "accepted_on"
        partition = Partition.MONTH
        sensitivity = 2
        columns = ("case_no", "item", "accepted_on", "due_on", "decided_on", "result")
        institution_types = ("bureau",)
        rules = (
            error(
                "decided_before_accepted",
                lambda t: t.decided_on >= t.accepted_on,
                zh="办结日期早于受理日期",
                en="Decided before accepted",
                fix_zh="核对受理与办结日期",
                fix_en="Check both dates",
                fields=("accepted_on", "decided_on"),
            ),
            error(
                "due_before_accepted",
                lambda t: t.due_on >= t.accepted_on,
                zh="应办结日期早于受理日期",
                en="Due before accepted",
                fix_zh="核对受理与应办结日期",
                fix_en="Check both dates",
                fields=("accepted_on", "due_on"),
            ),
            warn(
                "decided_without_result",
                lambda t: t.decided_on.isnull() | t.result.notnull(),
                zh="已办结而没有办理结果",
                en="Decided without a result",
                fix_zh="补填办理结果",
                fix_en="Fill in the result",
                fields=("result", "decided_on"),
            ),
        )
