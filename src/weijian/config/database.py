"""Which database Django uses: ``DATABASE_URL``, else the embedded server of this installation's home."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weijian.foundation import embedded_pg


def django_database(environ: Mapping[str, str], home: Path) -> dict[str, Any]:
    """Django's ``DATABASES`` entry. Reads files only: the command line starts the server before Django is set up."""
    settings = embedded_pg.connection_info(environ, home).as_django_settings()
    settings["CONN_MAX_AGE"] = 60
    settings["CONN_HEALTH_CHECKS"] = True
    return settings
