"""Persons as received, subjects, links, and the population register that carries residence spells."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.definitions.record_kinds import Frequency, Partition, error, warn
from weijian.foundation.kinds.fact import Fact
from weijian.foundation.kinds.fields import AreaRef, CivilDate, Code, PersonRef, SourceId
from weijian.kernel.public_ids import new_public_id


class Subject(models.Model):
    """One human being, as far as the district knows. Lists, programmes, counts and snapshots resolve through it."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, default=new_public_id)
    sex = models.CharField(max_length=1)
    birth_date = models.DateField(null=True)
    created_change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("人员主体")
        # Not unique=True: that makes a second index, for LIKE, which nobody asks and every new subject pays for.
        constraints = [models.UniqueConstraint(fields=["public_id"], name="subject_public_id")]


class Person(models.Model):
    """An identity exactly as received, never re-pointed: every record keeps its person for ever."""

    id = models.BigAutoField(primary_key=True)
    identity_key = models.UUIDField(unique=True)  # md5 of the normalised five parts
    id_type = models.TextField()
    id_no = models.TextField()  # normalised: 15 digits upgraded to 18, upper case
    id_valid = models.BooleanField()
    name = models.TextField()
    name_grams = models.TextField(default="")  # pinyin sort key and grams for search at the desk
    sex = models.TextField()
    birth_date = models.DateField(null=True)
    created_change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("人员身份")
        indexes = [
            models.Index(fields=["id_no"], name="person_id_no", condition=~models.Q(id_no="")),
            models.Index(fields=["name", "birth_date"], name="person_name_birth"),
        ]


class PersonLink(models.Model):
    """Which subject a person is, from when to when, on what evidence. Merge and unmerge only end and start rows."""

    keeps_history = True

    class Evidence(models.TextChoices):
        ID_NUMBER = "id_number", _("证件号码一致")
        NAME_BIRTH = "name_birth", _("姓名、性别、出生日期一致")
        NEW = "new", _("首次出现")
        DESK = "desk", _("人工判定")

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    evidence = models.CharField(max_length=20, choices=Evidence.choices)
    decided_by_id = models.BigIntegerField(null=True)
    start_change_id = models.BigIntegerField()
    end_change_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("人员关联")
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=models.Q(end_change_id__isnull=True), name="person_link_one_current"
            )
        ]
        indexes = [models.Index(fields=["subject_id"], name="person_link_subject")]


class Registration(Fact):
    """人口登记: one row per person with the spells of each population basis.

    户籍 (registered), 常住 (resident, half a year and more) and 服务人口 (the basis of the public-health service line, which
    document 000 implies for its health-record rate) each have their own dates; a person may stand on any of them.

    Source: 全员人口信息系统; 常住人口: 国家统计局,居住半年以上.
    """

    registration_no = SourceId("登记号", "Registration number")
    person = PersonRef("人员", "Person")
    village = AreaRef("现住村居代码", "Village of residence")
    household_type = Code("户籍类型", "Household type", codelist="household_type")
    registered_from = CivilDate("户籍起始日期", "Registered from", required=False)
    registered_to = CivilDate("户籍终止日期", "Registered to", required=False)
    resident_from = CivilDate("常住起始日期", "Resident from", required=False)
    resident_to = CivilDate("常住终止日期", "Resident to", required=False)
    service_from = CivilDate("服务人口起始日期", "Service population from", required=False)
    service_to = CivilDate("服务人口终止日期", "Service population to", required=False)
    updated_on = CivilDate("更新日期", "Updated on")

    class Meta:
        verbose_name = _("人口登记")
        db_table = "persons_registration"
        indexes = [models.Index(fields=["institution_id", "registration_no"], name="registration_key")]

    class Kind:
        id = "persons.registration"
        en = "Population register"
        business_date = "updated_on"
        partition = Partition.YEAR
        frequency = Frequency.YEARLY
        sensitivity = 3
        columns = ("registration_no", "person", "village", "household_type", "resident_from", "updated_on")
        institution_types = ("population_office",)
        rules = (
            error(
                "resident_order",
                lambda t: t.resident_to >= t.resident_from,
                zh="常住终止日期早于起始日期",
                en="Resident spell ends before it starts",
                fix_zh="核对常住起止日期",
                fix_en="Check both dates of the resident spell",
                fields=("resident_from", "resident_to"),
            ),
            error(
                "registered_order",
                lambda t: t.registered_to >= t.registered_from,
                zh="户籍终止日期早于起始日期",
                en="Registered spell ends before it starts",
                fix_zh="核对户籍起止日期",
                fix_en="Check both dates of the registered spell",
                fields=("registered_from", "registered_to"),
            ),
            warn(
                "no_basis",
                lambda t: t.resident_from.notnull() | t.registered_from.notnull() | t.service_from.notnull(),
                zh="没有任何人口口径的起始日期",
                en="No population basis has a start date",
                fix_zh="至少填写户籍、常住或服务人口之一的起始日期",
                fix_en="Fill at least one start date",
                fields=("resident_from", "registered_from", "service_from"),
            ),
            error(
                "service_order",
                lambda t: t.service_to >= t.service_from,
                zh="服务人口终止日期早于起始日期",
                en="Service spell ends before it starts",
                fix_zh="核对服务人口起止日期",
                fix_en="Check both dates of the service spell",
                fields=("service_from", "service_to"),
            ),
        )


class LinkQuestion(models.Model):
    """A person that could be several subjects, or whose number and name disagree: somebody at the desk decides.

    Intake writes ``person_id``, ``reason``, ``candidates``, ``state`` and ``opened_change_id`` in one statement for a whole
    file; what else a question carries has a default in the database. A decided question stays: it is not asked again.
    """

    class Reason(models.TextChoices):
        OTHER_NAME = "number_with_other_name", _("证件号码相同,姓名不同")
        SAME_NAME = "same_name_and_birth", _("无证件号码,姓名、性别、出生日期与多人相同")
        BAD_NUMBER = "number_fails_check", _("身份证号码校验不通过,姓名、性别、出生日期与他人相同")

    class State(models.TextChoices):
        OPEN = "open", _("待判定")
        DECIDED = "decided", _("已判定")

    class Verdict(models.TextChoices):
        SAME = "same", _("同一人")
        DIFFERENT = "different", _("不是同一人")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    person_id = models.BigIntegerField(unique=True)
    reason = models.CharField(max_length=40)
    candidates = models.JSONField()  # subject ids at intake; the desk follows them to where they stand now
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_change_id = models.BigIntegerField()
    decided_change_id = models.BigIntegerField(null=True)
    opened_on = models.DateField(null=True)  # day on which the file was received
    institution_id = models.BigIntegerField(null=True)  # whose file asked; null: the bureau's own
    referred = models.BooleanField(default=False, db_default=False)  # the institution cannot tell: the bureau decides
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default="", db_default="", blank=True)
    subject_id = models.BigIntegerField(null=True)  # whom the person stands for since the decision
    put_off_until = models.DateField(null=True)
    note = models.TextField(default="", db_default="", blank=True)  # why it was put off or referred; nothing personal

    class Meta:
        verbose_name = _("待判定人员")
        indexes = [
            models.Index(
                fields=["institution_id", "opened_on"], name="link_question_open", condition=models.Q(state="open")
            )
        ]
