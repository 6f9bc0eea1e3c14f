"""Addresses of a reader's own preferences."""

from __future__ import annotations

from django.urls import path

from weijian.foundation.ui.preferences import set_number_style

urlpatterns = [
    path("preferences/numbers", set_number_style, name="ui_number_style"),
]
