"""Addresses of the submissions."""

from __future__ import annotations

from django.urls import path

from weijian.exchange.submissions import mend_views, period_views, views

urlpatterns = [
    path("submissions/", views.overview, name="submissions"),
    path("submissions/send", views.send, name="submissions_send"),
    path("submissions/receipts", views.receipts, name="submissions_receipts"),
    path("submissions/receipt/<str:public_id>", views.receipt, name="submissions_receipt"),
    path("submissions/receipt/<str:public_id>/flagged.xlsx", views.flagged, name="submissions_flagged"),
    path("submissions/templates", views.templates, name="submissions_templates"),
    path("submissions/template/<str:dataset>", views.template, name="submissions_template"),
    path("submissions/mend/", mend_views.waiting, name="submissions_waiting"),
    path("submissions/mend/<str:dataset>", mend_views.rows, name="submissions_mend"),
    path("submissions/mend/<str:dataset>/rows.<str:form>", mend_views.rows_file, name="submissions_mend_file"),
    path("submissions/mend/<str:dataset>/dismiss", mend_views.dismiss_rows, name="submissions_dismiss"),
    path("submissions/expect", period_views.expect, name="submissions_expect"),
    path("submissions/remind", period_views.remind_overdue, name="submissions_remind"),
    path("submissions/sign", period_views.sign_all, name="submissions_sign_all"),
    path("submissions/period/<str:public_id>/", period_views.period, name="submissions_period"),
    path("submissions/period/<str:public_id>/<str:action>", period_views.act, name="submissions_act"),
]
