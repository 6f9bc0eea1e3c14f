"""Plans, their tasks and targets, quarterly progress, and supervised tasks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from weijian.foundation.organisations.models import Organisation
from weijian.kernel.public_ids import new_public_id


class Plan(models.Model):
    """One year's work plan of the bureau."""

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    zh = models.TextField()
    en = models.TextField()
    year = models.IntegerField()
    issued_on = models.DateField()
    source = models.TextField()

    class Meta:
        verbose_name = _("工作计划")

    def __str__(self) -> str:
        return self.zh


class PlanSection(models.Model):
    """One of the plan's sections in the document's order."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="sections")
    code = models.CharField(max_length=20)
    number = models.CharField(max_length=10)
    zh = models.TextField()
    en = models.TextField()
    position = models.IntegerField()

    class Meta:
        verbose_name = _("计划章节")
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="plan_section_code")]


class PlanTask(models.Model):
    """One task with its source sentence, lead and supporting departments, due date and state."""

    class State(models.TextChoices):
        OPEN = "open", _("进行中")
        REQUESTED = "requested", _("申请办结")
        DONE = "done", _("已办结")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks")
    section = models.ForeignKey(PlanSection, on_delete=models.PROTECT, related_name="tasks")
    code = models.CharField(max_length=20)
    zh = models.TextField()
    en = models.TextField()
    sentence = models.TextField()
    lead = models.CharField(max_length=40)
    support = models.JSONField(default=list)
    assigned = models.BooleanField(default=False)  # the document does not say who leads
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    position = models.IntegerField()
    decision = models.TextField(default="", blank=True)  # what was said when closing was approved or refused
    decided_on = models.DateField(null=True)
    decided_by = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("计划任务")
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="plan_task_code")]

    def __str__(self) -> str:
        return self.zh


class Target(models.Model):
    """A target or limit of a task; a revision is a new row that names its document and follows the old one."""

    class Kind(models.TextChoices):
        TARGET = "target", _("目标")
        LIMIT = "limit", _("上限")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    task = models.ForeignKey(PlanTask, on_delete=models.PROTECT, related_name="targets")
    code = models.CharField(max_length=60)
    zh = models.TextField()
    en = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    comparator = models.CharField(max_length=3)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    unit = models.CharField(max_length=20)
    period = models.CharField(max_length=20)
    measure = models.CharField(max_length=80, default="", blank=True)
    document = models.TextField(default="")
    revised_on = models.DateField(null=True)
    superseded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="revises")

    class Meta:
        verbose_name = _("目标")


class Progress(models.Model):
    """What a department reports on a task in a quarter, with the place of its evidence."""

    id = models.BigAutoField(primary_key=True)
    task = models.ForeignKey(PlanTask, on_delete=models.PROTECT, related_name="progress")
    quarter = models.CharField(max_length=10)
    text = models.TextField()
    evidence = models.TextField(default="", blank=True)
    reported_on = models.DateField()
    reporter_name = models.TextField()
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("进展")


class Supervision(models.Model):
    """督办: a task given because something is off plan, with its due date and the measurement that closes it."""

    class State(models.TextChoices):
        OPEN = "open", _("督办中")
        CLOSED = "closed", _("已销号")

    keeps_history = True

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    target = models.ForeignKey(Target, null=True, on_delete=models.PROTECT, related_name="supervisions")
    task = models.ForeignKey(PlanTask, null=True, on_delete=models.PROTECT, related_name="supervisions")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)
    department = models.CharField(max_length=40, default="", blank=True)
    text = models.TextField()
    issued_on = models.DateField()
    due_on = models.DateField()
    measure = models.CharField(max_length=80, default="", blank=True)
    period = models.CharField(max_length=20, default="", blank=True)
    comparator = models.CharField(max_length=3, default="", blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    closed_on = models.DateField(null=True)
    closed_value = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    closed_snapshot_id = models.BigIntegerField(null=True)
    reminders = models.SmallIntegerField(default=0)
    reminded_on = models.DateField(null=True)
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("督办")

    def __str__(self) -> str:
        return self.text


class SupervisionStep(models.Model):
    """One thing that happened to a supervised task; measurements stand here where they brought something new."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("下达")
        ANSWERED = "answered", _("办理反馈")
        REMINDED = "reminded", _("催办")
        MEASURED = "measured", _("测量")
        CLOSED = "closed", _("销号")
        REOPENED = "reopened", _("重新打开")

    id = models.BigAutoField(primary_key=True)
    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    text = models.TextField(default="", blank=True)
    period = models.CharField(
        max_length=20, default="", blank=True
    )  # what was measured: a running year up to its last month
    value = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    snapshot_id = models.BigIntegerField(null=True)
    actor_name = models.TextField(default="", blank=True)
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("督办经过")


class Attachment(models.Model):
    """A file of evidence or a document that orders a revision, byte for byte; it is never changed or removed."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    progress = models.ForeignKey(Progress, null=True, on_delete=models.PROTECT, related_name="files")
    target = models.ForeignKey(Target, null=True, on_delete=models.PROTECT, related_name="files")
    step = models.ForeignKey(SupervisionStep, null=True, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    change_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("佐证材料")

    def __str__(self) -> str:
        return self.name
