"""The installation's secret key: from the environment, else generated once into the home with mode 0600."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from weijian.config import env


def secret_key(home: Path) -> str:
    """``WEIJIAN_SECRET_KEY`` (or ``_FILE``), else the key kept in ``HOME/secret_key``, made at first need."""
    given = env.text("WEIJIAN_SECRET_KEY")
    if given:
        return given
    file = home / "secret_key"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return file.read_text(encoding="ascii")
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(50))
    return file.read_text(encoding="ascii")
