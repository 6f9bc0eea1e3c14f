"""Addresses of the annual report and of trace codes."""

from __future__ import annotations

from django.urls import path

from weijian.reports.annual import trace_page, views

_REPORT = "reports/annual/<int:year>/"

urlpatterns = [
    path("reports/", views.report_list, name="reports"),
    path("reports/measures", views.measure_picker, name="report_measures"),
    path(_REPORT, views.report_detail, name="report"),
    path(_REPORT + "gaps", views.report_gaps, name="report_gaps"),
    path(_REPORT + "differences", views.report_differences, name="report_differences"),
    path(_REPORT + "act", views.report_act, name="report_act"),
    path(_REPORT + "read", views.report_read, name="report_read"),
    path(_REPORT + "file/<str:form>", views.report_file, name="report_file"),
    path(_REPORT + "sections/<str:key>", views.section_edit, name="report_section"),
    path(_REPORT + "sections/<str:key>/preview", views.section_preview, name="report_preview"),
    path(_REPORT + "sections/<str:key>/confirm", views.section_confirm, name="report_confirm"),
    path("t/<str:code>", trace_page.trace, name="trace"),
]
