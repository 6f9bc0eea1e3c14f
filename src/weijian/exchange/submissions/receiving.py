"""Takes an uploaded file in for a page or the API: who may send what for whom, and the bytes on disk for the intake."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath
from typing import Any

from weijian.exchange.submissions.models import Submission
from weijian.exchange.submissions.queries import visible_institutions
from weijian.exchange.submissions.recognition import Arrival, period_said
from weijian.exchange.submissions.services import ingest_files
from weijian.foundation.accounts.models import User
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.today import today
from weijian.kernel.errors import WeijianError


def receive(user: User, upload: Any, *, dataset: str, institution: str, period: str, source: str) -> Submission:
    """Take one uploaded file in for an institution that the account may send for; returns its receipt.

    Raises WeijianError ``intake.dataset_unknown``, ``intake.not_yours`` or ``intake.period``; a file that cannot be read gets a receipt.
    """
    if dataset not in kinds():
        raise WeijianError("intake.dataset_unknown", "不知道这是哪个数据集。", dataset, "从列表中选择数据集")
    sender = _sender(user, institution)
    period = period_said(period)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (PurePath(upload.name).name[-120:] or "file")
        with path.open("wb") as sink:
            for chunk in upload.chunks():
                sink.write(chunk)
        arrival = Arrival(path, dataset, sender, period)
        (found,) = ingest_files([arrival], received_on=today(), source=source, actor_id=user.pk, actor_name=str(user))
    return found


def _sender(user: User, code: str) -> Organisation:
    allowed = visible_institutions(user)
    if not code and user.organisation_id:
        return allowed.get(pk=user.organisation_id)
    found = allowed.filter(code=code).first()
    if found is None:
        raise WeijianError("intake.not_yours", "不能代该机构报送。", code, "选择本机构")
    return found
