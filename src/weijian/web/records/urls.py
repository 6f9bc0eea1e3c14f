"""Addresses of the records."""

from __future__ import annotations

from django.urls import path

from weijian.web.records import views

urlpatterns = [
    path("indicators/<str:measure_id>/records", views.measure_records, name="indicator_records"),
    path(
        "indicators/<str:measure_id>/records/export.<str:form>", views.records_export, name="indicator_records_export"
    ),
    path("records/<str:kind_id>/<str:token>", views.record_detail, name="record"),
]
