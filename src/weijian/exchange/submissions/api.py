"""What an institution's system does under ``/api/v1/``: send a file, read its receipt, see what is owed, say zero."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from weijian.content.told import in_both
from weijian.exchange.submissions.models import DatasetPeriod, Submission
from weijian.exchange.submissions.periods.services import report_zero
from weijian.exchange.submissions.queries import (
    RECEIPT_ROWS,
    bad_rows_of,
    owed_by,
    reasons_of,
    receipts_for,
    texts_of,
    visible_institutions,
    warned_rows_of,
)
from weijian.exchange.submissions.receiving import receive
from weijian.foundation.access.api_door import account_of, opened_by
from weijian.foundation.accounts.models import User
from weijian.foundation.changes.models import Change
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.today import today
from weijian.kernel.errors import WeijianError

NUMBERS = ("received", "accepted", "warned", "duplicate", "superseded", "quarantined")

#: Periods in one answer.
MOST_PERIODS = 2000

router = Router(tags=["报送 Submissions"])


class Dataset(Schema):
    """One dataset that institutions submit."""

    id: str
    zh: str
    en: str
    frequency: str
    institution_types: list[str]


class Receipt(Schema):
    """A receipt: ``received = accepted + duplicate + superseded + quarantined``; reasons are counted by code.

    ``months`` counts rows new or corrected by the month of their business date; ``rows`` lists the flaws of the first 200
    quarantined rows.
    """

    id: str
    dataset: str
    institution: str
    period: str
    state: str
    error: dict[str, Any] | None
    notes: list[Any]
    sha256: str
    received: int
    accepted: int
    warned: int
    duplicate: int
    superseded: int
    quarantined: int
    months: dict[str, int]
    reasons: dict[str, int]
    reason_texts: dict[str, dict[str, str]]
    rows: list[Row]


class Row(Schema):
    """One flaw of one row: the line as it stands in the file, the row's source id, column, masked value, rule, remedy."""

    line: int
    number: str
    code: str
    column: str
    column_en: str
    value: str
    rule: str
    rule_en: str
    fix: str
    fix_en: str


class Period(Schema):
    """One institution's dataset of a period: ``not_sent``, ``sent``, ``returned``, ``signed`` or ``zero``."""

    dataset: str
    institution: str
    period: str
    state: str
    zero: bool
    due_on: date
    overdue: bool
    return_reason: str
    next_signature: str | None


class PeriodAsked(Schema):
    """A period of an institution; one's own where none is named."""

    dataset: str
    period: str
    institution: str = ""


class Problem(Schema):
    """Why something was refused."""

    code: str
    what: str
    where: str
    fix: str


@router.get("/datasets", summary="列出数据集", response=list[Dataset], auth=opened_by("datasets.view"))
def datasets(request: HttpRequest) -> list[Dataset]:
    """All datasets."""
    return [
        Dataset(
            id=one.id,
            zh=one.zh,
            en=one.en,
            frequency=one.frequency.value,
            institution_types=sorted(one.institution_types),
        )
        for one in kinds().values()
    ]


@router.post(
    "/submissions",
    summary="报送一个数据集的文件",
    response={201: Receipt, 422: Receipt | Problem},
    auth=opened_by("datasets.submit"),
)
def send(
    request: HttpRequest,
    file: File[UploadedFile],
    dataset: Form[str],
    period: Form[str] = "",
    institution: Form[str] = "",
) -> Status[dict[str, object]]:
    """Send a file of a dataset. 201 with the receipt; 422 with a receipt that carries the error where it cannot be read."""
    found = receive(
        account_of(request), file, dataset=dataset, institution=institution, period=period, source=Change.Source.API
    )
    return Status(422 if found.error else 201, receipt_of(found))


@router.get(
    "/submissions/{receipt_id}",
    summary="再取回执",
    response={200: Receipt, 404: Problem},
    auth=opened_by("datasets.view"),
)
def receipt(request: HttpRequest, receipt_id: str) -> dict[str, object]:
    """A receipt again."""
    found = receipts_for(account_of(request)).filter(public_id=receipt_id).first()
    if found is None:
        raise _not_found("没有这份回执。", receipt_id)
    return receipt_of(found)


