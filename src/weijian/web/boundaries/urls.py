"""Addresses of the boundaries."""

from __future__ import annotations

from django.urls import path

from weijian.web.boundaries import views

urlpatterns = [
    path("boundaries/", views.boundaries, name="boundaries"),
    path("boundaries/<str:public_id>/withdraw", views.withdraw, name="boundaries_withdraw"),
    path("boundaries/<str:public_id>/<str:lang>.geojson", views.boundaries_file, name="boundaries_file"),
]
