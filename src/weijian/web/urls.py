"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path

from weijian.web import views

urlpatterns = [path("", views.home, name="home")]
