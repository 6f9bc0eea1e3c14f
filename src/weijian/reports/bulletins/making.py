"""Makes the bulletin of a month and the statutory monthly form from content, over one snapshot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from weijian import content
from weijian.definitions.documents import Document, FigureRef, FigureScope, Gap
from weijian.engines.documents.forms import FilledForm, FormDefinition, FormLine, fill_form
from weijian.engines.documents.manuscripts import read_document
from weijian.engines.documents.resolve import ResolvedDocument, figure_keys, resolve
from weijian.engines.documents.text import parse_text
from weijian.foundation.areas.models import Area
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Period
from weijian.reports.citing.blanks import fill_blanks
from weijian.reports.citing.figures import compute_figures
from weijian.reports.citing.preliminary import marked, preliminary_keys

_BULLETIN = "reports/bulletin_monthly.toml"
_FORM = "reports/form_monthly.toml"


def month_of(code: str) -> Period:
    """The month of a code such as ``2017-06``. Raises ``report.no_month``."""
    try:
        period = Period.parse(code)
    except WeijianError:
        period = None
    if period is None or period.kind.value != "month":
        raise WeijianError("report.no_month", f"“{code}”不是月份。", "", "写成 2017-06 的样子。")
    return period


def bulletin_document(month: Period) -> Document:
    """The bulletin's document for a month, its figures not yet computed."""
    district = _district()
    ytd = f"{month.code}YTD"
    words = {
        "district": district.zh,
        "district_en": district.en,
        "month": month.code,
        "month_zh": month.label_zh,
        "month_en": month.label_en,
        "ytd": ytd,
        "ytd_zh": f"1—{month.end.month}月" if month.end.month > 1 else "1月",
        "last_month": month.previous().code,
        "last_year": month.same_period_last_year().code,
    }
    data = fill_blanks(content.read_toml(_BULLETIN), words)
    data["document"] |= {"id": f"bulletin-{month.code}", "district": district.code, "period": month.code}
    return read_document(data)


def make_bulletin(month: Period, snapshot: Snapshot) -> ResolvedDocument:
    """The bulletin of a month with all its figures over a snapshot; those over unsigned data are marked preliminary."""
    document = bulletin_document(month)
    return marked(resolve(document, compute_figures(figure_keys(document), snapshot).__getitem__))


def form_definition() -> FormDefinition:
    """The statutory monthly form as content declares it. Raises ``form.duplicate_name`` and marker problems."""
    data = content.read_toml(_FORM)
    head = data["form"]
    lines = tuple(
        FormLine(
            line["name"], line["label"], line["code"], line["unit"], _figure(line["figure"]), line.get("indent", 0)
        )
        for line in data["line"]
    )
    return FormDefinition(head["id"], head["title"], lines, tuple((label, text) for label, text in head["head"]))


def make_form(month: Period, snapshot: Snapshot, template: Path | None = None) -> FilledForm:
    """The form of a month, filled, its preliminary figures marked; ``template`` is an authority's own workbook.

    Raises ``form.unreadable`` and ``form.missing_name`` for a template.
    """
    district = _district()
    definition = form_definition()
    scope = FigureScope(month.code, district.code)
    document = definition.document(scope)
    values = compute_figures(figure_keys(document), snapshot)
    for key in preliminary_keys(resolve(document, values.__getitem__)):
        values[key] = replace(values[key], preliminary=True)
    fields = {"reporter": f"{district.zh}卫生健康局", "period": month.label_zh} if template is None else {}
    return fill_form(definition, values.__getitem__, scope, template=template, fields=fields)


def _figure(text: str) -> FigureRef | Gap:
    runs = parse_text(text)
    if len(runs) != 1 or not isinstance(runs[0], FigureRef | Gap):
        raise WeijianError("form.bad_figure", f"“{text}”不是一个标记。", _FORM, "一行写一个 {{指标}} 标记。")
    return runs[0]


def _district() -> Area:
    found = Area.objects.filter(level=Area.Level.DISTRICT).order_by("id").first()
    if found is None:
        raise WeijianError("report.no_district", "还没有行政区划。", "", "先运行 weijian init 或 weijian demo")
    return found
