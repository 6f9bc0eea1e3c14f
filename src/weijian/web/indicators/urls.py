"""Addresses of the indicators."""

from __future__ import annotations

from django.urls import path

from weijian.web.indicators import views

urlpatterns = [
    path("indicators/", views.indicator_list, name="indicators"),
    path("indicators/export/<str:form>", views.list_export, name="indicators_export"),
    path("indicators/<str:measure_id>/", views.indicator_detail, name="indicator"),
    path("indicators/<str:measure_id>/export/<str:form>", views.detail_export, name="indicator_export"),
]
