"""Connects the history triggers to the end of migrations."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ChangesConfig(AppConfig):
    """Changes and history."""

    name = "weijian.foundation.changes"

    def ready(self) -> None:
        from weijian.foundation.changes.triggers import install

        post_migrate.connect(lambda using, **_: install(using), weak=False, dispatch_uid="weijian_history")
