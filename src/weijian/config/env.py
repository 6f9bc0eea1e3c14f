"""Reads the environment: every setting has a name, a type and a default; a wrong value says which."""

from __future__ import annotations

import os
from pathlib import Path

from weijian.kernel.errors import WeijianError


def text(name: str, default: str = "") -> str:
    """A text setting; ``NAME_FILE`` names a file that holds it (for secrets)."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as problem:
            raise WeijianError("settings.secret_file", f"{name}_FILE 无法读取:{problem.strerror}", name) from None
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """A yes/no setting: 1/0, true/false, yes/no."""
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise WeijianError("settings.flag", f"{name} 的值 {value!r} 不是 1 或 0。", name, "改为 1 或 0")
