"""Institutions open, are renamed, merge and close, with history; the only place where institutions change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from weijian.foundation.areas.models import Area
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import SystemClock


def load_organisations(rows: Iterable[Mapping[str, str]], *, district: str) -> int:
    """Create or update institutions by code from content rows; the caller opens the change context.

    ``district`` is the code of the area of institutions without a street. Returns the number written.
    """
    areas = {area.code: area for area in Area.objects.order_by("valid_from")}
    found = list(rows)
    for row in found:
        area = areas.get(row["street_code"] or district)
        if area is None:
            raise WeijianError(
                "organisation.area", f"机构 {row['code']} 的区划 {row['street_code']} 不存在。", row["code"]
            )
        Organisation.objects.update_or_create(
            code=row["code"],
            defaults={
                "credit_code": row["credit_code"],
                "zh": row["zh"],
                "en": row["en"],
                "type": row["role"],
                "level": row["level"],
                "grade": row["class"],
                "ownership": row["ownership"],
                "nature": row["nature"],
                "affiliation": row["affiliation"],
                "category": row["category"],
                "licensed": row["licensed"] == "true",
                "former_zh": row["former_zh"],
                "renamed_on": date.fromisoformat(row["renamed_on"]) if row["renamed_on"] else None,
                "vaccination_clinic": row["vaccination_clinic"] == "true",
                "area": area,
                "valid_from": date.fromisoformat(row["valid_from"]),
                "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            },
        )
    parents = {row["code"]: row["parent"] for row in found if row["parent"]}
    by_code = {one.code: one for one in Organisation.objects.filter(code__in={*parents, *parents.values()})}
    for code, parent in parents.items():
        by_code[code].parent = by_code[parent]
        by_code[code].save(update_fields=["parent"])
    return len(found)


def open_organisation(*, code: str, zh: str, en: str, type: str, area: Area, valid_from: date) -> Organisation:
    """Open an institution in the caller's change. Raises ``organisation.exists`` where the code was ever
    given before."""
    if Organisation.objects.filter(code=code).exists():
        raise WeijianError("organisation.exists", f"机构代码 {code} 已使用。", code, "代码不重复使用,换一个代码")
    return Organisation.objects.create(code=code, zh=zh, en=en or zh, type=type, area=area, valid_from=valid_from)


def rename_organisation(organisation: Organisation, *, zh: str, en: str, day: date | None = None) -> Organisation:
    """Give an institution a new name from ``day`` on (today where the caller gives none); history keeps the former
    one."""
    organisation.former_zh = organisation.zh
    organisation.renamed_on = day or SystemClock().today()
    organisation.zh, organisation.en = zh, en
    organisation.save(update_fields=["zh", "en", "former_zh", "renamed_on"])
    return organisation


def reopen_organisation(organisation: Organisation) -> Organisation:
    """Take a closing back that was a mistake; history keeps it. Raises ``organisation.open`` where none is closed."""
    if organisation.valid_to is None:
        raise WeijianError("organisation.open", "该机构在用。", organisation.code, "刷新页面查看当前状态")
    organisation.valid_to = organisation.successor = None
    organisation.save(update_fields=["valid_to", "successor"])
    return organisation


def _open_after(organisation: Organisation, day: date) -> bool:
    following = day + timedelta(days=1)
    return organisation.valid_from <= following and (
        organisation.valid_to is None or organisation.valid_to >= following
    )


def close_organisation(
    organisation: Organisation, *, last_day: date, successor: Organisation | None = None
) -> Organisation:
    """Close an institution after ``last_day``; with a successor it is a merger. Records keep the institution they
    name."""
    if last_day < organisation.valid_from:
        raise WeijianError("organisation.close", "关闭日期早于开业日期。", organisation.code, "核对日期")
    if successor is not None and successor.pk == organisation.pk:
        raise WeijianError("organisation.merge", "机构不能并入自身。", organisation.code, "选择另一家机构")
    if organisation.valid_to is not None:
        raise WeijianError("organisation.closed", "该机构已停用。", organisation.code, "刷新页面查看当前状态")
    if successor is not None and not _open_after(successor, last_day):
        raise WeijianError("organisation.merge", "并入的机构次日不在用。", successor.code, "选择当时在用的机构")
    organisation.valid_to = last_day
    organisation.successor = successor
    organisation.save(update_fields=["valid_to", "successor"])
    return organisation
