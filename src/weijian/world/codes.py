"""Codes of content lists by their readable slug, so that calibration files need no numbers."""

from __future__ import annotations

from functools import cache

from weijian import content


@cache
def by_slug(codelist: str) -> dict[str, str]:
    """Code of each slug in ``content/codes``."""
    return {row["slug"]: row["code"] for row in content.read_csv(f"codes/{codelist}.csv")}
