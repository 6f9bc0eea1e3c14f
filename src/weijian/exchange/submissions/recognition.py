"""Which dataset, institution and period a file is: by what the sender says, else by its path and headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from weijian.foundation.kinds.registry import kind_by_id, kinds
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError

_PERIOD = re.compile(r"^20\d\d(-(0[1-9]|1[0-2]))?$")


@dataclass(frozen=True)
class Arrival:
    """One file as it arrives: where it lies, what it is, and who sent it."""

    path: Path
    dataset: str
    institution: Organisation
    period: str = ""
    received_on: date | None = None  # another day than today: replayed or demonstrated submissions


def period_said(text: str) -> str:
    """A period as a sender says it: a year or a month, or nothing; raises WeijianError ``intake.period``."""
    text = text.strip()
    if text and not _PERIOD.match(text):
        raise WeijianError("intake.period", "报送期写得不对。", text[:20], "写成 2017-03(月)或 2017(年)")
    return text


def recognise(
    path: Path,
    *,
    dataset: str | None = None,
    institution: str | None = None,
    period: str | None = None,
    by_code: dict[str, Organisation] | None = None,
) -> Arrival:
    """Recognise one file. A folder named as the dataset and a file name that begins with the institution's code are
    how institutions' systems lay files down; both can be said outright instead."""
    if dataset is None:
        known = kinds()
        dataset = next((part for part in reversed(path.parts[:-1]) if part in known), None)
        if dataset is None:
            raise WeijianError("intake.dataset_unknown", "不知道这是哪个数据集。", path.name, "用 --dataset 指明")
    kind_by_id(dataset)
    code = institution or path.name.split(".")[0].split("-")[0]
    found = (by_code or organisations_by_code()).get(code)
    if found is None:
        raise WeijianError(
            "intake.institution_unknown", f"不知道报送机构 {code}。", path.name, "用 --institution 指明机构代码"
        )
    if period is None:
        period = next((part for part in reversed(path.parts[:-1]) if _PERIOD.match(part)), "")
    return Arrival(path, dataset, found, period_said(period))


def organisations_by_code() -> dict[str, Organisation]:
    """All institutions by code."""
    return {one.code: one for one in Organisation.objects.all()}
