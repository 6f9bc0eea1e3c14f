"""Prepares the process: the database server runs, Django is set up. Called by every command that needs them."""

from __future__ import annotations

import os

from weijian.config import env


def start(*, migrate: bool = False) -> None:
    """Start the embedded server where it is used, set Django up, and bring the schema up to date when asked."""
    from weijian.foundation import embedded_pg

    if not os.environ.get("DATABASE_URL"):
        embedded_pg.ensure_running(env.home())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weijian.config.settings")
    import django

    django.setup()
    if migrate:
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
