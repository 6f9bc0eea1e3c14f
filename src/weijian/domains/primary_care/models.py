"""Family-doctor teams and contracts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Frequency, Partition, error
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import (
    AreaRef,
    CivilDate,
    Codes,
    Integer,
    OrganisationRef,
    PersonRef,
    SourceId,
    Text,
)


class FamilyDoctorTeam(Fact):
    """家庭医生团队: one signing team and the village it serves first.

    Source: 国医改办发〔2016〕1号 关于推进家庭医生签约服务的指导意见.
    """

    team_no = SourceId("团队编号", "Team number")
    team_name = Text("团队名称", "Team name", personal=False, limit=60)
    place = OrganisationRef("所属机构代码", "Institution")
    village = AreaRef("服务村居代码", "Village served")
    members = Integer("团队人数", "Members", maximum=60, unit="人")
    formed_on = CivilDate("成立日期", "Formed on")
    dissolved_on = CivilDate("撤销日期", "Dissolved on", required=False)

    class Meta:
        verbose_name = _("家庭医生团队")
        db_table = "primary_care_team"
        indexes = [models.Index(fields=["institution_id", "team_no"], name="team_key")]

    class Kind:
        id = "primary_care.team"
        en = "Family-doctor team"
        business_date = "formed_on"
        partition = Partition.YEAR
        frequency = Frequency.YEARLY
        sensitivity = 1
        columns = ("team_no", "team_name", "place", "village", "members")
        institution_types = ("community_centre",)
        rules = (
            error(
                "dissolved_before_formed",
                lambda t: t.dissolved_on >= t.formed_on,
                zh="撤销日期早于成立日期",
                en="Dissolved before formed",
                fix_zh="核对成立与撤销日期",
                fix_en="Check both dates",
                fields=("formed_on", "dissolved_on"),
            ),
        )


class FamilyDoctorContract(Fact):
    """家庭医生签约: one contract of one resident with one team, with the key groups that the resident belongs to.

    Source: 国医改办发〔2016〕1号; 重点人群以该文件所列为准(老年人, 孕产妇, 儿童, 残疾人, 慢病, 结核, 严重精神障碍, 贫困, 计生特殊家庭).
    """

    contract_no = SourceId("协议编号", "Contract number")
    person = PersonRef("居民", "Resident")
    place = OrganisationRef("签约机构代码", "Institution")
    village = AreaRef("现住村居代码", "Village of residence")
    team_no = Text("团队编号", "Team number", personal=False, limit=40)
    signed_on = CivilDate("签约日期", "Signed on")
    valid_to = CivilDate("协议到期日期", "Valid to", future=True)
    ended_on = CivilDate("解约日期", "Ended on", required=False)
    key_groups = Codes("重点人群标识", "Key population groups", codelist="key_group", required=False)

    class Meta:
        verbose_name = _("家庭医生签约")
        db_table = "primary_care_contract"
        indexes = [models.Index(fields=["institution_id", "contract_no"], name="contract_key")]

    class Kind:
        id = "primary_care.contract"
        en = "Family-doctor contract"
        business_date = "signed_on"
        partition = Partition.MONTH
        sensitivity = 3
        columns = ("contract_no", "person", "place", "team_no", "signed_on", "valid_to", "key_groups")
        institution_types = ("community_centre",)
        rules = (
            error(
                "valid_order",
                lambda t: t.valid_to >= t.signed_on,
                zh="协议到期日期早于签约日期",
                en="Contract expires before it is signed",
                fix_zh="核对签约与到期日期",
                fix_en="Check both dates",
                fields=("signed_on", "valid_to"),
            ),
            error(
                "ended_before_signed",
                lambda t: t.ended_on >= t.signed_on,
                zh="解约日期早于签约日期",
                en="Ended before signed",
                fix_zh="核对签约与解约日期",
                fix_en="Check both dates",
                fields=("signed_on", "ended_on"),
            ),
        )
