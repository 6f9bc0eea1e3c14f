"""Addresses of the month lock."""

from __future__ import annotations

from django.urls import path

from weijian.web.month_lock import views

urlpatterns = [
    path("months/", views.month_list, name="month_locks"),
    path("months/<str:month>/", views.month_changes, name="month_lock"),
    path("months/<str:month>/lock", views.confirm, name="month_lock_confirm"),
    path("months/<str:month>/export/<str:form>", views.changes_export, name="month_lock_export"),
]
