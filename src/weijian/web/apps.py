"""Django application of the shell: makes its template tags and translations known."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The frame and components of all pages."""

    name = "weijian.web"
    label = "web"
