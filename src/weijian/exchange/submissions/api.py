"""``POST /api/submissions``: an institution's system sends a file and gets its receipt as JSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from weijian.content.told import in_both
from weijian.exchange.submissions.models import Submission
from weijian.exchange.submissions.queries import reasons_of, texts_of
from weijian.exchange.submissions.receiving import receive
from weijian.foundation.access.door import current_user, page
from weijian.foundation.changes.models import Change
from weijian.kernel.errors import WeijianError

NUMBERS = ("received", "accepted", "warned", "duplicate", "superseded", "quarantined")


@page("datasets.submit")
@require_POST
def submissions(request: HttpRequest) -> HttpResponse:
    """Form fields ``file``, ``dataset``, ``period``, and ``institution`` where it is not one's own; 422 on refusal."""
    upload = request.FILES.get("file")
    if upload is None:
        missing = WeijianError("intake.no_file", "没有文件。", "file", "附上文件")
        return JsonResponse(in_both(missing), status=422)
    try:
        found = receive(
            current_user(request),
            upload,
            dataset=request.POST.get("dataset", ""),
            institution=request.POST.get("institution", ""),
            period=request.POST.get("period", ""),
            source=Change.Source.API,
        )
    except WeijianError as problem:
        return JsonResponse(in_both(problem), status=422)
    return JsonResponse(receipt_of(found), status=422 if found.error else 201)


def receipt_of(submission: Submission) -> dict[str, object]:
    """A receipt as data; reasons and errors in both languages."""
    reasons = reasons_of(submission)
    return {
        "id": submission.public_id,
        "dataset": submission.dataset,
        "state": submission.state,
        "error": in_both(submission.error) if submission.error else None,
        "notes": submission.notes,
        "sha256": submission.sha256,
        **{name: getattr(submission, name) for name in NUMBERS},
        "reasons": {one.code: one.count for one in reasons},
        "reason_texts": {one.code: texts_of(one) for one in reasons},
    }
