"""Pages of the report: list, report with its sections, editor with preview, gaps, differences, files."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.accounts.models import Role
from weijian.foundation.changes.services import change
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.jobs.services import ask
from weijian.foundation.ui.components import Crumb
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.reports.annual import pages, services
from weijian.reports.annual.editing import editor_values, preview_values
from weijian.reports.annual.errors import EditConflict
from weijian.reports.annual.models import Report, ReportSection
from weijian.reports.annual.queries import department_name, gap_lines, measure_choices, rerun
from weijian.reports.annual.resolving import resolve_report
from weijian.reports.annual.signing import owners, valid_cosigns
from weijian.reports.citing.difference_table import difference_table
from weijian.reports.citing.printing import FORMATS, PAGE_POLICY, print_document


@page("reports.view")
def report_list(request: HttpRequest) -> HttpResponse:
    """All reports; the office drafts a year."""
    user = current_user(request)
    may_draft = may(user, "reports.write") and Role(user.role) is Role.OFFICE
    if request.method == "POST" and may_draft:
        year = request.POST.get("year", "")
        if year.isascii() and year.isdigit() and len(year) == 4:
            return _asked(request, int(year))
        messages.error(request, _("年度写成四位数字,如 2017。"))
    reports = list(Report.objects.order_by("-year"))
    return render(request, "annual/list.html", {"table": pages.report_table(reports, request), "may_draft": may_draft})


@page("reports.view")
def report_detail(request: HttpRequest, year: int) -> HttpResponse:
    """One report: how far the sign-off is, its sections by department, and what the reader may do."""
    report, user = _report(year), current_user(request)
    sections = list(report.sections.select_related("edited_by"))
    resolved = resolve_report(report)
    signed = valid_cosigns(report, sections)
    lang = language()
    departments = [
        {"code": code, "name": department_name(code, lang), "signature": signed.get(code)} for code in owners(sections)
    ]
    office = Role(user.role) is Role.OFFICE
    newest = current_snapshot()
    context = {
        "report": report,
        "title": report.title_en if lang == "en" and report.title_en else report.title,
        "crumbs": pages.crumbs(report),
        "steps": pages.sign_off_steps(report, sections),
        "table": pages.section_table(report, sections, resolved, request),
        "departments": departments,
        "own": user.department if any(one["code"] == user.department for one in departments) else "",
        "own_signed": user.department in signed,
        "others": [one for one in departments if one["signature"] is None and one["code"] != user.department],
        "may_cosign": report.open and may(user, "reports.write"),
        "may_enter": report.open and office,
        "may_decide": may(user, "reports.approve"),
        "may_issue": report.state == Report.State.APPROVED and (office or may(user, "reports.approve")),
        "may_refresh": report.open and may(user, "reports.write") and newest.pk != report.snapshot_id,
        "newest": newest,
        "traced": len(resolved.traced()),
        "gaps": sum(1 for _gap in resolved.gaps()),
        "preliminary": sum(1 for one in resolved.traced() if one.value.preliminary),
        "formats": tuple(FORMATS),
    }
    return render(request, "annual/report.html", context)


def _asked(request: HttpRequest, year: int) -> HttpResponse:
    """Making a report computes hundreds of figures: a job does it, and its page leads to the report."""
    user = current_user(request)
    with change(
        f"申请起草或更新{year}年工作报告", source="page", actor_id=user.pk, actor_name=str(user), action="job.ask"
    ):
        job = ask("report.make", key=str(year), arguments={"year": year}, actor_id=user.pk, actor_name=str(user))
    return HttpResponseRedirect(reverse("job", args=[job.public_id]))


@page("reports.view")
@require_POST
def report_act(request: HttpRequest, year: int) -> HttpResponse:
    """One act of the sign-off; the services decide whether it is due and whose it is."""
    report, user = _report(year), current_user(request)
    note, department = request.POST.get("reason", ""), request.POST.get("department", "")
    acts = {
        "cosign": lambda: services.cosign(report.pk, department, actor=user, note=note),
        "approve": lambda: services.approve(report.pk, actor=user, note=note),
        "return": lambda: services.send_back(report.pk, actor=user, note=note),
        "issue": lambda: services.issue(report.pk, actor=user, reason=note),
    }
    if request.POST.get("act") == "refresh":
        return _asked(request, year) if may(user, "reports.write") else _done(request, _refuse, "report", year)
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    return _done(request, act, "report", year)


@page("reports.view")
def report_gaps(request: HttpRequest, year: int) -> HttpResponse:
    """What has to be checked: figures that print as a gap, with the reason, and figures over unsigned data."""
    report = _report(year)
    headings = {part.key: pages.heading_of(part) for part in report.sections.all()}
    table = pages.gap_table(gap_lines(resolve_report(report)), headings, request)
    context = {
        "report": report,
        "table": table,
        "preliminary": pages.preliminary_table(report, request),
        "crumbs": pages.crumbs(report, Crumb(_("缺数清单"))),
    }
    return render(request, "annual/gaps.html", context)


@page("reports.view")
def report_differences(request: HttpRequest, year: int) -> HttpResponse:
    """An issued report computed again over its own snapshot, or over the newest one."""
    report = _report(year)
    newest = request.GET.get("over") == "newest"
    context = {"report": report, "newest": newest, "crumbs": pages.crumbs(report, Crumb(_("差异清单")))}
    try:
        context["table"] = difference_table(rerun(report, current_snapshot() if newest else None), request)
    except WeijianError as problem:
        context["problem"] = problem
    return render(request, "annual/differences.html", context)


@page("reports.view")
def report_read(request: HttpRequest, year: int) -> HttpResponse:
    """The whole report as it prints, every figure a link to its trace."""
    page_text = print_document(resolve_report(_report(year)), "html")
    return HttpResponse(page_text, headers={"Content-Security-Policy": PAGE_POLICY})


@page("reports.view")
def report_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    """The report as a file; links of trace codes lead back to this installation."""
    if form not in FORMATS:
        raise Http404
    content = print_document(resolve_report(_report(year)), form, request.build_absolute_uri("/").rstrip("/"))
    response = HttpResponse(content, content_type=FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="report-{year}.{form}"'
    return response


@page("reports.view")
def section_edit(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """A section: its text with markers, preview, warnings, earlier versions; a conflict shows both texts."""
    section, user = _section(year, key), current_user(request)
    text, problem, conflict = section.text, None, None
    if request.method == "POST":
        text = request.POST.get("text", "")
        version = request.POST.get("version", "")
        try:
            if not version.isdigit():
                raise Http404
            services.write_section(section.pk, text, base_version=int(version), actor=user)
            messages.success(request, _("已保存。"))
            return HttpResponseRedirect(reverse("report_section", args=[year, key]))
        except EditConflict as error:
            conflict = error
            section.version, text = error.version, error.mine
        except WeijianError as error:
            problem = error
    context = editor_values(section, text, user) | {
        "problem": problem,
        "conflict": conflict,
        "crumbs": pages.crumbs(section.report, Crumb(pages.heading_of(section))),
    }
    return render(request, "annual/section.html", context, status=409 if conflict else 200)


@page("reports.view")
@require_POST
def section_preview(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """How the typed text would print, with its warnings; saves nothing."""
    return render(request, "annual/preview.html", preview_values(_section(year, key), request.POST.get("text", "")))


@page("reports.write")
@require_POST
def section_confirm(request: HttpRequest, year: int, key: str) -> HttpResponse:
    """Take the mark from sentences read again."""
    section, user = _section(year, key), current_user(request)
    sources = request.POST.getlist("source")
    return _done(request, lambda: services.confirm(section.pk, sources, actor=user), "report_section", year, key)


@page("reports.view")
def measure_picker(request: HttpRequest) -> HttpResponse:
    """Measures whose name or id holds the words typed, for the editor."""
    return render(request, "annual/picker.html", {"choices": measure_choices(request.GET.get("q", ""))})


def _report(year: int) -> Report:
    return get_object_or_404(Report.objects.select_related("snapshot"), year=year)


def _section(year: int, key: str) -> ReportSection:
    return get_object_or_404(
        ReportSection.objects.select_related("report", "report__snapshot", "edited_by"), report__year=year, key=key
    )


def _done(request: HttpRequest, act, name: str, *args: object) -> HttpResponse:  # type: ignore[no-untyped-def]
    try:
        act()
        messages.success(request, _("已办理。"))
    except WeijianError as problem:
        messages.error(request, f"{_(problem.what)} {_(problem.fix)}".strip())
    return HttpResponseRedirect(reverse(name, args=args))


def _refuse() -> None:
    raise WeijianError("report.not_yours", _("您没有撰写报告的权限。"))
