"""The tables and steps that the report's pages draw, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from weijian.engines.documents.resolve import ResolvedDocument
from weijian.foundation.kinds.registry import kinds
from weijian.foundation.sign_off.drawing import badge_of
from weijian.foundation.sign_off.queries import uses_without_signature
from weijian.foundation.ui.components import Cell, Column, Crumb, Row, Step, TableQuery, TableState
from weijian.foundation.ui.presentation import day_text, language
from weijian.reports.annual.models import Report, ReportSection, Signature
from weijian.reports.annual.queries import GapLine, department_name, gap_lines, stale_by_section, typed_numbers_of
from weijian.reports.annual.resolving import resolve_report
from weijian.reports.annual.signing import owners, valid_cosigns
from weijian.reports.citing.preliminary import preliminary_figures

_REPORT_COLUMNS = (
    Column("year", gettext_lazy("年度"), "number", optional=False),
    Column("title", gettext_lazy("报告"), optional=False),
    Column("state", gettext_lazy("状态"), "status"),
    Column("snapshot", gettext_lazy("快照"), "number"),
    Column("issued", gettext_lazy("印发日期"), "date"),
)
_SECTION_COLUMNS = (
    Column("heading", gettext_lazy("章节"), fixed=True, optional=False),
    Column("owner", gettext_lazy("负责科室")),
    Column("cosign", gettext_lazy("会签"), "status"),
    Column("stale", gettext_lazy("待复核语句"), "number"),
    Column("typed", gettext_lazy("手写数字"), "number", help=gettext_lazy("没有用标记、直接写在文字里的数字")),
    Column("gaps", gettext_lazy("缺数"), "number"),
    Column("edited", gettext_lazy("最后修改")),
)
_GAP_COLUMNS = (
    Column("section", gettext_lazy("章节"), optional=False),
    Column("figure", gettext_lazy("数字"), optional=False),
    Column("reason", gettext_lazy("缺数原因"), optional=False),
)
_PRELIMINARY_COLUMNS = (
    Column("figure", gettext_lazy("数字"), optional=False),
    Column("text", gettext_lazy("文中写法"), optional=False),
    Column("state", gettext_lazy("签核"), optional=False),
)
_ISSUED_UNSIGNED_COLUMNS = (
    Column("dataset", gettext_lazy("数据集"), optional=False),
    Column("place", gettext_lazy("机构和报送期"), optional=False),
    Column("reason", gettext_lazy("原因"), optional=False),
)
_TONES = {"draft": "info", "cosigned": "accent", "approved": "accent", "issued": "good"}


def heading_of(section: ReportSection) -> str:
    """The heading in the reader's language."""
    return section.heading_en if language() == "en" and section.heading_en else section.heading


def crumbs(report: Report, *more: Crumb) -> tuple[Crumb, ...]:
    """The way from the list of reports."""
    name = _("%(year)s年工作报告") % {"year": report.year}
    return (Crumb(_("工作报告"), reverse("reports")), Crumb(name, reverse("report", args=[report.year])), *more)


def report_table(reports: Sequence[Report], request: HttpRequest) -> TableState:
    """All reports, newest year first."""
    rows = [
        Row(
            (
                Cell(text=str(one.year)),
                one.title_en if language() == "en" and one.title_en else one.title,
                Cell.tag(one.get_state_display(), _TONES[one.state]),  # type: ignore[arg-type]
                Cell(text=str(one.snapshot_id)),
                one.issued_at,
            ),
            href=reverse("report", args=[one.year]),
        )
        for one in reports
    ]
    query = TableQuery.read(dict(request.GET.lists()), _REPORT_COLUMNS)
    return TableState(
        "reports", _("年度工作报告"), _REPORT_COLUMNS, rows, query, len(rows), _("份"), choose_columns=False,
        empty_title=_("还没有报告"), empty_text=_("选定年度后起草;文字从内容库取来,数字由快照计算。"),
    )  # fmt: skip


