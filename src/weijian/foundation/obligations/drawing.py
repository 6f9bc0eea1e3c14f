"""Obligations as rows of the inbox component."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from weijian import content
from weijian.content.told import in_language
from weijian.foundation.accounts.models import Role
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.ui.components import ObligationRow
from weijian.foundation.ui.presentation import language
from weijian.kernel.time import start_of_day


def rows_of(found: Iterable[Obligation], *, as_of: date | None = None) -> list[ObligationRow]:
    """Rows in the given order; those of a past list are drawn as they stood, even where they are closed today."""
    names = _departments()
    return [
        ObligationRow(
            title=in_language(one.title, language()),
            url=one.url or reverse("inbox"),
            kind=one.get_kind_display(),
            responsible=_responsible(one, names),
            source=one.source,
            due_at=one.due_at,
            closed_at=start_of_day(one.closed_on) if one.closed_on and as_of is None else None,
        )
        for one in found
    ]


def _responsible(one: Obligation, departments: dict[str, str]) -> str:
    """Institution, department or, where only that is known, role, by name."""
    if one.organisation:
        return one.organisation.en if language() == "en" else one.organisation.zh
    if one.department:
        return departments.get(one.department, one.department)
    return str(Role(one.role).label) if one.role else ""


def _departments() -> dict[str, str]:
    lang = "en" if language() == "en" else "zh"
    return {row["id"]: row[lang] for row in content.read_csv("plans/departments_cn_440113.csv")}
