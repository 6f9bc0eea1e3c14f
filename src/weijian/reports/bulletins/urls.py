"""Addresses of the monthly documents."""

from __future__ import annotations

from django.urls import path

from weijian.reports.bulletins import views

urlpatterns = [
    path("reports/monthly/", views.bulletin_list, name="bulletins"),
    path("reports/monthly/<str:month>/", views.bulletin_read, name="bulletin"),
    path("reports/monthly/<str:month>/issue", views.bulletin_month, name="bulletin_month"),
    path("reports/monthly/<str:month>/file/<str:form>", views.bulletin_file, name="bulletin_file"),
]
