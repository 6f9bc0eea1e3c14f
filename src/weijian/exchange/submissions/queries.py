"""What clerks and statisticians read of submissions: rows to mend, receipts, the reasons of a receipt in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from weijian.definitions.fields import Field, FieldType, FileColumn
from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.checks import checks_of
from weijian.engines.intake.headers import template_columns
from weijian.exchange.submissions.models import DatasetPeriod, QuarantinedRow, Submission
from weijian.foundation.accounts.models import User
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.identifiers import mask_id, mask_name

#: Rows of the quarantine that one page shows.
PAGE_ROWS = 200


@dataclass(frozen=True)
class Reason:
    """One reason of a receipt in words of both languages, and how many rows have it."""

    code: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str
    severity: str
    count: int

    def told(self, language: str) -> str:
        """What is wrong, in ``zh`` or ``en``."""
        return self.en if language == "en" else self.zh

    def remedy(self, language: str) -> str:
        """What to do, in ``zh`` or ``en``."""
        return self.fix_en if language == "en" else self.fix_zh


@dataclass(frozen=True)
class Flaw:
    """One reason of one row: where it stands, what stands there (masked where personal), the rule and the remedy."""

    line_no: int
    column: str
    value: str
    rule: str
    remedy: str


def rows_to_mend(dataset: str, *, institution_code: str | None = None) -> QuerySet[QuarantinedRow]:
    """Open rows of the quarantine in the order in which they were sent."""
    found = QuarantinedRow.objects.filter(dataset=dataset, state=QuarantinedRow.State.OPEN)
    if institution_code:
        found = found.filter(institution_id__in=Organisation.objects.filter(code=institution_code).values("id"))
    return found.order_by("submission_id", "line_no")


def visible_institutions(user: User) -> QuerySet[Organisation]:
    """Institutions whose submissions an account sees: its own and those below it, or all of the district."""
    from weijian.foundation.access.policy import REACH, Reach
    from weijian.foundation.accounts.models import Role

    reach = REACH.get(Role(user.role), Reach.NONE)
    if reach is Reach.DISTRICT:
        return Organisation.objects.all()
    if reach is Reach.ORGANISATION and user.organisation_id:
        own = Organisation.objects.filter(pk=user.organisation_id)
        return own | Organisation.objects.filter(parent_id=user.organisation_id)
    return Organisation.objects.none()


def receipts_for(user: User) -> QuerySet[Submission]:
    """Receipts that an account may see, latest first."""
    return (
        Submission.objects.filter(institution__in=visible_institutions(user))
        .select_related("institution")
        .order_by("-id")
    )


def owed_by(user: User) -> QuerySet[DatasetPeriod]:
    """What the institutions of an account owe, nearest due day first."""
    return (
        DatasetPeriod.objects.filter(institution__in=visible_institutions(user))
        .select_related("institution")
        .order_by("due_on", "dataset")
    )


def reasons_of(submission: Submission) -> list[Reason]:
    """Reasons of a receipt in words, most frequent first."""
    checks = {check.code: check for check in checks_of(kind_by_id(submission.dataset))}
    found = [
        Reason(code, one.zh, one.en, one.fix_zh, one.fix_en, one.severity.value, count)
        for code, count in submission.reasons.items()
        if (one := checks.get(code)) is not None
    ]
    return sorted(found, key=lambda one: (-one.count, one.code))


def texts_of(reason: Reason) -> dict[str, str]:
    """A reason's words in both languages, for receipts as data."""
    return {"zh": reason.zh, "en": reason.en, "fix_zh": reason.fix_zh, "fix_en": reason.fix_en}


def flaws_of(rows: QuerySet[QuarantinedRow], language: str = "zh") -> list[Flaw]:
    """Reasons of rows by row and column in one language, personal values masked; at most :data:`PAGE_ROWS` rows.

    The column keeps its Chinese header beside the English name: that is what stands in the file.
    """
    found = []
    english = language == "en"
    for row in rows[:PAGE_ROWS]:
        kind = kind_by_id(row.dataset)
        checks = {check.code: check for check in checks_of(kind)}
        headers = {column.name: column_name(column, language) for column in template_columns(kind)}
        for code in row.reasons:
            check = checks.get(code)
            if check is not None:
                column = headers.get(check.field) or column_name(kind.field(check.field), language)
                value = shown_value(kind, check.field, row.row)
                rule, remedy = (check.en, check.fix_en) if english else (check.zh, check.fix_zh)
                found.append(Flaw(row.line_no, column, value, rule, remedy))
    return found


def column_name(column: Field | FileColumn, language: str) -> str:
    """A column by its header; for readers of English its English name with the header behind it."""
    return f"{column.en} ({column.zh})" if language == "en" else column.zh


def shown_value(kind: RecordKind, field_name: str, row: dict[str, str]) -> str:
    """The value of a field as a receipt may print it: persons and personal text masked."""
    field = kind.field(field_name)
    if field.type is FieldType.PERSON:
        name, number = row.get(f"{field.name}_name", ""), row.get(f"{field.name}_id_no", "")
        return " ".join(text for text in (mask_name(name), mask_id(number)) if text)
    value = row.get(field_name, "")
    return mask_name(value) if field.personal else value
