"""Django application of the page parts: makes their template tags known."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Component values and template tags."""

    name = "weijian.foundation.ui"
    label = "ui"
