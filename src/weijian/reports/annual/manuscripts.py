"""Where a report's first text comes from: the manuscript of district and year, else one of the core figures."""

from __future__ import annotations

import datetime
from importlib.resources import files
from typing import Any

from weijian import content
from weijian.definitions.documents import Document
from weijian.engines.documents.manuscripts import read_document
from weijian.foundation.areas.models import Area
from weijian.kernel.errors import WeijianError
from weijian.reports.annual.models import Report, ReportSection
from weijian.reports.citing.blanks import fill_blanks

#: Key of the part before the first heading.
OPENING = "opening"
_CORE = "reports/annual_core.toml"


def find_manuscript(year: int) -> dict[str, Any]:
    """The manuscript of this district's year, or the general one with district and year filled in.

    Raises :class:`WeijianError` ``report.no_district`` before the areas are loaded.
    """
    district = Area.objects.filter(level=Area.Level.DISTRICT).order_by("id").first()
    if district is None:
        raise WeijianError("report.no_district", "还没有行政区划。", "", "先运行 weijian init 或 weijian demo")
    for file in sorted(files(content).joinpath("reports").iterdir(), key=lambda one: one.name):
        if not file.name.startswith("annual_") or not file.name.endswith(".toml"):
            continue
        data = content.read_toml(f"reports/{file.name}")
        head = data["document"]
        if (head.get("district"), head.get("period")) == (district.code, str(year)):
            return data
    return _general(year, district)


def _general(year: int, district: Area) -> dict[str, Any]:
    words = {"district": district.zh, "district_en": district.en, "year": str(year), "last": str(year - 1)}
    data: dict[str, Any] = fill_blanks(content.read_toml(_CORE), words)
    data["document"] |= {"id": f"annual-{year}", "district": district.code, "period": str(year)}
    return data


def document_of(report: Report, sections: list[ReportSection] | None = None) -> Document:
    """The report's document as it stands now. Raises ``document.bad_manuscript`` naming section and marker."""
    parts = list(report.sections.all()) if sections is None else sections
    head = dict(report.head)
    if head.get("date"):
        head["date"] = datetime.date.fromisoformat(head["date"])
    opening = next((part for part in parts if part.key == OPENING), None)
    head["opening"] = opening.text if opening else ""
    manuscript = {
        "document": head,
        "section": [
            {
                "id": part.key,
                "level": part.level,
                "heading": part.heading,
                "owner_department": part.owner_department,
                "body": part.text,
                **part.standing,
            }
            for part in parts
            if part.key != OPENING
        ],
    }
    return read_document(manuscript)