@router.get(
    "/submissions/{receipt_id}/rows",
    summary="逐行查看隔离或提示的原因",
    response={200: list[Row], 404: Problem},
    auth=opened_by("datasets.view"),
)
def rows(
    request: HttpRequest,
    receipt_id: str,
    severity: Literal["error", "warning"] = Query("error", description="error 隔离的行;warning 已入库而有提示的行"),
    offset: int = Query(0, ge=0, le=10_000_000, description="跳过的行数"),
    limit: int = Query(RECEIPT_ROWS, ge=1, le=1000, description="行数"),
) -> list[dict[str, object]]:
    """Flaws by row and column, personal values masked; a row with two flaws stands twice and counts once."""
    account = account_of(request)
    found = receipts_for(account).filter(public_id=receipt_id).first()
    if found is None:
        raise _not_found("没有这份回执。", receipt_id)
    read = bad_rows_of if severity == "error" else warned_rows_of
    return read(found, offset=offset, limit=limit)


@router.get("/periods", summary="查看应报各期的状态", response=list[Period], auth=opened_by("datasets.view"))
def periods(
    request: HttpRequest,
    period: str = Query("", description="2017 或 2017-03;写年份时给出该年各期"),
    dataset: str = "",
    institution: str = "",
    state: str = "",
) -> list[Period]:
    """What is owed and how far it has come, nearest due day first; at most 2,000."""
    found = owed_by(account_of(request))
    if period:
        found = found.filter(period__startswith=period)
    for name, value in (("dataset", dataset), ("institution__code", institution), ("state", state)):
        if value:
            found = found.filter(**{name: value})
    return [_period(one) for one in found[:MOST_PERIODS]]


@router.post(
    "/periods/zero",
    summary="零报告",
    response={200: Period, 404: Problem, 422: Problem},
    auth=opened_by("datasets.submit"),
)
def zero(request: HttpRequest, asked: PeriodAsked) -> Period:
    """State that there was nothing to report for a period."""
    account = account_of(request)
    found = owed_by(account).filter(
        dataset=asked.dataset, period=asked.period, institution__code=asked.institution or _own_code(account)
    )
    owed = found.first()
    if owed is None:
        raise _not_found("没有这一期报送任务。", f"{asked.dataset} {asked.period}")
    return _period(report_zero(owed, account))


def receipt_of(submission: Submission) -> dict[str, object]:
    """A receipt as data; reasons and errors in both languages."""
    reasons = reasons_of(submission)
    return {
        "id": submission.public_id,
        "dataset": submission.dataset,
        "institution": submission.institution.code,
        "period": submission.period,
        "state": submission.state,
        "error": in_both(submission.error) if submission.error else None,
        "notes": submission.notes,
        "sha256": submission.sha256,
        **{name: getattr(submission, name) for name in NUMBERS},
        "months": submission.months,
        "reasons": {one.code: one.count for one in reasons},
        "reason_texts": {one.code: texts_of(one) for one in reasons},
        "rows": bad_rows_of(submission),
    }


def _period(owed: DatasetPeriod) -> Period:
    missing = owed.state in (DatasetPeriod.State.NOT_SENT, DatasetPeriod.State.RETURNED)
    return Period(
        dataset=owed.dataset,
        institution=owed.institution.code,
        period=owed.period,
        state=owed.state,
        zero=owed.zero,
        due_on=owed.due_on,
        overdue=missing and owed.due_on < today(),
        return_reason=owed.return_reason,
        next_signature=owed.next_step(),
    )


def _own_code(account: User) -> str:
    own = visible_institutions(account).filter(pk=account.organisation_id).first()
    return own.code if own else ""


def _not_found(what: str, where: str) -> WeijianError:
    return WeijianError("api.not_found", what, where, "核对编号和本机构的权限")
