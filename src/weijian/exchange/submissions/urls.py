"""Addresses of the submissions."""

from __future__ import annotations

from django.urls import path

from weijian.exchange.submissions import views

urlpatterns = [
    path("submissions/", views.overview, name="submissions"),
    path("submissions/send", views.send, name="submissions_send"),
    path("submissions/expect", views.expect, name="submissions_expect"),
    path("submissions/remind", views.remind_overdue, name="submissions_remind"),
    path("submissions/sign", views.sign_all, name="submissions_sign_all"),
    path("submissions/receipt/<str:public_id>", views.receipt, name="submissions_receipt"),
    path("submissions/template/<str:dataset>", views.template, name="submissions_template"),
    path("submissions/mend/<str:dataset>", views.rows_to_mend_file, name="submissions_mend"),
    path("submissions/period/<str:public_id>/<str:action>", views.act, name="submissions_act"),
]
