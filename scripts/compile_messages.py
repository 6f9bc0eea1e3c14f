"""Compiles the translation catalogues (``.po`` → ``.mo``) with Babel, only where the source is newer."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

for source in sorted(Path("src/weijian").rglob("*.po")):
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        continue
    with source.open("rb") as stream:
        catalogue = read_po(stream)
    with target.open("wb") as stream:
        write_mo(stream, catalogue)