def section_table(
    report: Report, sections: Sequence[ReportSection], resolved: ResolvedDocument, request: HttpRequest
) -> TableState:
    """The sections by department with what still needs a person."""
    stale, typed = stale_by_section(sections, resolved), typed_numbers_of(resolved)
    gaps: dict[str, int] = {}
    for line in gap_lines(resolved):
        gaps[line.section] = gaps.get(line.section, 0) + 1
    signed = valid_cosigns(report, sections)
    rows = []
    for part in sections:
        edited = f"{part.edited_by or _('由内容库起草')}"
        marked = len(stale.get(part.key, ()))
        rows.append(
            Row(
                (
                    Cell(text=heading_of(part)),
                    department_name(part.owner_department, language()),
                    Cell.tag(_("已会签"), "good") if part.owner_department in signed else Cell.tag(_("未会签")),
                    Cell.tag(str(marked), "warn") if marked else Cell(text="0"),
                    Cell(text=str(len(typed.get(part.key, ())))),
                    Cell(text=str(gaps.get(part.key, 0))),
                    Cell(text=edited, note=day_text(part.edited_at)),
                ),
                href=reverse("report_section", args=[report.year, part.key]),
                late=bool(marked),
            )
        )
    query = TableQuery.read(dict(request.GET.lists()), _SECTION_COLUMNS, page_size=200)
    return TableState("sections", _("章节"), _SECTION_COLUMNS, rows, query, len(rows), _("节"))


def gap_table(lines: Sequence[GapLine], headings: Mapping[str, str], request: HttpRequest) -> TableState:
    """Every figure that prints as a gap."""
    rows = [
        Row((headings.get(one.section, one.heading), Cell(text=one.name or one.figure, note=one.figure), one.reason))
        for one in lines
    ]
    query = TableQuery.read(dict(request.GET.lists()), _GAP_COLUMNS, page_size=100)
    shown = rows[query.offset : query.offset + query.page_size]
    return TableState(
        "gaps", _("缺数清单"), _GAP_COLUMNS, shown, query, len(rows), _("处"), choose_columns=False,
        empty_title=_("没有缺数"), empty_text=_("报告里的每个数字都有登记记录。"),
    )  # fmt: skip


def preliminary_table(report: Report, request: HttpRequest) -> TableState:
    """Figures over data that are not signed; of an issued report those that were so then, with the reasons stated."""
    rows = []
    if report.frozen:
        for used in uses_without_signature(f"report:{report.year}"):
            rows.append(Row((kinds()[used.dataset].zh, f"{used.institution} {used.period}", used.reason)))
    else:
        for one in preliminary_figures(resolve_report(report)):
            name = Cell(text=one.figure.value.name, note=str(one.figure.key))
            rows.append(Row((name, one.figure.text, badge_of(one.state).counts)))
    columns = _ISSUED_UNSIGNED_COLUMNS if report.frozen else _PRELIMINARY_COLUMNS
    query = TableQuery.read({}, columns, page_size=500)
    return TableState(
        "preliminary", _("印发时未签核的数据") if report.frozen else _("初步数"), columns, rows[: query.page_size], query,
        len(rows), _("处"), choose_columns=False, empty_title=_("没有初步数"), empty_text=_("应报数据都已签核。"),
    )  # fmt: skip


def sign_off_steps(report: Report, sections: Sequence[ReportSection]) -> list[Step]:
    """起草 → 会签 → 审批 → 印发, with how far each has come."""
    order = [Report.State.DRAFT, Report.State.COSIGNED, Report.State.APPROVED, Report.State.ISSUED]
    at = order.index(Report.State(report.state))
    signed, all_owners = len(valid_cosigns(report, sections)), len(owners(sections))
    last = {act: report.signatures.filter(act=act).order_by("-id").first() for act in Signature.Act.values}
    notes = [
        "", _("%(n)s/%(all)s 个科室") % {"n": signed, "all": all_owners},
        _who(last["approve"]) if at >= 2 else "", _who(last["issue"]) if at >= 3 else "",
    ]  # fmt: skip
    labels = (_("起草"), _("会签"), _("审批"), _("印发"))
    # The state names the last step done; drafting is under way until the last department has signed.
    now = {0: 1 if signed else 0, 1: 2, 2: 3, 3: 4}[at]
    return [
        Step(label, "done" if index < now else "now" if index == now else "ahead", note)  # type: ignore[arg-type]
        for index, (label, note) in enumerate(zip(labels, notes, strict=True))
    ]


def _who(signature: Signature | None) -> str:
    return f"{signature.signed_by} {day_text(signature.at)}" if signature else ""
