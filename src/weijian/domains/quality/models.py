"""Medical disputes and complaints."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Partition, error
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import CivilDate, Code, OrganisationRef, SourceId


class Dispute(Fact):
    """医疗纠纷与投诉: one dispute or complaint; disputes and complaints are told apart by kind.

    Source: 医疗纠纷预防和处理条例(2018,较晚的规范); 平安医院建设月报.
    """

    case_no = SourceId("案件编号", "Case number")
    place = OrganisationRef("涉及机构代码", "Institution concerned", required=False)
    kind = Code("案件类别", "Kind", codelist="dispute_kind")
    occurred_on = CivilDate("发生日期", "Occurred on")
    closed_on = CivilDate("办结日期", "Closed on", required=False)

    class Meta:
        verbose_name = _("医疗纠纷与投诉")
        db_table = "quality_dispute"
        indexes = [models.Index(fields=["institution_id", "case_no"], name="dispute_key")]

    class Kind:
        id = "quality.dispute"
        en = "Dispute or complaint"
        business_date = "occurred_on"
        partition = Partition.MONTH
        sensitivity = 3
        columns = ("case_no", "place", "kind", "occurred_on", "closed_on")
        institution_types = ("bureau",)
        rules = (
            error(
                "closed_before_occurred",
                lambda t: t.closed_on >= t.occurred_on,
                zh="办结日期早于发生日期",
                en="Closed before it occurred",
                fix_zh="核对发生与办结日期",
                fix_en="Check both dates",
                fields=("occurred_on", "closed_on"),
            ),
        )
