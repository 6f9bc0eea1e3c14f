"""Fills the blanks of a general manuscript: district, year and month stand as ``{word}`` until it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def fill_blanks(value: Any, words: Mapping[str, str]) -> Any:
    """A manuscript's data with every ``{word}`` replaced; markers (``{{visits.total@{year}}}``) keep their braces."""
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace("{" + word + "}", text)
        return value
    if isinstance(value, dict):
        return {name: fill_blanks(part, words) for name, part in value.items()}
    return [fill_blanks(part, words) for part in value] if isinstance(value, list) else value
