"""Django application of the shell."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The frame of all pages and the home of each role."""

    name = "weijian.web"
