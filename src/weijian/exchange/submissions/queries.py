"""What clerks and statisticians read of submissions: rows to mend, receipts, the reasons of a receipt in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from weijian.definitions.record_kinds import RecordKind
from weijian.engines.intake.checks import checks_of
from weijian.exchange.submissions.flagged import FlaggedRow, flagged_rows
from weijian.exchange.submissions.flaws import Flaw, told_flaws
from weijian.exchange.submissions.models import DatasetPeriod, QuarantinedRow, Submission
from weijian.foundation.accounts.models import User
from weijian.foundation.kinds.registry import kind_by_id
from weijian.foundation.organisations.models import Organisation


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


def flaws_of(rows: Iterable[QuarantinedRow], language: str = "zh") -> list[Flaw]:
    """Reasons of rows of the quarantine by row and column in one language, personal values masked."""
    return [
        flaw
        for row in rows
        for flaw in told_flaws(kind_by_id(row.dataset), row.line_no, row.reasons, row.row, language)
    ]


#: Rows of one file that a receipt for programs lists itself; the rest is read page by page.
RECEIPT_ROWS = 200


def bad_rows_of(submission: Submission, *, offset: int = 0, limit: int = RECEIPT_ROWS) -> list[dict[str, object]]:
    """Rows of a file that went to quarantine, flaw by flaw, as data; see :func:`texts_of_flaw`."""
    if not submission.quarantined:
        return []
    kind = kind_by_id(submission.dataset)
    rows = QuarantinedRow.objects.filter(submission=submission).order_by("line_no")[offset : offset + limit]
    return [flaw for row in rows for flaw in texts_of_flaw(kind, row)]


def warned_rows_of(submission: Submission, *, offset: int = 0, limit: int = RECEIPT_ROWS) -> list[dict[str, object]]:
    """Rows of a file that were accepted with a warning, in the same way."""
    if submission.state != Submission.State.ACCEPTED or not submission.reasons:
        return []
    kind = kind_by_id(submission.dataset)
    return [flaw for row in flagged_rows(submission, offset=offset, limit=limit) for flaw in texts_of_flaw(kind, row)]


def texts_of_flaw(kind: RecordKind, row: QuarantinedRow | FlaggedRow) -> list[dict[str, object]]:
    """The flaws of one row as data with the words of both languages, for receipts read by programs."""
    line_no, codes, texts = (
        (row.line_no, row.codes, row.texts) if isinstance(row, FlaggedRow) else (row.line_no, row.reasons, row.row)
    )
    pairs = zip(told_flaws(kind, line_no, codes, texts), told_flaws(kind, line_no, codes, texts, "en"), strict=True)
    return [
        {
            "line": zh.line_no,
            "number": zh.number,
            "code": zh.code,
            "column": zh.column,
            "column_en": en.column,
            "value": zh.value,
            "rule": zh.rule,
            "rule_en": en.rule,
            "fix": zh.remedy,
            "fix_en": en.remedy,
        }
        for zh, en in pairs
    ]
