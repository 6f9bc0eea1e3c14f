"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path
from weijian.web.preferences import set_number_style

urlpatterns = [
    path("preferences/numbers", set_number_style, name="web_number_style"),
]
