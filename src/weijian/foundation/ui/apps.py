"""Django application of the page parts: makes their template tags known, and errors speak the reader's language."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Component values and template tags."""

    name = "weijian.foundation.ui"
    label = "ui"

    def ready(self) -> None:
        """Let errors speak the language of the page that shows them."""
        from weijian.content.told import in_language
        from weijian.foundation.ui.presentation import language
        from weijian.kernel.errors import tell_with

        tell_with(lambda text: in_language(text, language()))
