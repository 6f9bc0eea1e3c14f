"""Prepares a process: the database server runs and Django is set up. Every command that needs them calls this first."""

from __future__ import annotations

import os
from pathlib import Path


def home() -> Path:
    """Where this installation keeps its data: ``WEIJIAN_HOME``, else ``.weijian`` in the current folder."""
    return Path(os.environ.get("WEIJIAN_HOME") or ".weijian").absolute()


def start(*, migrate: bool = False) -> None:
    """Start the embedded server where it is used, set Django up, and bring the schema up to date when asked."""
    from weijian.foundation import embedded_pg

    if not os.environ.get("DATABASE_URL"):
        embedded_pg.ensure_running(home())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weijian.config.settings")
    import django

    django.setup()
    if migrate:
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
