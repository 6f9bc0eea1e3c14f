"""Addresses of data quality."""

from __future__ import annotations

from django.urls import path

from weijian.web.data_quality import views

urlpatterns = [
    path("quality/", views.ranking, name="quality"),
    path("quality/export.<str:form>", views.ranking_export, name="quality_export"),
    path("quality/<str:code>/", views.institution, name="quality_institution"),
    path("quality/<str:code>/export.<str:form>", views.work_export, name="quality_work_export"),
]
